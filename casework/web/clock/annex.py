"""期限计算说明: the trail as a page of A4, and the same as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, render_template

from casework.documents.trail_paper import KEY, TITLE
from casework.domain.clock_trail import TrailMark
from casework.domain.permissions import Permission
from casework.services.clock_annex import get_trail_paper, print_trail_paper
from casework.web import surroundings
from casework.web.clock import bp
from casework.web.security import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_STYLES = {
    TrailMark.MAKE_UP: "d-mkp",
    TrailMark.WEEKEND: "d-wkd",
    TrailMark.HOLIDAY: "d-hol",
    TrailMark.STOPPED: "d-sus",
    TrailMark.RECEIVED: "d-zero",
}
_NO_SCRIPT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a file gets in place of a page's policy; the style is the browser's own PDF viewer's."""


@bp.get("/cases/<int:case_id>/clock/annex")
@requires(Permission.VIEW_CASES)
def annex(case_id: int) -> ResponseReturnValue:
    """Show the annex to be printed from the browser."""
    paper = get_trail_paper(surroundings.current_desk(), case_id)
    return render_template(
        "clock/annex.html", paper=paper, case_id=case_id, title=TITLE, key=KEY, styles=_STYLES
    )


@bp.get("/cases/<int:case_id>/clock/annex.pdf")
@requires(Permission.VIEW_CASES)
def annex_pdf(case_id: int) -> ResponseReturnValue:
    """Hand out the annex as PDF, to be attached to a 复议答复 or 应诉."""
    desk = surroundings.current_desk()
    response = Response(print_trail_paper(desk, case_id), mimetype="application/pdf")
    response.headers["Content-Disposition"] = (
        f"inline; filename=\"clock.pdf\"; filename*=UTF-8''{quote(TITLE + '.pdf')}"
    )
    response.headers["Content-Security-Policy"] = _NO_SCRIPT
    return response
