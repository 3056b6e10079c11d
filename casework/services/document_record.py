"""文书登记: what is on file about one issued document, and whether its bytes are still those."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.domain.check_code import check_code
from casework.domain.errors import NotFound
from casework.domain.permissions import Permission, require
from casework.domain.template_parts import find_part
from casework.models import Agency, Case, Document
from casework.queries.case_facts import latest_draft
from casework.queries.visibility import visible_to
from casework.services.agency_templates import wording_of
from casework.services.case_file import open_case

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.domain.letter_kinds import LetterKind
    from casework.domain.statutes import StatuteCode
    from casework.services.agency_templates import PaperTemplates
    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class TextUsed:
    """One text the document was made of, and what an agency uses in its place today.

    ``name`` is 默认文本 or 某机关第3版; ``is_current`` says whether it would be used again.
    """

    label: str
    name: str
    sha256: str
    version_id: int | None
    is_current: bool
    current_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """One issued document; ``unchanged`` is the result of hashing the stored bytes anew."""

    id: int
    kind: LetterKind
    title: str
    document_number: str
    dated_on: date
    issued_at: datetime
    issuer_name: str
    size: int
    sha256: str
    text_sha256: str
    code: str
    unchanged: bool
    voided_on: date | None
    void_reason: str
    texts: tuple[TextUsed, ...]


def get_document_record(desk: Desk, case_id: int, document_id: int) -> DocumentRecord:
    """Return the record of one document; NotFound if it is not of this case or reader."""
    require(desk.actor, Permission.READ_PAPERS)
    document = desk.session.scalars(
        select(Document)
        .join(Case, Case.id == Document.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Document.id == document_id, Document.case_id == case_id, visible_to(desk.actor))
        .options(joinedload(Document.issuer), joinedload(Document.case).joinedload(Case.agency))
    ).one_or_none()
    if document is None:
        raise NotFound("本案没有这份文书，或者不在您的机关范围内")
    content = document.content or b""
    return DocumentRecord(
        id=document.id,
        kind=document.kind,
        title=document.title,
        document_number=document.document_number or "",
        dated_on=document.dated_on,
        issued_at=document.issued_at,
        issuer_name=document.issuer.name if document.issuer else "",
        size=len(content),
        sha256=document.sha256,
        text_sha256=document.text_sha256 or "",
        code=check_code(document.text_sha256) if document.text_sha256 else "",
        unchanged=hashlib.sha256(content).hexdigest() == document.sha256,
        voided_on=document.voided_on,
        void_reason=document.void_reason,
        texts=_texts(document.templates, document.case.statute, desk, document.case.agency),
    )


def list_newer_texts(desk: Desk, case_id: int) -> tuple[TextUsed, ...]:
    """Return the texts of the newest draft that were changed since it was saved.

    The draft keeps them (docs/adr/0011); whoever reviews or signs it is told.
    """
    require(desk.actor, Permission.READ_PAPERS)
    case = open_case(desk, case_id)
    draft = latest_draft(desk.session, case_id)
    if draft is None:
        return ()
    texts = _texts(draft.templates, case.statute, desk, case.agency)
    return tuple(text for text in texts if not text.is_current)


def _texts(
    kept: PaperTemplates, statute: StatuteCode, desk: Desk, agency: Agency
) -> tuple[TextUsed, ...]:
    wording = wording_of(desk, agency)
    found = []
    for name, entry in kept.items():
        part = find_part(name, statute)
        if part is None:
            continue
        origin = wording.origins.get((statute.value, part))
        found.append(
            TextUsed(
                label=part.short_label,
                name=entry.get("name") or "默认文本",
                sha256=entry["sha256"],
                version_id=entry.get("version"),
                is_current=wording.templates.sha256(statute.value, part) == entry["sha256"],
                current_name=origin.name if origin else "默认文本",
            )
        )
    return tuple(found)
