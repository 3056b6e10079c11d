"""T1: the whole server is killed with signal 9 again and again while clerks register.

CASEWORK_KILLS says how often; 200 before a release.
"""

from __future__ import annotations

import os
import random
import threading
import time
from typing import TYPE_CHECKING

from tests.crash.office import Clerk, Server, State, prepare

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("CASEWORK_KILLS", "20"))
CLERKS = 4


def test_t1_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path) -> None:
    home = tmp_path / "office"
    home.mkdir()
    prepare(home)
    dice = random.Random(9)  # noqa: S311  repeatable
    stop = threading.Event()
    starts = []
    with Server(home) as server:
        clerks = [Clerk(server.port, stop) for _ in range(CLERKS)]
        for clerk in clerks:
            clerk.log_in()
        for clerk in clerks:
            clerk.start()
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.1, 0.6))
            server.kill()
            starts.append(server.start())
        time.sleep(0.5)
        stop.set()
        for clerk in clerks:
            clerk.join(90)
            assert clerk.error is None, clerk.error
            assert not clerk.is_alive()
    acknowledged = {nonce: page for clerk in clerks for nonce, page in clerk.acknowledged.items()}
    state = State(home / "casework.db", home)
    state.require_whole()
    # Every form was sent until it was answered: what is there is what was acknowledged, once.
    assert set(state.nonces) == set(acknowledged)
    assert len(set(acknowledged.values())) == len(acknowledged)
    assert len(acknowledged) > KILLS, "hardly anything was registered between the kills"
    sent_again = sum(clerk.sent_again for clerk in clerks)
    assert sent_again > 0, "no request was ever cut off"
    print(  # noqa: T201  the figures of docs/audit.md
        f"\n{KILLS} kills: {len(acknowledged)} acknowledged, 0 lost, {sent_again} asked again,"
        f" slowest start {max(starts):.2f} s"
    )
