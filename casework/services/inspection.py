"""供检查的清单: the year's ledger and the watch list as PDF and XLSX, sorted and totalled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from casework.documents.listing import Align, ListColumn, Listing, ListRow
from casework.domain.errors import NotFound
from casework.domain.grounds import Outcome
from casework.domain.lights import Light
from casework.domain.permissions import Permission, require
from casework.domain.statutory_clock import Timeliness
from casework.formatting import date_with_weekday
from casework.models import Agency
from casework.queries.annual_ledger import list_ledger_lines
from casework.queries.due import list_due
from casework.services.annual_listings import written_listing
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from casework.domain.application import ApplicantType
    from casework.queries.annual_ledger import LedgerLine
    from casework.queries.due import DueRow
    from casework.services.desk import Desk

    NameOf = Callable[[str, ApplicantType], str]

_OPEN = "结转"
_NO_OUTCOME = "没有办结"
_CARDS = {Light.OVERDUE: "红牌", Light.DUE_SOON: "黄牌"}
CARDS = tuple(_CARDS)
"""The lights that a watch list of cards shows, the graver first."""


class Order(StrEnum):
    """By what a ledger is sorted; all but the first give sums of their own to each group."""

    RECEIVED = "received"
    AGENCY = "agency"
    OUTCOME = "outcome"
    TIMELINESS = "timeliness"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {
            Order.RECEIVED: "收到日期",
            Order.AGENCY: "机关",
            Order.OUTCOME: "办理结果",
            Order.TIMELINESS: "期限",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLedger:
    """Which ledger: whose of which year, sorted by what; ``name_of`` masks names, None shows them.

    ``agency_id`` None is everything the person sees.
    """

    year: int
    agency_id: int | None = None
    order: Order = Order.RECEIVED
    name_of: NameOf | None = None


def export_inspection_ledger(desk: Desk, asked: AskedLedger, kind: str) -> tuple[str, bytes]:
    """Return the title and the file of a year's ledger; the export is on record.

    RuleBroken(field="kind") for a kind there is not or a list too long for paper;
    PermissionRefused, NotFound.
    """
    require(desk.actor, Permission.EXPORT_LEDGER)
    if asked.name_of is None:
        require(desk.actor, Permission.REVEAL_PERSONAL_DATA)
    path, name = desk.actor.agency_path, "各机关"
    if (wanted := asked.agency_id or desk.actor.agency_id) is not None:
        agency = desk.session.get(Agency, wanted)
        if agency is None or not desk.actor.sees(agency.path):
            raise NotFound("没有这个机关，或者不在您的机关范围内。")
        path, name = agency.path, agency.name
    lines, withheld = list_ledger_lines(desk.session, asked.year, under=path, reader=desk.actor)
    listing = ledger_listing(name, asked, lines, withheld=withheld, printed=desk)
    content = written_listing(listing, kind, desk)
    with transaction(desk.session):
        record_event(
            desk,
            case=None,
            action="export_ledger",
            permission=Permission.EXPORT_LEDGER,
            detail={
                "year": asked.year,
                "agency_id": asked.agency_id,
                "rows": len(lines),
                "full": asked.name_of is None,
                "kind": kind,
            },
        )
    return listing.title, content


def export_watch(
    desk: Desk, kind: str, *, lights: Sequence[Light] = CARDS, days: int | None = None
) -> tuple[str, bytes]:
    """Return the title and the file of the watch list: red cards, then yellow ones."""
    require(desk.actor, Permission.VIEW_CASES)
    rows = list_due(
        desk.session, actor=desk.actor, calendar=desk.calendar, today=desk.today, days=days
    )
    listing = watch_listing([row for row in rows if row.light in lights], desk)
    return listing.title, written_listing(listing, kind, desk)


def ledger_listing(
    agency: str, asked: AskedLedger, lines: Sequence[LedgerLine], *, withheld: int, printed: Desk
) -> Listing:
    """Return the ledger as a list: the cases, sums of each group, sums of all."""
    several = len({line.agency for line in lines}) > 1
    columns = _ledger_columns(with_agency=several)
    rows: list[ListRow] = []
    number = 0
    for group, members in _groups(lines, asked.order):
        if group:
            rows.append(_strong(columns, group))
        for line in members:
            number += 1
            rows.append(_ledger_row(line, number, asked.name_of, with_agency=several))
        if group:
            rows.append(_strong(columns, f"{group}小计 {len(members)} 件", _fees(members)))
    rows.append(_strong(columns, f"合计 {len(lines)} 件", _fees(lines)))
    notes = [*_sums(lines, asked.year), _printed(printed)]
    if withheld:
        notes.insert(0, f"另有 {withheld} 件限制知悉，计入统计表，没有列在这里。")
    return Listing(
        title=f"{agency}{asked.year}年度依申请公开台账",
        lines=(f"列 {asked.year} 年度统计表计数的案件，按{asked.order.label}排。",),
        columns=tuple(columns),
        rows=tuple(rows),
        author=agency,
        notes=tuple(notes),
        sheet="台账",
    )


def watch_listing(rows: Sequence[DueRow], desk: Desk) -> Listing:
    """Return the watch list: the card, both limits, how many working days, whose case."""
    columns = (
        ListColumn(head="序号", width=11, align=Align.CENTRE),
        ListColumn(head="牌", width=14, align=Align.CENTRE),
        ListColumn(head="案号", width=46),
        ListColumn(head="机关", width=0),
        ListColumn(head="承办单位", width=38),
        ListColumn(head="环节", width=22),
        ListColumn(head="应答复日", width=22, align=Align.CENTRE),
        ListColumn(head="法定期限", width=22, align=Align.CENTRE),
        ListColumn(head="时钟", width=34),
        ListColumn(head="签收", width=22),
    )
    counts = Counter(row.light for row in rows)
    listed: list[ListRow] = [
        ListRow(
            cells=(
                number,
                _CARDS.get(row.light, row.light.label),
                row.number,
                row.agency_name,
                row.unit or "尚未分办",
                row.state.label,
                row.office_due_on,
                row.due_on,
                row.light_text + ("（暂定）" if row.provisional else ""),
                None,
            )
        )
        for number, row in enumerate(rows, start=1)
    ]
    total = "，".join(
        f"{_CARDS.get(light, light.label)} {counts[light]} 件"
        for light in (*CARDS, *(one for one in Light if one not in CARDS))
        if counts[light] or light in CARDS
    )
    listed.append(ListRow(cells=(f"合计 {len(rows)} 件", *(None,) * 9), strong=True))
    return Listing(
        title=f"依申请公开督办单（{date_with_weekday(desk.today)}）",
        lines=(
            f"红牌＝已过应答复日，黄牌＝3 个工作日内到期；{total}。停钟的没有到期日，不在单上。",
        ),
        columns=columns,
        rows=tuple(listed),
        author=desk.actor.name,
        notes=(_printed(desk),),
        sheet="督办单",
    )


def _ledger_columns(*, with_agency: bool) -> list[ListColumn]:
    agency = [ListColumn(head="机关", width=28)] if with_agency else []
    days = ("收到", "法定期限", "答复", "办结")
    return [
        ListColumn(head="序号", width=10, align=Align.CENTRE),
        ListColumn(head="案号", width=36),
        *agency,
        ListColumn(head="申请人", width=21),
        ListColumn(head="类型、渠道", width=18),
        ListColumn(head="申请内容", width=0),
        *(ListColumn(head=day, width=17, align=Align.CENTRE) for day in days),
        ListColumn(head="办理结果", width=29),
        ListColumn(head="期限", width=11, align=Align.CENTRE),
        ListColumn(head="收费（元）", width=13, align=Align.RIGHT),
    ]


def _ledger_row(
    line: LedgerLine, number: int, name_of: NameOf | None, *, with_agency: bool
) -> ListRow:
    name = name_of(line.applicant, line.applicant_type) if name_of else line.applicant
    return ListRow(
        cells=(
            number,
            line.number,
            *((line.agency,) if with_agency else ()),
            name,
            f"{line.applicant_type.label} {line.channel.label}",
            line.beginning,
            line.received_on,
            line.due_on,
            line.replied_on,
            line.closed_on,
            line.ground.full_label if line.ground else None,
            _standing(line),
            line.fee_yuan,
        )
    )


def _standing(line: LedgerLine) -> str:
    return _WORDS[line.timeliness] if line.timeliness else _OPEN


_WORDS = {Timeliness.ON_TIME: "按时", Timeliness.EXTENDED: "延期", Timeliness.LATE: "逾期"}


def _groups(lines: Iterable[LedgerLine], order: Order) -> Iterator[tuple[str, list[LedgerLine]]]:
    """Yield the groups of an order with their names, "" for a list that has none."""
    if order is Order.RECEIVED:
        yield "", list(lines)
        return
    outcomes, standings = list(Outcome), ["逾期", "延期", "按时", _OPEN]

    def key(line: LedgerLine) -> tuple[int, str]:
        if order is Order.AGENCY:
            return 0, line.agency
        if order is Order.TIMELINESS:
            return standings.index(_standing(line)), _standing(line)
        if line.ground is None:
            return len(outcomes), _NO_OUTCOME
        return outcomes.index(line.ground.outcome), line.ground.outcome.label

    for (_, name), members in groupby(sorted(lines, key=key), key=key):
        yield name, list(members)


def _sums(lines: Sequence[LedgerLine], year: int) -> Iterator[str]:
    """Say what the table of the year says of the cases listed."""
    finished = [line for line in lines if line.is_finished]
    standings = Counter(line.timeliness for line in finished)
    new = sum(line.is_new for line in lines)
    yield (
        f"本年新收 {new} 件，上年结转 {len(lines) - new} 件；办结 {len(finished)} 件（"
        + "，".join(f"{word} {standings[when]}" for when, word in _WORDS.items())
        + f"），结转 {year + 1} 年度 {len(lines) - len(finished)} 件。"
    )
    outcomes = Counter(line.ground.outcome for line in finished if line.ground)
    if outcomes:
        yield (
            "办理结果："
            + "，".join(
                f"{outcome.label} {outcomes[outcome]} 件"
                for outcome in Outcome
                if outcomes[outcome]
            )
            + "。"
        )


def _fees(lines: Iterable[LedgerLine]) -> Decimal:
    return sum((line.fee_yuan for line in lines if line.fee_yuan is not None), Decimal(0))


def _strong(columns: Sequence[ListColumn], text: str, fees: Decimal | None = None) -> ListRow:
    """Return a line of the group's name or of its sums; the text takes the room it needs."""
    return ListRow(cells=(text, *(None,) * (len(columns) - 2), fees), strong=True)


def _printed(desk: Desk) -> str:
    day: date = desk.today
    return f"{date_with_weekday(day)}由{desk.actor.name}印制。"
