"""期限计算说明 of a case: read its facts, take the calendar it is judged by, lay the trail out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.documents.trail_paper import TrailPaper
from casework.documents.trail_pdf import render_pdf
from casework.domain.clock_annex import clock_annex
from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.state_council_notices import NOTICES
from casework.domain.statutes import STATUTES, Rule
from casework.formatting import chinese_date, date_with_weekday, instant
from casework.queries.calendar import current_calendar, list_versions
from casework.queries.calendar_history import find_calendar
from casework.queries.case_facts import clock_facts_of, standing_events_of
from casework.services.case_file import open_case

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from casework.domain.clock_annex import ClockAnnex
    from casework.domain.working_days import WorkingDayCalendar
    from casework.models import Case
    from casework.services.desk import Desk

_UNKNOWN_CALENDAR = (
    "本件按日历 {version} 版判定，该版本不在本系统内；逐日说明按现行日历 {current} 版推算。"
)
_PROVISIONAL = "{year}年的放假安排尚未公布，届满之日为暂定，公布后重新推算。"


def get_trail_paper(desk: Desk, case_id: int) -> TrailPaper:
    """Return the annex of one case.

    An answered or closed case is shown by the calendar it was judged by, with the dates it keeps
    (acceptance 13). RuleBroken ``receipt_missing`` while the receipt day is not confirmed.
    """
    require(desk.actor, Permission.VIEW_CASES)
    case = open_case(desk, case_id)
    facts = clock_facts_of(case)
    if facts is None:
        raise RuleBroken(
            "receipt_missing",
            "收到日期尚未确认，期限不起算，没有可以说明的期限",
            basis="条例第三十一条",
        )
    judged = case.replied_on is not None or case.closed_on is not None
    path = case.agency.path
    calendar = current_calendar(desk.session, agency_path=path)
    remarks = []
    if judged:
        former = find_calendar(desk.session, case.calendar_version, agency_path=path)
        if former is None:
            remarks.append(
                _UNKNOWN_CALENDAR.format(version=case.calendar_version, current=calendar.version)
            )
        calendar = former or calendar
    annex = clock_annex(facts, calendar, today=desk.today, office_days=desk.office_days)
    if annex.reckoning.provisional and annex.reckoning.due_on:
        remarks.append(_PROVISIONAL.format(year=annex.reckoning.due_on.year))
    # The office may have changed its promise since the case was judged: what is kept counts.
    office_due_on = case.office_due_on if judged else annex.reckoning.office_due_on
    return TrailPaper(
        number=case.number,
        agency=case.agency.name,
        facts=tuple(_facts(case, annex, calendar, office_due_on)),
        annex=annex,
        office_due_on=office_due_on,
        sources=tuple(_sources(desk.session, case, annex, calendar)),
        remarks=tuple(remarks),
        printed=f"{desk.actor.name} {instant(desk.now)} 打印；按登记的事实和上列日历逐日推算。",
    )


def print_trail_paper(desk: Desk, case_id: int) -> bytes:
    """Return the annex as PDF."""
    return render_pdf(get_trail_paper(desk, case_id), fonts=desk.stationery.fonts())


def _facts(
    case: Case, annex: ClockAnnex, calendar: WorkingDayCalendar, office_due_on: date | None
) -> Iterable[tuple[str, str]]:
    statute = STATUTES[annex.reckoning.statute]
    yield "机关", case.agency.name
    yield "收到日期", date_with_weekday(annex.received_on)
    yield "适用条例", f"{statute.name}（{statute.order}）"
    if annex.reckoning.starts_on != case.received_on:
        yield "重新起算", date_with_weekday(annex.reckoning.starts_on)
    yield "应答复日", _limit(office_due_on)
    yield "法定期限", _limit(annex.reckoning.due_on)
    if case.replied_on is not None:
        late = annex.reckoning.days_late
        size = f"，迟 {late} 个工作日" if late else ""
        yield (
            "答复日期",
            f"{chinese_date(case.replied_on)}（{annex.reckoning.timeliness.label}{size}）",
        )
    elif case.closed_on is not None:
        yield "办结日期", chinese_date(case.closed_on)
    yield "日历版本", f"{calendar.version} 版"


def _limit(on: date | None) -> str:
    return date_with_weekday(on) if on else "停止计算，恢复后推算"


def _sources(
    session: Session, case: Case, annex: ClockAnnex, calendar: WorkingDayCalendar
) -> Iterable[str]:
    statute = STATUTES[annex.reckoning.statute]
    articles = [statute.article(Rule.REPLY)]
    kinds = {fact.kind for fact in standing_events_of(case)}
    articles += [
        statute.article(rule)
        for kind, rule in _RULES.items()
        if kind in kinds and rule in statute.articles
    ]
    cited = "、".join(dict.fromkeys(articles))
    yield f"《中华人民共和国政府信息公开条例》（{statute.order}）：{cited}。"
    yield f"工作日历 {calendar.version} 版，放假安排已知到 {chinese_date(calendar.known_through)}。"
    titles = {notice.number: notice.title for notice in NOTICES}
    for version in list_versions(session):
        number = version.number or version.title
        cited = f"{version.title}（{version.number}）" if version.number else version.title
        titles.setdefault(number, cited if version.title else version.number)
    for number in annex.notices:
        yield f"{titles.get(number, number)}。"


_RULES = {
    "correction_received": Rule.CORRECTION,
    "consultation_started": Rule.CONSULTATION,
    "extension": Rule.EXTENSION,
    "fee_paid": Rule.FEE_RESTART,
}
