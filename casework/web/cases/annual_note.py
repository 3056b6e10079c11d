"""计入年报: where this case stands, or will stand, in the year-end table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.forms import form_for_year

if TYPE_CHECKING:
    from casework.queries.case_page import CaseFile


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualNote:
    """The rows: received in ``year``; ``row`` is the result's, counted in ``result_year``."""

    year: int
    form: str
    result_year: int | None
    row: str
    row_code: str
    is_final: bool


def annual_note(file: CaseFile) -> AnnualNote | None:
    """Return where the case is counted, None while it has no receipt day."""
    head = file.head
    if head.received_on is None:
        return None
    ground = file.ground or (file.draft.counted if file.draft else None)
    result_year = head.closed_on.year if head.closed_on else None
    form = form_for_year(result_year or head.received_on.year)
    code = ground.rows.get(form.code) if ground else None
    row = form.find_row(code) if code else None
    return AnnualNote(
        year=head.received_on.year,
        form=form.code,
        result_year=result_year,
        row=row.label if row else "",
        row_code=code or "",
        is_final=head.closed_on is not None,
    )
