"""会商: what the office talked over with other bodies, written into the file (条例第十一条).

第十一条 wants agencies to agree with one another where information concerns several. It is no
征求意见: nothing in 第三十三条 takes its time out of the count, so the clock runs on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.text import clean_text
from casework.domain.workflow import Action
from casework.models import Conferral
from casework.services.case_file import CaseKey, carry_out, open_case
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from datetime import date

    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One 会商: when, with whom, about what, and what was agreed."""

    held_on: date
    parties: str
    matter: str
    agreed: str


def confer(desk: Desk, case_id: int, talk: Talk, *, version: int | None) -> CaseKey:
    """登记会商; RuleBroken names the field that is missing or a day that cannot be."""
    parties = clean_text(talk.parties)
    matter = clean_text(talk.matter, keep_lines=True)
    agreed = clean_text(talk.agreed, keep_lines=True)
    for text, field, sentence in (
        (parties, "parties", "请写明与谁会商"),
        (matter, "matter", "请写明会商的事项"),
        (agreed, "agreed", "请写明会商的结果；没有商定的写“未取得一致”和各方意见"),
    ):
        if not text:
            raise RuleBroken(f"{field}_missing", sentence, field=field)
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        begins = case.received_on or case.arrived_on or case.submitted_on
        if talk.held_on > desk.today or (begins is not None and talk.held_on < begins):
            raise RuleBroken(
                "conferral_day", "会商日期须在收到申请之后、今天之前（含今天）", field="held_on"
            )
        carry_out(
            desk,
            case,
            Action.CONFER,
            effective_on=talk.held_on,
            note=agreed,
            detail={"parties": parties},
        )
        desk.session.add(
            Conferral(
                case_id=case.id,
                held_on=talk.held_on,
                parties=parties,
                matter=matter,
                agreed=agreed,
                recorded_by_id=desk.actor.user_id,
                recorded_at=desk.now,
            )
        )
        return CaseKey(case.id, case.number)
