"""看全文 and 看样稿 of a wording on a case: text on the page, PDF in a window of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from casework.services import template_preview
from casework.services.template_preview import Trial
from casework.web import surroundings
from casework.web.errors import rules_shown_on, status_of
from casework.web.files import PDF, file_answer

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from casework.domain.statutes import StatuteCode
    from casework.domain.template_parts import TemplatePart
    from casework.services.template_preview import Preview
    from casework.web.wording.forms import TrialFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of it: a finished ``answer`` (the PDF), or a ``preview`` for the page."""

    answer: ResponseReturnValue | None = None
    preview: Preview | None = None
    status: int = 200


def try_wording(form: TrialFields, statute: StatuteCode, part: TemplatePart, text: str) -> Tried:
    """Do what the pressed button asks; complaints hang on the form's fields."""
    do = request.form.get("do")
    if do not in {"text", "pdf"} or not form.validate_on_submit():
        return Tried(status=status_of(form))
    trial = Trial(
        statute=statute,
        part=part,
        text=text,
        case_number=form.case_number.data or "",
        ground=form.ground.data or "",
    )
    preview, answer = None, None
    with rules_shown_on(form):
        desk = surroundings.current_desk()
        if do == "text":
            preview = template_preview.preview_text(desk, trial)
        else:
            content = template_preview.preview_pdf(desk, trial)
            answer = file_answer(content, f"{part.label}（样稿）", media_type=PDF)
    return Tried(answer=answer, preview=preview, status=status_of(form))
