"""The statutory forms as data, one file each. A new form is a new file and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.forms import form_2014, form_2019, form_2021

if TYPE_CHECKING:
    from casework.domain.annual_form import Form

FORMS: tuple[Form, ...] = (form_2014.FORM, form_2019.FORM, form_2021.FORM)
"""Oldest first."""


def get_form(code: str) -> Form:
    """Return the form with this code; RuleBroken(field="form") if there is none."""
    for form in FORMS:
        if form.code == code:
            return form
    known = "、".join(form.code for form in FORMS)
    raise RuleBroken(
        "no_such_form", f"没有“{code}”这种统计表格式，请您从{known}中选择。", field="form"
    )


def form_for_year(year: int) -> Form:
    """Return the form on which the return for ``year`` is due.

    RuleBroken(field="year") before 2008, when no regulation was in force.
    """
    for form in FORMS:
        if form.in_force(year):
            return form
    raise RuleBroken(
        "no_form_for_year",
        f"{year}年还没有施行《政府信息公开条例》，没有统计表，请您填写2008年以后的年度。",
        field="year",
        basis="国务院令第492号",
    )
