"""法制审核和签发."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("review", __name__)

import casework.web.review.routes  # noqa: E402, F401  the routes need the blueprint
