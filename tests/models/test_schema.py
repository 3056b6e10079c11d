"""The tables: migrations, models and CHECKs agree; wrong states cannot be stored."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Enum, inspect, text
from sqlalchemy.exc import IntegrityError

from casework.domain.application import ApplicantType, Channel
from casework.domain.states import State
from casework.domain.statutes import StatuteCode
from casework.models import Agency, Base, Case
from casework.models.search import is_described
from tests.conftest import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_migrations_make_the_tables_the_models_describe(session: Session) -> None:
    context = MigrationContext.configure(
        session.connection(), opts={"compare_type": True, "include_object": is_described}
    )
    assert compare_metadata(context, Base.metadata) == []


def test_every_enum_is_checked_by_the_database_with_all_its_members(session: Session) -> None:
    inspector = inspect(session.connection())
    seen = 0
    for table in Base.metadata.sorted_tables:
        checks = {c["name"]: c["sqltext"] for c in inspector.get_check_constraints(table.name)}
        for column in table.columns:
            if isinstance(column.type, Enum):
                seen += 1
                check = checks[f"ck_{table.name}_{column.type.name}"]
                for value in column.type.enums:
                    assert f"'{value}'" in check, (table.name, column.name, value)
    assert seen >= 10


def case_row(agency: Agency, **changes: object) -> Case:
    values: dict[str, object] = {
        "agency_id": agency.id,
        "number": "青资公开〔2026〕1号",
        "state": State.AWAITING_ASSIGNMENT,
        "channel": Channel.MAIL,
        "applicant_type": ApplicantType.NATURAL_PERSON,
        "received_on": date(2026, 9, 7),
        "request_text": "柳湾村征收补偿安置方案",
        "statute": StatuteCode.REGULATION_2019,
        "registered_at": NOW,
        "changed_at": NOW,
    }
    return Case(**(values | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"submitted_on": date(2026, 9, 8)},
        {"replied_on": date(2026, 9, 4)},
        {"state": State.CLOSED},
        {"state": State.CLOSED, "closed_on": date(2026, 9, 9)},
        {"closed_on": date(2026, 9, 9), "ground": "disclosed"},
        {"received_on": None},
    ],
    ids=[
        "application after its receipt",
        "reply before receipt",
        "closed without a day",
        "closed without a ground",
        "a closing day on an open case",
        "work on a case that was never received",
    ],
)
def test_wrong_states_cannot_be_stored(
    session: Session, agency: Agency, changes: dict[str, object]
) -> None:
    session.add(case_row(agency, **changes))
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_year_follows_the_day_and_cannot_leave_it(session: Session, agency: Agency) -> None:
    case = case_row(agency)
    session.add(case)
    session.flush()
    assert case.received_year == 2026
    for year in ("2025", "NULL"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"UPDATE cases SET received_year = {year}"))  # noqa: S608


def test_sealed_columns_hold_no_readable_text(session: Session, agency: Agency) -> None:
    from casework.services.registration import ApplicantData, applicant_row

    case = case_row(agency)
    case.applicant = applicant_row(
        ApplicantData(
            type=ApplicantType.NATURAL_PERSON,
            name="林秀珍",
            id_number="510000198503120018",
            phone="13800002217",
            address="青沅市临江区文昌路88号",
        )
    )
    session.add(case)
    session.flush()
    row = session.execute(text("SELECT id_number, phone, address, postcode FROM applicants")).one()
    assert "510000198503120018" not in row.id_number
    assert "13800002217" not in row.phone
    assert "文昌路" not in row.address
    assert row.postcode == ""
    session.expire_all()
    assert case.applicant.id_number == "510000198503120018"
    assert case.applicant.address == "青沅市临江区文昌路88号"


def test_current_head_names_the_newest_migration() -> None:
    import config

    versions = config.ROOT / "migrations" / "versions"
    names = [path.stem for path in versions.glob("0*.py")]
    assert len({name[:4] for name in names}) == len(names), "two migrations took one number"
    # The whole name, so that two branches that both add a migration clash in git.
    assert (versions / ".current-head").read_text().strip() == max(names)
