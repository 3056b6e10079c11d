"""The head of every page: where one can go, and how much is waiting there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, g, request, url_for

from casework.domain.permissions import Permission
from casework.domain.workflow import Action
from casework.extensions import db
from casework.queries.desk import count_tallies
from casework.web import surroundings

if TYPE_CHECKING:
    from flask import Flask

    from casework.queries.desk import Tallies


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the main navigation; ``key`` is its access key (Alt + key)."""

    label: str
    endpoint: str
    permission: Permission
    key: str
    tally: str = ""


PLACES = (
    Place(label="概览", endpoint="desk.overview", permission=Permission.ISSUE, key="9"),
    Place(
        label="办件台",
        endpoint="desk.index",
        permission=Permission.VIEW_CASES,
        key="1",
        tally="to_do",
    ),
    Place(label="待办", endpoint="inbox.index", permission=Permission.VIEW_CASES, key="0"),
    Place(label="登记", endpoint="cases.register", permission=Permission.REGISTER, key="2"),
    Place(label="案件", endpoint="cases.index", permission=Permission.VIEW_CASES, key="3"),
    Place(
        label="审核",
        endpoint="review.queue",
        permission=Permission.REVIEW,
        key="4",
        tally="to_review",
    ),
    Place(
        label="签发",
        endpoint="review.issue_queue",
        permission=Permission.ISSUE,
        key="4",
        tally="to_issue",
    ),
    Place(label="年报", endpoint="annual.show", permission=Permission.VIEW_ANNUAL, key="5"),
    Place(label="日历", endpoint="calendar.show", permission=Permission.VIEW_CALENDAR, key="6"),
    Place(
        label="审核流程", endpoint="review.chain", permission=Permission.MANAGE_AGENCIES, key="7"
    ),
    Place(
        label="机关", endpoint="admin.agency_list", permission=Permission.MANAGE_AGENCIES, key="1"
    ),
    Place(
        label="账号", endpoint="admin.person_list", permission=Permission.MANAGE_ACCOUNTS, key="2"
    ),
    Place(label="角色", endpoint="admin.role_list", permission=Permission.MANAGE_ROLES, key="1"),
    Place(label="安全策略", endpoint="admin.policy", permission=Permission.SET_POLICY, key="2"),
    Place(label="台账", endpoint="ledger.intake", permission=Permission.IMPORT_LEDGER, key="7"),
    Place(
        label="文书设置",
        endpoint="documents.settings",
        permission=Permission.MANAGE_AGENCIES,
        key="8",
    ),
    Place(
        label="文书模板", endpoint="wording.index", permission=Permission.VIEW_TEMPLATES, key="8"
    ),
    Place(
        label="权限", endpoint="admin.permissions", permission=Permission.VIEW_PERMISSIONS, key="8"
    ),
)

_SECTIONS = {
    "cases.show": "cases.index",
    "review.review": "review.queue",
    "review.approve": "review.queue",
    "review.return_draft": "review.queue",
    "review.issue": "review.issue_queue",
    "review.refuse_issue": "review.issue_queue",
    "review.bypass_step": "review.issue_queue",
    "documents.record": "cases.index",
    "documents.labels": "desk.index",
    "documents.open_deliveries": "desk.index",
    "wording.versions": "wording.index",
    "wording.edit": "wording.index",
    "wording.version": "wording.index",
    "inbox.stand_in": "inbox.index",
    "inbox.hand_over": "inbox.index",
    "documents.agency_settings": "documents.settings",
    "admin.add_agency": "admin.agency_list",
    "admin.edit_agency": "admin.agency_list",
    "admin.add_person": "admin.person_list",
    "admin.edit_person": "admin.person_list",
    "admin.issue_password": "admin.person_list",
    "admin.reactivate": "admin.person_list",
    "admin.close_account": "admin.person_list",
    "admin.grant_roles": "admin.role_list",
    "admin.reset_second_step": "admin.role_list",
    "annual.cases": "annual.show",
    "annual.entries": "annual.show",
    "annual.report": "annual.show",
    "annual.returns": "annual.show",
    "annual.take_in": "annual.show",
    "annual.handed_return": "annual.show",
    "annual.take_back_return": "annual.show",
    "annual.compare": "annual.show",
    "annual.judge": "annual.show",
    "annual.lock_record": "annual.show",
    "annual.adjust": "annual.show",
    "annual.unlock_year": "annual.show",
    "management.show": "annual.show",
    "calendar.notice": "calendar.show",
    "calendar.enact": "calendar.show",
    "calendar.version": "calendar.show",
    "clock.what_if": "cases.index",
    "publication.index": "cases.index",
    "publication.note": "cases.index",
    "publication.decide": "cases.index",
    "clock.annex": "cases.index",
    "clock.watch": "desk.index",
    "ledger.upload": "ledger.intake",
    "ledger.match": "ledger.intake",
    "ledger.imports": "ledger.intake",
    "ledger.undo": "ledger.intake",
}


def places() -> list[Place]:
    """Return where the person of this request may go."""
    person = surroundings.find_person()
    if person is None:
        return []
    return [
        place
        for place in PLACES
        if person.actor.may(place.permission) and place.endpoint in current_app.view_functions
    ]


def here() -> str:
    """Return the endpoint of the place this page belongs to."""
    endpoint = request.endpoint or ""
    if endpoint in _SECTIONS:
        return _SECTIONS[endpoint]
    if endpoint.startswith("cases.") and endpoint != "cases.register":
        return "cases.index"
    return endpoint


def tallies() -> Tallies:
    """Return what waits for this person, asked once a request."""
    if "tallies" not in g:
        g.tallies = count_tallies(db.session(), surroundings.current_actor())
    return cast("Tallies", g.tallies)


ACT_ENDPOINTS = {
    Action.APPROVE: "review.review",
    Action.RETURN_DRAFT: "review.review",
    Action.ISSUE: "review.issue",
    Action.REFUSE_ISSUE: "review.issue",
    Action.BYPASS_STEP: "review.bypass_step",
}
"""Acts that have a page outside the case blueprint; the others are ``cases.<act>``."""

_ACT_WORDS = {
    Action.CONFIRM_RECEIPT: "登记确认",
    Action.APPROVE: "审核",
    Action.RECEIVE_CORRECTION: "收到补正",
}


def act_url(action: Action, case_id: int) -> str:
    """Return the address of the page on which an act on a case is done."""
    return url_for(ACT_ENDPOINTS.get(action, f"cases.{action.value}"), case_id=case_id)


def act_word(action: Action) -> str:
    """Return the act's name as a small button in a table writes it."""
    return _ACT_WORDS.get(action, action.label)


def install(app: Flask) -> None:
    """Give every template the head's facts; they are asked for only where they are shown."""

    def facts() -> dict[str, Any]:
        person = surroundings.find_person()
        return {
            "person": person,
            "system_name": app.config["SYSTEM_NAME"],
            "is_demo": bool(app.config["DEMO"]),
            "places": places,
            "here": here,
            "tallies": tallies,
            "now": surroundings.now(),
            "today": surroundings.today(),
            "Permission": Permission,
        }

    app.context_processor(facts)
    app.add_template_global(act_url)
    app.add_template_global(act_word)
