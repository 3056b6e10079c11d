"""The 依申请公开 chapter of the year's report: facts in, sentences out.

Every number is a ``Figure`` that names the cell it stands in, so that a page can lead from it to
the cases and a check can hold the text against the table. A number that the year's own form has no
cell for (the channels since 2019, the carry-over before) names the form that has one.
Nothing is said that the records do not show: no share of nothing, no growth on nothing. Where a
part of the table was handed in, what such tables do not tell (channels since 2019, subjects,
timeliness) is said of our own records alone, and said to be.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from casework.domain.annual_facts import answered_row, outcome_groups
from casework.domain.annual_fold import CellFilter, cell_predicate
from casework.domain.annual_form import CaseCount, Flow, ReliefCount, Source
from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.forms import FORMS
from casework.domain.sentences import (
    CASES,
    PERCENT,
    Figure,
    Part,
    Sentence,
    growth,
    joined,
    listing,
    short_label,
)
from casework.domain.shares import percentages
from casework.domain.statutory_clock import Timeliness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.domain.annual_facts import AnnualFacts
    from casework.domain.annual_form import Form, FormRow, ReliefGroup
    from casework.domain.annual_table import Cell

SUBJECTS_NAMED = 5

_CHANNELS = (Channel.IN_PERSON, Channel.FAX, Channel.ONLINE, Channel.MAIL)  # the 2014 form's order
_NEW = CellFilter(flow=Flow.NEW)
_CARRIED_IN = CellFilter(flow=Flow.CARRIED_IN)
_FINISHED = CellFilter(flow=Flow.FINISHED)
_CARRIED_OUT = CellFilter(flow=Flow.CARRIED_OUT)
_ON_TIME = CellFilter(flow=Flow.FINISHED, timeliness=frozenset({Timeliness.ON_TIME}))
_EXTENDED = CellFilter(
    flow=Flow.FINISHED, timeliness=frozenset({Timeliness.EXTENDED, Timeliness.LATE})
)
_LATE = CellFilter(flow=Flow.FINISHED, timeliness=frozenset({Timeliness.LATE}))
_SUITS = (ReliefKind.DIRECT_SUIT, ReliefKind.SUIT_AFTER_REVIEW)


def narrative(facts: AnnualFacts) -> tuple[Sentence, ...]:
    """Return the chapter, in the order reports give it."""
    writer = _Writer(facts)
    topics = {
        "received": writer.received(),
        "channels": writer.channels(),
        "applicants": writer.applicants(),
        "subjects": writer.subjects(),
        "handling": writer.handling(),
        "results": writer.results(),
        "carried_over": writer.carried_over(),
        "relief": _relief(facts),
        "fees": _fees(facts),
    }
    return tuple(
        Sentence(topic=topic, parts=(*joined(parts), "。"))
        for topic, parts in topics.items()
        if parts
    )


def narrative_text(sentences: Iterable[Sentence]) -> str:
    """Return the chapter as one paragraph."""
    return "".join(sentence.text for sentence in sentences)


class _Writer:
    """Writes what is counted in cases."""

    def __init__(self, facts: AnnualFacts) -> None:
        self._facts = facts
        self._form = facts.form
        self._doors = _doors(facts.form)

    def received(self) -> list[Part]:
        facts = self._facts
        new, carried_in = self._figure(_NEW), self._figure(_CARRIED_IN)
        if self._is_partial(_CARRIED_IN):
            carried_in = _plain(0)
        if facts.as_of is None:
            parts: list[Part] = [f"{facts.year}年，{facts.agency}"]
        else:
            day = facts.as_of
            parts = [f"{facts.year}年截至{day.month}月{day.day}日，{facts.agency}"]
        if new.value:
            parts += ["共收到政府信息公开申请", new, *self._growth(new)]
        else:
            parts.append("没有收到政府信息公开申请")
        if carried_in.value:
            parts += ["，上年结转", carried_in]
        return parts

    def channels(self) -> list[Part]:
        filters = [
            (channel.label + "申请", CellFilter(flow=Flow.NEW, channels=frozenset({channel})))
            for channel in _CHANNELS
        ]
        items = self._shared([(label, self._figure(wanted)) for label, wanted in filters])
        if items and self._is_partial(filters[0][1]):
            return [*self._of_our_own(_NEW), *items]
        return ["其中，", *items] if items else []

    def applicants(self) -> list[Part]:
        if not self._form.columns:
            return []
        filters = [
            (kind.label, CellFilter(flow=Flow.NEW, applicant_types=frozenset({kind})))
            for kind in ApplicantType
        ]
        items = self._shared([(label, self._figure(wanted)) for label, wanted in filters])
        return ["从申请人类型看，", *items] if items else []

    def subjects(self) -> list[Part]:
        named = [one for one in self._facts.subjects if one.subject]
        named.sort(key=lambda one: (-one.count, one.subject))
        shown = [
            (one.subject, Figure(value=one.count, unit=CASES)) for one in named[:SUBJECTS_NAMED]
        ]
        if not shown:
            return []
        total = self._facts.count(_NEW)
        rest = total - sum(int(figure.value) for _, figure in shown)
        unnamed = any(one.count for one in self._facts.subjects if not one.subject)
        others = "其余和未分类的" if unnamed else "其余各类"
        items = self._shared([*shown, (others, _plain(rest))])
        if self._facts.table.handed is not None:
            return ["从申请内容看，", *self._of_our_own(_NEW), *items]
        return ["从申请内容看，", *items]

    def handling(self) -> list[Part]:
        finished, late = self._figure(_FINISHED), self._figure(_LATE)
        if not finished.value:
            return [f"{self._period}没有办结的申请"] if self._had_any else []
        parts: list[Part] = [f"{self._period}共办结政府信息公开申请", finished]
        parts += ["；", *self._of_our_own(_FINISHED)] if self._is_partial(_ON_TIME) else ["，其中"]
        parts += self._shared(
            [("按时办结", self._figure(_ON_TIME)), ("延期办结", self._figure(_EXTENDED))]
        )
        if late.value:  # the forms count a late answer with the extended ones (docs/counting.md)
            parts += ["，含超过法定期限办结", late]
        return parts

    def results(self) -> list[Part]:
        groups = outcome_groups(self._form)
        figures = []
        for group in groups:
            count = self._facts.result_count(group)
            figure = self._of_row(group.row) if group.row.has_cell else _plain(count)
            figures.append((group, figure))
        total = sum(int(figure.value) for _, figure in figures)
        if not total:
            return []
        shares = percentages([int(figure.value) for _, figure in figures])
        items: list[list[Part]] = []
        for (group, figure), share in zip(figures, shares, strict=True):
            if not figure.value:
                continue
            item: list[Part] = [short_label(group.row.label), *_with_share(figure, share)]
            reasons = [(row, self._of_row(row)) for row in group.reasons]
            inner: list[list[Part]] = [
                [short_label(row.label), found] for row, found in reasons if found.value
            ]
            if inner:
                item += ["，其中", *listing(inner, "，")]
            items.append(item)
        answered = answered_row(self._form)
        if answered is None:
            return ["在办理结果中，", *listing(items, "；")]
        parts: list[Part] = ["共答复申请", self._of_row(answered), "，其中"]
        parts += listing(items, "；")
        unanswered = int(self._figure(_FINISHED).value) - total
        if unanswered > 0:
            parts += ["；另有", _plain(unanswered), "因申请人撤回等原因终止办理，没有作出答复"]
        return parts

    def carried_over(self) -> list[Part]:
        if self._is_partial(_CARRIED_OUT):
            return []
        left = self._figure(_CARRIED_OUT)
        if self._facts.as_of is not None:
            return ["正在办理的申请", left] if left.value else []
        if left.value:
            year = self._facts.year
            return [
                f"截至{year}年底尚未办结、结转{year + 1}年度继续办理的申请",
                left,
            ]
        return ["申请已全部办结，没有结转下年度继续办理的申请"] if self._had_any else []

    @property
    def _period(self) -> str:
        return "全年" if self._facts.as_of is None else "截至目前"

    @property
    def _had_any(self) -> bool:
        return bool(self._facts.cube)

    def _growth(self, new: Figure) -> list[Part]:
        """Compare with the whole year before; a year that has not ended is not compared."""
        if self._facts.as_of is not None:
            return []
        change = growth(int(new.value), self._facts.received_in(self._facts.year - 1))
        if change is None:
            return []
        if not change:
            return ["，与上年持平"]
        word = "增长" if change > 0 else "下降"
        return [f"，同比{word}", _share(abs(change), new)]

    def _figure(self, wanted: CellFilter) -> Figure:
        form, cell = self._doors.get(wanted, (None, None))
        if form == self._form.code and cell is not None:
            value = self._facts.table.value(*cell) or 0
        else:
            value = self._facts.count(wanted)
        return Figure(value=value, unit=CASES, cell=cell, form=form)

    def _is_partial(self, wanted: CellFilter) -> bool:
        """Whether a number is known of our own records only, while others handed a table in."""
        form, _ = self._doors.get(wanted, (None, None))
        return self._facts.table.handed is not None and form != self._form.code

    def _of_our_own(self, wanted: CellFilter) -> list[Part]:
        """Begin a clause on our own records: what was handed in does not tell the rest."""
        return ["不含报送统计表的单位，系统内的", _plain(self._facts.count(wanted)), "中，"]

    def _of_row(self, row: FormRow) -> Figure:
        cell = (row.code, self._facts.total_column)
        value = self._facts.table.value(*cell) or 0
        return Figure(value=value, unit=CASES, cell=cell, form=self._form.code)

    def _shared(self, items: Sequence[tuple[str, Figure]]) -> list[Part]:
        """List the parts of a whole that are not 0, each with its share; together 100."""
        shares = percentages([int(figure.value) for _, figure in items])
        return listing(
            [
                [label, *_with_share(figure, share)]
                for (label, figure), share in zip(items, shares, strict=True)
                if figure.value
            ],
            "；",
        )


def _plain(value: int) -> Figure:
    return Figure(value=value, unit=CASES)


def _with_share(figure: Figure, share: Decimal | None) -> list[Part]:
    """Return the number and its share; none where it would print as 0%, which it is not."""
    return [figure, "，占", _share(share, figure)] if share else [figure]


def _share(share: Decimal | None, of: Figure) -> Figure:
    return Figure(value=share or Decimal(0), unit=PERCENT, cell=of.cell, form=of.form)


def _doors(own: Form) -> dict[CellFilter, tuple[str, Cell]]:
    """Return a cell for every way cases are counted, on the form itself if it has one."""
    doors: dict[CellFilter, tuple[str, Cell]] = {}
    for form in (own, *(other for other in FORMS if other is not own)):
        for row in form.rows:
            if isinstance(row.source, CaseCount) and not row.source.by_ground:
                for column in form.column_codes:
                    wanted = cell_predicate(form, row.code, column)
                    doors.setdefault(wanted, (form.code, (row.code, column)))
    return doors


# --- 复议、诉讼、收费 ---------------------------------------------------------------------------


def _relief(facts: AnnualFacts) -> list[Part]:
    if not any(count for (_, result), count in facts.table.relief.items() if result == "total"):
        return ["没有因政府信息公开工作被申请行政复议或者被提起行政诉讼"]
    items = _relief_groups(facts) if facts.form.relief else _relief_rows(facts)
    return ["因政府信息公开工作引起的案件中，", *listing(items, "；")]


def _relief_groups(facts: AnnualFacts) -> list[list[Part]]:
    relief = facts.form.relief
    items: list[list[Part]] = []
    for group in relief.groups if relief else ():
        total = _relief_figure(facts, group.kind, "total")
        if not total.value:
            items.append([f"没有{_group_label(group)}"])
            continue
        results: list[list[Part]] = [
            [label, found]
            for result, label in (relief.results if relief else ())
            if (found := _relief_figure(facts, group.kind, result.value)).value
        ]
        items.append([_group_label(group), total, "，其中", *listing(results, "，")])
    return items


def _group_label(group: ReliefGroup) -> str:
    return f"{group.label}的{group.parent}" if group.parent else group.label


def _relief_figure(facts: AnnualFacts, kind: ReliefKind, result: str) -> Figure:
    cell = (kind.value, result)
    form = facts.form if facts.form.relief else FORMS[-1]
    return Figure(value=facts.table.relief.get(cell, 0), unit=CASES, cell=cell, form=form.code)


def _relief_rows(facts: AnnualFacts) -> list[list[Part]]:
    """Say what ended, by the rows of a form that shows only that, and what is pending beside."""
    rows = [row for row in facts.form.rows if isinstance(row.source, ReliefCount)]
    items: list[list[Part]] = []
    for row in (row for row in rows if row.sum_of):
        total = _row_figure(facts, row)
        label = short_label(row.label)
        if not total.value:
            items.append([f"没有审结的{label}"])
            continue
        results: list[list[Part]] = [
            [short_label(one.label), found]
            for one in rows
            if one.code in row.sum_of and (found := _row_figure(facts, one)).value
        ]
        items.append([f"审结{label}", total, "，其中", *listing(results, "，")])
    pending = ReliefResult.PENDING.value
    reviews = _relief_figure(facts, ReliefKind.REVIEW, pending)
    suits = _plain(sum(facts.table.relief.get((kind.value, pending), 0) for kind in _SUITS))
    waiting: list[list[Part]] = [
        [label, found]
        for label, found in (("行政复议", reviews), ("行政诉讼", suits))
        if found.value
    ]
    if waiting:
        items.append(["另有", *listing(waiting, "、"), "尚未审结"])
    return items


def _row_figure(facts: AnnualFacts, row: FormRow) -> Figure:
    cell = (row.code, "")
    return Figure(value=facts.table.value(*cell) or 0, unit=CASES, cell=cell, form=facts.form.code)


def _fees(facts: AnnualFacts) -> list[Part]:
    """Say the fees: from the form's row in 万元, or, where it has none, as 第六部分 does in 元."""
    row = next((row for row in facts.form.rows if row.source is Source.FEES), None)
    if row is None:
        if facts.table.handed is not None:
            return []  # the tables handed in have no row for it
        amount: Figure | None = Figure(value=facts.fees_yuan or Decimal(0), unit="元")
    else:
        value = facts.table.value(row.code)
        amount = (
            None
            if value is None
            else Figure(value=value, unit="万元", cell=(row.code, ""), form=facts.form.code)
        )
    if amount is None:
        return []
    if not amount.value:
        return ["依申请公开政府信息未收取费用"]
    return ["依申请公开政府信息收取费用", amount]
