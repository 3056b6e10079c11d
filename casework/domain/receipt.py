"""The legal receipt day (收到申请之日): a finding, not a time stamp.

条例第三十一条; for cases under the 2007 regulation, which is silent, 国办公开办函〔2015〕207号.
Where the day is that of a confirmation with the applicant, no confirmation means no receipt day:
the clock does not run, and the case stands on the list of those to confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from casework.domain.application import ReceiptMode
from casework.domain.clock_events import full_date
from casework.domain.errors import RuleBroken
from casework.domain.statutes import StatuteCode, statute_for
from casework.domain.time_source import BEIJING, beijing_date

if TYPE_CHECKING:
    from datetime import datetime

    from casework.domain.working_days import WorkingDayCalendar


class ReceiptBasis(StrEnum):
    """Which act makes the receipt day."""

    SUBMITTED = "submitted"
    SIGNED = "signed"
    ARRIVED = "arrived"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> str:
        """The day as the screen calls it."""
        return _BASIS_LABELS[self]


_BASIS_LABELS = {
    ReceiptBasis.SUBMITTED: "提交之日",
    ReceiptBasis.SIGNED: "签收之日",
    ReceiptBasis.ARRIVED: "到达本机关邮箱之日",
    ReceiptBasis.CONFIRMED: "双方确认之日",
}


@dataclass(frozen=True, slots=True)
class ReceiptRule:
    """How one way of arrival is treated; ``quote`` stands on the screen beside the date field.

    ``confirm_same_day``: the office must reach the applicant on the very day of arrival.
    ``verbatim``: the quote is the article word for word and may stand in quotation marks; those
    of 207号 are in our own words.
    """

    basis: ReceiptBasis
    article: str
    quote: str
    confirm_same_day: bool = False

    @property
    def verbatim(self) -> bool:
        """Whether ``quote`` is the article's own wording."""
        return self.article != _OPINION

    @property
    def needs_confirmation(self) -> bool:
        """Whether the receipt day waits for a confirmation with the applicant."""
        return self.basis is ReceiptBasis.CONFIRMED


_NEW = StatuteCode.REGULATION_2019
_OLD = StatuteCode.REGULATION_2007
_OPINION = "国办公开办函〔2015〕207号"

_RULES = {
    (_NEW, ReceiptMode.COUNTER): ReceiptRule(
        ReceiptBasis.SUBMITTED,
        "条例第三十一条第一项",
        "申请人当面提交政府信息公开申请的，以提交之日为收到申请之日",
    ),
    (_NEW, ReceiptMode.SIGNED_MAIL): ReceiptRule(
        ReceiptBasis.SIGNED,
        "条例第三十一条第二项",
        "申请人以邮寄方式提交政府信息公开申请的，以行政机关签收之日为收到申请之日",
    ),
    (_NEW, ReceiptMode.ORDINARY_MAIL): ReceiptRule(
        ReceiptBasis.CONFIRMED,
        "条例第三十一条第二项",
        "以平常信函等无需签收的邮寄方式提交政府信息公开申请的，政府信息公开工作机构应当于收到申请的"
        "当日与申请人确认，确认之日为收到申请之日",
        confirm_same_day=True,
    ),
    **{
        (_NEW, mode): ReceiptRule(
            ReceiptBasis.CONFIRMED,
            "条例第三十一条第三项",
            "申请人通过互联网渠道或者政府信息公开工作机构的传真提交政府信息公开申请的，"
            "以双方确认之日为收到申请之日",
        )
        for mode in (ReceiptMode.WEB_FORM, ReceiptMode.EMAIL, ReceiptMode.FAX)
    },
    (_OLD, ReceiptMode.COUNTER): ReceiptRule(
        ReceiptBasis.SUBMITTED, _OPINION, "当面提交申请的，以提交之日为收到之日"
    ),
    (_OLD, ReceiptMode.SIGNED_MAIL): ReceiptRule(
        ReceiptBasis.SIGNED,
        _OPINION,
        "以特快专递、挂号信等须签收的方式邮寄的，以签收之日为收到之日",
    ),
    (_OLD, ReceiptMode.ORDINARY_MAIL): ReceiptRule(
        ReceiptBasis.CONFIRMED,
        _OPINION,
        "以平常信函等无须签收的方式邮寄的，应当于当日与申请人联系确认，以确认之日为收到之日",
        confirm_same_day=True,
    ),
    (_OLD, ReceiptMode.EMAIL): ReceiptRule(
        ReceiptBasis.ARRIVED, _OPINION, "向公布的电子邮箱提交的，以邮件系统收到之日为收到之日"
    ),
    (_OLD, ReceiptMode.WEB_FORM): ReceiptRule(
        ReceiptBasis.CONFIRMED, _OPINION, "通过公布的其他渠道提交的，以双方确认之日为收到之日"
    ),
    (_OLD, ReceiptMode.FAX): ReceiptRule(
        ReceiptBasis.CONFIRMED, _OPINION, "通过传真提交的，以收到并经双方确认之日为收到之日"
    ),
}


