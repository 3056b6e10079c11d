"""Finding cases: by number, applicant, words of the request, phone or document number."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import or_, true

from casework.domain.text import clean_text
from casework.models import Applicant, Case
from casework.models.sealed import sealer
from casework.queries.case_rows import PAGE, CasePage, case_rows, read_rows
from casework.queries.visibility import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.states import State
    from casework.queries.case_rows import CaseRow, Viewer

_YEAR_AND_NUMBER = re.compile(r"^(\d{4})\D+(\d{1,6})\D*$")
_PERSONAL_NUMBER = re.compile(r"^[0-9][0-9X\- ]{5,19}$")


def search_cases(
    session: Session,
    viewer: Viewer,
    *,
    text: str = "",
    year: int | None = None,
    state: State | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> CasePage:
    """Return cases, open and closed, the newest first: two queries.

    ``text`` is looked for in number, applicant, subject and request text; a phone or document
    number finds its cases only when it is given in full (they are sealed).
    """
    query = case_rows().where(visible_to(viewer.actor))
    if text:
        query = query.where(matches(text))
    if year is not None:
        query = query.where(Case.received_year == year)
    if state is not None:
        query = query.where(Case.state == state)
    if before is not None:
        query = query.where(Case.id < before)
    found = session.execute(query.order_by(Case.id.desc()).limit(limit + 1)).all()
    rows = read_rows(session, found[:limit], viewer)
    more = len(found) > limit
    return CasePage(rows=rows, next_after=str(rows[-1].id) if more else None)


def list_cases_by_id(session: Session, viewer: Viewer, *, ids: Sequence[int]) -> list[CaseRow]:
    """Return exactly these cases, oldest first, less those the actor may not see."""
    query = (
        case_rows()
        .where(visible_to(viewer.actor), Case.id.in_(ids))
        .order_by(Case.received_on, Case.id)
    )
    found = session.execute(query).all()
    return read_rows(session, found, viewer)


def matches(text: str) -> ColumnElement[bool]:
    """Return the condition that a case (joined with its ``Applicant``) is one ``text`` means."""
    typed = clean_text(text)
    spellings = dict.fromkeys((typed, unicodedata.normalize("NFKC", typed)))
    conditions: list[ColumnElement[bool]] = []
    for spelling in spellings:
        conditions += [
            column.contains(spelling, autoescape=True)
            for column in (Case.number, Applicant.name, Case.request_text, Case.subject)
        ]
        if found := _YEAR_AND_NUMBER.match(spelling):
            ending = f"〔{found[1]}〕{found[2]}号"
            conditions.append(Case.number.endswith(ending, autoescape=True))
        if _PERSONAL_NUMBER.match(spelling.upper()):
            digest = sealer().blind_index(spelling)
            conditions.append(Applicant.phone_index == digest)
            conditions.append(Applicant.id_number_index == digest)
    return or_(*conditions) if typed else true()
