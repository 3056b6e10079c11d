"""权限表."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("admin", __name__)

import casework.web.admin.routes  # noqa: E402, F401  the routes need the blueprint
