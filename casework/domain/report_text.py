"""Whether a published report's words agree with its table (acceptance 63).

Every number the text quotes is held against its cell. Where the text gives two different numbers
for one item nothing is passed: 不确定, with both places quoted. Section five must say something,
and fees that were charged must be explained in section six (国办公开办函〔2021〕30号: 其他需要
报告的事项, 收取信息处理费的情况).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from casework.domain.annual_checks import Check
from casework.domain.annual_sheet import figure_in
from casework.domain.report_items import CHANNELS, Item, bases_of, items_of, relief_details

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casework.domain.annual_form import Form
    from casework.domain.annual_sheet import Sheet
    from casework.domain.annual_table import Cell, Number

YUAN_PER_WAN = 10_000
_HEADING = re.compile(r"^[ \t　]*([一二三四五六七八九])、[ \t　]*(.{2,40}?)[ \t　]*$", re.MULTILINE)
_SHARE = re.compile(r"[^\d。;]{0,12}?占[^\d。;]{0,12}?(\d+(?:\.\d+)?)%")
_GROWTH = re.compile(
    r"[^\d。;]{0,12}?(?:同比|较上年|比上年)(增长|增加|上升|下降|减少)(\d+(?:\.\d+)?)%"
)
_FEE = re.compile(
    r"(?:收取|收到|收缴|征收)(?:的)?[^,。;\d\n]{0,16}?(?:处理费|费用|费)[^,。;\d\n]{0,8}?(\d+(?:\.\d+)?)(万元|元)"
)
_FEE_WORDS = ("处理费", "收费", "收取费用", "收取任何费用")
_OTHER_YEAR = re.compile(r"(?:上年|去年|上一年|同期|20(\d\d)年)[^,。;]*$")
_QUOTE = 14
_YEAR_WORDS = 12
_LEAST_PROSE = 10
"""A section shorter than that names no problem and no remedy."""
_EMPTY = re.compile(r"^(?:无|没有|暂无|略|不涉及)?[。.]?$")
_MOST_BEFORE = 100_000


@dataclass(frozen=True, slots=True)
class _Quote:
    item: Item
    value: Decimal
    words: str
    share: Decimal | None
    share_text: str
    shares_beside: Decimal


def check_text(
    text: str, sheet: Sheet | None, *, form: Form, year: int, fees_yuan: Decimal | None = None
) -> tuple[Check, ...]:
    """Judge a report's text against its table; without a table only against itself.

    ``fees_yuan``: fees known to have been charged in the year, from the records. Numbers of other
    years are passed over.
    """
    plain = _plain(text)
    quotes = [*_quotes(plain, items_of(form), year), *_relief_quotes(plain, form, year)]
    checks = [*_numbers(quotes, sheet), *_channels(quotes, sheet)]
    if sheet is not None:
        checks += _shares(quotes, sheet, form)
        checks += _growths(plain, sheet, form)
    return (*checks, *_sections(text, form, fees_yuan))


def sections_of(text: str) -> dict[int, tuple[str, str]]:
    """Return the numbered chapters (一、总体情况 …): number -> heading and what stands below it."""
    found = list(_HEADING.finditer(unicodedata.normalize("NFKC", text).replace("\r", "")))
    chapters: dict[int, tuple[str, str]] = {}
    for place, heading in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else None
        number = "一二三四五六七八九".index(heading[1]) + 1
        body = unicodedata.normalize("NFKC", text).replace("\r", "")[heading.end() : end]
        known = chapters.get(number)
        # A table of contents comes first and has no bodies; the chapter that has one counts.
        if known is None or body.strip():
            chapters[number] = (heading[2].strip(), body.strip())
    return chapters


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return "\n".join("".join(line.split()) for line in plain.splitlines())


def _quotes(plain: str, items: Sequence[Item], year: int) -> Iterator[_Quote]:
    for item in items:
        for found in item.pattern.finditer(plain):
            clause = re.split(r"[,。;\n]", plain[max(0, found.start() - 40) : found.start()])[-1]
            if any(clause.endswith(word) for word in item.not_after):
                continue
            if any(word in found[0] for word in ("复议", "诉讼")) and item.id == "received":
                continue
            if _is_of_another_year(clause, year):
                continue
            groups = found.groupdict()
            number = Decimal(groups.get("n") or groups.get("m") or "0")
            if item.is_money and groups.get("unit") == "元":
                number /= YUAN_PER_WAN
            share = _SHARE.match(plain, found.end())
            yield _Quote(
                item,
                number,
                found[0],
                Decimal(share[1]) if share else None,
                share[1] if share else "",
                _shares_in_sentence(plain, found.start()) if share else Decimal(0),
            )


def _relief_quotes(plain: str, form: Form, year: int) -> Iterator[_Quote]:
    """Yield the results of 复议 and 诉讼 that a clause tells of one kind alone."""
    for clause in re.split(r"[。;\n]", plain):
        if _is_of_another_year(clause[:_YEAR_WORDS], year):
            continue
        for word, without, item in relief_details(form):
            if word not in clause or any(other in clause for other in without):
                continue
            for found in item.pattern.finditer(clause):
                yield _Quote(item, Decimal(found["n"]), found[0], None, "", Decimal(0))


def _shares_in_sentence(plain: str, place: int) -> Decimal:
    """Return what the shares of the sentence around ``place`` add up to."""
    begin = max(plain.rfind("。", 0, place), plain.rfind("\n", 0, place)) + 1
    end = min(
        at for at in (plain.find("。", place), plain.find("\n", place), len(plain)) if at >= 0
    )
    told = re.findall(r"占[^\d。;,]{0,12}?(\d+(?:\.\d+)?)%", plain[begin:end])
    return sum((Decimal(one) for one in told), Decimal(0))


def _is_of_another_year(clause: str, year: int) -> bool:
    named = _OTHER_YEAR.search(clause)
    return named is not None and named[1] != f"{year % 100:02d}"


def _numbers(quotes: Sequence[_Quote], sheet: Sheet | None) -> Iterator[Check]:
    """Hold each item quoted against the table; what agrees is told in one line."""
    agreeing: list[str] = []
    for item in dict.fromkeys(quote.item for quote in quotes):
        of_item = [quote for quote in quotes if quote.item is item]
        values = list(dict.fromkeys(quote.value for quote in of_item))
        expected = _expected(item, sheet)
        if len(values) > 1:
            places = "；".join(
                f"“{next(q.words for q in of_item if q.value == value)[-_QUOTE - 10 :]}”"
                for value in values
            )
            table = "" if expected is None else f"，表中是{expected}"
            yield Check(
                id=f"text.{item.id}",
                ok=False,
                hard=False,
                uncertain=True,
                message=f"不确定：“{item.name}”在文中有{len(values)}个不同的数：{places}{table}，请您核对。",
                cells=item.cells,
            )
        elif expected is None:
            continue
        elif values[0] != expected:
            yield Check(
                id=f"text.{item.id}",
                ok=False,
                hard=True,
                message=f"“{item.name}”文中是{_shown(values[0])}，表中是{expected}："
                f"“{of_item[0].words}”。",
                cells=item.cells,
            )
        else:
            agreeing.append(item.name)
    if agreeing and sheet is not None:
        yield Check(
            id="text",
            ok=True,
            hard=True,
            message=f"文中{len(agreeing)}项数与表一致：{'、'.join(agreeing)}。",
        )
    elif sheet is not None and not quotes:
        yield Check(
            id="text",
            ok=False,
            hard=False,
            message="文中没有找到可以与表核对的数，请您核对文字是否完整。",
        )


def _expected(item: Item, sheet: Sheet | None) -> Number | None:
    return None if sheet is None or not item.cells else _sum(item.cells, sheet)


def _sum(cells: Sequence[Cell], sheet: Sheet) -> Number | None:
    figures = [figure_in(sheet.cells.get(cell, sheet.relief.get(cell))) for cell in cells]
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None


def _channels(quotes: Sequence[_Quote], sheet: Sheet | None) -> Iterator[Check]:
    """Where the form has no rows for channels, at least their sum must be what was received."""
    keys = [key for key, *_ in CHANNELS]
    found = {quote.item.id: quote.value for quote in quotes if quote.item.id in keys}
    received = {quote.value for quote in quotes if quote.item.id == "received"}
    if sheet is None or not sheet.form.columns or len(found) < 2:  # noqa: PLR2004  one is no sum
        return
    total = _expected(next(i for i in items_of(sheet.form) if i.id == "received"), sheet)
    whole = total if total is not None else next(iter(received), None)
    if whole is not None and sum(found.values()) != whole:
        yield Check(
            id="text.channels",
            ok=False,
            hard=False,
            message=f"文中各渠道合计{_shown(sum(found.values(), Decimal(0)))}件，"
            f"新收申请是{whole}件，请您核对。",
        )


def _shares(quotes: Sequence[_Quote], sheet: Sheet, form: Form) -> Iterator[Check]:
    """Reckon each share anew; parts of one whole may be off by one unit if they add up to 100."""
    for base, candidates in bases_of(form).items():
        wholes = [whole for cells in candidates if (whole := _sum(cells, sheet))]
        for quote in quotes:
            if not wholes or quote.item.base != base or not quote.item.cells or not quote.share:
                continue
            unit = Decimal(1).scaleb(-len(quote.share_text.partition(".")[2]))
            exact = [Decimal(100) * quote.value / whole for whole in wholes]
            adjusted = quote.shares_beside == 100  # noqa: PLR2004  per cent
            if any(
                quote.share == one.quantize(unit, ROUND_HALF_UP)
                or (adjusted and abs(quote.share - one) < unit)
                for one in exact
            ):
                continue
            yield Check(
                id=f"text.share.{quote.item.id}",
                ok=False,
                hard=False,
                message=f"“{quote.item.name}”{_shown(quote.value)}件占{wholes[0]}件是"
                f"{exact[0].quantize(unit, ROUND_HALF_UP)}%，文中是{quote.share_text}%，请您核对。",
                cells=quote.item.cells,
            )


def _growths(plain: str, sheet: Sheet, form: Form) -> Iterator[Check]:
    """Look for a year before from which the growth told of could come; none fits, it is wrong."""
    item = next(one for one in items_of(form) if one.id == "received")
    now = _expected(item, sheet)
    if not now:
        return
    for found in item.pattern.finditer(plain):
        told = _GROWTH.match(plain, found.end())
        if told is None or Decimal(found["n"]) != now:
            continue
        rate = Decimal(told[2])
        unit = Decimal(1).scaleb(-len(told[2].partition(".")[2]))
        signed = rate if told[1] in {"增长", "增加", "上升"} else -rate
        if signed <= -100:  # noqa: PLR2004 - nothing left, and yet something came
            continue
        guess = int(now / (1 + signed / 100))
        near = [one for one in range(max(1, guess - 1), min(guess + 3, _MOST_BEFORE)) if one]
        rates = {
            one: (Decimal(100) * (now - one) / one).quantize(unit, ROUND_HALF_UP) for one in near
        }
        if signed not in rates.values():
            tried = "，".join(f"上年{one}件则为{value}%" for one, value in list(rates.items())[:3])
            yield Check(
                id="text.growth",
                ok=False,
                hard=False,
                message=f"“同比{told[1]}{told[2]}%”与收到{now}件对不上：{tried}，请您核对。",
                cells=item.cells,
            )


def _sections(text: str, form: Form, fees_yuan: Decimal | None) -> Iterator[Check]:
    """Look at sections five and six of a report that has sections at all (2019 on)."""
    chapters = sections_of(text)
    if not form.sections or len(chapters) < 3:  # noqa: PLR2004  a chapter pasted alone has none
        return
    heading = next(one for one in form.sections if one.startswith("五、"))
    body = chapters.get(5, ("", ""))[1]
    if _EMPTY.match("".join(body.split())) or len("".join(body.split())) < _LEAST_PROSE:
        there = "是空的" if 5 in chapters else "没有找到"  # noqa: PLR2004  section five
        yield Check(
            id="text.section5",
            ok=False,
            hard=True,
            message=f"“{heading}”{there}，请您写明存在的主要问题和改进情况。",
        )
    else:
        yield Check(id="text.section5", ok=True, hard=True, message=f"“{heading}”有内容。")
    yield _fees(text, form, chapters, fees_yuan)


def _fees(
    text: str, form: Form, chapters: dict[int, tuple[str, str]], fees_yuan: Decimal | None
) -> Check:
    heading = next(one for one in form.sections if one.startswith("六、"))
    six = "".join(chapters.get(6, ("", ""))[1].split())
    explained = any(word in six for word in _FEE_WORDS)
    told = [
        Decimal(found[1]) * (YUAN_PER_WAN if found[2] == "万元" else 1)
        for found in _FEE.finditer(_plain(text))
    ]
    charged = max([*told, fees_yuan or Decimal(0)], default=Decimal(0))
    if charged and not explained:
        return Check(
            id="text.section6",
            ok=False,
            hard=True,
            message=f"本年收取了信息处理费{_shown(charged)}元，“{heading}”没有说明，请您写明收费情况。",
        )
    in_six = [
        Decimal(found[1]) * (YUAN_PER_WAN if found[2] == "万元" else 1)
        for found in _FEE.finditer(six)
    ]
    if fees_yuan is not None and in_six and fees_yuan not in in_six:
        return Check(
            id="text.section6",
            ok=False,
            hard=True,
            message=f"“{heading}”写的收费是{_shown(in_six[0])}元，案件上记的是{_shown(fees_yuan)}元，请您核对。",
        )
    if not explained:
        return Check(
            id="text.section6",
            ok=False,
            hard=False,
            message=f"“{heading}”没有提到信息处理费；没有收取的也请您写明。",
        )
    return Check(id="text.section6", ok=True, hard=True, message=f"“{heading}”说明了信息处理费。")


def _shown(number: Decimal) -> str:
    whole = number == number.to_integral_value()
    return str(int(number)) if whole else f"{number.normalize():f}"
