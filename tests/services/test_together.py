"""留言, 附件, 代理, 移交, 停用: several people and one office's work."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.models import Attachment, Event, Mention, User
from casework.queries.case_rows import Viewer
from casework.queries.inbox import list_cases_of, list_left_behind, list_mentions, list_stand_ins
from casework.services import (
    account_administration,
    attachments,
    comments,
    log_ins,
    registration,
    sign_in,
    staffing,
    timekeeping,
)
from tests.conftest import PASSWORD, beijing
from tests.domain.test_attachments import DOCX, PDF
from tests.services.test_road import application, case_of, clerk, handler, leader, reviewer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

__all__ = ["clerk", "handler", "leader", "reviewer"]


def viewer(desk: Desk) -> Viewer:
    return Viewer(actor=desk.actor, calendar=desk.calendar, today=desk.today, office_days=15)


def assigned(clerk: Desk, handler: Desk) -> int:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    registration.assign(
        clerk, key.id, unit="耕地保护科", handler_id=handler.actor.user_id, version=None
    )
    return key.id


# 留言


def test_a_remark_tells_whom_it_names(session: Session, clerk: Desk, handler: Desk) -> None:
    case_id = assigned(clerk, handler)
    comments.comment(
        clerk,
        case_id,
        body="＠陈立群 附件第三页请遮去电话。@陈立群",
    )
    [waits] = list_mentions(session, handler.actor)
    assert (waits.case_id, waits.by) == (case_id, "周敏")
    assert list_mentions(session, clerk.actor) == []
    comments.mark_read(handler, case_id)
    assert list_mentions(session, handler.actor) == []
    assert len(session.scalars(select(Mention)).all()) == 1
    event = session.scalars(select(Event).where(Event.action == "comment")).one()
    assert (event.note, event.detail) == ("", {"mentions": 1})


@pytest.mark.parametrize("body", ["  ", "@没有此人 请看", "写给 @"])
def test_a_remark_that_says_nothing_or_names_nobody(
    session: Session, clerk: Desk, handler: Desk, body: str
) -> None:
    case_id = assigned(clerk, handler)
    with pytest.raises(RuleBroken) as refusal:
        comments.comment(clerk, case_id, body=body)
    assert refusal.value.field == "body"
    assert session.scalars(select(Mention)).all() == []


def test_acceptance_32_remarks_and_files_while_the_applicant_corrects(
    session: Session, clerk: Desk, handler: Desk, tmp_path: Path
) -> None:
    case_id = assigned(clerk, handler)
    timekeeping.request_correction(
        clerk, case_id, on=date(2026, 9, 7), reason="文件名称不明", version=None
    )
    before = case_of(session, case_id).version
    comments.comment(handler, case_id, body="已电话提醒申请人")
    attachments.attach(handler, case_id, folder=tmp_path, name="电话记录.pdf", content=PDF)
    case = case_of(session, case_id)
    assert (case.state, case.version) == (State.AWAITING_CORRECTION, before)


# 附件


def test_a_file_comes_back_as_it_was(
    session: Session, clerk: Desk, handler: Desk, tmp_path: Path
) -> None:
    case_id = assigned(clerk, handler)
    for _ in range(2):
        attachments.attach(
            handler, case_id, folder=tmp_path, name="../意见.docx", content=DOCX, note="原件"
        )
    row = session.scalars(select(Attachment)).one()
    assert row.name == "意见.docx"
    [path] = list(tmp_path.iterdir())
    assert "意见" not in path.name
    assert path.stat().st_mode & 0o777 == 0o600
    stored = attachments.read_attachment(clerk, case_id, row.id, folder=tmp_path)
    assert (stored.content, stored.kind.preview) == (DOCX, False)

    path.write_bytes(DOCX + b" ")
    with pytest.raises(RuleBroken, match="与上传时不同"):
        attachments.read_attachment(clerk, case_id, row.id, folder=tmp_path)
    path.unlink()
    with pytest.raises(RuleBroken, match="文件不在了"):
        attachments.read_attachment(clerk, case_id, row.id, folder=tmp_path)


def test_acceptance_48_a_file_is_not_read_through_another_case(
    session: Session, clerk: Desk, handler: Desk, tmp_path: Path
) -> None:
    mine, other = assigned(clerk, handler), assigned(clerk, handler)
    attachments.attach(handler, mine, folder=tmp_path, name="a.pdf", content=PDF)
    row = session.scalars(select(Attachment)).one()
    with pytest.raises(NotFound):
        attachments.read_attachment(clerk, other, row.id, folder=tmp_path)


def test_a_refused_file_leaves_nothing_behind(
    session: Session, clerk: Desk, handler: Desk, reviewer: Desk, tmp_path: Path
) -> None:
    case_id = assigned(clerk, handler)
    with pytest.raises(RuleBroken):
        attachments.attach(handler, case_id, folder=tmp_path, name="a.html", content=b"<p>")
    with pytest.raises(PermissionRefused):
        attachments.attach(reviewer, case_id, folder=tmp_path, name="a.pdf", content=PDF)
    with pytest.raises(NotFound):
        attachments.attach(handler, case_id + 999, folder=tmp_path, name="a.pdf", content=PDF)
    assert list(tmp_path.iterdir()) == []
    assert session.scalars(select(Attachment)).all() == []


# 代理、移交、停用


def test_a_stand_in_sees_the_absent_colleague_s_cases(
    session: Session, clerk: Desk, handler: Desk, desk_for: Callable[..., Desk]
) -> None:
    case_id = assigned(clerk, handler)
    other = desk_for(Role.HANDLER, name="方晓", now=handler.now)
    days = {"first_on": date(2026, 9, 14), "last_on": date(2026, 9, 18)}
    for by_id, field in ((handler.actor.user_id, "by_id"), (0, "by_id")):
        with pytest.raises(RuleBroken) as refusal:
            staffing.name_stand_in(handler, by_id=by_id or 0, **days)
        assert refusal.value.field == field
    with pytest.raises(RuleBroken):
        staffing.name_stand_in(
            handler,
            by_id=other.actor.user_id or 0,
            first_on=date(2026, 9, 18),
            last_on=date(2026, 9, 17),
        )
    staffing.name_stand_in(handler, by_id=other.actor.user_id or 0, **days)
    [row] = list_stand_ins(session, other.actor, today=date(2026, 9, 18))
    assert (row.absent, row.by) == ("陈立群", "方晓")
    assert list_stand_ins(session, other.actor, today=date(2026, 9, 19)) == []
    assert [c.id for c in list_cases_of(session, viewer(other), row.absent_id)] == [case_id]
    with pytest.raises(NotFound):
        staffing.end_stand_in(other, row.id)
    staffing.end_stand_in(handler, row.id)
    assert list_stand_ins(session, other.actor, today=date(2026, 9, 15)) == []


def test_acceptance_47_a_deactivated_person_leaves_cases_names_and_no_session(
    session: Session, clerk: Desk, handler: Desk, desk_for: Callable[..., Desk]
) -> None:
    case_id = assigned(clerk, handler)
    now = beijing(date(2026, 9, 14))
    opened = sign_in.log_in(session, login="陈立群", password=PASSWORD, now=now)
    assert log_ins.find_person(session, opened.token, now) is not None
    admin = desk_for(Role.SYSTEM_ADMIN, name="系统管理员", now=now)
    with pytest.raises(PermissionRefused):
        account_administration.close_account(clerk, handler.actor.user_id or 0, reason="离职")
    with pytest.raises(RuleBroken):
        account_administration.close_account(admin, handler.actor.user_id or 0, reason=" ")
    with pytest.raises(RuleBroken, match="自己的账号"):
        account_administration.close_account(admin, admin.actor.user_id or 0, reason="误点")
    account_administration.close_account(admin, handler.actor.user_id or 0, reason="离职")

    assert log_ins.find_person(session, opened.token, now) is None
    with pytest.raises(RuleBroken):
        sign_in.log_in(session, login="陈立群", password=PASSWORD, now=now)
    assert [row.id for row in list_left_behind(session, viewer(clerk))] == [case_id]

    other = desk_for(Role.HANDLER, name="方晓", now=now)
    with pytest.raises(RuleBroken):
        staffing.hand_over(clerk, [], to_id=other.actor.user_id or 0, reason="离职")
    with pytest.raises(RuleBroken):
        staffing.hand_over(clerk, [case_id], to_id=handler.actor.user_id or 0, reason="离职")
    moved = staffing.hand_over(clerk, [case_id], to_id=other.actor.user_id or 0, reason="离职")
    assert moved == 1
    assert list_left_behind(session, viewer(clerk)) == []
    assert case_of(session, case_id).handler_id == other.actor.user_id
    assert session.scalars(select(User.name).where(User.login == "陈立群")).one() == "陈立群"
    event = session.scalars(select(Event).where(Event.action == "hand_over")).one()
    assert event.detail["from_handler"] == handler.actor.user_id


def test_a_hand_over_goes_whole_or_not_at_all(
    session: Session, clerk: Desk, handler: Desk, desk_for: Callable[..., Desk]
) -> None:
    case_id = assigned(clerk, handler)
    other = desk_for(Role.HANDLER, name="方晓", now=handler.now)
    with pytest.raises(NotFound):
        staffing.hand_over(
            clerk, [case_id, case_id + 999], to_id=other.actor.user_id or 0, reason="调岗"
        )
    assert case_of(session, case_id).handler_id == handler.actor.user_id
