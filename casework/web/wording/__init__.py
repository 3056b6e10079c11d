"""文书模板: which wording each agency uses, adapting it, releasing it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("wording", __name__)

# The routes need the blueprint.
import casework.web.wording.deciding  # noqa: E402
import casework.web.wording.editing  # noqa: E402
import casework.web.wording.reading  # noqa: E402, F401
