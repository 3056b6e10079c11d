"""The options that say which year-end table a command is about, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.domain.errors import RuleBroken
from casework.queries.agencies import find_agency, find_root
from casework.queries.annual_choice import choose_form
from casework.queries.annual_cube import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.domain.annual_form import Form

YEARS = click.IntRange(1, 9999)
as_json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


def of_a_table(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which table: year, form, whose cases."""
    for option in (
        click.option("--own", is_flag=True, help="只统计本机关，不含下级"),
        click.option("--agency", "agency_key", help="机关代码、名称或路径，不填为全部"),
        click.option("--form", "form_code", help="统计表格式，不填用该年度施行的格式"),
        click.option("--year", type=YEARS, required=True, help="年度"),
    ):
        command = option(command)
    return command


def form_of(year: int, code: str | None) -> tuple[Form, list[str]]:
    """Return the form asked for, with a warning if another one was in force that year."""
    choice = choose_form(year, code)
    if choice.in_force:
        return choice.form, []
    click.echo(choice.warning, err=True)
    return choice.form, [choice.warning]


def scope_of(session: Session, key: str | None, *, own: bool) -> tuple[Scope, dict[str, Any]]:
    """Return whose cases are meant; without a key everybody's, under the only root's name."""
    agency = find_root(session) if key is None else find_agency(session, key)
    if agency is None and key is not None:
        raise RuleBroken(
            "no_such_agency",
            f"没有找到机关“{key}”，请您核对 --agency 填写的代码、名称或路径。",
            field="agency",
        )
    if agency is None and own:
        raise RuleBroken(
            "own_of_whom", "用 --own 须同时用 --agency 写明是哪个机关。", field="agency"
        )
    if agency is None:
        return Scope(), {"code": None, "name": "全部机关", "own": False}
    return (
        Scope(path=agency.path, own=own),
        {"code": agency.code, "name": agency.name, "own": own},
    )
