"""What every page owes: a declared reader, the headers, the token."""

from __future__ import annotations

import pytest
from flask import Flask

from casework.domain.permissions import GRANTS, Permission, Role
from casework.web import security

PUBLIC = {
    "auth.log_in",
    "auth.enter_code",
    "auth.log_out",
    "clock.feed",
    "display.settings",
    "setup.first_run",
    "static",
    "bootstrap.static",
}
SAMPLE = {
    "view_id": 1,
    "topic_id": 1,
    "name": "clerk",
    "return_id": 1,
    "case_id": 1,
    "document_id": 1,
    "delivery_id": 1,
    "relief_id": 1,
    "assignment_id": 1,
    "link_id": 1,
    "attachment_id": 1,
    "amendment_id": 1,
    "stand_in_id": 1,
    "agency_id": 1,
    "upload_id": 1,
    "import_id": 1,
    "user_id": 1,
    "log_in_id": 0,
    "kind": "reply",
    "statute": "2019",
    "part": "reply",
    "version_id": 1,
    "filename": "casework.css",
    "label": "2027-1",
    "token": "never-given",
}


def address(app: Flask, rule) -> str:
    with app.test_request_context():
        from flask import url_for

        return url_for(rule.endpoint, **{name: SAMPLE[name] for name in rule.arguments})


def rules(app: Flask, method: str):
    return [rule for rule in app.url_map.iter_rules() if method in rule.methods]


def test_every_endpoint_says_who_may_open_it(app) -> None:
    undeclared = [
        r.endpoint for r in app.url_map.iter_rules() if not security.access_of(app, r.endpoint)
    ]
    assert undeclared == []
    public = {
        r.endpoint for r in app.url_map.iter_rules() if security.access_of(app, r.endpoint).public
    }
    assert public == PUBLIC


def test_an_undeclared_endpoint_stops_the_application() -> None:
    careless = Flask("careless")
    careless.add_url_rule("/x", "x", lambda: "x")
    with pytest.raises(RuntimeError, match="x"):
        security.install(careless)


def test_every_page_sends_a_stranger_to_the_log_in(app, client) -> None:
    for rule in rules(app, "GET"):
        if rule.endpoint in PUBLIC:
            continue
        answer = client.get(address(app, rule))
        assert answer.status_code == 302, rule.endpoint
        assert answer.location.startswith("/login"), rule.endpoint


def test_every_answer_carries_the_headers(app, client) -> None:
    for rule in rules(app, "GET"):
        answer = client.get(address(app, rule))
        assert answer.headers["Content-Security-Policy"] == security.CONTENT_SECURITY_POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        if rule.endpoint not in {"static", "bootstrap.static"}:
            assert answer.headers["Cache-Control"] == "no-store", rule.endpoint
        answer.close()


def test_the_policy_allows_nothing_inline_and_nobody_elses_frame() -> None:
    policy = security.CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_no_post_is_taken_without_its_token(app, client, log_in_as) -> None:
    log_in_as(client, Role.CLERK, Role.HANDLER, Role.LEGAL_REVIEWER, Role.LEADER, Role.STATISTICIAN)
    posts = rules(app, "POST")
    assert len(posts) > 20
    for rule in posts:
        answer = client.post(address(app, rule), data={"version": "1"})
        assert answer.status_code == 400, rule.endpoint
        assert "没有收下" in answer.get_data(as_text=True)


def test_the_cookie_holds_no_more_than_the_token(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    with client.session_transaction() as held:
        assert set(held) <= {"token", "csrf_token", "_flashes"}
    cookie = client.get("/login").headers.get("Set-Cookie", "")
    assert "Secure" not in cookie or "HttpOnly" in cookie


def test_a_log_out_ends_the_session_on_the_server(client, log_in_as) -> None:
    log_in_as(client, Role.CLERK)
    stolen = client.get_cookie("session").value
    answer = client.submit("/logout", page="/desk")
    assert answer.status_code == 302
    assert "cache" in answer.headers["Clear-Site-Data"]
    client.set_cookie("session", stolen)
    assert client.get("/desk").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "",
        "desk",
        "//evil.cn",
        "///evil.cn",
        "////evil.cn",
        "/\\evil.cn",
        "\\\\evil.cn",
        "/\\/evil.cn",
        "/%5cevil.cn\\",
        "https://evil.cn",
        "HTTPS://evil.cn",
        "https:evil.cn",
        "https:/evil.cn",
        "http:///evil.cn",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b",
        "ftp://evil.cn",
        " //evil.cn",
        "/\t/evil.cn",
        "\t//evil.cn",
        "/\n/evil.cn",
        "/\r\n/evil.cn",
        "/desk\r\nSet-Cookie: a=b",
        "/\x00/evil.cn",
        "/\x0b/evil.cn",
        "/\u200b/evil.cn",
        "/\u202e/evil.cn",
        "/\u3000/evil.cn",
        "/\u00a0/evil.cn",
        "/\u2028/evil.cn",
        "evil.cn",
        "@evil.cn",
        "?next=//evil.cn",
        "//evil.cn@desk",
        "//[::1",
    ],
)
def test_a_log_in_never_leads_off_the_site(app, target: str) -> None:
    with app.test_request_context():
        assert security.safe_next(target) == "/"


