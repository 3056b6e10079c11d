"""督办单: what falls due, late first, as ``casework due`` lists it; to be printed and signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from casework.domain.lights import Light
from casework.domain.permissions import Permission
from casework.extensions import db
from casework.queries.due import list_due
from casework.services.inspection import CARDS, export_watch
from casework.web import surroundings
from casework.web.clock import bp
from casework.web.files import handed_out
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

HORIZONS = (0, 3, 5, 10, 20)
FARTHEST = 250
SHOWN_LIGHTS = (Light.OVERDUE, Light.DUE_SOON, Light.NORMAL)
"""In the order of the list; a stopped clock has no due day and is on no watch list."""


@bp.get("/watch")
@requires(Permission.VIEW_CASES)
def watch() -> ResponseReturnValue:
    """List open cases by office limit; ``?days=`` ``?unit=`` ``?light=``."""
    days = request.args.get("days", type=int)  # brought between two bounds below
    if days is not None:
        days = min(max(days, 0), FARTHEST)
    unit = request.args.get("unit", "").strip()
    wanted = request.args.get("light", "")
    light = Light(wanted) if wanted in set(SHOWN_LIGHTS) else None
    due = list_due(
        db.session(),
        actor=surroundings.current_actor(),
        calendar=surroundings.calendar(),
        today=surroundings.today(),
        days=days,
    )
    rows = [
        row
        for row in due
        if (not unit or row.unit == unit) and (light is None or row.light is light)
    ]
    return render_template(
        "clock/watch.html",
        rows=rows,
        counts={one: sum(row.light is one for row in rows) for one in SHOWN_LIGHTS},
        days=days,
        horizons=HORIZONS,
        unit=unit,
        units=sorted({row.unit for row in due if row.unit} | ({unit} if unit else set())),
        light=light,
        lights=SHOWN_LIGHTS,
        agencies=len({row.agency_name for row in due}),
    )


@bp.get("/watch/file")
@requires(Permission.VIEW_CASES)
def watch_file() -> ResponseReturnValue:
    """Hand out the red and yellow cards as ``?kind=.pdf`` or .xlsx; ``?all=1`` all running ones."""
    kind = request.args.get("kind", ".pdf")
    lights = SHOWN_LIGHTS if request.args.get("all") == "1" else CARDS
    title, content = export_watch(surroundings.current_desk(), kind, lights=lights)
    return handed_out(content, kind, title, plain="watch")
