"""演示数据: four published year-ends, an office at work, and as many further cases as wanted.

Loaded once; a second run finds everything there. Only an empty system takes demonstration data:
nobody's real records are ever mixed with invented ones.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Role
from casework.domain.remedies import Standing
from casework.models import Agency, LedgerImport, User
from casework.services import demo_current_year
from casework.services.accounts import NewUser, create_user
from casework.services.agencies import AgencyData, add_agency
from casework.services.demo_office import AGENCY, STAFF, Staff
from casework.services.demo_records import year_end_rows
from casework.services.demo_volume import Asked, invent_rows
from casework.services.demo_year_ends import YEAR_ENDS
from casework.services.ledger_import import import_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import ColumnElement

    from casework.domain.ledger import LedgerRow
    from casework.models import Base
    from casework.services.demo_year_ends import Place, YearEnd
    from casework.services.desk import Desk

SEED = 20260928
MOST_CASES = 1_000_000
RECORDS_ARE_REAL = "records_are_real"
_MARK = "demo:"
_STAFF_ROLES = (
    Role.CLERK,
    Role.HANDLER,
    Role.LEGAL_REVIEWER,
    Role.LEADER,
    Role.STATISTICIAN,
)
_HISTORY_CASES = 260
_HISTORY_ENDS = 50
_VOLUME_YEARS = 6
_CITY = AgencyData(
    code="990000",
    name="云岭市",
    number_prefix="云政公开",
    standing=Standing.GOVERNMENT,
)
_COUNTIES = ("临江区", "白果区", "石桥县", "双塘县", "栗坪县", "枫林县")
_BUREAUS = ("自然资源局", "住房和城乡建设局", "公安局", "财政局", "人力资源和社会保障局", "水务局")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A log-in of the demonstration; the password is shown this once."""

    login: str
    password: str
    name: str
    role: Role
    agency: str


@dataclass(slots=True)
class DemoReport:
    """What was loaded: cases by part, and the new log-ins; both empty when it was there already."""

    cases: dict[str, int] = field(default_factory=dict)
    accounts: list[DemoAccount] = field(default_factory=list)


def load_demo(
    desk: Desk,
    *,
    new_password: Callable[[], str],
    cases: int = 0,
    seed: int = SEED,
    progress: Callable[[str], None] | None = None,
) -> DemoReport:
    """Load what is not there yet and return what that was.

    ``cases`` adds so many invented ones in a further tree of agencies, once for each number and
    ``seed``. RuleBroken where the system holds agencies that are not the demonstration's.
    """
    if not 0 <= cases <= MOST_CASES:
        raise RuleBroken(
            "too_many_cases", f"件数须在0到{MOST_CASES}之间，请您改小后再试。", field="cases"
        )
    _refuse_real_records(desk)
    tell = progress or (lambda _: None)
    report = DemoReport()
    for year_end in YEAR_ENDS:
        ids = _ensure_tree(desk, year_end.places)
        root = year_end.places[0]
        people = tuple(
            Staff(login, name, frozenset({role}))
            for (login, name), role in zip(year_end.staff, _STAFF_ROLES, strict=True)
        )
        _ensure_people(desk, people, ids[root.code], root.name, new_password, report)
        _once(desk, report, year_end.key, partial(_year_end, desk, year_end, seed))
        tell(root.name)
    agency_id = _ensure_agency(desk, AGENCY, None)
    _ensure_people(desk, STAFF, agency_id, AGENCY.name, new_password, report)
    _once(desk, report, "example_history", partial(_history, desk, seed))
    if not demo_current_year.is_performed(desk):
        chance = random.Random(seed)  # noqa: S311  the same seed, the same records
        report.cases["example_office"] = demo_current_year.perform(desk, agency_id, chance)
    tell(AGENCY.name)
    if cases:
        _once(desk, report, f"volume_{cases}_{seed}", partial(_volume, desk, cases, seed))
        tell(_CITY.name)
    return report


