"""文书: written, looked at, issued, handed out."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("documents", __name__)

# The routes need the blueprint.
import casework.web.documents.bundles  # noqa: E402
import casework.web.documents.certificate  # noqa: E402
import casework.web.documents.delivering  # noqa: E402
import casework.web.documents.fees  # noqa: E402
import casework.web.documents.routes  # noqa: E402
import casework.web.documents.settings  # noqa: E402
import casework.web.documents.verifying  # noqa: E402
import casework.web.documents.voiding  # noqa: E402
import casework.web.documents.writing  # noqa: E402, F401
