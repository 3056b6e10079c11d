"""Ledgers taken in and given back: idempotent, whole or not at all, nothing lost on the way."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from casework.documents.spreadsheets import read_workbook, write_sheet
from casework.domain.application import ApplicantType, Channel, DeliveryMethod
from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.holiday_notice import NoticeDayKind, NoticeKind
from casework.domain.ledger_mapping import read_names
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.models import (
    Agency,
    Applicant,
    CalendarDay,
    CalendarVersion,
    Case,
    ClockFact,
    Delivery,
    Document,
    Event,
    LedgerImport,
    NumberCounter,
    Relief,
)
from casework.services import ledger_import, ledger_intake, ledger_source
from casework.services.ledger_export import export_ledger
from casework.services.ledger_import import ImportReport, import_ledger
from casework.services.ledger_source import LedgerFile
from tests.conftest import add_agency
from tests.domain.test_ledger import ledger_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.domain.ledger import LedgerRow
    from casework.services.desk import Desk

HEAD = "申请方式,收到日期,申请人,申请内容"
ONE = "当面,2018-02-09,林小满,柳湾村征地批复"
OF_FILE = {"file_name", "agency_id", "choice", "called"}
CHENZHOU = ("郴州市", "桂阳县", "汝城县")


@pytest.fixture
def desk(desk_for: Callable[..., Desk]) -> Desk:
    made: Desk = desk_for(Role.CLERK)
    made.session.commit()
    return made


def take_in(desk: Desk, *lines: str, **options: Any) -> ImportReport:
    content = "\n".join(lines).encode()
    of_file = {name: options.pop(name) for name in OF_FILE & options.keys()}
    file = LedgerFile(content=content, **{"file_name": "台账.csv"} | of_file)
    return import_ledger(desk, file, **options)


def export(desk: Desk, kind: str = ".csv", year: int = 2018, **options: Any) -> bytes:
    target = io.BytesIO()
    export_ledger(desk, target, kind, year=year, **options)
    return target.getvalue()


def counts(session: Session) -> dict[str, int]:
    tables = (Case, Applicant, ClockFact, Relief, Document, Delivery, Event, LedgerImport)
    return {
        table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


def only_case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def test_a_row_becomes_a_case_with_everything_that_belongs_to_it(desk: Desk) -> None:
    report = take_in(
        desk,
        HEAD + ",申请人类型,证件类型,证件号码,联系电话,承办单位,延期工作日,延期告知日期,收费金额,"
        "答复日期,办理结果,答复文号,送达方式,邮件号,行政复议日期,行政复议结果,备注",
        ONE + ",公民,居民身份证,990101199001010015,10000000001,耕保科,15,2018-02-28,12.5,"
        "2018-03-20,同意公开,青资公开答〔2018〕7号,EMS,EM0001,2018-04-20,维持,留存",
    )
    assert report.as_json() == {
        "rows": 1,
        "imported": 1,
        "unchanged": 0,
        "rejected": [],
        "unknown_columns": [],
    }
    case = only_case(desk.session)
    assert case.number == "青资公开〔2018〕1号"
    assert (case.state, case.channel, case.statute) == (State.CLOSED, Channel.IN_PERSON, "2007")
    assert case.applicant_type is ApplicantType.NATURAL_PERSON
    assert (case.replied_on, case.closed_on) == (date(2018, 3, 20), date(2018, 3, 20))
    assert (case.received_year, case.closed_year, case.version) == (2018, 2018, 1)
    # Fri 2018-02-09; the Spring Festival runs to Wed 02-21, and Sun 02-11 and Sat 02-24 are worked.
    assert case.original_due_on == date(2018, 3, 7)
    assert case.due_on == date(2018, 3, 28)
    assert (case.fee_yuan, case.note, case.unit) == (Decimal("12.50"), "留存", "耕保科")
    assert case.applicant.id_number == "990101199001010015"
    assert case.applicant.phone_index
    [fact] = case.clock_events
    assert (fact.kind, fact.days, fact.happened_on) == ("extension", 15, date(2018, 2, 28))
    [relief] = case.reliefs
    assert (relief.kind, relief.result, relief.filed_on) == ("review", "upheld", date(2018, 4, 20))
    [document] = desk.session.scalars(select(Document)).all()
    assert (document.document_number, document.content) == ("青资公开答〔2018〕7号", None)
    [delivery] = desk.session.scalars(select(Delivery)).all()
    assert (delivery.method, delivery.mail_number) == (DeliveryMethod.MAIL, "EM0001")
    assert delivery.document_id == document.id


def test_the_import_is_on_record(desk: Desk) -> None:
    take_in(desk, HEAD, ONE)
    events = desk.session.scalars(select(Event).order_by(Event.id)).all()
    of_case, of_file = events[-2:]
    record = desk.session.scalars(select(LedgerImport)).one()
    assert (of_case.action, of_case.to_state, of_case.role) == (
        "import",
        "awaiting_assignment",
        "clerk",
    )
    assert of_case.case_id == only_case(desk.session).id
    assert of_case.detail == {"import_id": record.id, "row": 2}
    assert (of_file.action, of_file.detail["imported"]) == ("import_ledger", 1)
    assert (record.file_name, record.row_count, record.imported_count) == ("台账.csv", 1, 1)
    assert "林小满" not in str(of_case.detail) + str(of_file.detail)


def test_rejected_rows_do_not_stop_the_others(desk: Desk) -> None:
    report = take_in(
        desk,
        "甲局2018年台账",
        HEAD + ",答复日期,办理结果,领导批示",
        ONE + ",,,请王科长阅",
        "书面,2018-02-30,林小满,批复,,,",
        "",
        "当面,2018-02-12,王五,批复,2018-02-26,已处理,",
        "当面,2018-02-12,王五,批复,2018-02-26,同意公开,",
    )
    assert (report.rows, report.imported, report.rejected_rows) == (4, 2, 2)
    assert report.unknown_columns == ("领导批示",)
    assert [
        (each["row"], each["column"], each["value"]) for each in report.as_json()["rejected"]
    ] == [
        (4, "申请方式", "书面"),
        (4, "收到日期", "2018-02-30"),
        (6, "办理结果", "已处理"),
    ]
    record = desk.session.scalars(select(LedgerImport)).one()
    assert (record.row_count, record.imported_count, record.rejected_count) == (4, 2, 2)


def test_a_filled_column_without_a_name_is_reported(desk: Desk) -> None:
    report = take_in(desk, HEAD + ",", ONE + ",手写的一格")
    assert report.unknown_columns == ("第5列（没有表头）",)


def test_importing_twice_changes_nothing(desk: Desk) -> None:
    lines = (
        HEAD + ",申请编号",
        ONE + ",",
        ONE + ",",
        ONE + ",2018-77",
        "当面,2018-02-12,王五,批复,",
    )
    first = take_in(desk, *lines)
    before = counts(desk.session)
    counters = desk.session.scalars(select(NumberCounter.last)).all()
    again = take_in(desk, *lines)
    assert (first.imported, again.imported, again.unchanged) == (4, 0, 4)
    assert counts(desk.session) == before
    assert desk.session.scalars(select(NumberCounter.last)).all() == counters


def test_rows_alike_in_every_cell_are_as_many_cases(desk: Desk) -> None:
    take_in(desk, HEAD, ONE)
    report = take_in(desk, HEAD, ONE, ONE, ONE)
    assert (report.unchanged, report.imported) == (1, 2)
    assert desk.session.scalar(select(func.count()).select_from(Case)) == 3


def test_a_file_that_has_grown_brings_in_the_new_rows_only(desk: Desk) -> None:
    take_in(desk, HEAD, ONE)
    report = take_in(desk, HEAD, "传真,2018-02-12,王五,批复", ONE)
    assert (report.unchanged, report.imported) == (1, 1)


def test_the_same_number_with_other_content_is_rejected_and_says_what_differs(desk: Desk) -> None:
    take_in(desk, "申请编号," + HEAD, "2018-7," + ONE)
    report = take_in(desk, "申请编号," + HEAD + ",备注", "2018-7,传真,2018-02-09,林小满,批复,另件")
    [rejection] = report.as_json()["rejected"]
    assert rejection == {
        "row": 2,
        "column": "申请编号",
        "value": "2018-7",
        "reason": (
            "申请编号“2018-7”已经有了，申请方式、申请内容、备注与这一行不同；导入不改动已有的"
            "案件，请您核对，需要更改的在系统里办理。"
        ),
    }
    assert only_case(desk.session).channel is Channel.IN_PERSON


def test_the_same_number_twice_in_one_file(desk: Desk) -> None:
    report = take_in(
        desk, "申请编号," + HEAD, "7," + ONE, "7," + ONE, "7,传真,2018-02-09,林小满,批复"
    )
    assert (report.imported, report.unchanged, report.rejected_rows) == (1, 1, 1)


def test_one_reply_of_former_years_may_answer_several_applications(desk: Desk) -> None:
    head = HEAD + ",申请编号,答复日期,办理结果,答复文号"
    end = ",2018-02-26,同意公开,青资公开答〔2018〕3号"
    assert take_in(desk, head, ONE + ",1" + end, ONE + ",2" + end).imported == 2
    assert take_in(desk, head, ONE + ",2" + end).unchanged == 1
    letters = desk.session.scalars(select(Document.document_number)).all()
    assert letters == ["青资公开答〔2018〕3号"] * 2


def test_numbers_are_drawn_per_year_of_receipt_and_never_meet_given_ones(desk: Desk) -> None:
    take_in(
        desk,
        "申请编号," + HEAD,
        ",当面,2018-02-09,林小满,甲",
        ",当面,2017-02-09,林小满,乙",
        ",当面,2018-02-12,林小满,丙",
        "青资公开〔2018〕5号,当面,2018-02-13,林小满,丁",
        "别的编号,当面,2018-02-13,林小满,戊",
    )
    numbers = set(desk.session.scalars(select(Case.number)))
    assert numbers == {
        "青资公开〔2018〕6号",
        "青资公开〔2017〕1号",
        "青资公开〔2018〕7号",
        "青资公开〔2018〕5号",
        "别的编号",
    }


def test_a_dry_run_reports_the_same_and_keeps_nothing(desk: Desk) -> None:
    before = counts(desk.session)
    lines = (HEAD, ONE, "书面,2018-02-09,林小满,批复")
    rehearsal = take_in(desk, *lines, dry_run=True, create_agencies=True)
    assert counts(desk.session) == before
    assert desk.session.scalars(select(NumberCounter)).all() == []
    assert take_in(desk, *lines).as_json() == rehearsal.as_json()


@pytest.mark.parametrize("chunk", [1, 3])
def test_a_dry_run_decides_as_the_real_one_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """Rows that meet each other across chunks, and records that are there already."""
    monkeypatch.setattr(ledger_source, "CHUNK", chunk)
    take_in(desk, f"申请编号,{HEAD}", f"甲1,{ONE}")
    lines = (
        f"申请编号,机关,{HEAD}",
        f"甲1,,{ONE}",
        f"甲1,,{ONE}二期",
        f"甲2,,{ONE}",
        f"甲2,,{ONE}",
        f"甲2,,{ONE}三期",
        f",,{ONE}",
        f",,{ONE}",
        f",新机关,{ONE}",
        f"丙1,新机关,{ONE}",
        f"丙1,新机关,{ONE}四期",
        f"甲3,,书面{ONE[2:]}",
    )
    before = counts(desk.session)
    rehearsal = take_in(desk, *lines, dry_run=True, create_agencies=True)
    assert counts(desk.session) == before
    real = take_in(desk, *lines, create_agencies=True)
    assert real.as_json() == rehearsal.as_json()
    assert (real.rows, real.imported, real.unchanged, real.rejected_rows) == (11, 5, 2, 4)
    reasons = [rejection.problem.reason for rejection in real.rejected]
    assert "申请内容与这一行不同" in reasons[0]
    assert "第4行也是这个编号，内容不同" in reasons[1]


def test_a_dry_run_takes_no_lock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for somebody who only looks."""
    monkeypatch.setattr(ledger_import, "transaction", None)
    assert take_in(desk, HEAD, ONE, dry_run=True).imported == 1


