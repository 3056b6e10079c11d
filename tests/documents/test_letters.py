from __future__ import annotations

import io
import re
import socket
import threading
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from casework.documents.letters import HeadStyle, LetterStyle, render_pdf
from casework.documents.official_page import (
    CELL,
    COLUMNS,
    DEPTH,
    MEASURE,
    PITCH,
    ROWS,
    Row,
    Setter,
    deal,
    paragraph_rows,
)
from casework.documents.wording import Block, BlockKind, Letter
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from pypdf import PageObject

    from casework.documents.fonts import FontSet

AGENCY = "青山市自然资源和规划局"


def _letter(*paragraphs: str, **fields: str) -> Letter:
    return Letter(
        title=fields.get("title", "政府信息公开申请答复书"),
        number=fields.get("number", "青资公开答〔2026〕12号"),
        addressee=fields.get("addressee", "张三"),
        blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in paragraphs),
        agency=AGENCY,
        dated="2026年9月28日",
        attachments=("青山区征地补偿安置方案", "关于青山区2025年度用地的批复" * 3),
    )


def _pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def _solid(pdf: bytes) -> str:
    return re.sub(r"\s+", "", "".join(_pages(pdf)))


@pytest.mark.parametrize("head", HeadStyle)
def test_every_head_prints_every_part_once(fonts: FontSet, head: HeadStyle) -> None:
    letter = _letter("您申请公开的信息属于可以公开的政府信息。")
    pdf = render_pdf(letter, fonts=fonts, style=LetterStyle(head=head))
    text = _solid(pdf)
    for part in (letter.title, letter.number, "张三：", letter.dated, "附件：1.青山区"):
        assert text.count(part) == 1, part
    assert text.count(AGENCY) == (1 if head is HeadStyle.PLAIN else 2)


def test_acceptance_75_applicant_text_prints_literally(fonts: FontSet) -> None:
    hostile = (
        '欧阳𬱖㛃<b>申请</b>&amp;{{ agency_name }}{%x%}\\n\\x"\'<img src="/etc/passwd"/>'
        "%s$(id)`'；DROP TABLE"
    )
    pdf = render_pdf(_letter(hostile, addressee="欧阳𬱖<i>"), fonts=fonts)
    text = _solid(pdf)
    assert re.sub(r"\s", "", hostile) in text
    assert "欧阳𬱖<i>：" in text
    _assert_fonts_embedded(pdf)


def _assert_fonts_embedded(pdf: bytes) -> None:
    found = 0
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for reference in page["/Resources"]["/Font"].values():
            font = reference.get_object()
            descriptor = font["/FontDescriptor"]
            assert "/FontFile2" in descriptor, font["/BaseFont"]
            assert "/ToUnicode" in font
            found += 1
    assert found


