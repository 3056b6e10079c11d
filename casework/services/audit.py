"""审计: every event of an act becomes a link of its agency's chain, in the act's own transaction.

An act adds its events to the session as it goes. They are held back until everything else of the
act has been written; then the heads of their chains are locked, in one order and last of all, the
links are made, and the transaction commits. So no act can commit without its trace, an act whose
trace cannot be written is undone whole, and two acts wait for each other only at the very end.
"""

from __future__ import annotations

import json
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import bindparam, event, func, insert, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework.domain.audit_chain import (
    GENESIS,
    NO_AGENCY,
    Algorithm,
    AuditKey,
    Link,
    written_instant,
)
from casework.models import AuditHead, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

_HELD = "casework_events"
_EVENTS = cast("Table", Event.__table__)
_HEADS = cast("Table", AuditHead.__table__)
_SAID = frozenset(_EVENTS.c.keys()) - {"id", "chain", "seq", "algorithm", "previous", "digest"}
_BATCH = 5000

# Made once: an act is short, and building these each time took a quarter of the chain's cost.
_INSERT_LINKS = insert(_EVENTS)
_LOCK_HEAD = (
    select(_HEADS.c.seq, _HEADS.c.digest)
    .where(_HEADS.c.chain == bindparam("its_chain"))
    .with_for_update()
)
_MOVE_HEAD = update(_HEADS).where(_HEADS.c.chain == bindparam("its_chain"))
_LAST_ID = select(func.max(_EVENTS.c.id))
_NEXT_IDS = select(func.nextval(func.pg_get_serial_sequence(_EVENTS.name, "id"))).select_from(
    func.generate_series(1, bindparam("how_many")).alias("series")
)


class _Keyring:
    """Holds the audit key of this process; empty until the application gives it the key."""

    key: AuditKey | None = None
    algorithm = Algorithm.SHA256


def use_key(key: bytes, algorithm: str = Algorithm.SHA256) -> None:
    """Give this process its audit key (32 bytes) and the hash for new links."""
    _Keyring.key = AuditKey(key)
    _Keyring.algorithm = Algorithm(algorithm)


def audit_key() -> AuditKey:
    """Return the process's audit key; RuntimeError before ``use_key``."""
    if _Keyring.key is None:
        msg = "no audit key has been given to this process"
        raise RuntimeError(msg)
    return _Keyring.key


def hold_events(session: Session) -> None:
    """Begin to keep the events of an act (services.transaction)."""
    session.info[_HELD] = []


def drop_events(session: Session) -> None:
    """Forget what is held: the act is over, one way or the other."""
    session.info.pop(_HELD, None)


def chain_rows(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add events as rows, as for ``insert(Event)``; many of them cost less than objects.

    They are written with the act's other events when it commits.
    """
    held = _held(session)
    for row in rows:
        if unknown := row.keys() - _SAID:
            msg = f"an act does not say these of an event: {sorted(unknown)}"
            raise ValueError(msg)
        held.append(row)


@event.listens_for(Session, "before_flush")
def _hold_back(session: Session, _context: object, _instances: object) -> None:
    """Take new events out of a flush: written now, they would lock their chain too early."""
    new = [inspect(each) for each in session.new if isinstance(each, Event)]
    for state in sorted(new, key=lambda state: state.insert_order or 0):
        row = state.object
        session.expunge(row)
        _held(session).append({name: getattr(row, name) for name in _SAID})


def _held(session: Session) -> list[Mapping[str, Any]]:
    held: list[Mapping[str, Any]] | None = session.info.get(_HELD)
    if held is None:
        msg = "an event belongs to an act: open a transaction first"
        raise RuntimeError(msg)
    return held


def seal_events(session: Session) -> None:
    """Write the act's events as links; called once, right before the commit."""
    session.flush()
    rows = _held(session)
    if not rows:
        return
    connection = session.connection()
    heads = _lock_heads(connection, sorted({_chain_of(row) for row in rows}))
    ids = _draw_ids(connection, len(rows))
    key = audit_key()
    waiting = iter(zip(ids, rows, strict=True))
    while batch := list(islice(waiting, _BATCH)):
        connection.execute(_INSERT_LINKS, [_link(key, heads, number, row) for number, row in batch])
    connection.execute(
        _MOVE_HEAD,
        [
            {"its_chain": head.chain, "seq": head.seq, "digest": head.digest, "mac": head.mac}
            for head in (key.head(chain, *end) for chain, end in heads.items())
        ],
    )


def _chain_of(row: Mapping[str, Any]) -> int:
    agency_id: int | None = row.get("agency_id")
    return NO_AGENCY if agency_id is None else agency_id


def _link(
    key: AuditKey, heads: dict[int, tuple[int, str]], number: int, row: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the row with its place in its chain; ``heads`` moves on."""
    chain = _chain_of(row)
    seq, previous = heads[chain]
    detail = row.get("detail") or {}
    note = row.get("note") or ""
    link = Link(
        chain=chain,
        seq=seq + 1,
        id=number,
        case_id=row.get("case_id"),
        agency_id=row.get("agency_id"),
        action=row["action"],
        from_state=row.get("from_state"),
        to_state=row.get("to_state"),
        actor_id=row.get("actor_id"),
        actor_name=row["actor_name"],
        role=row.get("role"),
        effective_on=row["effective_on"].isoformat(),
        recorded_at=written_instant(row["recorded_at"].astimezone(UTC)),
        note=note,
        # As SQLAlchemy writes a JSON column: the text is sealed, not what it means.
        detail=json.dumps(detail),
        algorithm=_Keyring.algorithm.value,
        previous=previous,
    )
    digest = key.digest(link)
    heads[chain] = link.seq, digest
    return link._asdict() | {
        "effective_on": row["effective_on"],
        "recorded_at": row["recorded_at"],
        "detail": detail,
        "digest": digest,
    }


def _lock_heads(connection: Connection, chains: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Return chain -> (seq, digest) of its last link, locked one by one in order of the chains.

    One statement for all of them could not begin a missing chain in its turn, and two acts that
    begin chains would wait for each other for ever.
    """
    return {chain: _lock_head(connection, chain) for chain in chains}


def _lock_head(connection: Connection, chain: int) -> tuple[int, str]:
    asked = {"its_chain": chain}
    found = connection.execute(_LOCK_HEAD, asked).one_or_none()
    if found is None:
        insert_for = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        begun = audit_key().head(chain, 0, GENESIS)._asdict()
        connection.execute(insert_for(_HEADS).values(begun).on_conflict_do_nothing())
        found = connection.execute(_LOCK_HEAD, asked).one()
    return found.seq, found.digest


def _draw_ids(connection: Connection, how_many: int) -> Sequence[int]:
    """Return the next ids of events: an id is part of what a link vouches for."""
    if connection.dialect.name == "sqlite":
        last = connection.scalar(_LAST_ID) or 0
        return range(last + 1, last + 1 + how_many)
    return connection.scalars(_NEXT_IDS, {"how_many": how_many}).all()
