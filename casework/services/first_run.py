"""首次设置: from an empty database to an office that can register, in one act.

There is no default account. The page opens only while nobody has an account, and only with a code
that the command line prints: it is derived from this installation's own key, so whoever can read
it is the machine's operator, and it opens nothing once the first account is made
(ASVS 5.0 6.3.2; GB/T 22239-2019 8.1.4.2 b).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.errors import RuleBroken
from casework.domain.number_pattern import STANDARD, read_pattern
from casework.domain.permissions import ADMINISTRATORS, Actor, Role, check_roles
from casework.domain.review_chain import DEFAULT_CHAIN, StepKind, check_chain
from casework.domain.text import clean_text
from casework.models import User
from casework.services.agencies import AgencyData, write_agency
from casework.services.case_file import record_event
from casework.services.passwords import one_time_password
from casework.services.people import NewAccount, PersonData, write_person
from casework.services.review_chain import write_chain
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

_CODE_BYTES = 10
_GROUP = 4
NEEDED = (
    Role.CLERK,
    Role.HANDLER,
    Role.LEGAL_REVIEWER,
    Role.LEADER,
    Role.STATISTICIAN,
    *(role for role in Role if role in ADMINISTRATORS),
)
"""The roles without which an application cannot go its whole way, or nobody keeps the house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPerson:
    """One person of the new office; the same ``login`` in several roles is one person."""

    login: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOffice:
    """Everything that the page asks for."""

    agency: AgencyData
    people: tuple[FirstPerson, ...]
    steps: tuple[StepKind, ...] = DEFAULT_CHAIN
    number_pattern: str = STANDARD


def is_untouched(session: Session) -> bool:
    """Say whether nobody has an account yet: one query."""
    return session.scalar(select(User.id).limit(1)) is None


def setup_code(key: bytes) -> str:
    """Return the code of this installation, 80 bits in groups of four: ``K3ZM-…``."""
    mark = hmac.digest(key, b"casework first run", hashlib.sha256)[:_CODE_BYTES]
    text = base64.b32encode(mark).decode()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def is_setup_code(typed: str, key: bytes) -> bool:
    """Compare in constant time; spaces, hyphens and small letters do not matter."""
    plain = "".join(clean_text(typed).upper().replace("-", "").split())
    return hmac.compare_digest(plain.encode(), setup_code(key).replace("-", "").encode())


def set_up(desk: Desk, office: FirstOffice) -> list[NewAccount]:
    """Make the agency, its review chain and its people; return the accounts with passwords.

    All or nothing. Raises RuleBroken naming the field (``login_<role>`` and ``name_<role>`` for
    people), ``set_up_before`` where somebody has an account already.
    """
    people = _persons(office)
    check_chain(office.steps)
    pattern = read_pattern(office.number_pattern)
    _check_separation(office, people)
    founder = Actor(
        user_id=None,
        name="首次设置",
        agency_id=None,
        agency_path="/",
        roles=frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    )
    desk = replace(desk, actor=founder)
    accounts = []
    with transaction(desk.session):
        if not is_untouched(desk.session):
            raise RuleBroken("set_up_before", "本系统已经设置过，请用已有的账号登录")
        agency = write_agency(desk.session, office.agency, parent_id=None)
        agency.number_pattern = pattern.text
        record_event(desk, case=None, action="add_agency", detail={"code": agency.code})
        if office.steps != DEFAULT_CHAIN:
            write_chain(desk, agency.id, office.steps)
        for login, (name, roles, field) in people.items():
            password = one_time_password()
            try:
                user = write_person(
                    desk,
                    PersonData(login=login, name=name, agency_id=agency.id),
                    password=password,
                    roles=roles,
                )
            except RuleBroken as broken:
                where = {"login": f"login_{field}", "name": f"name_{field}"}
                raise RuleBroken(
                    broken.code, broken.message, field=where.get(broken.field or "", "")
                ) from broken
            record_event(
                desk,
                case=None,
                action="add_user",
                detail={"user": user.id, "roles": sorted(role.value for role in roles)},
            )
            accounts.append(
                NewAccount(id=user.id, login=user.login, name=user.name, password=password)
            )
    return accounts


def _persons(office: FirstOffice) -> dict[str, tuple[str, frozenset[Role], str]]:
    """Return the people by log-in: name, roles, and the role in whose row they first stand."""
    people: dict[str, tuple[str, frozenset[Role], str]] = {}
    filled = [
        person for person in office.people if clean_text(person.login) or clean_text(person.name)
    ]
    needed = (*NEEDED, *(kind.role for kind in office.steps))
    missing = [role for role in needed if role not in {person.role for person in filled}]
    if missing:
        raise RuleBroken(
            "role_without_person",
            f"请填{missing[0].label}的用户名和姓名；一人可以兼几个角色，三位管理员除外",
            field=f"login_{missing[0].value}",
        )
    for person in filled:
        login, name = clean_text(person.login).lower(), clean_text(person.name)
        known_name, roles, field = people.get(login, (name, frozenset(), person.role.value))
        if name and name != known_name:
            raise RuleBroken(
                "two_names",
                f"用户名“{login}”写了两个姓名，请核对；不同的人用不同的用户名",
                field=f"name_{person.role.value}",
            )
        roles |= {person.role}
        if reason := check_roles(roles):
            raise RuleBroken("roles_mixed", reason, field=f"login_{person.role.value}")
        people[login] = (known_name, roles, field)
    return people


def _check_separation(
    office: FirstOffice, people: dict[str, tuple[str, frozenset[Role], str]]
) -> None:
    """Refuse a drafter who alone reviews or issues, unless the office says why (one person)."""

    def holders(role: Role) -> set[str]:
        return {login for login, (_, roles, _) in people.items() if role in roles}

    drafters = holders(Role.HANDLER)
    for role in (Role.LEGAL_REVIEWER, Role.LEADER):
        if holders(role) <= drafters and not clean_text(office.agency.one_person_reason):
            raise RuleBroken(
                "one_person",
                f"承办人又是{role.label}，自己审自己的稿件。人手够的请换一位；确实只有一人的，"
                "请写明“一人办理的原因”，系统按例外记录",
                field="one_person_reason",
            )
