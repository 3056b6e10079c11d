"""文书设置 and 验证文书 in the browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from sqlalchemy import select

from casework.domain.permissions import Role
from casework.models import Agency, Document
from casework.services.letter_settings import NUMBERED
from tests.documents.certificates import AGENCY, PASSPHRASE, pkcs12_file
from tests.web.conftest import hidden_fields, text_of
from tests.web.test_road import register


def test_an_administrator_sets_the_number_and_tries_it_first(
    client, log_in_as, session, agency, refresh
) -> None:
    log_in_as(client, Role.SYSTEM_ADMIN)
    agency_id = agency.id
    url = f"/settings/letters/{agency_id}"
    assert url in client.read("/settings/letters")
    page = client.read(url)
    words = {
        "reply": "复",
        "number_pattern": "{代字}{类}（{年}）第{序号:3}号",
        "head_style": "letter",
        "head_delivery_record": "red",
        "head_extension_notice": "red",
        "head_reply": "",
        "label_sheet": "3x8",
    }
    fields = {**words_on(page), **words}
    tried = client.post(url, data=hidden_fields(page) | fields | {"do": "try"})
    shown = text_of(tried.get_data(as_text=True))
    assert "青资公开复（2026）第012号" in shown
    assert "年份不在六角括号" in shown
    refresh()
    assert session.get_one(Agency, agency_id).number_pattern.startswith("{代字}{类}〔")
    saved = client.post(url, data=hidden_fields(page) | fields | {"do": "save"})
    assert saved.status_code == 302
    refresh()
    after = session.get_one(Agency, agency_id)
    assert (after.number_pattern, after.head_style.value) == (words["number_pattern"], "letter")
    assert after.series_words == {"reply": "复"}
    assert after.head_styles == {"extension_notice": "red"}
    assert after.label_sheet.value == "3x8"
    assert "照机关的版头" in client.read(url)
    assert after.prints_code is False  # an unticked box is sent as nothing

    fields["termination"] = "复"
    twice = client.post(url, data=hidden_fields(page) | fields | {"do": "save"})
    assert twice.status_code == 422
    assert 'href="#termination"' in twice.get_data(as_text=True)


def words_on(page: str) -> dict[str, str]:
    """The series words as the form shows them."""
    return {
        kind.value: re.search(f'name="{kind.value}"[^>]*? value="([^"]*)"', page)[1]
        for kind in NUMBERED
    }


def test_the_faces_in_use_are_shown(client, log_in_as) -> None:
    log_in_as(client, Role.SYSTEM_ADMIN)
    page = text_of(client.read("/settings/letters"))
    for word in ("仿宋", "小标宋", "黑体", "楷体", "宋体", "西文", "GB/T 9704-2012"):
        assert word in page


def test_nobody_else_sets_documents_up(client, log_in_as, agency) -> None:
    log_in_as(client, Role.CLERK)
    client.read("/settings/letters", status=403)
    client.read(f"/settings/letters/{agency.id}", status=403)


@pytest.fixture
def document(client, log_in_as, session, refresh) -> Document:
    log_in_as(client, Role.CLERK)
    page = register(client)
    client.submit(f"{page}/write/registration_receipt", do="issue")
    refresh()
    return session.scalars(select(Document)).one()


def test_a_file_and_a_code_are_verified(client, document) -> None:
    good = client.submit("/verify", copy=(BytesIO(document.content), "副本.pdf"))
    assert "逐字节一致" in text_of(good.get_data(as_text=True))
    assert document.sha256 in good.get_data(as_text=True)
    bad = client.submit("/verify", copy=(BytesIO(document.content[:-1]), "副本.pdf"))
    assert "没有签发过" in text_of(bad.get_data(as_text=True))
    by_number = client.submit("/verify", mark=document.document_number)
    assert "逐字核对" in text_of(by_number.get_data(as_text=True))
    forged = client.submit("/verify", mark=f"{document.document_number} 0000-0000-0000")
    assert "校验码不符" in text_of(forged.get_data(as_text=True))


def test_an_empty_form_is_asked_for_a_number(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    answer = client.submit("/verify", mark=" ")
    assert answer.status_code == 422
    assert 'href="#mark"' in answer.get_data(as_text=True)


def test_an_administrator_installs_and_removes_a_certificate(
    client, second_browser, log_in_as, agency
) -> None:
    content = pkcs12_file()
    log_in_as(client, Role.SYSTEM_ADMIN)
    log_in_as(second_browser, Role.CLERK)
    url = f"/settings/letters/{agency.id}/certificate"
    second_browser.read(url, status=403)
    assert url in client.read("/settings/letters")
    assert "没有启用" in text_of(client.read(url))
    for copy, passphrase, field in (
        (None, PASSPHRASE, "copy"),
        ((BytesIO(content), "a.p12"), "错的", "passphrase"),
        ((BytesIO(b"no certificate"), "a.p12"), PASSPHRASE, "copy"),
    ):
        files = {"copy": copy} if copy else {}
        refused = client.submit(url, do="install", passphrase=passphrase, **files)
        assert refused.status_code == 422
        page = refused.get_data(as_text=True)
        assert f'href="#{field}"' in page
        assert passphrase not in page
    done = client.submit(url, do="install", passphrase=PASSPHRASE, copy=(BytesIO(content), "a.p12"))
    assert done.status_code == 302
    shown = text_of(client.read(url))
    assert AGENCY in shown
    assert "2027年1月1日" in shown
    assert "天到期" not in shown
    soon = pkcs12_file(ends=datetime(2026, 10, 8, tzinfo=UTC))
    client.submit(url, do="install", passphrase=PASSPHRASE, copy=(BytesIO(soon), "a.p12"))
    assert "再过 10 天到期，请换新证书" in text_of(client.read(url))
    page = register(second_browser)
    second_browser.submit(f"{page}/write/registration_receipt", do="issue")
    [link] = re.findall(r'href="(/cases/\d+/documents/\d+)"', second_browser.read(page))
    paper = second_browser.get(link).get_data()
    answer = second_browser.submit("/verify", copy=(BytesIO(paper), "副本.pdf"))
    assert "电子签名有效：覆盖全文" in text_of(answer.get_data(as_text=True))
    assert client.submit(url, do="remove").status_code == 302
    assert "没有启用" in text_of(client.read(url))
