"""日历订阅: whose address it is, when it ends, and what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.errors import PermissionRefused, RuleBroken
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.models import Applicant, Event, FeedToken, User
from casework.services.case_file import reckon_dates
from casework.services.feeds import end_feed, find_feed_owner, make_feed, write_feed
from tests.conftest import NOW, add_agency
from tests.services.test_calendar import add_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.models import Agency
    from casework.services.desk import Desk


@pytest.fixture
def handler(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.HANDLER)


def put(desk: Desk, agency: Agency, number: str, received_on: date, **facts: object) -> None:
    case = add_case(desk.session, agency, number, received_on, **facts)
    case.applicant = Applicant(name="林秀珍", id_number="11010519491231002X")
    reckon_dates(desk, case)
    desk.session.commit()


def events_of(text: bytes) -> list[dict[str, str]]:
    events: list[dict[str, str]] = []
    for line in text.decode().replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events:
            events[-1][name] = value
    return events


def test_only_the_hash_is_stored_and_a_new_address_ends_the_former(
    session: Session, handler: Desk
) -> None:
    first = make_feed(handler)
    owner = find_feed_owner(session, first)
    assert owner is not None
    assert owner.user_id == handler.actor.user_id
    row = session.scalars(select(FeedToken)).one()
    assert first not in (row.token_hash, str(row.id))
    assert len(first) >= 43, "256 bits"
    second = make_feed(replace(handler, now=NOW + timedelta(hours=1)))
    assert second != first
    assert find_feed_owner(session, first) is None
    assert find_feed_owner(session, second) is not None
    assert len(session.scalars(select(FeedToken)).all()) == 1
    end_feed(handler)
    assert find_feed_owner(session, second) is None
    end_feed(handler)
    actions = [one.action for one in session.scalars(select(Event).order_by(Event.id))]
    assert actions == ["make_feed", "make_feed", "end_feed"]


@pytest.mark.parametrize("token", ["", "x", "%", "' OR 1=1", "\x00", "一" * 5000])
def test_nobody_owns_a_token_that_was_never_given(session, handler, token) -> None:
    make_feed(handler)
    assert find_feed_owner(session, token) is None


def test_a_disabled_account_and_a_lost_role_end_the_feed(session: Session, handler: Desk) -> None:
    token = make_feed(handler)
    user = session.get(User, handler.actor.user_id)
    user.is_active = False
    session.commit()
    assert find_feed_owner(session, token) is None
    user.is_active = True
    user.grants = []
    session.commit()
    assert find_feed_owner(session, token) is None


def test_who_sees_no_case_gets_no_feed(desk_for: Callable[..., Desk], handler: Desk) -> None:
    with pytest.raises(PermissionRefused):
        make_feed(desk_for(Role.SYSTEM_ADMIN))
    operator = replace(handler, actor=replace(handler.actor, user_id=None))
    with pytest.raises(RuleBroken, match="个人账号"):
        make_feed(operator)


def test_the_feed_lists_ones_own_open_limits_and_no_person(
    session: Session, handler: Desk, agency: Agency
) -> None:
    own = {"handler_id": handler.actor.user_id}
    put(handler, agency, "甲1号", date(2026, 9, 28), **own)  # Mon → office Fri 2026-10-23
    put(handler, agency, "甲2号", date(2026, 12, 14), **own)  # 15th day Mon 2027-01-04
    put(handler, agency, "甲3号", date(2026, 9, 1), handler_id=None)  # nobody's draft yet
    put(handler, agency, "甲4号", date(2026, 9, 1), state=State.IN_REVIEW)
    put(
        handler,
        agency,
        "甲5号",
        date(2026, 9, 1),
        replied_on=date(2026, 9, 22),
        state=State.DISPATCHED,
        **own,
    )
    other = add_agency(session, code="QYSL", name="青沅市水利局", prefix="青水公开")
    put(handler, other, "乙1号", date(2026, 9, 28), **own)
    text = write_feed(session, handler.actor)
    events = events_of(text)
    assert [one["SUMMARY"] for one in events] == [
        "甲3号 应答复",
        "甲1号 应答复",
        "甲2号 应答复（暂定）",
    ]
    first, second, third = events
    assert first["DTSTART;VALUE=DATE"] == "20260921"
    assert second["DTSTART;VALUE=DATE"] == "20261023"
    assert second["DTEND;VALUE=DATE"] == "20261024"
    assert second["DESCRIPTION"] == "法定期限 2026年10月30日（周五）"
    assert (third["DTSTART;VALUE=DATE"], third["STATUS"]) == ("20270104", "TENTATIVE")
    assert len({one["UID"] for one in events}) == 3
    assert "林秀珍".encode() not in text
    assert "柳湾村".encode() not in text
    assert handler.actor.name.encode() not in text
    assert write_feed(session, handler.actor) == text


def test_the_uid_stays_when_the_day_moves(session: Session, handler: Desk, agency: Agency) -> None:
    case = add_case(session, agency, "甲1号", date(2026, 9, 28), handler_id=handler.actor.user_id)
    reckon_dates(handler, case)
    session.commit()
    [before] = events_of(write_feed(session, handler.actor))
    case.received_on = date(2026, 9, 24)  # Thu; 15th working day Thu 2026-10-22
    reckon_dates(handler, case)
    session.commit()
    [after] = events_of(write_feed(session, handler.actor))
    assert after["UID"] == before["UID"]
    assert before["DTSTART;VALUE=DATE"] == "20261023"
    assert after["DTSTART;VALUE=DATE"] == "20261022"
