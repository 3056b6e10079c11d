"""Ledger rows into tables, a few thousand at a time, inside the caller's transaction.

Bulk INSERTs instead of one object per row: 100,000 rows are some 300,000 records.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import insert, select

from casework.domain.letter_kinds import LetterKind
from casework.domain.numbers import CASE_SERIES
from casework.domain.permissions import Permission
from casework.domain.statutory_clock import reckon
from casework.models import Applicant, Case, ClockFact, Delivery, Document, Relief
from casework.models.sealed import sealer
from casework.queries.search_sources import CaseTexts
from casework.services.audit import chain_rows
from casework.services.numbering import draw, note_used
from casework.services.search_index import entry, write_entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from typing import Self

    from sqlalchemy import Table

    from casework.domain.ledger import LedgerRow
    from casework.domain.working_days import WorkingDayCalendar
    from casework.services.desk import Desk
    from casework.services.ledger_agencies import AgencyPlace

IMPORTED_LETTER = hashlib.sha256(b"").hexdigest()
"""What an imported reply bears for a hash: its number is known, its bytes are not."""


# Past the mapper: a tenth of the time of an import.
_CASES = cast("Table", Case.__table__)


@dataclass(frozen=True, slots=True)
class StorableRow:
    """A row that may go in: where it stood in its file, its agency, its key, its calendar."""

    line: int
    row: LedgerRow
    agency: AgencyPlace
    key: str
    calendar: WorkingDayCalendar


def store_rows(desk: Desk, rows: Sequence[StorableRow], *, import_id: int | None) -> None:
    """Write rows as cases with everything that belongs to them; numberless ones are given one."""
    if not rows:
        return
    numbers = _numbers(desk, rows)
    desk.session.execute(
        insert(_CASES),
        [
            _case(desk, stored, number, import_id)
            for stored, number in zip(rows, numbers, strict=True)
        ],
    )
    ids = _case_ids(desk, rows, numbers)
    tables: dict[Any, list[dict[str, Any]]] = {
        Applicant: [],
        ClockFact: [],
        Relief: [],
        Delivery: [],
    }
    events: list[_ImportEvent] = []
    teller = _Teller.of(desk, import_id)
    documents = _documents(desk, rows, ids)
    for stored, case_id in zip(rows, ids, strict=True):
        row = stored.row
        tables[Applicant].append(_applicant(case_id, row))
        tables[ClockFact] += [
            {
                "case_id": case_id,
                "kind": event.kind.value,
                "happened_on": event.on,
                "party": event.party.value if event.party else None,
                "days": event.days,
                "whom": "",
                "reason": "",
            }
            for event in row.clock_events
        ]
        tables[Relief] += [
            {
                "case_id": case_id,
                "kind": relief.kind,
                "filed_on": relief.filed_on,
                "result": relief.result,
                "decided_on": None,
                "body": "",
            }
            for relief in (*row.reviews, *row.suits)
        ]
        if row.delivery is not None:
            tables[Delivery].append(
                {
                    "case_id": case_id,
                    "document_id": documents.get(case_id),
                    "method": row.delivery,
                    "handed_over_on": row.replied_on,
                    "mail_number": row.mail_number,
                    "signed_on": None,
                    "note": "",
                }
            )
        events.append(
            _ImportEvent(
                teller, case_id, stored.agency.id, row.state.value, row.received_on, stored.line
            )
        )
    write_entries(
        desk.session,
        [
            _search_entry(stored.row, case_id, number)
            for stored, case_id, number in zip(rows, ids, numbers, strict=True)
        ],
    )
    for table, records in tables.items():
        if records:
            desk.session.execute(insert(table.__table__), records)
    chain_rows(desk.session, events)


def _case_ids(desk: Desk, rows: Sequence[StorableRow], numbers: Sequence[str]) -> list[int]:
    """Return the ids of the cases just written; one look-up is faster than RETURNING per row."""
    of_agency: defaultdict[int, list[str]] = defaultdict(list)
    for stored, number in zip(rows, numbers, strict=True):
        of_agency[stored.agency.id].append(number)
    ids: dict[tuple[int, str], int] = {}
    for agency_id, its_numbers in of_agency.items():
        query = select(Case.id, Case.number).where(
            Case.agency_id == agency_id, Case.number.in_(its_numbers)
        )
        ids |= {(agency_id, number): key for key, number in desk.session.execute(query)}
    return [ids[stored.agency.id, number] for stored, number in zip(rows, numbers, strict=True)]


def _numbers(desk: Desk, rows: Sequence[StorableRow]) -> list[str]:
    """Return each row's number, drawing the missing ones per agency and year of receipt."""
    wanted: defaultdict[tuple[AgencyPlace, int], list[int]] = defaultdict(list)
    used: defaultdict[tuple[int, str, int], int] = defaultdict(int)
    for place, stored in enumerate(rows):
        agency, row = stored.agency, stored.row
        if not row.number:
            wanted[agency, row.received_on.year].append(place)
        for series, year, sequence in agency.numbering.read(row.number, row.document_number):
            key = agency.id, series, year
            used[key] = max(used[key], sequence)
    for (agency_id, series, year), sequence in sorted(used.items()):
        note_used(desk.session, agency_id=agency_id, series=series, year=year, sequence=sequence)
    numbers = [stored.row.number for stored in rows]
    for (agency, year), places in sorted(wanted.items(), key=lambda each: each[0][0].id):
        drawn = draw(
            desk.session,
            agency_id=agency.id,
            series=CASE_SERIES,
            year=year,
            prefix=agency.numbering.prefix,
            how_many=len(places),
        )
        for place, number in zip(places, drawn, strict=True):
            numbers[place] = str(number)
    return numbers


