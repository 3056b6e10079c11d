"""All-day events as iCalendar text (RFC 5545), for a calendar program that subscribes.

Lines end in CRLF and are folded at 75 octets without cutting a character in two (3.1); commas,
semicolons, backslashes and line ends in a text are escaped (3.3.11). A day is a DATE without zone:
it is the same day wherever the program runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from casework.documents.chinese_text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

MEDIA_TYPE = "text/calendar; charset=utf-8"
_LONGEST_LINE = 75
_ONE_DAY = timedelta(days=1)
_REFRESH = "PT4H"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvent:
    """One event of a whole day.

    ``uid`` stays the same as long as it is the same thing, whatever its day; ``changed_at`` is when
    it last became what it is. ``tentative``: the day may still move.
    """

    uid: str
    on: date
    summary: str
    description: str
    changed_at: datetime
    tentative: bool = False


def calendar_text(name: str, events: Iterable[DayEvent]) -> bytes:
    """Return a VCALENDAR with one VEVENT for each event, in UTF-8."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//casework//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{_REFRESH}",  # RFC 7986 5.7
        f"X-PUBLISHED-TTL:{_REFRESH}",
    ]
    for event in events:
        lines += _event_lines(event)
    lines.append("END:VCALENDAR")
    return "".join(piece for line in lines for piece in folded(line)).encode()


def escaped(text: str) -> str:
    """Return ``text`` as a TEXT value; control characters carry no meaning and go."""
    return clean(text).translate(_ESCAPES)


def folded(line: str) -> Iterator[str]:
    """Yield the physical lines of a content line, each with its CRLF."""
    piece = ""
    size = 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _LONGEST_LINE:
            yield piece + "\r\n"
            piece, size = " ", 1
        piece += character
        size += octets
    yield piece + "\r\n"


def _event_lines(event: DayEvent) -> Iterator[str]:
    changed = event.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.on + _ONE_DAY:%Y%m%d}"  # the first day after it (3.6.1)
    yield f"SUMMARY:{escaped(event.summary)}"
    yield f"DESCRIPTION:{escaped(event.description)}"
    yield f"STATUS:{'TENTATIVE' if event.tentative else 'CONFIRMED'}"
    yield "CLASS:CONFIDENTIAL"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"