MAPPED = ("登记簿", "来件日,谁,要什么,怎么来的", "2018-02-09,林小满,柳湾村征地批复,现场")


def test_a_column_is_named_once_and_known_the_next_time(desk: Desk) -> None:
    called = read_names(["来件日=收到日期", "谁=申请人", "要什么=申请内容", "怎么来的=申请方式"])
    with pytest.raises(RuleBroken, match="没有找到表头"):
        take_in(desk, *MAPPED)
    assert take_in(desk, *MAPPED, called=called, dry_run=True).imported == 1
    with pytest.raises(RuleBroken, match="没有找到表头"):
        take_in(desk, *MAPPED)
    assert take_in(desk, *MAPPED, called=called).imported == 1
    assert only_case(desk.session).received_on == date(2018, 2, 9)
    again = take_in(desk, *MAPPED, "2018-02-10,王秀英,规划,来信")
    assert (again.imported, again.unchanged) == (1, 1)
    other = [line.replace("谁", "何人") for line in MAPPED]
    with pytest.raises(RuleBroken, match="没有找到表头"):
        take_in(desk, *other)


def test_what_was_named_before_counts_for_a_header_we_half_understand(desk: Desk) -> None:
    lines = ("收到日期,申请人,申请内容,怎么来的,收件日", "2018-02-09,林小满,批复,现场,2018-02-08")
    with pytest.raises(RuleBroken, match="没有申请方式"):
        take_in(desk, *lines)
    called = read_names(["怎么来的=申请方式", "收件日=收到日期", "收到日期=不导入"])
    report = take_in(desk, *lines, called=called)
    assert report.unknown_columns == ("收到日期",)
    assert only_case(desk.session).received_on == date(2018, 2, 8)
    assert take_in(desk, *lines).unchanged == 1


