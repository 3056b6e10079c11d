"""Which year's table on which form: what may be asked for, and what is offered first.

The command line and the pages ask alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from casework.domain.forms import FORMS, form_for_year, get_form
from casework.models import Agency, Case
from casework.queries.agencies import in_subtree

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.domain.annual_form import Form

FIRST_YEAR = min(form.first_year for form in FORMS)
"""The first year in which a regulation was in force (国务院令第492号)."""

_JANUARY = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChoice:
    """The form a table is shown on; ``warning`` says that it was not in force, "" if it was."""

    form: Form
    warning: str = ""

    @property
    def in_force(self) -> bool:
        """Whether the year's return is due on this form."""
        return not self.warning


def choose_form(year: int, code: str | None = None) -> FormChoice:
    """Return the form with this code, or the one in force in ``year`` if there is no code.

    RuleBroken(field="year" or "form") for a year before 2008 or a form there is not.
    """
    in_force = form_for_year(year)
    form = get_form(code) if code else in_force
    if form is in_force:
        return FormChoice(form=form)
    return FormChoice(
        form=form,
        warning=f"{year}年度施行的是{in_force.code}年格式，现按{form.code}年格式统计，仅供对照。",
    )


def usual_year(today: date) -> int:
    """Return the year whose table is wanted first: last year's while its report is due.

    条例第四十九条: 每年1月31日前提交上一年度政府信息公开工作年度报告.
    """
    return today.year - 1 if today.month == _JANUARY else today.year


def list_years(session: Session, *, under: str, today: date) -> range:
    """Return the years from this one back to the first with a case at or below ``under``.

    A year without any case is offered too: its return is due all the same, with zeros. One
    query, one step into the index for each agency.
    """
    earliest = (
        select(func.min(Case.received_on)).where(Case.agency_id == Agency.id).scalar_subquery()
    )
    of_each = select(earliest.label("day")).where(in_subtree(under)).subquery()
    first: date | None = session.scalar(select(func.min(of_each.c.day)))
    first_year = max(FIRST_YEAR, min(first.year, today.year)) if first else today.year
    return range(today.year, first_year - 1, -1)
