"""The questions of 假如: shape only; they are asked by GET, change nothing and carry no token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange

from casework.domain.statutes import Party
from casework.web import surroundings
from casework.web.fields import DayField, PageForm, options

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

LONGEST = 250
_DAYS = [
    InputRequired("请填工作日数"),
    NumberRange(1, LONGEST, f"工作日数须在 1 到 {LONGEST} 之间"),
]


class Question(PageForm):
    """One supposition; its fields bear its name as prefix, so that several stand on one page."""

    name = ""

    class Meta(PageForm.Meta):
        """Asking changes nothing."""

        csrf = False

    def __init__(self, asked: MultiDict[str, str] | None) -> None:
        super().__init__(formdata=asked, prefix=f"{self.name}-")


class ConsultationQuestion(Question):
    """假如发函征求意见."""

    name = "consultation"
    party = RadioField(
        "征求谁的意见",
        choices=options((party.value, party.label) for party in Party),
        default=Party.THIRD_PARTY.value,
    )
    on = DayField("发函之日", required="请填发函之日", default=surroundings.today)
    days = IntegerField("对方用几个工作日", default=15, validators=_DAYS)


class AnswerQuestion(Question):
    """假如收到意见."""

    name = "answer"
    on = DayField("收到意见之日", required="请填收到意见之日", default=surroundings.today)


class ExtensionQuestion(Question):
    """假如延期."""

    name = "extension"
    on = DayField("批准之日", required="请填批准之日", default=surroundings.today)
    days = IntegerField("延长几个工作日", default=20, validators=_DAYS)


class CorrectionQuestion(Question):
    """假如补正."""

    name = "correction"
    asked_on = DayField("告知补正之日", default=surroundings.today)
    on = DayField("收到补正之日", required="请填收到补正之日", default=surroundings.today)
