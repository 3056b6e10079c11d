"""Personal data at rest: AES-256-GCM in the column, a keyed blind index beside it.

The key lives outside the database (``CASEWORK_HOME/keys``) and is handed over once at start-up.
A stored value reads ``1:`` + base64(nonce + ciphertext); the ``1`` names the scheme, so that a
later one (SM4-GCM) can stand beside it. 个人信息保护法第五十一条; GB/T 22239-2019 8.1.4.8.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_SCHEME = "1:"
_NONCE_BYTES = 12
KEY_BYTES = 32


class SealBrokenError(Exception):
    """A sealed value does not open with this installation's key."""


class Sealer:
    """Seals and opens text with one key; two sub-keys keep the index apart from the cipher."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            msg = f"the data key has {len(key)} bytes, not {KEY_BYTES}"
            raise ValueError(msg)
        self._cipher = AESGCM(hmac.digest(key, b"casework/seal", hashlib.sha256))
        self._index_key = hmac.digest(key, b"casework/blind-index", hashlib.sha256)

    def seal(self, text: str) -> str:
        """Return ``text`` sealed; the same text gives another value each time."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), None)
        return _SCHEME + base64.b64encode(sealed).decode()

    def open(self, stored: str) -> str:
        """Return the text behind ``stored``; SealBrokenError if the key is not the right one."""
        try:
            raw = base64.b64decode(stored.removeprefix(_SCHEME))
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError) as error:
            msg = "a sealed value does not open with this key"
            raise SealBrokenError(msg) from error

    def seal_bytes(self, content: bytes) -> bytes:
        """Return ``content`` sealed, for whole files; ``open_bytes`` gives it back."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, None)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Return the bytes behind ``sealed``; SealBrokenError if the key is not the right one."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:
            msg = "sealed bytes do not open with this key"
            raise SealBrokenError(msg) from error

    def blind_index(self, text: str) -> str:
        """Return a keyed digest for exact search, equal for spellings that mean the same."""
        plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
        return hmac.digest(self._index_key, plain.encode(), hashlib.sha256).hex()


class _Keyring:
    """Holds the sealer of this process; empty until the application gives it the key."""

    sealer: Sealer | None = None


def use_key(key: bytes) -> None:
    """Give this process its data key (32 bytes)."""
    _Keyring.sealer = Sealer(key)


def sealer() -> Sealer:
    """Return the process's sealer; RuntimeError before ``use_key``."""
    if _Keyring.sealer is None:
        msg = "no data key has been given to this process"
        raise RuntimeError(msg)
    return _Keyring.sealer


class SealedText(TypeDecorator[str]):
    """Text that is only ever stored sealed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        """Seal on the way in; empty stays empty."""
        return sealer().seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        """Open on the way out."""
        return sealer().open(value) if value else value
