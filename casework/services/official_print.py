"""What every act that issues a document shares: draw the number, print, freeze the bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.letter_kinds import LetterKind
from casework.domain.procedural_documents import ANSWERS
from casework.models import Document
from casework.services.drafting import text_hash
from casework.services.letter_writing import letter_style, number_pattern, series_word
from casework.services.numbering import draw
from casework.services.signing import signed

if TYPE_CHECKING:
    from casework.documents.wording import Letter
    from casework.models import Case
    from casework.services.desk import Desk

_ADDRESSEE = "consulted_name"


def draw_document_number(desk: Desk, case: Case, kind: LetterKind) -> str:
    """Draw the next 文号 of a letter kind, as the agency writes it.

    One series per kind and Beijing year; changing the pattern in March does not begin it anew.
    """
    agency = case.agency
    word = series_word(agency, kind)
    [drawn] = draw(
        desk.session,
        agency_id=case.agency_id,
        series=kind.value,
        year=desk.today.year,
        prefix=agency.number_prefix,
    )
    return number_pattern(agency).write(
        prefix=agency.number_prefix, series=word, year=drawn.year, sequence=drawn.sequence
    )


def freeze(desk: Desk, case: Case, kind: LetterKind, letter: Letter) -> Document:
    """Print ``letter``, sign it and add it to the case as it leaves the office.

    It is part of the caller's act. Raises RuleBroken: undrawable if a character is in no face of
    this installation, certificate_expired if the agency's certificate no longer holds.
    """
    text_sha256 = text_hash(desk.stationery.text_of(letter))
    # A form without a number stays in the office or goes round with another document.
    marked = text_sha256 if letter.number else ""
    content = desk.stationery.pdf(letter, letter_style(case.agency, kind, text_sha256=marked))
    if letter.number:
        content = signed(desk, case.agency, content)
    document = Document(
        case_id=case.id,
        agency_id=case.agency_id,
        kind=kind,
        document_number=letter.number or None,
        title=letter.title,
        dated_on=desk.today,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        text_sha256=text_sha256,
        filled={},
        issuer_id=desk.actor.user_id,
        issued_at=desk.now,
    )
    desk.session.add(document)
    return document


def replace_void(desk: Desk, document: Document) -> None:
    """Link a right document to the void one in whose place it is issued, if there is one.

    That is the newest of the same kind, to the same addressee and about the same fact, which none
    has replaced yet.
    """
    kinds = ANSWERS if document.kind in ANSWERS else {document.kind}
    desk.session.flush()
    replaced = select(Document.replaces_id).where(
        Document.replaces_id.is_not(None), Document.kind != LetterKind.REVOCATION
    )
    void = desk.session.scalars(
        select(Document)
        .where(
            Document.case_id == document.case_id,
            Document.kind.in_(kinds),
            Document.voided_on.is_not(None),
            Document.about_id.is_not_distinct_from(document.about_id),
            Document.id.not_in(replaced),
        )
        .order_by(Document.id.desc())
    )
    whom = document.filled.get(_ADDRESSEE)
    found = next((each for each in void if each.filled.get(_ADDRESSEE) == whom), None)
    if found is not None:
        document.replaces_id = found.id
