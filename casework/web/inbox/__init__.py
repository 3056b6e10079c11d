"""待办、代理、移交, and an account that is no longer used."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("inbox", __name__)

import casework.web.inbox.routes  # noqa: E402, F401  the routes need the blueprint
