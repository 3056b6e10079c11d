"""案卷: the case file as one download."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, request

from casework.domain.permissions import Permission
from casework.services.archive_bundle import archive_pdf, archive_zip
from casework.web import surroundings
from casework.web.documents import bp
from casework.web.files import PDF, ZIP, file_answer
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.post("/cases/<int:case_id>/bundle")
@requires(Permission.REVEAL_PERSONAL_DATA)
def bundle(case_id: int) -> ResponseReturnValue:
    """Hand out the whole case file, as a zip or as one PDF; the taking is recorded."""
    desk = surroundings.current_desk()
    folder = Path(current_app.config["CASEWORK_HOME"]) / "attachments"
    if request.form.get("form") == "pdf":
        taken = archive_pdf(desk, case_id, attachments=folder)
        return file_answer(taken.content, taken.name, media_type=PDF)
    taken = archive_zip(desk, case_id, attachments=folder)
    return file_answer(taken.content, taken.name, media_type=ZIP)
