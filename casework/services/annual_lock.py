"""锁定: the statistician closes a year, the leader confirms it, and late facts are listed apart.

A confirmed year is kept by services.annual_guard; what is kept of it is domain.annual_record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from casework.domain.annual_checks import has_fault
from casework.domain.annual_record import RULES_VERSION, LockStatus, unexplained
from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.forms import form_for_year
from casework.domain.permissions import Permission, require
from casework.domain.text import clean_text
from casework.models import Agency, AnnualAdjustment, AnnualLock, Case
from casework.queries.agencies import in_subtree
from casework.queries.annual_cube import Scope
from casework.queries.annual_locks import find_lock
from casework.queries.annual_record import list_unfinished, read_year
from casework.queries.visibility import visible_to
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.domain.annual_checks import Check
    from casework.domain.annual_record import YearRecord
    from casework.services.desk import Desk

_NAMED = 5
"""How many cases a refusal names before it only counts the rest."""


class YearKey(NamedTuple):
    """Which table: whose, of which year, and whether the agencies below are left out."""

    agency_id: int
    year: int
    own: bool = False


def close_year(desk: Desk, key: YearKey) -> str:
    """锁定, by the statistician: keep the table and wait for the leader; return the hash.

    Closing again before the leader has confirmed replaces what was kept. RuleBroken while the
    year runs, a hard check does not hold, or an answered case is not closed yet.
    """
    require(desk.actor, Permission.LOCK_ANNUAL)
    with transaction(desk.session):
        agency = _hold(desk, key, Permission.LOCK_ANNUAL)
        if reason := why_not_yet(key.year, desk.today.year):
            raise RuleBroken("year_runs", reason, field="year")
        lock = find_lock(desk.session, *key[:2], own=key.own)
        if lock is not None and lock.status is LockStatus.CONFIRMED:
            raise RuleBroken("already_locked", f"{key.year} 年度已经锁定，不用再锁定")
        scope = Scope(path=agency.path, own=key.own)
        record, checks = read_year(desk.session, form_for_year(key.year), key.year, scope)
        _refuse_faults(checks)
        _refuse_unfinished(list_unfinished(desk.session, key.year, scope), key.year)
        if cells := unexplained(record):
            msg = f"cells of {key} that their cases do not add up to: {cells}"
            raise RuntimeError(msg)
        if lock is None:
            lock = AnnualLock(agency_id=agency.id, year=key.year, own=key.own)
            desk.session.add(lock)
        lock.form = record.table.form.code
        lock.status = LockStatus.CLOSED
        lock.table_text = record.table_text()
        lock.cases_text = record.cases_text()
        lock.rules_version = RULES_VERSION
        lock.sha256 = record.sha256()
        lock.closed_by_id = desk.actor.user_id
        lock.closed_at = desk.now
        _tell(desk, "close_annual", Permission.LOCK_ANNUAL, agency, lock)
        return lock.sha256


def confirm_year(desk: Desk, key: YearKey) -> str:
    """确认, by the leader: from here the year is locked; return the hash.

    RuleBroken if the same person closed it (an office of one person excepted), or if the year no
    longer gives what was closed.
    """
    require(desk.actor, Permission.CONFIRM_ANNUAL)
    with transaction(desk.session):
        agency = _hold(desk, key, Permission.CONFIRM_ANNUAL)
        lock = find_lock(desk.session, *key[:2], own=key.own)
        if lock is None:
            raise RuleBroken("not_closed", f"统计员还没有锁定 {key.year} 年度，请先由统计员锁定")
        if lock.status is LockStatus.CONFIRMED:
            raise RuleBroken("already_locked", f"{key.year} 年度已经锁定，不用再确认")
        if lock.closed_by_id == desk.actor.user_id and not agency.one_person_reason:
            raise RuleBroken("same_person", "这一年度是您锁定的，须由另一人确认")
        scope = Scope(path=agency.path, own=key.own)
        record, checks = read_year(desk.session, form_for_year(key.year), key.year, scope)
        _refuse_faults(checks)
        _refuse_unfinished(list_unfinished(desk.session, key.year, scope), key.year)
        _refuse_changed(record, lock)
        lock.status = LockStatus.CONFIRMED
        lock.confirmed_by_id = desk.actor.user_id
        lock.confirmed_at = desk.now
        _tell(desk, "confirm_annual", Permission.CONFIRM_ANNUAL, agency, lock)
        return lock.sha256


def unlock_year(desk: Desk, key: YearKey, *, reason: str) -> None:
    """解除锁定, by the leader and for a reason; what was locked stays on record."""
    require(desk.actor, Permission.CONFIRM_ANNUAL)
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken("reason_missing", "请写明解除锁定的原因", field="reason")
    with transaction(desk.session):
        agency = _hold(desk, key, Permission.CONFIRM_ANNUAL)
        lock = find_lock(desk.session, *key[:2], own=key.own)
        if lock is None:
            raise RuleBroken("not_locked", f"{key.year} 年度没有锁定，不用解除")
        lock.unlocked_by_id = desk.actor.user_id
        lock.unlocked_at = desk.now
        lock.unlock_reason = reason
        _tell(desk, "unlock_annual", Permission.CONFIRM_ANNUAL, agency, lock, note=reason)


def adjust(desk: Desk, key: YearKey, *, case_number: str, change: str, reason: str) -> int:
    """记入调整单, by the statistician: a late correction beside the locked table; return its id.

    ``case_number`` is "" where the case was never registered in that year. RuleBroken if the year
    is not locked, a text is missing, or there is no such case among the year's agencies.
    """
    require(desk.actor, Permission.LOCK_ANNUAL)
    change = clean_text(change, keep_lines=True)
    reason = clean_text(reason, keep_lines=True)
    if not change:
        raise RuleBroken("change_missing", "请写明原表哪一格应是多少", field="change")
    if not reason:
        raise RuleBroken("reason_missing", "请写明为什么锁定之后才更正", field="reason")
    with transaction(desk.session):
        agency = _hold(desk, key, Permission.LOCK_ANNUAL)
        lock = find_lock(desk.session, *key[:2], own=key.own)
        if lock is None or lock.status is not LockStatus.CONFIRMED:
            raise RuleBroken(
                "not_locked", f"{key.year} 年度没有锁定，请您直接更正案件，不用记调整单"
            )
        case = _find_case(desk, agency, clean_text(case_number), own=key.own)
        adjustment = AnnualAdjustment(
            agency_id=agency.id,
            year=key.year,
            case_id=case.id if case is not None else None,
            change=change,
            reason=reason,
            actor_id=desk.actor.user_id,
            adjusted_at=desk.now,
        )
        desk.session.add(adjustment)
        desk.session.flush()
        detail = {"adjustment": adjustment.id, "case": case.number if case else None}
        _tell(desk, "adjust_annual", Permission.LOCK_ANNUAL, agency, lock, detail=detail)
        return adjustment.id


def why_not_yet(year: int, this_year: int) -> str:
    """Return why a year cannot be locked yet, "" once it is over."""
    if year < this_year:
        return ""
    return f"{year} 年度还没有结束，请您在 {year + 1} 年 1 月锁定"


def _hold(desk: Desk, key: YearKey, permission: Permission) -> Agency:
    """Return the agency, kept from the acts of others until this one ends (LockedYears)."""
    agency = desk.session.scalars(
        select(Agency).where(Agency.id == key.agency_id).with_for_update(of=Agency)
    ).one_or_none()
    if agency is None or not desk.actor.sees(agency.path):
        raise NotFound("没有这个机关，或者它不在您的机关范围内")
    if desk.actor.agency_id != agency.id:
        raise PermissionRefused(
            f"{agency.name}的年度由它自己的{_WHO[permission]}办理", permission=permission.value
        )
    return agency


_WHO = {Permission.LOCK_ANNUAL: "统计员", Permission.CONFIRM_ANNUAL: "签发人"}


def _refuse_faults(checks: Sequence[Check]) -> None:
    """Let nothing through that a hard check does not let through (acceptance 73)."""
    if has_fault(checks):
        failed = [check for check in checks if check.hard and not check.ok]
        raise RuleBroken(
            "checks_fail",
            f"有 {len(failed)} 项勾稽不通过，不能锁定：{failed[0].message.rstrip('。')}；"
            "请您先处理",
        )


def _refuse_unfinished(numbers: Sequence[str], year: int) -> None:
    if numbers:
        more = f"等 {len(numbers)} 件" if len(numbers) > _NAMED else ""
        raise RuleBroken(
            "answered_not_closed",
            f"{'、'.join(numbers[:_NAMED])}{more}在 {year} 年底以前已经送达，还没有办结；"
            "办结日期按送达之日计，请您先请登记员办结",
        )


def _refuse_changed(record: YearRecord, lock: AnnualLock) -> None:
    if record.sha256() != lock.sha256:
        raise RuleBroken(
            "changed_since_closed",
            f"统计员锁定之后，{lock.year} 年度的数或者案件有变，请统计员核对后重新锁定",
        )


def _find_case(desk: Desk, agency: Agency, number: str, *, own: bool) -> Case | None:
    if not number:
        return None
    whose = Case.agency_id == agency.id if own else in_subtree(agency.path)
    found = desk.session.scalars(
        select(Case)
        .join(Case.agency)
        .where(Case.number == number, whose, visible_to(desk.actor))
        .limit(1)
    ).one_or_none()
    if found is None:
        raise RuleBroken(
            "no_such_case",
            f"没有案号“{number}”的案件，请您核对；这一年度没有登记过的，案号留空",
            field="case_number",
        )
    return found


def _tell(
    desk: Desk,
    action: str,
    permission: Permission,
    agency: Agency,
    lock: AnnualLock,
    *,
    note: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    what = {
        "agency": agency.code,
        "year": lock.year,
        "own": lock.own,
        "form": lock.form,
        "sha256": lock.sha256,
    }
    record_event(
        desk,
        case=None,
        action=action,
        permission=permission,
        note=note,
        detail={**what, **(detail or {})},
    )
