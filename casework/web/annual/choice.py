"""Which table: year, form, agency and whether its subtree, as the address says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from casework.domain.errors import NotFound
from casework.domain.forms import form_for_year, get_form
from casework.extensions import db
from casework.queries.agencies import list_agencies
from casework.queries.annual_cube import Scope
from casework.web import surroundings

if TYPE_CHECKING:
    from casework.domain.annual_form import Form
    from casework.queries.agencies import AgencyRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One table of one agency and year."""

    year: int
    form: Form
    agency: AgencyRow
    own: bool
    agencies: list[AgencyRow]

    @property
    def scope(self) -> Scope:
        """Whose cases are counted."""
        return Scope(path=self.agency.path, own=self.own)

    @property
    def form_in_force(self) -> Form:
        """The form on which this year's return is or was due."""
        return form_for_year(self.year)

    @property
    def address(self) -> dict[str, Any]:
        """The query string that names this table."""
        return {
            "year": self.year,
            "form": self.form.code,
            "agency": self.agency.id,
            "own": 1 if self.own else None,
        }


def read_choice() -> Choice:
    """Return what the address asks for; RuleBroken for a year or form there is not.

    NotFound for an agency outside the reader's subtree.
    """
    person = surroundings.current_person()
    year = request.args.get("year", surroundings.today().year, type=int)
    code = request.args.get("form", "")
    agencies = list_agencies(db.session(), under=person.actor.agency_path)
    wanted = request.args.get("agency", person.agency_id, type=int)
    agency = next((row for row in agencies if row.id == wanted), None)
    if agency is None:
        raise NotFound("没有这个机关，或者不在您的机关范围内")
    in_force = form_for_year(year)
    return Choice(
        year=year,
        form=get_form(code) if code else in_force,
        agency=agency,
        own=request.args.get("own") == "1",
        agencies=agencies,
    )
