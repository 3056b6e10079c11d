"""文书设置 and 验证: numbers as the agency writes them; copies led back to the original."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.check_code import check_code
from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.letter_style import HeadStyle
from casework.domain.number_pattern import read_pattern
from casework.domain.permissions import Role
from casework.extensions import db
from casework.models import Agency, Document, Event
from casework.services import procedural_letters, registration
from casework.services.letter_settings import (
    LetterSettings,
    change_letter_settings,
    get_letter_settings,
)
from casework.services.procedural_letters import DocumentText
from casework.services.verification import Verdict, verify_file, verify_mark
from tests.conftest import add_agency, beijing
from tests.services.test_concurrency import PEOPLE, clerk_of, in_parallel  # noqa: F401  a fixture
from tests.services.test_road import application

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

RECEIPT = DocumentText(kind=LetterKind.REGISTRATION_RECEIPT)
PATTERN = "{代字}{类}（{年}）第{序号:3}号"


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    # Mon 2026-09-07
    return desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 7)))


@pytest.fixture
def admin(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.SYSTEM_ADMIN, name="系统管理员", now=beijing(date(2026, 9, 7)))


def settings_of(desk: Desk, agency: Agency) -> LetterSettings:
    return get_letter_settings(desk.session, desk.actor, agency.id).settings


def issued_receipt(session: Session, clerk: Desk) -> Document:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    procedural_letters.issue_document(clerk, key.id, RECEIPT, version=None)
    return session.scalars(select(Document).order_by(Document.id.desc()).limit(1)).one()


def pages_of(document: Document) -> list[str]:
    reader = PdfReader(BytesIO(document.content or b""))
    return ["".join(page.extract_text().split()) for page in reader.pages]


def test_a_new_pattern_goes_on_in_the_same_series(
    session: Session, agency: Agency, clerk: Desk, admin: Desk
) -> None:
    assert issued_receipt(session, clerk).document_number == "青资公开回〔2026〕1号"
    settings = settings_of(admin, agency)
    words = {**settings.series_words, "registration_receipt": "收"}
    words["fee_notice"] = "费"
    change_letter_settings(
        admin, agency.id, replace(settings, number_pattern=PATTERN, series_words=words)
    )
    assert issued_receipt(session, clerk).document_number == "青资公开收（2026）第002号"
    event = session.scalars(select(Event).where(Event.action == "change_letter_settings")).one()
    assert event.detail["pattern"] == PATTERN
    # Only departures are kept: a kind that comes later gets its usual word.
    assert session.get_one(Agency, agency.id).series_words == {
        "registration_receipt": "收",
        "fee_notice": "费",
    }


def test_each_kind_may_have_a_head_of_its_own(
    session: Session, agency: Agency, clerk: Desk, admin: Desk
) -> None:
    settings = settings_of(admin, agency)
    name = "".join(agency.red_head.split())
    heads = {"registration_receipt": HeadStyle.PLAIN, "reply": settings.head_style}
    change_letter_settings(admin, agency.id, replace(settings, head_styles=heads))
    # What does not depart from the usual head is not kept, so that it follows when that changes.
    assert session.get_one(Agency, agency.id).head_styles == {"registration_receipt": "plain"}
    plain = issued_receipt(session, clerk)
    assert "".join(pages_of(plain)).count(name) == 1
    change_letter_settings(
        admin,
        agency.id,
        replace(settings, head_styles={"registration_receipt": HeadStyle.LETTER}),
    )
    headed = issued_receipt(session, clerk)
    assert "".join(pages_of(headed)).count(name) == 2
    assert settings_of(admin, agency).head_styles == {"registration_receipt": HeadStyle.LETTER}


def test_settings_are_the_administrators_and_of_their_own_tree(
    session: Session, agency: Agency, clerk: Desk, admin: Desk
) -> None:
    settings = settings_of(admin, agency)
    with pytest.raises(PermissionRefused):
        change_letter_settings(clerk, agency.id, settings)
    with pytest.raises(RuleBroken):
        change_letter_settings(admin, agency.id, replace(settings, number_pattern="{年}"))
    other = add_agency(session, code="QYJT", name="青沅市交通运输局", prefix="青交公开")
    with pytest.raises(NotFound):
        change_letter_settings(admin, other.id, settings)


def test_acceptance_74_parallel_documents_have_no_gaps_and_no_doubles(
    own_app: Flask,
    clerk_of: Callable[[], Desk],  # noqa: F811  pytest's way of naming a fixture
) -> None:
    with own_app.app_context():
        desk = clerk_of()
        agency_id = desk.actor.agency_id or 0
        db.session.get_one(Agency, agency_id).number_pattern = PATTERN
        db.session.commit()
        cases = [
            registration.register(desk, application(), agency_id=agency_id).id for _ in range(4)
        ]
        desk.stationery.fonts()
        db.session.remove()

    def issue(number: int) -> object:
        # Every tenth fails after its number was drawn: a sign that no font has.
        desk = clerk_of()
        text = RECEIPT
        if number % 10 == 0:
            text = DocumentText(kind=LetterKind.REASONS_REQUEST, filled=UNDRAWABLE)
        return procedural_letters.issue_document(desk, cases[number % 4], text, version=None)

    answers = in_parallel(own_app, issue, PEOPLE)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == PEOPLE // 10
    assert {answer.code for answer in refused if isinstance(answer, RuleBroken)} == {"undrawable"}
    with own_app.app_context():
        numbers = db.session.scalars(select(Document.document_number)).all()
        pattern = read_pattern(PATTERN)
        drawn = sorted(
            found[1]
            for number in numbers
            if (found := pattern.read(str(number), prefix="青资公开", series="回"))
        )
        assert drawn == list(range(1, PEOPLE - PEOPLE // 10 + 1))
        # The refused ones left no gap in their own series either.
        desk = clerk_of()
        good = {**UNDRAWABLE, "volume_found": "9月1日至7日提出46件"}
        procedural_letters.issue_document(
            desk, cases[0], DocumentText(kind=LetterKind.REASONS_REQUEST, filled=good), version=None
        )
        last = db.session.scalars(select(Document.document_number).order_by(Document.id.desc()))
        assert last.first() == "青资公开理（2026）第001号"


UNDRAWABLE = {"volume_found": "\ue123", "reasons_due_on": "2026-09-28"}


@pytest.mark.parametrize("head", HeadStyle)
def test_the_head_and_the_code_are_the_agencys_choice(
    session: Session, agency: Agency, clerk: Desk, admin: Desk, head: HeadStyle
) -> None:
    settings = settings_of(admin, agency)
    change_letter_settings(admin, agency.id, replace(settings, head_style=head))
    document = issued_receipt(session, clerk)
    *_, last = pages = pages_of(document)
    assert document.text_sha256 is not None
    code = check_code(document.text_sha256)
    assert f"校验码{code}" in last
    assert "".join(pages).count("校验码") == 1
    # Without a head the name stands in the signature alone.
    assert "".join(pages).count(agency.name) == (1 if head is HeadStyle.PLAIN else 2)
    change_letter_settings(admin, agency.id, replace(settings, head_style=head, prints_code=False))
    assert "校验码" not in "".join(pages_of(issued_receipt(session, clerk)))


def test_acceptance_77_a_copy_is_the_issued_one_or_it_is_not(session: Session, clerk: Desk) -> None:
    document = issued_receipt(session, clerk)
    content, number = document.content or b"", document.document_number or ""
    code = check_code(document.text_sha256 or "")
    found = verify_file(clerk, content)
    assert found.verdict is Verdict.SAME_FILE
    assert found.document is not None
    assert (found.document.document_number, found.document.code) == (number, code)
    assert verify_file(clerk, content + b"\n").verdict is Verdict.UNKNOWN
    changed = content.replace(b"%PDF-1.", b"%PDF-2.", 1)
    assert verify_file(clerk, changed).verdict is Verdict.UNKNOWN

    assert verify_mark(clerk, f"{number} {code}").verdict is Verdict.CODE_MATCHES
    assert verify_mark(clerk, code.replace("-", "").lower()).verdict is Verdict.CODE_MATCHES
    assert verify_mark(clerk, number).verdict is Verdict.NUMBER_ONLY
    other = ("0" if code[0] != "0" else "1") + code[1:]
    assert verify_mark(clerk, f"{number} {other}").verdict is Verdict.CODE_DIFFERS
    assert verify_mark(clerk, f"青资公开回〔2026〕99号 {code}").verdict is Verdict.UNKNOWN
    with pytest.raises(RuleBroken) as refusal:
        verify_mark(clerk, "  ")
    assert refusal.value.field == "mark"


def test_another_offices_documents_are_not_found(
    session: Session, clerk: Desk, desk_for: Callable[..., Desk]
) -> None:
    document = issued_receipt(session, clerk)
    other = add_agency(session, code="QYJT", name="青沅市交通运输局", prefix="青交公开")
    stranger = desk_for(Role.CLERK, name="外人", at=other, now=clerk.now)
    assert verify_file(stranger, document.content or b"").verdict is Verdict.UNKNOWN
    assert verify_mark(stranger, document.document_number or "").verdict is Verdict.UNKNOWN
