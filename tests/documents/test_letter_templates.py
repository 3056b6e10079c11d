from __future__ import annotations

import re
import shutil
from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from casework.documents.letter_templates import LetterTemplates, answer_kind, load_templates
from casework.documents.letter_values import LABELS, MANDATORY
from casework.documents.letters import render_pdf
from casework.documents.template_syntax import WordingError
from casework.documents.wording import Letter, letter_text
from casework.domain.errors import RuleBroken
from casework.domain.ground_catalogue import CATALOGUE
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import get_ground, withholding_grounds_for
from casework.domain.remedies import refuses_information, remedy

if TYPE_CHECKING:
    from casework.documents.fonts import FontSet
    from casework.domain.grounds import Ground

_ROOT = Path(__file__).resolve().parents[2]
DECIDED_ON = date(2026, 9, 28)  # Mon
ANSWERS = [
    (ground, statute) for ground, statute in product(CATALOGUE, ("2007", "2019"))
    if statute in ground.basis
]  # fmt: skip
KINDS = [
    (kind, statute)
    for kind, statute in product(LetterKind, ("2007", "2019"))
    if statute in kind.statutes and kind not in {LetterKind.REPLY, LetterKind.TERMINATION}
]
# Every value is its own name in brackets, so that a test sees where it is printed.
VALUES = {name: f"【{name}】" for name in LABELS} | {
    "salutation": "您",
    "attachments": "",
    "contact": "",
}


def _withheld(ground: Ground, statute: str) -> tuple[Ground, ...]:
    return withholding_grounds_for(statute) if ground.code == "partly_disclosed" else ()


def _answer(templates: LetterTemplates, ground: Ground, statute: str, **values: str) -> Letter:
    withheld = _withheld(ground, statute)
    paragraphs = remedy(
        withholds=refuses_information(ground, withheld),
        decided_on=DECIDED_ON,
        review_bodies=("青山市人民政府",),
    ).text
    return templates.compose_answer(
        ground,
        statute=statute,
        values=VALUES | {"remedy": paragraphs} | values,
        withheld=withheld,
    )


@pytest.mark.parametrize(("ground", "statute"), ANSWERS, ids=lambda x: getattr(x, "code", x))
def test_acceptance_74_every_ground_has_its_letter(
    templates: LetterTemplates, fonts: FontSet, ground: Ground, statute: str
) -> None:
    letter = _answer(templates, ground, statute)
    text = letter_text(letter)
    for part in ("【applicant_name】", "【request_text】", "【received_on】", "【case_number】"):
        assert part in text, part
    assert letter.agency == "【agency_name】"
    assert letter.dated == "【dated】"
    assert letter.number == "【document_number】"
    if re.search("第.+条", ground.basis[statute]):
        assert ground.basis[statute] in text
    for need in ground.needs:
        if need.value not in {"legal_basis", "third_party_opinion"}:
            assert f"【{need.value}】" in text, need
    review_first = refuses_information(ground, _withheld(ground, statute))
    assert ("应当先申请行政复议" in text) == review_first
    assert ("六个月内" in text) == (not review_first)
    assert "。。" not in text
    assert "，。" not in text
    assert not re.search(r"\{\{|\}\}|\[\[|\]\]", text)
    assert render_pdf(letter, fonts=fonts).startswith(b"%PDF-")


def test_every_ground_says_what_kind_of_information_it_means(templates: LetterTemplates) -> None:
    for statute in ("2007", "2019"):
        for ground in withholding_grounds_for(statute):
            assert (statute, ground.code) in templates.natures, (statute, ground.code)
        for ground in CATALOGUE:
            if statute in ground.basis and ground.letter in {"not_disclosed", "not_existing"}:
                assert (statute, ground.code) in templates.natures, (statute, ground.code)


@pytest.mark.parametrize(("kind", "statute"), KINDS)
def test_every_document_says_what_its_article_demands(
    templates: LetterTemplates, fonts: FontSet, kind: LetterKind, statute: str
) -> None:
    letter = templates.compose(kind, statute=statute, values=VALUES)
    text = letter_text(letter)
    for name in MANDATORY[kind]:
        assert f"【{name}】" in text, name
    assert "。。" not in text
    assert render_pdf(letter, fonts=fonts).startswith(b"%PDF-")


