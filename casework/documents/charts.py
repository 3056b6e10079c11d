"""The charts of a year's report as SVG, made by hand.

Readable in black and white: every bar and point bears its number, the second of two lines is dashed
with open squares, what is left over is hatched. Every chart has a title, a sentence that says what
it shows and its figures as rows of a table. There is no script and no inline style, so that a page
may forbid both; colours are presentation attributes, which a style sheet overrides by class.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from casework.documents.chinese_text import clean, set_lines
from casework.domain.annual_facts import outcome_groups
from casework.domain.annual_fold import CellFilter
from casework.domain.annual_form import Flow
from casework.domain.application import Channel
from casework.domain.sentences import short_label
from casework.domain.shares import percentages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.domain.annual_facts import AnnualFacts

_WIDTH = 640
_INK, _BAR, _AXIS, _GRID = "#1e2b3c", "#174f92", "#75839a", "#d3dae3"
_FACES = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, WenQuanYi Micro Hei, sans-serif"
_SIZE = 12
_SUBJECTS_SHOWN = 8
_REST, _UNNAMED = "其余", "未分类"

_BAR_ROW, _BAR_THICK, _BAR_LEFT, _BAR_ROOM = 34, 18, 170, 340
_LABEL_SIGNS, _LABEL_LINES = 13, 2

_PLOT_LEFT, _PLOT_TOP, _PLOT_WIDTH, _PLOT_HEIGHT = 20, 34, 600, 170
_COLUMN_SHARE = 0.56

_LEGEND_DROP = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart. ``rows`` are its figures under ``heads``, as a table beside it shows them."""

    name: str
    title: str
    description: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    svg: str


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
    return _bar_chart("channels", f"{facts.year}年收到申请的渠道", "申请渠道", bars)


def subjects_chart(facts: AnnualFacts) -> Chart:
    """Show the applications received by subject (内容类别), the most frequent first."""
    named = [one for one in facts.subjects if one.subject]
    named.sort(key=lambda one: (-one.count, one.subject))
    bars = [_Bar(one.subject, one.count) for one in named[:_SUBJECTS_SHOWN]]
    rest = sum(one.count for one in named[_SUBJECTS_SHOWN:])
    unnamed = sum(one.count for one in facts.subjects if not one.subject)
    bars += [_Bar(label, n, hatched=True) for label, n in ((_REST, rest), (_UNNAMED, unnamed)) if n]
    return _bar_chart("subjects", f"{facts.year}年申请的内容", "内容类别", bars)


def outcomes_chart(facts: AnnualFacts) -> Chart:
    """Show the results of the year (办理结果) by the kinds of its form."""
    bars = [
        _Bar(short_label(group.row.label), facts.result_count(group))
        for group in outcome_groups(facts.form)
    ]
    return _bar_chart("outcomes", f"{facts.year}年的办理结果", "办理结果", bars)


def months_chart(facts: AnnualFacts) -> Chart:
    """Show the applications received month by month, as columns."""
    title = f"{facts.year}年各月收到的申请"
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
        svg=_columns_svg("months", title, sentence, list(zip(labels, facts.months, strict=True))),
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
        svg=_lines_svg(
            "years",
            title,
            sentence,
            [f"{one.year}年" for one in years],
            ([one.received for one in years], [one.finished for one in years]),
        ),
    )


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
        svg=_bars_svg(name, title, sentence, bars, shown),
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


def _bars_svg(
    name: str, title: str, sentence: str, bars: Sequence[_Bar], shares: Sequence[str]
) -> str:
    height = _BAR_ROW * max(len(bars), 1) + 12
    most = max((bar.count for bar in bars), default=0)
    parts = [_hatch(name)]
    for number, (bar, share) in enumerate(zip(bars, shares, strict=True)):
        middle = 6 + _BAR_ROW * number + _BAR_ROW / 2
        length = _BAR_ROOM * bar.count / most if most else 0
        parts += _label(bar.label, middle)
        if bar.count:
            parts.append(
                _rect(
                    (_BAR_LEFT, middle - _BAR_THICK / 2, max(length, 1), _BAR_THICK),
                    fill=f"url(#{name}-hatch)" if bar.hatched else _BAR,
                    css="b-rest" if bar.hatched else "b1",
                )
            )
        words = f"{bar.count}件" + (f"，{share}" if share and bar.count else "")
        parts.append(_text(words, _BAR_LEFT + length + 6, middle + 4, anchor="start"))
    parts.append(_line((_BAR_LEFT, 4, _BAR_LEFT, height - 4), _AXIS, "ax"))
    return _svg(name, title, sentence, height, parts)


def _label(label: str, middle: float) -> list[str]:
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
    first = middle + 4 - (len(lines) - 1) * (_SIZE + 2) / 2
    return [
        _text(line, _BAR_LEFT - 8, first + number * (_SIZE + 2), anchor="end")
        for number, line in enumerate(lines)
    ]


# --- columns and lines -------------------------------------------------------------------------


