"""Which documents an officer may issue beside the answer: who, when in the road, upon which fact.

The answer itself (答复书, 终止办理告知书) is approved and signed on the road of ``workflow``; what
stands here moves the procedure (补正, 延期, 征求意见 …) or stays in the file (审批单, 检索记录 …).
Upon a fact of the clock means: the act is on record before the paper that tells of it, so that a
paper never says what the office has not done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain.amendments import AmendmentOutcome
from casework.domain.clock_events import ClockEventKind
from casework.domain.errors import PermissionRefused, RuleBroken, TransitionRefused
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Permission, require
from casework.domain.states import FINISHED, OPEN, State
from casework.domain.statutes import Party

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.permissions import Actor

ANSWERS = frozenset({LetterKind.REPLY, LetterKind.TERMINATION})
"""Documents that need a draft, a legal review and a signature."""

BY_AN_ACT = frozenset({LetterKind.REVOCATION})
"""Documents that nobody writes by themselves: an act issues them (services.voiding)."""

ISSUE_DOCUMENT = "issue_document"
"""The event of issuing one of these documents."""

AMENDMENT_DECIDED = "amendment_decided"
"""The fact that 更正告知书 tells of; the clock knows nothing of it (domain.amendments)."""

_RECEIVED = OPEN - {State.AWAITING_CONFIRMATION}
_BEFORE_REPLY = _RECEIVED - {State.DISPATCHED}
_UNANSWERED = _BEFORE_REPLY - {State.AWAITING_DISPATCH}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRule:
    """One line of the table.

    ``upon`` is the fact the document tells of, one of the clock's (with ``party`` where it is a
    consultation) or ``AMENDMENT_DECIDED`` (with the outcome it needs); None if it rests on nothing
    but the case.
    """

    kind: LetterKind
    permission: Permission
    states: frozenset[State]
    upon: str | None = None
    party: Party | AmendmentOutcome | None = None


def _rule(
    kind: LetterKind,
    permission: Permission,
    states: frozenset[State],
    upon: str | None = None,
    party: Party | AmendmentOutcome | None = None,
) -> DocumentRule:
    return DocumentRule(kind=kind, permission=permission, states=states, upon=upon, party=party)


_ASKED = ClockEventKind.CONSULTATION_STARTED
DOCUMENT_RULES: dict[LetterKind, DocumentRule] = {
    rule.kind: rule
    for rule in (
        _rule(LetterKind.REGISTRATION_RECEIPT, Permission.REGISTER, _RECEIVED),
        _rule(
            LetterKind.CORRECTION_REQUEST,
            Permission.KEEP_TIME,
            _UNANSWERED,
            ClockEventKind.CORRECTION_REQUESTED,
        ),
        _rule(LetterKind.REASONS_REQUEST, Permission.KEEP_TIME, _UNANSWERED),
        # 第三十五条: the agency itself sets the day, so whoever signs its decisions signs this.
        _rule(LetterKind.DELAY_NOTICE, Permission.ISSUE, _UNANSWERED),
        # The consent of the 工作机构负责人 is the act; the notice only tells of it.
        _rule(
            LetterKind.EXTENSION_NOTICE,
            Permission.KEEP_TIME,
            _UNANSWERED,
            ClockEventKind.EXTENSION,
        ),
        _rule(
            LetterKind.THIRD_PARTY_CONSULTATION,
            Permission.KEEP_TIME,
            _UNANSWERED,
            _ASKED,
            Party.THIRD_PARTY,
        ),
        _rule(LetterKind.CONSULTATION_NOTICE, Permission.KEEP_TIME, _UNANSWERED, _ASKED),
        _rule(
            LetterKind.CO_MAKER_CONSULTATION,
            Permission.KEEP_TIME,
            _UNANSWERED,
            _ASKED,
            Party.CO_MAKER,
        ),
        _rule(
            LetterKind.AGENCY_CONSULTATION,
            Permission.KEEP_TIME,
            _UNANSWERED,
            _ASKED,
            Party.AGENCY,
        ),
        # 第三十二条: told before the disclosure or with it, never behind the third party's back.
        _rule(
            LetterKind.THIRD_PARTY_DISCLOSURE,
            Permission.ISSUE,
            _RECEIVED,
            _ASKED,
            Party.THIRD_PARTY,
        ),
        _rule(
            LetterKind.FEE_NOTICE,
            Permission.KEEP_TIME,
            _UNANSWERED,
            ClockEventKind.FEE_NOTICED,
        ),
        _rule(
            LetterKind.RECORD_CORRECTION,
            Permission.ISSUE,
            _RECEIVED | FINISHED,
            AMENDMENT_DECIDED,
        ),
        _rule(
            LetterKind.RECORD_TRANSFER,
            Permission.ISSUE,
            _RECEIVED | FINISHED,
            AMENDMENT_DECIDED,
            AmendmentOutcome.TRANSFERRED,
        ),
        _rule(LetterKind.DELIVERY_RECORD, Permission.DISPATCH, _RECEIVED | FINISHED),
        _rule(LetterKind.APPROVAL_SHEET, Permission.DRAFT, _RECEIVED | FINISHED),
        _rule(LetterKind.SECRECY_REVIEW, Permission.DRAFT, _BEFORE_REPLY),
        _rule(LetterKind.SEARCH_RECORD, Permission.DRAFT, _BEFORE_REPLY),
        _rule(LetterKind.FILE_INDEX, Permission.CLOSE, frozenset({State.DISPATCHED}) | FINISHED),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOffer:
    """A document as the case page shows it: open to this person now, or not and why."""

    kind: LetterKind
    why_not: str | None

    @property
    def is_open(self) -> bool:
        """Say whether the person may issue it now."""
        return self.why_not is None


def is_upon(rule: DocumentRule, kind: str, party: str | None) -> bool:
    """Say whether a fact of the clock is one that the document tells of."""
    return kind == rule.upon and (rule.party is None or party == rule.party)


def decide_document(
    kind: LetterKind,
    actor: Actor,
    *,
    state: State,
    statute: str,
    facts: Sequence[tuple[str, str | None]],
) -> DocumentRule:
    """Return the rule under which ``actor`` may issue ``kind`` on a case.

    ``facts`` are the kinds and parties of the clock's facts on file, and ``AMENDMENT_DECIDED``.
    Raises PermissionRefused for the person, TransitionRefused for the stage of the case,
    RuleBroken where the regulation knows no such document or the act it tells of is not on record.
    """
    rule = DOCUMENT_RULES.get(kind)
    if rule is None:
        raise RuleBroken(
            "needs_approval", f"{kind.short_label}须拟稿、审核、签发，不能在这里出具", field="kind"
        )
    require(actor, rule.permission)
    if statute not in kind.statutes:
        raise RuleBroken(
            "no_such_letter",
            f"适用{statute}年条例的申请没有{kind.short_label}",
            field="kind",
            basis=kind.basis,
        )
    if state not in rule.states:
        raise TransitionRefused(
            f"案件现在是“{state.label}”，不能出具{kind.short_label}",
            state=state.value,
            action=kind.value,
        )
    if rule.upon is not None and not any(is_upon(rule, *fact) for fact in facts):
        raise fact_missing(rule)
    return rule


def fact_missing(rule: DocumentRule) -> RuleBroken:
    """Return the refusal of a document whose act is not on record."""
    act = _ACT_WORDS[rule.upon] if rule.upon else ""
    whom = f"（{rule.party.label}）" if rule.party else ""
    return RuleBroken(
        "fact_missing", f"本案没有登记“{act}{whom}”，请先登记，再出具{rule.kind.short_label}"
    )


def list_document_offers(
    actor: Actor, *, state: State, statute: str, facts: Sequence[tuple[str, str | None]]
) -> list[DocumentOffer]:
    """Return every document of this table that ``actor``'s roles issue, open or not and why."""
    offers = []
    for kind in DOCUMENT_RULES:
        try:
            decide_document(kind, actor, state=state, statute=statute, facts=facts)
        except PermissionRefused:
            continue
        except (RuleBroken, TransitionRefused) as refusal:
            offers.append(DocumentOffer(kind=kind, why_not=refusal.message))
        else:
            offers.append(DocumentOffer(kind=kind, why_not=None))
    return offers


_ACT_WORDS = {
    ClockEventKind.CORRECTION_REQUESTED: "告知补正",
    ClockEventKind.EXTENSION: "办延期",
    ClockEventKind.FEE_NOTICED: "收费通知",
    ClockEventKind.CONSULTATION_STARTED: "征求意见",
    AMENDMENT_DECIDED: "更正结果",
}
