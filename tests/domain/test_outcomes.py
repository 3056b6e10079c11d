"""The catalogue of grounds and the rules of choosing among them."""

from __future__ import annotations

import itertools
import json
from datetime import date
from pathlib import Path

import pytest

from casework.domain.errors import RuleBroken
from casework.domain.forms import FORMS
from casework.domain.outcomes import (
    CATALOGUE,
    Outcome,
    Requirement,
    find_ground,
    get_ground,
    grounds_for,
    validate_choice,
    withholding_grounds_for,
)

VECTORS = Path(__file__).parent.parent / "vectors"
SUCCESSORS = {
    entry["from"]: set(entry["to"])
    for entry in json.loads((VECTORS / "forms.json").read_text("utf-8"))["map_2014_to_2021"]
}
# Grounds under the 2007 regulation that the published mapping of rows does not know: the
# abolished 三需要 refusal, the 2008 opinion's repeat, and the two generic 2007 grounds.
NOT_IN_MAPPING = {"no_special_need", "repeat"}
GROUP_OF = {
    Outcome.DISCLOSED: "R3.1",
    Outcome.PARTLY_DISCLOSED: "R3.2",
    Outcome.NOT_DISCLOSED: "R3.3.",
    Outcome.UNAVAILABLE: "R3.4.",
    Outcome.NOT_PROCESSED: "R3.5.",
    Outcome.OTHER: "R3.6.",
}


def refusal(outcome, grounds, *, statute="2019", **facts):
    with pytest.raises(RuleBroken) as caught:
        validate_choice(outcome, grounds, statute=statute, **facts)
    return caught.value


