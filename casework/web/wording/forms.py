"""The forms of 文书模板, and how a list of placeholders is shown beside the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wtforms import HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from casework.documents.letter_forms import FORMS
from casework.documents.letter_templates import answer_kind
from casework.documents.letter_values import LABELS, MANDATORY, OF_EVERY_CASE, UNSAYABLE
from casework.documents.template_chinese import SPOKEN
from casework.documents.template_flaws import name_lines, tidy_template
from casework.domain.grounds import Outcome
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import grounds_for
from casework.domain.procedural_documents import ANSWERS
from casework.web.fields import PageForm, long_text_limits, options, short_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.domain.statutes import StatuteCode
    from casework.domain.template_parts import TemplatePart


class TrialFields(PageForm):
    """Which case a wording is tried on, and for an answer on which ground."""

    case_number = short_text("预览用的申请编号")
    ground = SelectField("按哪一种办理情形", validate_choice=False)


class TemplateForm(TrialFields):
    """The text, why it is changed, and what was newest when the page was opened."""

    # The length is the check's to name: a text that is too long must come back, not be cut.
    text = TextAreaField("模板文字")
    reason = TextAreaField("为什么改", validators=long_text_limits("为什么改"))
    newest = IntegerField(
        "", widget=HiddenInput(), validators=[InputRequired("页面缺少版本号，请重新打开")]
    )


class ReleaseForm(PageForm):
    """批准启用: of the text with this hash."""

    sha256 = HiddenField("")


class OpinionForm(PageForm):
    """不予批准, 停用: with words."""

    words = TextAreaField("意见或者原因", validators=long_text_limits("意见或者原因"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceholderLine:
    """One placeholder of the list: how it is written, what stands there, whether it must."""

    mark: str
    meaning: str
    must: bool
    written: bool


def placeholders(part: TemplatePart, text: str, default: str) -> list[PlaceholderLine]:
    """Return what may be written into this text, the parts that must stand in it first."""
    written = {name for name, _ in name_lines(tidy_template(text))}
    offered = _offered(part, default)
    must = set(MANDATORY[part]) if isinstance(part, LetterKind) else set()
    if isinstance(part, LetterKind):
        must |= {"remedy"} if part.has_remedy else set()
        must |= {"document_number"} if part.series else set()
        offered -= UNSAYABLE.get(part, frozenset())
    lines = [
        PlaceholderLine(
            mark=f"{{{{{SPOKEN[name]}}}}}",
            meaning=_MEANINGS.get(name, LABELS[name]),
            must=name in must,
            written=name in written,
        )
        for name in LABELS
        if name in offered | must
    ]
    return sorted(lines, key=lambda line: not line.must)


def _offered(part: TemplatePart, default: str) -> set[str]:
    names = {name for name, _ in name_lines(default)} | OF_EVERY_CASE
    if isinstance(part, LetterKind):
        names |= {field.name for field in FORMS.get(part, ())}
    return names


_MEANINGS = {
    "salutation": "对公民写“您”，对单位写“贵单位”",
    "applicant_name": "申请人的姓名或者名称",
    "applicant_type": "公民、商业企业、科研机构等",
    "applicant_contact": "电话、地址或者电子邮箱",
    "channel": "当面、信函、网络、传真",
    "request_text": "申请原文，一字不改",
    "submitted_on": "申请人提交的日期",
    "received_on": "收到申请之日，答复期限由此起算",
    "due_on": "法定答复期限的最后一天",
    "document_number": "出具、签发时编的文号",
    "dated": "出具、签发的日期",
    "handling_unit": "承办科室",
    "agency_name": "出具文书的机关的全称",
    "agency_address": "文书设置中的机关地址",
    "agency_postcode": "文书设置中的邮政编码",
    "contact_person": "文书设置中的联系科室",
    "contact_phone": "文书设置中的联系电话",
    "finding": "按办理情形写出的认定和决定，另行改写",
    "remedy": "按作出决定的日期写出的复议、诉讼途径",
    "basis": "办理情形对应的条例条款",
    "nature": "信息的性质，另行改写",
    "withheld_nature": "不予公开的部分是什么性质的信息",
    "withheld_basis": "不予公开的部分对应的条例条款",
    "extension_days": "批准延长的工作日数",
    "extension_reason": "批准延期时写的理由",
}
"""Said in more words where the name alone does not tell."""


def ground_choices(statute: StatuteCode, part: TemplatePart) -> list[Any]:
    """Return the grounds an answer can be tried on; none for a procedural document."""
    if isinstance(part, LetterKind) and part not in ANSWERS:
        return []
    found: Iterable[tuple[str, str]] = (
        (ground.code, f"{outcome.label}：{ground.label}")
        for outcome in Outcome
        for ground in grounds_for(statute.value, outcome)
        if not isinstance(part, LetterKind) or answer_kind(ground) is part
    )
    return options([("", "照这件案件的稿件"), *found])
