"""Invented case records for the demonstration: a published year-end, or any number of cases.

Everything comes from one seeded ``random.Random``: the same seed gives the same records.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from casework.domain.application import Channel, DeliveryMethod, ReliefKind, ReliefResult
from casework.domain.ledger import (
    WITHHELD_NOTE,
    Consultation,
    Correction,
    Extension,
    LedgerRow,
    ReliefRecord,
)
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import get_ground
from casework.domain.statutes import Party, statute_for
from casework.services.demo_words import (
    SUBJECTS,
    DemoApplicant,
    invent_applicant,
    invent_request,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from casework.domain.working_days import WorkingDayCalendar
    from casework.services.demo_words import DemoSubject
    from casework.services.demo_year_ends import Place, YearEnd

T = TypeVar("T")

_DELIVERIES = {
    Channel.IN_PERSON: DeliveryMethod.DIRECT,
    Channel.MAIL: DeliveryMethod.MAIL,
    Channel.ONLINE: DeliveryMethod.EMAIL,
    Channel.FAX: DeliveryMethod.FAX,
}
# Spring brings the assemblies and the land season, the holidays empty January and February.
_MONTHS = (6, 4, 10, 10, 10, 9, 8, 8, 9, 8, 10, 8)
_IN_TIME = (3, 15)
_EXTENDED = (17, 29)
_CARRIED_FROM = (12, 11)
_CARRIED_GROUNDS = ("disclosed", "disclosed", "already_public")


_SHORT_NAME = 3


class _Shares(NamedTuple):
    """How often what happens; the order of magnitude of real offices, no office's figures."""

    regulars: float = 0.33
    extended: float = 0.08
    late: float = 0.02
    corrected: float = 0.05
    consulted: float = 0.04
    third_party: float = 0.9
    made_public: float = 0.04
    disputed: float = 0.025


_SHARES = _Shares()


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
    return _row(
        applicant,
        agency=place.code,
        channel=channel,
        received_on=received_on,
        submitted_on=_submitted(chance, channel, received_on),
        request_text=invent_request(chance, subject, around, year_end.year),
        subject=subject.name,
        unit=subject.unit,
        consultations=consultations,
        extension=Extension(15, calendar.add(received_on, 12)) if fate.extended else None,
        replied_on=replied_on,
        closed_on=replied_on,
        ground=fate.ground,
        delivery=_DELIVERIES[channel],
        mail_number=_item_number(chance) if channel is Channel.MAIL else "",
        note=f"{WITHHELD_NOTE}个人隐私" if fate.ground == "partly_disclosed" else "",
    )


def _row(applicant: DemoApplicant, **facts: object) -> LedgerRow:
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
        span = _EXTENDED if fate.extended else _IN_TIME
        replied_on = calendar.add(received_on, chance.randint(*span))
        if received_on.year == year and (replied_on.year > year) == fate.carried:
            return received_on, replied_on


def _some_day(year: int, chance: Random) -> date:
    [month] = chance.choices(range(1, 13), weights=_MONTHS)
    return date(year, month, chance.randint(1, 28))


def _submitted(chance: Random, channel: Channel, received_on: date) -> date:
    return received_on - timedelta(days=chance.randint(1, 4) if channel is Channel.MAIL else 0)


def _item_number(chance: Random) -> str:
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


@dataclass(frozen=True, slots=True)
class Asked:
    """An agency that receives applications, and its share of them."""

    code: str
    around: str
    weight: float = 1.0


