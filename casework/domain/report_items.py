"""What reports quote of a year's table, in the words they use, and the cells it must equal.

Written from published reports (郴州市 2015, 高港区 2017, 红旗区 2018, 贵阳经开区 2018) and from the
labels of the forms. The patterns are read on text in half-width signs without spaces;
``(?P<n>…)`` is the number. A gap holds no digit and no mark that ends a clause, so that a number
is never taken across one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from casework.domain.sentences import short_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.annual_form import Form
    from casework.domain.annual_table import Cell

Base = Literal["received", "finished", ""]
"""Of what a share in percent is taken; "" where reports give none."""

_GAP = r"[^\d,。;、:!?\n]{0,14}?"
_WIDE_GAP = r"[^\d,。;:!?\n]{0,40}?"
_SHORT = r"[^\d,。;、:!?\n]{0,6}?"
_N = r"(?P<n>\d+)(?:余)?(?:件|条|宗|起|份|项|次|人)"
_ENDED = r"(?![^,。;]{0,16}尚未审结)"
_MONEY = r"(?P<n>\d+(?:\.\d+)?)(?P<unit>万元|元)"
TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One number that reports quote: its name, how it is worded, the cells that add up to it.

    ``not_after`` are words right before a match that make it another number (按时办结 is no 办结);
    ``base`` tells of what its share is.
    """

    id: str
    name: str
    pattern: re.Pattern[str]
    cells: tuple[Cell, ...]
    base: Base = ""
    not_after: tuple[str, ...] = ()
    is_money: bool = False


def items_of(form: Form) -> tuple[Item, ...]:
    """Return what reports on this form quote."""
    return _of_columns(form) if form.columns else _of_2014()


CHANNELS = (
    ("in_person", "当面申请", r"(?:当面|现场|窗口)", "3.1.1"),
    ("fax", "传真申请", r"传真", "3.1.2"),
    ("online", "网络申请", r"(?:网络|互联网|网上|在线|网站|电子邮件|电子邮箱)", "3.1.3"),
    ("mail", "信函申请", r"(?:信函|邮寄|信件|邮政)", "3.1.4"),
)
"""id, name, wording, row of the 2014 form; later forms have no such rows."""

_RECEIVED = rf"(?:收到|受理|接到|接收|新收|收悉){_GAP}(?:申请|诉求){_SHORT}{_N}"
_RECEIVED_SHORT = rf"(?:收到|受理|接到|新收)(?:依申请公开|政府信息公开申请){_SHORT}{_N}"
_OTHER_ENDS = ("按时", "按期", "如期", "延期", "未", "超过法定期限", "超期", "逾期")
_NOT_RECEIVED = ("上年", "去年", "上年度", "结转", "复议", "诉讼")


def _item(
    key: str,
    name: str,
    pattern: str,
    cells: Sequence[Cell],
    *,
    base: Base = "",
    not_after: tuple[str, ...] = (),
    is_money: bool = False,
) -> Item:
    return Item(
        id=key,
        name=name,
        pattern=re.compile(pattern),
        cells=tuple(cells),
        base=base,
        not_after=not_after,
        is_money=is_money,
    )


def bases_of(form: Form) -> dict[Base, tuple[tuple[Cell, ...], ...]]:
    """Return of which cells a share may be told: results of all answers or of all endings."""
    if not form.columns:
        return {"received": ((("3.1", ""),),), "finished": ((("3.3", ""),), (("3.2", ""),))}
    total = next(column.code for column in form.columns if column.applicant_type is None)
    return {"received": ((("R1", total),),), "finished": ((("R3.7", total),),)}


def channel_items() -> tuple[Item, ...]:
    """Return the four channels; without cells, since only the 2014 form has rows for them."""
    return tuple(
        _item(
            key,
            name,
            rf"{words}(?:书面|提交|方式|提出|收到|渠道|平台)*(?:的|政府信息公开)?(?:申请)?"
            rf"(?:公开)?(?:件数|数|的)?{_SHORT}{_N}",
            (),
            base="received",
        )
        for key, name, words, _ in CHANNELS
    )


