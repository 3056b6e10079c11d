"""The charts as PNG and PDF: the same shapes as the SVG, readable in black and white."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from casework.documents.chart_png import SCALE, render_png
from casework.documents.chart_shapes import BAR, Box, Words
from casework.documents.charts import annual_charts
from casework.documents.charts_pdf import render_charts_pdf
from casework.domain.errors import RuleBroken
from tests.documents.test_charts import facts_of

CHARTS = annual_charts(facts_of())


def opened(chart, fonts):
    return Image.open(io.BytesIO(render_png(chart, fonts=fonts)))


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_picture_is_the_same_every_time_and_says_what_it_shows(chart, fonts):
    assert render_png(chart, fonts=fonts) == render_png(chart, fonts=fonts)
    picture = opened(chart, fonts)
    assert picture.text["Description"] == chart.description
    assert picture.width == 664 * SCALE


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_bars_are_full_and_what_is_left_over_is_hatched(chart, fonts):
    """Counted along a line through the middle of each bar, as an eye without colour sees it."""
    grey = opened(chart, fonts).convert("L")
    for box in (shape for shape in chart.shapes if isinstance(shape, Box) and shape.width > 12):
        row = round((box.y + box.height / 2 + 34) * SCALE)
        first, last = (round((x + 12) * SCALE) for x in (box.x + 3, box.x + box.width - 3))
        dark = [grey.getpixel((column, row)) < 128 for column in range(first, last)]
        share = sum(dark) / len(dark)
        assert 0.1 < share < 0.7 if box.hatched else share == 1.0
    assert sum(BAR) / 3 < 128


def test_the_pdf_has_every_chart_its_words_and_its_sentence(fonts):
    made = render_charts_pdf(CHARTS, title="图", author="青沅市", fonts=fonts)
    assert made == render_charts_pdf(CHARTS, title="图", author="青沅市", fonts=fonts)
    reader = PdfReader(io.BytesIO(made))
    text = "".join(page.extract_text() for page in reader.pages)
    plain = "".join(text.split())
    for chart in CHARTS:
        assert chart.title in plain
        assert "".join(chart.description.split()) in plain
        for words in (shape.text for shape in chart.shapes if isinstance(shape, Words)):
            assert "".join(words.split()) in plain
    figures = [kid for kid in structure(reader) if kid.get("/S") == "/Figure"]
    assert [str(figure["/Alt"]) for figure in figures] == [chart.description for chart in CHARTS]


def structure(reader):
    """Yield the elements of the document in their order."""
    root = reader.trailer["/Root"]["/StructTreeRoot"]["/K"]
    waiting = [kid.get_object() for kid in root]
    while waiting:
        element = waiting.pop(0)
        yield element
        kids = [kid.get_object() for kid in element.get("/K", ()) if hasattr(kid, "get_object")]
        waiting[:0] = [kid for kid in kids if isinstance(kid, dict) and "/S" in kid]


def test_what_no_face_can_draw_is_named(fonts):
    facts = facts_of(subjects=())
    charts = annual_charts(facts)
    broken = [chart for chart in charts if chart.name == "years"]
    from dataclasses import replace

    with pytest.raises(RuleBroken, match="现有字体没有"):
        render_charts_pdf(
            [replace(broken[0], title="\U00030edd")], title="图", author="a", fonts=fonts
        )
