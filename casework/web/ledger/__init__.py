"""台账: taking in an office's spreadsheet, giving it back, taking an import back."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("ledger", __name__)

# The routes need the blueprint.
import casework.web.ledger.imports  # noqa: E402
import casework.web.ledger.inspecting  # noqa: E402
import casework.web.ledger.routes  # noqa: E402
import casework.web.ledger.uploading  # noqa: E402, F401
