"""The letters as they lie in the table, each with the hash it was given when it was issued."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.models import Document

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_AT_ONCE = 20


def check_documents(session: Session) -> tuple[int, tuple[int, ...]]:
    """Return how many letters have bytes, and the ids of those that are not as they were issued."""
    query = (
        select(Document.id, Document.content, Document.sha256)
        .where(Document.content.is_not(None))
        .order_by(Document.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    count = 0
    broken = []
    for key, content, digest in session.execute(query):
        count += 1
        if hashlib.sha256(content or b"").hexdigest() != digest:
            broken.append(key)
    return count, tuple(broken)
