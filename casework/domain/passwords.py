"""密码: what may be one, under the profile the office has chosen.

Two yardsticks contradict each other: GB/T 22239-2019 8.1.4.1 a) asks for 复杂度 and 定期更换, OWASP
ASVS 5.0 6.2.5 and 6.2.10 forbid composition rules and forced changes. Buyers here are measured by
the first, so it is the default; the second can be chosen. Both refuse what everybody uses
(ASVS 6.2.4) and words that belong to the office (6.2.11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

LONGEST = 128
ONE_TIME_VALID = timedelta(days=3)
"""How long a password that somebody else has set opens the door (ASVS 5.0 6.4.1)."""

SHORTEST_WORD = 4
"""Shorter words of the office are part of too many honest passwords."""


class PasswordProfile(StrEnum):
    """Which yardstick the office is measured by."""

    DENGBAO = "dengbao"
    ASVS = "asvs"

    @property
    def label(self) -> str:
        """The profile on the policy page."""
        return RULES[self].label


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRules:
    """What a profile asks: characters, kinds of character (0: any), days until a change."""

    label: str
    shortest: int
    kinds: int
    days: int | None
    basis: str

    @property
    def words(self) -> str:
        """What to type, for the help beside the field."""
        kinds = "，含大写字母、小写字母、数字、符号中的至少三种" if self.kinds else ""
        return (
            f"{self.shortest} 到 {LONGEST} 个字符{kinds}；"
            "不能是常见密码，不能包含用户名、姓名、单位名的拼音。可以粘贴"
        )

    def expires_at(self, set_at: datetime) -> datetime | None:
        """Return when a password set at ``set_at`` has to be changed, None for never."""
        return set_at + timedelta(days=self.days) if self.days is not None else None


RULES = {
    PasswordProfile.DENGBAO: PasswordRules(
        label="网络安全等级保护：至少 10 个字符、四种取三种、每 90 天更换",
        shortest=10,
        kinds=3,
        days=90,
        basis="GB/T 22239-2019 8.1.4.1",
    ),
    PasswordProfile.ASVS: PasswordRules(
        label="OWASP ASVS 5.0：至少 12 个字符，不限种类，不定期更换",
        shortest=12,
        kinds=0,
        days=None,
        basis="OWASP ASVS 5.0 6.2",
    ),
}

_DISGUISES = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def check_password(
    password: str,
    rules: PasswordRules,
    *,
    office_words: Iterable[str],
    is_common: Callable[[str], bool],
) -> None:
    """Raise RuleBroken(field="password") unless ``password`` may be one.

    ``office_words`` are lower-case words it may not contain; ``is_common`` says whether a
    lower-case word is on the list of what everybody uses.
    """
    if not rules.shortest <= len(password) <= LONGEST:
        raise RuleBroken(
            "password_length",
            f"密码须有 {rules.shortest} 到 {LONGEST} 个字符",
            field="password",
            basis=rules.basis,
        )
    if kinds_in(password) < rules.kinds:
        raise RuleBroken(
            "password_kinds",
            "密码须含大写字母、小写字母、数字、符号中的至少三种",
            field="password",
            basis=rules.basis,
        )
    lowered = password.lower()
    for word in office_words:
        if len(word) >= SHORTEST_WORD and word in lowered:
            raise RuleBroken(
                "password_office_word",
                f"密码里有“{word}”，与用户名、姓名、单位或者本系统的名称相同，容易被猜到。请换一个",
                field="password",
            )
    if any(is_common(form) for form in plain_forms(password)):
        raise RuleBroken(
            "password_common",
            "这是很多人在用的密码，或者只在其前后加了数字、符号，容易被猜到。请换一个",
            field="password",
        )


def kinds_in(password: str) -> int:
    """Return how many of the four kinds it holds; a letter without case counts as a symbol."""
    return sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not (c.islower() or c.isupper() or c.isdigit()) for c in password),
        )
    )


def plain_forms(password: str) -> frozenset[str]:
    """Return the words behind a password: lower case, undisguised, without what is put around.

    ``P@ssw0rd2026!`` stands for ``password``: composition rules are met by decoration, and who
    guesses knows it.
    """
    lowered = password.lower()
    bare = _EDGES.sub("", lowered)
    shown = _EDGES.sub("", lowered.translate(_DISGUISES))
    inner = (bare, bare.translate(_DISGUISES), shown)
    return frozenset({lowered, *(form for form in inner if len(form) >= SHORTEST_WORD)})
