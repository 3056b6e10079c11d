"""期限: what if, the annex for 复议 and 诉讼, 督办单, and the calendar feed."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("clock", __name__)

# The routes need the blueprint.
import casework.web.clock.annex  # noqa: E402
import casework.web.clock.feeding  # noqa: E402
import casework.web.clock.supposing  # noqa: E402
import casework.web.clock.watching  # noqa: E402, F401
