"""年度统计表."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("annual", __name__)

# The routes need the blueprint.
import casework.web.annual.compare  # noqa: E402
import casework.web.annual.entering  # noqa: E402
import casework.web.annual.judging  # noqa: E402
import casework.web.annual.locking  # noqa: E402
import casework.web.annual.report  # noqa: E402
import casework.web.annual.returns  # noqa: E402
import casework.web.annual.routes  # noqa: E402, F401
