"""The charts of a year's report: what is drawn, as shapes that SVG, PNG and PDF draw alike.

Readable in black and white: every bar and point bears its number, the second of two lines is dashed
with open squares, what is left over is hatched. Every chart has a title, a sentence that says what
it shows and its figures as rows of a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.documents.chart_shapes import SIZE, Axis, Box, Key, Polyline, Words
from casework.documents.chart_svg import render_svg
from casework.documents.chinese_text import clean, set_lines
from casework.domain.annual_facts import outcome_groups
from casework.domain.annual_fold import CellFilter
from casework.domain.annual_form import Flow
from casework.domain.application import Channel
from casework.domain.sentences import short_label
from casework.domain.shares import percentages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casework.documents.chart_shapes import Shape
    from casework.domain.annual_facts import AnnualFacts

_SUBJECTS_SHOWN = 8
_REST, _UNNAMED = "其余", "未分类"

_BAR_ROW, _BAR_THICK, _BAR_LEFT, _BAR_ROOM = 34, 18, 170, 340
_LABEL_SIGNS, _LABEL_LINES = 13, 2

_PLOT_LEFT, _PLOT_TOP, _PLOT_WIDTH, _PLOT_HEIGHT = 20, 34, 600, 170
_COLUMN_SHARE = 0.56

_LEGEND_DROP = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart. ``rows`` are its figures under ``heads``, as a table beside it shows them.

    ``shapes`` are drawn in their order on a ground ``chart_shapes.WIDTH`` wide and ``height`` high.
    """

    name: str
    title: str
    description: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shapes: tuple[Shape, ...]
    height: float

    @property
    def svg(self) -> str:
        """The drawing as SVG, for a page or a file."""
        return render_svg(self.name, self.title, self.description, self.shapes, height=self.height)


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    count: int
    hatched: bool = False


def annual_charts(facts: AnnualFacts) -> tuple[Chart, ...]:
    """Return the five charts of the report, in its order."""
    return (
        channels_chart(facts),
        months_chart(facts),
        subjects_chart(facts),
        outcomes_chart(facts),
        years_chart(facts),
    )


def channels_chart(facts: AnnualFacts) -> Chart:
    """Show the applications received by channel (申请渠道)."""
    bars = [
        _Bar(channel.label, facts.count(CellFilter(flow=Flow.NEW, channels=frozenset({channel}))))
        for channel in Channel
    ]
    title = f"{facts.year}年收到申请的渠道{_whose(facts)}"
    return _bar_chart("channels", title, "申请渠道", bars)


def subjects_chart(facts: AnnualFacts) -> Chart:
    """Show the applications received by subject (内容类别), the most frequent first."""
    named = [one for one in facts.subjects if one.subject]
    named.sort(key=lambda one: (-one.count, one.subject))
    bars = [_Bar(one.subject, one.count) for one in named[:_SUBJECTS_SHOWN]]
    rest = sum(one.count for one in named[_SUBJECTS_SHOWN:])
    unnamed = sum(one.count for one in facts.subjects if not one.subject)
    bars += [_Bar(label, n, hatched=True) for label, n in ((_REST, rest), (_UNNAMED, unnamed)) if n]
    return _bar_chart("subjects", f"{facts.year}年申请的内容{_whose(facts)}", "内容类别", bars)


def outcomes_chart(facts: AnnualFacts) -> Chart:
    """Show the results of the year (办理结果) by the kinds of its form."""
    bars = [
        _Bar(short_label(group.row.label), facts.result_count(group))
        for group in outcome_groups(facts.form)
    ]
    return _bar_chart("outcomes", f"{facts.year}年的办理结果", "办理结果", bars)


