"""The form for figures that no case record holds: one field for each row, named by its code."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wtforms import Field, StringField
from wtforms.widgets import HiddenInput, TextInput

from casework.domain.annual_form import HandCell, Source
from casework.web.fields import PageForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from casework.domain.annual_form import Form, FormRow

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DIGITS = 12
_DECIMALS = 4
"""As many as the column keeps (``AnnualEntry.value``)."""


def field_id(row: str) -> str:
    """Return the id of a row's field, the place a link to it names."""
    return f"row-{row}"


class FigureField(Field):
    """A figure, or None for an empty one: 0 and nothing are different answers.

    ``row`` says in which unit and whether with decimals. Full-width digits and thousands
    separators are understood; the text stays as it was typed.
    """

    widget = TextInput()

    def __init__(self, label: str, *, row: FormRow | HandCell, **kwargs: Any) -> None:
        super().__init__(label, id=field_id(row.code), **kwargs)
        self.row = row
        self.data: Decimal | None = None
        self._typed: str | None = None

    def _value(self) -> str:
        if self._typed is not None:
            return self._typed
        return "" if self.data is None else f"{self.data.normalize():f}"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        if not valuelist:
            return
        self._typed = valuelist[0]
        self.data = parse_figure(self._typed, self.row)


def parse_figure(text: str, row: FormRow | HandCell) -> Decimal | None:
    """Return the figure typed for ``row``, None for nothing; ValueError with one sentence."""
    typed = text.strip()
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace(",", "")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        msg = f"“{typed}”不是数。请您只填数字，没有的填 0"
        raise ValueError(msg)
    value = Decimal(plain)
    if value < 0 and not (isinstance(row, HandCell) and row.is_signed):
        msg = f"“{typed}”小于 0。请您填不小于 0 的数，没有的填 0"
        raise ValueError(msg)
    if abs(value) >= Decimal(10) ** _DIGITS:
        msg = f"“{typed}”超过 {_DIGITS} 位。请您核对数字和单位（{row.unit}）"
        raise ValueError(msg)
    if not row.takes_fractions and value != value.to_integral_value():
        msg = f"“{typed}”有小数。这一行的单位是{row.unit}，请您填整数"
        raise ValueError(msg)
    if value != round(value, _DECIMALS):
        msg = f"“{typed}”的小数超过 {_DECIMALS} 位。请您最多填 {_DECIMALS} 位小数"
        raise ValueError(msg)
    return value


class EntryForm(PageForm):
    """``seen`` tells which figures stood on the screen, so that two people do not collide."""

    seen = StringField("", widget=HiddenInput())


def rows_by_hand(form: Form, *, with_fees: bool) -> list[FormRow | HandCell]:
    """Return what people fill in; the fees only where no case has one on record."""
    sources = {Source.HAND, Source.FEES} if with_fees else {Source.HAND}
    return [*(row for row in form.rows if row.source in sources), *form.hand_cells]


def entry_form(rows: Iterable[FormRow | HandCell], entered: Mapping[str, Decimal]) -> EntryForm:
    """Return a form with a field for each of ``rows``, holding what was entered before."""
    fields = {row.code: FigureField(row.label, row=row) for row in rows}
    made: EntryForm = type("FiguresForm", (EntryForm,), fields)()
    if not made.is_submitted():
        for code, value in entered.items():
            if code in made:
                made[code].data = value
    return made
