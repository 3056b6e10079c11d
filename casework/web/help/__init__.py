"""使用手册."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("help", __name__)

import casework.web.help.routes  # noqa: E402, F401  the routes need the blueprint
