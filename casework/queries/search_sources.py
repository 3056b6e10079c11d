"""What search is to find of each case: its texts, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from casework.domain.search_text import RULES
from casework.models import Applicant, Case, CaseText, Comment, Document, Draft

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTexts:
    """The texts of one case in which search looks, as they were typed."""

    case_id: int
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    subject: str
    request_text: str
    reply: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def list_texts(session: Session, ids: Sequence[int]) -> list[CaseTexts]:
    """Return the texts of these cases; those that are gone are left out: 4 queries."""
    if not ids:
        return []
    query = (
        select(
            Case.id,
            Case.number,
            Case.mail_number,
            Case.subject,
            Case.request_text,
            Case.note,
            Case.late_cause,
            Applicant.name,
            Applicant.contact_name,
        )
        .outerjoin(Applicant, Applicant.case_id == Case.id)
        .where(Case.id.in_(ids))
        .order_by(Case.id)
    )
    replies = _newest_drafts(session, ids)
    documents = _grouped(
        session,
        select(Document.case_id, Document.document_number)
        .where(Document.case_id.in_(ids), Document.document_number.is_not(None))
        .order_by(Document.id),
    )
    comments = _grouped(
        session,
        select(Comment.case_id, Comment.body).where(Comment.case_id.in_(ids)).order_by(Comment.id),
    )
    return [
        CaseTexts(
            case_id=row.id,
            numbers=(row.number, *documents[row.id], row.mail_number),
            names=(row.name or "", row.contact_name or ""),
            subject=row.subject,
            request_text=row.request_text,
            reply=replies.get(row.id, ()),
            remarks=(row.note, row.late_cause, *comments[row.id]),
        )
        for row in session.execute(query)
    ]


def sealed_words(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return what is sealed of each case's applicant: the index must not hold it."""
    query = select(
        Applicant.case_id,
        Applicant.id_number,
        Applicant.phone,
        Applicant.address,
        Applicant.email,
    ).where(Applicant.case_id.in_(ids))
    return {case_id: tuple(filter(None, words)) for case_id, *words in session.execute(query)}


def _newest_drafts(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return what the drafter wrote, not the letter: its set phrases are the same in every case."""
    newest = (
        select(Draft.case_id, func.max(Draft.version).label("version"))
        .where(Draft.case_id.in_(ids))
        .group_by(Draft.case_id)
        .subquery()
    )
    query = select(Draft.case_id, Draft.particulars).join(
        newest, and_(newest.c.case_id == Draft.case_id, newest.c.version == Draft.version)
    )
    return {case_id: tuple(words.values()) for case_id, words in session.execute(query)}


def _grouped(session: Session, query: Select[*tuple[Any, ...]]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for case_id, words in session.execute(query):
        found[case_id].append(words)
    return found


def list_unindexed(session: Session, *, after: int, limit: int, every: bool) -> Sequence[int]:
    """Return the next cases that the index lacks or holds by older rules (``every``: any case)."""
    query = select(Case.id).where(Case.id > after).order_by(Case.id).limit(limit)
    if not every:
        current = select(CaseText.case_id).where(
            CaseText.case_id == Case.id, CaseText.rules == RULES
        )
        query = query.where(~current.exists())
    return session.scalars(query).all()
