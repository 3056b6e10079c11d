"""Handing out documents: issued ones byte for byte, the others as drafts with a watermark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from casework.domain.errors import NotFound
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.case_page import get_case_head
from casework.queries.case_papers import get_document
from casework.services.case_letters import print_letter
from casework.services.document_record import get_document_record
from casework.web import surroundings
from casework.web.documents import bp
from casework.web.files import PDF, WORD, file_answer
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/cases/<int:case_id>/documents/<int:document_id>")
@requires(Permission.READ_PAPERS)
def show(case_id: int, document_id: int) -> ResponseReturnValue:
    """Hand out one issued document; ``?download=1`` saves instead of showing it.

    One that is void comes as a copy marked 作废, ``?original=1`` gives it as it left the office.
    """
    document = get_document(db.session(), surroundings.current_actor(), case_id, document_id)
    name = f"{document.document_number}{document.title}"
    content = document.content
    if document.voided_on is not None and request.args.get("original") != "1":
        stationery = surroundings.current_desk().stationery
        content = stationery.void_copy(content, voided_on=document.voided_on)
        name += "（作废）"
    return file_answer(content, name, media_type=document.media_type)


@bp.get("/cases/<int:case_id>/documents/<int:document_id>/record")
@requires(Permission.READ_PAPERS)
def record(case_id: int, document_id: int) -> ResponseReturnValue:
    """Show what is on file about one document: hashes, and which wording it was made of."""
    desk = surroundings.current_desk()
    return render_template(
        "documents/record.html",
        head=get_case_head(db.session(), desk.actor, case_id),
        one=get_document_record(desk, case_id, document_id),
    )


@bp.get("/cases/<int:case_id>/letters/<kind>")
@requires(Permission.READ_PAPERS)
def letter(case_id: int, kind: str) -> ResponseReturnValue:
    """Print one statutory document: the issued one if there is one, else a marked draft.

    ``?word=1`` gives it as DOCX.
    """
    if kind not in set(LetterKind):
        raise NotFound("没有这种文书")
    word = request.args.get("word") == "1"
    printed = print_letter(surroundings.current_desk(), case_id, LetterKind(kind), word=word)
    name = f"{printed.number}{printed.title}{'（草稿）' if printed.is_draft else ''}"
    return file_answer(printed.content, name, media_type=WORD if word else PDF)
