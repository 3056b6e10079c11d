"""各单位比较: units side by side in chosen rows, sorted by any column, also as XLSX and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.annual_compare import (
    RATE,
    comparable_rows,
    compare_units,
    overall_rate,
    sorted_by,
    usual_rows,
)
from casework.services.annual_listings import compared_listing, written_listing
from casework.web import surroundings
from casework.web.annual import bp
from casework.web.annual.choice import list_offered_years, read_choice
from casework.web.files import handed_out
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from casework.queries.annual_compare import ComparedRow
    from casework.web.annual.choice import Choice

MOST_ROWS = 16
"""More columns than that fit neither a screen nor a page."""


@bp.get("/annual/compare")
@requires(Permission.VIEW_ANNUAL)
def compare() -> ResponseReturnValue:
    """Show units × chosen rows; ``?row=…&row=…&sort=R1&falling=1``, ``&kind=.xlsx`` as a file."""
    choice = read_choice()
    session = db.session()
    offered = comparable_rows(choice.form)
    asked = request.args.getlist("row")
    codes = asked or usual_rows(choice.form)
    rows = [row for row in offered if row.code in codes][:MOST_ROWS]
    sort, falling = request.args.get("sort", ""), request.args.get("falling") == "1"
    lines = compare_units(session, choice.form, choice.year, choice.scope, rows)
    place = _place(sort, rows)
    if place is not None:
        lines = sorted_by(lines, place, falling=falling)
    totals = tuple(sum(line.values[n] for line in lines) for n in range(len(rows)))
    rate = overall_rate(session, choice.year, choice.scope)
    kind = request.args.get("kind", "")
    if kind:
        listing = compared_listing(
            choice.agency.name, choice.year, choice.form, rows, lines, totals, rate
        )
        content = written_listing(listing, kind, surroundings.current_desk())
        return handed_out(content, kind, listing.title)
    return render_template(
        "annual/compare.html",
        choice=choice,
        years=list_offered_years(choice),
        offered=offered,
        rows=rows,
        lines=lines,
        totals=totals,
        rate=rate,
        sort=sort if place is not None else "",
        falling=falling,
        heads=[(row.code, row.label) for row in rows] + [(RATE, "按期率")],
        address=_address_maker(choice, asked),
        most=MOST_ROWS,
    )


def _place(sort: str, rows: list[ComparedRow]) -> int | str | None:
    if sort == RATE:
        return RATE
    return next((n for n, row in enumerate(rows) if row.code == sort), None)


def _address_maker(choice: Choice, asked: list[str]) -> Callable[..., str]:
    """Return what gives the address of this comparison with something else about it."""

    def address(**more: object) -> str:
        return url_for("annual.compare", **(choice.address(row=asked or None) | more))

    return address