def months_chart(facts: AnnualFacts) -> Chart:
    """Show the applications received month by month, as columns."""
    title = f"{facts.year}年各月收到的申请{_whose(facts)}"
    labels = [f"{month}月" for month in range(1, len(facts.months) + 1)]
    total, most = sum(facts.months), max(facts.months, default=0)
    if total:
        busiest = "、".join(
            label for label, n in zip(labels, facts.months, strict=True) if n == most
        )
        sentence = f"{title}：共{total}件，{busiest}最多，为{most}件。"
    else:
        sentence = f"{title}：没有收到申请。"
    return Chart(
        name="months",
        title=title,
        description=sentence,
        heads=("月份", "件数"),
        rows=tuple((label, str(n)) for label, n in zip(labels, facts.months, strict=True)),
        shapes=tuple(_columns(list(zip(labels, facts.months, strict=True)))),
        height=_PLOT_TOP + _PLOT_HEIGHT + 28,
    )


def years_chart(facts: AnnualFacts) -> Chart:
    """Show what was received and finished in the last five years, as two lines."""
    years = facts.years
    title = (
        f"{years[0].year}年至{years[-1].year}年收到和办结的申请"
        if len(years) > 1
        else f"{facts.year}年收到和办结的申请"
    )
    if years:
        sentence = f"{title}：" + "；".join(
            f"{one.year}年收到{one.received}件，办结{one.finished}件" for one in years
        )
    else:
        sentence = f"{title}：没有记录"
    sentence += "。"
    return Chart(
        name="years",
        title=title,
        description=sentence,
        heads=("年度", "收到", "办结"),
        rows=tuple((str(one.year), str(one.received), str(one.finished)) for one in years),
        shapes=tuple(
            _lines(
                [f"{one.year}年" for one in years],
                ([one.received for one in years], [one.finished for one in years]),
            )
        ),
        height=_PLOT_TOP + _PLOT_HEIGHT + 28,
    )


def _whose(facts: AnnualFacts) -> str:
    """Say so where the tables that others handed in do not tell what a chart shows."""
    return "" if facts.table.handed is None else "（不含报送统计表的单位）"


# --- bars --------------------------------------------------------------------------------------


def _bar_chart(name: str, title: str, head: str, bars: Sequence[_Bar]) -> Chart:
    shares = percentages([bar.count for bar in bars])
    shown = ["" if share is None else f"{share}%" for share in shares]
    sentence = _bars_in_words(title, bars, shown)
    return Chart(
        name=name,
        title=title,
        description=sentence,
        heads=(head, "件数", "占比"),
        rows=tuple(
            (clean(bar.label), str(bar.count), share)
            for bar, share in zip(bars, shown, strict=True)
        ),
        shapes=tuple(_bars(bars, shown)),
        height=_BAR_ROW * max(len(bars), 1) + 12,
    )


def _bars_in_words(title: str, bars: Sequence[_Bar], shares: Sequence[str]) -> str:
    total = sum(bar.count for bar in bars)
    if not total:
        return f"{title}：没有可以统计的申请。"
    ranked = sorted(
        ((bar, share) for bar, share in zip(bars, shares, strict=True) if bar.count),
        key=lambda pair: -pair[0].count,
    )
    listed = "；".join(f"{clean(bar.label)}{bar.count}件，占{share}" for bar, share in ranked)
    return f"{title}：共{total}件，从多到少是{listed}。"


def _bars(bars: Sequence[_Bar], shares: Sequence[str]) -> Iterator[Shape]:
    height = _BAR_ROW * max(len(bars), 1) + 12
    most = max((bar.count for bar in bars), default=0)
    for number, (bar, share) in enumerate(zip(bars, shares, strict=True)):
        middle = 6 + _BAR_ROW * number + _BAR_ROW / 2
        length = _BAR_ROOM * bar.count / most if most else 0
        yield from _label(bar.label, middle)
        if bar.count:
            yield Box(
                x=_BAR_LEFT,
                y=middle - _BAR_THICK / 2,
                width=max(length, 1),
                height=_BAR_THICK,
                hatched=bar.hatched,
            )
        words = f"{bar.count}件" + (f"，{share}" if share and bar.count else "")
        yield Words(text=words, x=_BAR_LEFT + length + 6, y=middle + 4, anchor="start")
    yield Axis(x1=_BAR_LEFT, y1=4, x2=_BAR_LEFT, y2=height - 4)


