"""验证: whether a paper, or a file, is the one that was issued.

A file is the issued one if its bytes are. A paper copy leads by its number and 校验码 to the
issued document, which the reader then holds beside it: a code can be copied onto another text, so
the code alone proves nothing and the answer says so.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.domain.check_code import check_code, read_mark
from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.models import Agency, Case, Document
from casework.queries.case_papers import replacements
from casework.queries.visibility import visible_to
from casework.services.signing import signatures_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from casework.domain.certificates import Signature
    from casework.services.desk import Desk


class Verdict(StrEnum):
    """What the record says of a copy."""

    SAME_FILE = "same_file"
    CODE_MATCHES = "code_matches"
    NUMBER_ONLY = "number_only"
    CODE_DIFFERS = "code_differs"
    UNKNOWN = "unknown"

    @property
    def sentence(self) -> str:
        """What the page and the command say."""
        return _SENTENCES[self]

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against the copy."""
        return self in {Verdict.SAME_FILE, Verdict.CODE_MATCHES}


_SENTENCES = {
    Verdict.SAME_FILE: "与签发的文件逐字节一致",
    Verdict.CODE_MATCHES: (
        "文号和校验码与签发的文书相符。校验码可以被抄到别的纸上，请再与签发的原件逐字核对正文"
    ),
    Verdict.NUMBER_ONLY: "签发过这个文号的文书。没有校验码，请与签发的原件逐字核对",
    Verdict.CODE_DIFFERS: "签发过这个文号的文书，但校验码不符，这份不是签发的那一份",
    Verdict.UNKNOWN: "在您可以查看的范围内，没有签发过这样的文书",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDocument:
    """The document on file that a copy claims to be."""

    case_id: int
    document_id: int
    case_number: str
    title: str
    document_number: str
    agency_name: str
    dated_on: date
    sha256: str
    code: str
    voided_on: date | None = None
    void_reason: str = ""
    replaced_by: str = ""

    @property
    def void_sentence(self) -> str:
        """What is said first of a document that is void, "" of one that stands."""
        if self.voided_on is None:
            return ""
        place = f"（见 {self.replaced_by}）" if self.replaced_by else ""
        return f"本文书已于 {self.voided_on} 作废，不再有效{place}。原因：{self.void_reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The verdict, with the document it is about; None where there is none.

    ``signatures`` are those in a file that was looked at.
    """

    verdict: Verdict
    document: IssuedDocument | None = None
    signatures: tuple[Signature, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against the copy, nor against the document it is a copy of."""
        return self.verdict.is_good and self.document is not None and not self.document.voided_on


def verify_file(desk: Desk, content: bytes) -> Verification:
    """Say whether ``content`` is, byte for byte, a document that was issued, and who signed it.

    RuleBroken(field="copy") where it says it is signed and cannot be read.
    """
    require(desk.actor, Permission.VIEW_CASES)
    found = _documents(desk, Document.sha256 == hashlib.sha256(content).hexdigest())
    signatures = signatures_in(desk.session, content)
    if not found:
        return Verification(verdict=Verdict.UNKNOWN, signatures=signatures)
    return Verification(verdict=Verdict.SAME_FILE, document=found[0], signatures=signatures)


def verify_mark(desk: Desk, mark: str) -> Verification:
    """Say what is on file for a 文号, a 校验码 or both, as scanned from the QR code or typed.

    RuleBroken(field="mark") if nothing was typed.
    """
    require(desk.actor, Permission.VIEW_CASES)
    number, code = read_mark(mark)
    if not number and not code:
        raise RuleBroken("mark_missing", "请填文号、校验码，或者扫描文书末页的二维码", field="mark")
    if number:
        found = _documents(desk, Document.document_number == number)
    else:
        prefix = code.replace("-", "").lower()
        found = _documents(desk, Document.text_sha256.startswith(prefix))
    if not found:
        return Verification(verdict=Verdict.UNKNOWN)
    if not code:
        return Verification(verdict=Verdict.NUMBER_ONLY, document=found[0])
    matching = [document for document in found if document.code == code]
    if not matching:
        return Verification(verdict=Verdict.CODE_DIFFERS, document=found[0])
    return Verification(verdict=Verdict.CODE_MATCHES, document=matching[0])


def _documents(desk: Desk, condition: ColumnElement[bool]) -> Sequence[IssuedDocument]:
    query = (
        select(Document)
        .join(Case, Case.id == Document.case_id)
        .join(Agency, Agency.id == Case.agency_id)
        .where(condition, visible_to(desk.actor))
        .options(joinedload(Document.case).joinedload(Case.agency))
        .order_by(Document.id)
        .limit(50)
    )
    return [
        IssuedDocument(
            case_id=document.case_id,
            document_id=document.id,
            case_number=document.case.number,
            title=document.title,
            document_number=document.document_number or "",
            agency_name=document.case.agency.name,
            dated_on=document.dated_on,
            sha256=document.sha256,
            code=check_code(document.text_sha256) if document.text_sha256 else "",
            voided_on=document.voided_on,
            void_reason=document.void_reason,
            replaced_by=replacements(desk.session, document.case_id).get(document.id, "")
            if document.voided_on
            else "",
        )
        for document in desk.session.scalars(query)
    ]
