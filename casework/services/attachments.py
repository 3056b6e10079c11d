"""附件: take a file into a case and hand it out again, the same to the byte.

The bytes lie in ``CASEWORK_HOME/attachments`` under a random name that says nothing of the case;
the hash in the database is checked on every read (ASVS 5.0 5.3.1, GB/T 22239-2019 8.1.4.7).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from casework.domain.attachments import KINDS, FileKind, check_file, check_room, plain_name
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.relief_papers import PAPERS
from casework.domain.text import clean_text
from casework.models import Attachment, Relief
from casework.services.case_file import CaseKey, open_case, record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from casework.domain.relief_papers import ReliefPaper
    from casework.models import Case
    from casework.services.desk import Desk

_NAME_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One attachment with its bytes."""

    name: str
    kind: FileKind
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOf:
    """Which paper of which 复议 or 诉讼 a file is."""

    relief_id: int
    paper: ReliefPaper


def attach(
    desk: Desk,
    case_id: int,
    *,
    folder: Path,
    name: str,
    content: bytes,
    note: str = "",
    paper_of: PaperOf | None = None,
) -> CaseKey:
    """上传附件: check what it is, put it away, write down its hash.

    The same bytes twice in one case are one attachment. Raises RuleBroken(field="file"), and
    for a paper that does not belong to the proceeding (field="paper").
    """
    require(desk.actor, Permission.ATTACH)
    kind = check_file(name, content)
    digest = hashlib.sha256(content).hexdigest()
    stored_as = secrets.token_hex(_NAME_BYTES)
    try:
        with transaction(desk.session):
            case = open_case(desk, case_id)
            if _known(desk, case.id, digest):
                return CaseKey(case.id, case.number)
            if paper_of is not None:
                _check_paper(desk, case.id, paper_of)
            check_room(_stored_size(desk, case.id), len(content))
            desk.session.add(
                Attachment(
                    case_id=case.id,
                    name=plain_name(name),
                    kind=kind.ending,
                    size=len(content),
                    sha256=digest,
                    stored_as=stored_as,
                    note=clean_text(note),
                    relief_id=paper_of.relief_id if paper_of else None,
                    paper=paper_of.paper if paper_of else None,
                    uploaded_by_id=desk.actor.user_id,
                    uploaded_at=desk.now,
                )
            )
            record_event(
                desk,
                case=case,
                action="attach",
                permission=Permission.ATTACH,
                detail={
                    "kind": kind.ending,
                    "size": len(content),
                    "sha256": digest,
                    "paper": paper_of.paper.value if paper_of else None,
                },
            )
            # Before the commit: a row without its file is worse than a file without its row.
            _put_away(folder, stored_as, content)
            return CaseKey(case.id, case.number)
    except BaseException:
        with suppress(FileNotFoundError):
            (folder / stored_as).unlink()
        raise


def read_attachment(desk: Desk, case_id: int, attachment_id: int, *, folder: Path) -> StoredFile:
    """Return one attachment of this case; NotFound if it is another's.

    Raises RuleBroken where the bytes are no longer those that were taken in.
    """
    require(desk.actor, Permission.READ_PAPERS)
    case = open_case(desk, case_id)
    row = desk.session.get(Attachment, attachment_id)
    if row is None or row.case_id != case.id:
        raise NotFound("本案没有这份附件，或者不在您的机关范围内")
    content = _bytes_of(folder, row)
    return StoredFile(name=row.name, kind=KINDS[row.kind], content=content)


def _bytes_of(folder: Path, row: Attachment) -> bytes:
    """Return the bytes of a stored file; RuleBroken where they are not those taken in."""
    try:
        content = (folder / row.stored_as).read_bytes()
    except FileNotFoundError:
        raise RuleBroken(
            "attachment_gone", f"附件“{row.name}”的文件不在了，请告诉系统管理员从备份恢复"
        ) from None
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise RuleBroken(
            "attachment_changed", f"附件“{row.name}”与上传时不同，请告诉系统管理员从备份恢复"
        )
    return content


def _check_paper(desk: Desk, case_id: int, paper_of: PaperOf) -> None:
    relief = desk.session.get(Relief, paper_of.relief_id)
    if relief is None or relief.case_id != case_id:
        raise NotFound("本案没有这项复议、诉讼")
    if paper_of.paper not in PAPERS[relief.kind]:
        raise RuleBroken(
            "paper_of_another_kind",
            f"{relief.kind.label}没有{paper_of.paper.label}，请重新选择",
            field="paper",
        )


def _known(desk: Desk, case_id: int, digest: str) -> bool:
    query = select(Attachment.id).where(Attachment.case_id == case_id, Attachment.sha256 == digest)
    return desk.session.scalar(query.limit(1)) is not None


def _stored_size(desk: Desk, case_id: int) -> int:
    query = select(func.coalesce(func.sum(Attachment.size), 0)).where(Attachment.case_id == case_id)
    return int(desk.session.scalar(query) or 0)


def _put_away(folder: Path, stored_as: str, content: bytes) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / stored_as, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@dataclass(slots=True)
class Copying:
    """Copies the files of one case into another; takes them away again if the act fails."""

    folder: Path
    written: list[str] = field(default_factory=list)

    def attachments(self, desk: Desk, source: Case, target: Case) -> None:
        """Give ``target`` a copy of every file of ``source``, each checked against its hash."""
        rows = desk.session.scalars(
            select(Attachment).where(Attachment.case_id == source.id).order_by(Attachment.id)
        ).all()
        for row in rows:
            content = _bytes_of(self.folder, row)
            stored_as = secrets.token_hex(_NAME_BYTES)
            self.written.append(stored_as)
            desk.session.add(
                Attachment(
                    case_id=target.id,
                    name=row.name,
                    kind=row.kind,
                    size=row.size,
                    sha256=row.sha256,
                    stored_as=stored_as,
                    note=row.note,
                    uploaded_by_id=desk.actor.user_id,
                    uploaded_at=desk.now,
                )
            )
            _put_away(self.folder, stored_as, content)


@contextmanager
def copied(folder: Path) -> Iterator[Copying]:
    """Open a copying of files around a transaction; enter it first, so that it ends last."""
    copying = Copying(folder)
    try:
        yield copying
    except BaseException:
        for name in copying.written:
            with suppress(FileNotFoundError):
                (folder / name).unlink()
        raise
