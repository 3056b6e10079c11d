from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.domain.permissions import Role
from casework.domain.states import State
from casework.models import Case
from tests.web.conftest import text_of
from tests.web.test_road import APPLICATION, register


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


@pytest.mark.parametrize(
    ("channel", "mode", "quote"),
    [
        ("in_person", "counter", "以提交之日为收到申请之日"),
        ("mail", "signed_mail", "以行政机关签收之日为收到申请之日"),
        ("online", "web_form", "以双方确认之日为收到申请之日"),
        ("fax", "fax", "以双方确认之日为收到申请之日"),
    ],
)
def test_acceptance_21_each_channel_quotes_its_rule(clerk, channel, mode, quote) -> None:
    page = clerk.read(f"/register?channel={channel}")
    assert f'value="{mode}" checked' in page
    assert quote in page
    assert "条例第三十一条" in page


def test_acceptance_21_an_unconfirmed_application_waits_on_the_desk(
    clerk, session, refresh
) -> None:
    page = register(
        clerk, receipt_mode="web_form", received_on="", arrived_on="2026-09-24", submitted_on=""
    )
    assert "收到日期尚未确认，期限不起算" in text_of(clerk.read(page))
    desk = text_of(clerk.read("/desk"))
    # Thu 09-24 arrived; 09-25 to 09-27 is the holiday, so Mon 09-28 is the next working day.
    assert "林＊珍 网站表单 · 9月24日 到达" in desk
    assert "今天须确认，已等 1 个工作日" in desk
    answer = clerk.submit(f"{page}/confirm-receipt", received_on="9-28")
    assert answer.status_code == 302
    refresh()
    case = session.scalars(select(Case)).one()
    assert case.state is State.AWAITING_ASSIGNMENT
    assert case.office_due_on.isoformat() == "2026-10-23"


def test_the_panel_reckons_without_keeping(clerk, session) -> None:
    answer = clerk.submit("/register", **(APPLICATION | {"do": "reckon", "received_on": "9-7"}))
    shown = text_of(answer.get_data(as_text=True))
    assert answer.status_code == 200
    # Mon 2026-09-07: Mid-Autumn 09-25 to 09-27 and National Day 10-01 to 10-07 are off,
    # Sun 09-20 and Sat 10-10 are worked.
    assert "2026年9月28日（周一）" in shown
    assert "中秋节、国庆节放假不计" in shown or "中秋节放假不计" in shown
    assert "至迟 9月16日 周三" in shown
    assert session.scalars(select(Case)).all() == []


def test_the_panel_says_when_a_date_cannot_be_read(clerk) -> None:
    answer = clerk.submit("/register", **(APPLICATION | {"do": "reckon", "received_on": "昨天"}))
    page = answer.get_data(as_text=True)
    assert "“昨天”不是日期" in page
    assert 'value="昨天"' in page


def test_acceptance_22_a_receipt_day_that_cannot_be_is_told_on_its_field(clerk) -> None:
    for day, sentence in (
        ("2026-09-29", "在今天之后"),
        ("2026-09-27", "早于申请日期"),
        ("2025-09-27", "超过一年"),
    ):
        submitted = "2026-09-28" if day == "2026-09-27" else ""
        answer = clerk.submit(
            "/register", **(APPLICATION | {"received_on": day, "submitted_on": submitted})
        )
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert sentence in page
        assert 'href="#received_on"' in page
        assert 'id="received_on-e"' in page
        assert 'aria-invalid="true"' in page
        assert 'value="林秀珍"' in page  # nothing typed is lost


def test_the_summary_lists_every_complaint_with_a_link(clerk) -> None:
    answer = clerk.submit(
        "/register", **(APPLICATION | {"id_number": "110105194912310021", "received_on": "2月30日"})
    )
    page = answer.get_data(as_text=True)
    assert "有 2 处要改，其余已保留" in page
    assert page.index('role="alert"') < page.index('href="#id_number"')
    assert "第 18 位校验不符" in page
    assert "没有“2月30日”这一天" in page


@pytest.mark.parametrize(
    ("field", "sentence"), [("name", "请填申请人姓名"), ("request_text", "请照申请表填写申请内容")]
)
def test_what_article_29_asks_for_is_asked_for(clerk, field, sentence) -> None:
    answer = clerk.submit("/register", **(APPLICATION | {field: " "}))
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_former_applications_of_the_same_name_stand_beside_the_form(clerk) -> None:
    register(clerk)
    answer = clerk.submit("/register", **(APPLICATION | {"do": "reckon"}))
    shown = text_of(answer.get_data(as_text=True))
    assert "此人的其他申请 1 件" in shown
    assert "内容相同" in shown


