"""What the drafter need not type, and what the reply says of the road to it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from casework.domain.case_links import LinkKind
from casework.domain.grounds import Outcome, Requirement
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Role
from casework.domain.reply import ReplyContent
from casework.domain.statutes import Party
from casework.models import Document, Event
from casework.services import (
    drafting,
    issue,
    linking,
    procedural_letters,
    registration,
    timekeeping,
)
from casework.services.draft_facts import suggest_particulars
from casework.services.procedural_letters import DocumentText
from tests.conftest import beijing
from tests.services.test_procedural_letters import CORRECTION, ask_for_correction
from tests.services.test_road import DISCLOSED, application, case_of, newest_draft, to_issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

SEARCH = DocumentText(
    kind=LetterKind.SEARCH_RECORD,
    filled={
        "search_terms": "柳湾村、征收补偿",
        "search_places": "档案室、征收系统。",
        "search_result": "没有找到",
        "searcher": "陈立群",
        "searched_on": "2026-09-14",
    },
)


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 7)))


@pytest.fixture
def handler(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.HANDLER, name="陈立群", now=beijing(date(2026, 9, 14)))


@pytest.fixture
def case_id(clerk: Desk, handler: Desk) -> int:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    registration.assign(
        clerk, key.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    return key.id


def later(desk: Desk, day: date) -> Desk:
    from dataclasses import replace

    return replace(desk, now=beijing(day))


def test_the_numbers_of_our_own_notices_are_proposed(
    clerk: Desk, handler: Desk, case_id: int
) -> None:
    assert suggest_particulars(handler, case_id) == {}
    ask_for_correction(clerk, case_id)
    procedural_letters.issue_document(clerk, case_id, CORRECTION, version=None)
    procedural_letters.issue_document(handler, case_id, SEARCH, version=None)
    other = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    linking.link(clerk, case_id, kind=LinkKind.MERGED_INTO, number=other.number, version=None)
    assert suggest_particulars(handler, case_id) == {
        Requirement.CORRECTION_NOTICE: "青资公开补〔2026〕1号",
        Requirement.SEARCH_RECORD: (
            "检索范围：档案室、征收系统；检索关键词：柳湾村、征收补偿；结果：没有找到"
        ),
        Requirement.OTHER_CASE_NUMBER: other.number,
    }


def test_a_repeated_request_is_answered_with_the_earlier_reply_and_its_day(
    session: Session, desk_for: Callable[..., Desk], clerk: Desk, handler: Desk
) -> None:
    reviewer = desk_for(Role.LEGAL_REVIEWER, name="何静怡", now=beijing(date(2026, 9, 15)))
    leader = desk_for(Role.LEADER, name="罗建平", now=beijing(date(2026, 9, 16)))
    first = to_issue(clerk, handler, reviewer)
    issue.issue_reply(leader, first, version=None)
    again = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    known = suggest_particulars(later(handler, date(2026, 9, 17)), again.id)
    assert known == {Requirement.EARLIER_REPLY_NUMBER: "青资公开答〔2026〕1号"}
    registration.assign(
        clerk, again.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    content = ReplyContent(outcome=Outcome.NOT_PROCESSED, grounds=("repeat",), particulars=known)
    drafting.save_draft(later(handler, date(2026, 9, 17)), again.id, content, version=None)
    body = newest_draft(session, again.id).body
    assert "于2026年9月16日作出答复（青资公开答〔2026〕1号）" in body


def test_the_reply_tells_of_correction_consultation_and_extension(
    session: Session, desk_for: Callable[..., Desk], clerk: Desk, handler: Desk, case_id: int
) -> None:
    drafting.save_draft(handler, case_id, DISCLOSED, version=None)
    plain = newest_draft(session, case_id).body
    assert "补正" not in plain
    assert "征求" not in plain
    ask_for_correction(clerk, case_id)
    timekeeping.receive_correction(
        later(clerk, date(2026, 9, 9)),
        case_id,
        on=date(2026, 9, 9),
        content="我要的是2024年度的方案\n不要附图",
        version=None,
    )
    assert "我要的是" not in "".join(
        f"{event.note}{event.detail}" for event in session.query(Event).all()
    )
    on_the_tenth = later(clerk, date(2026, 9, 10))
    timekeeping.start_consultation(
        on_the_tenth,
        case_id,
        on=date(2026, 9, 10),
        party=Party.THIRD_PARTY,
        whom="青沅某农业有限公司",
        reason="补偿协议",
        version=None,
    )
    timekeeping.end_consultation(
        later(clerk, date(2026, 9, 11)),
        case_id,
        on=date(2026, 9, 11),
        party=Party.THIRD_PARTY,
        opinion="不同意",
        version=None,
    )
    leader = desk_for(Role.LEADER, name="罗建平", now=beijing(date(2026, 9, 14)))
    timekeeping.extend_deadline(
        leader, case_id, on=date(2026, 9, 14), days=20, reason="需要汇总", version=None
    )
    assert case_of(session, case_id).due_on is not None
    drafting.save_draft(handler, case_id, DISCLOSED, version=None)
    body = newest_draft(session, case_id).body
    assert "本机关于2026年9月9日收到您的补正材料，补正内容为：\n我要的是2024年度的方案\n" in body
    assert "依法征求了第三方的意见" in body
    assert "青沅某农业有限公司" not in body
    assert "已于2026年9月14日告知您" in body


def test_letting_a_correction_pass_names_the_notice(
    session: Session, clerk: Desk, case_id: int
) -> None:
    ask_for_correction(clerk, case_id)
    procedural_letters.issue_document(clerk, case_id, CORRECTION, version=None)
    number = session.query(Document).one().document_number
    november = later(clerk, date(2026, 11, 2))
    timekeeping.deem_abandoned(
        november, case_id, on=date(2026, 11, 2), reason="一直没有回音", version=None
    )
    assert f"补正告知书（{number}，2026年9月7日告知补正" in newest_draft(session, case_id).body
