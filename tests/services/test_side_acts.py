"""会商, 更正, and the papers of a 复议 or 诉讼: what moves neither state nor clock."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.amendments import AmendmentClaim, AmendmentDecision, AmendmentOutcome
from casework.domain.application import ReliefKind, ReliefResult
from casework.domain.calendar_periods import relief_limit
from casework.domain.errors import NotFound, PermissionRefused, RuleBroken, TransitionRefused
from casework.domain.letter_kinds import LetterKind
from casework.domain.relief_papers import PAPERS, ReliefPaper
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models import Amendment, Attachment, Document, Relief
from casework.queries.case_side import list_amendments, list_conferrals
from casework.queries.inbox import list_attachments
from casework.services import amendment, attachments, conferral, relief
from casework.services.archive_bundle import archive_zip
from casework.services.attachments import PaperOf
from casework.services.conferral import Talk
from casework.services.procedural_letters import DocumentText, issue_document, prepare_document
from casework.services.relief import ReliefData, ReliefNotice
from tests.domain.test_attachments import PDF
from tests.services.test_office_acts import assigned, at, finished
from tests.services.test_road import case_of, clerk, handler, leader, reviewer

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

__all__ = ["clerk", "handler", "leader", "reviewer"]

LATER = date(2026, 10, 12)  # Monday
TALK = Talk(
    held_on=date(2026, 9, 10),
    parties="青沅市财政局预算科",
    matter="补偿资金安排表是否已经主动公开",
    agreed="财政局已于9月1日在门户网站公开，由本机关告知获取途径",
)
CLAIM = AmendmentClaim(
    asked_on=date(2026, 10, 9),
    record="《土地登记卡》第 3 页家庭人口",
    claim="登记为 3 人，应为 4 人",
    evidence="户口簿复印件 1 份",
)


def decision(outcome: AmendmentOutcome, **changes: object) -> AmendmentDecision:
    values: dict[str, object] = {
        "outcome": outcome,
        "decided_on": LATER,
        "result": "家庭人口更正为 4 人",
        "body": "",
    }
    return AmendmentDecision(**(values | changes))  # type: ignore[arg-type]


# 会商


def test_a_talk_with_others_is_on_file_and_stops_no_clock(
    session: Session, clerk: Desk, handler: Desk
) -> None:
    case_id = assigned(clerk, handler)
    before = case_of(session, case_id)
    limits = (before.due_on, before.office_due_on, before.is_suspended)
    conferral.confer(at(handler, TALK.held_on), case_id, TALK, version=None)
    case = case_of(session, case_id)
    assert (case.due_on, case.office_due_on, case.is_suspended) == limits
    assert (case.state, case.clock_events) == (State.DRAFTING, [])
    [line] = list_conferrals(session, case_id)
    assert (line.held_on, line.parties, line.agreed) == (TALK.held_on, TALK.parties, TALK.agreed)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"parties": " "}, "parties"),
        ({"matter": ""}, "matter"),
        ({"agreed": ""}, "agreed"),
        ({"held_on": date(2026, 9, 4)}, "held_on"),  # before the receipt
        ({"held_on": date(2026, 9, 11)}, "held_on"),  # tomorrow
    ],
)
def test_a_talk_needs_its_parts(
    session: Session, clerk: Desk, handler: Desk, changes: dict[str, object], field: str
) -> None:
    case_id = assigned(clerk, handler)
    values = {name: getattr(TALK, name) for name in ("held_on", "parties", "matter", "agreed")}
    with pytest.raises(RuleBroken) as refusal:
        conferral.confer(
            at(handler, TALK.held_on), case_id, Talk(**(values | changes)), version=None
        )
    assert refusal.value.field == field
    assert list_conferrals(session, case_id) == []


# 更正


@pytest.fixture
def answered(clerk: Desk, handler: Desk, reviewer: Desk, leader: Desk) -> int:
    return finished(clerk, handler, reviewer, leader)


def test_a_claim_that_is_another_agencys_to_decide_is_passed_on(
    session: Session, clerk: Desk, handler: Desk, leader: Desk, answered: int
) -> None:
    letter = LetterKind.RECORD_TRANSFER
    amendment.ask_amendment(at(clerk, LATER), answered, CLAIM, version=None)
    [line] = list_amendments(session, answered)
    amendment.decide_amendment(
        at(handler, LATER), answered, line.id, decision(AmendmentOutcome.AMENDED), version=None
    )
    with pytest.raises(RuleBroken, match="转送有权更正的机关"):
        prepare_document(at(leader, LATER), answered, letter)
    amendment.ask_amendment(at(clerk, LATER), answered, CLAIM, version=None)
    second = list_amendments(session, answered)[-1]
    passed = decision(AmendmentOutcome.TRANSFERRED, body="青沅市不动产登记中心")
    amendment.decide_amendment(at(handler, LATER), answered, second.id, passed, version=None)
    form = prepare_document(at(leader, LATER), answered, letter)
    assert form.suggested["receiving_agency"] == "青沅市不动产登记中心"
    text = DocumentText(kind=letter, filled=form.suggested)
    issue_document(at(leader, LATER), answered, text, version=None)
    document = session.scalars(select(Document).where(Document.kind == letter)).one()
    assert document.document_number == "青资公开转〔2026〕1号"
    said = "".join(
        "".join(page.extract_text().split())
        for page in PdfReader(BytesIO(document.content or b"")).pages
    )
    assert "青沅市不动产登记中心：" in said
    assert "第四十一条的规定，现将该申请转送你单位处理" in said
    assert "复议" not in said


def test_a_record_is_put_right_and_the_applicant_told(
    session: Session, clerk: Desk, handler: Desk, leader: Desk, answered: int
) -> None:
    letter = LetterKind.RECORD_CORRECTION
    with pytest.raises(RuleBroken, match="没有登记“更正结果”"):
        prepare_document(at(leader, LATER), answered, letter)
    amendment.ask_amendment(at(clerk, LATER), answered, CLAIM, version=None)
    [line] = list_amendments(session, answered)
    with pytest.raises(PermissionRefused):
        amendment.decide_amendment(
            at(clerk, LATER),
            answered,
            line.id,
            decision(AmendmentOutcome.AMENDED),
            version=None,
        )
    amendment.decide_amendment(
        at(handler, LATER), answered, line.id, decision(AmendmentOutcome.AMENDED), version=None
    )
    case = case_of(session, answered)
    assert (case.state, case.closed_on) == (State.CLOSED, date(2026, 9, 16))
    with pytest.raises(TransitionRefused, match="没有等待审核的更正申请"):
        amendment.decide_amendment(
            at(handler, LATER), answered, line.id, decision(AmendmentOutcome.REFUSED), version=None
        )
    form = prepare_document(at(leader, LATER), answered, letter)
    assert form.suggested["record_concerned"] == CLAIM.record
    issue_document(
        at(leader, LATER),
        answered,
        DocumentText(kind=letter, filled=form.suggested),
        version=None,
    )
    document = session.scalars(select(Document).where(Document.kind == letter)).one()
    text = "".join(
        page.extract_text() for page in PdfReader(BytesIO(document.content or b"")).pages
    ).replace("\n", "")
    assert "2026年10月9日收到" in text  # the claim's day, not the application's
    assert CLAIM.claim.replace(" ", "") in text.replace(" ", "")
    assert "审核属实，予以更正" in text
    assert "第四十一条" in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"record": ""}, "record"),
        ({"claim": " "}, "claim"),
        ({"evidence": ""}, "evidence"),
        ({"asked_on": date(2026, 9, 15)}, "asked_on"),  # before anything was given out
        ({"asked_on": date(2026, 10, 13)}, "asked_on"),
    ],
)
def test_a_claim_wants_evidence(
    session: Session, clerk: Desk, answered: int, changes: dict[str, object], field: str
) -> None:
    values = {name: getattr(CLAIM, name) for name in ("asked_on", "record", "claim", "evidence")}
    with pytest.raises(RuleBroken) as refusal:
        amendment.ask_amendment(
            at(clerk, LATER), answered, AmendmentClaim(**(values | changes)), version=None
        )
    assert refusal.value.field == field
    assert session.scalars(select(Amendment)).all() == []


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (decision(AmendmentOutcome.TRANSFERRED), "body"),
        (decision(AmendmentOutcome.REFERRED), "body"),
        (decision(AmendmentOutcome.REFUSED, result=""), "result"),
        (decision(AmendmentOutcome.AMENDED, decided_on=date(2026, 10, 8)), "decided_on"),
    ],
)
def test_a_decision_says_what_the_article_wants(
    session: Session,
    clerk: Desk,
    handler: Desk,
    answered: int,
    made: AmendmentDecision,
    field: str,
) -> None:
    amendment.ask_amendment(at(clerk, LATER), answered, CLAIM, version=None)
    [line] = list_amendments(session, answered)
    with pytest.raises(RuleBroken) as refusal:
        amendment.decide_amendment(at(handler, LATER), answered, line.id, made, version=None)
    assert refusal.value.field == field
    [line] = list_amendments(session, answered)
    assert line.outcome is None


def test_the_2007_regulation_bids_the_agency_pass_it_on(
    session: Session, clerk: Desk, handler: Desk, answered: int
) -> None:
    case_of(session, answered).statute = StatuteCode.REGULATION_2007
    session.commit()
    amendment.ask_amendment(at(clerk, LATER), answered, CLAIM, version=None)
    [line] = list_amendments(session, answered)
    body = "青沅市不动产登记中心"
    with pytest.raises(RuleBroken, match="应当转送"):
        amendment.decide_amendment(
            at(handler, LATER),
            answered,
            line.id,
            decision(AmendmentOutcome.REFERRED, body=body),
            version=None,
        )
    amendment.decide_amendment(
        at(handler, LATER),
        answered,
        line.id,
        decision(AmendmentOutcome.TRANSFERRED, body=body),
        version=None,
    )
    [line] = list_amendments(session, answered)
    assert (line.outcome, line.body) == (AmendmentOutcome.TRANSFERRED, body)


def test_a_claim_is_decided_on_its_own_case(
    clerk: Desk, handler: Desk, answered: int, session: Session
) -> None:
    other = assigned(clerk, handler)
    amendment.ask_amendment(at(clerk, LATER), answered, CLAIM, version=None)
    [line] = list_amendments(session, answered)
    with pytest.raises(NotFound):
        amendment.decide_amendment(
            at(handler, LATER), other, line.id, decision(AmendmentOutcome.AMENDED), version=None
        )


# 复议, 诉讼: the day the copy came, and the papers


@pytest.fixture
def contested(clerk: Desk, answered: int) -> int:
    relief.record_relief(
        at(clerk, LATER),
        answered,
        ReliefData(kind=ReliefKind.REVIEW, filed_on=date(2026, 9, 28), body="青沅市人民政府"),
        version=None,
    )
    return answered


def test_the_office_s_limit_runs_from_the_copy_s_arrival_whenever_it_is_learned(
    session: Session, clerk: Desk, contested: int
) -> None:
    row = session.scalars(select(Relief)).one()
    assert row.notified_on is None
    for wrong in (date(2026, 9, 27), date(2026, 10, 13)):
        with pytest.raises(RuleBroken) as refusal:
            relief.record_relief_notice(
                at(clerk, LATER),
                contested,
                row.id,
                ReliefNotice(notified_on=wrong),
                version=None,
            )
        assert refusal.value.field == "notified_on"
    relief.record_relief_notice(
        at(clerk, LATER),
        contested,
        row.id,
        ReliefNotice(
            notified_on=date(2026, 10, 9), simplified=True, reference="青府复〔2026〕33号"
        ),
        version=None,
    )
    row = session.scalars(select(Relief)).one()
    assert (row.reference, row.simplified) == ("青府复〔2026〕33号", True)
    assert row.notified_on is not None
    limit = relief_limit(row.kind, row.notified_on, clerk.calendar, simplified=True)
    # Fri 9 October + 5 working days: Sat 10 is worked, then Mon 12 to Thu 15.
    assert (limit.due_on, limit.basis) == (date(2026, 10, 15), "行政复议法第五十四条、第八十八条")


def test_a_paper_belongs_to_its_proceeding(
    session: Session, clerk: Desk, contested: int, tmp_path: Path
) -> None:
    row = session.scalars(select(Relief)).one()

    def put(name: str, content: bytes, paper: ReliefPaper, relief_id: int = row.id) -> None:
        attachments.attach(
            at(clerk, LATER),
            contested,
            folder=tmp_path,
            name=name,
            content=content,
            paper_of=PaperOf(relief_id=relief_id, paper=paper),
        )

    put("申请书.pdf", PDF, ReliefPaper.APPLICATION)
    with pytest.raises(RuleBroken, match="行政复议没有判决书") as refusal:
        put("判决书.pdf", PDF + b"\n", ReliefPaper.JUDGMENT)
    assert refusal.value.field == "paper"
    with pytest.raises(NotFound):
        put("决定书.pdf", PDF + b"\n\n", ReliefPaper.DECISION, relief_id=row.id + 1)
    [line] = list_attachments(session, contested)
    assert (line.relief_id, line.paper) == (row.id, ReliefPaper.APPLICATION)
    assert len(list(tmp_path.iterdir())) == len(session.scalars(select(Attachment)).all()) == 1


def test_every_proceeding_has_its_first_and_its_last_paper() -> None:
    assert set(PAPERS) == set(ReliefKind)
    assert set().union(*PAPERS.values()) == set(ReliefPaper)
    for papers in PAPERS.values():
        assert papers[0] in {ReliefPaper.APPLICATION, ReliefPaper.COMPLAINT}
        assert {ReliefPaper.DECISION, ReliefPaper.JUDGMENT} & set(papers)
    assert ReliefResult.PENDING in ReliefResult


def test_what_happened_beside_the_road_goes_into_the_case_file(
    clerk: Desk, handler: Desk, answered: int, tmp_path: Path
) -> None:
    amendment.ask_amendment(at(clerk, LATER), answered, CLAIM, version=None)
    bundle = archive_zip(at(clerk, LATER), answered, attachments=tmp_path)
    with zipfile.ZipFile(BytesIO(bundle.content)) as archive:
        facts = json.loads(archive.read("案件.json"))
    [claim] = facts["更正申请"]
    assert (claim["收到日期"], claim["主张"], claim["结果"]) == ("2026-10-09", CLAIM.claim, None)
    talked_over = assigned(clerk, handler)
    conferral.confer(at(handler, TALK.held_on), talked_over, TALK, version=None)
    bundle = archive_zip(at(clerk, LATER), talked_over, attachments=tmp_path)
    with zipfile.ZipFile(BytesIO(bundle.content)) as archive:
        facts = json.loads(archive.read("案件.json"))
    assert [(one["与谁"], one["结果"]) for one in facts["会商"]] == [(TALK.parties, TALK.agreed)]
