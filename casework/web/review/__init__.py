"""审核和签发, and how an office arranges its review."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("review", __name__)

# The routes need the blueprint.
import casework.web.review.chain  # noqa: E402
import casework.web.review.routes  # noqa: E402, F401