def test_a_case_goes_by_the_calendar_of_its_own_agency(desk: Desk, city: Agency) -> None:
    """Local days off of a branch count for its rows, not for the city's (docs/calendar.md)."""
    branch = desk.session.scalars(select(Agency).where(Agency.code == "QYZG-1")).one()
    desk.session.add(
        CalendarVersion(
            label="2018-local-1",
            kind=NoticeKind.LOCAL,
            agency_id=branch.id,
            year=2018,
            number="",
            title="临江区防汛停工",
            author="系统",
            imported_at=desk.now,
            sha256="0" * 64,
            days=[CalendarDay(day=date(2018, 6, 5), kind=NoticeDayKind.OFF, name="停工")],
        )
    )
    desk.session.commit()
    line = "网络,2018-06-04,林小满,规划"
    take_in(desk, f"机关,{HEAD}", f"{city.code},{line}", f"{branch.code},{line}")
    due = dict(desk.session.execute(select(Case.agency_id, Case.due_on)).all())
    assert due[branch.id] > due[city.id]


def test_a_crash_in_the_middle_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts(desk.session)
    monkeypatch.setattr(ledger_source, "CHUNK", 2)
    real, calls = ledger_intake.store_rows, []

    def fails_later(*args: Any, **options: Any) -> None:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*args, **options)

    monkeypatch.setattr(ledger_intake, "store_rows", fails_later)
    with pytest.raises(KeyboardInterrupt):
        take_in(desk, HEAD, *[ONE] * 9)
    assert len(calls) == 3
    assert counts(desk.session) == before
    assert desk.session.scalars(select(NumberCounter)).all() == []