def _of_2014() -> tuple[Item, ...]:
    def cell(row: str) -> list[Cell]:
        return [(row, "")]

    rows = {key: row for key, _, _, row in CHANNELS}
    channels = tuple(
        Item(
            id=one.id,
            name=one.name,
            pattern=one.pattern,
            cells=((rows[one.id], ""),),
            base=one.base,
        )
        for one in channel_items()
    )
    answers = (
        ("已主动公开", r"已主动公开(?:范围)?", "3.3.1"),
        ("同意公开", r"(?<!不)同意(?:全部)?公开", "3.3.2"),
        ("同意部分公开", r"部分公开", "3.3.3"),
        ("不同意公开", r"不(?:同意|予)公开", "3.3.4"),
        ("涉及国家秘密", r"涉及国家秘密", "3.3.4.1"),
        ("涉及商业秘密", r"涉及商业秘密", "3.3.4.2"),
        ("涉及个人隐私", r"涉及个人隐私", "3.3.4.3"),
        ("危及国家安全等", r"危[及害]国家安全、公共安全、经济安全和社会稳定", "3.3.4.4"),
        ("不是《条例》所指政府信息", r"不[是属](?:于)?《?(?:政府信息公开)?条例》?所指", "3.3.4.5"),
        ("法律法规规定的其他情形", r"法律法规规定的其他情形", "3.3.4.6"),
        ("不属于本行政机关公开", r"不属于本(?:行政)?机关(?:公开|掌握)?", "3.3.5"),
        ("申请信息不存在", r"信息不存在", "3.3.6"),
        ("告知作出更改补充", r"作出更[改正]、?补充", "3.3.7"),
        ("告知通过其他途径办理", r"通过其他途径(?:办理)?", "3.3.8"),
    )
    return (
        _item("received", "收到申请", _RECEIVED, cell("3.1"), not_after=_NOT_RECEIVED),
        *channels,
        _item(
            "finished",
            "办结",
            rf"办结{_GAP}{_N}",
            cell("3.2"),
            not_after=_OTHER_ENDS,
        ),
        _item(
            "on_time", "按时办结", rf"(?:按时|按期|如期)(?:办结|答复){_SHORT}{_N}", cell("3.2.1")
        ),
        _item("extended", "延期办结", rf"延期(?:办结|答复){_SHORT}{_N}", cell("3.2.2")),
        _item("answered", "共答复", rf"共(?:作出)?答复{_GAP}{_N}", cell("3.3")),
        *(
            _item(row, name, rf"{words}{_SHORT}{_N}", cell(row), base="finished")
            for name, words, row in answers
        ),
        _item("review", "行政复议", _relief("行政复议") + _ENDED, cell("4")),
        _item("suit", "行政诉讼", _relief("行政诉讼") + _ENDED, cell("5")),
        _item("fees", "收取费用", rf"收取?{_GAP}费用?{_SHORT}{_MONEY}", cell("7"), is_money=True),
    )


def _relief(word: str) -> str:
    return rf"{word}(?:申请|案件|的|件数|数量|数|共|计|发生|被申请|受理)*{_N}"


