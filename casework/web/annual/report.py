"""The report of a year: the chapter as text, the charts, and the table as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from markupsafe import Markup

from casework.documents.charts import annual_charts
from casework.domain.annual_checks import check_cube, check_table
from casework.domain.annual_form import Source
from casework.domain.forms import get_form
from casework.domain.narrative import narrative
from casework.domain.permissions import Permission
from casework.domain.sentences import Figure
from casework.extensions import db
from casework.queries.annual_facts import read_facts
from casework.services.annual_charts import CHART_KINDS, chart_file
from casework.services.annual_export import KINDS, export_return
from casework.web import surroundings
from casework.web.annual import bp
from casework.web.annual.choice import FORM_CODES, list_offered_years, read_choice
from casework.web.files import handed_out
from casework.web.security import requires

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from casework.domain.annual_facts import AnnualFacts
    from casework.web.annual.choice import Choice


@bp.get("/annual/report")
@requires(Permission.VIEW_ANNUAL)
def report() -> ResponseReturnValue:
    """Show the chapter on 依申请公开 with every number a link, and the charts."""
    choice = read_choice()
    facts = _facts(choice)
    checks = (*check_table(facts.table), *check_cube(choice.form, facts.cube))
    return render_template(
        "annual/report.html",
        choice=choice,
        years=list_offered_years(choice),
        form_codes=FORM_CODES,
        as_of=facts.as_of,
        parts=list(_linked(choice, facts)),
        charts=[
            # Every word and number in it was escaped where it was drawn (documents.charts).
            (chart, Markup(chart.svg))  # noqa: S704  drawn by ourselves, see above
            for chart in annual_charts(facts)
        ],
        failed=sum(check.hard and not check.ok for check in checks),
        kinds=KINDS,
        chart_kinds=CHART_KINDS,
    )


@bp.get("/annual/export")
@requires(Permission.VIEW_ANNUAL)
def export() -> ResponseReturnValue:
    """Hand out the table in the official layout; ``?kind=.xlsx``, .docx, .pdf or .json."""
    choice = read_choice()
    kind = request.args.get("kind", KINDS[0])
    agency = {"code": choice.agency.code, "name": choice.agency.name, "own": choice.own}
    exported = export_return(
        surroundings.current_desk(),
        choice.form,
        choice.year,
        choice.scope,
        agency=agency,
        kind=kind,
        warnings=[choice.warning] if choice.warning else [],
    )
    name = f"{choice.agency.name}{choice.year}年度{choice.form.title}"
    return handed_out(exported.content, kind, name, plain=f"annual-{choice.year}")


@bp.get("/annual/chart")
@requires(Permission.VIEW_ANNUAL)
def chart() -> ResponseReturnValue:
    """Hand out one chart (``?name=channels&kind=.png``, .svg, .pdf) or all of them as PDF."""
    choice = read_choice()
    kind = request.args.get("kind", ".pdf")
    title, content = chart_file(
        surroundings.current_desk(),
        _facts(choice),
        name=request.args.get("name", ""),
        kind=kind,
    )
    return handed_out(content, kind, title, plain="chart")


def _facts(choice: Choice) -> AnnualFacts:
    return read_facts(
        db.session(),
        choice.form,
        choice.year,
        choice.scope,
        agency=choice.agency.name,
        today=surroundings.today(),
    )


def _linked(choice: Choice, facts: AnnualFacts) -> Iterator[tuple[str, str]]:
    """Yield the chapter piece by piece: words, and the address a number leads to ("" for words)."""
    for sentence in narrative(facts):
        for part in sentence.parts:
            if isinstance(part, Figure):
                yield part.text, _address(choice, facts, part)
            else:
                yield part, ""


def _address(choice: Choice, facts: AnnualFacts, figure: Figure) -> str:
    """Return where the cases behind a number are listed, "" if none stand behind it.

    A number without a cell on this year's form leads to the form that has one, and fees that were
    entered by hand have no cases.
    """
    if figure.cell is None or figure.form is None:
        return ""
    row, column = figure.cell
    found = get_form(figure.form).find_row(row)
    if found is not None and found.source is Source.FEES and facts.fees_yuan is None:
        return ""
    form = None if figure.form == choice.in_force.code else figure.form
    return url_for("annual.cases", **choice.address(row=row, column=column or None, form=form))
