"""转主动公开: what is often asked for or suggested, and what was then published (第四十四条)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("publication", __name__)

import casework.web.publication.routes  # noqa: E402, F401  the routes need the blueprint
