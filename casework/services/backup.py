"""备份: everything that is the office's own in one file, while the clerks go on working.

The file holds the database as it was at one moment, the sealed audit heads, the office's fonts and
a manifest with the SHA-256 of each, the number of rows of each table and the newest audit heads; an
HMAC with the audit key vouches for the manifest. The keys are left out unless they are asked for:
who finds the backup should not find with it what opens it. GB/T 22239-2019 8.1.4.9 a).
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework import __version__
from casework.domain.audit_chain import AuditKey
from casework.domain.errors import RuleBroken
from casework.domain.time_source import beijing_date
from casework.services.audit import chain_rows
from casework.services.backup_database import member_of, take_snapshot
from casework.services.backup_file import looks_like_backup, written_backup
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

FORM = 1
MANIFEST = "manifest.json"
KEYS = "keys"
SEALS = "seals"
KEPT_FOLDERS = (SEALS, "fonts/office", "attachments")
"""What belongs to a backup in the installation's home, beside the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What a backup is of and a restore is for: its home, database, keys and schema."""

    home: Path
    engine: Engine
    audit_key: bytes
    audit_hash: str
    data_key: bytes
    schema: str

    def fingerprints(self) -> dict[str, str]:
        """Return a name for each key; they show whether a backup opens with them."""
        return fingerprints(audit=self.audit_key, data=self.data_key)


def fingerprints(**keys: bytes) -> dict[str, str]:
    """Return a name for each key that gives nothing of it away."""
    return {name: AuditKey(key).fingerprint() for name, key in keys.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    form: int
    made_at: str
    program: str
    schema: str
    database: str
    keys: dict[str, str]
    tables: dict[str, int]
    members: dict[str, dict[str, Any]]
    heads: list[list[Any]]

    def text(self) -> bytes:
        """Return the manifest as it is written and vouched for."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def make_backup(
    session: Session,
    office: Installation,
    target: Path,
    *,
    now: datetime,
    passphrase: bytes | None = None,
    with_keys: bool = False,
) -> Manifest:
    """Write a backup to ``target`` and return what it holds; whole or not at all.

    Leaves one event. RuleBroken if ``target`` is something else than an older backup, or the
    database is damaged.
    """
    if target.exists() and not (target.is_file() and looks_like_backup(target)):
        raise RuleBroken(
            "backup_target",
            f"“{target.name}”已经存在，而且不是备份文件。请换一个文件名",
            field="FILE",
        )
    with transaction(session):
        chain_rows(
            session, [operator_event("backup", now, keys=with_keys, sealed=passphrase is not None)]
        )
    with private_folder(office.home, ".backup-") as folder:
        snapshot = take_snapshot(office.engine, folder)
        members = {member_of(office.engine): snapshot.file, **_kept_files(office.home, with_keys)}
        manifest = Manifest(
            form=FORM,
            made_at=now.isoformat(timespec="seconds"),
            program=__version__,
            schema=snapshot.schema,
            database=office.engine.dialect.name,
            keys=office.fingerprints(),
            tables=snapshot.tables,
            members={
                name: {"size": path.stat().st_size, "sha256": _sha256(path)}
                for name, path in members.items()
            },
            heads=[list(head) for head in snapshot.heads],
        )
        body = manifest.text()
        vouched = {"manifest": body.decode(), "mac": AuditKey(office.audit_key).backup_mac(body)}
        with written_backup(target, passphrase) as tar:
            _add(tar, MANIFEST, json.dumps(vouched, ensure_ascii=False).encode())
            for name, path in members.items():
                tar.add(path, name, recursive=False, filter=_nameless)
    return manifest


def operator_event(action: str, now: datetime, **detail: Any) -> dict[str, Any]:
    """Return the event of an act of the machine's operator."""
    return {
        "agency_id": None,
        "action": action,
        "actor_name": "系统",
        "effective_on": beijing_date(now),
        "recorded_at": now,
        "detail": detail,
    }


@contextmanager
def private_folder(home: Path, prefix: str) -> Iterator[Path]:
    """Give a folder in ``home``, as private as the database itself, and take it away again."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kept_files(home: Path, with_keys: bool) -> dict[str, Path]:  # noqa: FBT001  the option as it came
    folders = (*KEPT_FOLDERS, KEYS) if with_keys else KEPT_FOLDERS
    return {
        path.relative_to(home).as_posix(): path
        for folder in folders
        for path in sorted((home / folder).rglob("*"))
        if path.is_file() and not path.is_symlink() and not path.name.endswith(".part")
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o600
    tar.addfile(entry, io.BytesIO(content))


def _nameless(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out who owned the file and when: the same content gives the same member."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    entry.mtime = 0
    return entry
