"""Every document of both regulations, made by the acts of the office and read back from its PDF."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.documents.letter_forms import FORMS, Shape
from casework.documents.letter_templates import answer_kind
from casework.documents.letter_values import LABELS
from casework.domain.amendments import AmendmentOutcome
from casework.domain.check_code import check_code
from casework.domain.clock_events import ClockEventKind
from casework.domain.fees import FEE_UNPAID
from casework.domain.ground_catalogue import CATALOGUE
from casework.domain.grounds import Outcome
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import get_ground, withholding_grounds_for
from casework.domain.permissions import GRANTS, Role
from casework.domain.procedural_documents import (
    AMENDMENT_DECIDED,
    ANSWERS,
    BY_AN_ACT,
    DOCUMENT_RULES,
)
from casework.domain.reply import BY_THE_CATALOGUE, ReplyContent
from casework.domain.statutes import Party
from casework.models import Amendment, ClockFact, Document, Event
from casework.services import drafting, issue, procedural_letters, registration, review
from casework.services.procedural_letters import DocumentText
from tests.conftest import beijing
from tests.services.test_road import application, case_of, newest_draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.domain.grounds import Ground
    from casework.services.desk import Desk
    from casework.services.registration import NewApplication

# Fri 2018-02-09 and Mon 2026-09-07: one receipt day under each regulation.
RECEIVED = {"2007": date(2018, 2, 9), "2019": date(2026, 9, 7)}
WORKED_ON = {"2007": date(2018, 2, 12), "2019": date(2026, 9, 14)}
ANSWERED = [
    (ground, statute)
    for ground, statute in product(CATALOGUE, RECEIVED)
    if statute in ground.basis
    and (ground.usable_from is None or ground.usable_from <= WORKED_ON[statute])
    and ground.reply_required
    and ground.code != FEE_UNPAID  # after a notice and its 20 days: test_fees
]
ISSUED = [
    (kind, statute)
    for kind, statute in product(DOCUMENT_RULES, RECEIVED)
    if statute in kind.statutes
]


def text_of(document: Document) -> str:
    """Everything the stored PDF says; white space, page numbers and the code at its foot gone."""
    assert document.content is not None
    assert hashlib.sha256(document.content).hexdigest() == document.sha256
    pages = PdfReader(BytesIO(document.content)).pages
    whole = "".join("".join(page.extract_text().split()) for page in pages)
    code = check_code(document.text_sha256 or "")
    return re.sub(r"—\d+—", "", whole).replace(f"校验码{code}{document.document_number}", "")


def asked(statute: str) -> NewApplication:
    day = RECEIVED[statute]
    return application(received_on=day, submitted_on=day)


@pytest.fixture
def office(desk_for: Callable[..., Desk]) -> Callable[[Role, str], Desk]:
    """The desk of a role on the working day of a regulation."""

    def desk(role: Role, statute: str) -> Desk:
        return desk_for(role, name=role.value, now=beijing(WORKED_ON[statute]))

    return desk


def registered(office: Callable[[Role, str], Desk], statute: str) -> int:
    clerk = office(Role.CLERK, statute)
    key = registration.register(clerk, asked(statute), agency_id=clerk.actor.agency_id or 0)
    handler = office(Role.HANDLER, statute)
    registration.assign(
        clerk, key.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    return key.id


def test_the_tables_name_every_kind_once() -> None:
    assert set(DOCUMENT_RULES) | ANSWERS | BY_AN_ACT == set(LetterKind)
    assert len(DOCUMENT_RULES) + len(ANSWERS) + len(BY_AN_ACT) == len(LetterKind)
    assert set(FORMS) == set(DOCUMENT_RULES)
    assert {field.name for form in FORMS.values() for field in form} <= set(LABELS)


@pytest.mark.parametrize(("ground", "statute"), ANSWERED, ids=lambda x: getattr(x, "code", x))
def test_acceptance_74_every_ground_is_issued_as_its_letter(
    session: Session, office: Callable[[Role, str], Desk], ground: Ground, statute: str
) -> None:
    case_id = registered(office, statute)
    others = (
        [each.code for each in withholding_grounds_for(statute)][:2]
        if ground.outcome is Outcome.PARTLY_DISCLOSED
        else []
    )
    needs = set(ground.needs) - BY_THE_CATALOGUE
    content = ReplyContent(
        outcome=ground.outcome,
        grounds=(ground.code, *others),
        particulars={need: f"本件的{need.label}" for need in ground.needs},
    )
    handler = office(Role.HANDLER, statute)
    drafting.save_draft(handler, case_id, content, version=None)
    drafting.submit_draft(handler, case_id, version=None)
    reviewer = office(Role.LEGAL_REVIEWER, statute)
    text_hash = newest_draft(session, case_id).text_hash
    review.approve(reviewer, case_id, text_hash=text_hash, version=None)
    issue.issue_reply(office(Role.LEADER, statute), case_id, version=None)

    document = session.scalars(select(Document).where(Document.case_id == case_id)).one()
    kind = answer_kind(ground)
    assert document.kind is kind
    assert document.document_number == f"青资公开{kind.series}〔{WORKED_ON[statute].year}〕1号"
    text = text_of(document)
    assert document.document_number in text
    assert "柳湾村集体土地征收补偿安置方案" in text
    for need in needs:
        if need.value != "third_party_opinion":
            assert f"本件的{need.label}" in text, need
    # A letter that is no 答复书 does not call itself one where it tells of remedies.
    assert ("本答复" in text) == (kind is LetterKind.REPLY and "如对本" in text)
    if kind is LetterKind.REPLY:
        review_first = statute == "2019" and (
            ground.review_first or any(get_ground(each).review_first for each in others)
        )
        assert ("应当先申请行政复议" in text) == review_first
        assert "青沅市人民政府" in text


@pytest.mark.parametrize(("kind", "statute"), ISSUED)
def test_every_procedural_document_is_issued(
    session: Session, office: Callable[[Role, str], Desk], kind: LetterKind, statute: str
) -> None:
    case_id = registered(office, statute)
    rule = DOCUMENT_RULES[kind]
    case = case_of(session, case_id)
    if rule.upon == AMENDMENT_DECIDED:
        session.add(
            Amendment(
                case_id=case_id,
                asked_on=WORKED_ON[statute],
                record="土地登记卡",
                claim="户主姓名有误",
                evidence="户口簿复印件",
                outcome=rule.party or AmendmentOutcome.AMENDED,
                decided_on=WORKED_ON[statute],
            )
        )
    elif rule.upon is not None:
        party = rule.party or Party.THIRD_PARTY
        consults = rule.upon is ClockEventKind.CONSULTATION_STARTED
        case.clock_events.append(
            ClockFact(
                kind=rule.upon,
                happened_on=WORKED_ON[statute],
                party=party.value if consults else None,
                days=5 if rule.upon is ClockEventKind.EXTENSION else None,
                whom="青沅某农业有限公司" if consults else "",
                reason="补偿协议中的价款",
            )
        )
    case.state = min(rule.states, key=lambda state: (state.value in {"closed", "archived"}, state))
    if case.state.value in {"closed", "archived"}:
        case.closed_on, case.ground = WORKED_ON[statute], "disclosed"
    session.commit()
    role = next(role for role in Role if rule.permission in GRANTS[role])
    desk = office(role, statute)
    ahead = desk.calendar.add(desk.today, 10).isoformat()
    filled = {
        field.name: {Shape.DAY_AHEAD: ahead, Shape.DAY_PAST: desk.today.isoformat()}.get(
            field.shape, f"填写的{field.label}"
        )
        for field in FORMS[kind]
    }
    before = procedural_letters.preview_pdf(desk, case_id, DocumentText(kind=kind, filled=filled))
    assert "草稿" in "".join(p.extract_text() for p in PdfReader(BytesIO(before)).pages)
    procedural_letters.issue_document(
        desk, case_id, DocumentText(kind=kind, filled=filled), version=None
    )

    document = session.scalars(select(Document).where(Document.case_id == case_id)).one()
    year = WORKED_ON[statute].year
    expected = f"青资公开{kind.series}〔{year}〕1号" if kind.series else None
    assert (document.kind, document.document_number) == (kind, expected)
    text = text_of(document)
    for field in FORMS[kind]:
        if not field.shape.is_day:
            assert f"填写的{field.label}" in text, field.name
    assert "草稿" not in text
    if not kind.internal and kind is not LetterKind.DELIVERY_RECORD:
        assert f"{year}年" in text
        assert ("国务院令第492号" in text) == (statute == "2007")
    event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.action, event.detail["kind"], event.role) == ("issue_document", kind, role.value)
    assert event.detail["hash"] == document.sha256
    assert case_of(session, case_id).state in rule.states, "a paper moves no case"
