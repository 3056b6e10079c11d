"""导入放假通知: the calendar changes, and with it every open case, in one act.

A preview says which cases move before anything is saved. The import writes the version, reckons
all open cases anew from their facts, and leaves one event per moved case and one for itself; all of
it or nothing. Answered and closed cases keep the dates they were judged by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, select, text, update

from casework.documents.notice_files import read_notice_file
from casework.domain.calendar_change import CalendarChange, DateMove, MovedCase, in_order
from casework.domain.calendar_layers import CalendarSet, Layer, cautions
from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.holiday_notice import BASIS, HolidayNotice, NoticeKind, read_notice
from casework.domain.permissions import Permission, require
from casework.models import Agency, CalendarDay, CalendarVersion, Case
from casework.queries.agencies import in_subtree
from casework.queries.calendar import read_calendars
from casework.queries.clock_rows import Reckoners, is_running, iterate_clock_rows, read_agency_keys
from casework.queries.moved_cases import CASE_MOVED
from casework.queries.visibility import kept_ids
from casework.services.audit import chain_rows
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from casework.domain.holiday_notice import NoticeProblem, NoticeSheet
    from casework.queries.clock_rows import AgencyKey, ClockRow, DerivedDates
    from casework.services.desk import Desk

NOTICE_IMPORTED = "calendar_imported"
CASES_RECKONED = "calendar_reckoned"

_CASES = cast("Table", Case.__table__)
_BY_ID = (
    update(_CASES)
    .where(_CASES.c.id == bindparam("case_id"))
    # Who has the case open sees the former dates: let them collide rather than decide on those.
    .values(version=_CASES.c.version + 1)
)


class NoticeRefused(RuleBroken):
    """A file that is not in order: ``problems`` are all of them, by line."""

    def __init__(self, problems: tuple[NoticeProblem, ...]) -> None:
        super().__init__("notice_refused", str(problems[0]), field="文件", basis=BASIS)
        self.problems = problems


class _Redated(NamedTuple):
    """An open case whose stored dates are not those of the calendar."""

    row: ClockRow
    dates: DerivedDates
    agency: AgencyKey

    def moved(self) -> MovedCase | None:
        """Return it as people read it, or None if neither of its two limits moves."""
        old, new = self.row.stored, self.dates
        if old.office_due_on == new.office_due_on and old.due_on == new.due_on:
            return None
        return MovedCase(
            case_id=self.row.case_id,
            number=self.row.number,
            agency_name=self.agency.name,
            office_due_on=DateMove(old.office_due_on, new.office_due_on),
            due_on=DateMove(old.due_on, new.due_on),
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an import comes to: the new version, the calendars with it, the cases that differ."""

    label: str
    agency: Agency | None
    after: CalendarSet
    redated: list[_Redated]
    made_firm: int

    @property
    def path(self) -> str:
        return self.agency.path if self.agency else ""


def notice_from_file(desk: Desk, file_name: str, content: bytes) -> NoticeSheet:
    """Return what a .json, .csv or .xlsx file says, for ``checked_notice``; RuleBroken if nothing.

    The two steps are apart so that a person can fill in what the file leaves out.
    """
    require(desk.actor, Permission.CHANGE_CALENDAR)
    return read_notice_file(file_name, content)


def checked_notice(
    desk: Desk,
    sheet: NoticeSheet,
    *,
    kind: NoticeKind = NoticeKind.NATIONAL,
    agency_code: str = "",
) -> HolidayNotice:
    """Return the notice that ``sheet`` holds; NoticeRefused with everything that is wrong."""
    notice = read_notice(
        sheet,
        calendar=read_calendars(desk.session).of(),
        kind=kind,
        agency_code=agency_code,
    )
    if isinstance(notice, HolidayNotice):
        return notice
    raise NoticeRefused(notice)


def preview_notice(desk: Desk, notice: HolidayNotice) -> CalendarChange:
    """Return what ``import_notice`` would do, and save nothing."""
    require(desk.actor, Permission.CHANGE_CALENDAR)
    return _told(desk, notice, _plan(desk, notice), preview=True)


