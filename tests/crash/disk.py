"""A disk as a power cut leaves it, rebuilt from what a process wrote and what it forced.

strace records every write and every fsync on the database files. Up to a cut, what was forced to
the disk is there; of what came after the last fsync nothing is (strict), or any part of it in any
order (torn): that is what a disk may do.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import config

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TRACED = "write,pwrite64,pwritev,fsync,fdatasync,ftruncate,unlink,rename"
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_FILE = r"\d+<([^>]*)>"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: a write, a truncation, an fsync, an unlink, an acknowledgement."""

    kind: str
    file: str = ""
    offset: int = 0
    data: bytes = b""


def record(strace: str, home: Path, how_many: int, synchronous: str) -> list[Step]:
    """Let a process register ``how_many`` cases under strace and return what it did."""
    trace = home / "trace"
    subprocess.run(
        [
            strace, "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={_TRACED}", "-o", str(trace),
            sys.executable, "-m", "tests.crash.registering", str(home), str(how_many), synchronous,
        ],
        check=True,
        cwd=config.ROOT,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    with trace.open(encoding="ascii") as lines:
        steps = [step for line in lines for step in _read(line)]
    kinds = {step.kind for step in steps}
    assert {"write", "sync", "ack"} <= kinds, f"strace showed only {kinds}"
    return steps


def _read(line: str) -> Iterator[Step]:
    call = _CALL.match(line)
    if call is None or call[3].startswith("-"):
        return
    name, arguments = call[1], call[2]
    if name == "write" and (said := re.match(r'1<[^>]*>, "([^"]*)"', arguments)):
        text = _bytes(said[1])
        if text.startswith(b"ACK "):
            yield Step("ack", data=text.split()[1])
        return
    file = re.match(_FILE, arguments) or re.match(r'"([^"]*)"', arguments)
    if file is None:
        return
    base = _bytes(file[1]).decode().rpartition("/")[2]
    if not base.startswith("casework.db") or base.endswith("-shm"):
        return
    if name == "pwrite64":
        parts = re.match(rf'{_FILE}, "([^"]*)", (\d+), (\d+)', arguments)
        assert parts, line[:200]
        data = _bytes(parts[2])
        assert len(data) == int(parts[3]), "strace cut a write short"
        yield Step("write", base, int(parts[4]), data)
    elif name in {"fsync", "fdatasync"}:
        yield Step("sync", base)
    elif name == "ftruncate":
        yield Step("truncate", base, int(arguments.rpartition(", ")[2], 0))
    elif name == "unlink":
        yield Step("unlink", base)
    else:
        msg = f"the database was written by {name}, which this test does not replay"
        raise AssertionError(msg)


def _bytes(text: str) -> bytes:
    r"""Return what strace -xx spells as \x41\x42."""
    return bytes.fromhex(text.replace("\\x", "")) if "\\x" in text else text.encode()


@dataclass
class Disk:
    """Files with what is surely on them, and what may be."""

    safe: dict[str, bytearray]
    pending: dict[str, list[Step]] = field(default_factory=dict)

    def replay(self, steps: Sequence[Step]) -> set[str]:
        """Do the steps and return what was acknowledged by then."""
        acknowledged = set()
        for step in steps:
            if step.kind == "ack":
                acknowledged.add(step.data.decode())
            elif step.kind == "sync":
                for waiting in self.pending.pop(step.file, []):
                    self._apply(waiting)
            elif step.kind == "unlink":
                self.safe.pop(step.file, None)
                self.pending.pop(step.file, None)
            else:
                self.pending.setdefault(step.file, []).append(step)
        return acknowledged

    def tear(self, dice: random.Random) -> None:
        """Let some of what was not forced reach the disk, in any order."""
        for waiting in self.pending.values():
            some = [step for step in waiting if dice.random() < 0.5]
            dice.shuffle(some)
            for step in some:
                self._apply(step)

    def _apply(self, step: Step) -> None:
        content = self.safe.setdefault(step.file, bytearray())
        end = step.offset + len(step.data)
        if step.kind == "truncate":
            del content[step.offset :]
            content.extend(bytes(step.offset - len(content)))
            return
        if len(content) < step.offset:
            content.extend(bytes(step.offset - len(content)))
        content[step.offset : end] = step.data

    def write_to(self, folder: Path) -> None:
        """Write the files as the next start finds them."""
        folder.mkdir()
        for name, content in self.safe.items():
            (folder / name).write_bytes(content)
