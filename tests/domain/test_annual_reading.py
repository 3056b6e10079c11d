"""A year-end table found in rows of cells."""

from __future__ import annotations

import pytest

from casework.domain.annual_checks import check_sheet, has_fault
from casework.domain.annual_reading import plain_figure, read_table
from casework.domain.errors import RuleBroken
from casework.domain.forms import get_form

COLUMNS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def published_rows():
    """The heads of a published table in three lines, as a web page gives them."""
    return [
        ["（本列数据的勾稽关系为：…）", None, None, "申请人情况", *[None] * 6],
        [None, None, None, "自然人", "法人或其他组织", *[None] * 4, "总计"],
        [None, None, None, None, *COLUMNS[1:6], None],
    ]


def zero_rows(skip=()):
    form = get_form("2021")
    return [
        [None, None, row.label, *[0] * 7]
        for row in form.rows
        if row.has_cell and row.code not in skip
    ]


def test_rows_are_found_by_label_wherever_the_table_stands():
    shifted = [[None, *row] for row in [["郴州市"], ["（2023年度）"], *published_rows()]]
    lines = [[None, *row] for row in zero_rows()]
    lines[0][-1] = lines[0][4] = "１２"
    lines[-1][-1] = lines[-1][4] = 12.0
    found = read_table([[*shifted, *lines]])
    assert (found.sheet.form.code, found.sheet.year, found.strangers) == ("2021", 2023, ())
    assert found.sheet.cells["R1", "C1"] == found.sheet.cells["R4", "C7"] == 12
    assert not has_fault(check_sheet(found.sheet))


def test_acceptance_60_a_slash_and_a_blank_come_through_to_be_named():
    rows = zero_rows()
    rows[4][3], rows[5][9] = "/", None
    found = read_table([[*published_rows(), *rows]], year=2022)
    [cells] = [check for check in check_sheet(found.sheet) if check.id == "I5"]
    assert not cells.ok
    assert cells.cells == (("R3.3.1", "C1"), ("R3.3.2", "C7"))
    assert "填的是“/”" in cells.message
    assert "是空的" in cells.message


def test_a_row_that_is_missing_is_blank_and_one_that_is_not_known_is_named():
    rows = [*zero_rows(skip=("R3.4.2",)), [None, None, "8.另外一类", *[3] * 7]]
    found = read_table([[*published_rows(), *rows]], year=2022)
    assert ("R3.4.2", "C1") not in found.sheet.cells
    assert "“8.另外一类”" in found.remark
    assert "R3.4.2" in {row for check in check_sheet(found.sheet) for row, _ in check.cells}


def test_labels_without_numbers_or_brackets_are_the_same_rows():
    rows = zero_rows()
    rows[2][2], rows[3][2], rows[-1][2] = "予以公开", "部分公开", "结转下年度继续办理"
    found = read_table([[*published_rows(), *rows]], year=2022)
    assert not has_fault(check_sheet(found.sheet))


def test_the_form_is_the_one_the_rows_are_of_not_the_year():
    form = get_form("2019")
    rows = [[None, None, row.label, *[0] * 7] for row in form.rows if row.has_cell]
    assert read_table([[*published_rows(), *rows]], year=2022).sheet.form.code == "2019"


def test_the_relief_line_is_read_by_its_fifteen_heads():
    heads = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    relief = [["行政复议"], heads * 3, [1, 0, 0, 2, 3, *[0] * 10]]
    found = read_table([[*published_rows(), *zero_rows()], relief], year=2022)
    assert found.sheet.relief["review", "pending"] == 2
    assert found.sheet.relief["suit_after_review", "total"] == 0
    assert not has_fault(check_sheet(found.sheet))


def test_the_2014_form_tells_equal_labels_by_their_order():
    form = get_form("2014")
    rows = [["统计指标", "单位", "统计数"]]
    rows += [
        [row.label, row.unit or "——", index if row.has_cell else "——"]
        for index, row in enumerate(form.rows)
    ]
    sheet = read_table([rows], text="2016年度").sheet
    for index, row in enumerate(form.rows):
        if row.has_cell:
            assert sheet.cells[row.code, ""] == index, row.code


@pytest.mark.parametrize(
    ("written", "read"),
    [("1,200", 1200), ("１２", 12), ("", None), (" / ", "/"), (3.0, 3), ("—", "—"), (True, True)],
)
def test_figures_are_read_as_written(written, read):
    assert plain_figure(written) == read


def test_a_file_without_year_or_table_says_so():
    with pytest.raises(RuleBroken, match="没有写年度"):
        read_table([zero_rows()])
    with pytest.raises(RuleBroken, match="没有找到2021年格式"):
        read_table([[["日期", "类型"]]], year=2022)