def _columns_svg(name: str, title: str, sentence: str, columns: Sequence[tuple[str, int]]) -> str:
    most = max((n for _, n in columns), default=0)
    step = _PLOT_WIDTH / max(len(columns), 1)
    parts = [_base_line()]
    for number, (label, count) in enumerate(columns):
        middle = _PLOT_LEFT + step * (number + 0.5)
        depth = _PLOT_HEIGHT * count / most if most else 0
        top = _PLOT_TOP + _PLOT_HEIGHT - depth
        if count:
            width = step * _COLUMN_SHARE
            box = (middle - width / 2, top, width, depth)
            parts.append(_rect(box, fill=_BAR, css="b1"))
        parts.append(_text(str(count), middle, top - 5))
        parts.append(_text(label, middle, _PLOT_TOP + _PLOT_HEIGHT + 18))
    return _svg(name, title, sentence, _PLOT_TOP + _PLOT_HEIGHT + 28, parts)


def _lines_svg(
    name: str,
    title: str,
    sentence: str,
    labels: Sequence[str],
    series: tuple[Sequence[int], Sequence[int]],
) -> str:
    most = max((*series[0], *series[1]), default=0)
    step = _PLOT_WIDTH / max(len(labels), 1)
    room = _PLOT_HEIGHT - 24  # numbers stand above and below the points

    def place(number: int, value: int) -> tuple[float, float]:
        share = value / most if most else 0
        return _PLOT_LEFT + step * (number + 0.5), _PLOT_TOP + 8 + room * (1 - share)

    parts = [_base_line()]
    for index, values in enumerate(series):
        points = [place(number, value) for number, value in enumerate(values)]
        parts.append(_polyline(points, dashed=index == 1))
        for number, ((x, y), value) in enumerate(zip(points, values, strict=True)):
            parts.append(_point(x, y, open_square=index == 1))
            # The higher of the two has its number above, the lower below; equals, the first above.
            other = series[1 - index][number]
            above = value > other or (value == other and index == 0)
            if value != other or index == 0:
                parts.append(_text(str(value), x, y - 8 if above else y + 18))
    for number, label in enumerate(labels):
        x = _PLOT_LEFT + step * (number + 0.5)
        parts.append(_text(label, x, _PLOT_TOP + _PLOT_HEIGHT + 18))
    parts += _legend()
    return _svg(name, title, sentence, _PLOT_TOP + _PLOT_HEIGHT + 28, parts)


def _legend() -> list[str]:
    parts = []
    for index, word in enumerate(("收到", "办结")):
        x = _PLOT_LEFT + 10 + index * 110
        parts.append(_polyline([(x, 12), (x + 36, 12)], dashed=index == 1))
        parts.append(_point(x + 18, 12, open_square=index == 1))
        parts.append(_text(word, x + 44, 16, anchor="start"))
    return parts


def _base_line() -> str:
    foot = _PLOT_TOP + _PLOT_HEIGHT
    return _line((_PLOT_LEFT, foot, _PLOT_LEFT + _PLOT_WIDTH, foot), _AXIS, "ax")


# --- elements ----------------------------------------------------------------------------------


def _svg(name: str, title: str, sentence: str, height: float, parts: Iterable[str]) -> str:
    """Close the picture: the names of its parts begin with its own, so that a page may hold all."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cw-chart" role="img" '
        f'aria-labelledby="chart-{name}-title chart-{name}-desc" '
        f'viewBox="0 0 {_WIDTH} {_number(height)}" width="{_WIDTH}" height="{_number(height)}" '
        f'font-family="{_FACES}" font-size="{_SIZE}" fill="{_INK}">'
        f'<title id="chart-{name}-title">{_escaped(title)}</title>'
        f'<desc id="chart-{name}-desc">{_escaped(sentence)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _hatch(name: str) -> str:
    return (
        f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="#fff"/>'
        f'<path d="M-1 1 1-1M0 6 6 0M5 7 7 5" stroke="{_BAR}" stroke-width="1.2"/>'
        f"</pattern></defs>"
    )


def _rect(box: tuple[float, float, float, float], *, fill: str, css: str) -> str:
    x, y, width, height = map(_number, box)
    return (
        f'<rect class="{css}" x="{x}" y="{y}" width="{width}" height="{height}" '
        f'fill="{fill}" stroke="{_BAR}"/>'
    )


def _line(ends: tuple[float, float, float, float], color: str, css: str) -> str:
    x1, y1, x2, y2 = map(_number, ends)
    return f'<line class="{css}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{color}"/>'


def _polyline(points: Sequence[tuple[float, float]], *, dashed: bool) -> str:
    places = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    return (
        f'<polyline class="ln" points="{places}" fill="none" stroke="{_INK}" '
        f'stroke-width="2"{dash}/>'
    )


def _point(x: float, y: float, *, open_square: bool) -> str:
    if open_square:
        return (
            f'<rect class="pt" x="{_number(x - 4)}" y="{_number(y - 4)}" width="8" height="8" '
            f'fill="#fff" stroke="{_INK}" stroke-width="2"/>'
        )
    return f'<circle class="pt-full" cx="{_number(x)}" cy="{_number(y)}" r="4.5" fill="{_INK}"/>'


def _text(words: str, x: float, y: float, *, anchor: str = "middle") -> str:
    return (
        f'<text x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}">{_escaped(words)}</text>'
    )


def _escaped(text: str) -> str:
    return escape(clean(text).replace("\n", " "))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
