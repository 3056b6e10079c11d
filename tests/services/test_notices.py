"""Who is told what, when, once; and what leaves the house, seen by the servers that receive it."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from casework.domain.errors import PermissionRefused, RuleBroken
from casework.domain.notices import NoticeChannel, NoticeKind, NoticeWishes
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.models import Applicant, Case, Event, Notice, NoticeSetting, User
from casework.queries.notices import find_wishes
from casework.services.case_file import reckon_dates
from casework.services.comments import comment
from casework.services.notice_senders import MailSender, RobotSender, RobotStyle, senders_of
from casework.services.notice_settings import NoticeRequest, set_notices
from casework.services.notices import Message, NotSentError, make_notices, send_notices
from casework.services.staffing import hand_over
from tests.conftest import NOW, beijing
from tests.services.test_calendar import add_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from casework.models import Agency
    from casework.services.desk import Desk

MONDAY = date(2026, 9, 28)
SECRETS = ("林秀珍", "11010519491231002X", "柳湾村", "100****2275")


class Outbox:
    """A sender that keeps what it was given, or refuses it."""

    def __init__(self, trouble: str = "") -> None:
        self.sent: list[Message] = []
        self.trouble = trouble

    def send(self, message: Message) -> None:
        if self.trouble:
            raise NotSentError(self.trouble)
        self.sent.append(message)


@pytest.fixture
def handler(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.HANDLER)


def at(desk: Desk, hour: int, minute: int = 0, day: date = MONDAY) -> Desk:
    return replace(desk, now=beijing(day, hour) + timedelta(minutes=minute))


def ask(desk: Desk, **wishes: Any) -> None:
    """Switch mail on for everything, an hour before the day's work."""
    set_notices(
        replace(desk, now=beijing(MONDAY, 8) - timedelta(hours=1)),
        NoticeRequest(
            mail=wishes.pop("mail", "lin@qingyuan.example"),
            chat=wishes.pop("chat", False),
            chat_id=wishes.pop("chat_id", ""),
            wishes=NoticeWishes(**wishes),
        ),
    )


def put(desk: Desk, agency: Agency, number: str, received_on: date, **facts: object) -> Case:
    case = add_case(
        desk.session, agency, number, received_on, handler_id=desk.actor.user_id, **facts
    )
    case.applicant = Applicant(name="林秀珍", id_number="11010519491231002X")
    reckon_dates(desk, case)
    desk.session.commit()
    return case


def notices(session: Session) -> list[Notice]:
    return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_the_morning_tells_what_is_late_and_what_soon_falls_due(
    session: Session, agency: Agency, handler: Desk
) -> None:
    # 15 working days from Thu 09-03 end on Wed 09-23, from Tue 09-08 on Tue 09-29.
    put(handler, agency, "〔2026〕1号", date(2026, 9, 3))
    put(handler, agency, "〔2026〕2号", date(2026, 9, 8))
    put(handler, agency, "〔2026〕3号", date(2026, 9, 21))
    ask(handler)
    assert make_notices(at(handler, 8, 29)) == 0, "before the hour"
    assert make_notices(at(handler, 8, 30), address="http://banjian.local") == 1
    assert make_notices(at(handler, 8, 40)) == 0, "once a day"
    (notice,) = notices(session)
    assert notice.subject.startswith("9月28日办件提醒：超期 1 件，临期 1 件")
    assert "〔2026〕1号" in notice.body
    assert "〔2026〕2号" in notice.body
    assert "〔2026〕3号" not in notice.body
    assert notice.body.endswith("办理请打开 http://banjian.local")
    assert make_notices(at(handler, 9, day=date(2026, 9, 29))) == 1, "the next day anew"


def test_nobody_is_told_on_a_day_off_or_with_nothing_to_tell(
    session: Session, agency: Agency, handler: Desk
) -> None:
    ask(handler)
    assert make_notices(at(handler, 9)) == 0
    put(handler, agency, "〔2026〕1号", date(2026, 9, 3))
    assert make_notices(at(handler, 9, day=date(2026, 10, 2))) == 0, "National Day"
    assert notices(session) == []


