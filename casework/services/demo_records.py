"""Invented case records that add up to a published year-end.

Everything comes from one seeded ``random.Random``: the same seed gives the same records.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from casework.domain.application import Channel, DeliveryMethod, ReliefKind
from casework.domain.ledger import (
    WITHHELD_NOTE,
    Consultation,
    Extension,
    LedgerRow,
    ReliefRecord,
)
from casework.domain.letter_kinds import LetterKind
from casework.domain.statutes import Party
from casework.services.demo_words import (
    DemoApplicant,
    invent_applicant,
    invent_request,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from casework.domain.working_days import WorkingDayCalendar
    from casework.services.demo_words import DemoSubject
    from casework.services.demo_year_ends import Place, YearEnd

T = TypeVar("T")

# Spring brings the assemblies and the land season, the holidays empty January and February.
MONTHS = (6, 4, 10, 10, 10, 9, 8, 8, 9, 8, 10, 8)
DELIVERIES = {
    Channel.IN_PERSON: DeliveryMethod.DIRECT,
    Channel.MAIL: DeliveryMethod.MAIL,
    Channel.ONLINE: DeliveryMethod.EMAIL,
    Channel.FAX: DeliveryMethod.FAX,
}
DAYS_IN_TIME = (3, 15)
_EXTENDED = (17, 29)
_CARRIED_FROM = (12, 11)
_CARRIED_GROUNDS = ("disclosed", "disclosed", "already_public")


_SHORT_NAME = 3


@dataclass(frozen=True, slots=True)
class _Fate:
    """How one application of a year-end ends: on which ground, extended, in the next year."""

    ground: str
    extended: bool = False
    carried: bool = False


def year_end_rows(
    year_end: YearEnd, chance: Random, calendar: WorkingDayCalendar
) -> list[LedgerRow]:
    """Return the year's applications one by one, by receipt day; their sums are the published ones.

    Every margin (channels, answers, agencies, subjects) is exact; how they meet in one case is
    drawn by lot.
    """
    places = _shuffled(chance, [place for place in year_end.places for _ in range(place.received)])
    channels = _shuffled(
        chance, [c for c, count in year_end.channels.items() for _ in range(count)]
    )
    subjects = _shuffled(
        chance, [s for s, count in year_end.subjects.items() for _ in range(count)]
    )
    fates = _fates(year_end, places, chance)
    rows = [
        _year_end_row(year_end, chance, calendar, place, channel, subject, fate)
        for place, channel, subject, fate in zip(places, channels, subjects, fates, strict=True)
    ]
    rows.sort(key=lambda row: (row.received_on, row.name))
    return _numbered(_with_reliefs(rows, year_end), year_end.places)


def _shuffled(chance: Random, items: list[T]) -> list[T]:
    chance.shuffle(items)
    return items


def _fates(year_end: YearEnd, places: Sequence[Place], chance: Random) -> list[_Fate]:
    """Return one fate for each place; agencies that were all on time get plain ones only."""
    answers = _shuffled(
        chance, [ground for ground, count in year_end.grounds.items() for _ in range(count)]
    )
    special = [_Fate(ground, extended=True) for ground in answers[: year_end.extended]]
    special += [
        _Fate(chance.choice(_CARRIED_GROUNDS), carried=True) for _ in range(year_end.carried_over)
    ]
    plain = [_Fate(ground) for ground in answers[year_end.extended :]]
    strict = sum(place.all_on_time for place in places)
    kept, free = plain[:strict], _shuffled(chance, plain[strict:] + special)
    return [kept.pop() if place.all_on_time else free.pop() for place in places]


def _year_end_row(
    year_end: YearEnd,
    chance: Random,
    calendar: WorkingDayCalendar,
    place: Place,
    channel: Channel,
    subject: DemoSubject,
    fate: _Fate,
) -> LedgerRow:
    around = place.name if len(place.name) <= _SHORT_NAME else year_end.asked_around
    applicant = invent_applicant(chance, year_end.asked_around)
    received_on, replied_on = _days(year_end.year, fate, chance, calendar)
    consultations: tuple[Consultation, ...] = ()
    if fate.ground == "partly_disclosed" and not fate.carried:
        started_on = calendar.add(received_on, 1)
        ended_on = calendar.add(started_on, 1)
        consultations = (Consultation(Party.THIRD_PARTY, started_on, ended_on),)
    return row_of(
        applicant,
        agency=place.code,
        channel=channel,
        received_on=received_on,
        submitted_on=submission_day(chance, channel, received_on),
        request_text=invent_request(chance, subject, around, year_end.year),
        subject=subject.name,
        unit=subject.unit,
        consultations=consultations,
        extension=Extension(15, calendar.add(received_on, 12)) if fate.extended else None,
        replied_on=replied_on,
        closed_on=replied_on,
        ground=fate.ground,
        delivery=DELIVERIES[channel],
        mail_number=item_number(chance) if channel is Channel.MAIL else "",
        note=f"{WITHHELD_NOTE}个人隐私" if fate.ground == "partly_disclosed" else "",
    )


def row_of(applicant: DemoApplicant, **facts: object) -> LedgerRow:
    """Return a ledger row of ``applicant`` with these facts."""
    return LedgerRow(
        applicant_type=applicant.type,
        name=applicant.name,
        id_kind=applicant.id_kind,
        id_number=applicant.id_number,
        phone=applicant.phone,
        address=applicant.address,
        email=applicant.email,
        **facts,  # type: ignore[arg-type]
    )


def _days(
    year: int, fate: _Fate, chance: Random, calendar: WorkingDayCalendar
) -> tuple[date, date]:
    """Return a receipt day and a reply day that make the fate true, by trying."""
    while True:
        if fate.carried:
            first = date(year, *_CARRIED_FROM)
            received_on = first + timedelta(days=chance.randint(0, 20))
        else:
            received_on = _some_day(year, chance)
        if not calendar.is_working_day(received_on):
            continue
        span = _EXTENDED if fate.extended else DAYS_IN_TIME
        replied_on = calendar.add(received_on, chance.randint(*span))
        if received_on.year == year and (replied_on.year > year) == fate.carried:
            return received_on, replied_on


def _some_day(year: int, chance: Random) -> date:
    [month] = chance.choices(range(1, 13), weights=MONTHS)
    return date(year, month, chance.randint(1, 28))


def submission_day(chance: Random, channel: Channel, received_on: date) -> date:
    """Return the day on the application form: letters are some days on their way."""
    return received_on - timedelta(days=chance.randint(1, 4) if channel is Channel.MAIL else 0)


def item_number(chance: Random) -> str:
    """Return an invented number of a registered letter."""
    return f"DEMO{chance.randrange(10**9):09d}CN"


def _with_reliefs(rows: list[LedgerRow], year_end: YearEnd) -> list[LedgerRow]:
    """Give the published 复议 and 诉讼 to the first refusals, within the year."""
    refused = [
        place
        for place, row in enumerate(rows)
        if row.ground not in {"disclosed", "already_public"}
        and row.replied_on is not None
        and row.replied_on < date(year_end.year, 9, 1)
    ]
    for place, (kind, result) in zip(refused, year_end.reliefs, strict=False):
        row = rows[place]
        filed_on = (row.replied_on or row.received_on) + timedelta(days=30)
        record = ReliefRecord(kind, filed_on, result)
        rows[place] = (
            replace(row, reviews=(record,))
            if kind is ReliefKind.REVIEW
            else replace(row, suits=(record,))
        )
    return rows


def _numbered(rows: list[LedgerRow], places: Sequence[Place]) -> list[LedgerRow]:
    """Give every reply its 文号, in the order the replies went out, per agency and year."""
    prefixes = {place.code: place.prefix or f"{place.name}公开" for place in places}
    drawn: Counter[tuple[str, int]] = Counter()
    numbers = {}
    answered = [place for place, row in enumerate(rows) if row.replied_on is not None]
    for place in sorted(answered, key=lambda each: (rows[each].replied_on or date.max, each)):
        row = rows[place]
        year = (row.replied_on or row.received_on).year
        drawn[row.agency, year] += 1
        series = f"{prefixes[row.agency]}{LetterKind.REPLY.series}"
        numbers[place] = f"{series}〔{year}〕{drawn[row.agency, year]}号"
    return [
        replace(row, document_number=numbers[place]) if place in numbers else row
        for place, row in enumerate(rows)
    ]


# Any number of cases.
