"""What surrounds one request: who asks, when, and the desk at which an act is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g
from flask_login import current_user

from casework.domain import time_source
from casework.domain.time_source import beijing_date
from casework.extensions import db
from casework.queries.calendar import current_calendar
from casework.queries.case_rows import Viewer
from casework.services.desk import Desk

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.domain.permissions import Actor
    from casework.domain.working_days import WorkingDayCalendar
    from casework.services.log_ins import Person


def now() -> datetime:
    """Return this request's instant: one request happens at one time."""
    if "now" not in g:
        g.now = time_source.now()
    return cast("datetime", g.now)


def today() -> date:
    """Return this request's day in Beijing."""
    return beijing_date(now())


def current_person() -> Person:
    """Return who is logged in; only for views that ask for a log-in."""
    return cast("Person", current_user.person)


def find_person() -> Person | None:
    """Return who is logged in, if anybody is."""
    return current_person() if current_user.is_authenticated else None


def current_actor() -> Actor:
    """Return the actor of this request."""
    return current_person().actor


def current_user_id() -> int:
    """Return the account's id of who is logged in: on the web everybody has one."""
    return cast("int", current_actor().user_id)


def office_days() -> int:
    """Return the office's own promise in working days (``REPLY_WORKING_DAYS``)."""
    return cast("int", current_app.config["REPLY_WORKING_DAYS"])


def calendar() -> WorkingDayCalendar:
    """Return the calendar in force where the reader works: local days off are a matter of place."""
    person = find_person()
    return current_calendar(db.session(), agency_path=person.actor.agency_path if person else "")


def current_viewer() -> Viewer:
    """Return who looks, and by which day and calendar."""
    return Viewer(
        actor=current_actor(), calendar=calendar(), today=today(), office_days=office_days()
    )


def current_desk() -> Desk:
    """Return the desk at which this request's act is done."""
    return Desk(
        session=db.session(),
        actor=current_actor(),
        now=now(),
        calendar=calendar(),
        stationery=current_app.extensions["casework_stationery"],
        office_days=office_days(),
    )
