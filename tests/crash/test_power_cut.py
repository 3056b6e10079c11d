"""T2: the power goes at any moment; what was acknowledged is on the disk, and nothing is corrupt.

CASEWORK_CUTS says how many moments are tried; 1000 before a release. The same trial with
synchronous=NORMAL must lose cases: a test that cannot fail proves nothing.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError

from casework.domain.errors import RuleBroken
from tests.crash.disk import Disk, Step, record
from tests.crash.office import State, prepare, strace

if TYPE_CHECKING:
    from pathlib import Path

CUTS = int(os.environ.get("CASEWORK_CUTS", "100"))
CASES = 60


def recorded(home: Path, synchronous: str) -> tuple[bytes, list[Step]]:
    home.mkdir()
    prepare(home)
    before = (home / "casework.db").read_bytes()
    return before, record(strace(), home, CASES, synchronous)


def cuts(steps: list[Step], how_many: int) -> list[int]:
    """Random moments after the first acknowledgement."""
    first = next(at for at, step in enumerate(steps) if step.kind == "ack")
    dice = random.Random(20260928)  # noqa: S311  repeatable
    return [dice.randrange(first + 1, len(steps) + 1) for _ in range(how_many)]


def after_cut(
    home: Path, before: bytes, steps: list[Step], cut: int, *, torn: bool
) -> tuple[set[str], State]:
    disk = Disk({"casework.db": bytearray(before)})
    acknowledged = disk.replay(steps[:cut])
    if torn:
        disk.tear(random.Random(cut))  # noqa: S311  repeatable
    folder = home / "after"
    try:
        disk.write_to(folder)
        return acknowledged, State(folder / "casework.db", home)
    finally:
        shutil.rmtree(folder)


def test_t2_nothing_acknowledged_is_lost_by_a_power_cut(tmp_path: Path) -> None:
    home = tmp_path / "office"
    before, steps = recorded(home, "FULL")
    assert sum(step.kind == "ack" for step in steps) == CASES
    seen = set()
    for turn, cut in enumerate(cuts(steps, CUTS)):
        acknowledged, state = after_cut(home, before, steps, cut, torn=turn % 2 == 1)
        state.require_whole()
        assert acknowledged <= set(state.nonces), cut
        assert len(state.nonces) <= len(acknowledged) + 1, "one case at most was under way"
        seen.add(len(acknowledged))
    assert len(seen) > 10, "the cuts fell together"


def test_t2_the_same_trial_without_forcing_the_log_loses_cases(tmp_path: Path) -> None:
    """The control: what we would lose with synchronous=NORMAL."""
    home = tmp_path / "office"
    before, steps = recorded(home, "NORMAL")
    lost = 0
    for cut in cuts(steps, 10):
        try:
            acknowledged, state = after_cut(home, before, steps, cut, torn=False)
        except (DatabaseError, sqlite3.DatabaseError, RuleBroken):
            lost += 1
            continue
        lost += not acknowledged <= set(state.nonces)
    assert lost >= 5, "the trial does not notice a loss"
