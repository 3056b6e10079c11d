"""Which table an address names: ``?year= &form= &agency= &own=1``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from casework.domain.annual_form import Source
from casework.domain.errors import NotFound
from casework.domain.forms import FORMS, form_for_year
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.annual_choice import choose_form, list_years, usual_year
from casework.queries.annual_cube import Scope
from casework.web import surroundings
from casework.web.fields import row_id

if TYPE_CHECKING:
    from casework.domain.annual_form import Form
    from casework.queries.agencies import AgencyRow

FORM_CODES = tuple(form.code for form in FORMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One table: whose, of which year, on which form.

    ``warning`` says that another form was in force; ``agencies`` are those the reader may choose.
    """

    year: int
    form: Form
    warning: str
    agency: AgencyRow
    own: bool
    agencies: list[AgencyRow]

    @property
    def scope(self) -> Scope:
        """Whose cases are counted."""
        return Scope(path=self.agency.path, own=self.own)

    @property
    def in_force(self) -> Form:
        """The form on which this year's return is or was due."""
        return form_for_year(self.year)

    @property
    def whose(self) -> str:
        """The agency, and whether those below it are counted."""
        if len(self.agencies) == 1:
            return self.agency.name
        return f"{self.agency.name}（{'仅本级' if self.own else '含下级'}）"

    @property
    def takes_entries(self) -> bool:
        """Whether people enter figures of their own into this table."""
        by_hand = any(row.source is Source.HAND for row in self.form.rows)
        return not self.warning and (by_hand or bool(self.form.hand_tables))

    def address(self, **more: Any) -> dict[str, Any]:
        """Return the query string of this table for ``url_for``; what is usual is left out."""
        return {
            "year": self.year,
            "form": self.form.code if self.warning else None,
            "agency": self.agency.id,
            "own": 1 if self.own else None,
        } | more


def read_choice(*, year: int | None = None, agency_id: int | None = None) -> Choice:
    """Return what the address asks for, or the year and agency that the page is about.

    NotFound for an agency that is not the reader's to see and for a year to come; RuleBroken for
    a year or form there is not.
    """
    person, today = surroundings.current_person(), surroundings.today()
    if year is None:
        year = request.args.get("year", usual_year(today), type=row_id)
    if year > today.year:
        raise NotFound(f"{year} 年度还没有到，没有统计表。请您选 {today.year} 年度或者以前的年度")
    form = choose_form(year, request.args.get("form"))
    agencies = list_agencies(db.session(), under=person.actor.agency_path)
    wanted = agency_id or request.args.get("agency", person.agency_id, type=row_id)
    agency = next((row for row in agencies if row.id == wanted), None)
    if agency is None:
        raise NotFound("没有这个机关，或者它不在您的机关范围内")
    return Choice(
        year=year,
        form=form.form,
        warning=form.warning,
        agency=agency,
        own=request.args.get("own") == "1",
        agencies=agencies,
    )


def list_offered_years(choice: Choice) -> list[int]:
    """Return the years to choose from, the newest first, the chosen one among them."""
    offered = list_years(db.session(), under=choice.agencies[0].path, today=surroundings.today())
    return sorted({*offered, choice.year}, reverse=True)
