"""日历: a year of three kinds of day with the notices behind it, and every imported version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import render_template, request

from casework.domain.errors import NotFound
from casework.domain.permissions import Permission
from casework.domain.state_council_notices import NOTICES
from casework.domain.working_days import DayKind
from casework.extensions import db
from casework.queries.calendar import list_versions
from casework.queries.moved_cases import list_moved_cases
from casework.queries.watch import count_provisional
from casework.web import surroundings
from casework.web.calendar import bp
from casework.web.calendar.year import list_festivals, list_months
from casework.web.fields import row_id
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from casework.queries.calendar import VersionRow

YEARS_AHEAD = 2
"""Years past the horizon that can be looked at; an extension in December reaches into the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A notice behind a year: 文号, its title and the day it was published, where known."""

    number: str
    title: str
    published_on: date | None


@bp.get("/calendar")
@requires(Permission.VIEW_CALENDAR)
def show() -> ResponseReturnValue:
    """Show a year; one past the horizon is shown by its weekends and marked 暂定."""
    session, today, known = db.session(), surroundings.today(), surroundings.calendar()
    year = request.args.get("year", today.year, type=row_id)
    first, horizon = known.known_from.year, known.known_through
    last = max(horizon.year, today.year) + YEARS_AHEAD
    if not first <= year <= last:
        raise NotFound(f"日历可以看 {first} 年至 {last} 年，请换一个年份")
    days = known.listing(year)
    versions = list_versions(session)
    return render_template(
        "calendar/show.html",
        year=year,
        years=range(last, first - 1, -1),
        months=list_months(known, year, today),
        sources=_sources(known.notices(year), versions),
        festivals=list_festivals(days),
        made_up=[day for day in days if day.kind is DayKind.MAKE_UP],
        total=known.count(date(year - 1, 12, 31), date(year, 12, 31)),
        known=known,
        unknown_year=year if year > horizon.year else horizon.year + 1,
        is_doubtful=year > horizon.year,
        is_half_known=horizon.year == year and known.is_provisional(date(year, 12, 31)),
        provisional=count_provisional(session, actor=surroundings.current_actor(), calendar=known),
        versions=versions,
    )


@bp.get("/calendar/versions/<label>")
@requires(Permission.VIEW_CALENDAR)
def version(label: str) -> ResponseReturnValue:
    """Show one imported version: who, when, which days, and the cases it moved that day."""
    session = db.session()
    row = next((row for row in list_versions(session) if row.label == label), None)
    if row is None:
        raise NotFound(f"没有日历版本 {label}")
    moved = list_moved_cases(session, actor=surroundings.current_actor(), label=label)
    return render_template("calendar/version.html", version=row, moved=moved)


def _sources(numbers: Sequence[str], versions: Sequence[VersionRow]) -> list[Source]:
    shipped = {notice.number: notice for notice in NOTICES}
    imported = {version.number or version.title: version for version in versions}
    sources = []
    for number in numbers:
        if number in imported:
            row = imported[number]
            sources.append(Source(number=row.number, title=row.title, published_on=row.issued_on))
        elif number in shipped:
            notice = shipped[number]
            title = notice.title.removesuffix(f"（{number}）")
            sources.append(Source(number=number, title=title, published_on=notice.published_on))
        else:
            sources.append(Source(number=number, title="", published_on=None))
    return sources
