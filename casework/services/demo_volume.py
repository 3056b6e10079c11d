"""Any number of invented cases: seasonal arrivals, repeat applicants, all outcomes, open ends.

Everything comes from one seeded ``random.Random``: the same seed gives the same records.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.application import Channel, ReliefKind, ReliefResult
from casework.domain.ledger import (
    WITHHELD_NOTE,
    Consultation,
    Correction,
    Extension,
    LedgerRow,
    ReliefRecord,
)
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

from casework.services.demo_records import (
    DAYS_IN_TIME,
    DELIVERIES,
    MONTHS,
    item_number,
    row_of,
    submission_day,
)


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
    highest = max(MONTHS)
    while True:
        day = first + timedelta(days=chance.randint(0, span))
        if chance.randrange(highest) < MONTHS[day.month - 1] and calendar.is_working_day(day):
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
    row = row_of(
        applicant,
        agency=agency.code,
        channel=channel,
        received_on=received_on,
        submitted_on=submission_day(chance, channel, received_on),
        request_text=invent_request(chance, subject, agency.around, received_on.year),
        subject=subject.name,
        unit=subject.unit,
    )
    row, from_day = _with_pauses(row, chance, calendar, ground)
    days = chance.randint(*DAYS_IN_TIME)
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
        delivery=DELIVERIES[row.channel],
        mail_number=item_number(chance) if row.channel is Channel.MAIL else "",
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
