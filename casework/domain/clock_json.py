"""Clock scenarios as JSON: reading them strictly, writing answers, naming what is wrong where.

The shapes are an outside interface (docs/clock.md). A broken rule is an answer like another, so
one bad scenario does not stop a list.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from casework.domain.clock_breaches import Note
from casework.domain.clock_events import ClockEvent, ClockEventKind, ClockFacts, full_date
from casework.domain.clock_trail import trail
from casework.domain.errors import RuleBroken
from casework.domain.statutes import Party, StatuteCode
from casework.domain.statutory_clock import OFFICE_DAYS, reckon

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from casework.domain.statutory_clock import Reckoning
    from casework.domain.working_days import WorkingDayCalendar

_Choice = TypeVar("_Choice", bound=StrEnum)
_SHOWN = 30
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SCENARIO_KEYS = frozenset({"received", "statute", "events", "replied", "today"})
_EVENT_KEYS = {
    ClockEventKind.CONSULTATION_STARTED: frozenset({"kind", "on", "with"}),
    ClockEventKind.CONSULTATION_ENDED: frozenset({"kind", "on", "with"}),
    ClockEventKind.EXTENSION: frozenset({"kind", "on", "days"}),
    ClockEventKind.DELAY: frozenset({"kind", "on", "days"}),
}
_PLAIN_EVENT_KEYS = frozenset({"kind", "on"})
_FIELD_NAMES = {"received_on": "received", "replied_on": "replied"}


class Scenario(NamedTuple):
    """A scenario as read; ``unused`` names the keys that mean nothing here."""

    facts: ClockFacts
    today: date | None
    unused: tuple[str, ...]


def from_json(value: object) -> Scenario:
    """Read one scenario; RuleBroken names the key that is wrong, as ``events[2].on``."""
    if not isinstance(value, dict):
        raise _broken("scenario_not_object", "每个算例须是一个 JSON 对象", "")
    unused = [str(key) for key in value if key not in _SCENARIO_KEYS]
    received = _date(value, "received", "")
    if received is None:
        raise _broken("received_missing", "received：请填收到日期，如 2026-09-07", "received")
    replied = _date(value, "replied", "")
    if replied is not None and replied < received:
        raise RuleBroken(
            "reply_before_receipt",
            f"replied：答复日期早于收到日期 {full_date(received)}，请核对",
            field="replied",
            basis="国办公开办函〔2016〕235号",
        )
    facts = ClockFacts(
        received_on=received,
        statute=_choice(value, "statute", "", StatuteCode),
        events=tuple(_events(value.get("events"), unused)),
        replied_on=replied,
    )
    return Scenario(facts, _date(value, "today", ""), tuple(unused))


def answer(
    value: object,
    calendar: WorkingDayCalendar,
    *,
    today: date,
    office_days: int = OFFICE_DAYS,
) -> dict[str, Any]:
    """Return the answer to one scenario, or ``{"error": …}`` in its place."""
    try:
        scenario = from_json(value)
        today = scenario.today or today
        reckoning = reckon(scenario.facts, calendar, today=today, office_days=office_days)
        days = trail(scenario.facts, calendar, today=today)
    except RuleBroken as broken:
        return {"error": error_json(broken)}
    result = to_json(reckoning)
    result["warnings"] += [str(note) for note in _unused_notes(scenario.unused)]
    result["trail"] = [{"on": d.on.isoformat(), "counts": d.counts, "why": d.why} for d in days]
    return result


def to_json(reckoning: Reckoning) -> dict[str, Any]:
    """Return the answer without the trail; dates as ISO strings, None as null."""
    return {
        "statute": reckoning.statute.value,
        "starts_on": reckoning.starts_on.isoformat(),
        "original_due_on": _iso(reckoning.original_due_on),
        "due_on": _iso(reckoning.due_on),
        "office_due_on": _iso(reckoning.office_due_on),
        "timeliness": reckoning.timeliness.value,
        "days_late": reckoning.days_late,
        "working_days_used": reckoning.working_days_used,
        "provisional": reckoning.provisional,
        "calendar_version": reckoning.calendar_version,
        "warnings": [str(note) for note in reckoning.warnings],
    }


def error_json(broken: RuleBroken) -> dict[str, str]:
    """Return code, field, message and basis of a broken rule, the field by its JSON name."""
    return {
        "code": broken.code,
        "field": _FIELD_NAMES.get(broken.field, broken.field),
        "message": broken.message,
        "basis": broken.basis,
    }


def _events(value: object, unused: list[str]) -> Iterable[ClockEvent]:
    if value is None:
        return
    if not isinstance(value, list):
        raise _broken("events_not_list", "events：须是一个数组，没有事件时写 []", "events")
    for place, item in enumerate(value):
        where = f"events[{place}]"
        if not isinstance(item, dict):
            raise _broken("event_not_object", f"{where}：每个事件须是一个 JSON 对象", where)
        kind = _choice(item, "kind", f"{where}.", ClockEventKind)
        if kind is None:
            raise _missing_choice(f"{where}.kind", ClockEventKind)
        allowed = _EVENT_KEYS.get(kind, _PLAIN_EVENT_KEYS)
        unused += [f"{where}.{key}" for key in item if key not in allowed]
        yield _event(kind, item, f"{where}.")


def _event(kind: ClockEventKind, item: Mapping[str, object], where: str) -> ClockEvent:
    on = _date(item, "on", where)
    if on is None:
        raise _broken("date_missing", f"{where}on：请填事件的日期，如 2026-09-10", f"{where}on")
    party = None
    if kind in (ClockEventKind.CONSULTATION_STARTED, ClockEventKind.CONSULTATION_ENDED):
        party = _choice(item, "with", where, Party)
        if party is None and kind is ClockEventKind.CONSULTATION_STARTED:
            raise _missing_choice(f"{where}with", Party)
    takes_days = kind in (ClockEventKind.EXTENSION, ClockEventKind.DELAY)
    days = _days(item, where) if takes_days else None
    return ClockEvent(kind, on, party, days)


def _date(item: Mapping[str, object], key: str, where: str) -> date | None:
    value = item.get(key)
    if value is None:
        return None
    name = where + key
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # 2026-02-30: well formed, but no such day
    raise _broken("not_a_date", f"{name}：{_shown(value)}不是日期，请写成 2026-09-07 的样子", name)


def _days(item: Mapping[str, object], where: str) -> int:
    value, name = item.get("days"), f"{where}days"
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        shown = "" if value is None else f"{_shown(value)}不对，"
        raise _broken("days_invalid", f"{name}：{shown}请填延长的工作日数，1 以上的整数", name)
    return value


def _choice(
    item: Mapping[str, object], key: str, where: str, kinds: type[_Choice]
) -> _Choice | None:
    value = item.get(key)
    if value is None:
        return None
    for kind in kinds:
        if value == kind.value:
            return kind
    name = where + key
    raise _broken("not_a_choice", f"{name}：不认识{_shown(value)}，可以填 {_choices(kinds)}", name)


def _missing_choice(name: str, kinds: type[StrEnum]) -> RuleBroken:
    return _broken("choice_missing", f"{name}：请填 {_choices(kinds)} 之一", name)


def _choices(kinds: type[StrEnum]) -> str:
    return "、".join(kind.value for kind in kinds)


def _unused_notes(unused: Iterable[str]) -> Iterable[Note]:
    for name in unused:
        yield Note("unused_key", f"{name} 不是算例的项目，未使用；期限只按事实推算", name)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _broken(code: str, message: str, name: str) -> RuleBroken:
    return RuleBroken(code, message, field=name)


def _shown(value: object) -> str:
    text = str(value)
    return f"“{text[:_SHOWN]}…”" if len(text) > _SHOWN else f"“{text}”"
