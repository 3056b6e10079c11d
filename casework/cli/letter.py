"""``casework letter``: one statutory document of a case."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.context import office, refuse
from casework.domain.letter_kinds import LetterKind
from casework.services.case_letters import PRINTABLE, find_case_by_number, print_letter


@click.command()
@click.argument("kind")
@click.option("--case", "number", required=True, help="申请编号")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="文件名 .pdf、.docx"
)
@click.option("--as", "login", help="以哪个用户的身份，默认系统")
def letter(kind: str, number: str, output: Path, login: str | None) -> None:
    """打印案件的文书：已签发的原样输出，未签发的输出带“草稿”字样的样稿。"""
    chosen = next((k for k in PRINTABLE if kind in {k.value, k.short_label, k.label}), None)
    if chosen is None:
        known = "、".join(f"{k.value}（{k.short_label}）" for k in PRINTABLE)
        refuse(f"没有“{kind}”这种文书，可以打印的有：{known}")
    if output.suffix.lower() not in {".pdf", ".docx"}:
        refuse(f"“{output.name}”：文件名须以 .pdf 或者 .docx 结尾")
    word = output.suffix.lower() == ".docx"
    with office(login) as desk:
        printed = print_letter(
            desk, find_case_by_number(desk, number), LetterKind(chosen), word=word
        )
    output.write_bytes(printed.content)
    state = "样稿" if printed.is_draft else printed.number
    click.echo(f"已写入 {output}：{printed.title}（{state}）", err=True)
