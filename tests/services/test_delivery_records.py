"""送达回证 for every document and every addressee."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.application import DeliveryMethod
from casework.domain.delivery import Attempt
from casework.domain.errors import RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Role
from casework.models import Document
from casework.services import deliveries, procedural_letters, registration
from casework.services.case_letters import print_letter
from casework.services.procedural_letters import DocumentText
from tests.conftest import beijing
from tests.services.test_procedural_letters import CONSULTATION, consult
from tests.services.test_road import application

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

RECORD = LetterKind.DELIVERY_RECORD


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 7)))


@pytest.fixture
def case_id(clerk: Desk) -> int:
    """A case with a receipt for the applicant and a consultation of two third parties."""
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    procedural_letters.issue_document(
        clerk, key.id, DocumentText(kind=LetterKind.REGISTRATION_RECEIPT), version=None
    )
    consult(clerk, key.id, "青沅某农业有限公司")
    for name in ("青沅某农业有限公司", "青沅某合作社"):
        text = replace(CONSULTATION, filled={**CONSULTATION.filled, "consulted_name": name})
        procedural_letters.issue_document(clerk, key.id, text, version=None)
    return key.id


def said(document: Document) -> str:
    pages = PdfReader(BytesIO(document.content or b"")).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def issue(clerk: Desk, case_id: int, served: str, **typed: str) -> Document:
    prepared = procedural_letters.prepare_document(clerk, case_id, RECORD, served=served)
    text = DocumentText(kind=RECORD, filled={**prepared.suggested, **typed}, served=served)
    procedural_letters.issue_document(clerk, case_id, text, version=None)
    return clerk.session.scalars(
        select(Document).where(Document.kind == RECORD).order_by(Document.id.desc()).limit(1)
    ).one()


def test_every_paper_that_was_issued_has_one_before_it_is_sent(clerk: Desk, case_id: int) -> None:
    prepared = procedural_letters.prepare_document(clerk, case_id, RECORD)
    labels = [one.label for one in prepared.served]
    assert len(labels) == 3
    assert "青沅某合作社，还没有送达" in labels[0]
    assert "青沅某农业有限公司，还没有送达" in labels[1]
    assert "林秀珍，还没有送达" in labels[2]
    record = issue(clerk, case_id, prepared.served[0].key, delivery_method="直接送达")
    text = said(record)
    assert "受送达人青沅某合作社" in text
    assert "林秀珍" not in text
    assert "文昌路" not in text  # the applicant's address is none of a third party's


def test_each_addressee_of_each_attempt_has_its_own(
    session: Session, clerk: Desk, case_id: int
) -> None:
    later = replace(clerk, now=beijing(date(2026, 9, 14)))
    receipt, consultation = session.scalars(
        select(Document).where(Document.document_number.is_not(None)).order_by(Document.id)
    ).all()[:2]
    attempts = (
        (receipt, Attempt(method=DeliveryMethod.EMAIL, handed_over_on=date(2026, 9, 8))),
        (
            consultation,
            Attempt(
                method=DeliveryMethod.MAIL,
                handed_over_on=date(2026, 9, 8),
                mail_number="EM000300001CS",
                addressee="青沅某农业有限公司",
                address="青沅市临江区开发大道9号",
                signed_on=date(2026, 9, 10),
            ),
        ),
    )
    for document, attempt in attempts:
        deliveries.deliver(later, case_id, document.id, attempt, version=None)
    served = procedural_letters.prepare_document(later, case_id, RECORD).served
    by_label = {one.label: one.key for one in served}
    [to_company] = [key for label, key in by_label.items() if "邮寄送达，9月8日" in label]
    record = issue(later, case_id, to_company)
    for part in (
        "受送达人青沅某农业有限公司",
        "送达方式邮寄送达",
        "EM000300001CS",
        "开发大道9号",
        "交邮日期2026年9月8日",
        "签收日期2026年9月10日",
    ):
        assert part in said(record), part
    # Made anew as Word it is still the one for that attempt.
    word = print_letter(later, case_id, RECORD, word=True)
    assert word.content.startswith(b"PK")
    assert record.filled["served"] == to_company


def test_what_belongs_to_another_case_is_refused(clerk: Desk, case_id: int) -> None:
    for key in ("999", "1-999", "甲"):
        with pytest.raises(RuleBroken) as refusal:
            procedural_letters.prepare_document(clerk, case_id, RECORD, served=key)
        assert refusal.value.field == "served"
