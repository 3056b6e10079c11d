"""收报表: tables of units outside the system, their checks, versions and sum."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from casework.documents.annual_cells import AnnualReturn
from casework.documents.annual_xlsx import render_xlsx
from casework.domain.annual_checks import passes
from casework.domain.annual_fold import fold
from casework.domain.annual_sheet import Sheet
from casework.domain.errors import NotFound, PermissionRefused, RuleBroken
from casework.domain.forms import form_for_year, get_form
from casework.domain.narrative import narrative, narrative_text
from casework.domain.permissions import Role
from casework.domain.report_text import check_text
from casework.models import Event, HandedReturn
from casework.queries.annual_checked import check_records
from casework.queries.annual_cube import Scope, read_table
from casework.queries.annual_facts import read_facts
from casework.queries.annual_locks import find_lock
from casework.queries.annual_record import check_lock
from casework.queries.annual_returns import Standing, list_units, list_versions
from casework.services.annual_lock import YearKey, close_year, confirm_year
from casework.services.handed_returns import HandIn, hand_in, take_back
from tests.conftest import add_agency, add_user
from tests.documents.annual_tables import random_cube, random_reliefs
from tests.web.test_annual_pages import add_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from casework.domain.annual_checks import Check
    from casework.models import Agency
    from casework.services.desk import Desk

FORM = form_for_year(2025)


@pytest.fixture
def statistician(desk_for: Callable[..., Desk]) -> Desk:
    return desk_for(Role.STATISTICIAN, name="沈薇")


@pytest.fixture
def county(session: Session, agency: Agency) -> Agency:
    return add_agency(session, code="XIAN", name="石桥县", prefix="石政", parent=agency)


@pytest.fixture
def town(session: Session, county: Agency) -> Agency:
    return add_agency(session, code="ZHEN", name="石桥县城关镇", prefix="城关", parent=county)


def table(cases: int = 60, seed: int = 7, year: int = 2025) -> Any:
    cube = random_cube(cases=cases, seed=seed)
    return fold(form_for_year(year), year, cube, random_reliefs(seed))


def as_file(filled: Any, name: str = "石桥县") -> bytes:
    return render_xlsx(AnnualReturn(table=filled, agency=name))


def wanted(agency: Agency, filled: Any, **more: Any) -> HandIn:
    facts = {
        "agency_id": agency.id,
        "year": filled.year,
        "file_name": "石桥县2025.xlsx",
        "content": as_file(filled),
    }
    return HandIn(**(facts | more))


def named(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.id: check for check in checks}


def refused(code: str, act: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as refusal:
        act()
    assert refusal.value.code == code
    return refusal.value.message


def test_acceptance_68_a_city_is_its_records_and_what_was_handed_in(
    session: Session, agency: Agency, county: Agency, statistician: Desk
) -> None:
    for month in range(1, 10):
        add_case(session, agency, date(2025, month, 3), date(2025, month, 20))
    session.commit()
    city = Scope(path=agency.path)
    records = read_table(session, FORM, 2025, city)
    handed = table()
    content = as_file(handed)
    report = hand_in(statistician, wanted(county, handed, content=content))
    assert (report.version, report.former, report.is_sound) == (1, 0, True)
    session.expire_all()
    both = read_table(session, FORM, 2025, city)
    for cell, figure in both.cells.items():
        assert figure == records.cells[cell] + handed.cells[cell]
    for cell, count in both.relief.items():
        assert count == records.relief[cell] + handed.relief[cell]
    assert both.handed is not None
    [about] = both.handed.returns
    assert (about.agency_name, about.version) == ("石桥县", 1)
    assert about.sha256 == hashlib.sha256(content).hexdigest()
    assert read_table(session, FORM, 2025, Scope(path=agency.path, own=True)).handed is None
    assert read_table(session, FORM, 2025, Scope(path=county.path)).cells == handed.cells
    kept = session.scalars(select(HandedReturn)).one()
    assert (kept.actor.name, kept.handed_at) == ("沈薇", statistician.now)
    event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert event.action == "hand_in_return"
    assert event.detail["sha256"] == about.sha256


def test_acceptance_73_the_json_we_export_is_taken_in_as_it_is(
    county: Agency, statistician: Desk, session: Session
) -> None:
    handed = table()
    content = json.dumps(handed.as_json() | {"agency": {"name": "石桥县"}}).encode()
    hand_in(statistician, wanted(county, handed, content=content, file_name="a.json"))
    session.expire_all()
    assert read_table(session, FORM, 2025, Scope(path=county.path)).cells == handed.cells


def test_a_table_with_a_fault_is_not_kept_and_its_faults_are_named(
    county: Agency, statistician: Desk, session: Session
) -> None:
    rows = table().as_json()
    rows["rows"]["R1"]["C1"] += 2
    rows["rows"]["R4"]["C2"] = "/"
    del rows["relief"]
    content = json.dumps(rows).encode()
    report = hand_in(statistician, wanted(county, table(), content=content, file_name="a.json"))
    assert (report.version, report.is_sound) == (0, False)
    checks = named(report.checks)
    assert {"I1", "I3", "I5", "whole"} <= {key for key, one in checks.items() if not one.ok}
    assert "填的是“/”" in checks["I5"].message
    assert "四、政府信息公开行政复议" in checks["whole"].message
    assert session.scalars(select(HandedReturn)).all() == []


def test_a_preview_keeps_nothing_and_tells_what_would_change(
    county: Agency, statistician: Desk, session: Session
) -> None:
    hand_in(statistician, wanted(county, table()))
    newer = table(cases=61)
    report = hand_in(statistician, wanted(county, newer), dry_run=True)
    assert (report.version, report.former) == (0, 1)
    assert ("R1", "C7") in {cell for cell, _, _ in report.changed}
    assert len(list_versions(session, county.id, 2025)) == 1


def test_a_new_version_needs_a_reason_and_the_former_one_stays_on_record(
    county: Agency, statistician: Desk, session: Session
) -> None:
    hand_in(statistician, wanted(county, table()))
    message = refused(
        "reason_missing", lambda: hand_in(statistician, wanted(county, table(cases=61)))
    )
    assert "第1版" in message
    session.rollback()
    report = hand_in(
        statistician, wanted(county, table(cases=61), reason="县里更正了一件的办理结果")
    )
    assert (report.version, report.former) == (2, 1)
    session.expire_all()
    newer, former = list_versions(session, county.id, 2025)
    assert former.end_reason == "县里更正了一件的办理结果"
    assert former.ended_by is not None
    assert newer.ended_at is None
    assert read_table(session, FORM, 2025, Scope(path=county.path)).value("R1", "C7") == table(
        cases=61
    ).value("R1", "C7")
    take_back(statistician, newer.id, reason="县里改用本系统")
    session.expire_all()
    assert read_table(session, FORM, 2025, Scope(path=county.path)).handed is None
    assert [one.version for one in list_versions(session, county.id, 2025)] == [2, 1]


def test_nothing_is_counted_in_two_tables(
    county: Agency, town: Agency, statistician: Desk, session: Session
) -> None:
    hand_in(statistician, wanted(town, table(cases=9)))
    refused(
        "covered_below",
        lambda: hand_in(statistician, wanted(county, table(), covers_below=True)),
    )
    session.rollback()
    hand_in(statistician, wanted(county, table()))
    [mine] = list_versions(session, town.id, 2025)
    take_back(statistician, mine.id, reason="并入县表")
    hand_in(statistician, wanted(county, table(cases=70), covers_below=True, reason="县表改含乡镇"))
    refused("covered_above", lambda: hand_in(statistician, wanted(town, table(cases=9))))
    session.rollback()
    add_case(session, town, date(2025, 5, 6), date(2025, 5, 9))
    session.commit()
    again = wanted(county, table(cases=71), covers_below=True, reason="再次更正")
    message = refused("has_records", lambda: hand_in(statistician, again))
    assert "1件案件" in message
    session.rollback()
    sure = wanted(
        county, table(cases=71), covers_below=True, reason="再次更正", beside_records=True
    )
    assert hand_in(statistician, sure).version == 3
    session.expire_all()
    _, checks = check_records(session, FORM, 2025, Scope(path=county.path))
    assert "石桥县城关镇（1件）" in named(checks)["counted_twice"].message


def test_units_that_did_not_report_are_listed_at_any_node(
    agency: Agency, county: Agency, statistician: Desk, session: Session
) -> None:
    add_agency(session, code="ZHEN", name="石桥县城关镇", prefix="城关", parent=county)
    quiet = add_agency(session, code="SHUI", name="石桥县水务局", prefix="石水", parent=county)
    gone = add_agency(session, code="LIN", name="石桥县林业局", prefix="石林", parent=county)
    gone.is_active = False
    add_user(session, login="shui", name="水务", agency=quiet, roles={Role.CLERK})
    session.commit()
    city = Scope(path=agency.path)
    standings = {unit.name: unit.standing for unit in list_units(session, 2025, city)}
    assert standings == {
        agency.name: Standing.RECORDS,  # it has an account: no case is a zero
        "石桥县": Standing.MISSING,
        "石桥县城关镇": Standing.MISSING,
        "石桥县水务局": Standing.RECORDS,
    }
    _, checks = check_records(session, FORM, 2025, city)
    told = named(checks)["missing_units"]
    assert not told.ok
    assert not told.hard
    assert "石桥县、石桥县城关镇既没有" in told.message
    hand_in(statistician, wanted(county, table(), covers_below=True, beside_records=True))
    session.expire_all()
    units = {unit.name: unit for unit in list_units(session, 2025, city)}
    assert units["石桥县"].standing is Standing.HANDED_IN
    assert units["石桥县城关镇"].covered_by == "石桥县"
    assert "missing_units" not in named(check_records(session, FORM, 2025, city)[1])


def test_acceptance_61_a_unit_begins_with_what_its_last_table_carried_over(
    county: Agency, agency: Agency, statistician: Desk, session: Session
) -> None:
    this = table()
    city = Scope(path=agency.path)
    hand_in(statistician, wanted(county, this))
    session.expire_all()
    unknown = named(check_records(session, FORM, 2025, city)[1])["handed_years_unknown"]
    assert (unknown.ok, unknown.hard) == (False, False)
    last = table(seed=99, year=2024)
    hand_in(statistician, wanted(county, last))
    session.expire_all()
    across = named(check_records(session, FORM, 2025, city)[1])["handed_years"]
    assert (across.ok, across.hard) == (False, True)
    assert "石桥县：" in across.message


def test_acceptance_69_a_locked_year_takes_no_table_and_gives_the_same_bytes(
    agency: Agency, county: Agency, session: Session, desk_for: Callable[..., Desk]
) -> None:
    statistician = desk_for(Role.STATISTICIAN, name="沈薇")
    leader = desk_for(Role.LEADER, name="罗建平")
    handed = table()
    # Its carry-in must be known, or the sum could not be locked.
    rows = table(year=2024).as_json()
    for column in FORM.column_codes:
        rows["rows"]["R4"][column] = handed.value("R2", column)
        rows["rows"]["R1"][column] = (
            rows["rows"]["R3.7"][column] + rows["rows"]["R4"][column] - rows["rows"]["R2"][column]
        )
    last = json.dumps(rows).encode()
    before = wanted(county, handed, year=2024, content=last, file_name="a.json")
    assert hand_in(statistician, before).is_sound
    hand_in(statistician, wanted(county, handed))
    add_case(session, agency, date(2025, 3, 3), date(2025, 3, 20))
    session.commit()
    key = YearKey(agency.id, 2025)
    close_year(statistician, key)
    confirm_year(leader, key)
    session.expire_all()
    lock = find_lock(session, *key[:2], own=False)
    assert lock is not None
    assert check_lock(session, lock).same
    assert '"agency_name":"石桥县"' in lock.table_text
    refused(
        "year_locked",
        lambda: hand_in(statistician, wanted(county, table(cases=61), reason="更正")),
    )
    session.rollback()
    [kept] = list_versions(session, county.id, 2025)
    refused("year_locked", lambda: take_back(statistician, kept.id, reason="误收"))


def test_what_is_no_table_of_the_year_is_refused(
    county: Agency, statistician: Desk, session: Session
) -> None:
    this_year = wanted(county, table(), year=2026)
    assert "2025年度的表" in refused("other_year", lambda: hand_in(statistician, this_year))
    old = fold(get_form("2014"), 2018, [])
    other = json.dumps(old.as_json() | {"year": 2025}).encode()
    asked = wanted(county, table(), content=other, file_name="a.json")
    assert "退回填报单位" in refused("other_form", lambda: hand_in(statistician, asked))
    runs = json.dumps(table().as_json() | {"year": 2026}).encode()
    asked = wanted(county, table(), year=2026, content=runs, file_name="a.json")
    refused("year_runs", lambda: hand_in(statistician, asked))
    session.rollback()


def test_only_a_statistician_takes_tables_in_and_only_in_their_own_tree(
    session: Session, county: Agency, desk_for: Callable[..., Desk]
) -> None:
    with pytest.raises(PermissionRefused):
        hand_in(desk_for(Role.CLERK, name="周敏"), wanted(county, table()))
    other = add_agency(session, code="OTHER", name="别市", prefix="别")
    stranger = desk_for(Role.STATISTICIAN, name="外人", at=other)
    with pytest.raises(NotFound):
        hand_in(stranger, wanted(county, table()))
    session.rollback()
    mine = desk_for(Role.STATISTICIAN, name="沈薇")
    hand_in(mine, wanted(county, table()))
    [kept] = list_versions(session, county.id, 2025)
    with pytest.raises(NotFound):
        take_back(stranger, kept.id, reason="不该")


def test_the_chapter_says_what_is_known_of_our_own_records_alone(
    agency: Agency, county: Agency, session: Session, statistician: Desk
) -> None:
    for month in range(1, 10):
        add_case(session, agency, date(2025, month, 3), date(2025, month, 20), subject="征地")
    session.commit()
    handed = table()
    hand_in(statistician, wanted(county, handed))
    session.expire_all()
    facts = read_facts(
        session,
        FORM,
        2025,
        Scope(path=agency.path),
        agency="青沅市",
        today=statistician.today,
    )
    told = {one.topic: one.text for one in narrative(facts)}
    received = 9 + int(handed.value("R1", "C7") or 0)
    assert told["received"].startswith(f"2025年，青沅市共收到政府信息公开申请{received}件")
    assert told["channels"].startswith("不含报送统计表的单位，系统内的9件中，信函申请9件")
    assert "系统内的9件中，征地9件" in told["subjects"]
    finished = 9 + int(handed.value("R3.7", "C7") or 0)
    assert told["handling"].startswith(f"全年共办结政府信息公开申请{finished}件；不含报送")
    assert "fees" not in told
    assert [one.received for one in facts.years] == [received]
    text = narrative_text(narrative(facts))
    sheet = Sheet(form=FORM, year=2025, cells=facts.table.cells, relief=facts.table.relief)
    assert passes(check_text(text, sheet, form=FORM, year=2025)), text
