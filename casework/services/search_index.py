"""检索: the index of search, written in the transaction of the act that changed a case.

It listens to every session: an act that writes a text of a case has it indexed right before its
commit, so a case is found the moment it is saved, and an act that is undone leaves no word behind.
What is written past the session in bulk (the ledger import) hands its texts over itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import column, delete, event, insert, inspect, literal, select, table
from sqlalchemy.orm import Session

from casework.domain.search_text import (
    BOUNDARY,
    PART,
    RULES,
    fold,
    fold_without_numbers,
    grams,
    letters,
)
from casework.models import Applicant, Case, CaseText, Comment, Document, Draft
from casework.models.search import GRAM_TABLE
from casework.queries.search_sources import list_texts, sealed_words
from casework.queries.search_words import FOLDING, initials

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.queries.search_sources import CaseTexts

_TOUCHED = "casework_search"
_BATCH = 500
_FTS = table(GRAM_TABLE, column(GRAM_TABLE), column("rowid"), column("grams"))
_GONE = table(f"{GRAM_TABLE}_gone", column("case_id"), column("grams"))

_WATCHED: dict[type[Any], tuple[str, tuple[str, ...]]] = {
    Case: ("id", ("number", "mail_number", "subject", "request_text", "note", "late_cause")),
    Applicant: ("case_id", ("name", "contact_name", "id_number", "phone", "address", "email")),
    Draft: ("case_id", ("particulars",)),
    Document: ("case_id", ("document_number",)),
    Comment: ("case_id", ("body",)),
}
"""Table -> which of its columns names the case, and which hold what search finds."""


def watch_texts(session: Session) -> None:
    """Begin to note whose texts an act changes (services.transaction)."""
    session.info[_TOUCHED] = set()


def forget_texts(session: Session) -> None:
    """Forget what was noted: the act is over, one way or the other."""
    session.info.pop(_TOUCHED, None)


@event.listens_for(Session, "after_flush")
def _note(session: Session, _context: object) -> None:
    touched: set[int] | None = session.info.get(_TOUCHED)
    if touched is None:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if (watched := _WATCHED.get(type(row))) is None:
            continue
        key, columns = watched
        state = inspect(row)
        is_new = row in session.new or row in session.deleted
        if is_new or any(state.attrs[name].history.has_changes() for name in columns):
            touched.add(getattr(row, key))


def index_touched(session: Session) -> None:
    """Index what the act has changed; called once, right before the commit."""
    session.flush()
    touched: set[int] = session.info[_TOUCHED]
    index_cases(session, sorted(touched))
    _drop_gone(session)


def index_cases(session: Session, ids: Sequence[int]) -> None:
    """Index these cases anew, inside the caller's transaction."""
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        session.execute(delete(CaseText).where(CaseText.case_id.in_(batch)))
        sealed = sealed_words(session, batch)
        write_entries(
            session,
            [entry(texts, sealed.get(texts.case_id, ())) for texts in list_texts(session, batch)],
        )


def write_entries(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write entries (``entry``) of cases that have none, inside the caller's transaction."""
    _drop_gone(session)
    if not rows:
        return
    session.execute(insert(CaseText), rows)
    if _has_fts(session):
        written = select(CaseText.case_id, CaseText.grams).where(
            CaseText.case_id.in_([row["case_id"] for row in rows])
        )
        session.execute(insert(_FTS).from_select(["rowid", "grams"], written))


def _drop_gone(session: Session) -> None:
    """Take out of FTS5 what has gone from ``case_texts``, by whatever path (models.search)."""
    if not _has_fts(session):
        return
    gone = select(literal("delete"), _GONE.c.case_id, _GONE.c.grams)
    session.execute(insert(_FTS).from_select([GRAM_TABLE, "rowid", "grams"], gone))
    session.execute(delete(_GONE))


def rebuild_grams(session: Session) -> None:
    """Make FTS5's table anew from ``case_texts``: nothing that has gone stays in its segments."""
    if _has_fts(session):
        for command in ("rebuild", "optimize"):
            session.execute(insert(_FTS).values({GRAM_TABLE: command}))


def _has_fts(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def entry(texts: CaseTexts, sealed: Iterable[str]) -> dict[str, Any]:
    """Return the row of one case: its fields folded, and the grams of all of them.

    ``sealed`` are the applicant's sealed values, which go out of the running texts.
    """
    secrets = tuple(sealed)
    numbers = _parts(fold(each, FOLDING) for each in texts.numbers)
    names = _parts(fold(each, FOLDING) for each in texts.names)
    spelt = _parts(each for name in texts.names for each in initials(name))
    request, reply, remarks = (
        _parts(fold_without_numbers(each, FOLDING, secrets) for each in field)
        for field in ((texts.subject, texts.request_text), texts.reply, texts.remarks)
    )
    return {
        "case_id": texts.case_id,
        "numbers": numbers,
        "names": names,
        "initials": spelt,
        "request": request,
        "reply": reply,
        "remarks": remarks,
        # A single character finds a number or a name; in running text it would find everything.
        "grams": grams(PART.join((numbers, names, spelt, request, reply, remarks)))
        | letters(numbers + names),
        "rules": RULES,
    }


def _parts(folded: Iterable[str]) -> str:
    """Return the parts of a field, each between boundaries."""
    return PART.join(f"{BOUNDARY}{each}{BOUNDARY}" for each in folded if each)
