"""The form of a document, built from the table of what an officer fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from casework.documents.letter_forms import FORMS, Shape
from casework.domain.clock_events import ClockEventKind
from casework.domain.procedural_documents import DOCUMENT_RULES
from casework.services.procedural_letters import DocumentText
from casework.web.fields import ActForm, DayField, long_text_limits, row_id, short_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from casework.documents.letter_forms import FormField
    from casework.domain.letter_kinds import LetterKind

_MAKERS: Mapping[Shape, Callable[[FormField], Any]] = {
    Shape.LINE: lambda field: short_text(field.label),
    Shape.TEXT: lambda field: TextAreaField(field.label, validators=long_text_limits(field.label)),
    Shape.DAY_AHEAD: lambda field: DayField(field.label),
    Shape.DAY_PAST: lambda field: DayField(field.label),
}


def document_form(kind: LetterKind) -> type[ActForm]:
    """Return the form class of ``kind``; its fields bear the names the service complains about."""
    fields = {field.name: _MAKERS[field.shape](field) for field in FORMS[kind]}
    about: Any = IntegerField("", widget=HiddenInput(), validators=[MayBeEmpty()])
    if DOCUMENT_RULES[kind].upon is ClockEventKind.CONSULTATION_STARTED:
        about = SelectField("针对哪一次", coerce=row_id, validate_choice=False)
    served: Any = StringField("", widget=HiddenInput())
    return type("DocumentForm", (ActForm,), {"about": about, "served": served, **fields})


def text_of(form: ActForm, kind: LetterKind) -> DocumentText:
    """Return what was typed, days as ISO text."""
    return DocumentText(
        kind=kind,
        filled={field.name: _typed(form[field.name].data) for field in FORMS[kind]},
        about=form["about"].data,
        served=form["served"].data or "",
    )


def _typed(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value.isoformat())
