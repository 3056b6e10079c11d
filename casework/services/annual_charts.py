"""The charts of a year's report as files: one as SVG or PNG, one or all as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.documents.charts import annual_charts
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.documents.charts import Chart
    from casework.domain.annual_facts import AnnualFacts
    from casework.services.desk import Desk

CHART_KINDS = (".svg", ".png", ".pdf")


def chart_file(desk: Desk, facts: AnnualFacts, *, name: str, kind: str) -> tuple[str, bytes]:
    """Return a title and the file; without ``name`` all charts, which only a PDF holds.

    RuleBroken(field="name" or "kind") for a chart or a kind there is not.
    """
    charts = annual_charts(facts)
    if kind not in CHART_KINDS:
        raise RuleBroken(
            "no_such_kind",
            f"图可以导出为 {'、'.join(CHART_KINDS)}，请您选一种",
            field="kind",
        )
    if not name:
        if kind != ".pdf":
            raise RuleBroken(
                "one_chart", f"全部的图只能导出为 PDF；{kind} 请您选一幅图", field="name"
            )
        title = f"{facts.agency}{facts.year}年度依申请公开图"
        return title, _pdf(desk, charts, title, facts.agency)
    chart = next((one for one in charts if one.name == name), None)
    if chart is None:
        names = "、".join(one.name for one in charts)
        raise RuleBroken("no_such_chart", f"没有“{name}”这幅图，请您从{names}中选", field="name")
    title = f"{facts.agency}{chart.title}"
    if kind == ".svg":
        return title, ('<?xml version="1.0" encoding="UTF-8"?>\n' + chart.svg + "\n").encode()
    if kind == ".pdf":
        return title, _pdf(desk, (chart,), title, facts.agency)
    from casework.documents.chart_png import render_png  # noqa: PLC0415 - loads a library

    return title, render_png(chart, fonts=desk.stationery.fonts())


def _pdf(desk: Desk, charts: Sequence[Chart], title: str, author: str) -> bytes:
    from casework.documents.charts_pdf import render_charts_pdf  # noqa: PLC0415 - loads a library

    return render_charts_pdf(charts, title=title, author=author, fonts=desk.stationery.fonts())
