"""``casework users``: accounts from the command line, the first administrator among them."""

from __future__ import annotations

import click
from flask import current_app

from casework.cli.context import answer, office
from casework.domain.errors import DomainError, NotFound
from casework.domain.permissions import Role
from casework.queries.agencies import find_agency, list_people
from casework.services.accounts import NewUser, create_user, reset_password
from casework.services.first_run import is_untouched, setup_code
from casework.services.passwords import one_time_password


@click.group()
def users() -> None:
    """账号：新建、列出。"""


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_command(*, as_json: bool) -> None:
    """列出全部账号。"""
    with office() as desk:
        people = list_people(desk.session)
    if as_json:
        answer(
            [
                {
                    "login": person.login,
                    "name": person.name,
                    "agency": person.agency_name,
                    "roles": [role.value for role in person.roles],
                    "active": person.is_active,
                }
                for person in people
            ]
        )
        return
    for person in people:
        labels = "、".join(role.label for role in person.roles)
        click.echo(f"{person.login}\t{person.name}\t{person.agency_name}\t{labels}")


@users.command()
@click.argument("login")
@click.option("--name", required=True, help="姓名")
@click.option("--agency", "agency_code", required=True, help="机关代码")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="角色，可重复",
)
@click.option("--unit", default="", help="科室")
def add(login: str, name: str, agency_code: str, roles: tuple[str, ...], unit: str) -> None:
    """新建账号；一次性口令只显示这一次，首次登录须更换。"""
    password = one_time_password()
    with office() as desk:
        agency = find_agency(desk.session, agency_code)
        if agency is None:
            raise NotFound(f"没有代码或名称是“{agency_code}”的机关")
        create_user(
            desk.session,
            NewUser(
                login=login,
                name=name,
                agency_id=agency.id,
                roles=frozenset(Role(role) for role in roles),
                password=password,
                unit=unit,
            ),
            now=desk.now,
        )
    click.echo(f"已新建账号 {login}，一次性口令：{password}")


@users.command("setup-code")
def show_setup_code() -> None:
    """显示首次设置码：还没有任何账号时，用它在网页上做首次设置。"""
    with office() as desk:
        if not is_untouched(desk.session):
            raise DomainError("本系统已经设置过，首次设置码不再有用；加人请用已有的系统管理员账号")
        click.echo(setup_code(current_app.config["AUDIT_KEY"]))


@users.command("password")
@click.argument("login")
def reset(login: str) -> None:
    """换发一次性口令：忘记密码或者账号锁定时用，原有登录一并结束。"""
    password = one_time_password()
    with office() as desk:
        reset_password(desk.session, login, password=password, now=desk.now)
    click.echo(f"{login} 的一次性口令：{password}")
