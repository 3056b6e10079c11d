"""年度统计表."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("annual", __name__)

import casework.web.annual.routes  # noqa: E402, F401  the routes need the blueprint
