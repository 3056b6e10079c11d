"""Many people at once: numbers without gaps or doubles, one winner per edit, one case per form."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from casework.domain.errors import EditConflict, TransitionRefused
from casework.domain.numbers import parse_number
from casework.domain.permissions import Actor, Role
from casework.extensions import db
from casework.models import Case, Event
from casework.queries.calendar import current_calendar
from casework.services import registration
from casework.services.desk import Desk
from casework.services.numbering import draw
from casework.services.transaction import transaction
from tests.conftest import add_agency, add_user, beijing
from tests.services.test_road import application

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

PEOPLE = 50
EACH = 4


@pytest.fixture
def clerk_of(own_app: Flask) -> Callable[[], Desk]:
    """Make a desk on the calling thread's own session."""
    with own_app.app_context():
        agency = add_agency(
            db.session(), code="QYZG", name="青沅市自然资源和规划局", prefix="青资公开"
        )
        user = add_user(db.session(), login="zm", name="周敏", agency=agency, roles={Role.CLERK})
        actor = Actor(
            user_id=user.id,
            name=user.name,
            agency_id=agency.id,
            agency_path=agency.path,
            roles=frozenset({Role.CLERK}),
        )

    def make() -> Desk:
        return Desk(
            session=db.session(),
            actor=actor,
            now=beijing(date(2026, 9, 7)),
            calendar=current_calendar(db.session()),
            stationery=own_app.extensions["casework_stationery"],
        )

    return make


def in_parallel(app: Flask, work: Callable[[int], object], times: int) -> list[object]:
    """Run ``work`` from many threads that start together; return answers and exceptions."""
    gate = threading.Barrier(min(times, PEOPLE))

    def run(number: int) -> object:
        if number < gate.parties:
            gate.wait()
        with app.app_context():
            try:
                return work(number)
            except Exception as error:  # noqa: BLE001  handed back to the test
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(max_workers=PEOPLE) as pool:
        return list(pool.map(run, range(times)))


def test_acceptance_87_parallel_registrations_have_no_gaps_and_no_doubles(
    own_app: Flask, clerk_of: Callable[[], Desk]
) -> None:
    def register(number: int) -> object:
        desk = clerk_of()
        return registration.register(
            desk, application(), agency_id=desk.actor.agency_id or 0, nonce=f"form-{number}"
        ).number

    numbers = in_parallel(own_app, register, PEOPLE * EACH)
    drawn = sorted(parse_number(str(number)).sequence for number in numbers)  # type: ignore[union-attr]
    assert drawn == list(range(1, PEOPLE * EACH + 1))
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == PEOPLE * EACH
        assert db.session.scalar(select(func.count()).select_from(Event)) == PEOPLE * EACH


def test_acceptance_46_one_form_posted_twenty_times_at_once_is_one_case(
    own_app: Flask, clerk_of: Callable[[], Desk]
) -> None:
    def register(_number: int) -> object:
        desk = clerk_of()
        return registration.register(
            desk, application(), agency_id=desk.actor.agency_id or 0, nonce="the-same-form"
        ).number

    assert in_parallel(own_app, register, PEOPLE) == ["青资公开〔2026〕1号"] * PEOPLE
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 1
        assert db.session.scalar(select(func.count()).select_from(Event)) == 1


def test_acceptance_45_of_many_editors_of_one_version_one_wins(
    own_app: Flask, clerk_of: Callable[[], Desk]
) -> None:
    with own_app.app_context():
        desk = clerk_of()
        key = registration.register(desk, application(), agency_id=desk.actor.agency_id or 0)
        version = db.session.scalar(select(Case.version).where(Case.id == key.id))

    def assign(number: int) -> object:
        return registration.assign(
            clerk_of(), key.id, unit=f"第{number}科", handler_id=None, version=version
        )

    answers = in_parallel(own_app, assign, PEOPLE)
    losers = [answer for answer in answers if isinstance(answer, EditConflict)]
    assert len(losers) == PEOPLE - 1
    assert not any(isinstance(answer, TransitionRefused) for answer in answers)


def test_a_rolled_back_act_leaves_no_gap(own_app: Flask, clerk_of: Callable[[], Desk]) -> None:
    with own_app.app_context():
        desk = clerk_of()
        agency_id = desk.actor.agency_id or 0

        def one() -> int:
            [number] = draw(
                desk.session, agency_id=agency_id, series="case", year=2026, prefix="青资公开"
            )
            return number.sequence

        with transaction(desk.session):
            assert one() == 1
        with pytest.raises(ZeroDivisionError), transaction(desk.session):
            assert one() == 2
            1 / 0  # noqa: B018
        with transaction(desk.session):
            assert one() == 2


def test_acts_do_not_nest(own_app: Flask, clerk_of: Callable[[], Desk]) -> None:
    with own_app.app_context():
        session = clerk_of().session
        with (
            pytest.raises(RuntimeError, match="one act"),
            transaction(session),
            transaction(session),
        ):
            pass


def test_what_was_asked_for_after_the_commit_happens_only_then(
    own_app: Flask, clerk_of: Callable[[], Desk]
) -> None:
    done: list[str] = []
    with own_app.app_context():
        session = clerk_of().session
        with pytest.raises(ZeroDivisionError), transaction(session) as work:
            work.after_commit(lambda: done.append("never"))
            1 / 0  # noqa: B018
        with transaction(session) as work:
            work.after_commit(lambda: done.append("mail"))
            assert done == []
        assert done == ["mail"]
