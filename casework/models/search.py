"""Search: the index, each case's texts folded with their 二字组; and the searches people keep.

One table serves both databases: ``case_texts`` keeps the folded fields (for the LIKE recheck and
the ranking) and the grams. On PostgreSQL a GIN index lies on the grams; on SQLite they feed an
FTS5 table (services.search_index). FTS5's own trigram tokenizer finds no word of two characters
(docs/adr/0011).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    DDL,
    JSON,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from casework.models.account import User
from casework.models.base import Base, BigKey

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from sqlalchemy.engine import Dialect

GRAM_TABLE = "case_grams"
"""FTS5's table on SQLite, and the beginning of the names of those it keeps for itself."""

GRAM_INDEX = "ix_case_texts_grams"
"""The GIN index on PostgreSQL."""


def is_described(
    _object: object,
    name: str | None,
    kind: str,
    _reflected: bool,  # noqa: FBT001  Alembic's signature
    _other: object,
) -> bool:
    """Leave to Alembic's comparison what both databases have (``include_object``)."""
    if kind == "index":
        return name != GRAM_INDEX
    return not (kind == "table" and name is not None and name.startswith(GRAM_TABLE))


class Grams(TypeDecorator[list[str]]):
    """A set of grams: ``text[]`` on PostgreSQL, words with spaces between them on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Return the column's type on this database."""
        kind = ARRAY(Text()) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        """Write the set, in order: the same texts give the same row."""
        if value is None:
            return None
        ordered = sorted(value)
        return ordered if dialect.name == "postgresql" else " ".join(ordered)

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str] | None:
        """Return the grams, ordered."""
        if value is None:
            return None
        return list(value if dialect.name == "postgresql" else value.split())


class CaseText(Base):
    """What search knows of one case: folded texts (domain.search_text), never sealed data.

    Parts of a field stand between spaces and are divided by line ends: a whole number or name is
    ``LIKE '% it %'``.
    """

    __tablename__ = "case_texts"

    case_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    numbers: Mapped[str]
    names: Mapped[str]
    initials: Mapped[str]
    request: Mapped[str]
    reply: Mapped[str]
    remarks: Mapped[str]
    grams: Mapped[list[str]] = mapped_column(Grams)
    # The rules of folding by which it was made (domain.search_text.RULES).
    rules: Mapped[int] = mapped_column(SmallInteger, index=True)


Index(GRAM_INDEX, CaseText.grams, postgresql_using="gin").ddl_if(dialect="postgresql")

_FTS = (
    # No positions: every hit is rechecked with LIKE. The ascii tokenizer leaves Chinese alone.
    f"CREATE VIRTUAL TABLE {GRAM_TABLE} USING fts5(grams, content='case_texts', "
    "content_rowid='case_id', detail='none', columnsize=0, tokenize='ascii')"
)
_GONE = f"CREATE TABLE {GRAM_TABLE}_gone (case_id INTEGER NOT NULL, grams TEXT NOT NULL)"
_NOTE_GONE = (
    "CREATE TRIGGER case_texts_gone AFTER DELETE ON case_texts BEGIN "  # noqa: S608  our own name
    f"INSERT INTO {GRAM_TABLE}_gone VALUES (old.case_id, old.grams); END"
)

SQLITE_INDEX = (_FTS, _GONE, _NOTE_GONE)
"""What a SQLite database needs beside the table; the migration says the same.

A trigger may not write to FTS5 while the schema is not trusted (PRAGMA trusted_schema=OFF), so it
puts what is gone on a list, which every transaction works off before it commits.
"""

for _statement in SQLITE_INDEX:
    event.listen(
        CaseText.__table__,
        "after_create",
        DDL(_statement).execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]  # SQLAlchemy
    )


class SavedView(Base):
    """常用查找: criteria under a name of the owner's own; ``agency_id`` is whom it is shared with.

    It holds what to look for (domain.search_criteria) and nothing of what was found.
    """

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    criteria: Mapped[dict[str, str]] = mapped_column(JSON)
    saved_at: Mapped[datetime]

    owner: Mapped[User] = relationship()
