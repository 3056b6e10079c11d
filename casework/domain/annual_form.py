"""What a statutory year-end table is: rows, columns, identities, and what each row counts.

A form is data (``casework.domain.forms``). Its rows say themselves what they count, so that the
fold (``annual_fold``), the list behind a cell and the checks (``annual_checks``) need no code of
their own for a new form.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
    from casework.domain.statutory_clock import Timeliness


class Flow(StrEnum):
    """Which of a year's cases a row looks at.

    Every case of a year is in one of the first two and in one of the last two.
    """

    NEW = "new"
    CARRIED_IN = "carried_in"
    FINISHED = "finished"
    CARRIED_OUT = "carried_out"


class Source(StrEnum):
    """Where a row's figure comes from when cases are not counted for it."""

    HAND = "hand"
    FEES = "fees"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCount:
    """A row counts cases: of one flow, by channel or timeliness, or by the ground's row."""

    flow: Flow
    channels: frozenset[Channel] | None = None
    timeliness: frozenset[Timeliness] | None = None
    by_ground: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefCount:
    """A row counts 复议 or 诉讼 cases by their result."""

    kinds: frozenset[ReliefKind]
    results: frozenset[ReliefResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """One printed row. ``source`` None makes it a heading without a cell.

    ``unit`` as printed (件, 条, 万元 …), None on a heading; ``sum_of`` the rows it must equal.
    """

    code: str
    label: str
    unit: str | None
    level: int
    parent: str | None
    source: CaseCount | ReliefCount | Source | None
    sum_of: tuple[str, ...] = ()
    basis: str = ""

    @classmethod
    def at(
        cls,
        code: str,
        unit: str | None,
        label: str,
        source: CaseCount | ReliefCount | Source | None = None,
        *,
        sum_of: tuple[str, ...] = (),
        basis: str = "",
    ) -> FormRow:
        """Make the row at outline position ``code``: "3.3.4.1" is on level 4 beneath "3.3.4"."""
        parent, _, _ = code.rpartition(".")
        return cls(
            code=code,
            label=label,
            unit=unit,
            level=code.count(".") + 1,
            parent=parent or None,
            source=source,
            sum_of=sum_of,
            basis=basis,
        )

    @property
    def has_cell(self) -> bool:
        """Whether a figure stands in this row."""
        return self.source is not None

    @property
    def takes_fractions(self) -> bool:
        """Sums of money are in 万元 and need decimals; everything else is counted."""
        return self.unit == "万元"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormColumn:
    """One column of figures: an applicant type, or the total (``applicant_type`` None)."""

    code: str
    label: str
    parent: str | None
    applicant_type: ApplicantType | None
    sum_of: tuple[str, ...] = ()


IdentityScope = Literal[
    "table", "each column", "each row", "across years", "each cell", "each case", "each group"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One 勾稽关系. A hard one must hold; a soft one is a reminder.

    ``kind``: eq and le compare the sums of the rows (columns, for "each row") on both sides;
    nonneg_int asks for whole numbers; note is not evaluated on a table. ``text`` is the sentence
    an officer reads.
    """

    id: str
    kind: Literal["eq", "le", "nonneg_int", "note"]
    hard: bool
    scope: IdentityScope = "table"
    lhs: tuple[str, ...] = ()
    rhs: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefGroup:
    """One group of five cells in the relief table."""

    code: str
    kind: ReliefKind
    label: str
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefTable:
    """第四部分 of the 2019 and 2021 forms: three groups of four results and a total."""

    title: str
    groups: tuple[ReliefGroup, ...]
    results: tuple[tuple[ReliefResult, str], ...]
    total_label: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class HandCell:
    """One figure of a table by hand; ``is_signed``: 本年增/减 may be less than 0."""

    code: str
    label: str
    unit: str
    is_signed: bool = False

    @property
    def takes_fractions(self) -> bool:
        """Sums of money are in 万元 and need decimals."""
        return self.unit == "万元"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandTable:
    """A table no case fills: 第二十条第（一）项 … of 二、主动公开政府信息情况.

    ``columns`` are the heads with ``columns[0]`` over the ``rows``; ``cells`` has one line of
    figures for each row.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[HandCell, ...], ...]

    @classmethod
    def at(
        cls, number: int, caption: str, columns: tuple[str, ...], rows: tuple[str, ...]
    ) -> HandTable:
        """Make table ``number`` of a form; its cells are H1.2.3: table, row, column of figures."""
        cells = tuple(
            tuple(
                HandCell(
                    code=f"H{number}.{line}.{place}",
                    label=f"{row}，{head}",
                    unit="万元" if "金额" in head else "件" if "件数" in head else "项",
                    is_signed="增/减" in head,
                )
                for place, head in enumerate(columns[1:], start=1)
            )
            for line, row in enumerate(rows, start=1)
        )
        return cls(caption=caption, columns=columns, rows=rows, cells=cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A statutory form: ``first_year`` to ``last_year`` inclusive, None if still in force."""

    code: str
    title: str
    basis: str
    first_year: int
    last_year: int | None
    rows: tuple[FormRow, ...]
    identities: tuple[Identity, ...]
    columns: tuple[FormColumn, ...] = ()
    relief: ReliefTable | None = None
    header_note: str = ""
    column_head: str = ""
    sections: tuple[str, ...] = ()
    header_fields: tuple[str, ...] = ()
    footer_fields: tuple[str, ...] = ()
    hand_tables: tuple[HandTable, ...] = ()

    @property
    def hand_cells(self) -> tuple[HandCell, ...]:
        """Every cell of the tables by hand, in order."""
        return tuple(cell for one in self.hand_tables for line in one.cells for cell in line)

    def in_force(self, year: int) -> bool:
        """Whether the return for ``year`` was or is due on this form."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def find_row(self, code: str) -> FormRow | None:
        """Return the row with this code, or None."""
        return next((row for row in self.rows if row.code == code), None)

    def find_column(self, code: str) -> FormColumn | None:
        """Return the column with this code, or None."""
        return next((column for column in self.columns if column.code == code), None)

    def beneath(self, code: str) -> frozenset[str]:
        """Return ``code`` and the codes of all rows beneath it."""
        found = {code}
        for row in self.rows:  # parents stand before their children
            if row.parent in found:
                found.add(row.code)
        return frozenset(found)

    @property
    def column_codes(self) -> tuple[str, ...]:
        """The codes of the columns of figures; ("",) for a form with one unnamed column."""
        return tuple(column.code for column in self.columns) or ("",)
