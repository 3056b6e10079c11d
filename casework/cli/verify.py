"""``casework verify``: whether a file or a paper copy is the document that was issued."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.cli.context import answer, office
from casework.domain.time_source import beijing_date
from casework.services.verification import verify_file, verify_mark

if TYPE_CHECKING:
    from casework.domain.certificates import Signature

NOT_THE_ONE = 1


@click.command()
@click.argument("copy", metavar="FILE|文号|校验码")
@click.option("--as", "login", help="以哪个用户的身份，默认系统")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def verify(context: click.Context, copy: str, login: str | None, *, as_json: bool) -> None:
    """验证文书：文件是否与签发时逐字节一致，文号、校验码是否相符。不符时退出码为 1。"""
    path = Path(copy)
    is_file = path.is_file()
    with office(login) as desk:
        found = verify_file(desk, path.read_bytes()) if is_file else verify_mark(desk, copy)
    document = found.document
    if as_json:
        answer(
            {
                "verdict": found.verdict.value,
                "genuine": found.verdict.is_good,
                "valid": found.is_good,
                "document": None
                if document is None
                else {
                    "case": document.case_number,
                    "title": document.title,
                    "number": document.document_number,
                    "agency": document.agency_name,
                    "dated_on": document.dated_on.isoformat(),
                    "sha256": document.sha256,
                    "code": document.code,
                    "voided_on": document.voided_on.isoformat() if document.voided_on else None,
                    "void_reason": document.void_reason,
                    "replaced_by": document.replaced_by,
                },
                "signatures": [_signature(each) for each in found.signatures],
            }
        )
    else:
        click.echo(found.verdict.sentence)
        if document is not None:
            if document.void_sentence:
                click.echo(document.void_sentence)
            click.echo(
                f"{document.agency_name}\t{document.title}\t{document.document_number}\t"
                f"{document.dated_on.isoformat()}\t{document.code}\tSHA-256 {document.sha256}"
            )
        for each in found.signatures:
            day = beijing_date(each.signed_at).isoformat() if each.signed_at else "没有写签名时间"
            click.echo(f"{each.sentence}\t{each.certificate.subject}\t{day}")
    if not found.is_good:
        context.exit(NOT_THE_ONE)


def _signature(found: Signature) -> dict[str, object]:
    certificate = found.certificate
    return {
        "good": found.is_good,
        "message": found.sentence,
        "intact": found.intact,
        "covers_all": found.covers_all,
        "known": found.known,
        "signed_at": found.signed_at.isoformat() if found.signed_at else None,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "fingerprint": certificate.fingerprint,
        "not_after": certificate.not_after.isoformat(),
    }
