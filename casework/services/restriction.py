"""限制知悉: keep a case from everybody but those who handle it and those who are named for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import selectinload

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.restriction import check_restriction
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Restriction, RestrictionReader
from casework.queries.people import list_who_may_see
from casework.services.case_file import CaseKey, carry_out, open_case, record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Collection

    from casework.models import Case
    from casework.services.desk import Desk

VIEWED = "view_restricted"


def restrict(
    desk: Desk, case_id: int, *, reason: str, reader_ids: Collection[int], version: int | None
) -> CaseKey:
    """限制知悉: from now on nobody else finds the case anywhere.

    ``reader_ids`` are the people named, the actor among them; who handles the case or owes a part
    of it knows of it anyway. RuleBroken(field="reason" or "readers").
    """
    reason = clean_text(reason, keep_lines=True)
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        readers = _checked(desk, case, reader_ids)
        carry_out(desk, case, Action.RESTRICT, note=reason, detail={"readers": readers})
        check_restriction(reason, readers, desk.actor.user_id)
        desk.session.add(
            Restriction(
                case_id=case.id,
                reason=reason,
                set_by_id=desk.actor.user_id,
                set_at=desk.now,
                readers=[RestrictionReader(user_id=one, named_at=desk.now) for one in readers],
            )
        )
        return CaseKey(case.id, case.number)


def name_readers(
    desk: Desk, case_id: int, *, reason: str, reader_ids: Collection[int], version: int | None
) -> CaseKey:
    """调整知悉名单: these people, and no others beside those who handle the case."""
    require(desk.actor, Permission.RESTRICT)
    reason = clean_text(reason, keep_lines=True)
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        restriction = _restriction(desk, case)
        readers = _checked(desk, case, reader_ids)
        before = {row.user_id: row for row in restriction.readers}
        carry_out(
            desk,
            case,
            Action.NAME_READERS,
            note=reason,
            detail={
                "named": sorted(set(readers) - set(before)),
                "struck": sorted(set(before) - set(readers)),
            },
        )
        check_restriction(reason, readers, desk.actor.user_id)
        restriction.readers = [
            before.get(one) or RestrictionReader(user_id=one, named_at=desk.now) for one in readers
        ]
        return CaseKey(case.id, case.number)


def lift_restriction(desk: Desk, case_id: int, *, reason: str, version: int | None) -> CaseKey:
    """解除限制知悉, for a reason; who was named stays in the events."""
    require(desk.actor, Permission.RESTRICT)
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken("reason_missing", "请写明为什么解除", field="reason")
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        restriction = _restriction(desk, case)
        carry_out(desk, case, Action.LIFT_RESTRICTION, note=reason)
        desk.session.delete(restriction)
        return CaseKey(case.id, case.number)


def record_view(desk: Desk, case_id: int, *, page: str) -> None:
    """Put on record that somebody opened a restricted case; ``page`` names what was opened.

    NotFound if the case is not the actor's to know of.
    """
    with transaction(desk.session):
        case = open_case(desk, case_id)
        record_event(
            desk,
            case=case,
            action=VIEWED,
            permission=Permission.VIEW_CASES,
            detail={"page": page},
        )


def _restriction(desk: Desk, case: Case) -> Restriction:
    found = desk.session.get(
        Restriction, case.id, options=[selectinload(Restriction.readers)], populate_existing=True
    )
    if found is None:
        raise RuleBroken("not_restricted", "本案没有限制知悉")
    return found


def _checked(desk: Desk, case: Case, reader_ids: Collection[int]) -> list[int]:
    """Return the ids in order; RuleBroken for one who could not see the case in any event."""
    who = {person.id for person in list_who_may_see(desk.session, case.agency.path)}
    if strangers := set(reader_ids) - who:
        raise RuleBroken(
            "reader_unknown",
            f"名单里有 {len(strangers)} 人看不到本机关的案件，请重新选",
            field="readers",
        )
    return sorted(set(reader_ids))
