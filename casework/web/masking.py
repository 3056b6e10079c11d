"""Personal data as a list or a page shows it before somebody asks to see it in full.

个人信息保护法第五十一条 (去标识化); the full text is one recorded act away (显示全名).
"""

from __future__ import annotations

from casework.domain.application import ApplicantType

STAR = "＊"
_PLACE_KEPT = 6
_ID_KEPT = 4
_PHONE_HEAD = 3
_PHONE_TAIL = 4
_SHORT_NAME = 2


def masked_name(name: str, kind: ApplicantType) -> str:
    """Return 林＊珍 for 林秀珍, 钱＊ for 钱进; an organisation's name is no personal data."""
    return name if kind is not ApplicantType.NATURAL_PERSON else masked_person(name)


def masked_person(name: str) -> str:
    """Return the first and the last character of a person's name, stars between them."""
    if len(name) < _SHORT_NAME:
        return name
    if len(name) == _SHORT_NAME:
        return name[0] + STAR
    return name[0] + STAR * (len(name) - _SHORT_NAME) + name[-1]


def masked_number(number: str) -> str:
    """Return 5100**********002X: the first and the last four of a document's number."""
    if len(number) <= 2 * _ID_KEPT:
        return number[:1] + "*" * max(len(number) - 1, 0)
    return number[:_ID_KEPT] + "*" * (len(number) - 2 * _ID_KEPT) + number[-_ID_KEPT:]


def masked_phone(phone: str) -> str:
    """Return 138****2217, or 0735-286**** for a line with an area code."""
    if "-" in phone:
        return phone[:-_PHONE_TAIL] + "*" * _PHONE_TAIL
    if len(phone) <= _PHONE_HEAD + _PHONE_TAIL:
        return "*" * len(phone)
    hidden = len(phone) - _PHONE_HEAD - _PHONE_TAIL
    return phone[:_PHONE_HEAD] + "*" * hidden + phone[-_PHONE_TAIL:]


def masked_address(address: str) -> str:
    """Return 青沅市临江区＊＊＊＊: about as far as the district."""
    return address[:_PLACE_KEPT] + STAR * _ID_KEPT if len(address) > _PLACE_KEPT else address


def masked_email(email: str) -> str:
    """Return g****@example.cn."""
    name, at, host = email.partition("@")
    return f"{name[:1]}****{at}{host}" if at else "*" * len(email)
