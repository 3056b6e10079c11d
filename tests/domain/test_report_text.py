"""A report's words against its table: real published texts, and the faults that are to be found."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from casework.domain.annual_checks import has_fault, passes
from casework.domain.annual_facts import SubjectCount
from casework.domain.annual_sheet import Sheet, read_sheet
from casework.domain.forms import get_form
from casework.domain.narrative import narrative, narrative_text
from casework.domain.report_text import check_text, sections_of
from casework.domain.sentences import Figure
from tests.documents.annual_tables import random_cube
from tests.documents.test_charts import facts_of

PUBLISHED = sorted((Path(__file__).parents[1] / "vectors" / "published").glob("*.json"))
FORM = get_form("2021")


def published(name):
    [path] = [path for path in PUBLISHED if path.stem.startswith(name)]
    return json.loads(path.read_text(encoding="utf-8"))


def judged(payload, text=None, **more):
    sheet = read_sheet({key: payload[key] for key in ("form", "year", "rows")})
    return {
        check.id: check
        for check in check_text(
            payload["as_published"] if text is None else text,
            sheet,
            form=sheet.form,
            year=sheet.year,
            **more,
        )
    }


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_the_published_texts_agree_with_their_tables(path):
    checks = judged(json.loads(path.read_text(encoding="utf-8")))
    assert not has_fault(checks.values()), [c.message for c in checks.values() if not c.ok]
    assert checks["text"].ok


def test_a_share_and_a_growth_that_cannot_be_are_named():
    """79 of 921 is 8.6 %, not 8.5; no number of 2016 grows by 60 % to 28 (published/README)."""
    chenzhou = judged(published("chenzhou"))
    assert "79件占921件是8.6%，文中是8.5%" in chenzhou["text.share.online"].message
    assert [key for key in chenzhou if key.startswith("text.share")] == ["text.share.online"]
    gaogang = judged(published("gaogang"))
    assert "上年17件则为65%，上年18件则为56%" in gaogang["text.growth"].message


def test_acceptance_63_each_number_of_the_text_is_held_against_the_table():
    payload = published("chenzhou")
    text = payload["as_published"].replace("信函申请149件", "信函申请148件")
    checks = judged(payload, text)
    assert has_fault(checks.values())
    assert "“信函申请”文中是148，表中是149" in checks["text.mail"].message


def test_acceptance_63_two_numbers_for_one_item_are_uncertain_not_passed():
    payload = published("gaogang")
    checks = judged(payload, payload["as_published"] + "全年共收到政府信息公开申请29件。")
    check = checks["text.received"]
    assert (check.ok, check.uncertain, check.verdict) == (False, True, "不确定")
    assert "28件" in check.message
    assert "29件" in check.message


REPORT = """某区2023年政府信息公开工作年度报告
一、总体情况
2023年，全区新收政府信息公开申请{received}件，上年结转2件，其中自然人申请9件，法人或其他组织申请3件。
予以公开4件，部分公开3件，不予公开1件，无法提供2件，不予处理1件，其他处理1件，结转下年度继续办理2件。{fee}
因政府信息公开被申请行政复议1件，被提起行政诉讼0件。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
{five}
六、其他需要报告的事项
{six}
"""
FIVE = "主动公开的内容还不够细，下一步加强对基层的指导。"
SIX = "本年度没有收取政府信息公开信息处理费。"


def sheet_2023():
    rows = {row.code: dict.fromkeys(FORM.column_codes, 0) for row in FORM.rows if row.has_cell}
    counts = {"R1": 12, "R2": 2, "R3.1": 4, "R3.2": 3, "R3.3.4": 1, "R3.4.1": 2, "R3.5.2": 1}
    counts |= {"R3.6.3": 1, "R3.7": 12, "R4": 2}
    for code, count in counts.items():
        rows[code]["C1"] = rows[code]["C7"] = count
    rows["R1"] |= {"C1": 9, "C2": 3}
    relief = {
        group.kind.value: dict.fromkeys(("upheld", "corrected", "other", "pending", "total"), 0)
        for group in FORM.relief.groups
    }
    relief["review"] |= {"pending": 1, "total": 1}
    return read_sheet({"form": "2021", "year": 2023, "rows": rows, "relief": relief})


def report(received=12, five=FIVE, six=SIX, fee="", **more):
    text = REPORT.format(received=received, five=five, six=six, fee=fee)
    return {
        check.id: check for check in check_text(text, sheet_2023(), form=FORM, year=2023, **more)
    }


def test_a_sound_report_passes_whole():
    checks = report()
    assert all(check.ok for check in checks.values()), [
        check.message for check in checks.values() if not check.ok
    ]
    assert checks["text"].message.startswith("文中13项数与表一致")


@pytest.mark.parametrize("five", ["", "无", "没有。", "略"])
def test_acceptance_63_an_empty_section_five_is_reported(five):
    assert not report(five=five)["text.section5"].ok
    assert has_fault(report(five=five).values())


def test_acceptance_63_fees_charged_and_not_explained_in_section_six_are_reported():
    told = report(fee="全年收取信息处理费1200元。", six="没有其他事项。")["text.section6"]
    assert (told.ok, told.hard) == (False, True)
    assert "收取了信息处理费1200元" in told.message
    recorded = report(six="没有其他事项。", fees_yuan=Decimal(380))["text.section6"]
    assert (recorded.ok, recorded.hard) == (False, True)
    silent = report(six="没有其他事项。")["text.section6"]
    assert (silent.ok, silent.hard) == (False, False)
    differs = report(six="收取信息处理费380元，均已上缴。", fees_yuan=Decimal(400))
    assert not differs["text.section6"].ok
    assert report(six="收取信息处理费380元。", fees_yuan=Decimal(380))["text.section6"].ok


def test_last_years_number_is_no_second_number():
    checks = report(fee="比2022年收到申请20件有所下降，上年度办结11件。")
    assert "text.received" not in checks


def test_a_contents_list_does_not_hide_the_chapters():
    chapters = sections_of("一、总体情况\n五、问题\n" + REPORT)
    assert chapters[5][1] == "{five}"
    assert chapters[1][0] == "总体情况"


def test_a_pasted_text_without_a_table_is_judged_against_itself():
    checks = check_text("收到申请3件。共受理申请4件。", None, form=FORM, year=2023)
    assert [check.id for check in checks] == ["text.received"]
    assert checks[0].uncertain


CHAPTERS = [
    facts_of(code, cube=random_cube(size, seed), subjects=(SubjectCount(subject="征地", count=3),))
    for code in ("2014", "2019", "2021")
    for seed, size in enumerate((4, 25, 90, 400, 1300))
]


def own(facts, text):
    table = facts.table
    sheet = Sheet(form=facts.form, year=facts.year, cells=table.cells, relief=table.relief)
    return check_text(text, sheet, form=facts.form, year=facts.year)


@pytest.mark.parametrize("facts", CHAPTERS, ids=lambda facts: facts.form.code)
def test_the_chapter_we_write_passes_whole(facts):
    found = own(facts, narrative_text(narrative(facts)))
    assert [check.message for check in found if not check.ok] == []


UNSEEN = {("R1", "C6"), ("R3.6.3", "C7")}
"""其他 in a list of kinds: the word alone says nothing of what it counts."""


@pytest.mark.parametrize("facts", CHAPTERS, ids=lambda facts: facts.form.code)
def test_any_one_number_changed_in_it_is_found(facts):
    parts = [part for sentence in narrative(facts) for part in sentence.parts]
    for place, part in enumerate(parts):
        if not isinstance(part, Figure) or part.unit != "件" or part.form != facts.form.code:
            continue
        changed = f"{part.value + 1}件"
        text = "".join(
            one if isinstance(one, str) else changed if at == place else one.text
            for at, one in enumerate(parts)
        )
        assert passes(own(facts, text)) is (part.cell in UNSEEN), (part.cell, parts[place - 1])
