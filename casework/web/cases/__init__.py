"""登记, 案件页, and the pages on which the acts of a case are done."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("cases", __name__)

# The routes need the blueprint.
import casework.web.cases.closing  # noqa: E402
import casework.web.cases.drafting  # noqa: E402
import casework.web.cases.listing  # noqa: E402
import casework.web.cases.office  # noqa: E402
import casework.web.cases.page  # noqa: E402
import casework.web.cases.registering  # noqa: E402
import casework.web.cases.restricting  # noqa: E402
import casework.web.cases.side  # noqa: E402
import casework.web.cases.timekeeping  # noqa: E402
import casework.web.cases.together  # noqa: E402, F401
