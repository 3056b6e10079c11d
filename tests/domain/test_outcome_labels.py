"""办理结果 of a ledger, read and written."""

from __future__ import annotations

import pytest

from casework.domain.errors import RuleBroken
from casework.domain.forms import get_form
from casework.domain.outcome_labels import ground_from_label, label_for_ledger, read_label
from casework.domain.outcomes import CATALOGUE

INTERFACE_LABELS = {
    "属于已主动公开范围": "already_public",
    "同意公开": "disclosed",
    "同意部分公开": "partly_disclosed",
    "不同意公开-涉及国家秘密": "state_secret",
    "不同意公开-涉及商业秘密": "trade_secret",
    "不属于本行政机关公开": "not_ours",
    "申请信息不存在": "not_existing",
    "告知作出更改补充": "asked_to_amend",
    "告知通过其他途径办理": "other_channel",
    "予以公开": "disclosed",
    "部分公开": "partly_disclosed",
    "不予公开-属于国家秘密": "state_secret",
    "无法提供-本机关不掌握相关政府信息": "not_held",
    "不予处理-重复申请": "repeat",
    "其他处理-无正当理由逾期不补正": "not_corrected",
    "其他处理-逾期未缴纳费用": "fee_unpaid",
    "其他处理-其他": "other",
    "其他处理": "other",
}


@pytest.mark.parametrize(("label", "code"), INTERFACE_LABELS.items())
def test_labels_of_the_interface(label, code):
    assert ground_from_label(label).code == code


@pytest.mark.parametrize("form", ["2014", "2021"])
@pytest.mark.parametrize("ground", CATALOGUE, ids=lambda ground: ground.code)
def test_what_is_written_reads_back_as_the_same_ground(ground, form):
    assert ground_from_label(label_for_ledger(ground, form=form)) is ground


@pytest.mark.parametrize("ground", CATALOGUE, ids=lambda ground: ground.code)
def test_codes_and_the_catalogues_own_words_are_understood(ground):
    assert ground_from_label(ground.code) is ground
    assert ground_from_label(f" {ground.code.upper()} ") is ground
    assert ground_from_label(ground.full_label) is ground


@pytest.mark.parametrize("form_code", ["2014", "2019", "2021"])
def test_printed_labels_of_every_answer_row_land_in_that_row(form_code):
    form = get_form(form_code)
    for row in form.rows:
        if not getattr(row.source, "by_ground", False) or row.sum_of:
            continue
        parent = form.find_row(row.parent)
        text = row.label
        if parent.label.startswith(("（三）不", "（四）", "（五）", "（六）", "4.不同意")):
            text = f"{parent.label.replace('答复数', '')}-{row.label}"
        ground = ground_from_label(text)
        assert ground.rows[form_code] == row.code, text


@pytest.mark.parametrize(
    "text",
    [
        "不予公开-属于国家秘密",
        "不予公开－属于国家秘密",
        "不予公开—属于国家秘密",
        "不予公开——属于国家秘密",
        "不予公开–属于国家秘密",
        "不予公开 － 属于国家秘密",
        "不予公开：属于国家秘密",
        "不予公开（属于国家秘密）",
        "不予公开(属于国家秘密)",
        "（三）不予公开-1.属于国家秘密",
        "\u3000不予公开-属于国家秘密\n",
        "属于国家秘密",
    ],
)
def test_width_spaces_and_kinds_of_dash_do_not_matter(text):
    assert ground_from_label(text).code == "state_secret"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("不同意公开-危及国家安全，公共安全，经济安全和社会稳定", "safety_and_stability"),
        ('不予公开-危及"三安全一稳定"', "safety_and_stability"),
        ("不予公开-危及三安全一稳定", "safety_and_stability"),
        ("不同意公开-不是《条例》所指政府信息", "not_government_information"),
        ("不同意公开-不是条例所指政府信息", "not_government_information"),
        ("不予公开-商业秘密", "trade_secret"),
        ("申请人撤回申请", "withdrawn"),
        ("同意公开答复数", "disclosed"),
    ],
)
def test_usual_variants(text, code):
    assert ground_from_label(text).code == code


def test_partial_disclosure_keeps_the_grounds_of_the_withheld_part():
    outcome = read_label("部分公开-个人隐私、涉及商业秘密")
    assert outcome.ground.code == "partly_disclosed"
    assert [ground.code for ground in outcome.withheld] == ["personal_privacy", "trade_secret"]
    assert read_label("部分公开").withheld == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "outcome_missing"),
        ("  ", "outcome_missing"),
        ("不予公开", "outcome_without_ground"),
        ("不同意公开", "outcome_without_ground"),
        ("无法提供", "outcome_without_ground"),
        ("不予处理", "outcome_without_ground"),
        ("不予公开-重复申请", "outcome_unknown"),
        ("予以公开-属于国家秘密", "outcome_unknown"),
        ("部分公开-重复申请", "withheld_ground_unknown"),
        ("已办结", "outcome_unknown"),
    ],
)
def test_what_is_not_understood_is_refused_with_a_sentence(text, code):
    with pytest.raises(RuleBroken) as caught:
        ground_from_label(text)
    assert caught.value.code == code
    assert caught.value.field == "办理结果"
    assert caught.value.message.endswith("。")


def test_export_writes_the_words_of_the_form_where_they_are_exact():
    by_code = {ground.code: ground for ground in CATALOGUE}
    assert label_for_ledger(by_code["state_secret"]) == "不予公开-属于国家秘密"
    assert label_for_ledger(by_code["state_secret"], form="2014") == "不同意公开-涉及国家秘密"
    assert label_for_ledger(by_code["not_created"]) == "无法提供-本机关未制作"
    assert label_for_ledger(by_code["no_special_need"], form="2014").startswith("不予公开-")