def test_progress_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_source, "CHUNK", 2)
    told: list[tuple[str, int]] = []
    take_in(desk, HEAD, *[ONE] * 5, progress=lambda stage, rows: told.append((stage, rows)))
    assert told == [("reading", 2), ("reading", 4), ("reading", 5), ("writing", 0)]


# Agencies.


@pytest.fixture
def city(session: Session, desk: Desk) -> Agency:
    """青沅市自然资源和规划局 with two branches that each have a 办公室."""
    root = session.scalars(select(Agency)).one()
    for code, name in (("QYZG-1", "临江分局"), ("QYZG-2", "高新分局")):
        branch = add_agency(session, code=code, name=name, prefix=name, parent=root)
        add_agency(session, code=f"{code}-B", name="办公室", prefix=f"{name}办", parent=branch)
    session.commit()
    assert desk.actor.agency_id == root.id
    return root


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "QYZG"),
        ("QYZG-2", "QYZG-2"),
        ("临江分局", "QYZG-1"),
        ("临江分局/办公室", "QYZG-1-B"),
        ("青沅市自然资源和规划局／高新分局 / 办公室", "QYZG-2-B"),
    ],
)
def test_an_agency_by_name_code_or_path(desk: Desk, city: Agency, text: str, code: str) -> None:
    assert city.code == "QYZG"
    assert take_in(desk, HEAD + ",机关", f"{ONE},{text}").imported == 1
    assert only_case(desk.session).agency.code == code


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "办公室",
            (
                "机关“办公室”有2个，请您写明上级，如青沅市自然资源和规划局/临江分局/办公室、"
                "青沅市自然资源和规划局/高新分局/办公室。"
            ),
        ),
        ("东山分局", "机关名录里没有“东山分局”，请您核对名称，或者先添加这个机关。"),
    ],
)
def test_an_agency_that_is_not_plain_is_rejected(
    desk: Desk, city: Agency, text: str, reason: str
) -> None:
    assert city.code == "QYZG"
    [rejection] = take_in(desk, HEAD + ",机关", f"{ONE},{text}").as_json()["rejected"]
    assert (rejection["column"], rejection["reason"]) == ("机关", reason)


