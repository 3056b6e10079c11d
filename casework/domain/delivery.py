"""送达: what one attempt to hand a document over must say, and which day counts.

国办公开办函〔2016〕235号: by hand, or by another agency on one's behalf, the day of signature; by
post, which must be 邮政企业, the day of posting. The notice is silent on e-mail, web and fax; the
day of sending is taken, as offices do. A letter that comes back is handed over again: the duty to
deliver is open once more, the day of the reply stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.domain.application import DeliveryMethod
from casework.domain.calendar_periods import add_calendar_days
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.domain.working_days import WorkingDayCalendar

BASIS = "国办公开办函〔2016〕235号"
SIGNED_FOR = frozenset({DeliveryMethod.DIRECT, DeliveryMethod.DELEGATED})
"""Ways in which the day of signature is the day of delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt: ``handed_over_on`` is the day that counts, of posting or of signature.

    ``addressee`` is "" for the applicant, else the third party or agency the document went to;
    ``recipient`` whoever signed, with the reason if it was somebody else (代收).
    """

    method: DeliveryMethod
    handed_over_on: date
    mail_number: str = ""
    address: str = ""
    addressee: str = ""
    recipient: str = ""
    signed_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """How and when one document was handed over, signed for or came back."""

    method: DeliveryMethod
    handed_over_on: date
    signed_on: date | None = None
    returned_on: date | None = None


PUBLIC_NOTICE_BASIS = "参照民事诉讼法第九十五条"
_SHORTER_NOTICE = date(2022, 1, 1)
_NOTICE_DAYS = (60, 30)


def deemed_served_on(
    method: DeliveryMethod, handed_over_on: date, calendar: WorkingDayCalendar
) -> date | None:
    """Return the day on which 公告送达 counts as service, None for every other way.

    The regulation and 235号 know no 公告; offices follow 民事诉讼法: 30 days from the notice since
    2022-01-01 (第九十五条, 2021年修正), 60 before (第九十二条). The day of the reply stays that of
    the notice.
    """
    if method is not DeliveryMethod.PUBLIC_NOTICE:
        return None
    days = _NOTICE_DAYS[handed_over_on >= _SHORTER_NOTICE]
    return add_calendar_days(handed_over_on, days, calendar)


def reached_on(
    handings: Iterable[Handing], calendar: WorkingDayCalendar, *, today: date
) -> date | None:
    """Return the day a document reached its addressee, None while nobody knows.

    By hand, the day of signature; by post, the day it was signed for, so that a letter nobody
    signed for has reached nobody; by e-mail, web or fax, the day of sending; by 公告, the day its
    period ends, once that has come.
    """
    days = (_reached(handing, calendar) for handing in handings if handing.returned_on is None)
    return min((day for day in days if day is not None and day <= today), default=None)


def _reached(handing: Handing, calendar: WorkingDayCalendar) -> date | None:
    if handing.signed_on is not None:
        return handing.signed_on
    if handing.method is DeliveryMethod.MAIL:
        return None
    deemed = deemed_served_on(handing.method, handing.handed_over_on, calendar)
    return deemed or handing.handed_over_on


def check_attempt(attempt: Attempt, *, dated_on: date, today: date) -> None:
    """Raise RuleBroken, naming the field, for an attempt that cannot be.

    ``dated_on`` is the day on the document.
    """
    day = attempt.handed_over_on
    if day > today:
        raise RuleBroken("delivery_in_future", "送达日期不能晚于今天", field="handed_over_on")
    if day < dated_on:
        raise RuleBroken(
            "delivery_before_letter",
            f"早于文书的成文日期 {dated_on:%Y-%m-%d}，请核对",
            field="handed_over_on",
        )
    if attempt.method is DeliveryMethod.MAIL and not attempt.mail_number:
        raise RuleBroken(
            "mail_number_missing",
            "邮寄须通过邮政企业，请填邮件号码",
            field="mail_number",
            basis=BASIS,
        )
    if attempt.signed_on is not None:
        check_signature(attempt.method, day, attempt.signed_on, today=today)


def check_signature(
    method: DeliveryMethod, handed_over_on: date, signed_on: date, *, today: date
) -> None:
    """Raise RuleBroken(field="signed_on") for a signature that cannot be."""
    if signed_on > today:
        raise RuleBroken("signed_in_future", "签收日期不能晚于今天", field="signed_on")
    if signed_on < handed_over_on:
        raise RuleBroken(
            "signed_before_handover", "签收日期早于送达日期，请核对", field="signed_on"
        )
    if method is DeliveryMethod.PUBLIC_NOTICE:
        raise RuleBroken(
            "notice_is_not_signed",
            "公告送达没有签收，公告期满视为送达",
            field="signed_on",
            basis=PUBLIC_NOTICE_BASIS,
        )
    if method in SIGNED_FOR and signed_on != handed_over_on:
        raise RuleBroken(
            "signed_another_day",
            f"{method.label}以签收之日为送达日期，两个日期应当相同",
            field="signed_on",
            basis=BASIS,
        )


def check_return(
    handed_over_on: date, returned_on: date, *, signed_on: date | None, today: date
) -> None:
    """Raise RuleBroken(field="returned_on") for a return that cannot be."""
    if signed_on is not None:
        raise RuleBroken(
            "signed_for",
            f"这次送达已于 {signed_on:%Y-%m-%d} 签收，不能登记退回",
            field="returned_on",
        )
    if not handed_over_on <= returned_on <= today:
        raise RuleBroken(
            "return_day", "退回日期须在送达日期之后、今天之前（含当天）", field="returned_on"
        )
