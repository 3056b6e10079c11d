"""Choosing an outcome (办理结果): which grounds may stand under it, and what must come with them.

The classes are those of the statistical forms, the grounds those of the catalogue; the rules
here are the ones an officer meets on closing a case (2019 条例第三十六条至第三十九条; 2007 条例
第二十一条、第二十二条).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.ground_catalogue import CATALOGUE
from casework.domain.grounds import Ground, Outcome, Requirement

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

__all__ = [
    "CATALOGUE",
    "Ground",
    "Outcome",
    "Requirement",
    "find_ground",
    "get_ground",
    "grounds_for",
    "validate_choice",
    "withholding_grounds_for",
]

_BY_CODE = {ground.code: ground for ground in CATALOGUE}

_OUTSIDE = "outside_regulation"
"""2019 第三十七条: what is not government information may be cut from a partial disclosure too."""

_STATUTE_NAMES = {"2007": "2007年条例（国务院令第492号）", "2019": "2019年条例（国务院令第711号）"}


def find_ground(code: str) -> Ground | None:
    """Return the ground with this catalogue code, or None."""
    return _BY_CODE.get(code)


def get_ground(code: str) -> Ground:
    """Return the ground with this catalogue code; RuleBroken(unknown_ground) if there is none."""
    ground = _BY_CODE.get(code)
    if ground is None:
        raise RuleBroken(
            "unknown_ground",
            f"没有“{code}”这一办理理由，请您从理由表中选择。",
            field="grounds",
        )
    return ground


def grounds_for(statute: str, outcome: Outcome | None = None) -> tuple[Ground, ...]:
    """Return the grounds a decision under ``statute`` ("2007", "2019") may rest on, in form order.

    ``outcome`` narrows them to one class. ValueError if there is no such statute.
    """
    _check_statute(statute)
    return tuple(
        ground
        for ground in CATALOGUE
        if statute in ground.basis and outcome in (None, ground.outcome)
    )


def withholding_grounds_for(statute: str) -> tuple[Ground, ...]:
    """Return the grounds on which a part may be withheld under ``statute`` (区分处理).

    2019 条例第三十七条 names what must not be disclosed and what is not government information;
    2007 条例第二十二条 what must not be disclosed.
    """
    return tuple(ground for ground in grounds_for(statute) if _withholds(ground))


def validate_choice(
    outcome: Outcome,
    grounds: Sequence[str],
    *,
    statute: str,
    decided_on: date | None = None,
    supplied: Collection[Requirement] | None = None,
    has_reply: bool | None = None,
) -> Ground:
    """Return the ground under which the case is counted, or raise RuleBroken.

    ``grounds`` are catalogue codes. 予以公开 takes none, or the manner of disclosure; 部分公开 at
    least one on which a part is withheld; 不予公开 at least one, of which the first counts; the
    other classes exactly one. ``supplied`` lists what is on record, None if that is not to be
    asked (a ledger row); ``has_reply`` likewise says whether there is a reply letter.
    """
    _check_statute(statute)
    chosen = tuple(dict.fromkeys(get_ground(code) for code in grounds))
    counted, cited = _RULES[outcome](outcome, chosen)
    for ground in cited:
        _check_in_force(ground, statute, decided_on)
    if supplied is not None:
        _check_supplied(cited, supplied, statute)
    if has_reply is False and counted.reply_required:
        raise RuleBroken(
            "reply_required",
            f"以“{counted.full_label}”办结须有答复书，请您先制作并送达答复书。",
            field="reply",
            basis=counted.basis[statute],
        )
    return counted


def _disclosed(_: Outcome, chosen: tuple[Ground, ...]) -> tuple[Ground, tuple[Ground, ...]]:
    foreign = [ground for ground in chosen if ground.outcome is not Outcome.DISCLOSED]
    if foreign:
        raise RuleBroken(
            "ground_with_disclosure",
            f"予以公开不需要理由，请您去掉“{foreign[0].label}”；有部分内容不公开的，请改选部分公开。",
            field="grounds",
            basis="条例第三十六条第（一）项、第（二）项",
        )
    if len(chosen) > 1:
        raise RuleBroken(
            "several_manners",
            "予以公开的方式请您只选一种：已经主动公开、直接提供，或者告知获取的时间和途径。",
            field="grounds",
            basis="条例第三十六条第（一）项、第（二）项",
        )
    counted = chosen[0] if chosen else _BY_CODE["disclosed"]
    return counted, (counted,)


def _partly_disclosed(_: Outcome, chosen: tuple[Ground, ...]) -> tuple[Ground, tuple[Ground, ...]]:
    counted = _BY_CODE["partly_disclosed"]
    reasons = tuple(ground for ground in chosen if ground is not counted)
    for ground in reasons:
        if not _withholds(ground):
            raise RuleBroken(
                "ground_cannot_withhold_part",
                f"“{ground.full_label}”不能作为部分公开中不公开那一部分的理由，请您改选不予公开的理由。",
                field="grounds",
                basis="条例第三十七条",
            )
    if not reasons:
        raise RuleBroken(
            "partial_without_ground",
            "部分公开须写明不公开部分的理由，请您至少选择一项。",
            field="grounds",
            basis="条例第三十七条",
        )
    return counted, (counted, *reasons)


def _refused(outcome: Outcome, chosen: tuple[Ground, ...]) -> tuple[Ground, tuple[Ground, ...]]:
    _check_class(outcome, chosen)
    if not chosen:
        raise RuleBroken(
            "refusal_without_ground",
            "不予公开须说明理由，请您至少选择一项不予公开的理由。",
            field="grounds",
            basis="条例第三十六条第（三）项",
        )
    return chosen[0], chosen


def _exactly_one(outcome: Outcome, chosen: tuple[Ground, ...]) -> tuple[Ground, tuple[Ground, ...]]:
    _check_class(outcome, chosen)
    if len(chosen) != 1:
        found = f"现有{len(chosen)}项" if chosen else "现在还没有选"
        raise RuleBroken(
            f"{outcome.value}_takes_one_ground",
            f"{outcome.label}须选一项理由，也只能选一项，{found}，请您更正。",
            field="grounds",
            basis="国办公开办函〔2021〕30号",
        )
    return chosen[0], chosen


_RULES = {
    Outcome.DISCLOSED: _disclosed,
    Outcome.PARTLY_DISCLOSED: _partly_disclosed,
    Outcome.NOT_DISCLOSED: _refused,
    Outcome.UNAVAILABLE: _exactly_one,
    Outcome.NOT_PROCESSED: _exactly_one,
    Outcome.OTHER: _exactly_one,
}


def _withholds(ground: Ground) -> bool:
    return ground.outcome is Outcome.NOT_DISCLOSED or ground.code == _OUTSIDE


def _check_statute(statute: str) -> None:
    if statute not in _STATUTE_NAMES:
        msg = f"no such statute: {statute}"
        raise ValueError(msg)


def _check_class(outcome: Outcome, chosen: tuple[Ground, ...]) -> None:
    for ground in chosen:
        if ground.outcome is not outcome:
            raise RuleBroken(
                "ground_of_other_outcome",
                f"“{ground.label}”是{ground.outcome.label}的理由，不能用于{outcome.label}，请您更正其中一项。",
                field="grounds",
                basis="国办公开办函〔2021〕30号",
            )


def _check_in_force(ground: Ground, statute: str, decided_on: date | None) -> None:
    if statute not in ground.basis:
        raise RuleBroken(
            "ground_not_in_statute",
            f"本件适用{_STATUTE_NAMES[statute]}，其中没有“{ground.label}”这一理由，请您另选。",
            field="grounds",
            basis=_STATUTE_NAMES[statute],
        )
    since = ground.usable_from
    if since is not None and decided_on is not None and decided_on < since:
        raise RuleBroken(
            "ground_not_yet_in_force",
            f"“{ground.label}”自{since.year}年{since.month}月{since.day}日起才可以使用，请您另选理由。",
            field="grounds",
            basis=ground.basis[statute],
        )


def _check_supplied(
    cited: tuple[Ground, ...], supplied: Collection[Requirement], statute: str
) -> None:
    for ground in cited:
        for need in ground.needs:
            if need not in supplied:
                raise RuleBroken(
                    f"{need.value}_missing",
                    f"以“{ground.full_label}”办结须写明{need.label}，请您补上。",
                    field=need.value,
                    basis=ground.basis[statute],
                )