@pytest.mark.parametrize(("kind", "statute"), KINDS)
def test_articles_are_those_of_the_regulation_in_force(
    templates: LetterTemplates, kind: LetterKind, statute: str
) -> None:
    text = letter_text(templates.compose(kind, statute=statute, values=VALUES))
    assert ("国务院令第492号" in text) <= (statute == "2007")
    if kind.internal or kind in {LetterKind.DELIVERY_RECORD, LetterKind.REVOCATION}:
        return
    named = "《中华人民共和国政府信息公开条例》"
    assert named in text
    if statute == "2007":
        assert text.count(named) == text.count(f"{named}（国务院令第492号）")


@pytest.mark.parametrize(
    ("kind", "statute", "article"),
    [
        (LetterKind.CORRECTION_REQUEST, "2019", "第三十条"),
        (LetterKind.CORRECTION_REQUEST, "2007", "第二十一条第（四）项"),
        (LetterKind.EXTENSION_NOTICE, "2019", "第三十三条第二款"),
        (LetterKind.EXTENSION_NOTICE, "2007", "第二十四条第二款"),
        (LetterKind.THIRD_PARTY_CONSULTATION, "2019", "第三十二条"),
        (LetterKind.THIRD_PARTY_CONSULTATION, "2007", "第二十三条"),
        (LetterKind.CONSULTATION_NOTICE, "2019", "第三十三条第三款"),
        (LetterKind.CONSULTATION_NOTICE, "2007", "第二十四条第三款"),
        (LetterKind.CO_MAKER_CONSULTATION, "2019", "第三十四条"),
        (LetterKind.REASONS_REQUEST, "2019", "第三十五条"),
        (LetterKind.FEE_NOTICE, "2019", "第四十二条"),
        (LetterKind.RECORD_CORRECTION, "2019", "第四十一条"),
        (LetterKind.RECORD_CORRECTION, "2007", "第二十五条第二款"),
        (LetterKind.RECORD_TRANSFER, "2019", "第四十一条"),
        (LetterKind.RECORD_TRANSFER, "2007", "第二十五条第二款"),
    ],
)
def test_article_of_each_notice(
    templates: LetterTemplates, kind: LetterKind, statute: str, article: str
) -> None:
    assert article in letter_text(templates.compose(kind, statute=statute, values=VALUES))


def test_silence_means_opposite_things_to_third_parties_and_co_makers(
    templates: LetterTemplates,
) -> None:
    third = letter_text(
        templates.compose(LetterKind.THIRD_PARTY_CONSULTATION, statute="2019", values=VALUES)
    )
    maker = letter_text(
        templates.compose(LetterKind.CO_MAKER_CONSULTATION, statute="2019", values=VALUES)
    )
    assert "15个工作日" in third
    assert "逾期未提出意见的，由本机关依照" in third  # 第三十二条
    assert "视为同意" not in third
    assert "逾期未提出意见的，视为同意公开" in maker  # 第三十四条


def test_procedural_notices_carry_no_remedy(templates: LetterTemplates) -> None:
    for kind, statute in KINDS:
        printed = "【remedy】" in letter_text(
            templates.compose(kind, statute=statute, values=VALUES)
        )
        assert printed == kind.has_remedy, kind


@pytest.mark.parametrize("statute", ["2007", "2019"])
def test_neither_side_learns_who_the_other_is(templates: LetterTemplates, statute: str) -> None:
    for kind in (LetterKind.THIRD_PARTY_CONSULTATION, LetterKind.THIRD_PARTY_DISCLOSURE):
        text = letter_text(templates.compose(kind, statute=statute, values=VALUES))
        assert "【applicant_name】" not in text
        assert "【applicant_contact】" not in text
    text = letter_text(
        templates.compose(LetterKind.CONSULTATION_NOTICE, statute=statute, values=VALUES)
    )
    assert "【consulted_name】" not in text


# --- what is refused ---------------------------------------------------------------------------


def test_incomplete_letter_is_refused_by_name(templates: LetterTemplates) -> None:
    values = VALUES | {"correction_items": " ", "contact_phone": ""}
    with pytest.raises(RuleBroken) as refused:
        templates.compose(LetterKind.CORRECTION_REQUEST, statute="2019", values=values)
    assert refused.value.field == "correction_items"
    assert "需要补正的事项、联系电话" in refused.value.message
    draft = templates.compose(
        LetterKind.CORRECTION_REQUEST, statute="2019", values=values, complete=False
    )
    assert draft.title == "政府信息公开申请补正告知书"


