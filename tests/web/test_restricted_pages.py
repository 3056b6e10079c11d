"""限制知悉 by HTTP: every address × every role answers as for a case that never was (T10)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from casework.domain.application import ReliefKind, ReliefResult
from casework.domain.case_links import LinkKind
from casework.domain.permissions import ADMINISTRATORS, Role
from casework.models import (
    Assignment,
    Attachment,
    CaseLink,
    Delivery,
    Document,
    Event,
    Relief,
)
from casework.services import attachments, comments, linking, registration, restriction
from tests.conftest import PASSWORD, add_user, beijing
from tests.domain.test_attachments import PDF
from tests.services.test_restriction import WHY, answered, ids
from tests.services.test_road import application, case_of, clerk, handler, leader, reviewer
from tests.web.conftest import text_of
from tests.web.test_security import SAMPLE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.services.desk import Desk

__all__ = ["answered", "clerk", "handler", "leader", "reviewer"]

NOBODY = 999_999
PEOPLE = sorted(set(Role))


@pytest.fixture
def kept(
    app, session: Session, answered: int, clerk: Desk, leader: Desk, tmp_path, monkeypatch
) -> int:
    """A restricted case that has one of everything an address can name."""
    monkeypatch.setitem(app.config, "CASEWORK_HOME", tmp_path)
    later = replace(clerk, now=beijing(date(2026, 9, 17)))
    attachments.attach(
        later, answered, folder=tmp_path / "attachments", name="意见.pdf", content=PDF
    )
    comments.comment(later, answered, body="请核对附图")
    other = registration.register(later, application(), agency_id=clerk.actor.agency_id or 0)
    number = case_of(session, other.id).number
    linking.link(later, answered, number=number, kind=LinkKind.RELATED, version=None)
    session.add_all(
        [
            Relief(
                case_id=answered,
                kind=ReliefKind.REVIEW,
                result=ReliefResult.PENDING,
                filed_on=date(2026, 9, 17),
                body="青沅市人民政府",
            ),
            Assignment(
                case_id=answered,
                unit="规划科",
                asked="核对",
                assigned_on=date(2026, 9, 8),
                due_on=date(2026, 9, 10),
            ),
        ]
    )
    session.commit()
    restriction.restrict(leader, answered, reason=WHY, reader_ids=ids(leader), version=None)
    return answered


@pytest.fixture
def named(session: Session, kept: int) -> dict[str, object]:
    """What addresses are made of: the restricted case's own documents, files and so on."""

    def only(model) -> int:
        return session.scalars(select(model.id).where(model.case_id == kept)).first()

    return SAMPLE | {
        "case_id": kept,
        "document_id": only(Document),
        "delivery_id": only(Delivery),
        "relief_id": only(Relief),
        "assignment_id": only(Assignment),
        "attachment_id": only(Attachment),
        "link_id": session.scalars(select(CaseLink.id)).one(),
    }


def address(app, rule, values: dict[str, object]) -> str:
    from flask import url_for

    with app.test_request_context():
        return url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})


def told(client, url: str, method: str, case_id: int, token: str) -> tuple[int, str]:
    """Return what an address answers, less the id that was asked for and the page's tokens."""
    if method == "GET":
        answer = client.get(url)
    else:
        answer = client.post(url, data={"csrf_token": token, "version": "1", "form": "zip"})
    body = answer.get_data(as_text=True)
    body = re.sub(r'name="csrf_token" value="[^"]+"', "", body)
    return answer.status_code, body.replace(f"/cases/{case_id}", "/cases/N")


def sign_in(client, login: str) -> None:
    assert client.submit("/login", login=login, password=PASSWORD).status_code == 302


def test_acceptance_49_every_address_about_it_answers_as_for_none(
    app, client, log_in_as, kept: int, named: dict[str, object]
) -> None:
    about = [rule for rule in app.url_map.iter_rules() if "case_id" in rule.arguments]
    assert len(about) > 40
    for role in PEOPLE:
        log_in_as(client, role)
        token = client.read("/keys").split('name="csrf_token" value="')[1].split('"')[0]
        for rule in about:
            for method in sorted(rule.methods & {"GET", "POST"}):
                url = address(app, rule, named)
                status, body = told(client, url, method, kept, token)
                if status == 403:
                    continue  # the role opens no such page about any case
                none = address(app, rule, named | {"case_id": NOBODY})
                assert (status, body) == told(client, none, method, NOBODY, token), url
                assert status == 404, (role, method, url)
        client.delete_cookie("session")


