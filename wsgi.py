"""The web server's way in: ``gunicorn wsgi:app``."""

import config
from casework.app import create_app

app = create_app(config.load(), template_folder=config.ROOT / "templates")
