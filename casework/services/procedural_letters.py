"""出具文书: a procedural or internal document is filled in, looked at, issued and frozen.

Issuing draws the number from the document's own series, prints the PDF, stores its bytes with
their SHA-256 and writes the event, all in one transaction: there is never a number without a
paper, nor a paper without a trace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from casework.documents.letter_forms import FORMS, Shape
from casework.documents.letter_values import LABELS, UNSAYABLE
from casework.domain.errors import RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.procedural_documents import (
    AMENDMENT_DECIDED,
    DOCUMENT_RULES,
    ISSUE_DOCUMENT,
    decide_document,
    fact_missing,
    is_upon,
)
from casework.domain.text import clean_text
from casework.formatting import chinese_date, short_date
from casework.models import Document
from casework.queries.case_facts import standing_events_of
from casework.queries.case_side import list_amendments
from casework.services.agency_templates import keep_wording, templates_as_kept, wording_of
from casework.services.case_file import CaseKey, open_case, record_event
from casework.services.delivery_records import find_served, list_served, served_facts
from casework.services.letter_facts import LetterFacts, letter_facts
from casework.services.letter_writing import BLANK_DATE, case_values, letter_style
from casework.services.official_print import draw_document_number, freeze, replace_void
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.documents.letter_templates import LetterTemplates
    from casework.documents.wording import Letter
    from casework.domain.procedural_documents import DocumentRule
    from casework.models import Case, ClockFact
    from casework.services.agency_templates import Wording
    from casework.services.delivery_records import Served
    from casework.services.desk import Desk

_SERVED = "served"
_NAMES_A_PERSON = 2  # a single character is no name to look for in a text


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """What the officer typed: ``filled`` by the names of the form, days as ISO text.

    ``about`` is the id of the clock's fact the document tells of, None for the newest; ``served``
    says of a 送达回证 which document it is for (services.delivery_records), "" for the newest.
    """

    kind: LetterKind
    filled: Mapping[str, str] = field(default_factory=dict)
    about: int | None = None
    served: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A fact the document can tell of: 第三方：某公司（9月10日）."""

    id: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedForm:
    """What the form shows before anybody types: subjects, proposals, what was issued before."""

    kind: LetterKind
    about: int | None
    subjects: tuple[Subject, ...]
    suggested: Mapping[str, str]
    earlier: tuple[str, ...]
    served: tuple[Served, ...] = ()
    chosen: Served | None = None


def prepare_document(
    desk: Desk, case_id: int, kind: LetterKind, *, about: int | None = None, served: str = ""
) -> PreparedForm:
    """Return the form of ``kind`` as the file fills it; raises what ``decide_document`` raises."""
    case = open_case(desk, case_id)
    rule = _decide(desk, case, kind)
    fact = find_subject(case, rule, about)
    listed = tuple(list_served(desk, case)) if kind is LetterKind.DELIVERY_RECORD else ()
    return PreparedForm(
        kind=kind,
        about=fact.id if fact else None,
        subjects=tuple(
            Subject(id=each.id, label=f"{each.whom}（{short_date(each.happened_on)}）")
            for each in _subjects(case, rule)
            if each.whom
        ),
        suggested=_facts(desk, case, kind, fact, served).suggested,
        served=listed,
        chosen=find_served(desk, case, served) if listed else None,
        earlier=tuple(
            desk.session.scalars(
                select(Document.document_number).where(
                    Document.case_id == case.id,
                    Document.kind == kind,
                    Document.document_number.is_not(None),
                    Document.voided_on.is_(None),
                )
            )
        ),
    )


def preview_text(desk: Desk, case_id: int, text: DocumentText) -> str:
    """Return the whole document as plain text, number and date blank."""
    case = open_case(desk, case_id)
    letter, _fact = _compose_checked(desk, case, text, wording_of(desk, case.agency))
    return desk.stationery.text_of(letter)


def preview_pdf(desk: Desk, case_id: int, text: DocumentText) -> bytes:
    """Return the document as a PDF marked 草稿."""
    case = open_case(desk, case_id)
    letter, _fact = _compose_checked(desk, case, text, wording_of(desk, case.agency))
    return desk.stationery.pdf(letter, letter_style(case.agency, text.kind), draft=True)