def _refuse_real_records(desk: Desk) -> None:
    """Refuse a system that has agencies but nothing of ours: neither imports nor people."""

    def count(table: type[Base], *conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(table).where(*conditions)
        return desk.session.scalar(query) or 0

    imports = count(LedgerImport, LedgerImport.file_name.startswith(_MARK, autoescape=True))
    if count(Agency) and not imports and not count(User, User.is_demo.is_(True)):
        raise RuleBroken(
            RECORDS_ARE_REAL,
            "系统里已有机关或者案件，演示数据只装入空的系统，请您换一个 CASEWORK_HOME 再试。",
        )


def _once(
    desk: Desk,
    report: DemoReport,
    key: str,
    rows: Callable[[], Iterator[LedgerRow] | list[LedgerRow]],
) -> None:
    """Take in one part unless the record of imports says that it is there."""
    source = f"{_MARK}{key}"
    there = select(func.count()).select_from(LedgerImport).where(LedgerImport.file_name == source)
    if not desk.session.scalar(there):
        report.cases[key] = import_rows(desk, rows(), source=source).imported


def _year_end(desk: Desk, year_end: YearEnd, seed: int) -> list[LedgerRow]:
    chance = random.Random(f"{seed}/{year_end.key}")  # noqa: S311  the same seed, the same records
    return year_end_rows(year_end, chance, desk.calendar)


def _history(desk: Desk, seed: int) -> Iterator[LedgerRow]:
    """Return the example office's finished cases of last year and of this one."""
    return invent_rows(
        random.Random(f"{seed}/history"),  # noqa: S311  the same seed, the same records
        desk.calendar,
        count=_HISTORY_CASES,
        agencies=(Asked(AGENCY.code, "青沅市临江区"),),
        first=date(desk.today.year - 1, 1, 1),
        last=desk.calendar.back(desk.today, _HISTORY_ENDS),
        today=desk.today,
    )


def _volume(desk: Desk, cases: int, seed: int) -> Iterator[LedgerRow]:
    """Return six years of a city with six counties; few agencies receive most applications."""
    city = _ensure_agency(desk, _CITY, None)
    asked = [Asked(_CITY.code, _CITY.name, 3)]
    for number, county in enumerate(_COUNTIES, 1):
        code = f"{_CITY.code}-{number:02d}"
        data = AgencyData(
            code=code,
            name=county,
            number_prefix=f"{county[:-1]}政公开",
            standing=Standing.GOVERNMENT,
        )
        county_id = _ensure_agency(desk, data, city)
        asked.append(Asked(code, county, 4 / number))
        for place, bureau in enumerate(_BUREAUS, 1):
            its_code = f"{code}-{place:02d}"
            name = f"{county}{bureau}"
            _ensure_agency(desk, AgencyData(code=its_code, name=name), county_id)
            asked.append(Asked(its_code, county, 6 / number / place))
    return invent_rows(
        random.Random(f"{seed}/volume"),  # noqa: S311  the same seed, the same records
        desk.calendar,
        count=cases,
        agencies=asked,
        first=date(desk.today.year - _VOLUME_YEARS, 1, 1),
        last=desk.today,
        today=desk.today,
    )


def _ensure_tree(desk: Desk, places: tuple[Place, ...]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for place in places:
        data = AgencyData(
            code=place.code,
            name=place.name,
            number_prefix=place.prefix,
            standing=place.standing,
        )
        ids[place.code] = _ensure_agency(desk, data, ids.get(place.parent))
    return ids


def _ensure_agency(desk: Desk, data: AgencyData, parent_id: int | None) -> int:
    known = desk.session.scalar(select(Agency.id).where(Agency.code == data.code))
    return known if known is not None else add_agency(desk, data, parent_id=parent_id)


def _ensure_people(
    desk: Desk,
    people: tuple[Staff, ...],
    agency_id: int,
    agency: str,
    new_password: Callable[[], str],
    report: DemoReport,
) -> None:
    logins = [person.login for person in people]
    there = set(desk.session.scalars(select(User.login).where(User.login.in_(logins))))
    for person in people:
        if person.login in there:
            continue
        password = new_password()
        create_user(
            desk.session,
            NewUser(
                login=person.login,
                name=person.name,
                agency_id=agency_id,
                roles=person.roles,
                password=password,
                unit=person.unit,
                is_demo=True,
                # The person who reads the password off the screen is the person who logs in.
                must_change_password=False,
            ),
            now=desk.now,
        )
        [role] = person.roles
        report.accounts.append(DemoAccount(person.login, password, person.name, role, agency))
