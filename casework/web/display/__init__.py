"""显示: how large the text is and how strong the contrast, on this machine's browser."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("display", __name__)

import casework.web.display.routes  # noqa: E402, F401  the routes need the blueprint