def issue_document(desk: Desk, case_id: int, text: DocumentText, *, version: int | None) -> CaseKey:
    """出具: number, paper, hash and event at once, or none of them.

    Raises RuleBroken naming the field that is missing or wrong, TransitionRefused and
    PermissionRefused as the table of domain.procedural_documents says.
    """
    with transaction(desk.session):
        case = open_case(desk, case_id, expected_version=version)
        issue_within(desk, case, text)
        return CaseKey(case.id, case.number)


def issue_as_suggested(desk: Desk, case_id: int, kind: LetterKind) -> int:
    """Issue a document that the file fills by itself, as 登记回执; return the document's id."""
    suggested = prepare_document(desk, case_id, kind).suggested
    with transaction(desk.session):
        document = issue_within(
            desk, open_case(desk, case_id), DocumentText(kind=kind, filled=suggested)
        )
        desk.session.flush()
        return document.id


def issue_within(desk: Desk, case: Case, text: DocumentText) -> Document:
    """Issue a document inside the caller's act: for acts that record the fact and tell of it."""
    rule = _decide(desk, case, text.kind)
    wording = wording_of(desk, case.agency)
    _unnumbered, fact = _compose_checked(desk, case, text, wording)
    number = draw_document_number(desk, case, text.kind) if text.kind.series else ""
    letter = compose_document(
        desk,
        case,
        text,
        templates=wording.templates,
        fact=fact,
        number=number,
        dated_on=desk.today,
    )
    document = freeze(desk, case, text.kind, letter)
    document.filled = _cleaned(text)
    if served := _served(desk, case, text.kind, text.served):
        document.filled = {**document.filled, _SERVED: served.key}
    document.templates = keep_wording(desk, wording, case.statute.value, text.kind)
    document.about_id = fact.id if fact else None
    replace_void(desk, document)
    case.changed_at = desk.now
    flag_modified(case, "changed_at")  # the version counts up though nothing else changed
    record_event(
        desk,
        case=case,
        action=ISSUE_DOCUMENT,
        permission=rule.permission,
        detail={"kind": text.kind.value, "number": number, "hash": document.sha256},
    )
    return document


def compose_document(
    desk: Desk,
    case: Case,
    text: DocumentText,
    *,
    templates: LetterTemplates,
    fact: ClockFact | None,
    number: str = "",
    dated_on: date | None = None,
    complete: bool = True,
) -> Letter:
    """Return the document as it reads with this number and date; blank while they are unknown."""
    facts = _facts(desk, case, text.kind, fact, text.served)
    typed = _cleaned(text)
    shapes = {each.name: each.shape for each in FORMS[text.kind]}
    written = {
        name: chinese_date(date.fromisoformat(value)) if shapes[name].is_day and value else value
        for name, value in typed.items()
    }
    values = case_values(case) | {"document_number": number} | written | facts.fixed
    values["dated"] = chinese_date(dated_on) if dated_on else BLANK_DATE
    return templates.compose(
        text.kind, statute=case.statute.value, values=values, complete=complete
    )


def draft_of(desk: Desk, case: Case, kind: LetterKind, filled: Mapping[str, str]) -> Letter:
    """Return the document as the file fills it now, ``filled`` over it, for printing on demand.

    Forms that stay in the office may have blanks, to be written by hand; a letter may not.
    """
    rule = DOCUMENT_RULES[kind]
    fact = find_subject(case, rule)
    told = [(fact.kind, fact.party)] if fact else _facts_on_file(desk, case)
    if rule.upon is not None and not any(is_upon(rule, *one) for one in told):
        raise fact_missing(rule)
    typed = {**_facts(desk, case, kind, fact, "").suggested, **filled}
    text = DocumentText(kind=kind, filled=typed)
    templates = wording_of(desk, case.agency).templates
    return compose_document(
        desk, case, text, templates=templates, fact=fact, complete=not kind.internal
    )


def reissued_letter(desk: Desk, case: Case, document: Document) -> Letter:
    """Return the letter of an issued document anew, from what was typed then: for DOCX."""
    facts = {fact.id: fact for fact in case.clock_events}
    text = DocumentText(
        kind=document.kind, filled=document.filled, served=document.filled.get(_SERVED, "")
    )
    return compose_document(
        desk,
        case,
        text,
        templates=templates_as_kept(desk, document.templates, case.statute.value),
        fact=facts.get(document.about_id) if document.about_id else None,
        number=document.document_number or "",
        dated_on=document.dated_on,
        complete=False,
    )


