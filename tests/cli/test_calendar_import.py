"""``casework calendar import`` and ``casework db verify`` on a database of their own."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from flask_migrate import upgrade
from sqlalchemy import func, select, update

import config
from casework.app import create_app
from casework.cli import main
from casework.domain.application import ApplicantType, Channel
from casework.domain.permissions import Role
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.domain.working_days import calendar_as_of, shipped_calendar
from casework.extensions import db
from casework.models import Agency, CalendarVersion, Case, Event
from tests.conftest import add_agency, add_user, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from casework.domain.working_days import WorkingDayCalendar

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)

# 国办发明电〔2019〕3号, as published on 2019-03-22.
LABOUR_DAY_2019 = {
    "year": 2019,
    "number": "国办发明电〔2019〕3号",
    "issued_on": "2019-03-22",
    "days": [
        {"on": "2019-05-01", "kind": "off", "name": "劳动节"},
        {"on": "2019-05-02", "kind": "off", "name": "劳动节"},
        {"on": "2019-05-03", "kind": "off", "name": "劳动节"},
        {"on": "2019-05-04", "kind": "off", "name": "劳动节"},
        {"on": "2019-04-28", "kind": "work", "name": "劳动节"},
        {"on": "2019-05-05", "kind": "work", "name": "劳动节"},
    ],
}


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An installation of its own: migrated, empty, and what the commands find."""
    url = f"sqlite:///{tmp_path / 'casework.db'}"
    app = create_app(settings_for(tmp_path, url), template_folder=config.ROOT / "templates")
    monkeypatch.setattr("casework.cli.context.make_app", lambda: app)
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def spring_2019(monkeypatch: pytest.MonkeyPatch) -> WorkingDayCalendar:
    """The program as it shipped on 2019-03-21."""
    before = calendar_as_of(date(2019, 3, 21))
    monkeypatch.setattr("casework.queries.calendar.shipped_calendar", lambda: before)
    return before