def receipt_rule(mode: ReceiptMode, statute: StatuteCode) -> ReceiptRule:
    """Return the rule for one way of arrival under one regulation."""
    return _RULES[statute, mode]


def needs_confirmation(mode: ReceiptMode, statute: StatuteCode) -> bool:
    """Tell whether the receipt day waits for a confirmation with the applicant."""
    return receipt_rule(mode, statute).needs_confirmation


def receipt_day(
    mode: ReceiptMode,
    *,
    arrived_on: date,
    confirmed_on: date | None = None,
    statute: StatuteCode | None = None,
) -> date | None:
    """Return the legal receipt day, or None while a needed confirmation is missing.

    ``arrived_on`` is the day of submission, of signature, or of arrival in the mailbox; without
    ``statute`` it also decides the regulation. A confirmation where none is needed is ignored.
    RuleBroken ``confirmed_before_arrival``, ``before_any_statute``.
    """
    rule = receipt_rule(mode, statute or statute_for(arrived_on).code)
    if not rule.needs_confirmation:
        return arrived_on
    if confirmed_on is not None and confirmed_on < arrived_on:
        raise RuleBroken(
            "confirmed_before_arrival",
            f"确认日期早于申请到达之日 {full_date(arrived_on)}，请核对",
            field="confirmed_on",
            basis=rule.article,
        )
    return confirmed_on


def confirm_by(
    mode: ReceiptMode,
    *,
    arrived_on: date,
    calendar: WorkingDayCalendar,
    statute: StatuteCode | None = None,
) -> date | None:
    """Return the day by which the office should have confirmed, None if nothing is to confirm.

    Ordinary mail: the day of arrival (the law). Web, e-mail, fax: the next working day; the law
    sets no day, and without one an office that never confirms would never have to answer.
    """
    rule = receipt_rule(mode, statute or statute_for(arrived_on).code)
    if not rule.needs_confirmation:
        return None
    return arrived_on if rule.confirm_same_day else calendar.add(arrived_on, 1)


class Arrival(NamedTuple):
    """The day an application counts as having arrived, and the sentence that says why."""

    on: date
    why: str


def arrival_day(
    arrived_at: datetime,
    calendar: WorkingDayCalendar,
    *,
    day_ends_at: time | None = None,
) -> Arrival:
    """Return the Beijing day of an arrival by wire.

    The law knows no office hours: without ``day_ends_at`` the day is that of the instant. An
    office that has published closing hours passes them; what comes at or after them, or on a
    day off, then counts as having arrived on the next working day. ValueError without a zone.
    """
    day = beijing_date(arrived_at)
    at = arrived_at.astimezone(BEIJING).time()
    written = f"{full_date(day)} {at:%H:%M}"
    if day_ends_at is None:
        return Arrival(day, f"{written} 到达（北京时间），以当日为到达之日")
    if calendar.is_working_day(day) and at < day_ends_at:
        return Arrival(day, f"{written} 到达，在公布的受理时间内，以当日为到达之日")
    later = calendar.add(day, 1)
    why = f"{written} 到达，在公布的受理时间（工作日 {day_ends_at:%H:%M} 前）之外"
    return Arrival(later, f"{why}，以下一工作日 {full_date(later)}为到达之日")


def validate_receipt(
    *,
    received_on: date,
    submitted_on: date | None = None,
    today: date,
    backfill: bool = False,
) -> None:
    """Refuse a receipt day that cannot be.

    In the future (``receipt_in_future``), before the application was made
    (``receipt_before_application``), before there was any regulation (``before_any_statute``), or,
    unless ``backfill`` (ledgers of past years), more than a year ago (``receipt_too_old``).
    """
    if received_on > today:
        raise RuleBroken(
            "receipt_in_future",
            f"收到日期 {full_date(received_on)}在今天之后，请填实际收到的日期",
            field="received_on",
            basis="条例第三十一条",
        )
    statute_for(received_on)
    if submitted_on is not None and received_on < submitted_on:
        raise RuleBroken(
            "receipt_before_application",
            f"收到日期早于申请日期 {full_date(submitted_on)}，请核对两个日期",
            field="received_on",
            basis="条例第三十一条",
        )
    if not backfill and received_on < _a_year_before(today):
        raise RuleBroken(
            "receipt_too_old",
            f"收到日期 {full_date(received_on)}距今超过一年，请核对年份；补录往年案件请用台账导入",
            field="received_on",
        )


def _a_year_before(day: date) -> date:
    """Return the same day a year earlier; 28 February for a leap day."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year - 1, day.month, last)
