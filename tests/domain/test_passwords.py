"""What may be a password, under both yardsticks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.domain.errors import RuleBroken
from casework.domain.passwords import (
    LONGEST,
    RULES,
    PasswordProfile,
    check_password,
    kinds_in,
    plain_forms,
)
from tests.conftest import NOW

DENGBAO, ASVS = RULES[PasswordProfile.DENGBAO], RULES[PasswordProfile.ASVS]
COMMON = {"password", "iloveyou", "1qaz2wsx3edc", "woaini1314"}


def complaint(password: str, profile: PasswordProfile = PasswordProfile.DENGBAO) -> str:
    """Return the code of what is wrong with a password, "" if nothing is."""
    try:
        check_password(
            password,
            RULES[profile],
            office_words=("zhoumin", "qingyuan", "zm"),
            is_common=COMMON.__contains__,
        )
    except RuleBroken as broken:
        return broken.code if broken.field == "password" else broken.field
    return ""


@pytest.mark.parametrize(
    ("password", "dengbao", "asvs"),
    [
        ("Correct-Horse-9", "", ""),
        ("correct horse battery staple", "password_kinds", ""),
        ("Short-A1", "password_length", "password_length"),
        ("Ten-chars1", "", "password_length"),
        ("A1-" + "x" * 126, "password_length", "password_length"),
        ("A1-" + "x" * 125, "", ""),
        ("ALLUPPERCASE", "password_kinds", ""),
        ("Xx-Zhoumin-2026", "password_office_word", "password_office_word"),
        ("QingYuan@123456", "password_office_word", "password_office_word"),
        ("Password2026!!", "password_common", "password_common"),
        ("P@ssw0rd2026!", "password_common", "password_common"),
        ("!!1Iloveyou1!!", "password_common", "password_common"),
        ("1qaz2wsx3edc", "password_kinds", "password_common"),
        ("1QAZ2wsx3edc", "password_common", "password_common"),
        ("Woaini1314", "password_common", "password_length"),
        ("密码里的汉字Abc1", "", "password_length"),
        ("zm-Correct-Horse", "", ""),
    ],
)
def test_what_each_profile_refuses(password: str, dengbao: str, asvs: str) -> None:
    assert complaint(password) == dengbao
    assert complaint(password, PasswordProfile.ASVS) == asvs


def test_the_two_profiles_are_what_their_standards_say() -> None:
    # GB/T 22239-2019 8.1.4.1 a): complexity and regular change.
    assert (DENGBAO.shortest, DENGBAO.kinds, DENGBAO.days) == (10, 3, 90)
    assert DENGBAO.expires_at(NOW) == NOW + timedelta(days=90)
    # OWASP ASVS 5.0 6.2.5, 6.2.10: neither composition nor rotation; 6.2.9: at least 64 characters.
    assert (ASVS.shortest, ASVS.kinds, ASVS.days) == (12, 0, None)
    assert ASVS.expires_at(NOW) is None
    assert LONGEST == 128


def test_kinds_are_counted_once_each() -> None:
    assert [kinds_in(text) for text in ("", "a", "aA", "aA1", "aA1-", "aA1-汉")] == [
        0,
        1,
        2,
        3,
        4,
        4,
    ]


def test_decoration_comes_off_and_nothing_else() -> None:
    assert "password" in plain_forms("__P@$$w0rd!!77")
    assert "dragon" in plain_forms("2026Dragon!")
    # A letter or two left over name no word.
    assert plain_forms("88x92928822") == {"88x92928822"}
