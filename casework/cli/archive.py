"""``casework archive``: one case file, to be put away or sent to a 复议机关 or a court."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.context import attachment_folder, office, refuse
from casework.services.archive_bundle import archive_pdf, archive_zip
from casework.services.case_letters import find_case_by_number


@click.command()
@click.option("--case", "number", required=True, help="申请编号")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="文件名 .zip、.pdf"
)
@click.option("--as", "login", help="以哪个用户的身份，默认系统")
def archive(number: str, output: Path, login: str | None) -> None:
    """导出案卷：.zip 含全部文书、附件、数据和校验清单，.pdf 是带书签、编页码的一个文件。"""
    ending = output.suffix.lower()
    if ending not in {".zip", ".pdf"}:
        refuse(f"“{output.name}”：文件名须以 .zip 或者 .pdf 结尾")
    with office(login) as desk:
        case_id = find_case_by_number(desk, number)
        take = archive_pdf if ending == ".pdf" else archive_zip
        bundle = take(desk, case_id, attachments=attachment_folder())
    output.write_bytes(bundle.content)
    click.echo(f"已写入 {output}：{bundle.name}", err=True)
