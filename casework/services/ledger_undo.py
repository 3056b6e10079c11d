"""撤销导入: what one ledger brought in is taken out again, whole or not at all.

Only while it is still nothing but what the file said. Once somebody has worked on a case of it, or
a year it is counted in is locked, the office's records rest on it, and it stays. The import's own
record and every event stay in any case: what was done was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, true
from sqlalchemy.exc import IntegrityError

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission, require
from casework.domain.text import clean_text
from casework.domain.time_source import beijing_date
from casework.models import (
    Agency,
    Applicant,
    Case,
    ClockFact,
    Delivery,
    Document,
    LedgerImport,
    NumberCounter,
    Relief,
)
from casework.queries.ledger_worked_on import count_worked_on, list_worked_on
from casework.services.annual_guard import LockedYears, Place
from casework.services.case_file import record_event
from casework.services.ledger_numbers import Numbering
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from casework.services.desk import Desk

    Highest = dict[tuple[str, int], int]

_NAMED = 5
_OF_A_CASE = (Applicant, ClockFact, Relief, Delivery, Document)
"""What an import writes beside the case itself, what is pointed to last."""

# The rows go past the session, which holds none of them; it looked at none before either.
_UNSEEN = {"synchronize_session": False}

_COUNTS = (
    "received_on",
    "replied_on",
    "closed_on",
    "channel",
    "applicant_type",
    "ground",
    "original_due_on",
    "due_on",
)


def undo_import(desk: Desk, import_id: int, *, reason: str) -> int:
    """Take out the cases of an import; return how many there were.

    RuleBroken with the reason why not: worked on since, counted in a locked year, undone already.
    NotFound where the import is not the actor's to see.
    """
    require(desk.actor, Permission.IMPORT_LEDGER)
    reason = clean_text(reason)
    if not reason:
        raise RuleBroken("reason_missing", "请您写明撤销的原因", field="reason")
    try:
        with transaction(desk.session):
            record = _open_import(desk, import_id)
            cases = select(Case.id).where(Case.import_id == record.id)
            _require_untouched(desk, record.id)
            _require_unlocked(desk, record.id)
            used = _numbers_of(desk, record.id)
            taken_out = desk.session.scalar(select(func.count()).select_from(cases.subquery())) or 0
            for table in _OF_A_CASE:
                desk.session.execute(
                    delete(table).where(table.case_id.in_(cases)), execution_options=_UNSEEN
                )
            desk.session.execute(
                delete(Case).where(Case.import_id == record.id), execution_options=_UNSEEN
            )
            for agency, highest in used:
                _let_numbers_go(desk, agency, highest)
            record.undone_at = desk.now
            record.undone_by_id = desk.actor.user_id
            record.undo_reason = reason
            record_event(
                desk,
                case=None,
                action="undo_import",
                permission=Permission.IMPORT_LEDGER,
                note=reason,
                detail={"import_id": record.id, "cases": taken_out},
            )
    except IntegrityError as error:
        raise RuleBroken(
            "import_in_use",
            "这次导入的案件已经有了别的材料（附件、关联或者调整单），不能撤销；有误的请逐件更正",
        ) from error
    return taken_out


def _open_import(desk: Desk, import_id: int) -> LedgerImport:
    record = desk.session.scalars(
        select(LedgerImport).where(LedgerImport.id == import_id).with_for_update()
    ).one_or_none()
    home = desk.session.get(Agency, record.agency_id) if record and record.agency_id else None
    if record is None or not desk.actor.sees(home.path if home else "/"):
        raise NotFound("没有这次导入，或者不在您的机关范围内")
    if record.undone_at is not None:
        raise RuleBroken(
            "undone_already", f"这次导入已经在 {beijing_date(record.undone_at)} 撤销了"
        )
    if not all(desk.actor.sees(agency.path) for agency in _agencies(desk, record.id)):
        raise RuleBroken(
            "import_spans_wider", "这次导入有您机关范围以外的案件，请由导入的人或者上级机关撤销"
        )
    return record


def _require_untouched(desk: Desk, import_id: int) -> None:
    count = count_worked_on(desk.session, import_id)
    if not count:
        return
    named = "；".join(
        f"{each.number}（{beijing_date(each.recorded_at)} {each.actor_name}）"
        for each in list_worked_on(desk.session, desk.actor, import_id, limit=_NAMED)
    )
    raise RuleBroken(
        "import_worked_on",
        f"导入以后已经有人办理过其中 {count} 件{f'，如{named}' if named else ''}。"
        "不能整批撤销，有误的请逐件更正",
    )


def _require_unlocked(desk: Desk, import_id: int) -> None:
    columns = (Agency.path, *(getattr(Case, name) for name in _COUNTS))
    distinct = select(*columns).join(Case.agency).where(Case.import_id == import_id).distinct()
    paths = [agency.path for agency in _agencies(desk, import_id)]
    locks = LockedYears(desk.session, paths)
    if not any(locks.over(path) for path in paths):
        return
    for row in desk.session.execute(distinct):
        lock = locks.find_moved(Place.of(row.path, row._asdict()), None)
        if lock is not None:
            raise lock.refusal()


def _agencies(desk: Desk, import_id: int) -> Sequence[Agency]:
    its = select(Case.agency_id).where(Case.import_id == import_id)
    return desk.session.scalars(select(Agency).where(Agency.id.in_(its))).all()


def _numbers_of(desk: Desk, import_id: int) -> list[tuple[Agency, Highest]]:
    """Return, for each agency of an import, the highest number it used of each series."""
    return [
        (agency, _highest(desk, agency, Case.import_id == import_id))
        for agency in _agencies(desk, import_id)
    ]


def _highest(desk: Desk, agency: Agency, which: ColumnElement[bool]) -> Highest:
    numbering = Numbering.of(agency)
    query = (
        select(Case.number, Document.document_number)
        .outerjoin(Document, (Document.case_id == Case.id) & (Document.kind == LetterKind.REPLY))
        .where(Case.agency_id == agency.id, which)
    )
    highest: Highest = {}
    for number, reply_number in desk.session.execute(query):
        for series, year, sequence in numbering.read(number, reply_number or ""):
            key = series, year
            highest[key] = max(highest.get(key, 0), sequence)
    return highest


def _let_numbers_go(desk: Desk, agency: Agency, used: Highest) -> None:
    """Take the counters back to what is still used, where nothing was drawn after the import.

    Otherwise the numbers in between stay unused: a number that was drawn later keeps its place.
    """
    left: Highest | None = None
    for (series, year), highest in sorted(used.items()):
        counter = desk.session.get(NumberCounter, (agency.id, series, year), with_for_update=True)
        if counter is not None and counter.last == highest:
            if left is None:
                left = _highest(desk, agency, true())
            counter.last = left.get((series, year), 0)
