"""Office files without a clock: the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def docx_bytes(document: DocxDocument) -> bytes:
    """Return the document with the times of its parts fixed."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as read, zipfile.ZipFile(fixed, "w") as written:
        for entry in read.infolist():
            info = zipfile.ZipInfo(entry.filename, _FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(info, read.read(entry))
    return fixed.getvalue()