def test_an_agency_outside_the_actors_subtree_is_not_there(
    desk_for: Callable[..., Desk], session: Session, city: Agency
) -> None:
    branch = session.scalars(select(Agency).where(Agency.code == "QYZG-1")).one()
    clerk = desk_for(Role.CLERK, name="分局登记员", at=branch)
    session.commit()
    report = take_in(clerk, HEAD + ",机关", f"{ONE},QYZG-2", f"{ONE},")
    assert (report.imported, report.rejected_rows) == (1, 1)
    assert only_case(session).agency_id == branch.id
    with pytest.raises(NotFound):
        take_in(clerk, HEAD, ONE, agency_id=city.id)


def test_unknown_agencies_are_created_only_when_asked(desk: Desk) -> None:
    lines = (
        HEAD + ",机关",
        f"{ONE},{'/'.join(CHENZHOU[:2])}",
        f"{ONE},{CHENZHOU[0]}/{CHENZHOU[2]}",
        f"{ONE},{CHENZHOU[0]}",
        f"{ONE},直属分局",
    )
    assert take_in(desk, *lines).rejected_rows == 4
    assert take_in(desk, *lines, create_agencies=True).imported == 4
    agencies = {agency.name: agency for agency in desk.session.scalars(select(Agency))}
    city, county = agencies["郴州市"], agencies["桂阳县"]
    assert (city.parent_id, county.parent_id) == (None, city.id)
    assert county.path == f"/{city.id}/{county.id}/"
    assert agencies["汝城县"].parent_id == city.id
    assert agencies["直属分局"].parent_id == desk.actor.agency_id


# What is no ledger.


def test_a_workbook_of_several_ledgers_is_not_guessed_at(desk: Desk) -> None:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target)
    for name in ("2017", "2018"):
        workbook.add_worksheet(name).write_row(0, 0, HEAD.split(","))
    workbook.add_worksheet("说明").write_string(0, 0, "填表说明")
    workbook.close()
    with pytest.raises(RuleBroken) as caught:
        import_ledger(desk, LedgerFile(content=target.getvalue(), file_name="a.xlsx"))
    assert caught.value.message == (
        "文件里有2张台账（“2017”、“2018”），请您每次导入一张，各存为一个文件。"
    )


def test_a_file_without_the_required_columns_is_refused(desk: Desk) -> None:
    with pytest.raises(RuleBroken, match="表头里没有申请方式、申请内容"):
        take_in(desk, "收到日期,申请人,备注", "2018-02-09,林小满,x")


def test_only_who_may_imports_and_exports(desk_for: Callable[..., Desk]) -> None:
    handler = desk_for(Role.HANDLER)
    with pytest.raises(PermissionRefused):
        take_in(handler, HEAD, ONE)
    with pytest.raises(PermissionRefused):
        export(handler)
    statistician = desk_for(Role.STATISTICIAN)
    with pytest.raises(PermissionRefused, match="显示申请人全部信息"):
        export(statistician)


# Export.


def test_an_export_is_what_the_year_counts_and_is_on_record(desk: Desk) -> None:
    end = ",{0},同意公开"
    take_in(
        desk,
        HEAD + ",答复日期,办理结果",
        "当面,2017-12-20,甲甲,甲" + end.format("2017-12-29"),
        "当面,2017-12-28,乙乙,乙" + end.format("2018-01-05"),
        "当面,2018-03-01,丙丙,丙" + end.format("2018-03-09"),
        "当面,2018-12-28,丁丁,丁,,",
    )
    text = export(desk).decode("utf-8-sig")
    assert [line.split(",")[6] for line in text.splitlines()[1:]] == ["乙乙", "丙丙", "丁丁"]
    received = export(desk, carried_in=False).decode("utf-8-sig")
    assert [line.split(",")[6] for line in received.splitlines()[1:]] == ["丙丙", "丁丁"]
    event = desk.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.action, event.detail) == (
        "export_ledger",
        {"year": 2018, "agency_id": None, "rows": 2, "full": True},
    )


