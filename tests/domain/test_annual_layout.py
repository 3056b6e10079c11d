"""The merged heads of the printed sheets."""

from __future__ import annotations

import pytest

from casework.domain.annual_layout import column_heads, label_columns, printed_rows
from casework.domain.forms import get_form


@pytest.mark.parametrize(("code", "lines"), [("2019", 23), ("2021", 25)])
def test_every_line_is_full_and_no_two_heads_overlap(code, lines):
    form = get_form(code)
    printed = printed_rows(form)
    assert len(printed) == lines
    width = label_columns(form)
    assert width == 3
    taken = [[0] * width for _ in printed]
    for line, entry in enumerate(printed):
        for head in entry.heads:
            column = taken[line].index(0)
            for down in range(head.rowspan):
                for across in range(head.colspan):
                    taken[line + down][column + across] += 1
    assert taken == [[1] * width] * lines


def test_heads_of_the_2021_sheet_are_those_printed():
    printed = printed_rows(get_form("2021"))
    first_result = printed[2]
    assert [(h.label, h.rowspan, h.colspan) for h in first_result.heads] == [
        ("三、本年度办理结果", 22, 1),
        ("（一）予以公开", 1, 2),
    ]
    spans = {h.label: h.rowspan for line in printed for h in line.heads if h.rowspan > 1}
    assert spans == {
        "三、本年度办理结果": 22,
        "（三）不予公开": 8,
        "（四）无法提供": 3,
        "（五）不予处理": 5,
        "（六）其他处理": 3,
    }
    assert [(h.label, h.colspan) for h in printed[0].heads] == [
        ("一、本年新收政府信息公开申请数量", 3)
    ]


def test_column_heads_cover_seven_columns():
    first, second, third = column_heads(get_form("2021"))
    assert [(h.label, h.colspan) for h in first] == [("申请人情况", 7)]
    assert [(h.label, h.rowspan, h.colspan) for h in second] == [
        ("自然人", 2, 1),
        ("法人或其他组织", 1, 5),
        ("总计", 2, 1),
    ]
    assert [h.code for h in third] == ["C2", "C3", "C4", "C5", "C6"]
