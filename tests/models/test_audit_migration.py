"""Migration 0003 on records that are there already: chained as the program would have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from casework.extensions import db
from casework.services.audit_check import verify
from tests.conftest import add_agency

if TYPE_CHECKING:
    from flask import Flask

BEFORE = ("id", "case_id", "agency_id", "action", "from_state", "to_state", "actor_id",
          "actor_name", "role", "effective_on", "recorded_at", "note", "detail")  # fmt: skip


def contents() -> list[tuple[object, ...]]:
    query = text(f"SELECT {', '.join(BEFORE)} FROM events ORDER BY id")  # noqa: S608  our names
    rows = [tuple(row) for row in db.session.execute(query)]
    db.session.rollback()
    return rows


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_records_from_before_the_chain_are_chained_and_kept(own_app: Flask, algorithm: str) -> None:
    own_app.config["AUDIT_HASH"] = algorithm
    with own_app.app_context():
        # While the tables are those the models know.
        agency_id = add_agency(
            db.session(), code="QYZG", name="青沅市自然资源和规划局", prefix="青资"
        ).id
        db.session.remove()
        downgrade(revision="0002")
        rows = [
            {
                "id": 3 * n + 1,
                "agency_id": agency_id if n % 3 else None,
                "action": "log_in",
                "role": "clerk" if n % 2 else None,
                "effective_on": date(2026, 9, 7),
                "recorded_at": datetime(2026, 9, 7, 2, tzinfo=UTC) - timedelta(milliseconds=n),
                "note": "林“业”局" if n % 5 else "",
                "detail": '{"handler_id": null, "名称": "x"}' if n % 2 else "{}",
            }
            for n in range(40)
        ]
        sqlite = db.engine.dialect.name == "sqlite"
        for row in rows:
            if sqlite:
                at = row["recorded_at"]
                assert isinstance(at, datetime)
                row["recorded_at"] = f"{at:%Y-%m-%d %H:%M:%S.%f}"
        json = ":detail" if sqlite else "CAST(:detail AS json)"
        db.session.execute(
            text(
                "INSERT INTO events (id, agency_id, action, actor_name, role, effective_on,"  # noqa: S608  our names
                " recorded_at, note, detail) VALUES (:id, :agency_id, :action, '周敏', :role,"
                f" :effective_on, :recorded_at, :note, {json})"
            ),
            rows,
        )
        db.session.commit()
        before = contents()
        db.session.remove()
        upgrade()
        assert contents() == before
        report = verify(db.session())
        assert (report.ok, report.chains, report.rows) == (True, 2, 40), report.faults
        checks = inspect(db.engine)
        assert {each["name"] for each in checks.get_indexes("events")} >= {
            "ix_events_case",
            "ix_events_recorded_at",
        }
        # An event outlives the case it tells of; its agency and its actor stay.
        referred = {each["referred_table"] for each in checks.get_foreign_keys("events")}
        assert referred == {"agencies", "users"}
        db.session.remove()
        downgrade(revision="0002")
        assert contents() == before
        upgrade()
        assert verify(db.session()).ok
