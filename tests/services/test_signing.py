"""签名证书: installed, used at issue, verified, replaced; every refusal in one sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Role
from casework.models import Document, Event, NumberCounter, SigningCertificate
from casework.services import procedural_letters, registration, signing
from casework.services.procedural_letters import DocumentText
from casework.services.verification import Verdict, verify_file
from tests.conftest import add_agency, beijing
from tests.documents.certificates import AGENCY, PASSPHRASE, pkcs12_file
from tests.services.test_road import application

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

MONDAY = date(2026, 9, 7)
RECEIPT = DocumentText(kind=LetterKind.REGISTRATION_RECEIPT)


@pytest.fixture
def clerk(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.CLERK, name="周敏", now=beijing(MONDAY))


@pytest.fixture
def admin(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.SYSTEM_ADMIN, name="系统管理员", now=beijing(MONDAY))


def install(admin: Desk, **changes: object) -> None:
    content = pkcs12_file(**changes)  # type: ignore[arg-type]
    agency_id = admin.actor.agency_id or 0
    signing.install_certificate(admin, agency_id, content=content, passphrase=PASSPHRASE)


def receipt(clerk: Desk) -> Document:
    key = registration.register(clerk, application(), agency_id=clerk.actor.agency_id or 0)
    procedural_letters.issue_document(clerk, key.id, RECEIPT, version=None)
    return clerk.session.scalars(select(Document).order_by(Document.id.desc())).first()  # type: ignore[return-value]


def test_a_document_is_signed_frozen_and_verified(
    session: Session, clerk: Desk, admin: Desk
) -> None:
    install(admin)
    document = receipt(clerk)
    found = verify_file(clerk, document.content or b"")
    assert found.verdict is Verdict.SAME_FILE
    (signature,) = found.signatures
    assert signature.is_good, signature.sentence
    assert signature.certificate.subject == AGENCY
    assert signature.signed_at == beijing(MONDAY)
    events = session.scalars(select(Event).where(Event.action == signing.INSTALLED)).all()
    assert [event.detail["subject"] for event in events] == [AGENCY]
    assert PASSPHRASE not in str(events[0].detail)


def test_a_form_without_a_number_stays_unsigned(
    clerk: Desk, admin: Desk, desk_for: Callable[..., Desk]
) -> None:
    install(admin)
    case_id = receipt(clerk).case_id
    handler = desk_for(Role.HANDLER, name="承办人", now=beijing(MONDAY))
    sheet = DocumentText(
        kind=LetterKind.SEARCH_RECORD,
        filled={
            "search_terms": "柳湾村",
            "search_places": "档案室",
            "search_result": "有",
            "searcher": "李科",
            "searched_on": MONDAY.isoformat(),
        },
    )
    procedural_letters.issue_document(handler, case_id, sheet, version=None)
    newest = clerk.session.scalars(select(Document).order_by(Document.id.desc())).first()
    assert newest is not None
    assert newest.kind is LetterKind.SEARCH_RECORD
    assert verify_file(clerk, newest.content or b"").signatures == ()


def test_without_a_certificate_nothing_is_signed(clerk: Desk) -> None:
    document = receipt(clerk)
    assert verify_file(clerk, document.content or b"").signatures == ()


def test_a_changed_copy_is_unknown_and_its_signature_broken(clerk: Desk, admin: Desk) -> None:
    install(admin)
    content = receipt(clerk).content or b""
    at = content.index(b"stream") + 40
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    found = verify_file(clerk, changed)
    assert found.verdict is Verdict.UNKNOWN
    assert [each.intact for each in found.signatures] == [False]


def test_an_expired_certificate_stops_the_issue_and_leaves_no_gap(
    session: Session, desk_for: Callable[..., Desk], admin: Desk
) -> None:
    install(admin, ends=datetime(2026, 9, 10, tzinfo=UTC))
    friday = desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 11)))
    with pytest.raises(RuleBroken, match="已于 2026-09-10 到期") as refused:
        receipt(friday)
    assert refused.value.code == "certificate_expired"
    assert session.scalars(select(Document)).all() == []
    series = select(NumberCounter).where(NumberCounter.series == RECEIPT.kind.value)
    assert session.scalars(series).all() == []


@pytest.mark.parametrize(
    ("passphrase", "ends", "words"),
    [
        ("错的", datetime(2027, 1, 1, tzinfo=UTC), "证书文件的口令不对"),
        (PASSPHRASE, datetime(2026, 9, 1, tzinfo=UTC), "已于 2026-09-01 到期"),
    ],
)
def test_a_certificate_that_cannot_sign_today_is_not_installed(
    session: Session, admin: Desk, passphrase: str, ends: datetime, words: str
) -> None:
    with pytest.raises(RuleBroken, match=words):
        signing.install_certificate(
            admin,
            admin.actor.agency_id or 0,
            content=pkcs12_file(ends=ends),
            passphrase=passphrase,
        )
    assert session.scalars(select(SigningCertificate)).all() == []


def test_a_new_certificate_replaces_the_old_and_both_are_known(
    session: Session, clerk: Desk, admin: Desk
) -> None:
    install(admin)
    first = receipt(clerk)
    install(admin, kind="ec")
    second = receipt(clerk)
    for document in (first, second):
        (signature,) = verify_file(clerk, document.content or b"").signatures
        assert signature.is_good, signature.sentence
    rows = session.scalars(select(SigningCertificate).order_by(SigningCertificate.id)).all()
    assert [row.removed_at is None for row in rows] == [False, True]
    assert rows[0].sealed_key == ""
    used = signing.get_certificate(session, admin.actor, admin.actor.agency_id or 0)
    assert used.certificate is not None
    assert used.certificate.fingerprint == rows[1].fingerprint


def test_taking_it_out_of_use_ends_signing(session: Session, clerk: Desk, admin: Desk) -> None:
    install(admin)
    agency_id = admin.actor.agency_id or 0
    signing.remove_certificate(admin, agency_id)
    assert verify_file(clerk, receipt(clerk).content or b"").signatures == ()
    assert signing.get_certificate(session, admin.actor, agency_id).certificate is None
    with pytest.raises(RuleBroken, match="没有启用签名证书"):
        signing.remove_certificate(admin, agency_id)


def test_the_key_lies_sealed(session: Session, admin: Desk) -> None:
    install(admin)
    stored = session.scalar(text("SELECT sealed_key FROM signing_certificates"))
    assert stored.startswith("1:")
    row = session.scalars(select(SigningCertificate)).one()
    assert row.sealed_key not in stored


def test_only_the_administrator_of_the_agency_may(
    session: Session, clerk: Desk, admin: Desk
) -> None:
    other = add_agency(session, code="999", name="别的机关", prefix="别公开")
    for desk, agency_id, wrong in (
        (clerk, clerk.actor.agency_id or 0, PermissionRefused),
        (admin, other.id, NotFound),
    ):
        with pytest.raises(wrong):
            signing.install_certificate(
                desk, agency_id, content=pkcs12_file(), passphrase=PASSPHRASE
            )
        with pytest.raises(wrong):
            signing.remove_certificate(desk, agency_id)
