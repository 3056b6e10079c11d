"""审计核验: walk every chain, hold the heads against what was sealed, and seal them anew.

A chain shows what was changed inside it. That its end and its head were taken away together, or
that the whole database was put back to an older state, shows only against heads kept elsewhere:
``seal_heads`` writes them to a file, ``verify`` holds every such file against the records.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DatabaseError

from casework.domain.audit_chain import AuditKey, ChainCheck, Fault, FaultKind, written_instant
from casework.domain.errors import RuleBroken
from casework.queries.audit import (
    digests_at,
    iterate_links,
    list_agencies_without_chain,
    list_heads,
    list_heads_without_links,
)
from casework.services.audit import audit_key
from casework.services.whole_file import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from casework.domain.audit_chain import Head

SEAL_SUFFIX = ".seal.jsonl"
MOST_FAULTS = 1000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What a check found; ``faults`` holds the first thousand, ``fault_count`` counts them all."""

    chains: int
    rows: int
    seals: int
    faults: tuple[Fault, ...]
    fault_count: int

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return self.fault_count == 0


def verify(session: Session, *, seals: Sequence[Path] = ()) -> AuditReport:
    """Check every chain and every seal file in the folders ``seals``.

    Memory stays the same however long the chains are; nobody waits meanwhile. RuleBroken if the
    database cannot be read.
    """
    try:
        return _verify(session, seals)
    except DatabaseError as error:
        raise RuleBroken(
            "records_unreadable",
            f"读不出审计记录（{error.orig}）。请确认数据库可用并已升级，必要时从备份恢复",
        ) from error


def _verify(session: Session, seals: Sequence[Path]) -> AuditReport:
    session.rollback()
    key = audit_key()
    tally = _Tally()
    for chain, rows in groupby(iterate_links(session), key=lambda row: row.link.chain):
        check: ChainCheck | None = None
        for row in rows:
            if check is None:
                check = ChainCheck(key, chain, row.head)
            check.read(row.link, row.digest)
            tally.rows += 1
        if check is not None:
            tally.chains += 1
            tally.add(check.faults())
    for head in list_heads_without_links(session):
        tally.chains += 1
        tally.add(ChainCheck(key, head.chain, head).faults())
    tally.add(
        [Fault(chain, 1, FaultKind.CHAIN_MISSING) for chain in list_agencies_without_chain(session)]
    )
    files = [path for folder in seals for path in sorted(folder.glob(f"*{SEAL_SUFFIX}"))]
    for path in files:
        tally.add(_check_seal(session, key, path))
    session.rollback()
    return AuditReport(
        chains=tally.chains,
        rows=tally.rows,
        seals=len(files),
        faults=tuple(tally.faults),
        fault_count=tally.count,
    )


class _Tally:
    """Counts, and the faults worth listing."""

    def __init__(self) -> None:
        self.chains = self.rows = self.count = 0
        self.faults: list[Fault] = []

    def add(self, faults: Sequence[Fault]) -> None:
        self.count += len(faults)
        self.faults += faults[: MOST_FAULTS - len(self.faults)]


def seal_heads(session: Session, folder: Path, *, now: datetime) -> Path:
    """Write the heads of all chains to a new file in ``folder`` and return its path.

    One JSON object a line: chain, seq, hash, time; the last line vouches for those before it.
    RuleBroken if a head is not one that this office's key vouches for: a seal must not bless it.
    """
    key = audit_key()
    session.rollback()
    heads = list_heads(session)
    session.rollback()
    for head in heads:
        if head != key.head(head.chain, head.seq, head.digest):
            raise RuleBroken(
                "audit_broken",
                f"审计链 {head.chain} 的链头被改动过，不能封存。请先执行 casework audit verify",
                basis="GB/T 22239-2019 8.1.4.3",
            )
    at = written_instant(now.astimezone(UTC))
    body = "".join(_line(_sealed(head, at)) for head in heads)
    content = body + _line({"at": at, "chains": len(heads), "mac": _seal_mac(key, body, at)})
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}{SEAL_SUFFIX}"
    with whole_file(path) as file:
        file.write(content.encode())
    return path


def _sealed(head: Head, at: str) -> dict[str, Any]:
    return {"chain": head.chain, "seq": head.seq, "hash": head.digest, "time": at}


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value) + "\n"


def _seal_mac(key: AuditKey, body: str, at: str) -> str:
    return key.seal_mac(f"{at}\n{body}".encode())


def _check_seal(session: Session, key: AuditKey, path: Path) -> list[Fault]:
    """Hold one seal file against the records."""
    sealed = _read_seal(key, path)
    if sealed is None:
        return [Fault(0, 0, FaultKind.SEAL_CHANGED, path.name)]
    faults = []
    for some in _in_batches(sealed):
        stored = digests_at(session, [(chain, seq) for chain, seq, _ in some])
        faults += [
            Fault(chain, seq, FaultKind.SEAL_DIFFERS, path.name)
            for chain, seq, digest in some
            if stored.get((chain, seq)) != digest
        ]
    return faults


def _read_seal(key: AuditKey, path: Path) -> list[tuple[int, int, str]] | None:
    """Return (chain, seq, digest) of each line, or None if the file is not as it was written."""
    try:
        *lines, last = path.read_text(encoding="ascii").splitlines(keepends=True)
        end = json.loads(last)
        body = "".join(lines)
        if end["mac"] != _seal_mac(key, body, end["at"]) or last != _line(end):
            return None
        heads = [json.loads(line) for line in lines]
        return [(head["chain"], head["seq"], head["hash"]) for head in heads]
    except (ValueError, KeyError, TypeError):
        return None


def _in_batches(
    sealed: Sequence[tuple[int, int, str]],
) -> Iterator[Sequence[tuple[int, int, str]]]:
    for start in range(0, len(sealed), _AT_ONCE):
        yield sealed[start : start + _AT_ONCE]
