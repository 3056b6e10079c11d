"""管理视图: what a leader asks of a period."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("management", __name__)

import casework.web.management.routes  # noqa: E402, F401  the routes need the blueprint