def _case(desk: Desk, stored: StorableRow, number: str, import_id: int | None) -> dict[str, Any]:
    row = stored.row
    result = reckon(
        row.clock_facts(), stored.calendar, today=desk.today, office_days=desk.office_days
    )
    return {
        "version": 1,
        "agency_id": stored.agency.id,
        "number": number,
        "nonce": None,
        "state": row.state,
        "channel": row.channel,
        "receipt_mode": None,
        "applicant_type": row.applicant_type,
        "submitted_on": row.submitted_on,
        "arrived_on": None,
        "received_on": row.received_on,
        "received_year": row.received_on.year,
        "mail_number": "",
        "request_text": row.request_text,
        "subject": row.subject,
        "provide_form": "",
        "obtain_by": "",
        "note": row.note,
        "unit": row.unit,
        "handler_id": None,
        "statute": row.statute.code,
        "statute_reason": "",
        "ground": row.ground,
        "replied_on": row.replied_on,
        "closed_on": row.closed_on,
        "closed_year": row.closed_on.year if row.closed_on else None,
        "archived_on": None,
        "fee_yuan": row.fee_yuan,
        "made_public": row.made_public,
        "starts_on": result.starts_on,
        "original_due_on": result.original_due_on,
        "due_on": result.due_on,
        "office_due_on": result.office_due_on,
        "is_suspended": result.due_on is None and row.closed_on is None,
        "calendar_version": stored.calendar.version,
        "import_key": stored.key,
        "import_id": import_id,
        "registered_at": desk.now,
        "changed_at": desk.now,
    }


def _applicant(case_id: int, row: LedgerRow) -> dict[str, Any]:
    index = sealer().blind_index
    return {
        "case_id": case_id,
        "name": row.name,
        "id_kind": row.id_kind,
        "id_number": row.id_number,
        "id_number_index": index(row.id_number) if row.id_number else "",
        "phone": row.phone,
        "phone_index": index(row.phone) if row.phone else "",
        "address": row.address,
        "postcode": row.postcode,
        "email": row.email,
        "contact_name": "",
    }


def _search_entry(row: LedgerRow, case_id: int, number: str) -> dict[str, Any]:
    texts = CaseTexts(
        case_id=case_id,
        numbers=(number, row.document_number, row.mail_number),
        names=(row.name,),
        subject=row.subject,
        request_text=row.request_text,
        remarks=(row.note,),
    )
    return entry(texts, (row.id_number, row.phone, row.address, row.email))


def _documents(desk: Desk, rows: Sequence[StorableRow], ids: Sequence[int]) -> dict[int, int]:
    """Write the replies that bear a number; return case id -> document id."""
    numbered = [
        (stored, case_id)
        for stored, case_id in zip(rows, ids, strict=True)
        if stored.row.document_number
    ]
    if not numbered:
        return {}
    desk.session.execute(
        insert(cast("Table", Document.__table__)),
        [
            {
                "case_id": case_id,
                "agency_id": stored.agency.id,
                "kind": LetterKind.REPLY,
                "document_number": stored.row.document_number,
                "title": LetterKind.REPLY.label,
                "dated_on": stored.row.replied_on,
                "media_type": "application/pdf",
                "content": None,
                "sha256": IMPORTED_LETTER,
                "draft_id": None,
                "issuer_id": None,
                "issued_at": desk.now,
            }
            for stored, case_id in numbered
        ],
    )
    query = select(Document.case_id, Document.id).where(
        Document.case_id.in_([case_id for _, case_id in numbered])
    )
    return dict(desk.session.execute(query).all())


@dataclass(frozen=True, slots=True)
class _Teller:
    """What the events of one import have in common."""

    import_id: int | None
    actor_id: int | None
    actor_name: str
    role: str | None
    recorded_at: datetime

    @classmethod
    def of(cls, desk: Desk, import_id: int | None) -> Self:
        role = desk.actor.role_for(Permission.IMPORT_LEDGER)
        return cls(
            import_id,
            desk.actor.user_id,
            desk.actor.name,
            role.value if role else None,
            desk.now,
        )


@dataclass(frozen=True, slots=True)
class _ImportEvent(Mapping[str, Any]):
    """One case's event as a row that is spelt out when asked for.

    The events of an act are held until its end; of a hundred thousand only what differs is kept.
    """

    teller: _Teller
    case_id: int
    agency_id: int
    to_state: str
    effective_on: date
    line: int

    def __getitem__(self, name: str) -> Any:
        if name == "detail":
            return {"import_id": self.teller.import_id, "row": self.line}
        if name in _SAME_FOR_ALL:
            return _SAME_FOR_ALL[name]
        if name in _TOLD:
            return getattr(self.teller, name)
        if name in _OF_THE_CASE:
            return getattr(self, name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


_SAME_FOR_ALL = {"action": "import", "from_state": None, "note": ""}
_TOLD = ("actor_id", "actor_name", "role", "recorded_at")
_OF_THE_CASE = ("case_id", "agency_id", "to_state", "effective_on")
_NAMES = (*_SAME_FOR_ALL, *_TOLD, *_OF_THE_CASE, "detail")
