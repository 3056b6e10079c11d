"""手填项: the figures of a year's table that no case record holds (主动公开, 会议培训 …)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.forms import get_form
from casework.domain.permissions import Permission, require
from casework.models import Agency, AnnualEntry
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from casework.services.desk import Desk


def enter_figures(
    desk: Desk,
    *,
    agency_id: int,
    year: int,
    form: str,
    figures: Mapping[str, Decimal | None],
) -> int:
    """Keep the hand-entered figures of one agency and year; None clears one.

    Returns how many changed. Raises RuleBroken naming the row on a negative figure,
    PermissionRefused, NotFound.
    """
    require(desk.actor, Permission.ENTER_ANNUAL)
    signed = {cell.code for cell in get_form(form).hand_cells if cell.is_signed}
    for row, value in figures.items():
        if value is not None and value < 0 and row not in signed:
            raise RuleBroken("negative_figure", f"第 {row} 行不能是负数", field=row)
    with transaction(desk.session):
        agency = desk.session.get(Agency, agency_id)
        if agency is None:
            raise NotFound("没有这个机关")
        if not desk.actor.sees(agency.path):
            raise PermissionRefused(
                "这个机关不在您的范围内", permission=Permission.ENTER_ANNUAL.value
            )
        known = {
            entry.row: entry
            for entry in desk.session.scalars(
                select(AnnualEntry).where(
                    AnnualEntry.agency_id == agency_id,
                    AnnualEntry.year == year,
                    AnnualEntry.form == form,
                )
            )
        }
        changed = [
            row for row, value in figures.items() if _keep(desk, known.get(row), value) is not None
        ]
        for row, value in figures.items():
            if row not in known and value is not None:
                desk.session.add(
                    AnnualEntry(
                        agency_id=agency_id,
                        year=year,
                        form=form,
                        row=row,
                        value=value,
                        actor_id=desk.actor.user_id,
                        entered_at=desk.now,
                    )
                )
                changed.append(row)
        if changed:
            record_event(
                desk,
                case=None,
                action="enter_annual",
                permission=Permission.ENTER_ANNUAL,
                detail={"agency": agency.code, "year": year, "form": form, "rows": changed},
            )
        return len(changed)


def _keep(desk: Desk, entry: AnnualEntry | None, value: Decimal | None) -> AnnualEntry | None:
    """Change or clear a known entry; return it if it was touched."""
    if entry is None or entry.value == value:
        return None
    if value is None:
        desk.session.delete(entry)
    else:
        entry.value = value
        entry.actor_id = desk.actor.user_id
        entry.entered_at = desk.now
    return entry