def _of_columns(form: Form) -> tuple[Item, ...]:
    total = next(column.code for column in form.columns if column.applicant_type is None)
    several = [column.code for column in form.columns if column.parent is not None]

    def cell(*rows: str) -> list[Cell]:
        return [(row, total) for row in rows]

    results = []
    for row in form.rows:
        beneath = [one.code for one in form.rows if one.code in form.beneath(row.code)]
        leaves = [code for code in beneath if (one := form.find_row(code)) and one.has_cell]
        name = short_label(row.label)
        is_result = row.code.startswith("R3.") and not row.sum_of
        if is_result and name != "其他":
            first, _, rest = name.partition("、")
            gap = _WIDE_GAP if rest else _GAP
            words = re.escape(first.strip("“”"))
            results.append(
                _item(row.code, name, rf"{words}{gap}{_N}", cell(*leaves), base="finished")
            )
    kinds = [
        _item(
            column.code,
            f"{column.label}的申请",
            rf"{re.escape(column.label)}(?:提出|提交|申请|的)*{_SHORT}{_N}",
            [("R1", column.code)],
            base="received",
        )
        for column in form.columns
        if column.applicant_type is not None and column.label != "其他"
    ]
    return (
        _item("received", "新收申请", _RECEIVED, cell("R1"), not_after=_NOT_RECEIVED),
        _item("carried_in", "上年结转", rf"(?:上年(?:度)?|去年)结转{_GAP}{_N}", cell("R2")),
        *channel_items(),
        *kinds,
        _item(
            "legal_persons",
            "法人或其他组织的申请",
            rf"法人(?:或者?|和|及|、)?其他组织(?:提出|提交|申请|的)*{_SHORT}{_N}",
            [("R1", code) for code in several],
            base="received",
        ),
        _item(
            "finished",
            "办结",
            rf"办结{_GAP}{_N}",
            cell("R3.7"),
            not_after=_OTHER_ENDS,
        ),
        *results,
        _item(
            "carried_out",
            "结转下年度",
            rf"结转(?:至|到)?(?:下(?:一)?年(?:度)?|20\d\d年(?:度)?){_GAP}{_N}"
            rf"|(?P<m>\d+)件{_GAP}结转(?:至|到)?(?:下(?:一)?年|20\d\d年)",
            cell("R4"),
        ),
        _item("review", "行政复议", _relief("行政复议"), [("review", TOTAL)]),
        _item(
            "suit",
            "行政诉讼",
            _relief("行政诉讼"),
            [("direct_suit", TOTAL), ("suit_after_review", TOTAL)],
            not_after=("起诉的",),
        ),
        _item(
            "direct_suit",
            "未经复议直接起诉",
            rf"直接起诉(?:的行政诉讼)?{_SHORT}{_N}",
            [("direct_suit", TOTAL)],
        ),
        _item(
            "suit_after_review",
            "复议后起诉",
            rf"复议后起诉(?:的行政诉讼)?{_SHORT}{_N}",
            [("suit_after_review", TOTAL)],
        ),
    )


RELIEF_RESULTS = (
    ("upheld", "维持", rf"维持[^,。;\d]{{0,16}}{_N}"),
    ("corrected", "纠正", rf"纠[正错]{_SHORT}{_N}"),
    ("other", "其他", rf"其他(?:结果|情形)?{_SHORT}{_N}"),
    ("pending", "尚未审结", rf"尚未审结{_SHORT}{_N}"),
)
"""Result, name, wording: what is told after the total of one kind of 复议 or 诉讼."""

RELIEF_KINDS = (
    ("suit_after_review", "复议后起诉", "复议后起诉", ("直接起诉",)),
    ("direct_suit", "未经复议直接起诉", "直接起诉", ("复议后起诉",)),
    ("review", "行政复议", "行政复议", ("诉讼", "起诉")),
    ("suit", "行政诉讼", "行政诉讼", ("行政复议",)),
)
"""Kind, name, the word a clause on it holds, and words it then does not hold."""

_ROWS_2014 = {"review": "4", "suit": "5"}
_PLACES_2014 = {"upheld": "1", "corrected": "2", "other": "3"}


def relief_details(form: Form) -> tuple[tuple[str, tuple[str, ...], Item], ...]:
    """Return the results of 复议 and 诉讼 as (word of the clause, words not in it, item)."""
    found = []
    for kind, name, word, without in RELIEF_KINDS:
        for result, told, pattern in RELIEF_RESULTS:
            if form.relief is not None:
                cells = [(kind, result)] if kind != "suit" else []
            elif kind in _ROWS_2014 and result in _PLACES_2014:
                cells = [(f"{_ROWS_2014[kind]}.{_PLACES_2014[result]}", "")]
            else:
                cells = []
            if cells:
                item = _item(f"{kind}.{result}", f"{name}{told}", pattern, cells)
                found.append((word, without, item))
    return tuple(found)
