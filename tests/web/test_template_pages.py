"""文书模板 in the browser: adapted by one, released by another, tried on a case, nothing lost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from casework.domain.permissions import Role
from casework.models import Document, TemplateVersion
from tests.conftest import add_agency
from tests.web.conftest import hidden_fields, text_of
from tests.web.test_road import register

SHORT = "registration_receipt"


@pytest.fixture
def reviewer(client, log_in_as):
    log_in_as(client, Role.LEGAL_REVIEWER)
    return client


@pytest.fixture
def leader(second_browser, log_in_as, client):  # noqa: ARG001  the day is the client's
    log_in_as(second_browser, Role.LEADER)
    return second_browser


@pytest.fixture
def clerk(app, client, log_in_as):  # noqa: ARG001  the day is the client's
    browser = app.test_client()
    log_in_as(browser, Role.CLERK)
    return browser


def text_in(page: str) -> str:
    """Return what stands in the text area."""
    import html

    found = re.search(r'<textarea[^>]*id="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def send(browser, url: str, **fields: str):
    """Open the page, keep its hidden fields and its text, press a button."""
    page = browser.read(url)
    return browser.post(url, data=hidden_fields(page) | {"text": text_in(page)} | fields)


@pytest.fixture
def url(agency) -> str:
    return f"/templates/{agency.id}/2019/{SHORT}"


def test_a_template_is_adapted_and_released_by_another(
    url, reviewer, leader, clerk, session, refresh
) -> None:
    case = register(clerk)
    number = "青资公开〔2026〕1号"
    assert "默认文本" in reviewer.read("/templates")
    assert f'href="{url}"' in reviewer.read("/templates")
    assert "本机关没有改写过" in reviewer.read(url)
    form = f"{url}/edit"
    typed = text_in(reviewer.read(form)).replace("已经登记", "业已登记")
    assert "业已登记" in typed
    checked = send(reviewer, form, text=typed, do="check").get_data(as_text=True)
    assert "必须写明的都在，可以送批准" in checked
    shown = send(reviewer, form, text=typed, do="text", case_number=number)
    assert "业已登记" in text_of(shown.get_data(as_text=True).split('id="preview"')[1])
    assert "林秀珍" not in shown.get_data(as_text=True)
    assert "林＊珍" in shown.get_data(as_text=True)
    pdf = send(reviewer, form, text=typed, do="pdf", case_number=number)
    assert pdf.data.startswith(b"%PDF-")

    unexplained = send(reviewer, form, text=typed, do="save")
    assert unexplained.status_code == 422
    assert text_in(unexplained.get_data(as_text=True)) == typed
    sent = send(reviewer, form, text=typed, do="save", reason="改用本局用语")
    assert sent.status_code == 302
    version = sent.location
    assert "批准启用" not in reviewer.read(version)
    assert "第1版待批准" in reviewer.read("/templates")

    page = leader.read(version)
    assert "改用本局用语" in page
    assert "<ins>" in page
    assert "看改动" in leader.read("/templates")
    answer = leader.post(f"{version}/refuse", data=hidden_fields(page) | {"words": " "})
    assert answer.status_code == 422
    assert "不予批准须写明意见" in answer.get_data(as_text=True)
    released = leader.post(f"{version}/release", data=hidden_fields(page))
    assert released.status_code == 302
    assert "本机关第1版" in leader.read("/templates")

    issued = clerk.submit(f"{case}/write/registration_receipt", do="issue")
    assert issued.status_code == 302
    refresh()
    paper = session.scalars(select(Document)).one()
    record = text_of(reviewer.read(f"{case}/documents/{paper.id}/record"))
    assert paper.sha256 in record
    assert "第1版" in record
    assert "与签发时一致" in record
    retired = leader.post(
        f"{version}/retire", data=hidden_fields(leader.read(version)) | {"words": "改回默认"}
    )
    assert retired.status_code == 302
    record = text_of(reviewer.read(f"{case}/documents/{paper.id}/record"))
    assert "现在用的是默认文本" in record


def test_what_is_wrong_comes_back_with_the_text_and_the_lines(reviewer, url) -> None:
    form = f"{url}/edit"
    typed = text_in(reviewer.read(form))
    spoilt = typed.replace("{{收到日期}}", "近日") + "{{看不懂}}\n<b>\x07"
    answer = send(reviewer, form, text=spoilt, do="save", reason="试试")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "没有写明收到日期，请补上 {{收到日期}}" in page
    assert "没有这样的占位符" in page
    assert "必须写，没有" in page
    assert 'aria-invalid="true"' in page
    assert text_in(page).replace("\x07", "") == spoilt.replace("\x07", "")


@pytest.mark.parametrize("size", [20_001, 100_000])
def test_a_text_that_is_too_long_comes_back_whole(reviewer, url, size: int) -> None:
    answer = send(reviewer, f"{url}/edit", text="甲" * size, do="save", reason="试试")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "最多 20,000 字" in page
    assert text_in(page).count("甲") == size


def test_two_editors_see_both_texts_and_lose_neither(url, app, reviewer, session, agency) -> None:
    from tests.conftest import PASSWORD, add_user, csrf_token

    form = f"{url}/edit"
    page = reviewer.read(form)
    mine = text_in(page).replace("已经登记", "我写的登记")
    second = app.test_client()
    add_user(session, login="hejing", name="何静", agency=agency, roles={Role.LEGAL_REVIEWER})
    token = csrf_token(second.read("/login"))
    second.post("/login", data={"login": "hejing", "password": PASSWORD, "csrf_token": token})
    theirs = text_in(second.read(form)).replace("已经登记", "她写的登记")
    assert send(second, form, text=theirs, do="save", reason="她的理由").status_code == 302

    fields = hidden_fields(page) | {"text": mine, "do": "save", "reason": "我的理由"}
    answer = reviewer.post(form, data=fields)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert text_in(shown) == mine
    assert "<del>她</del>写的登记" in shown
    assert "何静" in shown
    assert "她的理由" in shown
    again = reviewer.post(form, data=fields | hidden_fields(shown))
    assert again.status_code == 302
    numbers = session.scalars(select(TemplateVersion.number).order_by(TemplateVersion.id)).all()
    assert numbers == [1, 2]


def test_an_answer_is_tried_on_a_ground(reviewer, clerk, agency) -> None:
    register(clerk)
    form = f"/templates/{agency.id}/2019/findings/edit"
    page = reviewer.read(form)
    assert "不予公开：国家秘密" in page
    number = "青资公开〔2026〕1号"
    without = send(reviewer, form, do="text", case_number=number)
    assert without.status_code == 422
    assert "请选按哪一种办理情形预览" in without.get_data(as_text=True)
    for ground, said in (
        ("trade_secret", "涉及商业秘密"),
        ("partly_disclosed", "本机关决定部分公开"),
        ("fee_unpaid", "政府信息公开申请终止办理告知书"),
    ):
        shown = send(reviewer, form, do="text", case_number=number, ground=ground)
        text = text_of(shown.get_data(as_text=True).split('id="preview"')[-1])
        assert said in text, ground
    wrong = send(reviewer, form, do="text", case_number="没有的", ground="trade_secret")
    assert wrong.status_code == 422
    assert "没有申请编号是“没有的”的案件" in wrong.get_data(as_text=True)


def test_other_offices_templates_do_not_exist_here(reviewer, session) -> None:
    other = add_agency(session, code="X", name="云岭县教育局", prefix="云教公开")
    assert reviewer.get(f"/templates/{other.id}/2019/reply").status_code == 404
    assert reviewer.get(f"/templates/{other.id}/2019/reply/edit").status_code == 404
    assert reviewer.get("/templates/1/2019/nothing").status_code == 404
    assert reviewer.get("/templates/1/1999/reply").status_code == 404
    assert reviewer.get("/templates/1/2007/fee_notice").status_code == 404
    assert reviewer.get(f"/templates?agency={other.id}").status_code == 404
