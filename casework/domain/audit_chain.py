"""审计链: each event is a link that vouches for the one before it.

A link's digest is an HMAC over everything the event says, its place in the chain and the digest of
the link before. Who has the database but not the key cannot make a digest that fits, nor a chain
head. GB/T 22239-2019 8.1.4.3 c) asks that audit records be kept from unexpected deletion, change
or overwriting; a chain does not prevent these, it makes them known.

Nothing here reads a table or a clock.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

KEY_BYTES = 32
GENESIS = "0" * 64
"""What the first link of a chain names as the one before it."""

NO_AGENCY = 0
"""The chain of acts that belong to no agency, such as those of the machine's operator."""

_FORM = 1
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, default=repr).encode


class Algorithm(StrEnum):
    """The hash under the HMAC: SHA-256, or SM3 (GB/T 32905-2016) where 商用密码 is required."""

    SHA256 = "sha256"
    SM3 = "sm3"


_KNOWN = frozenset(member.value for member in Algorithm)


class Link(NamedTuple):
    """One event as it is sealed: plain values, the same on every database.

    ``effective_on`` is ``2026-09-28``, ``recorded_at`` is UTC as ``2026-09-28 02:00:00.000000``,
    ``detail`` the JSON text as stored. Read back, a field may hold anything at all: a row that
    somebody changed is a finding, not an error.
    """

    chain: int
    seq: int
    id: int
    case_id: int | None
    agency_id: int | None
    action: str
    from_state: str | None
    to_state: str | None
    actor_id: int | None
    actor_name: str
    role: str | None
    effective_on: str
    recorded_at: str
    note: str
    detail: str
    algorithm: str
    previous: str


class Head(NamedTuple):
    """The end of a chain as its own table remembers it; ``mac`` vouches for the other three."""

    chain: int
    seq: int
    digest: str
    mac: str


def canonical(link: Link) -> bytes:
    """Return what is hashed: compact ASCII JSON, the fields in the order of ``Link``."""
    return _encode({"form": _FORM, **link._asdict()}).encode()


def written_instant(instant: datetime) -> str:
    """Return an aware UTC instant as a link spells it."""
    return instant.strftime("%Y-%m-%d %H:%M:%S.%f")


class AuditKey:
    """The office's audit key (32 bytes) at work; one sub-key for each thing it vouches for."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            msg = f"the audit key has {len(key)} bytes, not {KEY_BYTES}"
            raise ValueError(msg)
        self._link, self._head, self._seal, self._backup, self._name = (
            hmac.digest(key, f"casework/audit-{use}".encode(), hashlib.sha256)
            for use in ("link", "head", "seal", "backup", "name")
        )

    def digest(self, link: Link) -> str:
        """Return the digest of a link in hex; empty if it names an algorithm that is none."""
        if link.algorithm not in _KNOWN:
            return ""
        return hmac.digest(self._link, canonical(link), link.algorithm).hex()

    def head(self, chain: int, seq: int, digest: str) -> Head:
        """Return the head of a chain whose last link is ``seq``."""
        body = _encode([_FORM, chain, seq, digest]).encode()
        return Head(chain, seq, digest, hmac.digest(self._head, body, "sha256").hex())

    def seal_mac(self, content: bytes) -> str:
        """Return what vouches for a file of sealed heads."""
        return hmac.digest(self._seal, content, "sha256").hex()

    def backup_mac(self, content: bytes) -> str:
        """Return what vouches for the manifest of a backup."""
        return hmac.digest(self._backup, content, "sha256").hex()

    def fingerprint(self) -> str:
        """Return a name for the key that gives nothing of it away."""
        return hmac.digest(self._name, b"", "sha256").hex()[:16]


class FaultKind(StrEnum):
    """What does not fit."""

    CHANGED = "changed"
    MISSING = "missing"
    CUT_OFF = "cut_off"
    SWAPPED = "swapped"
    INSERTED = "inserted"
    MOVED = "moved"
    REHASHED = "rehashed"
    UNLINKED = "unlinked"
    HEAD_CHANGED = "head_changed"
    HEAD_MISSING = "head_missing"
    HEAD_BEHIND = "head_behind"
    CHAIN_MISSING = "chain_missing"
    SEAL_DIFFERS = "seal_differs"
    SEAL_CHANGED = "seal_changed"
    MORE = "more"

    @property
    def label(self) -> str:
        """The finding as an auditor reads it."""
        return _LABELS[self]


_LABELS = {
    FaultKind.CHANGED: "这条记录的内容或者摘要被改动过",
    FaultKind.MISSING: "从这一条起有记录被删除",
    FaultKind.CUT_OFF: "从这一条起，链尾的记录被删除",
    FaultKind.SWAPPED: "这条记录与另一条调换了位置",
    FaultKind.INSERTED: "这条记录是外来的，不是本系统写入的",
    FaultKind.MOVED: "从这一条起，记录离开了原来的位置",
    FaultKind.REHASHED: "从这一条起，摘要被人重新计算过，但没有用本单位的密钥",
    FaultKind.UNLINKED: "这条记录与上一条不衔接",
    FaultKind.HEAD_CHANGED: "链头被改动过",
    FaultKind.HEAD_MISSING: "链头被删除",
    FaultKind.HEAD_BEHIND: "链头落后于记录，被换成了旧的",
    FaultKind.CHAIN_MISSING: "这个机关有案件，却没有一条审计记录",
    FaultKind.SEAL_DIFFERS: "与封存的链头不一致：封存之后，这条记录被删除或者替换",
    FaultKind.SEAL_CHANGED: "封存文件被改动过，或者不是用本单位的密钥封存的",
    FaultKind.MORE: "这条链从这里起还有其他问题，未逐条列出",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding: the chain (an agency's id, 0 for none), the first row it concerns, and what."""

    chain: int
    seq: int
    kind: FaultKind
    where: str = ""

    @property
    def what(self) -> str:
        """The finding in a sentence."""
        return f"{self.kind.label}（{self.where}）" if self.where else self.kind.label


