"""The one file of a backup (.cwb): a stream of members that shows any damage, sealed if asked for.

Without a passphrase it is a tar.gz that every system opens, closed by an empty gzip member whose
comment is the SHA-256 of all before it. With one, the same tar.gz is cut into chunks under
AES-256-GCM, each with its number and a mark on the last, the key made from the passphrase by
scrypt: no chunk can be changed, moved, left out or cut off. Both are written and read as streams.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.domain.errors import RuleBroken
from casework.services.whole_file import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from _typeshed import ReadableBuffer, WriteableBuffer

SEALED_MAGIC = b"casework backup 1\n"
SHORTEST_PASSPHRASE = 12
_GZIP_MAGIC = b"\x1f\x8b"
_SALT_BYTES = 16
_HEADER_BYTES = len(SEALED_MAGIC) + _SALT_BYTES
_CHUNK = 1 << 20
_TAG_BYTES = 16
_COUNTER_BYTES = 11
_READ_AT_ONCE = 1 << 20
# Fast rather than small: a nightly backup should be over soon.
_COMPRESSION = 2


def damaged(path: Path, why: str = "") -> RuleBroken:
    """Return the one refusal of a backup that is not as it was written."""
    detail = f"（{why}）" if why else ""
    return RuleBroken(
        "backup_damaged",
        f"备份文件“{path.name}”不完整或者被改动过{detail}，请改用另一份备份",
        field="FILE",
    )


def looks_like_backup(path: Path) -> bool:
    """Tell whether a file begins as a backup does."""
    with path.open("rb") as file:
        start = file.read(len(SEALED_MAGIC))
    return start == SEALED_MAGIC or start.startswith(_GZIP_MAGIC)


def is_sealed(path: Path) -> bool:
    """Tell whether a backup wants a passphrase."""
    with path.open("rb") as file:
        return file.read(len(SEALED_MAGIC)) == SEALED_MAGIC


@contextmanager
def written_backup(path: Path, passphrase: bytes | None) -> Iterator[tarfile.TarFile]:
    """Give a tar to add members to; it is ``path`` at the end, or nothing is."""
    with whole_file(path) as file:
        sink: _Sink = _PlainSink(file) if passphrase is None else _SealedSink(file, passphrase)
        with (
            gzip.GzipFile("", "wb", _COMPRESSION, sink, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            yield tar
        sink.finish()


@contextmanager
def opened_backup(path: Path, passphrase: bytes | None) -> Iterator[tarfile.TarFile]:
    """Give the members of a backup, one after the other; RuleBroken where it is damaged.

    The end of the ``with`` block reads on to the end of the file: only then is everything vouched
    for. The members of a plain file are vouched for before the first is given.
    """
    if is_sealed(path) != (passphrase is not None):
        raise RuleBroken(
            "passphrase_wrong",
            "这份备份没有加密，请不要给出口令文件"
            if passphrase is not None
            else "这份备份是加密的，请用 --passphrase-file 给出口令文件",
            field="passphrase-file",
        )
    try:
        with path.open("rb") as file:
            if passphrase is None:
                _check_trailer(path, file)
                source: io.BufferedIOBase = io.BufferedReader(io.FileIO(path))
            else:
                source = io.BufferedReader(_SealedSource(path, file, passphrase), _CHUNK)
            with (
                source,
                gzip.GzipFile(fileobj=source, mode="rb") as packed,
                tarfile.open(fileobj=packed, mode="r|") as tar,
            ):
                yield tar
                while packed.read(_READ_AT_ONCE):
                    pass
    except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError) as error:
        raise damaged(path) from error


class _Sink(Protocol):
    """Where the packed bytes go."""

    def write(self, data: ReadableBuffer, /) -> int: ...

    def flush(self) -> object: ...

    def finish(self) -> None: ...


class _PlainSink:
    """Writes bytes through, and at the end what vouches for them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, data: ReadableBuffer, /) -> int:
        self._hash.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def finish(self) -> None:
        self._file.write(_trailer(self._hash.hexdigest()))