def test_what_others_do_is_told_once_and_one_s_own_acts_are_not(
    session: Session, agency: Agency, desk_for: Callable[..., Desk]
) -> None:
    leader, clerk, handler = desk_for(Role.LEADER), desk_for(Role.CLERK), desk_for(Role.HANDLER)
    case = put(handler, agency, "〔2026〕7号", date(2026, 9, 21))
    assert handler.actor.user_id is not None
    ask(handler, kinds=frozenset({NoticeKind.ASSIGNED, NoticeKind.MENTIONED}))
    case.handler_id = None
    session.commit()
    hand_over(leader, [case.id], to_id=handler.actor.user_id, reason="王宁出差")
    comment(clerk, case.id, body=f"请看附件 @{handler.actor.name}")
    assert make_notices(at(handler, 11)) == 2
    assert make_notices(at(handler, 11, 10)) == 0
    assert [one.body for one in notices(session)] == [
        "〔2026〕7号：leader把案件移交给您",
        "〔2026〕7号：clerk在留言里提到您",
    ]


def test_nothing_before_the_wish_and_nothing_without_one(
    session: Session, agency: Agency, desk_for: Callable[..., Desk]
) -> None:
    leader, handler = desk_for(Role.LEADER), desk_for(Role.HANDLER)
    case = put(handler, agency, "〔2026〕7号", date(2026, 9, 21))
    assert handler.actor.user_id is not None
    hand_over(leader, [case.id], to_id=handler.actor.user_id, reason="王宁出差")
    assert make_notices(at(handler, 11)) == 0, "no wish"
    set_notices(
        at(handler, 11),
        NoticeRequest(
            mail="a@b.example",
            chat=False,
            chat_id="",
            wishes=NoticeWishes(kinds=frozenset({NoticeKind.ASSIGNED})),
        ),
    )
    assert make_notices(at(handler, 12)) == 0, "it happened before the wish"
    assert notices(session) == []


def test_a_case_that_is_no_longer_the_person_s_to_see_is_not_told(
    session: Session, agency: Agency, handler: Desk
) -> None:
    put(handler, agency, "〔2026〕1号", date(2026, 9, 3))
    ask(handler)
    user = session.get(User, handler.actor.user_id)
    assert user is not None
    user.grants.clear()
    session.commit()
    assert make_notices(at(handler, 9)) == 0
    user.is_active = False
    session.commit()
    assert make_notices(at(handler, 9)) == 0


def test_quiet_hours_hold_a_message_back_and_one_message_carries_all(
    session: Session, agency: Agency, desk_for: Callable[..., Desk]
) -> None:
    leader, handler = desk_for(Role.LEADER), desk_for(Role.HANDLER)
    case = put(handler, agency, "〔2026〕1号", date(2026, 9, 3))
    assert handler.actor.user_id is not None
    hand_over(leader, [case.id], to_id=handler.actor.user_id, reason="王宁出差")
    ask(handler, quiet_from=time(12, 0), quiet_until=time(13, 30))
    make_notices(at(handler, 12, 10))
    outbox = Outbox()
    senders = {NoticeChannel.MAIL: outbox}
    held = send_notices(at(handler, 12, 10), senders)
    assert (held.sent, held.waiting, outbox.sent) == (0, 2, [])
    done = send_notices(at(handler, 13, 30), senders)
    assert (done.sent, done.waiting) == (1, 0)
    (message,) = outbox.sent
    assert message.to == "lin@qingyuan.example"
    assert message.subject.startswith("9月28日办件提醒：超期 1 件")
    assert "把案件移交给您" in message.text
    assert send_notices(at(handler, 13, 40), senders).sent == 0
    assert all(one.sent_at is not None for one in notices(session))


def test_what_is_not_taken_waits_and_is_given_up_after_three_days(
    session: Session, agency: Agency, handler: Desk
) -> None:
    put(handler, agency, "〔2026〕1号", date(2026, 9, 3))
    ask(handler)
    make_notices(at(handler, 9))
    closed = {NoticeChannel.MAIL: Outbox("邮件没有发出")}
    for minute in (0, 10, 20):
        done = send_notices(at(handler, 9, minute), closed)
        assert (done.sent, done.waiting, done.troubles) == (0, 1, ("邮件没有发出",))
    (notice,) = notices(session)
    assert (notice.tries, notice.trouble) == (3, "邮件没有发出")
    late = send_notices(at(handler, 9, day=date(2026, 10, 2)), {NoticeChannel.MAIL: Outbox()})
    assert (late.sent, late.waiting) == (0, 0)
    assert notices(session)[0].given_up_at is not None


