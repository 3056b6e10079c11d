"""What can be wrong with an act of the office, as data.

Every error carries one Chinese sentence for the officer (``message``); the web hangs it on a
form field, the command line prints it, and nobody writes it twice.
"""

from __future__ import annotations


class DomainError(Exception):
    """An act that the rules do not allow; ``message`` is one clear Chinese sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RuleBroken(DomainError):
    """A fact breaks a rule.

    ``code`` is stable and English (``stop_before_receipt``); ``field`` names the input that is
    wrong (``received_on``), ``""`` if no single one is; ``basis`` is the article
    (``条例第三十三条``), ``""`` if the rule is one of plain sense.
    """

    def __init__(self, code: str, message: str, *, field: str = "", basis: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.basis = basis


class TransitionRefused(DomainError):
    """The case is not in a state from which this act is possible."""

    def __init__(self, message: str, *, state: str, action: str) -> None:
        super().__init__(message)
        self.state = state
        self.action = action


class PermissionRefused(DomainError):
    """The person may not do this; ``permission`` is the one that is missing."""

    def __init__(self, message: str, *, permission: str) -> None:
        super().__init__(message)
        self.permission = permission


class NotFound(DomainError):
    """There is no such thing, or it is not this reader's to see (the two look alike)."""


class EditConflict(DomainError):
    """Somebody else changed the same record first; nothing of either text is lost."""


class BeyondCalendar(RuleBroken):
    """Certainty was asked for on a day that no State Council notice covers yet."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__("beyond_calendar", message, field=field, basis="国务院办公厅放假通知")