def test_acceptance_76_no_address_is_ever_opened(
    fonts: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    render_pdf(_letter("先把字体读入。"), fonts=fonts, draft=True)

    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise AssertionError(args, kwargs)

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("reportlab.lib.utils.open_for_read", refuse)
    addresses = ("file:///etc/passwd", "http://127.0.0.1:9/x.png", "//host/share", "/etc/hosts")
    markup = " ".join(f'<img src="{each}"/><a href="{each}">' for each in addresses)
    pdf = render_pdf(_letter("先把字体读入。", markup), fonts=fonts, draft=True)
    assert b"/URI" not in pdf
    assert b"/XObject" not in pdf  # nothing was embedded
    from reportlab import rl_config

    assert rl_config.trustedSchemes == []
    assert rl_config.trustedHosts == []


def test_acceptance_79_the_same_letter_gives_the_same_bytes(fonts: FontSet) -> None:
    letter = _letter("内容" * 400)
    first = render_pdf(letter, fonts=fonts)
    assert first == render_pdf(letter, fonts=fonts)
    assert first != render_pdf(letter, fonts=fonts, draft=True)


def test_same_bytes_from_many_threads(fonts: FontSet) -> None:
    letters = [_letter(f"第{number}件。" + "公开" * 200) for number in range(6)]
    alone = [render_pdf(letter, fonts=fonts) for letter in letters]
    together: dict[int, bytes] = {}
    threads = [
        threading.Thread(
            target=lambda n=number: together.update({n: render_pdf(letters[n], fonts=fonts)})
        )
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[number] for number in range(6)] == alone


def test_page_says_what_it_is(fonts: FontSet) -> None:
    reader = PdfReader(io.BytesIO(render_pdf(_letter("正文。"), fonts=fonts)))
    assert reader.metadata is not None
    assert reader.metadata.title == "政府信息公开申请答复书"
    assert reader.metadata.author == AGENCY
    assert reader.metadata.subject == "青资公开答〔2026〕12号"
    assert reader.root_object["/Lang"] == "zh-CN"
    width, height = reader.pages[0].mediabox[2:]
    assert (float(width), float(height)) == pytest.approx((595.28, 841.89), abs=0.01)


def test_undrawable_character_stops_issue_but_not_a_draft(fonts: FontSet) -> None:
    letter = _letter("申请人为张\U0003134a。")
    with pytest.raises(RuleBroken) as refused:
        render_pdf(letter, fonts=fonts)
    assert refused.value.code == "undrawable"
    assert "U+3134A" in refused.value.message
    assert "张〓。" in _solid(render_pdf(letter, fonts=fonts, draft=True))


def test_draft_is_marked_on_every_page_and_an_issued_letter_is_not(fonts: FontSet) -> None:
    letter = _letter("内容" * 800)
    drafts = _pages(render_pdf(letter, fonts=fonts, draft=True))
    assert len(drafts) > 1
    assert all("草" in page and "稿" in page for page in drafts)
    assert "草" not in _solid(render_pdf(letter, fonts=fonts))


# --- the grid ----------------------------------------------------------------------------------


def test_type_area_holds_22_lines_of_28_characters(fonts: FontSet) -> None:
    setter = Setter(fonts)
    rows = paragraph_rows(setter, "文" * (COLUMNS * (ROWS + 1)), indent=0)
    pages = deal(rows)
    assert [len(page) for page in pages] == [ROWS, 1]
    assert setter.width("文" * COLUMNS, _body()) == pytest.approx(MEASURE)
    assert pytest.approx(156 / 25.4 * 72) == MEASURE
    assert pytest.approx(28.99, abs=0.01) == PITCH
    assert pytest.approx(15.79, abs=0.01) == CELL


def _body() -> object:
    from casework.documents.official_page import BODY

    return BODY


def test_text_lies_inside_the_type_area(fonts: FontSet) -> None:
    pdf = render_pdf(_letter("公开政府信息，" * 300), fonts=fonts)
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for text, x, y in _placed(page):
            if "—" in text or not text.strip():
                continue  # the folio stands below the type area
            assert 28 - 0.1 <= x / 72 * 25.4 <= 184.1
            assert 35 <= y / 72 * 25.4 <= 260


def _placed(page: PageObject) -> list[tuple[str, float, float]]:
    found: list[tuple[str, float, float]] = []
    page.extract_text(
        visitor_text=lambda text, _cm, tm, _font, _size: found.append((text, tm[4], tm[5]))
    )
    return [(text, x, y) for text, x, y in found if text.strip()]


def _set_lines(page: PageObject) -> dict[str, tuple[float, float]]:
    """Join the runs of each line: its text, where it begins and how high it stands."""
    lines: dict[float, list[tuple[str, float]]] = {}
    for text, x, y in _placed(page):
        lines.setdefault(round(y, 1), []).append((text.strip(), x))
    return {
        "".join(text for text, _ in runs): (min(x for _, x in runs), y) for y, runs in lines.items()
    }


def test_folios_stand_outside_by_turns(fonts: FontSet) -> None:
    pdf = render_pdf(_letter("文" * 1400), fonts=fonts)
    pages = PdfReader(io.BytesIO(pdf)).pages
    places = []
    for number, page in enumerate(pages, start=1):
        (place,) = [x for text, x, _ in _placed(page) if text.strip().startswith("—")]
        assert f"—{number}—" in re.sub(r"\s", "", page.extract_text())
        places.append(place)
    assert len(places) == 3
    assert places[0] > 400
    assert places[1] < 110
    assert places[2] > 400


def test_letter_head_has_no_folio_on_its_first_page(fonts: FontSet) -> None:
    first, second = _pages(
        render_pdf(_letter("文" * 700), fonts=fonts, style=LetterStyle(head=HeadStyle.LETTER))
    )
    assert "—" not in first
    assert "—" in second


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(min_value=300, max_value=700))
def test_signature_never_stands_alone_on_a_page(fonts: FontSet, length: int) -> None:
    letter = Letter(
        title="答复书",
        blocks=(Block(BlockKind.PARAGRAPH, "文" * length),),
        agency=AGENCY,
        dated="2026年9月28日",
        contact="联系电话：0735-1234567",
    )
    pages = _pages(render_pdf(letter, fonts=fonts))
    (signed,) = [page for page in pages if AGENCY in page]
    assert signed.count("文") > 0
    assert "2026年9月28日" in signed
    assert "0735-1234567" in signed
    assert signed == pages[-1]