def _decide(desk: Desk, case: Case, kind: LetterKind) -> DocumentRule:
    return decide_document(
        kind,
        desk.actor,
        state=case.state,
        statute=case.statute.value,
        facts=_facts_on_file(desk, case),
    )


def _facts_on_file(desk: Desk, case: Case) -> list[tuple[str, str | None]]:
    facts = [(fact.kind, fact.party) for fact in standing_events_of(case)]
    decided = (one.outcome for one in list_amendments(desk.session, case.id))
    return facts + [(AMENDMENT_DECIDED, outcome) for outcome in decided if outcome is not None]


def _facts(
    desk: Desk, case: Case, kind: LetterKind, fact: ClockFact | None, served: str
) -> LetterFacts:
    if kind is not LetterKind.DELIVERY_RECORD:
        return letter_facts(desk, case, kind, fact)
    fixed, suggested = served_facts(desk, case, _served(desk, case, kind, served))
    return LetterFacts(fixed=fixed, suggested=suggested)


def _served(desk: Desk, case: Case, kind: LetterKind, key: str) -> Served | None:
    return find_served(desk, case, key) if kind is LetterKind.DELIVERY_RECORD else None


def _subjects(case: Case, rule: DocumentRule) -> list[ClockFact]:
    if rule.upon is None:
        return []
    return [fact for fact in standing_events_of(case) if is_upon(rule, fact.kind, fact.party)]


def find_subject(case: Case, rule: DocumentRule, about: int | None = None) -> ClockFact | None:
    """Return the fact of the clock a document tells of, the newest unless ``about`` says which."""
    found = _subjects(case, rule)
    if about is None:
        return found[-1] if found else None
    chosen = next((fact for fact in found if fact.id == about), None)
    if chosen is None:
        raise RuleBroken("subject_unknown", "请选文书针对的那一次登记", field="about")
    return chosen


def _compose_checked(
    desk: Desk, case: Case, text: DocumentText, wording: Wording
) -> tuple[Letter, ClockFact | None]:
    rule = _decide(desk, case, text.kind)
    _check(desk, case, text)
    fact = find_subject(case, rule, text.about)
    return compose_document(desk, case, text, templates=wording.templates, fact=fact), fact


def _check(desk: Desk, case: Case, text: DocumentText) -> None:
    typed = _cleaned(text)
    for each in FORMS[text.kind]:
        value = typed.get(each.name, "")
        if not value and not each.optional:
            raise RuleBroken(
                "letter_incomplete",
                f"请填{each.label}",
                field=each.name,
                basis=text.kind.basis,
            )
        if not value or not each.shape.is_day:
            continue
        day = date.fromisoformat(value)
        if each.shape is Shape.DAY_AHEAD and day <= desk.today:
            raise RuleBroken("day_gone_by", f"{each.label}须在今天之后", field=each.name)
        if each.shape is Shape.DAY_PAST and day > desk.today:
            raise RuleBroken("day_to_come", f"{each.label}不能晚于今天", field=each.name)
    if "applicant_name" in UNSAYABLE.get(text.kind, frozenset()):
        _keep_the_applicant_unnamed(case, typed)


def _keep_the_applicant_unnamed(case: Case, typed: Mapping[str, str]) -> None:
    """Refuse a letter from which a third party would learn who asked (个人信息保护法第三十四条)."""
    applicant = case.applicant
    secrets = (applicant.name, applicant.phone, applicant.id_number, applicant.email)
    for name, value in typed.items():
        if any(len(each) >= _NAMES_A_PERSON and each in value for each in secrets):
            raise RuleBroken(
                "names_applicant",
                f"{LABELS[name]}里写有申请人的姓名、名称或者联系方式，对方不应知道申请人是谁，请改写",
                field=name,
                basis="个人信息保护法第三十四条",
            )


def _cleaned(text: DocumentText) -> dict[str, str]:
    known = {each.name for each in FORMS[text.kind]}
    kept = {
        name: clean_text(value, keep_lines=True)
        for name, value in text.filled.items()
        if name in known
    }
    return {name: value for name, value in kept.items() if value}
