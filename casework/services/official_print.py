"""What every act that issues a document shares: draw the number, print, freeze the bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from casework.models import Document
from casework.services.drafting import text_hash
from casework.services.letter_writing import letter_style, number_pattern, series_word
from casework.services.numbering import draw
from casework.services.signing import signed

if TYPE_CHECKING:
    from casework.documents.wording import Letter
    from casework.domain.letter_kinds import LetterKind
    from casework.models import Case
    from casework.services.desk import Desk


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
