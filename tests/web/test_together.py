"""待办, 留言, 附件 by HTTP: what a person sees, and files that are shown but cannot run."""

from __future__ import annotations

from io import BytesIO

import pytest

from casework.domain.permissions import Role
from tests.domain.test_attachments import DOCX, PDF
from tests.web.conftest import hidden_fields, text_of
from tests.web.test_road import register


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


@pytest.fixture(autouse=True)
def own_folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "CASEWORK_HOME", tmp_path)


def upload(client, page: str, name: str, content: bytes):
    form = hidden_fields(client.read(f"{page}/attach"))
    return client.post(
        f"{page}/attach",
        data=form | {"file": (BytesIO(content), name), "note": "原件"},
        content_type="multipart/form-data",
    )


def test_a_pdf_is_shown_in_a_sandbox_and_a_text_is_saved(clerk) -> None:
    page = register(clerk)
    assert upload(clerk, page, "意见.pdf", PDF).status_code == 302
    assert upload(clerk, page, "说明.docx", DOCX).status_code == 302
    shown = clerk.read(page)
    first, second = (line.split('"')[0] for line in shown.split(f'href="{page}/attachments/')[1:3])
    answer = clerk.get(f"{page}/attachments/{first}")
    assert answer.data == PDF
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "%E6%84%8F" in answer.headers["Content-Disposition"]
    saved = clerk.get(f"{page}/attachments/{second}")
    assert saved.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "content"), [("页.html", b"<script>alert(1)</script>"), ("假.png", PDF)]
)
def test_another_kind_of_file_is_refused_on_its_field(clerk, tmp_path, name, content) -> None:
    page = register(clerk)
    answer = upload(clerk, page, name, content)
    assert answer.status_code == 422
    assert 'href="#file"' in answer.get_data(as_text=True)
    assert not (tmp_path / "attachments").exists()


def test_acceptance_48_a_file_of_one_case_is_not_found_under_another(clerk) -> None:
    page, other = register(clerk), register(clerk)
    upload(clerk, page, "意见.pdf", PDF)
    attachment = clerk.read(page).split(f'href="{page}/attachments/')[1].split('"')[0]
    assert clerk.get(f"{other}/attachments/{attachment}").status_code == 404


def test_a_remark_reaches_the_colleague_s_inbox(clerk, second_browser, log_in_as) -> None:
    colleague = log_in_as(second_browser, Role.HANDLER)
    page = register(clerk)
    answer = clerk.submit(f"{page}/comment", body=f"@{colleague.name} 请看第二段 <b>x</b>")
    assert answer.status_code == 302
    inbox = second_browser.read("/inbox")
    assert "提到我的留言" in inbox
    assert "&lt;b&gt;x&lt;/b&gt;" in inbox
    second_browser.submit(f"{page}/comments/read", page=page)
    assert "提到我的留言" not in second_browser.read("/inbox")


def test_a_part_of_a_case_waits_in_the_unit_s_inbox(client, second_browser, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    colleague = log_in_as(second_browser, Role.HANDLER)
    page = register(client)
    client.submit(f"{page}/assign", unit="耕地保护科", handler_id="0")
    answer = client.submit(
        f"{page}/divide",
        unit="档案室",
        handler_id=str(colleague.id),
        asked="检索 2024 年档案",
        due_on="9-30",
    )
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    assert "检索 2024 年档案" in second_browser.read("/inbox")
    link = second_browser.read(page).split(f'href="{page}/divisions/')[1].split('"')[0]
    answer = second_browser.submit(f"{page}/divisions/{link}", on="9-28", answer="无相关信息")
    assert answer.status_code == 302
    assert "检索 2024 年档案" not in second_browser.read("/inbox")
    assert "无相关信息" in client.read(page)


def test_an_absence_and_its_end(clerk, second_browser, log_in_as) -> None:
    colleague = log_in_as(second_browser, Role.HANDLER)
    answer = clerk.submit(
        "/inbox/stand-in", by_id=str(colleague.id), first_on="9-28", last_on="9-30"
    )
    assert answer.status_code == 302
    assert "您代理" in second_browser.read("/inbox")
    page = clerk.read("/inbox")
    end = page.split('action="/inbox/stand-ins/')[1].split('"')[0]
    clerk.post(f"/inbox/stand-ins/{end}", data=hidden_fields(page))
    assert "您代理" not in second_browser.read("/inbox")


def test_acceptance_47_an_administrator_ends_an_account(client, second_browser, log_in_as) -> None:
    log_in_as(client, Role.SYSTEM_ADMIN)
    leaver = log_in_as(second_browser, Role.HANDLER)
    assert second_browser.get("/inbox").status_code == 200
    page = f"/admin/people/{leaver.id}"
    answer = client.submit(f"{page}/close", page=page, reason="离职")
    assert answer.status_code == 302
    assert second_browser.get("/inbox").status_code == 302
