"""台账: taking in an office's spreadsheet, and giving it back."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("ledger", __name__)

import casework.web.ledger.routes  # noqa: E402, F401  the routes need the blueprint
