"""T23: what ends a log-in, and that its token opens nothing any more, whatever the clock says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.errors import NotFound
from casework.domain.permissions import Role
from casework.models import Agency, Event, LoginSession, SecuritySetting, User
from casework.queries.accounts import list_log_ins
from casework.services import account_administration as administration
from casework.services import accounts, log_ins, people, sign_in
from casework.services.log_ins import Place
from tests.conftest import NOW, PASSWORD, add_agency, add_user

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

MINUTE = timedelta(minutes=1)


@pytest.fixture
def zhou(session: Session, agency: Agency) -> User:
    return add_user(session, login="zhoumin", name="周敏", agency=agency, roles={Role.CLERK})


def come_in(session: Session, now: datetime = NOW, address: str = "10.1.2.3") -> str:
    place = Place(address=address)
    return sign_in.log_in(session, login="zhoumin", password=PASSWORD, now=now, place=place).token


def opens(session: Session, token: str, now: datetime = NOW) -> bool:
    return log_ins.find_person(session, token, now) is not None


def ending(session: Session, token: str) -> str:
    row = session.scalars(
        select(LoginSession).where(LoginSession.token_hash == log_ins.token_digest(token))
    ).one()
    assert row.ended_at is not None
    return row.ended_by


def by_log_out(session: Session, _user: User, token: str, _desk: Callable[..., Desk]) -> None:
    log_ins.log_out(session, token, NOW)


def by_closing(session: Session, user: User, _token: str, desk: Callable[..., Desk]) -> None:
    assert session.is_active
    administration.close_account(desk(Role.SYSTEM_ADMIN), user.id, reason="离职")


def by_roles(session: Session, user: User, _token: str, desk: Callable[..., Desk]) -> None:
    assert session.is_active
    people.grant_roles(
        desk(Role.SECURITY_ADMIN),
        user.id,
        frozenset({Role.HANDLER}),
        reason="换岗",
        seen=people.mark_of(user),
    )


def by_own_password(session: Session, user: User, _token: str, _desk: Callable[..., Desk]) -> None:
    accounts.change_password(
        session, user.id, old=PASSWORD, new="Another-Horse-7", keep_id=0, now=NOW
    )


def by_reset(session: Session, user: User, _token: str, desk: Callable[..., Desk]) -> None:
    assert session.is_active
    people.issue_password(desk(Role.SYSTEM_ADMIN), user.id)


def by_a_move(session: Session, user: User, _token: str, desk: Callable[..., Desk]) -> None:
    below = add_agency(session, code="X", name="下级", prefix="下", parent=user.agency)
    data = people.PersonData(login="", name=user.name, agency_id=below.id)
    people.edit_person(desk(Role.SYSTEM_ADMIN), user.id, data, seen=people.mark_of(user))


def by_administrator(session: Session, user: User, _token: str, desk: Callable[..., Desk]) -> None:
    assert session.is_active
    assert administration.end_log_ins(desk(Role.SYSTEM_ADMIN), user.id) == 1


def by_holder(session: Session, user: User, _token: str, _desk: Callable[..., Desk]) -> None:
    [row] = list_log_ins(session, user.id, now=NOW)
    log_ins.end_own(session, user.id, row.id, NOW)


def by_idleness(session: Session, _user: User, token: str, _desk: Callable[..., Desk]) -> None:
    assert not opens(session, token, NOW + 31 * MINUTE)


def by_age(session: Session, _user: User, token: str, _desk: Callable[..., Desk]) -> None:
    for minutes in range(20, 12 * 60, 20):
        assert opens(session, token, NOW + minutes * MINUTE)
    assert not opens(session, token, NOW + (12 * 60 + 1) * MINUTE)


def by_newer_ones(session: Session, _user: User, _token: str, _desk: Callable[..., Desk]) -> None:
    for _ in range(3):
        come_in(session)


@pytest.mark.parametrize(
    ("end", "why"),
    [
        (by_log_out, "log_out"),
        (by_closing, "closed"),
        (by_roles, "roles"),
        (by_a_move, "roles"),
        (by_own_password, "password"),
        (by_reset, "password"),
        (by_administrator, "administrator"),
        (by_holder, "own"),
        (by_idleness, "idle"),
        (by_age, "absolute"),
        (by_newer_ones, "newer"),
    ],
)
def test_t23_a_token_opens_nothing_after_its_log_in_has_ended(
    session: Session,
    zhou: User,
    desk_for: Callable[..., Desk],
    end: Callable[[Session, User, str, Callable[..., Desk]], None],
    why: str,
) -> None:
    token = come_in(session)
    assert opens(session, token)
    end(session, zhou, token, desk_for)
    # Replayed now, later, and with the clock set back: refused each time.
    for now in (NOW, NOW + MINUTE, NOW - timedelta(days=1)):
        assert not opens(session, token, now)
    assert ending(session, token) == why
    events = session.scalars(select(Event).where(Event.action.in_(("log_out", "end_log_in"))))
    told = [event.detail.get("by", "log_out") for event in events]
    assert told == [why], "one line in the record, no more"


def test_a_log_in_lasts_while_somebody_works(session: Session, zhou: User) -> None:
    assert zhou.is_active
    token = come_in(session)
    assert opens(session, token, NOW + 29 * MINUTE)
    assert opens(session, token, NOW + 58 * MINUTE)
    assert not opens(session, token, NOW + 89 * MINUTE)


def test_an_unknown_token_opens_nothing(session: Session, zhou: User) -> None:
    come_in(session)
    for token in ("", "x", zhou.password_hash, "0" * 43):
        assert not opens(session, token)
        log_ins.log_out(session, token, NOW)
    assert session.scalars(select(Event.action)).all() == ["log_in"]


def test_every_log_in_has_a_token_of_its_own(session: Session, zhou: User) -> None:
    assert zhou.is_active
    assert len({come_in(session) for _ in range(5)}) == 5


@pytest.mark.parametrize("allowed", [1, 2, 5])
def test_only_so_many_are_open_side_by_side(session: Session, zhou: User, allowed: int) -> None:
    session.add(SecuritySetting(name="sessions", value=str(allowed)))
    session.commit()
    tokens = [come_in(session, NOW + n * MINUTE) for n in range(7)]
    now = NOW + 7 * MINUTE
    assert [opens(session, token, now) for token in tokens] == [n >= 7 - allowed for n in range(7)]
    assert len(list_log_ins(session, zhou.id, now=now)) == allowed


def test_one_ends_ones_own_log_ins_and_nobody_elses(
    session: Session, zhou: User, agency: Agency
) -> None:
    other = add_user(session, login="hejingyi", name="何静怡", agency=agency, roles={Role.CLERK})
    here, there = come_in(session), come_in(session, address="10.7.7.7")
    [newest, first] = list_log_ins(session, zhou.id, now=NOW)
    assert (newest.address, first.address) == ("10.7.7.7", "10.1.2.3")
    with pytest.raises(NotFound):
        log_ins.end_own(session, other.id, newest.id, NOW)
    assert log_ins.end_others(session, zhou.id, first.id, NOW) == 1
    assert opens(session, here)
    assert not opens(session, there)
    with pytest.raises(NotFound):
        log_ins.end_own(session, zhou.id, newest.id, NOW)