def test_date_stands_four_characters_from_the_edge_and_the_name_above_it(fonts: FontSet) -> None:
    pdf = render_pdf(_letter("正文。"), fonts=fonts)
    placed = _set_lines(PdfReader(io.BytesIO(pdf)).pages[0])
    setter = Setter(fonts)
    date_x, date_y = placed["2026年9月28日"]
    name_x, name_y = placed[AGENCY]
    date_width = setter.width("2026年9月28日", _body())
    name_width = setter.width(AGENCY, _body())
    right_edge = 28 / 25.4 * 72 + MEASURE
    assert right_edge - (date_x + date_width) == pytest.approx(4 * CELL, abs=0.5)
    assert name_x + name_width / 2 == pytest.approx(date_x + date_width / 2, abs=0.5)
    assert name_y - date_y == pytest.approx(PITCH, abs=0.1)


def test_request_of_10000_characters_goes_over_pages_whole(fonts: FontSet) -> None:
    request = "".join(f"第{number}项，公开某方案。" for number in range(1000))[:10_000]
    pdf = render_pdf(_letter(request), fonts=fonts)
    pages = _pages(pdf)
    assert len(pages) > 15
    body = re.sub(r"\s|—\s*\d+\s*—", "", "".join(re.sub(r"— ?\d+ ?—", "", p) for p in pages))
    assert request in body


def test_long_cell_of_a_form_goes_over_pages_whole(fonts: FontSet) -> None:
    request = "公开政府信息" * 500
    letter = Letter(
        title="审批单",
        blocks=(
            Block(BlockKind.ROW, cells=("申请内容", request), least_lines=4),
            Block(BlockKind.ROW, cells=("签发意见", "同意。")),
        ),
    )
    text = re.sub(r"\s|—\d+—", "", _solid(render_pdf(letter, fonts=fonts)))
    assert text.count("公开政府信息") == 500
    assert text.endswith("签发意见同意。")


def test_reply_slip_stands_on_its_own_page_behind_the_signature(fonts: FontSet) -> None:
    letter = Letter(
        title="意见征求书",
        blocks=(
            Block(BlockKind.PARAGRAPH, "请您提出意见。"),
            Block(BlockKind.PAGE_BREAK),
            Block(BlockKind.TITLE, "第三方意见回执"),
            Block(BlockKind.ROW, cells=("第三方", "")),
        ),
        agency=AGENCY,
        dated="2026年9月28日",
    )
    first, second = _pages(render_pdf(letter, fonts=fonts))
    assert AGENCY in first
    assert "回执" not in first
    assert "第三方意见回执" in second


def test_heading_goes_with_what_follows() -> None:
    heading = Row(keep_with_next=True, draw=lambda *_: None)
    text = Row(draw=lambda *_: None)
    pages = deal([text] * (ROWS - 1) + [heading, text])
    assert [len(page) for page in pages] == [ROWS - 1, 2]


def test_what_no_page_can_hold_together_still_gets_printed() -> None:
    rows = [Row(keep_with_next=True, draw=lambda *_: None)] * 50
    pages = deal(rows)
    assert sum(len(page) for page in pages) == 50
    assert all(sum(row.height for row, _ in page) <= DEPTH + 0.02 for page in pages)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80))
def test_any_text_whatever_makes_a_draft(fonts: FontSet, text: str) -> None:
    letter = Letter(
        title="答复书",
        addressee=text,
        blocks=(Block(BlockKind.PARAGRAPH, text), Block(BlockKind.ROW, cells=("内容", text))),
        agency=AGENCY,
        dated="2026年9月28日",
    )
    pdf = render_pdf(letter, fonts=fonts, draft=True)
    assert pdf.startswith(b"%PDF-")
    assert pdf == render_pdf(letter, fonts=fonts, draft=True)


def test_control_characters_leave_no_trace(fonts: FontSet) -> None:
    with_controls = _letter("公\x00开\x0b信\u202e息\u200b。", addressee="张\x07三")
    assert render_pdf(with_controls, fonts=fonts) == render_pdf(
        _letter("公开信息。", addressee="张三"), fonts=fonts
    )


def test_form_that_nobody_signs_bears_no_red_head(fonts: FontSet) -> None:
    sheet = Letter(
        title="政府信息公开申请答复审批单",
        blocks=(Block(BlockKind.ROW, cells=("申请编号", "2026-0042")),),
    )
    red = LetterStyle(head=HeadStyle.RED, issuer="青山市人民政府")
    assert "青山市人民政府" not in _solid(render_pdf(sheet, fonts=fonts, style=red))
    assert "青山市人民政府" in _solid(render_pdf(_letter("正文。"), fonts=fonts, style=red))