def test_acceptance_49_no_page_names_it(
    app, client, session: Session, kept: int, named: dict[str, object]
) -> None:
    case = case_of(session, kept)
    document = session.scalars(select(Document).where(Document.case_id == kept)).one()
    telling = [case.number, document.sha256, WHY, "EM000200001CS", "请核对附图"]
    everywhere = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments & {"case_id", "token", "filename"}
    ]
    asked = {
        "q": case.number,
        "all": "1",
        "from": "2026-01-01",
        "to": "2026-12-31",
        "year": "2026",
        "row": "R1",
        "column": "C7",
        "handler": str(case.handler_id),
        "month": "2026-09",
    }
    searches = [asked, asked | {"q": "林秀珍"}, asked | {"q": "13800002217"}]
    office = set(Role) - ADMINISTRATORS
    for number, roles in enumerate((office, *({role} for role in ADMINISTRATORS))):
        login = f"outsider-{number}"
        add_user(session, login=login, name=login, agency=case.agency, roles=set(roles))
        sign_in(client, login)
        for rule in everywhere:
            for query in searches if rule.endpoint == "cases.index" else [{}, asked]:
                url = address(app, rule, named)
                shown = client.get(url, query_string=query).get_data().decode(errors="replace")
                for words in telling:
                    # The search box says what was typed.
                    assert words in query.values() or words not in shown, (roles, url, words)
                assert f"/cases/{kept}" not in shown, (roles, url)
        client.delete_cookie("session")


def test_acceptance_49_a_cell_says_how_many_it_does_not_list(client, log_in_as, kept: int) -> None:
    assert kept
    log_in_as(client, Role.STATISTICIAN)
    page = text_of(client.read("/annual/cases?year=2026&row=R1&column=C7"))
    assert "2 件，其中 1 件限制知悉" in page
    assert "另有 1 件限制知悉，计入本格，不列出" in page


def test_acceptance_83_every_look_of_those_who_may_is_on_record(
    client, session: Session, kept: int, named: dict[str, object]
) -> None:
    sign_in(client, "罗建平")
    looks = select(Event.actor_name, Event.detail).where(Event.action == "view_restricted")
    page = client.read(f"/cases/{kept}")
    assert "限制知悉" in page
    assert WHY in page
    client.get(f"/cases/{kept}/documents/{named['document_id']}")
    client.get(f"/cases/{kept}/attachments/{named['attachment_id']}")
    seen = [(name, detail["page"]) for name, detail in session.execute(looks.order_by(Event.id))]
    assert seen == [
        ("罗建平", "cases.show"),
        ("罗建平", "documents.show"),
        ("罗建平", "cases.attachment"),
    ]
    # They stand in the record of looks, not among the steps.
    assert "查看限制知悉的案件" not in client.read(f"/cases/{kept}")
    assert "查看限制知悉的案件" in client.read(f"/cases/{kept}?all=1")


def test_the_list_is_changed_and_lifted_on_pages(client, session: Session, kept: int) -> None:
    sign_in(client, "罗建平")
    who = case_of(session, kept).handler_id
    page = client.read(f"/cases/{kept}/readers")
    assert "承办人和被分办的经办人不勾也能看到" in page
    answer = client.submit(f"/cases/{kept}/readers", readers=[str(who)], reason="换人")
    assert answer.status_code == 422
    assert "知悉名单里须有您自己" in answer.get_data(as_text=True)
    answer = client.submit(f"/cases/{kept}/lift-restriction", reason="已无必要")
    assert answer.status_code == 302
    client.read(f"/cases/{kept}")  # it says what was done, once
    assert "可以知悉的" not in client.read(f"/cases/{kept}")
    answer = client.submit(f"/cases/{kept}/restrict", readers=[], reason="再限制")
    assert answer.status_code == 422
