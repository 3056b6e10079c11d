"""恢复: a backup becomes an installation again, checked before anything is replaced.

Everything is unpacked beside the installation and compared with the manifest first: a flipped byte,
another version or another office's keys end the act with nothing changed. What is replaced is put
aside, never deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from casework import __version__
from casework.domain.audit_chain import KEY_BYTES, AuditKey
from casework.domain.errors import RuleBroken
from casework.queries.stored_documents import check_documents
from casework.services import audit
from casework.services.audit_check import AuditReport, verify
from casework.services.backup import (
    FORM,
    KEPT_FOLDERS,
    KEYS,
    MANIFEST,
    SEALS,
    Installation,
    Manifest,
    fingerprints,
    operator_event,
    private_folder,
)
from casework.services.backup_database import (
    POSTGRESQL_MEMBER,
    SQLITE_MEMBER,
    count_rows,
    is_empty,
    load_postgresql,
    member_of,
    require_nobody_in,
    sqlite_engine,
    sqlite_file,
    take_snapshot,
)
from casework.services.backup_file import damaged, opened_backup
from casework.services.transaction import transaction
from casework.services.whole_file import sync_folder

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Engine

_MOST_MANIFEST_BYTES = 64 << 20
_AT_ONCE = 1 << 20
_DATABASES = {SQLITE_MEMBER: "sqlite", POSTGRESQL_MEMBER: "postgresql"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """What came back, and whether it is what was put away."""

    manifest: Manifest
    audit: AuditReport
    documents: int
    documents_broken: tuple[int, ...]
    put_aside: Path | None

    @property
    def ok(self) -> bool:
        """Whether the audit chain and every letter are whole."""
        return self.audit.ok and not self.documents_broken


def check_backup(path: Path, *, passphrase: bytes | None = None) -> Manifest:
    """Read a whole backup and return its manifest; RuleBroken if anything is not as written.

    Needs neither a database nor keys and writes nothing.
    """
    with opened_backup(path, passphrase) as tar:
        manifest, _, _ = _read_manifest(path, tar)
        seen = {name: _digest(stream) for name, stream in _members(path, tar, manifest)}
    _compare(path, manifest, seen)
    return manifest


def restore(
    office: Installation,
    path: Path,
    *,
    now: datetime,
    passphrase: bytes | None = None,
    replace: bool = False,
) -> RestoreReport:
    """Make ``office`` what it was when the backup was made, then check and report it.

    RuleBroken, with nothing changed: a damaged file, another version or kind of database, keys
    that are not this office's, a target that is not empty (unless ``replace``) or is in use.
    """
    if not replace and not is_empty(office.engine):
        raise RuleBroken(
            "target_not_empty",
            "目标数据库里已有数据。确要用备份替换的，请先停止网页服务，再加 --replace",
            field="--replace",
        )
    with private_folder(office.home, ".restore-") as staged:
        manifest, body, mac = _unpack(path, passphrase, staged)
        _require_fit(manifest, office)
        keys = _keys_for(manifest, office, staged)
        if AuditKey(keys["audit"]).backup_mac(body) != mac:
            raise damaged(path, "备份说明与密钥不符")
        require_nobody_in(office.engine)
        audit.use_key(keys["audit"], office.audit_hash)
        aside = office.home / f"replaced-{now:%Y%m%dT%H%M%S%fZ}"
        if office.engine.dialect.name == "sqlite":
            with sqlite_engine(staged / SQLITE_MEMBER) as engine:
                found = _examine(engine, manifest, staged / SEALS, path)
            _put_in_place(sqlite_file(office.engine), staged / SQLITE_MEMBER, aside)
        else:
            if not is_empty(office.engine):
                aside.mkdir(mode=0o700)
                take_snapshot(office.engine, aside)
            load_postgresql(office.engine, staged / POSTGRESQL_MEMBER, manifest.tables)
            found = _examine(office.engine, manifest, staged / SEALS, path)
        # Seals made after the backup know of records that are no more: they go aside in any case.
        (staged / SEALS).mkdir(exist_ok=True)
        for folder in (*KEPT_FOLDERS, KEYS):
            if (staged / folder).exists():
                _put_in_place(office.home / folder, staged / folder, aside)
    with Session(office.engine) as session, transaction(session):
        audit.chain_rows(session, [operator_event("restore", now, made_at=manifest.made_at)])
    checked, documents, broken = found
    return RestoreReport(
        manifest=manifest,
        audit=checked,
        documents=documents,
        documents_broken=broken,
        put_aside=aside if aside.exists() else None,
    )


def _unpack(path: Path, passphrase: bytes | None, staged: Path) -> tuple[Manifest, bytes, str]:
    with opened_backup(path, passphrase) as tar:
        manifest, body, mac = _read_manifest(path, tar)
        seen = {
            name: _kept(stream, staged / name) for name, stream in _members(path, tar, manifest)
        }
    _compare(path, manifest, seen)
    return manifest, body, mac


def _read_manifest(path: Path, tar: tarfile.TarFile) -> tuple[Manifest, bytes, str]:
    entry = tar.next()
    if entry is None or entry.name != MANIFEST or entry.size > _MOST_MANIFEST_BYTES:
        raise damaged(path, "没有备份说明")
    stream = tar.extractfile(entry)
    try:
        vouched = json.loads(stream.read() if stream else b"")
        body = vouched["manifest"].encode()
        said = json.loads(body)
        mac = str(vouched["mac"])
        form = said["form"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(path, "备份说明读不出来") from error
    if form != FORM:
        raise RuleBroken(
            "backup_form",
            f"这份备份的格式是第 {form} 版，本程序只认第 {FORM} 版。请用当时的程序恢复",
            field="FILE",
        )
    if set(said) != {each.name for each in fields(Manifest)}:
        raise damaged(path, "备份说明不全")
    return Manifest(**said), body, mac


def _members(
    path: Path, tar: tarfile.TarFile, manifest: Manifest
) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the members after the manifest; only plain files that it names."""
    while (entry := tar.next()) is not None:
        stream = tar.extractfile(entry) if entry.isreg() else None
        if stream is None or entry.name not in manifest.members or not _is_ours(entry.name):
            raise damaged(path, f"多出了 {entry.name!r}")
        yield entry.name, stream


