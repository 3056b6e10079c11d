"""What a letter would look like in a wording that is still being written, on a case of one's own.

Nothing is kept and no number drawn. What the file does not say stands in 【brackets】 by its name,
so that every line of the wording can be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.documents.letter_forms import FORMS
from casework.documents.letter_templates import answer_kind, needed_for
from casework.documents.letter_values import LABELS, MANDATORY
from casework.documents.template_check import check_template
from casework.documents.template_flaws import tidy_template
from casework.documents.template_syntax import WordingError
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.grounds import Outcome
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import find_ground, get_ground, withholding_grounds_for
from casework.domain.permissions import Permission, require
from casework.domain.procedural_documents import ANSWERS, DOCUMENT_RULES
from casework.domain.remedies import refuses_information
from casework.formatting import chinese_date
from casework.queries.case_facts import latest_draft
from casework.services.agency_templates import wording_of
from casework.services.case_file import open_case
from casework.services.case_letters import find_case_by_number
from casework.services.delivery_records import find_served, served_facts
from casework.services.letter_facts import LetterFacts, letter_facts
from casework.services.letter_writing import (
    BLANK_DATE,
    case_values,
    letter_style,
    remedy_paragraphs,
)
from casework.services.procedural_letters import find_subject

if TYPE_CHECKING:
    from casework.documents.letter_templates import LetterTemplates
    from casework.documents.wording import Letter
    from casework.domain.application import ApplicantType
    from casework.domain.grounds import Ground
    from casework.domain.statutes import StatuteCode
    from casework.domain.template_parts import TemplatePart
    from casework.models import Case
    from casework.services.desk import Desk

_PARTS_WITHHELD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What to preview: a text as it was typed, on which case, for an answer on which ground."""

    statute: StatuteCode
    part: TemplatePart
    text: str
    case_number: str
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The letter as plain text; the page masks the applicant's name."""

    text: str
    case_number: str
    applicant_name: str
    applicant_type: ApplicantType


def preview_text(desk: Desk, trial: Trial) -> Preview:
    """Return the letter as text; RuleBroken names the field that does not do."""
    case, letter = _letter(desk, trial)
    return Preview(
        text=desk.stationery.text_of(letter),
        case_number=case.number,
        applicant_name=case.applicant.name,
        applicant_type=case.applicant_type,
    )


def preview_pdf(desk: Desk, trial: Trial) -> bytes:
    """Return the letter as a PDF marked 草稿."""
    case, letter = _letter(desk, trial)
    kind = trial.part if isinstance(trial.part, LetterKind) else LetterKind.REPLY
    return desk.stationery.pdf(letter, letter_style(case.agency, kind), draft=True)


def _letter(desk: Desk, trial: Trial) -> tuple[Case, Letter]:
    require(desk.actor, Permission.VIEW_TEMPLATES)
    require(desk.actor, Permission.READ_PAPERS)
    if not trial.case_number.strip():
        raise RuleBroken("case_missing", "请填用来预览的申请编号", field="case_number")
    try:
        case = open_case(desk, find_case_by_number(desk, trial.case_number))
    except NotFound as unknown:
        raise RuleBroken("case_unknown", unknown.message, field="case_number") from None
    if case.statute is not trial.statute:
        raise RuleBroken(
            "other_statute",
            f"{case.number} 适用{case.statute.value}年条例，"
            f"请换一件适用{trial.statute.value}年条例的",
            field="case_number",
        )
    templates = _templates(desk, case, trial)
    kind = trial.part if isinstance(trial.part, LetterKind) else LetterKind.REPLY
    if kind in ANSWERS:
        return case, _answer(desk, case, trial, kind, templates)
    return case, templates.compose(
        kind,
        statute=case.statute.value,
        values=_procedural_values(desk, case, kind),
        complete=False,
    )


def _templates(desk: Desk, case: Case, trial: Trial) -> LetterTemplates:
    stored = tidy_template(trial.text)
    statute = trial.statute.value
    try:
        return wording_of(desk, case.agency).templates.adapted({(statute, trial.part): stored})
    except WordingError:
        default = desk.stationery.templates().text(statute, trial.part)
        flaws = check_template(statute, trial.part, stored, default=default)
        raise RuleBroken("template_flawed", flaws[0].sentence, field="text") from None


def _procedural_values(desk: Desk, case: Case, kind: LetterKind) -> dict[str, str]:
    rule = DOCUMENT_RULES.get(kind)  # none for what an act issues by itself (撤销告知书)
    fact = find_subject(case, rule) if rule else None
    try:
        facts = letter_facts(desk, case, kind, fact)
    except RuleBroken:
        facts = LetterFacts()
    if kind is LetterKind.DELIVERY_RECORD:
        fixed, suggested = served_facts(desk, case, find_served(desk, case, ""))
        facts = LetterFacts(fixed=fixed, suggested=suggested)
    fields = FORMS.get(kind, ())
    days = {field.name for field in fields if field.shape.is_day}
    today = chinese_date(desk.today)
    named = MANDATORY[kind] | {field.name for field in fields}
    values = {name: today if name in days else f"【{LABELS[name]}】" for name in named}
    known = case_values(case) | {
        name: text for name, text in facts.suggested.items() if name not in days
    }
    return values | {name: text for name, text in (known | facts.fixed).items() if text} | _BLANKS


_BLANKS = {"document_number": "", "dated": BLANK_DATE}


def _answer(
    desk: Desk, case: Case, trial: Trial, kind: LetterKind, templates: LetterTemplates
) -> Letter:
    draft = latest_draft(desk.session, case.id)
    own = get_ground(draft.ground) if draft is not None else None
    ground = find_ground(trial.ground) or own
    if ground is None or (isinstance(trial.part, LetterKind) and answer_kind(ground) is not kind):
        raise RuleBroken("ground_missing", "请选按哪一种办理情形预览", field="ground")
    statute = case.statute.value
    if statute not in ground.basis or (statute, ground.letter) not in templates.findings:
        raise RuleBroken(
            "ground_not_in_statute", "这份文本里没有这种办理情形，请改选", field="ground"
        )
    withheld = _withheld(statute, ground)
    values = {
        name: f"【{LABELS[name]}】" for name in MANDATORY[kind] | needed_for(ground, withheld)
    }
    values |= {name: text for name, text in case_values(case).items() if text}
    if draft is not None and own == ground:
        values |= draft.particulars
    values["remedy"] = "\n".join(
        remedy_paragraphs(
            case, kind, withholds=refuses_information(ground, withheld), decided_on=desk.today
        )
    )
    return templates.compose_answer(
        ground, statute=statute, values=values | _BLANKS, withheld=withheld, complete=False
    )


def _withheld(statute: str, ground: Ground) -> tuple[Ground, ...]:
    if ground.outcome is not Outcome.PARTLY_DISCLOSED:
        return ()
    return withholding_grounds_for(statute)[:_PARTS_WITHHELD]
