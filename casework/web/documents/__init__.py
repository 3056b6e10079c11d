"""文书下载."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("documents", __name__)

import casework.web.documents.routes  # noqa: E402, F401  the routes need the blueprint
