"""收报表: the table of a unit outside the system is taken in, replaced or taken back.

What is taken in passes every hard check first, and is kept apart from our own records: the
roll-up adds it and says so (domain.annual_rollup). A locked year takes nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.annual_checks import Check, has_fault
from casework.domain.annual_rollup import missing_rows, read_table_text, table_of_sheet
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.forms import form_for_year
from casework.domain.permissions import Permission, require
from casework.domain.text import clean_text
from casework.models import Agency, HandedReturn
from casework.queries.annual_returns import count_cases_of, list_returns_around, list_versions
from casework.services.annual_guard import LockedYears
from casework.services.case_file import record_event
from casework.services.published_reports import judge_file
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.domain.annual_table import Cell, Number, Table
    from casework.services.desk import Desk

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """What somebody wants taken in: whose table of which year, and what it speaks for.

    ``covers_below``: the table counts the agencies below, too. ``beside_records``: the unit has
    cases in the system as well, and the table leaves them out. ``reason`` is asked for where a
    table is there already.
    """

    agency_id: int
    year: int
    file_name: str
    content: bytes
    covers_below: bool = False
    beside_records: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInReport:
    """What was found: the table, its checks, and what differs from the version before.

    ``version`` is the number it was kept under, 0 if it was not kept; ``former`` the number of the
    version in force before, 0 for none.
    """

    agency: str
    table: Table
    checks: tuple[Check, ...]
    version: int
    former: int = 0
    changed: tuple[tuple[Cell, Number | None, Number | None], ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether no hard check fails: only such a table is taken in."""
        return not has_fault(self.checks)


def hand_in(desk: Desk, wanted: HandIn, *, dry_run: bool = False) -> HandInReport:
    """Take a unit's table in, or with ``dry_run`` only look at it.

    A table with a fault is not kept; the report names the faults. RuleBroken(field=…) if the file
    is no table of the year, the year is locked or not over, the unit or one around it is already
    spoken for, or a reason is missing. PermissionRefused, NotFound.
    """
    require(desk.actor, Permission.ENTER_ANNUAL)
    judged = judge_file(wanted.content, wanted.file_name, year=_year_told(wanted))
    sheet = judged.sheet
    form = form_for_year(wanted.year)
    if sheet is None:
        raise RuleBroken("no_table", "文件里没有统计表，请您核对文件。", field="file")
    if sheet.year != wanted.year:
        raise RuleBroken(
            "other_year",
            f"文件是{sheet.year}年度的表，要收的是{wanted.year}年度的，请您核对。",
            field="file",
        )
    if sheet.form is not form:
        raise RuleBroken(
            "other_form",
            f"文件是{sheet.form.code}年格式的表，{wanted.year}年度施行的是{form.code}年格式，"
            "请退回填报单位按当年格式填报。",
            field="file",
        )
    with transaction(desk.session):
        agency = _hold(desk, wanted.agency_id, wanted.year)
        checks = [*judged.checks, *_named_otherwise(judged.agency, agency)]
        if (whole := missing_rows(sheet)) is not None:
            checks.append(whole)
        table = table_of_sheet(sheet)
        versions = list_versions(desk.session, agency.id, wanted.year)
        former = next((one for one in versions if one.ended_at is None), None)
        reason = clean_text(wanted.reason, keep_lines=True)
        _refuse_twice(desk, agency, wanted)
        report = HandInReport(
            agency=agency.name,
            table=table,
            checks=tuple(checks),
            version=0,
            former=former.version if former else 0,
            changed=_changes(former, table) if former else (),
        )
        if dry_run or not report.is_sound:
            return report
        if former is not None:
            if not reason:
                raise RuleBroken(
                    "reason_missing",
                    f"{agency.name}{wanted.year}年度已有第{former.version}版，"
                    "请您写明为什么换新版。",
                    field="reason",
                )
            _end(desk, former, reason)
        kept = HandedReturn(
            agency_id=agency.id,
            year=wanted.year,
            form=form.code,
            version=max((one.version for one in versions), default=0) + 1,
            covers_below=wanted.covers_below,
            table_text=_canonical(table),
            file_name=clean_text(wanted.file_name)[:_LONGEST_NAME],
            file_sha256=hashlib.sha256(wanted.content).hexdigest(),
            actor_id=desk.actor.user_id,
            handed_at=desk.now,
        )
        desk.session.add(kept)
        _tell(desk, "hand_in_return", agency, kept, note=reason)
        return HandInReport(
            agency=report.agency,
            table=report.table,
            checks=report.checks,
            version=kept.version,
            former=report.former,
            changed=report.changed,
        )


