"""提醒设置."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("notices", __name__)

import casework.web.notices.routes  # noqa: E402, F401  the routes need the blueprint
