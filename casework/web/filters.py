"""How a template says a date, a count, a name; the words themselves are in casework.formatting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework import formatting
from casework.domain.search_criteria import choice_label
from casework.domain.search_text import Piece, mark
from casework.queries.search_words import FOLDING
from casework.web import masking, surroundings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from flask import Flask


def day(on: date | None) -> str:
    """Return 9月28日, with the year where it is not this one; a dash for no date."""
    if on is None:
        return formatting.NOTHING
    if on.year == surroundings.today().year:
        return formatting.short_date(on)
    return formatting.chinese_date(on)


def day_and_week(on: date | None) -> str:
    """Return 9月28日 周一: a deadline always names its weekday."""
    return formatting.NOTHING if on is None else f"{day(on)} {formatting.weekday(on)}"


def moment(at: datetime) -> str:
    """Return 9月28日 10:20, Beijing time, with the year where it is not this one."""
    local = formatting.instant(at)
    this_year = f"{surroundings.today().year}年"
    return local.removeprefix(this_year)


def short_number(number: str) -> str:
    """Return 〔2026〕139号 for 青资公开〔2026〕139号: in one office the prefix says nothing."""
    place = number.find("〔")
    return number[place:] if place > 0 else number


def days_word(left: int) -> str:
    """Return 剩 6 个工作日, 今日到期 or 超期 2 个工作日."""
    if left == 0:
        return "今日到期"
    return f"剩 {left} 个工作日" if left > 0 else f"超期 {-left} 个工作日"


def marked(text: str, terms: Collection[str]) -> list[Piece]:
    """Return a text in pieces, those that a search looked for marked."""
    return mark(text, terms, FOLDING)


def choosing(parameters: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    """Return the parameters of an address with another choice in one of them, "" for none."""
    others = {key: each for key, each in parameters.items() if key != name}
    return others | {name: value} if value else others


FILTERS = (
    day,
    day_and_week,
    moment,
    short_number,
    days_word,
    marked,
    choosing,
    choice_label,
    formatting.chinese_date,
    formatting.date_with_weekday,
    formatting.weekday,
    formatting.instant,
    formatting.count,
    formatting.file_size,
    formatting.money,
    masking.masked_name,
    masking.masked_person,
    masking.masked_number,
    masking.masked_phone,
    masking.masked_address,
    masking.masked_email,
)


def install(app: Flask) -> None:
    """Give the templates of ``app`` their filters."""
    for function in FILTERS:
        app.add_template_filter(function, function.__name__)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
