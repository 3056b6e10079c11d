"""Address labels: each on its place of the paper, nothing cut, nothing beside it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from casework.documents.labels import Label, render_labels
from casework.domain.letter_style import LabelSheet

if TYPE_CHECKING:
    from casework.documents.fonts import FontSet

LONG = "云岭省青沅市临江区文昌街道文昌路88号文昌花园小区二期12栋3单元1801室（东门快递柜旁）" * 3


def label(number: int, address: str = "青沅市临江区文昌路88号2栋301") -> Label:
    return Label(
        postcode="000001",
        address=address,
        name=f"林秀珍{number}号",
        phone="13800002217",
        reference=f"青资公开〔2026〕{number}号",
    )


def places(content: bytes) -> list[list[tuple[str, float, float]]]:
    """Every piece of text of every page with the place it is drawn at, in millimetres."""
    pages = []
    for page in PdfReader(BytesIO(content)).pages:
        found: list[tuple[str, float, float]] = []

        def note(text, _cm, tm, _font, _size, found=found) -> None:
            if text.strip():
                found.append((text.strip(), tm[4] / mm, tm[5] / mm))

        page.extract_text(visitor_text=note)
        pages.append(found)
    return pages


@pytest.mark.parametrize("sheet", list(LabelSheet))
def test_each_label_stands_on_its_place(fonts: FontSet, sheet: LabelSheet) -> None:
    whole = sheet.columns * sheet.rows
    content = render_labels(
        [label(number) for number in range(1, whole + 2)], sheet=sheet, fonts=fonts
    )
    first, second = places(content)
    text = ["".join(word for word, _, _ in page) for page in (first, second)]
    for number in range(1, whole + 1):
        assert f"林秀珍{number}号" in text[0]
    assert f"林秀珍{whole + 1}号" in text[1]
    assert all(0 < x < 210 and 0 < y < 297 for _, x, y in first)
    width, height = (99.1, 38.1) if sheet is LabelSheet.TWO_BY_SEVEN else (70.0, 37.0)
    # The postcode is the first line of each label: one column and one row of the sheet apart.
    heads = sorted({(round(x, 1), round(y, 1)) for word, x, y in first if word == "000001"})
    columns = sorted({x for x, _ in heads})
    rows = sorted({y for _, y in heads})
    assert len(columns) == sheet.columns
    assert len(rows) == sheet.rows
    assert columns[1] - columns[0] >= width
    assert rows[1] - rows[0] == pytest.approx(height, abs=0.2)


def test_a_sheet_begun_before_goes_on_where_it_stopped(fonts: FontSet) -> None:
    sheet = LabelSheet.TWO_BY_SEVEN
    [page] = places(render_labels([label(1)], sheet=sheet, fonts=fonts, first=4))
    _, x, y = next(each for each in page if each[0] == "000001")
    assert x > 100  # the second column
    assert 297 - 15.15 - 2 * 38.1 < y < 297 - 15.15 - 38.1  # of the second row
    over = render_labels([label(1), label(2)], sheet=sheet, fonts=fonts, first=14)
    assert len(places(over)) == 2


@pytest.mark.parametrize("sheet", list(LabelSheet))
def test_a_long_address_is_set_smaller_and_whole(fonts: FontSet, sheet: LabelSheet) -> None:
    [page] = places(render_labels([label(1, LONG)], sheet=sheet, fonts=fonts))
    text = "".join(word for word, _, _ in page)
    assert LONG in text
    height = 38.1 if sheet is LabelSheet.TWO_BY_SEVEN else 37.0
    top = max(y for _, _, y in page)
    assert top - min(y for _, _, y in page) < height


def test_markup_in_an_address_prints_as_it_is(fonts: FontSet) -> None:
    hostile = '<img src="file:///etc/passwd">&amp;{{ x }}'
    content = render_labels([label(1, hostile)], sheet=LabelSheet.THREE_BY_EIGHT, fonts=fonts)
    assert hostile in "".join(word for word, _, _ in places(content)[0])
    assert content == render_labels(
        [label(1, hostile)], sheet=LabelSheet.THREE_BY_EIGHT, fonts=fonts
    )
