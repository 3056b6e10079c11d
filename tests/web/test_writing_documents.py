"""出具文书 in the browser: fill in, look, issue; the case page lists what was issued."""

from __future__ import annotations

import re
from io import BytesIO

from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.permissions import Role
from casework.models import Document
from tests.web.conftest import text_of
from tests.web.test_road import register


def test_a_receipt_is_looked_at_and_issued(client, log_in_as, session, refresh) -> None:
    log_in_as(client, Role.CLERK)
    page = register(client)
    url = f"{page}/write/registration_receipt"
    assert f'href="{url}"' in client.read(page)
    shown = client.submit(url, do="text").get_data(as_text=True)
    assert "政府信息公开申请登记回执" in text_of(shown)
    assert "林秀珍" not in shown
    draft = client.submit(url, do="pdf")
    assert draft.mimetype == "application/pdf"
    assert draft.data.startswith(b"%PDF-")
    assert "sandbox" in draft.headers["Content-Security-Policy"]
    refresh()
    assert session.scalars(select(Document)).all() == []

    answer = client.submit(url, do="issue")
    assert answer.status_code == 302
    after = text_of(client.read(page))
    assert "已出具登记回执" in after
    assert "青资公开回〔2026〕1号" in after
    assert "出具文书" in after
    # Chosen again, the page says what was issued before.
    assert "本案已出具过：青资公开回〔2026〕1号" in text_of(client.read(url))


def test_what_is_missing_hangs_on_its_field_and_keeps_the_rest(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    url = f"{register(client)}/write/reasons_request"
    answer = client.submit(url, do="issue", reasons_due_on="10月20日", volume_found="")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#volume_found"' in page
    assert 'value="10月20日"' in page


def test_who_may_not_is_told_so_and_unknown_documents_are_not_found(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    page = register(client)
    assert "签发人" in text_of(client.read(f"{page}/write/delay_notice", status=403))
    client.read(f"{page}/write/file_index", status=409)
    client.read(f"{page}/write/correction_request", status=422)
    client.read(f"{page}/write/reply", status=404)
    client.read(f"{page}/write/nothing", status=404)


def test_the_draft_page_proposes_the_number_of_the_notice(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK, Role.HANDLER)
    page = register(client)
    client.submit(f"{page}/assign", unit="耕地保护科", handler_id="0")
    client.submit(f"{page}/request-correction", on="9-28", reason="内容不明确")
    client.submit(
        f"{page}/write/correction_request",
        correction_items="请写明年份",
        correction_due_on="10-30",
        do="issue",
    )
    client.submit(f"{page}/receive-correction", on="9-28", content="2024年的")
    chosen = {"outcome": "unavailable", "grounds": "still_unclear", "do": "list"}
    answer = client.submit(f"{page}/save-draft", **chosen)
    listed = answer.get_data(as_text=True)
    area = listed.split('id="correction_notice"')[1].split("</textarea>")[0]
    assert "青资公开补〔2026〕1号" in area
    assert "取自本案的文书和记录，请核对，可以改" in listed
    typed = client.submit(f"{page}/save-draft", **chosen, correction_notice="青资公开补〔2026〕9号")
    area = typed.get_data(as_text=True).split('id="correction_notice"')[1].split("</textarea>")[0]
    assert "9号" in area


def test_the_leader_undoes_a_document_and_everybody_sees_it(
    client, second_browser, log_in_as
) -> None:
    log_in_as(client, Role.CLERK)
    page = register(client)
    client.submit(f"{page}/write/registration_receipt", do="issue")
    [link] = re.findall(r'href="(/cases/\d+/documents/\d+)"', client.read(page))
    original = client.get(link).get_data()
    assert f"{link}/void" not in client.read(page)
    client.read(f"{link}/void", status=403)

    leader = second_browser
    log_in_as(leader, Role.LEADER)
    assert f"{link}/void" in leader.read(page)
    refused = leader.submit(f"{link}/void", reason="", sent="sent", then="reissue")
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.get_data(as_text=True)
    answer = leader.submit(f"{link}/void", reason="收到日期写错", sent="sent", then="reissue")
    assert answer.status_code == 302

    after = text_of(client.read(page))
    assert "9月28日 作废" in after
    assert "收到日期写错" in after
    assert "政府信息公开文书撤销告知书" in after
    assert "见 青资公开撤〔2026〕1号" in after
    assert f"{link}/deliver" not in client.read(page)
    marked = client.get(link)
    assert "%E4%BD%9C%E5%BA%9F" in marked.headers["Content-Disposition"]
    words = "".join(PdfReader(BytesIO(marked.get_data())).pages[0].extract_text().split())
    assert "本文书已于2026年9月28日作废" in words
    assert client.get(f"{link}?original=1").get_data() == original
    found = client.submit("/verify", copy=(BytesIO(original), "副本.pdf"))
    assert "本文书已于 2026-09-28 作废" in text_of(found.get_data(as_text=True))
    again = text_of(leader.read(f"{link}/void", status=422))
    assert "已于 2026-09-28 作废" in again
