"""The charts: well-formed, escaped, readable without colour, said in words."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from casework.documents.charts import annual_charts, subjects_chart, years_chart
from casework.domain.annual_facts import AnnualFacts, SubjectCount, YearCount
from tests.documents.annual_tables import filled_table, random_cube

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("1")</script>&\x01]]>\'"'


def facts_of(code="2021", cube=None, **more):
    cube = random_cube() if cube is None else cube
    table = filled_table(code, cube=cube)
    given = {
        "months": (20, 31, 15, 28, 22, 30, 31, 19, 27, 22, 18, 0),
        "subjects": (
            SubjectCount(subject=HOSTILE, count=120),
            SubjectCount(subject="", count=20),
            *(SubjectCount(subject=f"第{number}类", count=11 - number) for number in range(10)),
        ),
        "years": tuple(
            YearCount(year=table.year - 1 + number, received=200 + number, finished=201 - number)
            for number in range(2)
        ),
    } | more
    return AnnualFacts(agency="青沅市", table=table, cube=cube, **given)


def drawn(chart):
    return ET.fromstring(chart.svg)  # noqa: S314 - our own text, parsed to prove that it parses


def words_of(root):
    return [element.text for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("code", ["2014", "2019", "2021"])
def test_every_chart_is_well_formed_and_named(code):
    charts = annual_charts(facts_of(code))
    assert [chart.name for chart in charts] == [
        "channels",
        "months",
        "subjects",
        "outcomes",
        "years",
    ]
    ids = []
    for chart in charts:
        root = drawn(chart)
        assert root.get("role") == "img"
        title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert root.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
        assert title.text == chart.title
        assert desc.text == chart.description
        assert chart.description.endswith("。")
        assert chart.description.count("。") == 1
        ids += [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))  # one page may hold all five


@pytest.mark.parametrize("code", ["2014", "2021"])
def test_nothing_that_a_strict_policy_forbids(code):
    for chart in annual_charts(facts_of(code)):
        for element in drawn(chart).iter():
            assert element.tag not in {f"{SVG}style", f"{SVG}script", f"{SVG}foreignObject"}
            for name, value in element.attrib.items():
                assert name != "style"
                assert not name.startswith("on")
                assert "href" not in name
                assert not re.search(r"url\((?!#)", value)


def test_hostile_subjects_are_only_text():
    chart = subjects_chart(facts_of())
    assert "<script>" not in chart.svg
    assert "\x01" not in chart.svg
    assert "".join(words_of(drawn(chart))).startswith("<script>alert")
    assert chart.rows[0][0] == HOSTILE.replace("\x01", "")


@pytest.mark.parametrize("code", ["2014", "2019", "2021"])
def test_every_number_stands_on_its_bar(code):
    for chart in annual_charts(facts_of(code)):
        words = words_of(drawn(chart))
        for row in chart.rows:
            for value in row[1:2] if chart.name != "years" else row[1:]:
                assert any(re.match(rf"{value}(?:件|$)", word) for word in words), (value, words)


def test_bars_are_as_long_as_their_numbers():
    chart = subjects_chart(facts_of())
    bars = [
        float(element.get("width"))
        for element in drawn(chart).iter(f"{SVG}rect")
        if element.get("class") in {"b1", "b-rest"}
    ]
    counts = [int(row[1]) for row in chart.rows]
    for bar, count in zip(bars, counts, strict=True):
        assert bar == pytest.approx(bars[0] * count / counts[0], abs=0.1)


def test_what_is_left_over_is_hatched_and_named():
    chart = subjects_chart(facts_of())
    assert [row[:2] for row in chart.rows[-2:]] == [("其余", "9"), ("未分类", "20")]
    hatched = [e for e in drawn(chart).iter(f"{SVG}rect") if e.get("class") == "b-rest"]
    assert [element.get("fill") for element in hatched] == ["url(#subjects-hatch)"] * 2


def test_the_second_line_is_dashed_with_open_squares():
    root = drawn(years_chart(facts_of()))
    dashes = [element.get("stroke-dasharray") for element in root.iter(f"{SVG}polyline")]
    assert dashes.count("6 4") == dashes.count(None) == 2  # the line and its key
    assert [e.get("fill") for e in root.iter(f"{SVG}rect")] == ["#fff"] * 3
    words = words_of(root)
    assert {"收到", "办结", "2024年", "2025年"} <= set(words)


def test_shares_of_the_table_beside_add_up_to_100():
    for chart in annual_charts(facts_of()):
        if len(chart.heads) == 3 and chart.heads[2] == "占比":
            assert sum(round(float(row[2].rstrip("%")) * 10) for row in chart.rows) == 1000


def test_a_year_without_cases_is_said_not_divided_by():
    charts = annual_charts(facts_of(cube=(), months=(0,) * 12, subjects=(), years=()))
    for chart in charts:
        assert drawn(chart) is not None
        assert "没有" in chart.description
        assert "%" not in chart.svg
        assert all("%" not in cell for row in chart.rows for cell in row)
