"""What every act that issues a document shares: draw the number, print, freeze the bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from casework.models import Document
from casework.services.drafting import text_hash
from casework.services.letter_writing import document_prefix
from casework.services.numbering import draw

if TYPE_CHECKING:
    from casework.documents.wording import Letter
    from casework.domain.letter_kinds import LetterKind
    from casework.domain.numbers import SeriesNumber
    from casework.models import Case
    from casework.services.desk import Desk


def draw_document_number(desk: Desk, case: Case, kind: LetterKind) -> SeriesNumber:
    """Draw the next 文号 of a letter kind; numbering restarts with the Beijing year."""
    [number] = draw(
        desk.session,
        agency_id=case.agency_id,
        series=kind.value,
        year=desk.today.year,
        prefix=document_prefix(case.agency, kind),
    )
    return number


def freeze(
    desk: Desk, case: Case, kind: LetterKind, letter: Letter, *, number: SeriesNumber | None
) -> Document:
    """Print ``letter`` and add it to the case as it leaves the office, in the caller's act.

    Raises RuleBroken(undrawable) if a character is in no face of this installation.
    """
    content = desk.stationery.pdf(letter, red_head=case.agency.red_head)
    document = Document(
        case_id=case.id,
        agency_id=case.agency_id,
        kind=kind,
        document_number=str(number) if number else None,
        title=letter.title,
        dated_on=desk.today,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        text_sha256=text_hash(desk.stationery.text_of(letter)),
        filled={},
        issuer_id=desk.actor.user_id,
        issued_at=desk.now,
    )
    desk.session.add(document)
    return document
