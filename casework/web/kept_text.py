"""What a person had typed when a form could not be taken: shown again, so that nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request

from casework.domain.grounds import Requirement

_NEVER = frozenset({"csrf_token", "version", "nonce", "password", "old_password", "new_password"})
_NEVER_LIKE = ("password",)
_USUAL_LABELS = {
    "request_text": "申请内容",
    "subject": "内容类别",
    "note": "备注",
    "name": "姓名或者名称",
    "unit": "承办单位",
    "whom": "对象",
    "opinion": "意见",
    "reason": "理由",
    "body": "复议机关或者法院",
    **{need.value: need.label for need in Requirement},
}
"""What is worth keeping where the request ended before its form was made."""


@dataclass(frozen=True, slots=True)
class KeptText:
    """One field's label and what stood in it."""

    label: str
    text: str


def kept_text() -> list[KeptText]:
    """Return what the form of this request held, without secrets; empty for a GET."""
    if request.method != "POST":
        return []
    labels: dict[str, str] = g.get("field_labels", _USUAL_LABELS)
    return [
        KeptText(labels.get(name, name), text)
        for name, values in request.form.lists()
        if name not in _NEVER and not any(word in name for word in _NEVER_LIKE)
        for text in values
        if text.strip() and name in labels
    ]
