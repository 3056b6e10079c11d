"""列的对应: which of an office's own columns is which of ours, as somebody chose it.

A header that is understood needs no choice. One that is not is guessed at (``ledger_guess``),
put right by the clerk, and remembered for the agency by what its header says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.domain.application import Channel
from casework.domain.errors import RuleBroken
from casework.domain.ledger_columns import COLUMNS, Slot
from casework.domain.ledger_header import Header, find_slot, plain_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.domain.ledger_values import Cell

LEAVE_OUT = "不导入"
"""What a column is called that somebody wants left out."""

MOST_TURNS = 5
"""How often a group of columns may repeat in a choice."""

_CHANNEL = Slot("channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """What somebody chose: the sheet, its header row (0: none), and each column's slot by place.

    None is a column to leave out. ``channel`` is what every row says of 申请方式 where the sheet
    has no column for it: an office that took only letters never wrote it down.
    """

    sheet: str
    header_row: int
    slots: tuple[Slot | None, ...]
    channel: Channel | None = None

    def columns_json(self) -> dict[str, Any]:
        """Return what is remembered for a header: its columns, not where it stood."""
        return {
            "slots": [slot_code(slot) for slot in self.slots],
            "channel": self.channel.value if self.channel else None,
        }

    def as_json(self) -> dict[str, Any]:
        """Return all of it, for ``read_choice``."""
        return self.columns_json() | {"sheet": self.sheet, "header_row": self.header_row}


def read_choice(said: Mapping[str, Any]) -> ColumnChoice:
    """Return what ``ColumnChoice.as_json`` wrote."""
    return ColumnChoice(
        sheet=said["sheet"],
        header_row=said["header_row"],
        slots=tuple(read_slot(code) for code in said["slots"]),
        channel=Channel(said["channel"]) if said["channel"] else None,
    )


def slot_code(slot: Slot | None) -> str:
    """Return a slot as a form and a record write it: ``received_on``, ``review_on:2``, "" none."""
    if slot is None:
        return ""
    return slot.key if slot.turn == 1 else f"{slot.key}:{slot.turn}"


def read_slot(code: str) -> Slot | None:
    """Return the slot behind a code; RuleBroken(field="columns") for what is none."""
    key, _, turn = code.partition(":")
    if not code:
        return None
    turns = range(1, MOST_TURNS + 1 if key in COLUMNS and COLUMNS[key].group else 2)
    if key not in COLUMNS or (turn and not (turn.isdigit() and int(turn) in turns)):
        raise RuleBroken(
            "no_such_column", f"没有“{code}”这个栏目，请您从列出的栏目里选。", field="columns"
        )
    return Slot(key, int(turn or 1))


def chosen_header(header: Header, choice: ColumnChoice) -> Header:
    """Return ``header`` with the columns as they were chosen.

    RuleBroken(field="columns") if two columns stand for one thing.
    """
    places: dict[Slot, int] = {}
    for place, slot in enumerate(choice.slots[: len(header.names)]):
        if slot is None:
            continue
        if slot in places:
            first, second = (_called(header, each) for each in (places[slot], place))
            raise RuleBroken(
                "column_twice",
                f"{first}和{second}都对应了“{slot.header}”，请您把其中一列改成别的栏目或者“{LEAVE_OUT}”。",
                field="columns",
            )
        places[slot] = place
    taken = set(places.values())
    given: tuple[tuple[Slot, Cell], ...] = ()
    if choice.channel is not None and _CHANNEL not in places:
        given = ((_CHANNEL, choice.channel.label),)
    return Header(
        row=header.row,
        slots=tuple(sorted((place, slot) for slot, place in places.items())),
        unknown=tuple(
            name for place, name in enumerate(header.names) if name and place not in taken
        ),
        unheaded=frozenset(place for place in header.unheaded if place not in taken),
        texts=header.texts,
        names=header.names,
        given=given,
    )


def choice_of(header: Header, *, sheet: str) -> ColumnChoice:
    """Return a header as it was understood, as a choice that can be changed."""
    slots = dict(header.slots)
    return ColumnChoice(
        sheet=sheet,
        header_row=header.row,
        slots=tuple(slots.get(place) for place in range(len(header.names))),
    )


def read_names(pairs: Sequence[str]) -> dict[str, Slot | None]:
    """Read ``来件日=收到日期`` pairs as a command takes them, for ``find_header(called=…)``.

    The left side is a column as the file calls it, the right one a column of ours by any of its
    names, or 不导入. RuleBroken(field="--map") for what is neither.
    """
    called: dict[str, Slot | None] = {}
    for pair in pairs:
        theirs, equals, ours = pair.partition("=")
        slot = None if ours.strip() == LEAVE_OUT else find_slot(ours)
        if not equals or not theirs.strip() or (slot is None and ours.strip() != LEAVE_OUT):
            raise RuleBroken(
                "map_unknown",
                f"--map “{pair}”看不懂，请您写成“您的列名=我们的栏目”，如“来件日=收到日期”；"
                f"不要的列写“列名={LEAVE_OUT}”。",
                field="--map",
            )
        called[plain_name(theirs)] = slot
    return called


def check_names(called: Mapping[str, Slot | None], header: Header) -> None:
    """Refuse a pair whose column is not there: a typing slip must not pass in silence."""
    present = {plain_name(name) for name in header.names}
    for name in called:
        if name not in present:
            raise RuleBroken(
                "map_absent", f"表头里没有“{name}”这一列，请您核对 --map 的写法。", field="--map"
            )


def _called(header: Header, place: int) -> str:
    name = header.names[place]
    return f"“{name}”" if name else f"第{place + 1}列"
