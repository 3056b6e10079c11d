"""送达: attempts, signatures and letters that come back; the day of the reply never moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from casework.domain.application import DeliveryMethod
from casework.domain.delivery import Attempt
from casework.domain.errors import NotFound, RuleBroken, TransitionRefused
from casework.domain.permissions import Role
from casework.models import Delivery, Document, Event
from casework.queries.open_deliveries import count_open_deliveries, list_open_deliveries
from casework.services import closure, deliveries, issue
from casework.services.closure import Handover
from tests.conftest import add_agency, beijing
from tests.services.test_road import case_of, to_issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

# Wed 2026-09-16, the letter and its posting; back on Mon 2026-09-21 (Sun 20 is a workday).
POSTED, BACK = date(2026, 9, 16), date(2026, 9, 21)


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.CLERK, name="周敏", now=beijing(BACK))


@pytest.fixture
def answered(desk_for: Callable[..., Desk], clerk: Desk) -> int:
    """A case whose answer is signed and not yet posted."""
    people = (
        replace(clerk, now=beijing(date(2026, 9, 7))),
        desk_for(Role.HANDLER, name="陈立群", now=beijing(date(2026, 9, 14))),
        desk_for(Role.LEGAL_REVIEWER, name="何静怡", now=beijing(date(2026, 9, 15))),
    )
    case_id = to_issue(*people)
    issue.issue_reply(
        desk_for(Role.LEADER, name="罗建平", now=beijing(POSTED)), case_id, version=None
    )
    return case_id


@pytest.fixture
def posted(clerk: Desk, answered: int) -> int:
    handover = Handover(
        method=DeliveryMethod.MAIL, handed_over_on=POSTED, mail_number="EM000200001CS"
    )
    closure.dispatch(clerk, answered, handover, version=None)
    return answered


def only(session: Session) -> Delivery:
    session.expire_all()
    return session.scalars(select(Delivery)).one()


def document_of(session: Session, case_id: int) -> Document:
    return session.scalars(select(Document).where(Document.case_id == case_id)).one()


AGAIN = Attempt(method=DeliveryMethod.DIRECT, handed_over_on=BACK, signed_on=BACK)


def test_acceptance_78_returned_mail_reopens_the_delivery_and_not_the_reply_date(
    session: Session, clerk: Desk, posted: int
) -> None:
    first = only(session)
    assert (first.mail_number, first.address) == ("EM000200001CS", "青沅市临江区文昌路88号")
    # Sealed at rest: nothing of the address can be read in the table.
    assert "文昌路" not in session.execute(text("SELECT address FROM deliveries")).scalar_one()
    assert list_open_deliveries(session, clerk.actor) == []
    deliveries.record_return(clerk, posted, first.id, on=BACK, reason="迁移新址不明", version=None)
    [waiting] = list_open_deliveries(session, clerk.actor)
    assert (waiting.case_id, waiting.returned_on, waiting.reason) == (posted, BACK, "迁移新址不明")
    assert case_of(session, posted).replied_on == POSTED

    document = document_of(session, posted)
    deliveries.deliver(clerk, posted, document.id, AGAIN, version=None)
    assert list_open_deliveries(session, clerk.actor) == []
    assert case_of(session, posted).replied_on == POSTED
    closure.close(clerk, posted, version=None)
    assert case_of(session, posted).closed_on == POSTED
    actions = session.scalars(
        select(Event.action).where(Event.case_id == posted).order_by(Event.id)
    ).all()
    assert actions[-4:] == ["dispatch", "record_return", "deliver_again", "close"]
    attempts = session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert [a.method for a in attempts] == [DeliveryMethod.MAIL, DeliveryMethod.DIRECT]


def test_the_first_handing_over_of_the_answer_is_the_reply_itself(
    session: Session, clerk: Desk, answered: int
) -> None:
    document = document_of(session, answered)
    with pytest.raises(TransitionRefused, match="登记送达"):
        deliveries.deliver(clerk, answered, document.id, AGAIN, version=None)
    with pytest.raises(NotFound):
        deliveries.deliver(clerk, answered, document.id + 99, AGAIN, version=None)


@pytest.mark.parametrize(
    ("attempt", "field"),
    [
        (replace(AGAIN, handed_over_on=date(2026, 9, 22), signed_on=None), "handed_over_on"),
        (replace(AGAIN, handed_over_on=date(2026, 9, 15), signed_on=None), "handed_over_on"),
        (replace(AGAIN, method=DeliveryMethod.MAIL, signed_on=None), "mail_number"),
        (replace(AGAIN, handed_over_on=date(2026, 9, 18)), "signed_on"),
        (
            replace(AGAIN, method=DeliveryMethod.DELEGATED, handed_over_on=date(2026, 9, 18)),
            "signed_on",
        ),
        (replace(AGAIN, signed_on=date(2026, 9, 18)), "signed_on"),
        (replace(AGAIN, signed_on=date(2026, 9, 22)), "signed_on"),
    ],
    ids=[
        "to come",
        "before the letter",
        "post without a number",
        "by hand on another day",
        "by another agency on another day",
        "signed before it was there",
        "signed in days to come",
    ],
)
def test_an_attempt_that_cannot_be_is_named(
    session: Session, clerk: Desk, posted: int, attempt: Attempt, field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        deliveries.deliver(clerk, posted, document_of(session, posted).id, attempt, version=None)
    assert refusal.value.field == field
    assert only(session).mail_number == "EM000200001CS"


def test_what_was_signed_for_does_not_come_back_nor_the_other_way_round(
    session: Session, clerk: Desk, posted: int
) -> None:
    delivery = only(session)
    deliveries.record_signature(
        clerk, posted, delivery.id, on=date(2026, 9, 18), recipient="林某（配偶）", version=None
    )
    assert only(session).recipient == "林某（配偶）"
    with pytest.raises(RuleBroken) as refusal:
        deliveries.record_return(clerk, posted, delivery.id, on=BACK, reason="退", version=None)
    assert refusal.value.code == "signed_for"
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE deliveries SET returned_on = '2026-09-21'"))


def test_an_envelope_bears_the_address_and_leaves_a_trace(
    session: Session, clerk: Desk, posted: int
) -> None:
    content = deliveries.print_envelope(clerk, posted)
    [page] = PdfReader(BytesIO(content)).pages
    words = "".join(page.extract_text().split())
    for part in ("青沅市临江区文昌路88号", "林秀珍收", "13800002217", "青沅市自然资源和规划局"):
        assert part in words
    assert round(float(page.mediabox.width) / 72 * 25.4) == 229
    event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert event.action == "print_envelope"
    case_of(session, posted).applicant.address = ""
    session.commit()
    with pytest.raises(RuleBroken):
        deliveries.print_envelope(clerk, posted)


def test_another_offices_returns_are_not_listed(
    session: Session, clerk: Desk, posted: int, desk_for: Callable[..., Desk]
) -> None:
    deliveries.record_return(clerk, posted, only(session).id, on=BACK, reason="退", version=None)
    other = add_agency(session, code="QYJT", name="青沅市交通运输局", prefix="青交公开")
    stranger = desk_for(Role.CLERK, name="外人", at=other, now=clerk.now)
    assert list_open_deliveries(session, stranger.actor) == []
    assert len(list_open_deliveries(session, clerk.actor)) == 1
    assert count_open_deliveries(session, clerk.actor) == 1
    assert count_open_deliveries(session, stranger.actor) == 0