@pytest.mark.parametrize(
    "target", ["/desk", "/cases/12", "/cases?q=%E9%9D%92&year=2026", "/desk#main"]
)
def test_a_log_in_leads_where_one_was_going(app, target: str) -> None:
    with app.test_request_context():
        assert security.safe_next(target) == target


def test_a_log_in_goes_on_to_the_page_that_was_asked_for(client, session, agency) -> None:
    from tests.conftest import PASSWORD, add_user

    add_user(session, login="li", name="李", agency=agency, roles={Role.CLERK})
    answer = client.get("/cases?q=1")
    assert answer.location == "/login?next=/cases?q%3D1"
    answer = client.submit("/login?next=/cases?q%3D1", login="li", password=PASSWORD)
    assert answer.location == "/cases?q=1"


def test_a_wrong_password_is_told_on_its_field(client) -> None:
    answer = client.submit("/login", login="nobody", password="wrong")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#password"' in page
    assert 'aria-describedby="password-h password-e"' in page
    assert "wrong" not in page


# Role x endpoint, written out: what a role may open, everything else is 403.
OFFICE = {
    "desk.index",
    "cases.index",
    "cases.show",
    "annual.show",
    "annual.cases",
    "annual.report",
    "annual.export",
    "management.show",
    "calendar.show",
}
OFFICE |= {"calendar.version", "review.bypasses"}
OFFICE |= {"clock.what_if", "clock.annex", "clock.annex_pdf", "clock.watch", "clock.watch_file"}
OFFICE |= {"clock.feed_page", "clock.make_feed", "clock.end_feed", "notices.settings"}
OFFICE |= {"documents.write", "documents.verify"}
OFFICE |= {
    "inbox.index",
    "inbox.stand_in",
    "inbox.end_stand_in",
    "cases.comment",
    "cases.save_view",
    "publication.index",
    "cases.drop_view",
    "cases.mark_comments_read",
}
OFFICE |= {"annual.lock_record"}
OFFICE |= {"annual.returns", "annual.handed_return", "annual.compare", "annual.blank"}
OFFICE |= {"annual.chart", "annual.judge"}
PAPERS = {"documents.show", "documents.record", "documents.letter", "cases.attachment"}
REGISTER = {
    "cases.register",
    "cases.drop_draft",
    "cases.confirm_receipt",
    "cases.correct_receipt",
}
REGISTER |= {"cases.ask_amendment"}
DELIVERING = {
    "documents.open_deliveries",
    "documents.deliver",
    "documents.signature",
    "documents.returned",
    "documents.envelope",
    "documents.labels",
}
REVEAL = {"cases.reveal", "documents.bundle"}
FEES = {"documents.fee", "documents.fee_payment", "documents.costs"}
KEEP_TIME = FEES | {
    "cases.request_correction",
    "cases.receive_correction",
    "cases.start_consultation",
    "cases.end_consultation",
    "cases.deem_abandoned",
    "cases.confer",
}
DRAFT = {
    "cases.save_draft",
    "cases.submit_draft",
    "cases.recall_draft",
    "cases.answer_division",
    "cases.decide_amendment",
}
REVIEW = {"review.queue", "review.review", "review.approve", "review.return_draft"}
CHAIN = {"review.chain"}
LETTERS = {"documents.settings", "documents.agency_settings", "documents.certificate"}
READ_TEMPLATES = {"wording.index", "wording.versions", "wording.version"}
EDIT_TEMPLATES = READ_TEMPLATES | {"wording.edit", "wording.withdraw"}
RELEASE_TEMPLATES = READ_TEMPLATES | {"wording.release", "wording.refuse", "wording.retire"}
BYPASS = {"review.bypass_step"}
ISSUE = {"desk.overview", "review.issue_queue", "review.issue", "review.refuse_issue"}
CLOSE = {"cases.close", "cases.archive", "cases.withdraw"}
RELIEF = {
    "cases.record_relief",
    "cases.record_relief_notice",
    "cases.record_relief_answer",
    "cases.record_relief_result",
}
DIVIDE = {"inbox.hand_over", "cases.assign", "cases.divide", "cases.drop_division"}
DIVIDE |= {"cases.hand_on"}
LINK = {"cases.link", "cases.unlink", "cases.attach"}
LEDGER = {
    "ledger.intake",
    "ledger.export",
    "ledger.inspection",
    "ledger.upload",
    "ledger.match",
    "ledger.run_again",
    "ledger.discard",
    "ledger.reasons",
    "ledger.imports",
    "ledger.undo",
}
AGENCIES = {"admin.agency_list", "admin.add_agency", "admin.edit_agency"}
ACCOUNTS = {
    "admin.person_list",
    "admin.add_person",
    "admin.edit_person",
    "admin.issue_password",
    "admin.reactivate",
    "admin.let_in_again",
    "admin.end_log_ins",
    "admin.close_account",
}
ROLES = {
    "admin.role_list",
    "admin.grant_roles",
    "admin.reset_second_step",
    "admin.policy",
    "admin.permissions",
}
CALENDAR = {"calendar.show", "calendar.version", "calendar.notice", "calendar.enact"}
CONFIRM_ANNUAL = {"annual.confirm_year", "annual.unlock_year"}
ENTER_ANNUAL = {"annual.entries", "annual.take_in", "annual.take_back_return"}
LOCK_ANNUAL = {"annual.close_year", "annual.adjust"}
RESTRICT = {"cases.restrict", "cases.name_readers", "cases.lift_restriction"}
EVERYBODY = {
    "help.index",
    "help.chapter",
    "help.picture",
    "desk.home",
    "auth.keys",
}
OWN_ACCOUNT = {
    "auth.change_password",
    "auth.own_log_ins",
    "auth.end_log_in",
    "auth.end_other_log_ins",
    "auth.second_step",
    "auth.begin_second_step",
    "auth.bind_second_step",
    "auth.renew_recovery_codes",
    "auth.end_second_step",
}
EVERYBODY |= OWN_ACCOUNT
TOPICS = {"publication.note", "publication.decide"}
MAY_OPEN = {
    Role.CLERK: OFFICE
    | PAPERS
    | REGISTER
    | KEEP_TIME
    | CLOSE
    | RELIEF
    | LEDGER
    | DIVIDE
    | LINK
    | DELIVERING
    | REVEAL
    | TOPICS
    | {"cases.dispatch"},
    Role.HANDLER: OFFICE | PAPERS | KEEP_TIME | DRAFT | LINK | REVEAL | TOPICS,
    Role.UNIT_HEAD: OFFICE | PAPERS | REVIEW,
    Role.LEGAL_REVIEWER: OFFICE | PAPERS | REVIEW | EDIT_TEMPLATES,
    Role.SECRECY_REVIEWER: OFFICE | PAPERS | REVIEW | RESTRICT,
    Role.DEPUTY_LEADER: OFFICE | PAPERS | REVIEW,
    Role.LEADER: OFFICE
    | PAPERS
    | ISSUE
    | BYPASS
    | RELEASE_TEMPLATES
    | DIVIDE
    | CONFIRM_ANNUAL
    | RESTRICT
    | TOPICS
    | {"cases.extend", "cases.delay", "cases.reopen", "documents.void"},
    Role.STATISTICIAN: OFFICE | LEDGER | LOCK_ANNUAL | ENTER_ANNUAL,
    Role.SYSTEM_ADMIN: CALENDAR | CHAIN | LETTERS | AGENCIES | ACCOUNTS,
    Role.SECURITY_ADMIN: ROLES,
    Role.AUDITOR: {"admin.permissions"},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_exactly_its_pages(app, client, log_in_as, role: Role) -> None:
    log_in_as(client, role)
    expected = MAY_OPEN[role] | EVERYBODY
    opened = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        if "GET" in rule.methods:
            status = client.get(address(app, rule)).status_code
        else:
            token = client.read("/keys").split('name="csrf_token" value="')[1].split('"')[0]
            status = client.post(address(app, rule), data={"csrf_token": token}).status_code
        assert status != 500, rule.endpoint
        if status != 403:
            opened.add(rule.endpoint)
    assert opened == expected


def test_the_table_above_follows_the_grants(app) -> None:
    for endpoint in {rule.endpoint for rule in app.url_map.iter_rules()} - PUBLIC - EVERYBODY:
        permission = security.access_of(app, endpoint).permission
        assert isinstance(permission, Permission)
        holders = {role for role in Role if permission in GRANTS[role]}
        assert holders == {role for role in Role if endpoint in MAY_OPEN[role]}, endpoint
