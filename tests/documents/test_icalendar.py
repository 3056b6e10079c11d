"""iCalendar text: what RFC 5545 asks of it, read back by the rules of the RFC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.icalendar import DayEvent, calendar_text, escaped, folded

CHANGED = datetime(2026, 9, 28, 10, 0, 5, tzinfo=timezone(timedelta(hours=8)))


def an_event(**changes: object) -> DayEvent:
    values: dict[str, object] = {
        "uid": "1@casework",
        "on": date(2026, 10, 23),
        "summary": "青资公开〔2026〕1号 应答复",
        "description": "法定期限 2026年10月30日",
        "changed_at": CHANGED,
    }
    return DayEvent(**(values | changes))


def unfolded(text: bytes) -> list[str]:
    assert text.endswith(b"\r\n")
    return text.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_day_is_a_date_without_zone_and_ends_before_the_next() -> None:
    lines = unfolded(calendar_text("办件期限", [an_event()]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[1] == "VERSION:2.0"
    assert lines[-1] == "END:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20261023" in lines
    assert "DTEND;VALUE=DATE:20261024" in lines
    assert "DTSTAMP:20260928T020005Z" in lines
    assert "SUMMARY:青资公开〔2026〕1号 应答复" in lines
    assert "STATUS:CONFIRMED" in lines
    assert not [line for line in lines if line.startswith("BEGIN:VTIMEZONE")]


@pytest.mark.parametrize(
    ("on", "end"),
    [
        (date(2026, 12, 31), "20270101"),
        (date(2027, 1, 1), "20270102"),
        (date(2028, 2, 28), "20280229"),
        (date(2027, 2, 28), "20270301"),
    ],
)
def test_the_day_after_is_right_across_month_and_year_end(on: date, end: str) -> None:
    lines = unfolded(calendar_text("x", [an_event(on=on)]))
    assert f"DTSTART;VALUE=DATE:{on:%Y%m%d}" in lines
    assert f"DTEND;VALUE=DATE:{end}" in lines


def test_a_day_that_may_move_is_tentative() -> None:
    assert "STATUS:TENTATIVE" in unfolded(calendar_text("x", [an_event(tentative=True)]))


def test_marks_with_a_meaning_are_escaped() -> None:
    assert escaped("a,b;c\\d\ne\r\nf\x00g") == "a\\,b\\;c\\\\d\\ne\\nfg"
    hostile = an_event(summary="x\r\nEND:VEVENT\r\nBEGIN:VALARM")
    lines = unfolded(calendar_text("x", [hostile]))
    assert lines.count("END:VEVENT") == 1
    assert "BEGIN:VALARM" not in lines


@given(st.text(max_size=300))
def test_folded_lines_are_short_whole_and_come_back(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    pieces = list(folded(line))
    for piece in pieces:
        assert len(piece.encode()) <= 75 + 2
        assert piece.endswith("\r\n")
    assert "".join(pieces).replace("\r\n ", "") == line + "\r\n"


def test_the_same_facts_give_the_same_bytes() -> None:
    assert calendar_text("x", [an_event()]) == calendar_text(
        "x", [an_event(changed_at=CHANGED.astimezone(UTC))]
    )