def take_back(desk: Desk, return_id: int, *, reason: str) -> None:
    """Take a unit's table out of the roll-up, for a reason; it stays on record."""
    require(desk.actor, Permission.ENTER_ANNUAL)
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken("reason_missing", "请您写明为什么撤下这张表。", field="reason")
    with transaction(desk.session):
        kept = desk.session.get(HandedReturn, return_id)
        if kept is None or not desk.actor.sees(kept.agency.path):
            raise NotFound("没有这张报送的表，或者它不在您的机关范围内。")
        agency = _hold(desk, kept.agency_id, kept.year)
        if kept.ended_at is not None:
            raise RuleBroken("already_ended", "这一版已经换下，不用再撤。")
        _end(desk, kept, reason)
        _tell(desk, "take_back_return", agency, kept, note=reason)


def _year_told(wanted: HandIn) -> int | None:
    """Let a sheet tell its own year, so that last year's file is not taken for this year's."""
    return None if wanted.file_name.lower().endswith((".xlsx", ".docx")) else wanted.year


def _hold(desk: Desk, agency_id: int, year: int) -> Agency:
    """Return the agency, kept from other acts; RuleBroken if a lock counts it in this year."""
    agency = desk.session.scalars(
        select(Agency).where(Agency.id == agency_id).with_for_update(of=Agency)
    ).one_or_none()
    if agency is None or not desk.actor.sees(agency.path):
        raise NotFound("没有这个机关，或者它不在您的机关范围内。")
    if year >= desk.today.year:
        raise RuleBroken(
            "year_runs", f"{year}年度还没有结束，请您在{year + 1}年1月以后收表。", field="year"
        )
    for lock in LockedYears(desk.session, [agency.path]).over(agency.path):
        if lock.year == year:
            raise lock.refusal("year")
    return agency


def _refuse_twice(desk: Desk, agency: Agency, wanted: HandIn) -> None:
    """Keep a case from being counted in two tables (docs/counting.md)."""
    around = list_returns_around(desk.session, agency, wanted.year)
    above = [one for one in around if agency.path.startswith(one.agency.path)]
    below = [one for one in around if one not in above]
    if speaks := next((one for one in above if one.covers_below), None):
        raise RuleBroken(
            "covered_above",
            f"{speaks.agency.name}报送的表已经含下级，{agency.name}不再单独收；"
            "请您先把那张表换成不含下级的。",
            field="agency_id",
        )
    if wanted.covers_below and below:
        names = "、".join(one.agency.name for one in below[:3])
        raise RuleBroken(
            "covered_below",
            f"{names}{'等' if len(below) > 3 else ''}已单独报送，"  # noqa: PLR2004  three are named
            "含下级的表会重复计数，请您先撤下那些表，或者改收不含下级的表。",
            field="covers_below",
        )
    cases = count_cases_of(desk.session, agency, wanted.year, below=wanted.covers_below)
    if cases and not wanted.beside_records:
        raise RuleBroken(
            "has_records",
            f"{agency.name}{'及其下级' if wanted.covers_below else ''}{wanted.year}年度"
            f"在系统里有{cases}件案件，会重复计数；确认表上的数不含这些案件的，请您勾选后再收。",
            field="beside_records",
        )


def _named_otherwise(name: str, agency: Agency) -> tuple[Check, ...]:
    if not name or name in {agency.name, agency.short_name}:
        return ()
    return (
        Check(
            id="agency",
            ok=False,
            hard=False,
            message=f"表上的填报单位是“{name}”，收在“{agency.name}”名下，请您核对。",
        ),
    )


def _changes(
    former: HandedReturn, table: Table
) -> tuple[tuple[Cell, Number | None, Number | None], ...]:
    before = read_table_text(former.table_text)
    was = {**before.cells, **before.relief}
    now = {**table.cells, **table.relief}
    return tuple(
        (cell, was.get(cell), figure) for cell, figure in now.items() if was.get(cell) != figure
    )


def _end(desk: Desk, kept: HandedReturn, reason: str) -> None:
    kept.ended_at = desk.now
    kept.ended_by_id = desk.actor.user_id
    kept.end_reason = reason
    desk.session.flush()


def _canonical(table: Table) -> str:
    return json.dumps(table.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _tell(desk: Desk, action: str, agency: Agency, kept: HandedReturn, *, note: str) -> None:
    record_event(
        desk,
        case=None,
        action=action,
        permission=Permission.ENTER_ANNUAL,
        note=note,
        detail={
            "agency": agency.code,
            "year": kept.year,
            "form": kept.form,
            "version": kept.version,
            "covers_below": kept.covers_below,
            "sha256": kept.file_sha256,
        },
    )