def test_a_masked_export_shows_no_personal_data(desk: Desk) -> None:
    take_in(desk, HEAD + ",联系电话", ONE + ",0735-1000000")
    target = io.BytesIO()
    export_ledger(
        desk, target, ".csv", year=2018, mask=lambda row: replace(row, name="林＊＊", phone="")
    )
    text = target.getvalue().decode("utf-8-sig")
    assert "林＊＊" in text
    assert "林小满" not in text
    assert "0735-1000000" not in text


def test_dangerous_cells_stay_text_in_both_kinds_of_export(desk: Desk) -> None:
    take_in(desk, HEAD + ",备注", '当面,2018-02-09,林小满,"=HYPERLINK(""x"")",+86 10')
    [sheet] = read_workbook(export(desk, ".xlsx"), "a.xlsx")
    rows = [row for _, row in sheet.rows()]
    assert rows[1][13] == '=HYPERLINK("x")'
    assert "'+86 10" in export(desk).decode("utf-8-sig")


@pytest.mark.parametrize("kind", [".xlsx", ".csv"])
def test_acceptance_73_an_exported_file_taken_in_again_changes_nothing(
    desk: Desk, kind: str
) -> None:
    take_in(
        desk,
        HEAD + ",申请编号,备注,答复日期,办理结果",
        ONE + ',,"=1\n\'二",2018-02-26,部分公开-个人隐私',
        ONE + ",2018-9,－3,,",
    )
    content = export(desk, kind)
    before = counts(desk.session)
    report = import_ledger(desk, LedgerFile(content=content, file_name=f"a{kind}"))
    assert (report.unchanged, report.as_json()["rejected"]) == (2, [])
    after = counts(desk.session)
    assert after.pop("events") == before.pop("events")
    assert after == before


def tables_of(session: Session) -> list[Any]:
    """Everything a ledger carries, as plain values in the order of the receipt days."""
    skipped = {"id", "case_id", "agency_id", "import_id", "import_key", "document_id", "number"}

    def plain(record: Any) -> tuple[Any, ...]:
        return tuple(
            getattr(record, column.key)
            for column in record.__mapper__.columns
            if column.key not in skipped
        )

    cases = session.scalars(select(Case)).all()
    found = []
    for case in cases:
        deliveries = session.scalars(select(Delivery).where(Delivery.case_id == case.id))
        documents = session.scalars(select(Document).where(Document.case_id == case.id))
        found.append(
            (
                plain(case),
                plain(case.applicant),
                sorted(map(repr, map(plain, case.clock_events))),
                sorted(map(repr, map(plain, case.reliefs))),
                [plain(delivery) for delivery in deliveries],
                [plain(document) for document in documents],
            )
        )
    return sorted(found, key=repr)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(ledger_rows(), min_size=1, max_size=4), kind=st.sampled_from([".xlsx", ".csv"])
)
def test_export_into_an_empty_database_gives_identical_tables(
    desk: Desk, session: Session, rows: list[LedgerRow], kind: str
) -> None:
    wipe(session)
    first = ledger_import.import_rows(desk, rows, source="a")
    content = export(desk, kind)
    before = tables_of(session)
    wipe(session)
    second = import_ledger(desk, LedgerFile(content=content, file_name=f"a{kind}"))
    assert second.rejected == []
    assert second.imported == first.imported == len(before)
    assert tables_of(session) == before


def wipe(session: Session) -> None:
    for table in (Event, Delivery, Document, Relief, ClockFact, Applicant, Case, LedgerImport):
        session.execute(table.__table__.delete())  # type: ignore[attr-defined]
    session.execute(NumberCounter.__table__.delete())  # type: ignore[attr-defined]
    session.commit()
    session.expire_all()


def test_a_sheet_written_by_us_has_the_columns_of_the_interface(desk: Desk) -> None:
    take_in(desk, HEAD, ONE)
    [sheet] = read_workbook(export(desk, ".xlsx"), "a.xlsx")
    head = next(iter(sheet.rows()))[1]
    assert (head[0], head[-1], len(head)) == ("申请编号", "备注", 39)


def test_an_empty_year_is_a_sheet_with_a_header_only(desk: Desk) -> None:
    assert len(export(desk, year=2011).decode("utf-8-sig").splitlines()) == 1


def test_what_write_sheet_cannot_write_it_refuses() -> None:
    with pytest.raises(RuleBroken, match=r"\.xlsx 或者 \.csv"):
        write_sheet(io.BytesIO(), ".ods", ["甲"], [])
