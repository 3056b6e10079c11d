from __future__ import annotations

from casework.web.difference import Mark, compare


def words(runs) -> str:
    return "".join(run.text for run in runs)


def test_the_same_letter_is_all_the_same() -> None:
    found = compare("一、公开。\n\n二、不公开。", "一、公开。\n二、不公开。")
    assert [row.mark for row in found.rows] == [Mark.SAME, Mark.SAME]
    assert found.in_words == "同 2 段"


def test_a_changed_paragraph_shows_what_went_and_what_came() -> None:
    found = compare("清单涉及个人隐私，不予公开。", "清单涉及个人隐私，姓名不予公开。")
    [row] = found.rows
    assert row.mark is Mark.CHANGED
    assert [run.text for run in row.after if run.changed] == ["姓名"]
    assert not any(run.changed for run in row.before)


def test_an_added_and_a_removed_paragraph_stand_alone() -> None:
    added = compare("甲段落在这里。", "甲段落在这里。\n另加一段完全不同的话。")
    assert [row.mark for row in added.rows] == [Mark.SAME, Mark.ADDED]
    assert added.rows[1].before == ()
    removed = compare("甲段落在这里。\n另有一段完全不同的话。", "甲段落在这里。")
    assert [row.mark for row in removed.rows] == [Mark.SAME, Mark.REMOVED]
    assert removed.in_words == "删 1 段，同 1 段"


def test_nothing_of_either_text_is_lost() -> None:
    before = "一、可以公开。\n二、涉及个人隐私，第三方不同意公开。\n三、特此答复。"
    after = (
        "一、可以公开，见附件。\n二、总额可以公开；各户金额涉及个人隐私。\n"
        "四、如对本答复不服。\n特此答复。"
    )
    found = compare(before, after)
    assert "\n".join(words(row.before) for row in found.rows if row.before) == before
    assert "\n".join(words(row.after) for row in found.rows if row.after) == after
