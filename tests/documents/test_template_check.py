"""What an adapted template is refused for, sentence and line; and that a good one passes."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, NoReturn

import pytest

from casework.documents.letter_values import ARTICLES, LABELS, MANDATORY, OF_EVERY_CASE
from casework.documents.letters import render_pdf
from casework.documents.template_check import check_template, flaws_of_faces
from casework.documents.template_chinese import SPOKEN, in_chinese
from casework.documents.template_flaws import LONGEST, tidy_template
from casework.domain.letter_kinds import LetterKind
from casework.domain.statutes import StatuteCode
from casework.domain.template_parts import AnswerPassages, parts_of

if TYPE_CHECKING:
    from casework.documents.fonts import FontSet
    from casework.documents.letter_templates import LetterTemplates
    from casework.documents.template_flaws import Flaw
    from casework.domain.template_parts import TemplatePart

PARTS = [(statute.value, part) for statute in StatuteCode for part in parts_of(statute)]
MUST_SAY = [
    (statute, part, name)
    for statute, part in PARTS
    if isinstance(part, LetterKind)
    for name in sorted(MANDATORY[part])
]
EXTENSION = LetterKind.EXTENSION_NOTICE


@pytest.fixture(scope="module")
def spoken(templates: LetterTemplates) -> str:
    """The default 延期答复告知书 as the page shows it."""
    return in_chinese(templates.text("2019", EXTENSION))


def check(
    templates: LetterTemplates, typed: str, part: TemplatePart = EXTENSION, statute: str = "2019"
) -> tuple[Flaw, ...]:
    default = templates.text(statute, part)
    return check_template(statute, part, tidy_template(typed), default=default)


@pytest.mark.parametrize(("statute", "part"), PARTS)
def test_no_default_has_a_flaw(
    templates: LetterTemplates, statute: str, part: TemplatePart
) -> None:
    assert check(templates, in_chinese(templates.text(statute, part)), part, statute) == ()


@pytest.mark.parametrize(("statute", "kind", "name"), MUST_SAY)
def test_every_mandatory_part_is_missed(
    templates: LetterTemplates, statute: str, kind: LetterKind, name: str
) -> None:
    default = templates.text(statute, kind)
    without = re.sub(rf"\{{\{{ {name} \}}\}}", "", default)
    flaws = check(templates, without, kind, statute)
    said = [flaw.sentence for flaw in flaws if flaw.must]
    assert len(said) == 1, said
    assert f"没有写明{LABELS[name]}" in said[0]
    assert f"{{{{{SPOKEN[name]}}}}}" in said[0]
    line = int(re.search(r"默认文本写在第 (\d+) 行", said[0])[1])  # type: ignore[index]
    assert f"{{{{ {name} }}}}" in default.split("\n")[line - 1]


@pytest.mark.parametrize(("statute", "kind"), list(ARTICLES))
def test_the_article_is_missed(templates: LetterTemplates, statute: str, kind: LetterKind) -> None:
    text = templates.text(statute, kind)
    for article in ARTICLES[statute, kind]:
        text = text.replace(article, "有关规定")
    [flaw] = check(templates, text, kind, statute)
    assert flaw.sentence.startswith(f"没有引用条例{'或者'.join(ARTICLES[statute, kind])}")


@pytest.mark.parametrize(
    "kind", [LetterKind.REPLY, LetterKind.TERMINATION, LetterKind.RECORD_CORRECTION]
)
def test_a_decision_without_its_remedy_is_refused(
    templates: LetterTemplates, kind: LetterKind
) -> None:
    text = templates.text("2019", kind).replace("{{ remedy }}", "")
    [flaw] = check(templates, text, kind)
    assert "没有写明救济途径" in flaw.sentence


def test_a_procedural_notice_with_a_remedy_is_refused(
    templates: LetterTemplates, spoken: str
) -> None:
    typed = f"{spoken}{{{{救济途径}}}}\n不服的，可以申请行政复议。\n"
    flaws = check(templates, typed)
    assert [flaw.line for flaw in flaws] == [12, 13]
    assert all("不写救济途径" in flaw.sentence and "132号" in flaw.sentence for flaw in flaws)


def test_a_decision_that_repeats_the_remedy_is_advised(templates: LetterTemplates) -> None:
    text = templates.text("2019", LetterKind.REPLY) + "也可以在六个月内提起诉讼。\n"
    [flaw] = check(templates, text, LetterKind.REPLY)
    assert not flaw.must
    assert flaw.line == text.count("\n")


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("{{收到日期}}", "{{收倒日期}}", 8, "您要写的可能是 {{收到日期}}"),
        ("{{收到日期}}", "{{received}}", 8, "您要写的可能是 {{收到日期}}"),
        ("{{收到日期}}", "{{ __class__ }}", 8, "没有这样的占位符"),
        ("{{收到日期}}", "{{收到日期", 8, "{{ 没有成对"),
        ("{{收到日期}}", "收到日期}}", 8, "}} 没有成对"),
        ("特此告知", "[[如有 申请方试]]特此告知[[完]]", 11, "您要写的可能是 [[如有 申请方式]]"),
        ("特此告知", "[[如有 申请方式]]特此告知", 11, "[[如有 申请方式]] 没有对应的 [[完]]"),
        ("特此告知", "特此告知[[完]]", 11, "[[完]] 前面没有"),
        ("特此告知", "[[for x in y]]特此告知", 11, "没有这样的占位符"),
        ("特此告知", "特此告知\x07", 11, "看不见的字符（U+0007）"),
        ("特此告知", "\u202e特此告知", 11, "看不见的字符（U+202E）"),
        ("特此告知", "<b>特此告知", 11, "“<b>”不起作用"),
        ("特此告知", "<img src='file:///etc/passwd'>", 11, "不起作用，会照原样印"),
        ("特此告知", "&nbsp;特此告知", 11, "“&nbsp;”不起作用"),
        ("特此告知", "请在{{缴费期限}}前", 11, "缴费期限在延期答复告知书里没有内容"),
        ("因{{延期理由}}", "[[如有 申请方式]]因{{延期理由}}[[完]]", 10, "在有的情况下不印"),
        ("因{{延期理由}}", "因故", None, "没有写明延期理由"),
        ("题：政府", "题：\n政府", 2, "空行之前只能写 标题、文号"),
        ("政府信息公开申请延期答复告知书", "", 1, "标题是空的"),
        ("日期：{{成文日期}}", "// 日期", None, "开头缺少“日期”一行"),
    ],
)
def test_a_spoilt_text_is_named_with_its_line(
    templates: LetterTemplates, spoken: str, old: str, new: str, line: int | None, why: str
) -> None:
    assert old in spoken
    flaws = check(templates, spoken.replace(old, new, 1))
    assert any(why in flaw.sentence and flaw.line == line and flaw.must for flaw in flaws), flaws
    assert all(flaw.line is None or f"第 {flaw.line} 行" in flaw.sentence for flaw in flaws)


def test_everything_wrong_is_named_at_once(templates: LetterTemplates, spoken: str) -> None:
    typed = spoken.replace("{{收到日期}}", "近日").replace("{{延期理由}}", "{{延期原因}}")
    typed = typed.replace("特此告知", "特此\x07告知").replace("第三十三条", "有关条款")
    sentences = [flaw.sentence for flaw in check(templates, typed)]
    assert len(sentences) == 4
    for part in ("没有写明收到日期", "{{ 延期原因 }} 没有", "U+0007", "没有引用条例第三十三条"):
        assert any(part in each for each in sentences), part


def test_a_part_in_a_note_is_not_said(templates: LetterTemplates, spoken: str) -> None:
    line = next(line for line in spoken.split("\n") if "{{延期理由}}" in line)
    flaws = check(templates, spoken.replace(line, f"[[如有 申请方式]]// {line}\n[[完]]"))
    assert {f"第 10 行的{label}写在不印的注里" for label in ("延期理由", "延长的工作日数")} <= {
        flaw.sentence.split("，")[0] for flaw in flaws
    }


def test_a_condition_on_the_part_itself_or_on_a_sure_one_says_it(
    templates: LetterTemplates, spoken: str
) -> None:
    for name in ("延期理由", "收到日期"):
        typed = spoken.replace("因{{延期理由}}", f"[[如有 {name}]]因{{{{延期理由}}}}[[完]]")
        assert check(templates, typed) == ()
    both = "[[如有 申请方式]]因{{延期理由}}[[否则]]由于{{延期理由}}[[完]]"
    assert check(templates, spoken.replace("因{{延期理由}}", both)) == ()


def test_what_neither_side_may_read_is_refused(templates: LetterTemplates) -> None:
    kind = LetterKind.THIRD_PARTY_CONSULTATION
    text = templates.text("2019", kind) + "申请人：{{ applicant_name }}\n"
    [flaw] = check(templates, text, kind)
    assert flaw.line == text.count("\n")
    assert "不得写" in flaw.sentence


@pytest.mark.parametrize("size", [LONGEST + 1, 100_000, 1_000_000])
def test_a_text_that_is_too_long_is_refused_at_once(
    templates: LetterTemplates, spoken: str, size: int
) -> None:
    [flaw] = check(templates, spoken + "{{收到日期}}" * (size // 8))
    assert "最多 20,000 字" in flaw.sentence


def test_an_empty_text_is_refused(templates: LetterTemplates) -> None:
    for part in (EXTENSION, *AnswerPassages):
        [flaw] = check(templates, " \n\t\n", part)
        assert "没有文字" in flaw.sentence


def test_a_character_that_no_face_has_is_named(fonts: FontSet) -> None:
    [flaw] = flaws_of_faces("特此告知\n特此\U000f1234告知\n", fonts)
    assert flaw.line == 2
    assert "U+F1234" in flaw.sentence
    assert flaws_of_faces("𬱖㛃龘", fonts) == ()


def test_every_ground_keeps_its_finding(templates: LetterTemplates) -> None:
    spoken = in_chinese(templates.text("2019", AnswerPassages.FINDINGS))
    gone = spoken.replace("[不属于本机关负责公开]", "[不明白]")
    sentences = [flaw.sentence for flaw in check(templates, gone, AnswerPassages.FINDINGS)]
    assert "第 35 行的 [不明白] 没有这样的情形，请核对" in sentences
    assert any("缺少 [不属于本机关负责公开] 一段" in each for each in sentences)
    unnamed = spoken.replace("{{负责公开的机关名称、联系方式}}", "有关机关")
    flaws = check(templates, unnamed, AnswerPassages.FINDINGS)
    assert any("“不属于本机关负责公开”的答复必须写明" in flaw.sentence for flaw in flaws)
    unfounded = spoken.replace("根据{{法律依据}}", "根据有关规定")
    flaws = check(templates, unfounded, AnswerPassages.FINDINGS)
    assert any("[不予公开] 一段没有写明法律依据" in flaw.sentence for flaw in flaws)
    twice = f"甲\n{spoken}[不予公开]\n甲\n"
    sentences = [flaw.sentence for flaw in check(templates, twice, AnswerPassages.FINDINGS)]
    assert "第 1 行在第一个 [ ] 之前，不会印出，请移到所属的一段里" in sentences
    assert any("已有一段，请并成一段" in each for each in sentences)


def test_the_nature_of_information_is_a_clause(templates: LetterTemplates) -> None:
    spoken = in_chinese(templates.text("2019", AnswerPassages.NATURES))
    clause = "属于依法确定为国家秘密的政府信息"
    for spoilt in (f"{clause}。", f"{clause}\n另起一行", ""):
        [flaw] = check(templates, spoken.replace(clause, spoilt), AnswerPassages.NATURES)
        assert flaw.line == 3
    short = spoken.replace("[国家秘密]", "// 国家秘密")
    flaws = check(templates, short, AnswerPassages.NATURES)
    assert any("缺少 [国家秘密] 一段" in flaw.sentence for flaw in flaws)


def test_acceptance_76_an_adapted_template_opens_no_address(
    templates: LetterTemplates,
    fonts: FontSet,
    spoken: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    addresses = "file:///etc/passwd http://127.0.0.1:9/x.png https://qy.example/x //host/share"
    typed = spoken.replace("特此告知。", f"特此告知。{addresses}")
    assert check(templates, typed) == ()
    values = dict.fromkeys(LABELS, "甲") | {"request_text": addresses}
    adapted = templates.adapted({("2019", EXTENSION): tidy_template(typed)})
    letter = adapted.compose(EXTENSION, statute="2019", values=values)
    before = render_pdf(letter, fonts=fonts)

    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise AssertionError(args, kwargs)

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("reportlab.lib.utils.open_for_read", refuse)
    assert render_pdf(letter, fonts=fonts) == before
    assert b"/URI" not in before


def test_an_adapted_wording_leaves_the_default_alone(
    templates: LetterTemplates, spoken: str
) -> None:
    text = tidy_template(spoken.replace("特此告知", "专此告知"))
    adapted = templates.adapted({("2019", EXTENSION): text})
    values = dict.fromkeys(LABELS, "甲")
    said = [each.compose(EXTENSION, statute="2019", values=values) for each in (templates, adapted)]
    assert [letter.blocks[-1].text for letter in said] == ["特此告知。", "专此告知。"]
    assert adapted.version("2019", EXTENSION) != templates.version("2019", EXTENSION)
    assert adapted.version("2007", EXTENSION) == templates.version("2007", EXTENSION)
    natures = in_chinese(templates.text("2019", AnswerPassages.NATURES)).replace("属于", "系")
    answers = templates.adapted({("2019", AnswerPassages.NATURES): tidy_template(natures)})
    assert answers.version("2019", LetterKind.REPLY) != templates.version("2019", LetterKind.REPLY)
    assert answers.version("2019", EXTENSION) == templates.version("2019", EXTENSION)
    assert answers.natures["2007", "state_secret"] == templates.natures["2007", "state_secret"]


def test_values_of_every_case_are_known_names() -> None:
    assert set(LABELS) >= OF_EVERY_CASE
