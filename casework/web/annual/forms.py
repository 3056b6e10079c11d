"""The form for figures that no case record holds."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from wtforms import Field
from wtforms.widgets import TextInput

from casework.domain.annual_form import Source
from casework.web.fields import PageForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.domain.annual_form import Form, FormRow


class FigureField(Field):
    """A figure, or None for an empty one: 0 and nothing are different answers."""

    widget = TextInput()

    def __init__(self, label: str, *, fractions: bool, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.fractions = fractions
        self.data: Decimal | None = None
        self._typed: str | None = None

    def _value(self) -> str:
        if self._typed is not None:
            return self._typed
        return "" if self.data is None else f"{self.data:f}"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed: full-width digits and thousands separators are understood."""
        if not valuelist:
            return
        self._typed = valuelist[0]
        self.data = None
        plain = unicodedata.normalize("NFKC", self._typed).replace(",", "").strip()
        if not plain:
            return
        try:
            figure = Decimal(plain)
        except InvalidOperation:
            figure = Decimal("NaN")
        if not figure.is_finite():
            msg = f"“{self._typed.strip()}”不是数字，请填数字，没有的填 0"
            raise ValueError(msg)
        if not self.fractions and figure != figure.to_integral_value():
            msg = "这一项按件、条、人等计数，请填整数"
            raise ValueError(msg)
        self.data = figure


def hand_entered_rows(form: Form) -> list[FormRow]:
    """Return the rows that people fill in."""
    return [row for row in form.rows if row.source is Source.HAND]


def entry_form(form: Form, entered: Mapping[str, Any]) -> PageForm:
    """Return a form with a field for each hand-entered row, named by its code."""
    fields: dict[str, Any] = {
        row.code: FigureField(row.label, fractions=row.takes_fractions)
        for row in hand_entered_rows(form)
    }
    kind: type[PageForm] = type("EntryForm", (PageForm,), fields)
    made = kind()
    if not made.is_submitted():
        for code, value in entered.items():
            if code in made:
                made[code].data = Decimal(value)
    return made