def _is_ours(name: str) -> bool:
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts:
        return False
    return name in _DATABASES or name.startswith(
        tuple(f"{each}/" for each in (*KEPT_FOLDERS, KEYS))
    )


def _kept(source: IO[bytes], target: Path) -> dict[str, Any]:
    """Write a member to ``target`` and return what the manifest should say of it."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(target, "xb", opener=_private) as out:
        seen = _digest(source, out)
        out.flush()
        os.fsync(out.fileno())
    return seen


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _digest(source: IO[bytes], out: IO[bytes] | None = None) -> dict[str, Any]:
    """Return size and SHA-256 of a member, copying it to ``out`` on the way."""
    digest = hashlib.sha256()
    size = 0
    while data := source.read(_AT_ONCE):
        digest.update(data)
        size += len(data)
        if out is not None:
            out.write(data)
    return {"size": size, "sha256": digest.hexdigest()}


def _compare(path: Path, manifest: Manifest, seen: dict[str, dict[str, Any]]) -> None:
    for name, expected in manifest.members.items():
        if seen.get(name) != expected:
            raise damaged(path, f"{name} 与备份说明不符")


def _require_fit(manifest: Manifest, office: Installation) -> None:
    if member_of(office.engine) not in manifest.members:
        raise RuleBroken(
            "backup_database",
            f"这份备份来自 {manifest.database} 数据库，不能恢复到 {office.engine.dialect.name}。"
            "请把 DATABASE_URL 设成同一种数据库",
            field="FILE",
        )
    if manifest.schema != office.schema:
        raise RuleBroken(
            "backup_version",
            f"这份备份来自 {manifest.program} 版（数据结构 {manifest.schema}），"
            f"本机是 {__version__} 版（数据结构 {office.schema}）。"
            "请先安装当时的版本恢复，再升级",
            field="FILE",
        )


def _keys_for(manifest: Manifest, office: Installation, staged: Path) -> dict[str, bytes]:
    """Return the keys the backup opens with: this installation's, or those that came with it."""
    if office.fingerprints() == manifest.keys:
        shutil.rmtree(staged / KEYS, ignore_errors=True)
        return {"audit": office.audit_key, "data": office.data_key}
    keys = _keys_in(staged / KEYS)
    if fingerprints(**keys) != manifest.keys:
        raise RuleBroken(
            "backup_keys",
            f"本机的密钥不是这份备份的。请把当时的 keys 目录放到“{office.home}”下，再重新执行恢复",
            field="FILE",
        )
    return keys


def _keys_in(folder: Path) -> dict[str, bytes]:
    """Return the keys in a folder, without those that are missing or none."""
    keys = {}
    for name in ("audit", "data"):
        with suppress(FileNotFoundError, ValueError):
            key = bytes.fromhex((folder / f"{name}.key").read_text(encoding="ascii"))
            if len(key) == KEY_BYTES:
                keys[name] = key
    return keys


def _examine(
    engine: Engine, manifest: Manifest, seals: Path, path: Path
) -> tuple[AuditReport, int, tuple[int, ...]]:
    """Hold a restored database against its manifest, its own rules and its audit chain."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(sqlite_file(engine))) as raw:
            [whole] = raw.execute("PRAGMA integrity_check(1)").fetchone()
            loose = raw.execute("PRAGMA foreign_key_check").fetchone()
        if whole != "ok" or loose is not None:
            raise damaged(path, f"数据库不完整：{whole if whole != 'ok' else loose}")
    with engine.connect() as connection:
        counts = count_rows(connection)
    if counts != manifest.tables:
        raise damaged(path, "各表的条数与备份说明不符")
    with Session(engine) as session:
        report = verify(session, seals=[seals])
        documents, broken = check_documents(session)
    return report, documents, broken


def _put_in_place(target: Path, staged: Path, aside: Path) -> None:
    """Move ``staged`` to ``target``; what was there goes to ``aside``, SQLite's companions too."""
    for former in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
        if former.exists() and former.stat().st_size:
            aside.mkdir(mode=0o700, exist_ok=True)
            former.rename(aside / former.name)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged.replace(target)
    sync_folder(target.parent)
