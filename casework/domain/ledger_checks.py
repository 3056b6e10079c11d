"""What cannot be true of a row as a whole: every contradiction, each as one sentence on a column.

The checks work on whatever could be read, so that one unreadable cell does not hide what else is
wrong with the row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.domain.errors import RuleBroken
from casework.domain.ledger_columns import COLUMNS, Slot
from casework.domain.ledger_values import text_of
from casework.domain.statutes import statute_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.ledger_values import Cell
    from casework.domain.outcome_labels import LedgerOutcome


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with a row: the column, what stands there, and one sentence for the clerk."""

    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Reading:
    """A row half read: the cells that are not empty, the values understood, the problems found."""

    cells: dict[Slot, Cell]
    # By (column key, turn): a slot or its plain tuple, which is faster to make.
    values: dict[tuple[str, int], Any] = field(default_factory=dict)
    problems: list[tuple[Slot, RowProblem]] = field(default_factory=list)
    _turns: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, turn in self.cells:
            group = COLUMNS[key].group
            if group and turn > self._turns.get(group, 0):
                self._turns[group] = turn

    def get(self, key: str, turn: int = 1) -> Any:
        """Return the value in a column, None if it is empty or was not understood."""
        return self.values.get((key, turn))

    def given(self, key: str, turn: int = 1) -> bool:
        """Say whether something stands in a column, understood or not."""
        return Slot(key, turn) in self.cells

    def turns(self, group: str) -> int:
        """Return the highest turn of a repeating group that holds anything, 0 if none does."""
        return self._turns.get(group, 0)

    def object_to(self, key: str, reason: str, turn: int = 1) -> None:
        """Note a problem with a column."""
        slot = Slot(key, turn)
        value = text_of(self.cells.get(slot)).strip()
        self.problems.append((slot, RowProblem(slot.header, value, reason)))


def check(reading: Reading, today: date) -> None:
    """Add every contradiction of the row to ``reading.problems``."""
    _nothing_required_is_missing(reading)
    _nothing_lies_in_the_future(reading, today)
    _there_was_a_statute(reading)
    _what_belongs_together_is_there(reading)
    _dates_are_in_order(reading)
    _an_end_is_complete(reading)


_WANTED = {
    "channel": "当面、信函、网络、传真之一",
    "received_on": "收到申请的日期",
    "name": "申请人的姓名或者名称",
    "request_text": "所申请信息的内容",
}


def _nothing_required_is_missing(reading: Reading) -> None:
    for key, wanted in _WANTED.items():
        if not reading.given(key):
            reading.object_to(key, f"{COLUMNS[key].header}是空的，请您填写{wanted}。")


def _nothing_lies_in_the_future(reading: Reading, today: date) -> None:
    for slot in reading.cells:
        value = reading.values.get(slot)
        if isinstance(value, date) and value > today:
            reading.object_to(
                slot.key, f"{slot.header}{value}晚于今天（{today}），请您核对。", slot.turn
            )


def _there_was_a_statute(reading: Reading) -> None:
    received_on = reading.get("received_on")
    if received_on is None:
        return
    try:
        statute_for(received_on)
    except RuleBroken as broken:
        reading.object_to("received_on", f"{broken.message}。")


def _pairs(*pairs: tuple[str, str]) -> tuple[tuple[Slot, Slot], ...]:
    return tuple((Slot(first), Slot(second)) for first, second in pairs)


_NEEDS = _pairs(
    ("correction_received_on", "correction_requested_on"),
    ("consultation_party", "consultation_started_on"),
    ("consultation_started_on", "consultation_party"),
    ("consultation_ended_on", "consultation_started_on"),
    ("extension_days", "extended_on"),
    ("extended_on", "extension_days"),
    ("document_number", "replied_on"),
    ("delivery", "replied_on"),
    ("mail_number", "replied_on"),
    ("replied_on", "outcome"),
    ("closed_on", "outcome"),
    ("review_on", "review_result"),
    ("review_result", "review_on"),
    ("suit_kind", "suit_on"),
    ("suit_on", "suit_kind"),
    ("suit_on", "suit_result"),
    ("suit_result", "suit_on"),
)
"""Where the first is filled in, the second must be."""


def _what_belongs_together_is_there(reading: Reading) -> None:
    missing: set[Slot] = set()
    for given, needed in _every_turn(_NEEDS, reading):
        if given in reading.cells and needed not in reading.cells and needed not in missing:
            missing.add(needed)
            reading.object_to(
                needed.key, f"填了{given.header}的，请您同时填写{needed.header}。", needed.turn
            )
    if (
        reading.given("outcome")
        and not reading.given("replied_on")
        and not reading.given("closed_on")
    ):
        reading.object_to("replied_on", "填了办理结果的，请您同时填写答复日期或者办结日期。")


_ORDER = _pairs(
    ("submitted_on", "received_on"),
    ("received_on", "correction_requested_on"),
    ("correction_requested_on", "correction_received_on"),
    ("received_on", "consultation_started_on"),
    ("consultation_started_on", "consultation_ended_on"),
    ("received_on", "extended_on"),
    ("received_on", "fee_noticed_on"),
    ("fee_noticed_on", "fee_paid_on"),
    ("received_on", "fee_paid_on"),
    ("received_on", "replied_on"),
    ("received_on", "closed_on"),
    ("correction_requested_on", "replied_on"),
    ("correction_received_on", "replied_on"),
    ("consultation_started_on", "replied_on"),
    ("consultation_ended_on", "replied_on"),
    ("extended_on", "replied_on"),
    ("replied_on", "closed_on"),
    ("received_on", "review_on"),
    ("received_on", "suit_on"),
)
"""The first may not be later than the second; 复议 and 诉讼 may well precede a late reply."""


def _dates_are_in_order(reading: Reading) -> None:
    values = reading.values
    for first, second in _every_turn(_ORDER, reading):
        before, after = values.get(first), values.get(second)
        if before is not None and after is not None and after < before:
            reading.object_to(
                second.key,
                f"{second.header}{after}早于{first.header}{before}，请您核对这两个日期。",
                second.turn,
            )


def _every_turn(
    table: tuple[tuple[Slot, Slot], ...], reading: Reading
) -> Iterator[tuple[Slot, Slot]]:
    """Yield a table's pairs, and again for each further turn of the groups they belong to."""
    yield from table
    if max(reading.cells, key=_turn_of, default=Slot("")).turn > 1:
        for first, second in table:
            group = COLUMNS[first.key].group or COLUMNS[second.key].group
            for turn in range(2, reading.turns(group) + 1):
                yield (
                    Slot(first.key, turn if COLUMNS[first.key].group else 1),
                    Slot(second.key, turn if COLUMNS[second.key].group else 1),
                )


def _turn_of(slot: Slot) -> int:
    return slot.turn


def _an_end_is_complete(reading: Reading) -> None:
    outcome: LedgerOutcome | None = reading.get("outcome")
    replied = reading.given("replied_on")
    if (
        outcome is not None
        and outcome.ground.reply_required
        and reading.given("closed_on")
        and not replied
    ):
        reading.object_to(
            "replied_on",
            f"以“{outcome.ground.full_label}”办结须有答复，请您填写答复日期。",
        )
    for turn in range(1, reading.turns("consultation") + 1):
        if (
            replied
            and reading.given("consultation_started_on", turn)
            and not reading.given("consultation_ended_on", turn)
        ):
            reading.object_to(
                "consultation_ended_on",
                f"案件已经答复，请您填写{Slot('consultation_ended_on', turn).header}；"
                "对方没有答复的，填写期限届满之日。",
                turn,
            )