def test_codes_and_labels_are_distinct():
    assert len({ground.code for ground in CATALOGUE}) == len(CATALOGUE)
    assert len({ground.full_label for ground in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
@pytest.mark.parametrize("ground", CATALOGUE, ids=lambda ground: ground.code)
def test_every_ground_has_one_row_in_every_form_or_a_written_reason(ground, form):
    row = ground.rows[form.code]
    if row is None:
        assert ground.no_row_because
        return
    found = form.find_row(row)
    assert found is not None
    assert found.has_cell
    assert form.beneath(row) == {row}, "a ground is counted in a leaf"
    assert not found.sum_of


@pytest.mark.parametrize("ground", grounds_for("2019"), ids=lambda ground: ground.code)
def test_the_class_is_the_group_of_the_2021_row(ground):
    assert ground.rows["2021"].startswith(GROUP_OF[ground.outcome])


@pytest.mark.parametrize(
    "ground",
    [g for g in grounds_for("2007") if g.code not in NOT_IN_MAPPING and g.rows["2014"]],
    ids=lambda ground: ground.code,
)
def test_rows_of_2007_grounds_follow_the_mapping_of_2014_rows(ground):
    assert ground.rows["2021"] in SUCCESSORS[ground.rows["2014"]]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_every_answer_row_of_every_form_can_be_reached(form):
    printed = {
        row.code
        for row in form.rows
        if row.has_cell
        and row.source is not None
        and getattr(row.source, "by_ground", False)
        and not row.sum_of
    }
    assert printed == {g.rows[form.code] for g in CATALOGUE} - {None}


def test_the_articles_are_those_of_the_statute():
    for ground in CATALOGUE:
        if "2007" in ground.basis and "国务院令" in ground.basis["2007"]:
            assert "（国务院令第492号）" in ground.basis["2007"]
        if "2019" in ground.basis:
            assert "492" not in ground.basis["2019"]
    assert (
        get_ground("state_secret")
        .basis["2019"]
        .startswith("《中华人民共和国政府信息公开条例》第十四条")
    )
    assert "第八条" in get_ground("safety_and_stability").basis["2007"]
    assert "第十五条" in get_ground("trade_secret").basis["2019"]
    assert "第三十八条" in get_ground("needs_compiling").basis["2019"]


def test_reconsideration_first_only_for_articles_14_to_16():
    # 行政复议法第二十三条第一款第四项: 条例第十四条至第十六条, and the withheld part of 37.
    first = {ground.code for ground in grounds_for("2019") if ground.review_first}
    by_article = {
        ground.code
        for ground in grounds_for("2019")
        if any(a in ground.basis["2019"] for a in ("第十四条", "第十五条", "第十六条"))
    }
    assert first == by_article | {"partly_disclosed"}


def test_grounds_only_of_one_statute():
    old = {g.code for g in grounds_for("2007")} - {g.code for g in grounds_for("2019")}
    new = {g.code for g in grounds_for("2019")} - {g.code for g in grounds_for("2007")}
    assert old == {
        "not_government_information",
        "no_special_need",
        "other_statutory_ground",
        "asked_to_amend",
        "other_channel",
    }
    assert new == {
        "third_party_interest",
        "third_party_refused",
        "still_unclear",
        "excessive",
        "reconfirm",
        "not_corrected",
        "fee_unpaid",
        "outside_regulation",
    }
    with pytest.raises(ValueError, match="no such statute"):
        grounds_for("1999")


def test_acceptance_52_disclosure_takes_no_ground_and_needs_a_reply():
    assert validate_choice(Outcome.DISCLOSED, [], statute="2019").code == "disclosed"
    chosen = validate_choice(Outcome.DISCLOSED, ["already_public"], statute="2007", has_reply=True)
    assert chosen.code == "already_public"
    assert refusal(Outcome.DISCLOSED, ["state_secret"]).code == "ground_with_disclosure"
    assert refusal(Outcome.DISCLOSED, [], has_reply=False).code == "reply_required"
    assert (
        refusal(Outcome.DISCLOSED, ["already_public", "to_be_published"]).code == "several_manners"
    )


def test_acceptance_52_partial_disclosure_needs_a_ground_and_the_released_part():
    everything = set(Requirement)
    chosen = validate_choice(
        Outcome.PARTLY_DISCLOSED,
        ["personal_privacy", "trade_secret"],
        statute="2019",
        supplied=everything,
    )
    assert chosen.code == "partly_disclosed"
    assert refusal(Outcome.PARTLY_DISCLOSED, []).code == "partial_without_ground"
    assert refusal(Outcome.PARTLY_DISCLOSED, ["partly_disclosed"]).code == "partial_without_ground"
    missing = refusal(
        Outcome.PARTLY_DISCLOSED,
        ["personal_privacy"],
        supplied=everything - {Requirement.RELEASED_PART},
    )
    assert missing.code == "released_part_missing"
    assert missing.field == "released_part"


def test_acceptance_52_refusal_needs_a_ground_and_counts_the_first():
    assert refusal(Outcome.NOT_DISCLOSED, []).code == "refusal_without_ground"
    chosen = validate_choice(
        Outcome.NOT_DISCLOSED, ["process_draft", "state_secret"], statute="2019"
    )
    assert chosen.code == "process_draft"


@pytest.mark.parametrize(
    ("outcome", "grounds"),
    [
        (Outcome.UNAVAILABLE, ["not_existing", "needs_compiling"]),
        (Outcome.NOT_PROCESSED, ["repeat", "petition"]),
        (Outcome.OTHER, ["withdrawn", "not_corrected"]),
    ],
)
def test_acceptance_52_the_other_classes_take_exactly_one(outcome, grounds):
    none, two = refusal(outcome, []), refusal(outcome, grounds)
    assert none.code == two.code == f"{outcome.value}_takes_one_ground"
    assert none.message != two.message
    assert outcome.label in none.message
    assert validate_choice(outcome, grounds[:1], statute="2019").code == grounds[0]
    assert validate_choice(outcome, grounds[:1] * 2, statute="2019").code == grounds[0]


@pytest.mark.parametrize("outcome", Outcome)
def test_acceptance_53_a_ground_of_another_class_is_refused(outcome):
    withholding = {ground.code for ground in withholding_grounds_for("2019")}
    for ground in grounds_for("2019"):
        if ground.outcome is outcome:
            continue
        if outcome is Outcome.PARTLY_DISCLOSED and ground.code in withholding:
            continue
        error = refusal(outcome, [ground.code])
        assert error.code in {
            "ground_with_disclosure",
            "ground_cannot_withhold_part",
            "ground_of_other_outcome",
        }
        assert error.field == "grounds"
        assert ground.label in error.message


def test_acceptance_53_repeat_cannot_withhold_a_part():
    error = refusal(Outcome.PARTLY_DISCLOSED, ["repeat"])
    assert error.code == "ground_cannot_withhold_part"
    assert "重复申请" in error.message


def test_acceptance_52_each_refusal_has_a_message_of_its_own():
    errors = [
        refusal(Outcome.DISCLOSED, ["state_secret"]),
        refusal(Outcome.DISCLOSED, ["disclosed", "already_public"]),
        refusal(Outcome.DISCLOSED, [], has_reply=False),
        refusal(Outcome.PARTLY_DISCLOSED, []),
        refusal(Outcome.PARTLY_DISCLOSED, ["repeat"]),
        refusal(Outcome.NOT_DISCLOSED, []),
        refusal(Outcome.NOT_DISCLOSED, ["repeat"]),
        refusal(Outcome.UNAVAILABLE, []),
        refusal(Outcome.NOT_PROCESSED, []),
        refusal(Outcome.OTHER, []),
        refusal(Outcome.NOT_DISCLOSED, ["nonsense"]),
        refusal(Outcome.NOT_DISCLOSED, ["no_special_need"]),
        refusal(Outcome.OTHER, ["fee_unpaid"], decided_on=date(2020, 12, 31)),
    ]
    for one, other in itertools.combinations(errors, 2):
        assert one.message != other.message
        assert one.code != other.code
    for error in errors:
        assert error.message.endswith("。")
        assert "您" in error.message


def test_2007_grounds_are_refused_under_2019_and_the_reverse():
    error = refusal(Outcome.NOT_DISCLOSED, ["no_special_need"])
    assert error.code == "ground_not_in_statute"
    assert "711号" in error.message
    error = refusal(Outcome.NOT_PROCESSED, ["excessive"], statute="2007")
    assert error.code == "ground_not_in_statute"
    assert "492号" in error.message


def test_no_fee_can_be_unpaid_before_there_was_a_tariff():
    # 109号 in force Fri 2021-01-01; the day before no fee could be asked.
    chosen = validate_choice(
        Outcome.OTHER, ["fee_unpaid"], statute="2019", decided_on=date(2021, 1, 1)
    )
    assert chosen.code == "fee_unpaid"
    error = refusal(Outcome.OTHER, ["fee_unpaid"], decided_on=date(2020, 12, 31))
    assert error.code == "ground_not_yet_in_force"
    assert "2021年1月1日" in error.message


DECIDED = [ground for ground in CATALOGUE if ground.statutes]


def test_one_ending_is_no_decision():
    assert [ground.code for ground in CATALOGUE if ground not in DECIDED] == ["handed_on"]
    for statute in ("2007", "2019"):
        with pytest.raises(RuleBroken):
            validate_choice(Outcome.OTHER, ["handed_on"], statute=statute)


@pytest.mark.parametrize("ground", DECIDED, ids=lambda ground: ground.code)
def test_each_missing_requirement_is_named(ground):
    reasons = ["personal_privacy"] if ground.code == "partly_disclosed" else [ground.code]
    statute = ground.statutes[-1]
    for need in ground.needs:
        supplied = set(Requirement) - {need}
        error = refusal(ground.outcome, reasons, statute=statute, supplied=supplied)
        assert error.code == f"{need.value}_missing"
        assert need.label in error.message
        assert error.basis
    validate_choice(ground.outcome, reasons, statute=statute, supplied=set(Requirement))


def test_only_unanswered_endings_may_do_without_a_reply():
    silent = {ground.code for ground in DECIDED if not ground.reply_required}
    assert silent == {
        "not_corrected",
        "fee_unpaid",
        "withdrawn",
        "applicant_gone",
        "merged",
        "other",
    }
    for code in silent:
        validate_choice(Outcome.OTHER, [code], statute="2019", has_reply=False)


def test_unknown_codes():
    assert find_ground("nonsense") is None
    with pytest.raises(RuleBroken, match="没有“nonsense”这一办理理由"):
        get_ground("nonsense")
