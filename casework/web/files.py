"""A file as an HTTP answer: shown by the browser but never run, or saved under a Chinese name."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".docx": WORD,
    ".pdf": PDF,
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_EXTENSIONS = {ZIP: ".zip", PDF: ".pdf", WORD: ".docx"}
_NO_SCRIPT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a file gets in place of a page's policy; the style is the browser's own PDF viewer's."""

_NOT_IN_A_FILE_NAME = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


def file_answer(content: bytes, name: str, *, media_type: str) -> Response:
    """Return bytes as a file the browser shows but cannot run (RFC 6266, RFC 8187)."""
    safe = name.translate(_NOT_IN_A_FILE_NAME)
    extension = _EXTENSIONS.get(media_type, "")
    saves = request.args.get("download") == "1" or media_type != PDF
    how = "attachment" if saves else "inline"
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = (
        f"{how}; filename=\"document{extension}\"; filename*=UTF-8''{quote(safe + extension)}"
    )
    response.headers["Content-Security-Policy"] = _NO_SCRIPT
    return response


def handed_out(content: bytes, kind: str, name: str, *, plain: str = "annual") -> Response:
    """Return ``content`` as a download called ``name`` and ``kind`` (.xlsx …).

    ``plain`` is the name for a browser that knows no other letters.
    """
    response = Response(content, mimetype=MEDIA_TYPES[kind])
    called = quote(name.translate(_NOT_IN_A_FILE_NAME) + kind, safe="")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}{kind}\"; filename*=UTF-8''{called}"
    )
    response.headers["Content-Security-Policy"] = _NO_SCRIPT
    return response
