"""限制知悉: a case that only those who handle it and those named for it may know of.

GB/T 22239-2019 8.1.4.2 g) wants important objects marked and access to them held to the mark; an
application that names an informant or a minor is such an object. The mark is no 密级: what is a
state secret has no place in this system (保守国家秘密法).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.permissions import GRANTS, Permission, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

WITHHELD = "限制知悉的案件"
"""Stands where a text that anybody may read would name a restricted case."""

_NEEDED = (
    Permission.ASSIGN,
    Permission.DRAFT,
    Permission.ISSUE,
    Permission.DISPATCH,
    Permission.CLOSE,
)
"""What an open case still needs from somebody who may know of it; the review by its own roles."""


def check_restriction(reason: str, readers: Collection[int], acting: int | None) -> None:
    """Refuse a restriction without a reason, or one that locks out whoever sets it."""
    if not reason:
        raise RuleBroken("reason_missing", "请写明为什么限制知悉", field="reason")
    if acting not in readers:
        raise RuleBroken(
            "acting_not_named",
            "知悉名单里须有您自己，否则没有人能再调整名单",
            field="readers",
        )


def list_lacking(
    knowing: Iterable[Collection[Role]], *, review: Collection[Role]
) -> tuple[str, ...]:
    """Return what nobody who may know of an open case could do (送达, 法制审核 …).

    ``knowing`` are the roles of each person who may know of it, ``review`` those of the review
    steps still to be passed. The case stands still there until somebody is named.
    """
    held = {role for roles in knowing for role in roles}
    granted = {permission for role in held for permission in GRANTS[role]}
    acts = tuple(permission.label for permission in _NEEDED if permission not in granted)
    return (*acts, *(role.label for role in Role if role in review and role not in held))