def _trailer(digest: str) -> bytes:
    """Return an empty gzip member with the digest for a comment (RFC 1952 2.3)."""
    header = _GZIP_MAGIC + b"\x08\x10" + bytes(4) + b"\x00\xff"
    return header + f"sha256:{digest}".encode() + b"\x00" + b"\x03\x00" + bytes(8)


def _check_trailer(path: Path, file: BinaryIO) -> None:
    length = len(_trailer(hashlib.sha256().hexdigest()))
    left = file.seek(0, os.SEEK_END) - length
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (data := file.read(min(left, _READ_AT_ONCE))):
        digest.update(data)
        left -= len(data)
    if left or file.read() != _trailer(digest.hexdigest()):
        raise damaged(path)


class _SealedSink:
    """Writes bytes as sealed chunks; the last one is marked as such."""

    def __init__(self, file: BinaryIO, passphrase: bytes) -> None:
        salt = os.urandom(_SALT_BYTES)
        self._file = file
        self._header = SEALED_MAGIC + salt
        self._cipher = AESGCM(_key(passphrase, salt))
        self._waiting = bytearray()
        self._number = 0
        file.write(self._header)

    def write(self, data: ReadableBuffer, /) -> int:
        view = memoryview(data).cast("B")
        self._waiting += view
        # One chunk stays behind, for whichever is the last has to be marked.
        while len(self._waiting) > _CHUNK:
            self._put(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]
        return len(view)

    def flush(self) -> None:
        self._file.flush()

    def finish(self) -> None:
        self._put(bytes(self._waiting), last=True)

    def _put(self, chunk: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._file.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._number += 1


class _SealedSource(io.RawIOBase):
    """Reads sealed chunks back; the first one that does not open is a refusal."""

    def __init__(self, path: Path, file: BinaryIO, passphrase: bytes) -> None:
        self._path = path
        self._file = file
        self._header = file.read(_HEADER_BYTES)
        self._cipher = AESGCM(_key(passphrase, self._header[len(SEALED_MAGIC) :]))
        self._number = 0
        self._next = file.read(_CHUNK + _TAG_BYTES)
        self._ended = False
        self._open = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if not self._open and not self._ended:
            self._advance()
        target = memoryview(buffer).cast("B")
        taken = min(len(target), len(self._open))
        target[:taken] = self._open[:taken]
        self._open = self._open[taken:]
        return taken

    def _advance(self) -> None:
        chunk, self._next = self._next, self._file.read(_CHUNK + _TAG_BYTES)
        self._ended = not self._next
        try:
            nonce = _nonce(self._number, last=self._ended)
            self._open = self._cipher.decrypt(nonce, chunk, self._header)
        except (InvalidTag, ValueError) as error:
            if self._number == 0:
                raise RuleBroken(
                    "passphrase_wrong",
                    f"打不开备份文件“{self._path.name}”：口令不对，或者文件被改动过",
                    field="passphrase-file",
                ) from error
            raise damaged(self._path) from error
        self._number += 1


def _nonce(number: int, *, last: bool) -> bytes:
    # The key serves one file only, so that a count is enough.
    return number.to_bytes(_COUNTER_BYTES, "big") + bytes([last])


def _key(passphrase: bytes, salt: bytes) -> bytes:
    # OWASP's recommendation for scrypt: N = 2^17, r = 8, p = 1, that is 128 MiB.
    return hashlib.scrypt(passphrase, salt=salt, n=1 << 17, r=8, p=1, maxmem=1 << 28, dklen=32)


def read_passphrase(path: Path) -> bytes:
    """Return the first line of a passphrase file; RuleBroken if it is too short to protect."""
    with path.open("rb") as file:
        passphrase = file.readline().strip()
    if len(passphrase.decode(errors="replace")) < SHORTEST_PASSPHRASE:
        raise RuleBroken(
            "passphrase_short",
            f"口令文件第一行须有至少 {SHORTEST_PASSPHRASE} 个字符的口令",
            field="passphrase-file",
        )
    return passphrase
