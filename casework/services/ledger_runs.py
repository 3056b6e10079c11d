"""核对、导入一份上传的台账: the long work on a file, told step by step, whole or not at all.

A run is begun by the clerk, carried out by a process (the page's own for a short file), and named:
only the run that is named in the file's record may finish it, and an import finishes in the very
transaction that writes its cases. So a process that dies, or that comes back late, changes nothing.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload, undefer

from casework.domain import time_source
from casework.domain.errors import DomainError, NotFound, RuleBroken
from casework.domain.ledger_mapping import read_choice
from casework.domain.ledger_upload import (
    READING_LEASE,
    UploadStatus,
    is_interrupted,
    writing_lease,
)
from casework.models import LedgerUpload, User
from casework.services.accounts import actor_of
from casework.services.ledger_import import import_ledger
from casework.services.ledger_source import LedgerFile
from casework.services.ledger_uploads import content_of, open_upload, require_rest, sealed_json
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.services.desk import Desk
    from casework.services.ledger_intake import ImportReport

_LOG = logging.getLogger(__name__)
_RUN_BYTES = 12


def begin_run(desk: Desk, upload_id: int, *, keeps: bool) -> str:
    """Begin to check a file, or with ``keeps`` to import it; return the name of the run.

    RuleBroken while a process is at work on it, or on another file of the same agency.
    """
    run = secrets.token_hex(_RUN_BYTES)
    with transaction(desk.session):
        upload = open_upload(desk, upload_id)
        require_rest(desk, upload)
        _require_turn(desk, upload)
        upload.status = UploadStatus.READING
        upload.run = run
        upload.keeps = keeps
        upload.rows_done = 0
        upload.started_at = desk.now
        upload.lease_until = desk.now + READING_LEASE
        upload.finished_at = None
        upload.failure = ""
        upload.report = None
    return run


def carry_out(desk: Desk, upload_id: int, run: str) -> None:
    """Carry out a run that was begun, as the person who began it; tell how far it is.

    ``desk`` is the machine's: the run has its own actor. What goes wrong is kept with the file.
    """
    session = desk.session
    upload = session.scalars(
        select(LedgerUpload)
        .where(LedgerUpload.id == upload_id, LedgerUpload.run == run)
        .options(undefer(LedgerUpload.content), joinedload(LedgerUpload.agency))
    ).one_or_none()
    if upload is None or upload.content is None or upload.choice is None:
        return
    file = LedgerFile(
        content=content_of(upload),
        file_name=upload.file_name,
        agency_id=upload.agency_id,
        choice=read_choice(upload.choice),
    )
    keeps = upload.keeps
    its = _Run(session, upload_id, run)
    try:
        person = _person(session, upload)
        session.expunge(upload)  # with the sealed bytes; nothing here looks at it again
        report = import_ledger(
            replace(desk, actor=person),
            file,
            dry_run=not keeps,
            progress=its.tell,
            complete=lambda report: its.finish(UploadStatus.IMPORTED, report),
        )
        if not keeps:
            with transaction(session):
                its.finish(UploadStatus.CHECKED, report)
    except DomainError as refused:
        its.fail(refused.message)
    except OperationalError:
        _LOG.exception("the database was busy or away")
        its.fail("数据库一时忙，什么也没有写入，请您过几分钟再试一次")
    except Exception:  # noqa: BLE001  a run has the last word on itself, whatever went wrong
        incident = secrets.token_hex(4)
        _LOG.exception("incident %s", incident)
        its.fail(f"程序没有办成这一步，什么也没有写入；问题已经记下，编号 {incident}")


class _Run:
    """One run's word in the record of its file; another run's record is not touched."""

    def __init__(self, session: Session, upload_id: int, run: str) -> None:
        self._session = session
        self._upload_id = upload_id
        self._run = run
        self._began = time_source.now()

    def tell(self, stage: UploadStatus, rows: int) -> None:
        """Say how far it is, in a short transaction of its own; a busy database is no reason."""
        now = time_source.now()
        writes = stage is UploadStatus.WRITING
        lease = writing_lease(now - self._began) if writes else READING_LEASE
        said: dict[str, Any] = {"status": stage, "lease_until": now + lease}
        if not writes:
            said["rows_done"] = rows
        try:
            with transaction(self._session):
                self._write(said)
        except OperationalError:
            _LOG.warning("could not tell how far the import is", exc_info=True)

    def finish(self, status: UploadStatus, report: ImportReport) -> None:
        """Write the result, in the caller's act; RuleBroken if another run has taken over."""
        written = self._write(
            {
                "status": status,
                "report": sealed_json(report.as_json()),
                "import_id": report.import_id,
                "rows_done": report.rows,
                "finished_at": time_source.now(),
                "run": "",
            }
        )
        if not written:
            raise RuleBroken("run_superseded", "这次导入已经由另一次接手，什么也没有写入")

    def fail(self, sentence: str) -> None:
        """Write why it came to nothing."""
        self._session.rollback()
        with transaction(self._session):
            self._write(
                {
                    "status": UploadStatus.FAILED,
                    "failure": sentence,
                    "finished_at": time_source.now(),
                    "run": "",
                }
            )

    def _write(self, said: dict[str, Any]) -> bool:
        done = self._session.execute(
            update(LedgerUpload)
            .where(LedgerUpload.id == self._upload_id, LedgerUpload.run == self._run)
            .values(**said)
            .returning(LedgerUpload.id)
            .execution_options(synchronize_session=False)
        )
        return done.scalar() is not None


def as_uploader(desk: Desk, upload_id: int) -> Desk:
    """Return the desk of the person who brought a file; NotFound once they may not act."""
    upload = desk.session.get(LedgerUpload, upload_id)
    if upload is None:
        raise NotFound("没有这份文件")
    return replace(desk, actor=_person(desk.session, upload))


def _person(session: Session, upload: LedgerUpload) -> Actor:
    user = session.get_one(User, upload.uploaded_by_id)
    if not user.is_active:
        raise NotFound("上传的人的账号已经停用")
    return actor_of(session, user.login)


def _require_turn(desk: Desk, upload: LedgerUpload) -> None:
    """One file of an agency at a time: two that say the same must not go in side by side."""
    others = desk.session.scalars(
        select(LedgerUpload).where(
            LedgerUpload.agency_id == upload.agency_id,
            LedgerUpload.id != upload.id,
            LedgerUpload.status.in_([each for each in UploadStatus if each.is_running]),
        )
    )
    for other in others:
        if not is_interrupted(other.status, other.lease_until, desk.now):
            raise RuleBroken("agency_busy", f"本机关正在导入“{other.file_name}”，请您等它办完再试")
