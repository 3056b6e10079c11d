"""提醒设置 as a person meets it: typed times, kept wishes, one sentence for what cannot be."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest

from casework.domain.notices import NoticeKind
from casework.domain.permissions import Role
from casework.queries.notices import find_wishes
from casework.web.notices.routes import UnreadableTimeError, parse_time
from tests.conftest import csrf_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from casework.models import User

WISHES = {
    "mail": "lin@qingyuan.example",
    "kinds": ["overdue", "sent_back"],
    "digest_at": "0845",
    "quiet_from": "１９：００",
    "quiet_until": "7:00",
}


@pytest.fixture
def handler(client: FlaskClient, log_in_as: Callable[..., User]) -> User:
    return log_in_as(client, Role.HANDLER)


def post(client: FlaskClient, **changed: object) -> tuple[int, str]:
    page = client.get("/notices").get_data(as_text=True)
    data = WISHES | changed | {"csrf_token": csrf_token(page)}
    answer = client.post("/notices", data=data)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("8:30", time(8, 30)), ("08:30", time(8, 30)), ("0830", time(8, 30)), ("８：30", time(8, 30))],
)
def test_a_time_may_be_typed_in_several_ways(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "24:00", "8:60", "八点", "8", "8:3", "1:2:3"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTimeError):
        parse_time(text)


def test_wishes_are_kept_and_shown_again(
    client: FlaskClient, session: Session, handler: User
) -> None:
    status, _ = post(client)
    assert status == 302
    kept = find_wishes(session, handler.id)
    assert kept is not None
    assert kept.wishes.kinds == {NoticeKind.OVERDUE, NoticeKind.SENT_BACK}
    assert kept.wishes.quiet_from == time(19)
    page = client.get("/notices").get_data(as_text=True)
    assert "lin@qingyuan.example" in page
    assert 'value="8:45"' in page
    assert "提醒已设好" in page
    assert post(client, mail="")[0] == 302
    assert "提醒已停用" in client.get("/notices").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"mail": "不是地址"}, "电子邮件地址不像是地址"),
        ({"mail": "x" * 300}, "电子邮件地址最多 254 个字"),
        ({"digest_at": "八点半"}, "“八点半”不是时间，请写成 8:30 或 0830"),
        ({"kinds": []}, "请至少勾选一种提醒"),
        ({"kinds": ["nosuch"]}, "kinds"),
        ({"chat_id": "<b>"}, "群成员账号只能有字母"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_the_typed_text_stays(
    client: FlaskClient, handler: User, changed: dict[str, object], sentence: str
) -> None:
    status, page = post(client, **changed)
    assert status == 422
    assert sentence in page
    if changed.get("mail") != "x" * 300:
        assert str(changed.get("mail", "lin@qingyuan.example")) in page
    assert handler.id