def test_a_second_run_at_the_same_time_sends_nothing_twice(agency: Agency, handler: Desk) -> None:
    put(handler, agency, "〔2026〕1号", date(2026, 9, 3))
    ask(handler)
    make_notices(at(handler, 9))
    second = Outbox()

    class Slow(Outbox):
        def send(self, message: Message) -> None:
            send_notices(at(handler, 9, 1), {NoticeChannel.MAIL: second})
            super().send(message)

    first = Slow()
    send_notices(at(handler, 9), {NoticeChannel.MAIL: first})
    assert (len(first.sent), second.sent) == (1, [])


def test_every_step_leaves_an_event_without_an_address(
    session: Session, agency: Agency, handler: Desk
) -> None:
    put(handler, agency, "〔2026〕1号", date(2026, 9, 3))
    ask(handler)
    make_notices(at(handler, 9))
    send_notices(at(handler, 9), {NoticeChannel.MAIL: Outbox()})
    found = list(session.scalars(select(Event).order_by(Event.id)))
    assert [one.action for one in found] == ["set_notices", "make_notices", "send_notices"]
    assert "qingyuan" not in json.dumps([one.detail for one in found])


@pytest.mark.parametrize(
    ("mail", "chat_id", "field"),
    [
        ("林秀珍", "", "mail"),
        ("a@b c", "", "mail"),
        ("a@b.cn\nBcc: x@y.cn", "", "mail"),
        ("@b.cn", "", "mail"),
        ("a@b.cn", "两个 词", "chat_id"),
        ("a@b.cn", "x" * 65, "chat_id"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(
    session: Session, handler: Desk, mail: str, chat_id: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        ask(handler, mail=mail, chat_id=chat_id)
    assert broken.value.field == field
    assert session.scalars(select(NoticeSetting)).all() == []


def test_a_wish_for_nothing_and_an_administrator_are_refused(
    desk_for: Callable[..., Desk], handler: Desk
) -> None:
    with pytest.raises(RuleBroken) as broken:
        ask(handler, kinds=frozenset())
    assert broken.value.field == "kinds"
    with pytest.raises(PermissionRefused):
        ask(desk_for(Role.AUDITOR))


def test_wishes_are_kept_as_they_were_given(session: Session, handler: Desk) -> None:
    ask(handler, digest_at=time(9, 5), kinds=frozenset({NoticeKind.OVERDUE}), chat=True)
    assert handler.actor.user_id is not None
    kept = find_wishes(session, handler.actor.user_id)
    assert kept is not None
    assert kept.channels == (NoticeChannel.MAIL, NoticeChannel.CHAT)
    assert kept.wishes.digest_at == time(9, 5)
    assert kept.wishes.kinds == {NoticeKind.OVERDUE}


MESSAGE = Message(
    to="lin@qingyuan.example",
    subject="9月28日办件提醒：超期 1 件",
    text="超期（1 件）\n  〔2026〕1号  超期 1 个工作日",
    identifier="a1b2",
)


class Postbox:
    """A mail server's mailbox that refuses one recipient."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802  the library's name
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802  the library's name
        self.mails.append(envelope.content)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_mail_server_receives_what_was_written() -> None:
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        sender = MailSender(
            url=f"smtp://127.0.0.1:{server.port}", sender="banjian@qingyuan.example"
        )
        sender.send(MESSAGE)
        with pytest.raises(NotSentError, match="不收这个收件地址"):
            sender.send(replace(MESSAGE, to="nobody@qingyuan.example"))
        locked = replace(sender, url=f"smtp://me:pw@127.0.0.1:{server.port}")
        with pytest.raises(NotSentError):
            locked.send(MESSAGE)
    finally:
        server.stop()
    (raw,) = box.mails
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == MESSAGE.subject
    assert mail["To"] == MESSAGE.to
    assert mail["Message-ID"] == "<a1b2@qingyuan.example>"
    body = mail.get_body()
    assert body is not None
    assert body.get_content().strip().replace("\r\n", "\n") == MESSAGE.text


def test_a_mail_server_that_is_away_is_one_sentence() -> None:
    sender = MailSender(url=f"smtp://127.0.0.1:{free_port()}", sender="banjian@qingyuan.example")
    with pytest.raises(NotSentError, match="连不上邮件服务器"):
        sender.send(MESSAGE)


@contextmanager
def robot(said: bytes, status: int = 200) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """A local receiver that answers ``said``; yields its address and what it was posted."""
    posted: list[tuple[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((self.path, json.loads(body)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/robot?key=geheim", posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


OK = b'{"errcode": 0, "errmsg": "ok"}'


def test_a_work_group_receives_what_was_written() -> None:
    with robot(OK) as (url, posted):
        RobotSender(url=url, style=RobotStyle.WECOM).send(replace(MESSAGE, to="lin"))
        RobotSender(url=url, style=RobotStyle.DINGTALK, secret="SEC1").send(
            replace(MESSAGE, to="lin")
        )
        RobotSender(url=url, style=RobotStyle.JSON).send(replace(MESSAGE, to=""))
    content = f"{MESSAGE.subject}\n\n{MESSAGE.text}"
    (_, wecom), (path, dingtalk), (_, plain) = posted
    assert wecom == {
        "msgtype": "text",
        "text": {"content": content, "mentioned_list": ["lin"]},
    }
    assert dingtalk == {
        "msgtype": "text",
        "text": {"content": content},
        "at": {"atUserIds": ["lin"]},
    }
    signed = parse_qs(urlsplit(path).query)
    assert set(signed) == {"key", "timestamp", "sign"}
    assert plain == {
        "id": "a1b2",
        "to": "",
        "subject": MESSAGE.subject,
        "text": MESSAGE.text,
    }


@pytest.mark.parametrize(
    ("said", "status"),
    [(b'{"errcode": 93000, "errmsg": "invalid"}', 200), (b"<html>", 200), (OK, 500), (b"[]", 200)],
)
def test_a_robot_that_does_not_take_it_is_one_sentence_without_its_address(
    said: bytes, status: int
) -> None:
    with robot(said, status) as (url, _):
        sender = RobotSender(url=url, style=RobotStyle.WECOM)
        with pytest.raises(NotSentError) as refused:
            sender.send(MESSAGE)
    assert "群消息没有发出" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_the_settings_open_the_ways() -> None:
    closed = {"SMTP_URL": "", "MAIL_SENDER": "", "ROBOT_URL": ""}
    assert senders_of(closed) == {}
    opened = senders_of(
        {
            "SMTP_URL": "smtps://mail.local",
            "MAIL_SENDER": "a@b.cn",
            "ROBOT_URL": "https://robot.local",
            "ROBOT_STYLE": "dingtalk",
            "ROBOT_SECRET": "",
        }
    )
    assert set(opened) == set(NoticeChannel)


def test_no_notice_carries_the_applicant_or_the_request(
    session: Session, agency: Agency, handler: Desk
) -> None:
    put(handler, agency, "〔2026〕1号", date(2026, 9, 3))
    put(handler, agency, "〔2026〕2号", date(2026, 9, 21), state=State.RETURNED)
    ask(handler)
    make_notices(at(handler, 9))
    told = json.dumps([(one.subject, one.body) for one in notices(session)], ensure_ascii=False)
    assert "〔2026〕1号" in told
    assert not [word for word in SECRETS if word in told]


def test_old_notices_go_after_ninety_days(session: Session, agency: Agency, handler: Desk) -> None:
    put(handler, agency, "〔2026〕1号", date(2026, 9, 3))
    ask(handler)
    make_notices(at(handler, 9))
    session.scalars(select(Notice)).one().made_at = NOW - timedelta(days=91)
    session.commit()
    make_notices(replace(handler, now=datetime.combine(MONDAY, time(3), tzinfo=NOW.tzinfo)))
    assert [one.topic for one in notices(session)] == ["digest:2026-09-28"]
