"""A made file as an answer: its kind, and a name in Chinese that every browser keeps."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


def handed_out(content: bytes, kind: str, name: str, *, plain: str = "annual") -> Response:
    """Answer with ``content`` as a download called ``name`` and ``kind``.

    ``plain`` is the name for a browser that knows no other letters.
    """
    response = Response(content, mimetype=MEDIA_TYPES[kind])
    called = quote(f"{name}{kind}", safe="")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}{kind}\"; filename*=UTF-8''{called}"
    )
    return response
