"""办件台."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("desk", __name__)

import casework.web.desk.routes  # noqa: E402, F401  the routes need the blueprint
