"""A notice as it is uploaded or typed: one line per day, 2027-01-01 放假 元旦."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, TextAreaField

from casework.domain.holiday_notice import NoticeKind, NoticeSheet, RawDay
from casework.web.fields import PageForm, long_text_limits, options, short_text

if TYPE_CHECKING:
    from casework.domain.holiday_notice import HolidayNotice, NoticeProblem

_PARTS = 3
_BETWEEN = re.compile(r"[\s,，、;；]+")
_FIELDS_OF_FACTS = (("文号", "number"), ("发布日期", "issued_on"), ("年份", "year"))


class NoticeForm(PageForm):
    """What the notice is, and its days: in a file or typed here."""

    kind = RadioField(
        "种类",
        choices=options((kind.value, kind.label) for kind in NoticeKind),
        default=NoticeKind.NATIONAL.value,
    )
    agency_code = SelectField("地方假日适用的机关", validate_choice=False)
    title = short_text("标题")
    number = short_text("文号")
    issued_on = short_text("发布日期")
    year = short_text("年份")
    file: Any = FileField("通知文件")
    days = TextAreaField("逐日安排", validators=long_text_limits("逐日安排"))
    seen = HiddenField()

    @property
    def notice_kind(self) -> NoticeKind:
        """The kind that was chosen."""
        return NoticeKind(self.kind.data)

    @property
    def local_agency(self) -> str:
        """The code of the agency local days off hold for; empty for all."""
        return self.agency_code.data or "" if self.notice_kind is NoticeKind.LOCAL else ""

    def typed_sheet(self, *, number_required: bool) -> NoticeSheet:
        """Return what was typed, not yet believed; the lines count as they stand in the box."""
        return NoticeSheet(
            days=tuple(
                _raw_day(line, text)
                for line, text in enumerate((self.days.data or "").splitlines(), start=1)
                if text.strip()
            ),
            year=self.year.data or None,
            number=self.number.data or "",
            title=self.title.data or "",
            issued_on=self.issued_on.data or None,
            number_required=number_required,
        )

    def fill_from(self, notice: HolidayNotice) -> None:
        """Put a notice that was found in order into the fields, to be posted once more."""
        self.kind.data = notice.kind.value
        self.agency_code.data = notice.agency_code
        self.title.data = notice.title
        self.number.data = notice.number
        self.issued_on.data = notice.issued_on.isoformat() if notice.issued_on else ""
        self.year.data = str(notice.year)
        self.days.data = "\n".join(
            f"{day.on.isoformat()} {day.kind.label} {day.name}" for day in notice.days
        )

    def complain(self, problems: tuple[NoticeProblem, ...], *, of_file: bool) -> None:
        """Hang every problem on the field it belongs to; those of a line on the box or file."""
        lines = self.file if of_file else self.days
        for problem in problems:
            field = lines
            if not problem.line:
                names = (name for word, name in _FIELDS_OF_FACTS if word in problem.message)
                field = self._fields.get(next(names, ""), lines)
            field.errors = [*field.errors, str(problem)]


def _raw_day(line: int, text: str) -> RawDay:
    parts: list[str | None] = [*_BETWEEN.split(text.strip(), maxsplit=_PARTS - 1)]
    parts += [None] * (_PARTS - len(parts))
    return RawDay(line, *parts)