def import_notice(desk: Desk, notice: HolidayNotice) -> CalendarChange:
    """Make ``notice`` part of the calendar and reckon every open case by it.

    A notice that is known already changes nothing (``changed`` False). PermissionRefused without
    更改日历, or if the notice holds for agencies the actor does not see.
    """
    require(desk.actor, Permission.CHANGE_CALENDAR)
    with transaction(desk.session):
        _wait_for_acts(desk.session)
        plan = _plan(desk, notice)
        change = _told(desk, notice, plan, preview=False)
        if plan is None:
            return change
        _add_version(desk, notice, plan)
        _save(desk, plan.after, plan.redated, plan.label)
        record_event(
            desk,
            case=None,
            action=NOTICE_IMPORTED,
            permission=Permission.CHANGE_CALENDAR,
            effective_on=notice.issued_on,
            detail={
                "label": plan.label,
                "version": change.version,
                "number": notice.number,
                "sha256": notice.sha256,
                "moved": len(change.moved) + change.withheld,
            },
        )
        return change


def reckon_open_cases(desk: Desk) -> CalendarChange:
    """Reckon every open case by the calendar in force, as after a new release of the program.

    A release may ship a notice that nobody imported, or correct the clock; this act carries it
    over to the cases, with the same events as an import. ``changed``: some stored date was wrong.
    """
    require(desk.actor, Permission.CHANGE_CALENDAR)
    _require_the_top(desk)
    with transaction(desk.session):
        _wait_for_acts(desk.session)
        calendars = read_calendars(desk.session)
        redated, _ = _reckon(desk, calendars, calendars)
        version = calendars.of().version
        moved, withheld = _moved(desk, redated)
        _save(desk, calendars, redated, "")
        record_event(
            desk,
            case=None,
            action=CASES_RECKONED,
            permission=Permission.CHANGE_CALENDAR,
            detail={"version": version, "moved": len(moved) + withheld},
        )
        return CalendarChange(
            version=version,
            label="",
            changed=bool(redated),
            preview=False,
            moved=moved,
            withheld=withheld,
        )


def _wait_for_acts(session: Session) -> None:
    """Let acts under way on cases finish first and new ones wait; readers go on.

    On SQLite a writing transaction is alone already (transaction.py).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE cases IN EXCLUSIVE MODE"))


def _plan(desk: Desk, notice: HolidayNotice) -> _Plan | None:
    """Return what importing ``notice`` comes to, or None if the calendar says it all already."""
    agency = _scope(desk, notice)
    before = read_calendars(desk.session)
    path = agency.path if agency else ""
    label = before.next_label(notice)
    after = before.with_layer(Layer(label, notice, path or None))
    if before.knows(notice, after, path):
        return None
    redated, made_firm = _reckon(desk, before, after)
    return _Plan(label, agency, after, redated, made_firm)


def _scope(desk: Desk, notice: HolidayNotice) -> Agency | None:
    """Return the agency whose days off these are, or None if they are everybody's."""
    if not notice.agency_code:
        _require_the_top(desk)
        return None
    if notice.kind is NoticeKind.NATIONAL:
        raise RuleBroken(
            "national_holds_for_all",
            "国务院的放假通知适用于所有机关，请不要指定机关；只在本地放假的，请选“地方假日”",
            field="agency",
            basis=BASIS,
        )
    agency = desk.session.scalars(
        select(Agency).where(Agency.code == notice.agency_code)
    ).one_or_none()
    if agency is None or not desk.actor.sees(agency.path):
        raise NotFound(f"没有代码是“{notice.agency_code}”的机关，或者不在您的机关范围内")
    return agency


def _require_the_top(desk: Desk) -> None:
    """Refuse whoever has an agency above their own.

    Several trees may share one installation (unrelated offices on one server): the State Council's
    notice is one fact for all of them, and the administrator of any top agency may enter it.
    """
    above_and_own = [part for part in desk.actor.agency_path.split("/") if part]
    if len(above_and_own) > 1:
        raise PermissionRefused(
            "日历适用于所有机关，请由最上级机关的系统管理员更改",
            permission=Permission.CHANGE_CALENDAR.value,
        )


