"""六、文书: what may be issued now, and what can be printed of the answer in the making."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.documents.letter_templates import answer_kind
from casework.domain.clock_events import ClockEventKind
from casework.domain.delivery import deemed_served_on
from casework.domain.errors import PermissionRefused, RuleBroken, TransitionRefused
from casework.domain.letter_kinds import LetterKind
from casework.domain.procedural_documents import (
    AMENDMENT_DECIDED,
    DOCUMENT_RULES,
    list_document_offers,
)
from casework.domain.statutes import StatuteCode
from casework.domain.voiding import Paper, decide_voiding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.domain.permissions import Actor
    from casework.domain.procedural_documents import DocumentOffer
    from casework.domain.working_days import WorkingDayCalendar
    from casework.queries.case_page import CaseFile
    from casework.queries.case_papers import DeliveryLine, DocumentLine


def list_papers(file: CaseFile) -> list[LetterKind]:
    """Return the answer in the making, if it is drafted and not yet issued."""
    if file.draft is None:
        return []
    kind = answer_kind(file.draft.counted)
    standing = [each for each in file.documents if each.voided_on is None]
    return [kind] if all(each.kind is not kind for each in standing) else []


def list_voidable(file: CaseFile, actor: Actor) -> frozenset[int]:
    """Return the ids of the documents this person may declare void."""
    delivered = {delivery.document_id for delivery in file.deliveries}
    return frozenset(
        document.id
        for document in file.documents
        if _may_void(file, actor, document, delivered=document.id in delivered)
    )


def _may_void(file: CaseFile, actor: Actor, document: DocumentLine, *, delivered: bool) -> bool:
    paper = Paper(
        kind=document.kind,
        is_ours=document.size is not None,
        voided_on=document.voided_on,
        delivered=delivered,
    )
    try:
        decide_voiding(paper, actor, state=file.head.state, was_sent=False)
    except (PermissionRefused, RuleBroken, TransitionRefused):
        return False
    return True


def list_fee_acts(file: CaseFile, actor: Actor) -> list[tuple[str, str]]:
    """Return the pages about money that are open to this person: label and endpoint."""
    rule = DOCUMENT_RULES[LetterKind.FEE_NOTICE]
    if not actor.may(rule.permission) or file.head.state not in rule.states:
        return []
    if file.head.statute is StatuteCode.REGULATION_2007:
        return [("收取成本费用", "documents.costs")]
    kinds = [line.kind for line in file.clock_lines]
    unpaid = kinds.count(ClockEventKind.FEE_NOTICED) > kinds.count(ClockEventKind.FEE_PAID)
    return [("登记缴费", "documents.fee_payment")] if unpaid else [("收费", "documents.fee")]


def deemed_days(
    deliveries: Sequence[DeliveryLine], calendar: WorkingDayCalendar
) -> dict[int, date]:
    """Return the days on which 公告送达 counts as service, by delivery."""
    days = {
        one.id: deemed_served_on(one.method, one.handed_over_on, calendar) for one in deliveries
    }
    return {delivery_id: day for delivery_id, day in days.items() if day is not None}


def list_document_acts(file: CaseFile, actor: Actor) -> list[DocumentOffer]:
    """Return the documents this person may issue now, in the order of the road."""
    offers = list_document_offers(
        actor,
        state=file.head.state,
        statute=file.head.statute.value,
        facts=_facts_on_file(file),
    )
    return [offer for offer in offers if offer.is_open]


def _facts_on_file(file: CaseFile) -> list[tuple[str, str | None]]:
    facts = [(line.kind, line.party) for line in file.clock_lines]
    decided = (one.outcome for one in file.amendments)
    return facts + [(AMENDMENT_DECIDED, outcome) for outcome in decided if outcome is not None]
