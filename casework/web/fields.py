"""Fields and the form every act starts from: shape only, the rules are the domain's.

Dates are typed: nobody registers sixty letters with a calendar widget.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import g
from flask_wtf import FlaskForm
from werkzeug.routing import IntegerConverter
from wtforms import Field, IntegerField, StringField
from wtforms.fields import choices as choosing
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput, TextInput

from casework.web import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from werkzeug.routing import Map

HALF_A_YEAR = timedelta(days=183)
SHORT_TEXT = 200
LONG_TEXT = 20_000

_FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NO_YEAR = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_TYPED = frozenset({"StringField", "TextAreaField", "DayField", "IntegerField", "FigureField"})
"""Fields whose text is worth giving back when a form could not be taken."""

HOW_TO_WRITE = "请写成 2026-09-28、9月28日 或 20260928"


class UnreadableDateError(ValueError):
    """The text names no day; the message is one Chinese sentence without the field's name."""


def parse_day(text: str, today: date) -> date:
    """Return the day that ``text`` names; UnreadableDateError if it names none.

    Understood: 2026-09-28, 2026/9/28, 2026.9.28, 2026年9月28日, 20260928, 9-28, 9月28日, all with
    full-width digits too. A day without a year is the one nearest to ``today``: typed on 5
    January, 12-28 means last year.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = plain.replace("—", "-").replace("–", "-").replace("−", "-")
    if found := _FULL.fullmatch(plain) or _PACKED.fullmatch(plain):
        return _day(*(int(part) for part in found.groups()), text=text)
    if found := _NO_YEAR.fullmatch(plain):
        month, number = (int(part) for part in found.groups())
        this_year = _day(today.year, month, number, text=text)
        if this_year - today > HALF_A_YEAR:
            return _day(today.year - 1, month, number, text=text)
        return this_year
    msg = f"“{text.strip()}”不是日期。{HOW_TO_WRITE}"
    raise UnreadableDateError(msg)


def _day(year: int, month: int, number: int, *, text: str) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        msg = f"没有“{text.strip()}”这一天。请对照日历核对"
        raise UnreadableDateError(msg) from None


class DayField(Field):
    """A typed date; ``data`` is a ``date`` or None, the text stays as it was typed."""

    widget = TextInput()

    def __init__(self, label: str, *, required: str = "", **kwargs: Any) -> None:
        """Take ``required``, the sentence for an empty field; "" allows one."""
        super().__init__(label, **kwargs)
        self.required = required
        self.data: date | None = None
        self._typed: str | None = None

    def _value(self) -> str:
        if self._typed is not None:
            return self._typed
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        if not valuelist:
            return
        self._typed = valuelist[0]
        self.data = None
        if self._typed.strip():
            self.data = parse_day(self._typed, surroundings.today())

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  WTForms' signature
        """Ask for the date if it is needed."""
        if self.required and self.data is None and not self.errors and not self.process_errors:
            raise ValidationError(self.required)


def short_text(label: str, *, required: str = "", longest: int = SHORT_TEXT) -> StringField:
    """Return a one-line field; ``required`` is the sentence for an empty one, "" allows it."""
    return StringField(label, validators=_limits(label, required, longest))


def _limits(label: str, required: str, longest: int) -> list[Any]:
    checks: list[Any] = [Length(max=longest, message=f"{label}最多 {longest} 个字，请删减")]
    if required:
        checks.insert(0, InputRequired(required))
    return checks


_LARGEST_ID = 2**63 - 1


def row_id(text: object) -> int:
    """Return the number of a record as a form or an address names it; ValueError if none can be.

    Larger numbers than a database's key are no record's: they would end as an error far below.
    """
    number = int(str(text))
    if not 0 <= number <= _LARGEST_ID:
        msg = "no record has this number"
        raise ValueError(msg)
    return number


class RecordNumber(IntegerConverter):
    """``<int:…>`` in an address: a number that a record can have, anything else is not found."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=_LARGEST_ID)


def options(words: Iterable[tuple[Any, str]]) -> list[Any]:
    """Return pairs of value and label as the choices of a field."""
    choice = choosing.SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
    return [choice(value=value, label=label) for value, label in words]


def long_text_limits(label: str, required: str = "", longest: int = LONG_TEXT) -> list[Any]:
    """Return the checks of a field of several lines."""
    return _limits(label, required, longest)


class PageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A form that remembers its labels, so that an error page can show what was typed."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF is untyped
        """WTForms' own sentences in Chinese."""

        locales = ("zh",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        g.field_labels = {
            field.name: str(field.label.text)
            for field in self
            if field.type in _TYPED and field.label.text
        }


class ActForm(PageForm):
    """The form of an act on a case: ``version`` is the case as it stood on the person's screen."""

    version = IntegerField(
        "",
        widget=HiddenInput(),
        validators=[InputRequired("页面缺少案件的版本号，请从案件页重新打开")],
    )


def read(field: DayField) -> date:
    """Return the day of a field that has passed as required; TypeError if it has none."""
    if field.data is None:
        msg = f"{field.name} was not required"
        raise TypeError(msg)
    return field.data