def _label(label: str, middle: float) -> list[Words]:
    """Set a label on at most two lines; the table beside the chart has it whole."""
    lines = [
        line.text
        for line in set_lines(
            clean(label).replace("\n", " "),
            measure=_LABEL_SIGNS,
            width_of=lambda piece: sum(0.55 if char.isascii() else 1.0 for char in piece),
            justify=False,
        )
    ]
    if len(lines) > _LABEL_LINES:
        lines = [*lines[: _LABEL_LINES - 1], lines[_LABEL_LINES - 1][:-1] + "…"]
    first = middle + 4 - (len(lines) - 1) * (SIZE + 2) / 2
    return [
        Words(text=line, x=_BAR_LEFT - 8, y=first + number * (SIZE + 2), anchor="end")
        for number, line in enumerate(lines)
    ]


# --- columns and lines -------------------------------------------------------------------------


def _columns(columns: Sequence[tuple[str, int]]) -> Iterator[Shape]:
    most = max((n for _, n in columns), default=0)
    step = _PLOT_WIDTH / max(len(columns), 1)
    yield _base_line()
    for number, (label, count) in enumerate(columns):
        middle = _PLOT_LEFT + step * (number + 0.5)
        depth = _PLOT_HEIGHT * count / most if most else 0
        top = _PLOT_TOP + _PLOT_HEIGHT - depth
        if count:
            width = step * _COLUMN_SHARE
            yield Box(x=middle - width / 2, y=top, width=width, height=depth)
        yield Words(text=str(count), x=middle, y=top - 5)
        yield Words(text=label, x=middle, y=_PLOT_TOP + _PLOT_HEIGHT + 18)


def _lines(labels: Sequence[str], series: tuple[Sequence[int], Sequence[int]]) -> Iterator[Shape]:
    most = max((*series[0], *series[1]), default=0)
    step = _PLOT_WIDTH / max(len(labels), 1)
    room = _PLOT_HEIGHT - 24  # numbers stand above and below the points

    def place(number: int, value: int) -> tuple[float, float]:
        share = value / most if most else 0
        return _PLOT_LEFT + step * (number + 0.5), _PLOT_TOP + 8 + room * (1 - share)

    yield _base_line()
    for index, values in enumerate(series):
        points = tuple(place(number, value) for number, value in enumerate(values))
        yield Polyline(points=points, dashed=index == 1)
        for number, ((x, y), value) in enumerate(zip(points, values, strict=True)):
            yield Key(x=x, y=y, open_square=index == 1)
            # The higher of the two has its number above, the lower below; equals, the first above.
            other = series[1 - index][number]
            above = value > other or (value == other and index == 0)
            if value != other or index == 0:
                yield Words(text=str(value), x=x, y=y - 8 if above else y + 18)
    for number, label in enumerate(labels):
        x = _PLOT_LEFT + step * (number + 0.5)
        yield Words(text=label, x=x, y=_PLOT_TOP + _PLOT_HEIGHT + 18)
    yield from _legend()


def _legend() -> Iterator[Shape]:
    for index, word in enumerate(("收到", "办结")):
        x = _PLOT_LEFT + 10 + index * 110
        yield Polyline(points=((x, 12), (x + 36, 12)), dashed=index == 1)
        yield Key(x=x + 18, y=12, open_square=index == 1)
        yield Words(text=word, x=x + 44, y=16, anchor="start")


def _base_line() -> Axis:
    foot = _PLOT_TOP + _PLOT_HEIGHT
    return Axis(x1=_PLOT_LEFT, y1=foot, x2=_PLOT_LEFT + _PLOT_WIDTH, y2=foot)
