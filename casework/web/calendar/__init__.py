"""日历: the year to be read, and the notices that change it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("calendar", __name__)

# The routes need the blueprint.
import casework.web.calendar.changing  # noqa: E402
import casework.web.calendar.routes  # noqa: E402, F401
