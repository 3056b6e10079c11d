"""Many people register into a year while it is being locked: in before the lock, or refused."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Actor, Role
from casework.extensions import db
from casework.queries.annual_locks import find_lock
from casework.queries.annual_record import check_lock
from casework.queries.calendar import current_calendar
from casework.services import registration
from casework.services.annual_lock import YearKey, close_year, confirm_year
from casework.services.desk import Desk
from tests.conftest import add_agency, add_user, beijing
from tests.services.test_concurrency import in_parallel
from tests.services.test_road import application

if TYPE_CHECKING:
    from flask import Flask

PEOPLE = 12
TRIES = 200
LATE = {"submitted_on": None, "received_on": date(2025, 12, 30)}  # Tuesday


def test_acceptance_69_nothing_slips_into_a_year_while_it_is_locked(own_app: Flask) -> None:
    with own_app.app_context():
        agency = add_agency(db.session(), code="QY", name="青沅市局", prefix="青资公开")
        key = YearKey(agency.id, 2025)
        actors = {
            role: Actor(
                user_id=add_user(
                    db.session(), login=role.value, name=role.label, agency=agency, roles={role}
                ).id,
                name=role.label,
                agency_id=agency.id,
                agency_path=agency.path,
                roles=frozenset({role}),
            )
            for role in (Role.CLERK, Role.STATISTICIAN, Role.LEADER)
        }

    def desk_of(role: Role) -> Desk:
        return Desk(
            session=db.session(),
            actor=actors[role],
            now=beijing(date(2026, 1, 12)),
            calendar=current_calendar(db.session()),
            stationery=own_app.extensions["casework_stationery"],
        )

    def work(number: int) -> object:
        if number:
            while True:
                # Ends when the lock refuses it.
                registration.register(desk_of(Role.CLERK), application(**LATE), agency_id=key[0])
        for _ in range(TRIES):
            close_year(desk_of(Role.STATISTICIAN), key)
            try:
                return confirm_year(desk_of(Role.LEADER), key)
            except RuleBroken as changed:
                assert changed.code == "changed_since_closed"  # noqa: PT017  tried again
        return None

    answers = in_parallel(own_app, work, PEOPLE)
    assert isinstance(answers[0], str), answers[0]
    for refused in answers[1:]:
        assert isinstance(refused, RuleBroken), refused
        assert refused.code == "year_locked"
    with own_app.app_context():
        lock = find_lock(db.session(), *key[:2], own=False)
        assert lock is not None
        assert check_lock(db.session(), lock).same