def invent_rows(
    chance: Random,
    calendar: WorkingDayCalendar,
    *,
    count: int,
    agencies: Sequence[Asked],
    first: date,
    last: date,
    today: date,
) -> Iterator[LedgerRow]:
    """Yield ``count`` applications received from ``first`` to ``last``, by receipt day.

    Arrivals follow the seasons, a third of the applicants come again and again, all outcomes of
    the regulation in force occur; what would be answered after ``today`` is still open.
    """
    days = sorted(_arrival(chance, calendar, first, last) for _ in range(count))
    regulars = [
        (invent_applicant(chance, chance.choice(agencies).around)) for _ in range(1 + count // 20)
    ]
    weights = [agency.weight for agency in agencies]
    for received_on in days:
        [agency] = chance.choices(agencies, weights=weights)
        applicant = (
            regulars[int(len(regulars) * chance.random() ** 3)]
            if chance.random() < _SHARES.regulars
            else invent_applicant(chance, agency.around)
        )
        yield _any_row(chance, calendar, agency, applicant, received_on, today)


def _arrival(chance: Random, calendar: WorkingDayCalendar, first: date, last: date) -> date:
    span = (last - first).days
    highest = max(_MONTHS)
    while True:
        day = first + timedelta(days=chance.randint(0, span))
        if chance.randrange(highest) < _MONTHS[day.month - 1] and calendar.is_working_day(day):
            return day


_GROUNDS = {
    "2007": (
        ("already_public", 250),
        ("disclosed", 380),
        ("partly_disclosed", 110),
        ("state_secret", 4),
        ("trade_secret", 8),
        ("personal_privacy", 12),
        ("safety_and_stability", 3),
        ("not_government_information", 15),
        ("other_statutory_ground", 12),
        ("not_ours", 70),
        ("not_existing", 80),
        ("asked_to_amend", 25),
        ("other_channel", 20),
        ("withdrawn", 11),
    ),
    "2019": (
        ("already_public", 180),
        ("disclosed", 320),
        ("to_be_published", 10),
        ("partly_disclosed", 120),
        ("state_secret", 3),
        ("forbidden_by_law", 6),
        ("trade_secret", 6),
        ("personal_privacy", 14),
        ("third_party_refused", 8),
        ("internal_affairs", 6),
        ("process_information", 12),
        ("enforcement_file", 10),
        ("query_matter", 12),
        ("not_held", 40),
        ("not_ours", 60),
        ("not_existing", 80),
        ("needs_compiling", 14),
        ("still_unclear", 4),
        ("petition", 22),
        ("repeat", 14),
        ("publication", 3),
        ("excessive", 2),
        ("reconfirm", 3),
        ("not_corrected", 9),
        ("withdrawn", 20),
        ("other", 12),
    ),
}
_CHANNELS = {
    Channel.ONLINE: 52,
    Channel.MAIL: 30,
    Channel.IN_PERSON: 16,
    Channel.FAX: 2,
}


def _any_row(
    chance: Random,
    calendar: WorkingDayCalendar,
    agency: Asked,
    applicant: DemoApplicant,
    received_on: date,
    today: date,
) -> LedgerRow:
    statute = statute_for(received_on)
    grounds = _GROUNDS[statute.code]
    [ground] = chance.choices([g for g, _ in grounds], weights=[w for _, w in grounds])
    [channel] = chance.choices(list(_CHANNELS), weights=list(_CHANNELS.values()))
    subject = chance.choice(SUBJECTS)
    row = _row(
        applicant,
        agency=agency.code,
        channel=channel,
        received_on=received_on,
        submitted_on=_submitted(chance, channel, received_on),
        request_text=invent_request(chance, subject, agency.around, received_on.year),
        subject=subject.name,
        unit=subject.unit,
    )
    row, from_day = _with_pauses(row, chance, calendar, ground)
    days = chance.randint(*_IN_TIME)
    if chance.random() < _SHARES.extended:
        row = replace(row, extension=Extension(10, calendar.add(from_day, statute.base_days - 2)))
        days = statute.base_days + chance.randint(1, 9)
    elif chance.random() < _SHARES.late:
        days = statute.base_days + chance.randint(1, 12)
    ended_on = calendar.add(from_day, days)
    if ended_on > today:
        return _still_open(row, today)
    return _with_relief(_ended(row, chance, ground, ended_on), chance, ended_on, today)


def _with_pauses(
    row: LedgerRow, chance: Random, calendar: WorkingDayCalendar, ground: str
) -> tuple[LedgerRow, date]:
    """Give the row a correction or a consultation, and return the day from which work goes on."""
    lot = chance.random()
    unanswered = ground == "not_corrected"
    if row.statute.correction_restarts and (
        unanswered or ground == "still_unclear" or lot < _SHARES.corrected
    ):
        asked_on = calendar.add(row.received_on, chance.randint(2, 6))
        back_on = calendar.add(asked_on, chance.randint(3, 10))
        correction = Correction(asked_on, None if unanswered else back_on)
        return replace(row, corrections=(correction,)), back_on
    if (
        ground in {"partly_disclosed", "third_party_refused", "trade_secret"}
        or lot > 1 - _SHARES.consulted
    ):
        started_on = calendar.add(row.received_on, chance.randint(1, 4))
        ended_on = calendar.add(started_on, chance.randint(2, 15))
        party = Party.THIRD_PARTY if lot < _SHARES.third_party else Party.AGENCY
        return replace(row, consultations=(Consultation(party, started_on, ended_on),)), ended_on
    return row, row.received_on


def _still_open(row: LedgerRow, today: date) -> LedgerRow:
    """Take away what lies after today."""
    return replace(
        row,
        corrections=tuple(
            Correction(each.requested_on, _by(each.received_on, today))
            for each in row.corrections
            if each.requested_on <= today
        ),
        consultations=tuple(
            Consultation(each.party, each.started_on, _by(each.ended_on, today))
            for each in row.consultations
            if each.started_on <= today
        ),
        extension=row.extension if row.extension and row.extension.on <= today else None,
    )


def _by(day: date | None, today: date) -> date | None:
    return day if day is not None and day <= today else None


def _ended(row: LedgerRow, chance: Random, ground: str, ended_on: date) -> LedgerRow:
    if not get_ground(ground).reply_required:
        return replace(row, closed_on=ended_on, ground=ground)
    return replace(
        row,
        replied_on=ended_on,
        closed_on=ended_on,
        ground=ground,
        delivery=_DELIVERIES[row.channel],
        mail_number=_item_number(chance) if row.channel is Channel.MAIL else "",
        note=f"{WITHHELD_NOTE}个人隐私" if ground == "partly_disclosed" else "",
        made_public="是" if ground == "disclosed" and chance.random() < _SHARES.made_public else "",
    )


def _with_relief(row: LedgerRow, chance: Random, ended_on: date, today: date) -> LedgerRow:
    """One answer in forty goes to 复议, one in eighty to court."""
    lot = chance.random()
    filed_on = ended_on + timedelta(days=chance.randint(5, 55))
    if row.replied_on is None or lot > _SHARES.disputed or filed_on > today:
        return row
    pending = filed_on + timedelta(days=90) > today
    decided = (ReliefResult.UPHELD, ReliefResult.UPHELD, ReliefResult.CORRECTED, ReliefResult.OTHER)
    result = ReliefResult.PENDING if pending else chance.choice(decided)
    if lot < _SHARES.disputed / 2:
        return replace(row, suits=(ReliefRecord(ReliefKind.DIRECT_SUIT, filed_on, result),))
    return replace(row, reviews=(ReliefRecord(ReliefKind.REVIEW, filed_on, result),))
