"""The one place where the rooms are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask

from casework import web
from casework.extensions import bootstrap, csrf, db, login_manager, migrate
from casework.models import sealed
from casework.services import audit
from casework.services.stationery import Stationery
from casework.services.transaction import prepare_engine
from casework.web.fields import RecordNumber

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MIGRATIONS = "migrations"


def create_app(config: Mapping[str, Any], *, template_folder: Path) -> Flask:
    """Make the application from its settings (``config.load``) and the folder of its templates."""
    app = Flask(
        __name__,
        template_folder=str(template_folder),
        static_folder=str(template_folder.parent / "casework" / "web" / "static"),
    )
    app.config.from_mapping(config)
    sealed.use_key(app.config["DATA_KEY"])
    audit.use_key(app.config["AUDIT_KEY"], app.config["AUDIT_HASH"])
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            prepare_engine(engine)
    migrate.init_app(app, db, directory=str(template_folder.parent / MIGRATIONS))
    csrf.init_app(app)
    login_manager.init_app(app)
    bootstrap.init_app(app)
    app.extensions["casework_stationery"] = Stationery(
        templates=template_folder / "letters",
        cache=app.config["FONT_CACHE"],
        office_fonts=app.config["FONT_FOLDER"],
    )
    app.url_map.converters["int"] = RecordNumber
    web.install(app)
    return app
