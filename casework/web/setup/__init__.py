"""首次设置."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("setup", __name__)

import casework.web.setup.routes  # noqa: E402, F401  the routes need the blueprint
