from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.template_chinese import PASSAGES, SPOKEN, from_chinese, in_chinese
from casework.documents.template_flaws import tidy_template

if TYPE_CHECKING:
    from casework.documents.letter_templates import LetterTemplates

PIECES = ["{{", "}}", "[[", "]]", "｛｛", "］］", "如有 ", "if ", "收到日期", "reason", " ", "\n",
          "标题：", "title: ", "[", "]", "不予公开", "not_disclosed", "甲", "// ", "完", "否则",
          "：", "\n\n", "\t", "\r\n"]  # fmt: skip


def test_every_default_reads_in_chinese_and_back_line_by_line(templates: LetterTemplates) -> None:
    for key, text in templates.texts.items():
        spoken = in_chinese(text)
        assert spoken.count("\n") == text.count("\n"), key
        assert tidy_template(spoken) == text, key
        assert "{{ " not in spoken, key
        assert "[[if" not in spoken, key


def test_no_two_names_are_spoken_alike() -> None:
    assert len(set(SPOKEN.values())) == len(SPOKEN)
    assert len(set(PASSAGES.values())) == len(PASSAGES)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("{{收到日期}}", "{{ received_on }}"),
        ("｛｛ 收到日期 ｝｝", "{{ received_on }}"),
        ("{{received_on}}", "{{ received_on }}"),
        ("{{称谓（您或者贵单位）}}", "{{ salutation }}"),
        ("[[如有理由]]甲[[否则]]乙[[结束]]", "[[if reason]]甲[[else]]乙[[end]]"),
        ("［［如无 理由］］甲［［完］］", "[[if not reason]]甲[[end]]"),
        (
            "标题: 答复书\n文号：{{文号}}\n\n正文",
            "title: 答复书\nnumber: {{ document_number }}\n\n正文",
        ),
        ("[不予公开]\n甲", "[not_disclosed]\n甲"),
        ("正文里的标题：不是开头", "正文里的标题：不是开头"),
        ("{{没有的}}", "{{ 没有的 }}"),
    ],
)
def test_what_people_type_is_understood(typed: str, stored: str) -> None:
    assert from_chinese(typed) == stored


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_reading_back_what_is_shown_changes_nothing(typed: str) -> None:
    stored = tidy_template(typed)
    assert tidy_template(in_chinese(stored)) == stored
    assert in_chinese(stored).count("\n") == stored.count("\n")
