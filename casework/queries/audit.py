"""The audit chain as it stands in its tables, read as text: what somebody changed must still read.

A value that is no date any more, or no UTF-8, is a finding; so nothing is turned into dates or
objects on the way. One statement reads all rows with their heads, that is one snapshot: clerks go
on writing meanwhile.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import Text, exists, func, select, tuple_, type_coerce
from sqlalchemy import cast as sql_cast
from sqlalchemy.types import NullType

from casework.domain.audit_chain import Head, Link
from casework.models import AuditHead, Case, Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.orm import Session

_EVENTS = cast("Table", Event.__table__)
_HEADS = cast("Table", AuditHead.__table__)
_AT_ONCE = 2000
_LINK = len(Link._fields)
_SEQ = Link._fields.index("seq")


class StoredLink(NamedTuple):
    """One row: the link, its stored digest, and the head of its chain if there is one."""

    link: Link
    digest: str
    head: Head | None


def iterate_links(session: Session) -> Iterator[StoredLink]:
    """Yield every event by chain and ``seq``, a few thousand in memory at a time."""
    columns = _as_text(session)
    query = (
        select(
            *(columns[name] for name in Link._fields),
            columns["digest"],
            *(_raw(column) for column in _HEADS.c),
        )
        .select_from(_EVENTS.join(_HEADS, _HEADS.c.chain == _EVENTS.c.chain, isouter=True))
        .order_by(_EVENTS.c.chain, _EVENTS.c.seq, _EVENTS.c.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    with _any_bytes(session):
        for row in session.execute(query):
            yield _stored(tuple(row))


def _stored(values: tuple[Any, ...]) -> StoredLink:
    link = Link._make(values[:_LINK])
    if type(values[_SEQ]) is not int:
        # SQLite keeps text in a number's column if somebody puts it there: no place in any chain.
        link = link._replace(seq=0)
    head = values[_LINK + 1 :]
    return StoredLink(link, values[_LINK], None if head[0] is None else Head._make(head))


def list_heads_without_links(session: Session) -> Sequence[Head]:
    """Return the heads of chains that have lost all their rows."""
    query = select(*(_raw(column) for column in _HEADS.c)).where(
        ~exists().where(_EVENTS.c.chain == _HEADS.c.chain)
    )
    return [Head._make(row) for row in session.execute(query)]


def list_agencies_without_chain(session: Session) -> Sequence[int]:
    """Return the agencies that have cases and neither a chain nor a head."""
    query = (
        select(Case.agency_id)
        .where(
            ~exists().where(_EVENTS.c.chain == Case.agency_id),
            ~exists().where(_HEADS.c.chain == Case.agency_id),
        )
        .distinct()
    )
    return session.scalars(query).all()


def list_heads(session: Session) -> Sequence[Head]:
    """Return the heads of all chains, in order."""
    query = select(*_HEADS.c).order_by(_HEADS.c.chain)
    return [Head(row.chain, row.seq, row.digest, row.mac) for row in session.execute(query)]


def digests_at(
    session: Session, places: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], str | None]:
    """Return the stored digests of some (chain, seq); a place without a row is left out."""
    query = select(_EVENTS.c.chain, _EVENTS.c.seq, _EVENTS.c.digest).where(
        tuple_(_EVENTS.c.chain, _EVENTS.c.seq).in_(places)
    )
    with _any_bytes(session):
        return {(chain, seq): digest for chain, seq, digest in session.execute(query)}


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, NullType())


def _as_text(session: Session) -> dict[str, ColumnElement[Any]]:
    """Return each column of an event spelt as ``Link`` spells it.

    SQLite stores dates, instants and JSON as exactly that text; PostgreSQL is asked to write it.
    """
    columns = {column.name: _raw(column) for column in _EVENTS.c}
    if session.get_bind().dialect.name == "postgresql":
        at = func.timezone("UTC", _EVENTS.c.recorded_at)
        columns |= {
            "effective_on": func.to_char(_EVENTS.c.effective_on, "YYYY-MM-DD"),
            "recorded_at": func.to_char(at, "YYYY-MM-DD HH24:MI:SS.US"),
            "detail": sql_cast(_EVENTS.c.detail, Text),
        }
    return columns


@contextmanager
def _any_bytes(session: Session) -> Iterator[None]:
    """Let SQLite hand out text that is no UTF-8 any more; PostgreSQL never stores such."""
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    driver: Any = session.connection().connection.driver_connection
    former = driver.text_factory
    driver.text_factory = _lenient
    try:
        yield
    finally:
        driver.text_factory = former


def _lenient(stored: bytes) -> str:
    return stored.decode(errors="surrogateescape")
