"""What lies on a clerk's table: uploaded ledgers and how far they are."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casework.domain.ledger_upload import UploadStatus, is_interrupted
from casework.models import LedgerUpload
from casework.models.sealed import sealer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor

_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRow:
    """One uploaded file and how far it is; ``keeps``: its run imports, and does not only check."""

    id: int
    agency_id: int
    file_name: str
    size: int
    status: UploadStatus
    interrupted: bool
    keeps: bool
    rows_done: int
    rows_total: int
    started_at: datetime | None
    finished_at: datetime | None
    failure: str
    import_id: int | None
    uploaded_at: datetime

    @property
    def is_running(self) -> bool:
        """Whether a process is at work on it."""
        return self.status.is_running and not self.interrupted


def list_uploads(session: Session, actor: Actor, now: datetime) -> list[UploadRow]:
    """Return the actor's files that are still there, the latest first: one query."""
    query = (
        select(LedgerUpload)
        .where(LedgerUpload.uploaded_by_id == actor.user_id, LedgerUpload.head.is_not(None))
        .order_by(LedgerUpload.id.desc())
        .limit(_SHOWN)
    )
    return [_row(upload, now) for upload in session.scalars(query)]


def find_upload(session: Session, actor: Actor, upload_id: int, now: datetime) -> UploadRow | None:
    """Return one of the actor's files that is still there, else None: one query."""
    upload = session.scalars(
        select(LedgerUpload)
        .where(
            LedgerUpload.id == upload_id,
            LedgerUpload.uploaded_by_id == actor.user_id,
            LedgerUpload.head.is_not(None),
        )
        # Another process writes it while the page looks on.
        .execution_options(populate_existing=True)
    ).one_or_none()
    return _row(upload, now) if upload is not None else None


def read_report(session: Session, upload_id: int) -> dict[str, Any] | None:
    """Return what the last run found (``ImportReport.as_json``), None if none has ended."""
    sealed = session.scalar(select(LedgerUpload.report).where(LedgerUpload.id == upload_id))
    if sealed is None:
        return None
    report: dict[str, Any] = json.loads(zlib.decompress(sealer().open_bytes(sealed)))
    return report


def _row(upload: LedgerUpload, now: datetime) -> UploadRow:
    return UploadRow(
        id=upload.id,
        agency_id=upload.agency_id,
        file_name=upload.file_name,
        size=upload.size,
        status=upload.status,
        interrupted=is_interrupted(upload.status, upload.lease_until, now),
        keeps=upload.keeps,
        rows_done=upload.rows_done,
        rows_total=upload.rows_total,
        started_at=upload.started_at,
        finished_at=upload.finished_at,
        failure=upload.failure,
        import_id=upload.import_id,
        uploaded_at=upload.uploaded_at,
    )