class _Suspect(NamedTuple):
    """A row whose digest is not its own."""

    link: Link
    digest: str
    linked: bool


MOST_SUSPECTS = 64
"""Rows of one chain that are looked into; memory stays the same however much was changed."""


class ChainCheck:
    """Checks one chain: give it every row in order of ``seq``, then ask for the faults."""

    def __init__(self, key: AuditKey, chain: int, head: Head | None) -> None:
        self._key = key
        self._chain = chain
        self._head = head
        self._next = 1
        self._digest = GENESIS
        self._suspects: list[_Suspect] = []
        self._first_left_out: int | None = None
        self._vouched: set[int] = set()
        self._run_goes_on = False
        self._disturbed = False
        self._shift = 0
        self._faults: list[Fault] = []

    def read(self, link: Link, digest: str) -> None:
        """Take the next row."""
        if link.seq < self._next:
            self._out_of_step(FaultKind.INSERTED, link.seq)
            return
        if link.seq > self._next:
            self._out_of_step(FaultKind.MISSING, self._next)
            self._disturbed = True
        linked = link.previous == self._digest
        if self._key.digest(link) == digest:
            if not linked and not self._disturbed:
                self._out_of_step(FaultKind.UNLINKED, link.seq)
            if linked and self._disturbed:
                self._vouch_for(link.seq - 1)
            self._disturbed = self._run_goes_on = False
        else:
            self._suspect(_Suspect(link, digest, linked))
            self._disturbed = True
        self._next = link.seq + 1
        self._digest = digest

    def faults(self) -> tuple[Fault, ...]:
        """Return what does not fit, the first bad row first; call once, after the last row."""
        self._judge_suspects()
        if self._first_left_out is not None:
            self._found(FaultKind.MORE, self._first_left_out)
        self._judge_head()
        return tuple(sorted(self._faults, key=lambda fault: fault.seq))

    def _found(self, kind: FaultKind, seq: int) -> None:
        self._faults.append(Fault(self._chain, seq, kind))

    def _out_of_step(self, kind: FaultKind, seq: int) -> None:
        """Note a fault that shows while reading; of these, too, only so many are kept."""
        if len(self._faults) < MOST_SUSPECTS:
            self._found(kind, seq)
        else:
            self._leave_out(seq)

    def _leave_out(self, seq: int) -> None:
        if self._first_left_out is None:
            self._first_left_out = seq

    def _suspect(self, suspect: _Suspect) -> None:
        seq = suspect.link.seq
        if len(self._suspects) < MOST_SUSPECTS:
            self._suspects.append(suspect)
            self._run_goes_on = True
        else:
            self._run_goes_on &= suspect.linked
            self._leave_out(seq)

    def _vouch_for(self, seq: int) -> None:
        """Remember that a genuine row names the digest at ``seq``: its run was not hashed anew."""
        last = self._suspects[-1].link.seq if self._suspects else 0
        if seq == last or self._run_goes_on:
            self._vouched.add(last)

    def _judge_suspects(self) -> None:
        """Say what happened to each row whose digest is not its own.

        A row that would be genuine in another place was moved there. A row that would be genuine
        nowhere was changed, put in, or is one of several that somebody hashed anew.
        """
        home_of = self._homes()
        rehashed = self._rehashed(home_of)
        run: tuple[int, FaultKind | int] | None = None
        for seq, home in home_of.items():
            mark: FaultKind | int
            if home is None:
                kind = mark = self._kind_of_stranger(seq, home_of, rehashed)
            elif home_of.get(home) == seq:
                kind = mark = FaultKind.SWAPPED
            else:
                kind = FaultKind.MISSING if home > seq else FaultKind.MOVED
                mark = self._shift = home - seq
            if run != (seq - 1, mark) or kind not in _RUNS:
                self._found(kind, seq)
            run = seq, mark

    def _homes(self) -> dict[int, int | None]:
        """Return where each suspect would be genuine: near by, or in another suspect's place."""
        places = {suspect.link.seq for suspect in self._suspects}
        homes: dict[int, int | None] = {}
        shift = 1
        for link, digest, _ in self._suspects:
            near = {link.seq + shift, link.seq - 1, link.seq + 1}
            homes[link.seq] = home = next(
                (
                    place
                    for place in (*sorted(near), *sorted(places - near))
                    if place != link.seq and self._key.digest(link._replace(seq=place)) == digest
                ),
                None,
            )
            # Rows moved together are moved alike.
            shift = home - link.seq if home is not None else shift
        return homes

    def _kind_of_stranger(
        self, seq: int, home_of: dict[int, int | None], rehashed: frozenset[int]
    ) -> FaultKind:
        head = self._head
        beyond = head is not None and self._is_authentic(head) and seq > head.seq
        if beyond or home_of.get(seq + 1) == seq:
            return FaultKind.INSERTED
        return FaultKind.REHASHED if seq in rehashed else FaultKind.CHANGED

    def _rehashed(self, home_of: dict[int, int | None]) -> frozenset[int]:
        """Return the rows whose digests somebody made anew: each links to the one before it.

        Such a run reaches the end of the chain, or the genuine row behind it does not link to it:
        where it does, that row vouches for the digest, and only contents were changed.
        """
        found: set[int] = set()
        run: list[_Suspect] = []

        def close() -> None:
            if not run or run[-1].link.seq in self._vouched:
                return
            head, last = self._head, run[-1]
            forged_head = (
                head is not None and head.digest == last.digest and not self._is_authentic(head)
            )
            if len(run) > 1 or forged_head:
                found.update(suspect.link.seq for suspect in run)

        for suspect in self._suspects:
            stranger = home_of[suspect.link.seq] is None
            follows = bool(run) and suspect.linked and suspect.link.seq == run[-1].link.seq + 1
            if not (stranger and follows):
                close()
                run.clear()
            if stranger:
                run.append(suspect)
        close()
        return frozenset(found)

    def _judge_head(self) -> None:
        last = self._next - 1
        head = self._head
        if head is None:
            self._found(FaultKind.HEAD_MISSING, last)
        elif not self._is_authentic(head):
            self._found(FaultKind.HEAD_CHANGED, last)
        elif head.seq > last + max(self._shift, 0):
            self._found(FaultKind.CUT_OFF, last + 1)
        elif not self._faults and (head.seq, head.digest) != (last, self._digest):
            self._found(FaultKind.HEAD_BEHIND, min(head.seq, last))

    def _is_authentic(self, head: Head) -> bool:
        return self._key.head(head.chain, head.seq, head.digest).mac == head.mac


# Findings that say "from this row on": the rows that follow alike add nothing.
_RUNS = frozenset({FaultKind.MISSING, FaultKind.MOVED, FaultKind.REHASHED})