def file_case(app: Flask, number: str, received_on: date, calendar: WorkingDayCalendar) -> None:
    """Put an open case of the 2019 regulation on file: due on the 15th and the 20th day."""
    with app.app_context():
        session = db.session()
        agency = session.scalars(select(Agency)).first() or add_agency(
            session, code="QYZG", name="青沅市自然资源和规划局", prefix="青资公开"
        )
        due_on = calendar.add(received_on, 20)
        session.add(
            Case(
                agency_id=agency.id,
                number=number,
                state=State.DRAFTING,
                channel=Channel.MAIL,
                applicant_type=ApplicantType.NATURAL_PERSON,
                received_on=received_on,
                request_text="柳湾村征收补偿安置方案",
                statute=StatuteCode.REGULATION_2019,
                starts_on=received_on,
                original_due_on=due_on,
                due_on=due_on,
                office_due_on=calendar.add(received_on, 15),
                calendar_version=calendar.version,
                registered_at=NOW,
                changed_at=NOW,
            )
        )
        session.commit()
        db.session.remove()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def count(app: Flask, table: type[CalendarVersion | Event]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_acceptance_11_and_12_preview_import_and_import_again(
    installation: Flask, spring_2019: WorkingDayCalendar, tmp_path: Path
) -> None:
    file_case(installation, "甲2号", date(2019, 4, 3), spring_2019)  # Wed
    file_case(installation, "甲1号", date(2019, 4, 2), spring_2019)  # Tue
    notice = tmp_path / "2019.json"
    notice.write_text(json.dumps(LABOUR_DAY_2019), encoding="utf-8")
    moved = [
        {
            "number": "甲1号",
            "agency": "青沅市自然资源和规划局",
            "office_due_on": {"old": "2019-04-24", "new": "2019-04-24"},
            "due_on": {"old": "2019-05-02", "new": "2019-04-30"},
            "direction": "earlier",
        },
        {
            "number": "甲2号",
            "agency": "青沅市自然资源和规划局",
            "office_due_on": {"old": "2019-04-25", "new": "2019-04-25"},
            "due_on": {"old": "2019-05-03", "new": "2019-05-05"},
            "direction": "later",
        },
    ]
    preview = run("calendar", "import", str(notice), "--preview", "--json")
    assert preview.exit_code == 0, preview.stderr
    assert preview.stderr == ""
    assert json.loads(preview.stdout) == {
        "version": "2019-1+2019-2",
        "label": "2019-2",
        "changed": True,
        "preview": True,
        "moved": moved,
        "made_firm": 0,
        "withheld": 0,
        "warnings": [],
    }
    assert count(installation, CalendarVersion) == count(installation, Event) == 0
    words = run("calendar", "import", str(notice), "--preview").stdout.splitlines()
    assert words == [
        (
            "提前\t甲1号\t青沅市自然资源和规划局\t办理时限 2019年4月24日 不变"
            "\t答复期限 2019年5月2日（周四） → 2019年4月30日（周二）"
        ),
        (
            "推后\t甲2号\t青沅市自然资源和规划局\t办理时限 2019年4月25日 不变"
            "\t答复期限 2019年5月3日（周五） → 2019年5月5日（周日）"
        ),
        "导入后将有 2 件案件的期限变动，其中 1 件提前；0 件由暂定转为确定。日历版本 2019-1+2019-2",
    ]
    done = json.loads(run("calendar", "import", str(notice), "--json").stdout)
    assert (done["preview"], done["changed"], done["moved"]) == (False, True, moved)
    assert count(installation, Event) == 3
    again = json.loads(run("calendar", "import", str(notice), "--json").stdout)
    assert (again["changed"], again["moved"]) == (False, [])
    assert again["version"] == "2019-1+2019-2"
    assert count(installation, CalendarVersion) == 1
    assert count(installation, Event) == 3
    assert "已包含这份通知" in run("calendar", "import", str(notice)).stdout


def test_acceptance_14_a_bad_file_leaves_with_2_and_stores_nothing(
    installation: Flask, tmp_path: Path
) -> None:
    file_case(installation, "甲1号", date(2026, 12, 8), shipped_calendar())
    notice = tmp_path / "2027.csv"
    notice.write_text(
        "日期,类型,名称\n"
        "2027-01-01,放假,元旦\n"
        "2027-01-01,上班,元旦\n"
        "2025-01-02,放假,元旦\n"
        "放假,2027-01-03,元旦\n",
        encoding="utf-8",
    )
    for more in ((), ("--preview",)):
        result = run("calendar", "import", str(notice), "--json", *more)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert [line.split("：")[0] for line in result.stderr.splitlines()] == [
            "第3行",
            "第4行",
            "第5行",
            "第5行",
        ]
    assert count(installation, CalendarVersion) == count(installation, Event) == 0


@pytest.mark.usefixtures("installation")
def test_a_file_that_is_not_there_or_no_notice_is_one_sentence(tmp_path: Path) -> None:
    missing = run("calendar", "import", str(tmp_path / "nothing.json"))
    assert missing.exit_code == 2
    assert "nothing.json" in missing.stderr
    (tmp_path / "x.pdf").write_bytes(b"%PDF")
    assert run("calendar", "import", str(tmp_path / "x.pdf")).exit_code == 2
    many = tmp_path / "many.csv"
    many.write_text("日期,类型,名称\n" + "x,y,\n" * 30, encoding="utf-8")
    sentences = run("calendar", "import", str(many)).stderr.splitlines()
    assert len(sentences) == 21
    assert sentences[-1].startswith("另有 ")


def test_what_the_file_leaves_out_can_be_given(installation: Flask, tmp_path: Path) -> None:
    notice = tmp_path / "2027.csv"
    notice.write_text("日期,类型,名称\n2027-01-01,放假,元旦\n", encoding="utf-8")
    bare = run("calendar", "import", str(notice), "--preview", "--json")
    assert "没有写文号" in bare.stderr
    assert len(json.loads(bare.stdout)["warnings"]) == 2, "no number, and 2027 is not complete"
    options = ("--number", "国办发明电(2026)9号", "--issued-on", "2026-11-04")
    result = run("calendar", "import", str(notice), *options)
    assert result.exit_code == 0, result.stderr
    with installation.app_context():
        row = db.session.scalars(select(CalendarVersion)).one()
        assert (row.number, row.issued_on) == ("国办发明电〔2026〕9号", date(2026, 11, 4))
        assert (row.author, row.actor_id) == ("系统", None)
        db.session.remove()


def test_a_person_acts_with_a_persons_permissions(installation: Flask, tmp_path: Path) -> None:
    with installation.app_context():
        session = db.session()
        agency = add_agency(session, code="QYZG", name="青沅市自然资源和规划局", prefix="青资公开")
        for role in (Role.CLERK, Role.SYSTEM_ADMIN):
            add_user(session, login=role.value, name=role.label, agency=agency, roles={role})
        session.commit()
        db.session.remove()
    notice = tmp_path / "2027.csv"
    notice.write_text("日期,类型,名称\n2027-01-01,放假,元旦\n", encoding="utf-8")
    refused = run("calendar", "import", str(notice), "--as", "clerk")
    assert refused.exit_code == 2
    assert refused.stderr == "您没有“更改日历”的权限，请找系统管理员办理\n"
    assert run("calendar", "import", str(notice), "--as", "system_admin").exit_code == 0
    with installation.app_context():
        assert db.session.scalars(select(CalendarVersion.author)).one() == "系统管理员"
        db.session.remove()


def test_local_days_off_hold_below_the_agency_that_is_named(
    installation: Flask, tmp_path: Path
) -> None:
    file_case(installation, "甲1号", date(2026, 8, 10), shipped_calendar())
    festival = tmp_path / "州庆.csv"
    festival.write_text("日期,类型,名称\n2026-08-18,放假,州庆\n", encoding="utf-8")
    options = ("--local", "--agency", "QYZG", "--number", "青府发〔2026〕3号", "--json")
    change = json.loads(run("calendar", "import", str(festival), *options).stdout)
    assert change["version"] == "2026-1+L2026-1"
    assert [case["due_on"] for case in change["moved"]] == [
        {"old": "2026-09-07", "new": "2026-09-08"}  # Mon, Tue
    ]


def test_verify_reckons_anew_and_says_what_differs(installation: Flask) -> None:
    file_case(installation, "甲1号", date(2026, 12, 1), shipped_calendar())
    sound = run("db", "verify", "--json")
    assert sound.exit_code == 0, sound.stderr
    assert json.loads(sound.stdout) == {"cases": 1, "differences": []}
    with installation.app_context():
        db.session.execute(update(Case).values(due_on=date(2026, 12, 30)))
        db.session.commit()
        db.session.remove()
    broken = run("db", "verify", "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["differences"] == [
        {
            "number": "甲1号",
            "agency": "青沅市自然资源和规划局",
            "field": "due_on",
            "stored": "2026-12-30",
            "reckoned": "2026-12-29",  # Tue
        }
    ]
    assert "对照 1 件，不同 1 处" in run("db", "verify").stdout
    assert run("db", "recompute").stdout == "日历 2026-1，1 件案件的期限有更正\n"
    repaired = json.loads(run("db", "recompute", "--json").stdout)
    assert (repaired["changed"], repaired["moved"]) == (False, [])
    assert run("db", "verify").exit_code == 0