def test_the_next_one_opens_with_the_same_channel(clerk) -> None:
    answer = clerk.submit(
        "/register", **(APPLICATION | {"receipt_mode": "signed_mail", "do": "next"})
    )
    assert answer.location == "/register?channel=mail"
    assert "已登记" in clerk.read(answer.location)


def test_another_regulation_needs_a_reason_and_then_rules_the_clock(
    clerk, session, refresh
) -> None:
    answer = clerk.submit("/register", **(APPLICATION | {"statute": "2007"}))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#statute_reason"' in page
    assert "2007条例" in text_of(page)
    page = register(clerk, statute="2007", statute_reason="申请人在旧条例施行期间提出")
    refresh()
    case = session.scalars(select(Case)).one()
    assert case.statute.value == "2007"
    assert case.due_on == case.office_due_on
    assert "申请人在旧条例施行期间提出" in clerk.read(page)


TYPED = {"name": "林秀珍", "request_text": "柳湾村征收补偿安置方案", "do": "reckon"}
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


def test_what_was_typed_is_there_after_a_power_cut(clerk, session) -> None:
    clerk.submit("/register", **(APPLICATION | TYPED | {"received_on": "昨天"}))
    page = clerk.read("/register?channel=mail")
    assert "您有一份没有登记完的申请" in text_of(page)
    assert "林秀珍" not in page, "another clerk may look over the shoulder"
    again = clerk.read("/register?draft=1")
    assert "柳湾村征收补偿安置方案" in again
    assert 'value="林秀珍"' in again
    assert 'value="昨天"' in again
    stored = session.connection().exec_driver_sql("SELECT body FROM unfinished_registrations")
    assert "林秀珍" not in stored.scalar_one()


def test_what_was_kept_goes_with_the_registration_or_when_one_says_so(clerk, session) -> None:
    clerk.submit("/register", **(APPLICATION | TYPED))
    register(clerk)
    assert "没有登记完" not in clerk.read("/register")
    clerk.submit("/register", **(APPLICATION | TYPED))
    clerk.submit("/register/drop", page="/register")
    assert "接着填" not in text_of(clerk.read("/register"))
    assert "林秀珍" not in clerk.read("/register?draft=1")
    assert (
        session.connection()
        .exec_driver_sql("SELECT count(*) FROM unfinished_registrations")
        .scalar_one()
        == 0
    )


def test_a_refused_form_is_kept_too_and_only_for_its_own_clerk(app, clerk, log_in_as) -> None:
    answer = clerk.submit("/register", **(APPLICATION | {"name": "", "request_text": "补偿"}))
    assert answer.status_code == 422
    assert "没有登记完" in clerk.read("/register")
    other = app.test_client()
    log_in_as(other, Role.CLERK, Role.HANDLER)
    assert "没有登记完" not in other.read("/register")


def test_scans_are_put_into_the_file_and_a_bad_one_does_not_undo_the_case(clerk, session) -> None:
    from io import BytesIO

    answer = clerk.submit(
        "/register",
        **APPLICATION,
        files=[
            (BytesIO(PICTURE), "身份证.png"),
            (BytesIO(b"MZ\x90\x00"), "申请表.exe"),
        ],
    )
    assert answer.status_code == 302
    page = clerk.read(answer.headers["Location"])
    assert "身份证.png" in page
    assert "“申请表.exe”没有存入" in text_of(page)
    assert len(session.scalars(select(Case)).all()) == 1


def test_the_receipt_is_printed_at_once(clerk) -> None:
    answer = clerk.submit("/register", **(APPLICATION | {"do": "receipt"}))
    assert answer.status_code == 302
    printed = clerk.get(answer.headers["Location"])
    assert printed.mimetype == "application/pdf"
    assert printed.data.startswith(b"%PDF")


def test_without_a_receipt_day_there_is_no_receipt_but_a_case(clerk, session) -> None:
    answer = clerk.submit(
        "/register",
        **(
            APPLICATION
            | {"do": "receipt", "receipt_mode": "web_form", "received_on": "", "submitted_on": ""}
            | {"arrived_on": "2026-09-24"}
        ),
    )
    page = text_of(clerk.read(answer.headers["Location"]))
    assert "案件已登记，回执没有出具" in page
    assert len(session.scalars(select(Case)).all()) == 1


@pytest.mark.parametrize(
    ("code", "status"), [("91110000600037341L", 302), ("91110000600037341X", 422), ("9111", 422)]
)
def test_a_credit_code_is_checked(clerk, code: str, status: int) -> None:
    answer = clerk.submit(
        "/register",
        **(
            APPLICATION
            | {"applicant_type": "company", "id_kind": "统一社会信用代码", "id_number": code}
        ),
    )
    assert answer.status_code == status
    assert ("统一社会信用代码校验不符" in answer.get_data(as_text=True)) is (status == 422)
