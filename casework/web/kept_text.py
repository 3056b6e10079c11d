"""What a person had typed when a form could not be taken: shown again, so that nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request

_NEVER = frozenset({"csrf_token", "version", "nonce", "password", "old_password", "new_password"})
_NEVER_LIKE = ("password",)


@dataclass(frozen=True, slots=True)
class KeptText:
    """One field's label and what stood in it."""

    label: str
    text: str


def kept_text() -> list[KeptText]:
    """Return what the form of this request held, without secrets; empty for a GET."""
    if request.method != "POST":
        return []
    labels: dict[str, str] = g.get("field_labels", {})
    return [
        KeptText(labels.get(name, name), text)
        for name, values in request.form.lists()
        if name not in _NEVER and not any(word in name for word in _NEVER_LIKE)
        for text in values
        if text.strip() and name in labels
    ]
