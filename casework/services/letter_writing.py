"""Filling a letter's blanks from the case: the values, not the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.documents.letter_templates import answer_kind
from casework.documents.letters import LetterStyle
from casework.domain.application import ApplicantType
from casework.domain.check_code import check_code
from casework.domain.grounds import Outcome, Requirement
from casework.domain.letter_kinds import LetterKind
from casework.domain.letter_style import HeadStyle
from casework.domain.number_pattern import NumberPattern
from casework.domain.outcomes import get_ground, validate_choice
from casework.domain.remedies import refuses_information, remedy, review_bodies
from casework.formatting import chinese_date
from casework.services.draft_facts import history_values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from casework.documents.letter_templates import LetterTemplates
    from casework.documents.wording import Letter
    from casework.domain.reply import ReplyContent
    from casework.models import Agency, Case
    from casework.services.desk import Desk

BLANK_DATE = "　　　　年　月　日"
"""What stands where the date will be, in a letter that is not issued yet."""


def number_pattern(agency: Agency) -> NumberPattern:
    """Return how the agency writes its 文号."""
    return NumberPattern(agency.number_pattern)


def series_word(agency: Agency, kind: LetterKind) -> str:
    """Return the word of this kind's series: 答 in 青资公开答〔2026〕12号."""
    return agency.series_words.get(kind.value) or kind.series


def head_style(agency: Agency, kind: LetterKind) -> HeadStyle:
    """Return the head of this kind of document: its own, or the agency's usual one."""
    own = agency.head_styles.get(kind.value)
    return HeadStyle(own) if own else agency.head_style


def letter_style(agency: Agency, kind: LetterKind, *, text_sha256: str = "") -> LetterStyle:
    """Return how a kind of document looks; with the hash of its text, one that is issued."""
    mark = check_code(text_sha256) if text_sha256 and agency.prints_code else ""
    head, issuer = head_style(agency, kind), agency.red_head
    if head is HeadStyle.LETTER:
        issuer = issuer.removesuffix("文件")  # 10.1: a 信函 bears the name alone
    return LetterStyle(head=head, issuer=issuer, mark=mark)


def compose_reply(
    desk: Desk,
    case: Case,
    content: ReplyContent,
    *,
    templates: LetterTemplates,
    number: str = "",
    dated_on: date | None = None,
) -> Letter:
    """Return the reply as it would read in this wording; number and date blank until issue."""
    decided_on = dated_on or desk.today
    statute = case.statute.value
    counted = validate_choice(
        content.outcome, content.grounds, statute=statute, decided_on=decided_on
    )
    withheld = (
        [get_ground(code) for code in content.grounds if code != counted.code]
        if content.outcome is Outcome.PARTLY_DISCLOSED
        else []
    )
    earlier = content.particulars.get(Requirement.EARLIER_REPLY_NUMBER, "")
    values = case_values(case) | history_values(desk, case, earlier)
    values |= {key.value: text for key, text in content.particulars.items()}
    values["document_number"] = number
    values["dated"] = chinese_date(dated_on) if dated_on else BLANK_DATE
    withholds = refuses_information(counted, withheld)
    values["remedy"] = "\n".join(
        remedy_paragraphs(case, answer_kind(counted), withholds=withholds, decided_on=decided_on)
    )
    return templates.compose_answer(counted, statute=statute, values=values, withheld=withheld)


def case_values(case: Case) -> dict[str, str]:
    """Return what every letter of a case may say: who, what was asked, when, which office."""
    agency, applicant = case.agency, case.applicant
    values: Mapping[str, str] = {
        "case_number": case.number,
        "applicant_name": applicant.name,
        "applicant_type": case.applicant_type.label,
        "applicant_contact": applicant.phone or applicant.address or applicant.email,
        "salutation": address_of(case.applicant_type),
        "channel": case.channel.label,
        "request_text": case.request_text,
        "submitted_on": _date(case.submitted_on),
        "received_on": _date(case.received_on),
        "due_on": _date(case.due_on),
        "handling_unit": case.unit,
        "agency_name": agency.name,
        "agency_address": agency.contact_address,
        "agency_postcode": agency.postcode,
        "contact_person": agency.contact_office,
        "contact_phone": agency.contact_phone,
    }
    return dict(values)


def address_of(applicant_type: ApplicantType) -> str:
    """Return how a letter addresses the applicant: 您, or 贵单位 for an organisation."""
    return "您" if applicant_type is ApplicantType.NATURAL_PERSON else "贵单位"


def remedy_paragraphs(
    case: Case, kind: LetterKind, *, withholds: bool, decided_on: date, salutation: str = ""
) -> tuple[str, ...]:
    """Return what a decision of this day says of 复议 and 诉讼, by default to the applicant.

    A letter that is no 答复书 does not call itself one.
    """
    agency = case.agency
    return remedy(
        withholds=withholds,
        decided_on=decided_on,
        review_bodies=review_bodies(
            agency.standing,
            agency=agency.name,
            superior_government=agency.superior_government,
            superior_department=agency.superior_department,
            decided_on=decided_on,
        ),
        court=agency.court,
        salutation=salutation or address_of(case.applicant_type),
        document="本答复" if kind is LetterKind.REPLY else "本告知书",
    ).paragraphs


def _date(day: date | None) -> str:
    return chinese_date(day) if day else ""
