"""计入年报: where this case stands, or will stand, in the year-end table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.forms import form_for_year
from casework.domain.outcomes import find_ground
from casework.domain.reopening import Ending, counted_ending

if TYPE_CHECKING:
    from casework.queries.case_office import ReopeningLine
    from casework.queries.case_page import CaseFile


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualNote:
    """The rows: received in ``year``; ``row`` is the result's, counted in ``result_year``.

    ``is_former``: the case was taken up again since and counts as it had ended then.
    """

    year: int
    form: str
    result_year: int | None
    row: str
    row_code: str
    is_final: bool
    is_former: bool


def annual_note(file: CaseFile) -> AnnualNote | None:
    """Return where the case is counted, None while it has no receipt day."""
    head = file.head
    if head.received_on is None:
        return None
    ground = file.ground or (file.draft.counted if file.draft else None)
    ending = counted_ending(
        [_former(one) for one in reversed(file.reopenings)],
        Ending(closed_on=head.closed_on, ground=ground.code, replied_on=head.replied_on)
        if head.closed_on and ground
        else None,
    )
    if ending is not None:
        ground = find_ground(ending.ground)
    result_year = ending.closed_on.year if ending else None
    form = form_for_year(result_year or head.received_on.year)
    code = ground.rows.get(form.code) if ground else None
    row = form.find_row(code) if code else None
    return AnnualNote(
        year=head.received_on.year,
        form=form.code,
        result_year=result_year,
        row=row.label if row else "",
        row_code=code or "",
        is_final=ending is not None,
        is_former=ending is not None and ending.closed_on != head.closed_on,
    )


def _former(one: ReopeningLine) -> Ending:
    return Ending(
        closed_on=one.former_closed_on,
        ground=one.former_ground.code if one.former_ground else "",
        replied_on=one.former_replied_on,
    )