def _reckon(desk: Desk, before: CalendarSet, after: CalendarSet) -> tuple[list[_Redated], int]:
    """Return the open cases whose stored dates are not those of ``after``, and how many get firm.

    Three queries, whatever the number of cases.
    """
    agencies = read_agency_keys(desk.session)
    old = Reckoners(before, agencies, desk.office_days)
    new = Reckoners(after, agencies, desk.office_days)
    redated = []
    made_firm = 0
    for row in iterate_clock_rows(desk.session, is_running()):
        reckoner = new.of(row.agency_id)
        dates = reckoner.derive(row)
        if dates != row.stored:
            redated.append(_Redated(row, dates, agencies[row.agency_id]))
        if row.stored.due_on is not None and dates.due_on is not None:
            was = old.of(row.agency_id).calendar.is_provisional(row.stored.due_on)
            made_firm += was and not reckoner.calendar.is_provisional(dates.due_on)
    return redated, made_firm


def _told(
    desk: Desk, notice: HolidayNotice, plan: _Plan | None, *, preview: bool
) -> CalendarChange:
    if plan is None:
        version = read_calendars(desk.session).of().version
        return CalendarChange(version=version, label="", changed=False, preview=preview)
    calendar = plan.after.of(plan.path)
    moved, withheld = _moved(desk, plan.redated)
    return CalendarChange(
        version=calendar.version,
        label=plan.label,
        changed=True,
        preview=preview,
        moved=moved,
        withheld=withheld,
        made_firm=plan.made_firm,
        cautions=cautions(notice, calendar),
    )


def _moved(desk: Desk, redated: Iterable[_Redated]) -> tuple[tuple[MovedCase, ...], int]:
    """Return the cases that move, and how many more there are that the actor may not know of."""
    kept = kept_ids(desk.session, desk.actor)
    moved = [case for each in redated if (case := each.moved())]
    shown = [case for case in moved if case.case_id not in kept]
    return in_order(shown), len(moved) - len(shown)


def _add_version(desk: Desk, notice: HolidayNotice, plan: _Plan) -> None:
    desk.session.add(
        CalendarVersion(
            label=plan.label,
            kind=notice.kind,
            agency_id=plan.agency.id if plan.agency else None,
            year=notice.year,
            number=notice.number,
            title=notice.title,
            issued_on=notice.issued_on,
            actor_id=desk.actor.user_id,
            author=desk.actor.name,
            imported_at=desk.now,
            sha256=notice.sha256,
            days=[CalendarDay(day=day.on, kind=day.kind, name=day.name) for day in notice.days],
        )
    )
    desk.session.flush()


def _save(
    desk: Desk,
    calendars: CalendarSet,
    redated: list[_Redated],
    label: str,
) -> None:
    """Write the dates that differ, one event for each, and the version on every open case."""
    session = desk.session
    if redated:
        session.connection().execute(
            _BY_ID,
            [
                {"case_id": each.row.case_id, "changed_at": desk.now, **each.dates._asdict()}
                for each in redated
            ],
        )
        chain_rows(session, [_event(desk, each, calendars, label) for each in redated])
    for path in ("", *calendars.scopes()):
        version = calendars.of(path).version
        stale = update(_CASES).where(is_running(), _CASES.c.calendar_version != version)
        if path:
            below = select(Agency.id).where(in_subtree(path))
            stale = stale.where(_CASES.c.agency_id.in_(below))
        session.connection().execute(stale.values(calendar_version=version))
    session.expire_all()


def _event(desk: Desk, case: _Redated, calendars: CalendarSet, label: str) -> dict[str, Any]:
    role = desk.actor.role_for(Permission.CHANGE_CALENDAR)
    row, old, new = case.row, case.row.stored, case.dates
    return {
        "case_id": row.case_id,
        "agency_id": row.agency_id,
        "action": CASE_MOVED,
        "actor_id": desk.actor.user_id,
        "actor_name": desk.actor.name,
        "role": role.value if role else None,
        "effective_on": desk.today,
        "recorded_at": desk.now,
        "note": "",
        "detail": {
            "label": label,
            "version": calendars.of(case.agency.path).version,
            "before_version": row.calendar_version,
            **{
                name: {"old": _written(getattr(old, name)), "new": _written(getattr(new, name))}
                for name in ("office_due_on", "due_on", "original_due_on")
            },
        },
    }


def _written(day: object) -> str | None:
    return None if day is None else str(day)
