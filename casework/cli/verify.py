"""``casework verify``: whether a file or a paper copy is the document that was issued."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.context import answer, office
from casework.services.verification import verify_file, verify_mark

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
                },
            }
        )
    else:
        click.echo(found.verdict.sentence)
        if document is not None:
            click.echo(
                f"{document.agency_name}\t{document.title}\t{document.document_number}\t"
                f"{document.dated_on.isoformat()}\t{document.code}\tSHA-256 {document.sha256}"
            )
    if not found.verdict.is_good:
        context.exit(NOT_THE_ONE)
