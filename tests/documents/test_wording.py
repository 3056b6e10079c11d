import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.template_syntax import WordingError
from casework.documents.wording import Block, BlockKind, letter_text, parse, render
from casework.domain.errors import RuleBroken

HOSTILE = "{{ agency }} [[if agency]]<b>&amp;\\n{{ __class__ }}[[end]] %s ${x} | # > ---"


def _render(body: str, **values: str) -> tuple[Block, ...]:
    return render(parse(f"title: 答复书\n\n{body}"), values).blocks


def test_prefixes_say_what_a_line_is() -> None:
    blocks = _render("# 一\n## （一）\n> 引\n- 顶\n= 回执\n正文\n~\n---\n// 不印\n\n|3 甲 | 乙")
    assert [block.kind for block in blocks] == [
        BlockKind.HEADING,
        BlockKind.SUBHEADING,
        BlockKind.QUOTE,
        BlockKind.FLUSH,
        BlockKind.TITLE,
        BlockKind.PARAGRAPH,
        BlockKind.BLANK,
        BlockKind.PAGE_BREAK,
        BlockKind.ROW,
    ]
    assert blocks[-1].cells == ("甲", "乙")
    assert blocks[-1].least_lines == 3


def test_values_are_text_and_never_wording() -> None:
    (block,) = _render("申请内容：{{ request }}", request=HOSTILE)
    assert block == Block(BlockKind.PARAGRAPH, f"申请内容：{HOSTILE}")
    for value in ("# 题", "> 引", "---", "~", "// 注", "| 甲 | 乙"):
        assert _render("{{ request }}", request=value) == (Block(BlockKind.PARAGRAPH, value),)
    (row,) = _render("| 内容 | {{ request }}", request="甲|乙")
    assert row.cells == ("内容", "甲|乙")


@given(st.text(max_size=60))
def test_no_value_changes_the_wording_around_it(value: str) -> None:
    blocks = _render("前{{ request }}\n后", request=value)
    assert blocks[-1] == Block(BlockKind.PARAGRAPH, "后")
    assert blocks[0].text.startswith("前")
    assert {block.kind for block in blocks} == {BlockKind.PARAGRAPH}


def test_value_of_several_lines_makes_several_paragraphs() -> None:
    assert [b.text for b in _render("> {{ request }}", request="甲\r\n\r\n乙")] == ["甲", "乙"]


def test_conditions() -> None:
    body = "[[if a]]有{{ a }}[[if not b]]而无乙[[end]][[else]]无[[end]]。"
    assert _render(body, a="甲")[0].text == "有甲而无乙。"
    assert _render(body, a="甲", b="乙")[0].text == "有甲。"
    assert _render(body, a="  ")[0].text == "无。"
    assert _render("[[if a]]> {{ a }}[[end]]", a="甲") == (Block(BlockKind.QUOTE, "甲"),)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("没有标题\n\n正文", "第1行"),
        ("number: 1\n\n正文", "title"),
        ("title: 题\n\n{{ 申请人 }}", "第3行：看不懂的记号"),
        ("title: 题\n\n一\n{{ a.b }}", "第4行"),
        ("title: 题\n\n{{ a | safe }}", "看不懂"),
        ("title: 题\n\n{{ a() }}", "看不懂"),
        ("title: 题\n\n[[if a]]一", "没有对应的"),
        ("title: 题\n\n一[[end]]", "前面没有"),
        ("title: 题\n\n[[if a]]一[[else]]二[[else]]三[[end]]", "没有对应的"),
        ("title: 题\n\n[[for a]]", "看不懂"),
        ("title: 题\n\n" + "[[if a]]" * 9 + "[[end]]" * 9, "太深"),
    ],
)
def test_anything_else_is_refused_when_loaded(text: str, why: str) -> None:
    with pytest.raises(WordingError, match=why):
        parse(text)


def test_unknown_placeholder_is_refused_when_loaded() -> None:
    with pytest.raises(WordingError, match="applicnt_name"):
        parse("title: 题\n\n[[if a]]{{ applicnt_name }}[[end]]", known=["a"])


def test_empty_title_is_refused() -> None:
    with pytest.raises(RuleBroken):
        render(parse("title: {{ a }}\n\n正文"), {})


def test_text_of_a_letter_is_whole() -> None:
    template = parse(
        "title: 答复书\nnumber: {{ n }}\naddressee: {{ a }}\nagency: 某局\ndate: 2026年9月28日\n"
        "attachments: {{ f }}\ncontact: 电话：1\n\n正文\n| 甲 | 乙"
    )
    letter = render(template, {"n": "某公开答〔2026〕1号", "a": "张三", "f": "一\n二"})
    assert letter_text(letter) == (
        "答复书\n某公开答〔2026〕1号\n张三：\n正文\n甲  乙\n附件：1.一\n2.二\n某局\n2026年9月28日\n"
        "电话：1\n"
    )
    assert letter.attachments == ("一", "二")


def test_version_follows_the_text() -> None:
    one = parse("title: 题\n\n正文").version
    assert one == parse("title: 题\r\n\r\n正文").version
    assert one != parse("title: 题\n\n正文。").version