@pytest.mark.parametrize(
    ("code", "lost"),
    [
        ("trade_secret", "reason"),
        ("trade_secret", "remedy"),
        ("repeat", "earlier_reply_number"),
        ("not_ours", "right_agency"),
        ("not_existing", "search_record"),
        ("forbidden_by_law", "legal_basis"),
        ("query_matter", "right_channel"),
        ("partly_disclosed", "withheld_part"),
        ("not_corrected", "correction_notice"),
        ("not_corrected", "remedy"),
        ("fee_unpaid", "fee_notice"),
    ],
)
def test_answer_without_what_its_ground_needs_is_refused(
    templates: LetterTemplates, code: str, lost: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        _answer(templates, get_ground(code), "2019", **{lost: ""})
    assert refused.value.field == lost


def test_partial_answer_names_the_grounds_of_its_withheld_part(
    templates: LetterTemplates,
) -> None:
    partial = get_ground("partly_disclosed")
    with pytest.raises(RuleBroken) as refused:
        templates.compose_answer(partial, statute="2019", values=VALUES)
    assert refused.value.field == "withheld_nature"
    letter = templates.compose_answer(
        partial,
        statute="2019",
        values=VALUES,
        withheld=(get_ground("trade_secret"), get_ground("process_draft")),
    )
    text = letter_text(letter)
    assert "涉及商业秘密，公开会对第三方合法权益造成损害；属于本机关在履行行政管理职能" in text
    assert "第十五条" in text
    assert "第十六条第二款" in text
    assert "第三十七条" in text


def test_withdrawn_application_ends_without_a_remedy(templates: LetterTemplates) -> None:
    letter = _answer(templates, get_ground("withdrawn"), "2019", remedy="")
    assert letter.title == "政府信息公开申请终止办理告知书"
    assert "行政复议" not in letter_text(letter)
    assert answer_kind(get_ground("withdrawn")) is LetterKind.TERMINATION


def test_ground_of_the_other_regulation_is_refused(templates: LetterTemplates) -> None:
    with pytest.raises(RuleBroken) as refused:
        templates.compose_answer(get_ground("excessive"), statute="2007", values=VALUES)
    assert refused.value.code == "ground_not_in_statute"
    with pytest.raises(RuleBroken) as refused:
        templates.compose(LetterKind.REASONS_REQUEST, statute="2007", values=VALUES)
    assert refused.value.code == "no_such_letter"


def test_officers_full_stop_is_not_doubled(templates: LetterTemplates) -> None:
    letter = _answer(templates, get_ground("trade_secret"), "2019", reason="涉及工艺参数。 ")
    assert "涉及工艺参数。\n" in letter_text(letter)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(_ROOT / "templates" / "letters", tmp_path / "letters")
    return tmp_path / "letters"


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("2019/reply.txt", "{{ remedy }}", "", "救济途径"),
        ("2019/reply.txt", "{{ received_on }}", "{{ recieved_on }}", "recieved_on"),
        ("2019/extension_notice.txt", "{{ new_due_on }}", "近日", "延长后答复期限"),
        (
            "2019/third_party_consultation.txt",
            "本机关收到政府信息公开申请",
            "本机关收到{{ applicant_name }}的申请",
            "不得写出申请人",
        ),
        ("2019/findings.txt", "{{ reason }}", "{{ reasn }}", "reasn"),
        ("2019/findings.txt", "[[end]]", "", "没有对应的"),
    ],
)
def test_spoilt_wording_is_refused_when_loaded(
    folder: Path, file: str, old: str, new: str, why: str
) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(WordingError, match=why):
        load_templates(folder)


def test_acceptance_77_edited_wording_is_another_version(
    folder: Path, templates: LetterTemplates
) -> None:
    before = load_templates(folder)
    assert before.version("2019", LetterKind.REPLY) == templates.version("2019", LetterKind.REPLY)
    path = folder / "2019" / "findings.txt"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    after = load_templates(folder)
    assert after.version("2019", LetterKind.REPLY) != before.version("2019", LetterKind.REPLY)
    assert after.version("2007", LetterKind.REPLY) == before.version("2007", LetterKind.REPLY)


def test_handbook_names_every_value_and_every_document() -> None:
    handbook = (_ROOT / "docs" / "letters.md").read_text(encoding="utf-8")
    for name, label in LABELS.items():
        assert f"| `{name}` | {label} |" in handbook
    for kind in LetterKind:
        must_say = "、".join(label for name, label in LABELS.items() if name in MANDATORY[kind])
        assert f"| `{kind}` | {kind.label} |" in handbook
        assert must_say in handbook
