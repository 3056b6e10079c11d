"""办理结果 in a ledger: the labels of either form, read into grounds, and written back.

A ledger says ``不同意公开-涉及国家秘密`` or ``不予公开-属于国家秘密``; a ground of ours says more.
A label therefore reads as the broadest ground of its row, and a finer ground is written with the
catalogue's own words, so that what was exported comes back as it was.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from casework.domain.errors import RuleBroken
from casework.domain.ground_catalogue import CATALOGUE
from casework.domain.grounds import Ground, Outcome
from casework.domain.outcomes import find_ground, get_ground

FIELD = "办理结果"

_LABELS_2014 = {
    "属于已主动公开范围": "already_public",
    "同意公开": "disclosed",
    "同意部分公开": "partly_disclosed",
    "不同意公开-涉及国家秘密": "state_secret",
    "不同意公开-涉及商业秘密": "trade_secret",
    "不同意公开-涉及个人隐私": "personal_privacy",
    "不同意公开-危及国家安全、公共安全、经济安全和社会稳定": "safety_and_stability",
    "不同意公开-不是《条例》所指政府信息": "not_government_information",
    "不同意公开-法律法规规定的其他情形": "other_statutory_ground",
    "不属于本行政机关公开": "not_ours",
    "申请信息不存在": "not_existing",
    "告知作出更改补充": "asked_to_amend",
    "告知通过其他途径办理": "other_channel",
}
"""The answer rows of 国办发〔2014〕32号, as a ledger writes them."""

_LABELS_2021 = {
    "予以公开": "disclosed",
    "部分公开": "partly_disclosed",
    "不予公开-属于国家秘密": "state_secret",
    "不予公开-其他法律行政法规禁止公开": "forbidden_by_law",
    "不予公开-危及“三安全一稳定”": "safety_and_stability",
    "不予公开-保护第三方合法权益": "third_party_interest",
    "不予公开-属于三类内部事务信息": "internal_affairs",
    "不予公开-属于四类过程性信息": "process_information",
    "不予公开-属于行政执法案卷": "enforcement_file",
    "不予公开-属于行政查询事项": "query_matter",
    "无法提供-本机关不掌握相关政府信息": "not_held",
    "无法提供-没有现成信息需要另行制作": "needs_compiling",
    "无法提供-补正后申请内容仍不明确": "still_unclear",
    "不予处理-信访举报投诉类申请": "petition",
    "不予处理-重复申请": "repeat",
    "不予处理-要求提供公开出版物": "publication",
    "不予处理-无正当理由大量反复申请": "excessive",
    "不予处理-要求行政机关确认或重新出具已获取信息": "reconfirm",
    "其他处理-无正当理由逾期不补正": "not_corrected",
    "其他处理-逾期未缴纳费用": "fee_unpaid",
    "其他处理-其他": "other",
}
"""The result rows of 国办公开办函〔2021〕30号; the 2019 form has the same but one 其他处理."""

_SYNONYMS = {
    "部分公开(区分处理的,只计这一情形,不计其他情形)": "partly_disclosed",
    "其他处理": "other",
    "其他处理-申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "not_corrected",
    "其他处理-申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": "fee_unpaid",
    "其他处理-逾期不补正": "not_corrected",
    "其他处理-逾期未缴费": "fee_unpaid",
    "其他处理-撤回": "withdrawn",
    "其他处理-申请人撤回": "withdrawn",
    "撤回": "withdrawn",
    "撤回申请": "withdrawn",
    "申请人撤回": "withdrawn",
    "申请人主动撤回": "withdrawn",
    "申请人主动撤销": "withdrawn",
    "已主动公开": "already_public",
    "已主动公开范围": "already_public",
    "属于主动公开范围": "already_public",
    "全部公开": "disclosed",
    "同意全部公开": "disclosed",
    "公开": "disclosed",
    "不同意公开-危及三安全一稳定": "safety_and_stability",
    "不同意公开-非政府信息": "not_government_information",
    "不同意公开-不是条例所指政府信息": "not_government_information",
    "不同意公开-其他情形": "other_statutory_ground",
    "非政府信息": "not_government_information",
    "不予公开-内部事务信息": "internal_affairs",
    "不予公开-过程性信息": "process_information",
    "不予公开-第三方合法权益": "third_party_interest",
    "无法提供-不存在": "not_existing",
    "无法提供-信息不存在": "not_existing",
    "无法提供-本机关不掌握": "not_held",
    "信息不存在": "not_existing",
    "政府信息不存在": "not_existing",
    "不存在": "not_existing",
    "无法提供-不属于本机关": "not_ours",
    "非本机关公开": "not_ours",
    "不属于本机关": "not_ours",
    "不属于本机关公开": "not_ours",
    "不属于本机关负责公开": "not_ours",
    "非本部门掌握": "not_ours",
    "告知作出更正补充": "asked_to_amend",
    "告知作出更改、补充": "asked_to_amend",
    "告知更改补充": "asked_to_amend",
    "更改补充": "asked_to_amend",
    "告知通过其他途径": "other_channel",
    "其他途径": "other_channel",
    "不予处理-信访": "petition",
    "不予处理-信访投诉举报": "petition",
    "不予重复处理": "repeat",
    "重复申请": "repeat",
}

_CLASS_ONLY = {
    "不予公开": "不予公开-属于国家秘密",
    "不同意公开": "不同意公开-涉及国家秘密",
    "无法提供": "无法提供-本机关不掌握相关政府信息",
    "不予处理": "不予处理-重复申请",
}
"""Classes that say too little by themselves, each with an example of what would be enough."""

_DASHES = re.compile(r"[-－—–‐‑‒―─−﹣~～:：>/／|｜]+")
_QUOTES = re.compile(r"[“”\"'‘’「」『』《》〈〉<>]")
_NUMBERING = re.compile(
    r"^(?:其中)?(?:\([一二三四五六七八九]\)|[一二三四五六七八九]、|\d{1,2}[.、])*"
)
_TAIL = re.compile(r"(?:答复)?数$")
_PARTS = frozenset({"部分公开", "同意部分公开"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOutcome:
    """What one cell of 办理结果 says: the ground that counts, and why a part was withheld."""

    ground: Ground
    withheld: tuple[Ground, ...] = ()


def read_label(text: str) -> LedgerOutcome:
    """Read a cell of 办理结果; RuleBroken(field="办理结果") if it says too little or is unknown.

    Understood are the labels of the 2014, 2019 and 2021 forms, with or without their numbering,
    with any dash, colon or bracket between class and ground; catalogue codes; the catalogue's own
    words; the usual synonyms. ``部分公开-个人隐私`` keeps the ground of the withheld part.
    """
    by_code = find_ground(text.strip().lower())
    if by_code is not None:
        return LedgerOutcome(ground=by_code)
    key = _key(text)
    if not key:
        raise RuleBroken("outcome_missing", "办理结果是空的，请您填写。", field=FIELD)
    ground = _BY_KEY.get(key)
    if ground is not None:
        return LedgerOutcome(ground=ground)
    head, _, tail = key.partition("-")
    if head in _PARTS and tail:
        return LedgerOutcome(ground=get_ground("partly_disclosed"), withheld=_withheld(text, tail))
    if key in _CLASS_ONLY:
        raise RuleBroken(
            "outcome_without_ground",
            f"办理结果“{text.strip()}”没有写理由，请您写成“{_CLASS_ONLY[key]}”这样的格式。",
            field=FIELD,
        )
    raise RuleBroken(
        "outcome_unknown",
        f"办理结果“{text.strip()}”不在两种统计表的名目之内，请您改用统计表上的名称，"
        "如“不予公开-属于国家秘密”。",
        field=FIELD,
    )


def ground_from_label(text: str) -> Ground:
    """Return the ground that counts for a cell of 办理结果; RuleBroken as in ``read_label``."""
    return read_label(text).ground


def label_for_ledger(ground: Ground, *, form: str = "2021") -> str:
    """Return the label that reads back as exactly this ground.

    It is the row's label in ``form`` ("2014" or "2021") if the ground is the one that label
    stands for, else the other form's, else the catalogue's own ``class-ground``.
    """
    first, second = (_WRITE_2014, _WRITE_2021) if form == "2014" else (_WRITE_2021, _WRITE_2014)
    return first.get(ground.code) or second.get(ground.code) or ground.full_label


def _withheld(text: str, tail: str) -> tuple[Ground, ...]:
    grounds = tuple(
        found
        for part in re.split(r"[、,，和及+]", tail)
        if (found := _withholding_key(part)) is not None
    )
    if not grounds:
        raise RuleBroken(
            "withheld_ground_unknown",
            f"办理结果“{text.strip()}”中不公开部分的理由不在理由表内，请您改用不予公开的理由名称。",
            field=FIELD,
        )
    return grounds


def _withholding_key(part: str) -> Ground | None:
    for head in ("不予公开", "不同意公开"):
        for prefix in ("", "属于", "涉及"):
            ground = _BY_KEY.get(f"{head}-{prefix}{part}")
            if ground is not None:
                return ground
    return None


def _key(text: str) -> str:
    """Fold away what does not distinguish: width, spaces, quotes, numbering, kind of dash."""
    folded = unicodedata.normalize("NFKC", text)
    folded = _QUOTES.sub("", "".join(folded.split()))
    parts = [_NUMBERING.sub("", part) for part in _DASHES.split(folded)]
    if len(parts) == 1:
        parts = _bracketed(parts[0])
    return "-".join(_TAIL.sub("", part).replace(",", "、") for part in parts if part)


def _bracketed(text: str) -> list[str]:
    """Split ``不予公开(属于国家秘密)`` at its brackets; other text stays whole."""
    match = re.fullmatch(r"([^()]+)\(([^()]+)\)", text)
    return [_NUMBERING.sub("", part) for part in match.groups()] if match else [text]


def _index() -> dict[str, Ground]:
    index: dict[str, Ground] = {}
    for table in (_LABELS_2021, _LABELS_2014, _SYNONYMS):
        index.update({_key(label): get_ground(code) for label, code in table.items()})
    for ground in CATALOGUE:
        index.setdefault(_key(ground.full_label), ground)
    for label, code in (*_LABELS_2021.items(), *_LABELS_2014.items()):
        _, dash, tail = _key(label).partition("-")
        if dash and tail != "其他":
            index.setdefault(tail, get_ground(code))
    for ground in CATALOGUE:
        if ground.outcome is not Outcome.PARTLY_DISCLOSED:
            index.setdefault(_key(ground.label), ground)
    return index


_WRITE_2014 = {code: label for label, code in _LABELS_2014.items()}
_WRITE_2021 = {code: label for label, code in _LABELS_2021.items()}
_BY_KEY = _index()
