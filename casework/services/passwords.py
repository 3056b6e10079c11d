"""密码 at work: hashing, one-time passwords, and the two lists a new one is held against."""

from __future__ import annotations

import gzip
import secrets
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pypinyin import Style, lazy_pinyin
from werkzeug.security import check_password_hash, generate_password_hash

from casework.domain.passwords import check_password

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.passwords import PasswordRules
    from casework.models import Agency

_LIST = "common_passwords.txt.gz"
_SYSTEM_WORDS = ("casework", "yishenqing", "xinxigongkai", "zhengfuxinxi", "banjianxitong")
_PLACE = 2
"""How many characters of an agency's name are its place: 青沅 of 青沅市自规局."""


def hash_password(password: str) -> str:
    """Return the scrypt hash that is stored."""
    return generate_password_hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Check a password; without a stored hash, in the same time, and the answer is no."""
    nobody = _nobody()
    return check_password_hash(stored or nobody, password) and stored is not None


@cache
def _nobody() -> str:
    return hash_password(secrets.token_hex(16))


def one_time_password() -> str:
    """Return a random password that the rules accept and a person can copy (72 bits)."""
    return "-".join(secrets.token_hex(3) for _ in range(3)) + "-Aa1"


def check_new_password(
    password: str, rules: PasswordRules, *, login: str, name: str, agency: Agency
) -> None:
    """Raise RuleBroken unless this person of this agency may use the password."""
    words = (login.lower(), *_SYSTEM_WORDS, *_spellings(name), *_agency_words(agency))
    check_password(password, rules, office_words=words, is_common=_is_common)


def _is_common(word: str) -> bool:
    return word in _common_passwords()


@cache
def _common_passwords() -> frozenset[str]:
    packed = files(__package__).joinpath(_LIST).read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def _agency_words(agency: Agency) -> Iterator[str]:
    short = agency.short_name or agency.name
    yield from _spellings(agency.name)
    yield from _spellings(short)
    yield "".join(lazy_pinyin(short[:_PLACE])).lower()


def _spellings(chinese: str) -> Iterator[str]:
    """Yield a name as it is typed, its full pinyin and its initials."""
    yield chinese.lower()
    yield "".join(lazy_pinyin(chinese)).lower()
    yield "".join(lazy_pinyin(chinese, style=Style.FIRST_LETTER)).lower()
