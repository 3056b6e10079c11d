"""``casework letter``: one statutory document of a case."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from casework.cli.context import office, refuse
from casework.documents.letter_forms import FORMS
from casework.documents.letter_values import LABELS
from casework.domain.letter_kinds import LetterKind
from casework.services.case_letters import find_case_by_number, print_letter


@click.command()
@click.argument("kind")
@click.option("--case", "number", required=True, help="申请编号")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="文件名 .pdf、.docx"
)
@click.option(
    "--fill", "filled", multiple=True, metavar="NAME=TEXT", help="样稿里由承办人填写的内容，可重复"
)
@click.option("--as", "login", help="以哪个用户的身份，默认系统")
def letter(
    kind: str, number: str, output: Path, filled: tuple[str, ...], login: str | None
) -> None:
    """打印案件的文书：已签发的原样输出，未签发的输出带“草稿”字样的样稿。"""
    chosen = next((k for k in LetterKind if kind in {k.value, k.short_label, k.label}), None)
    if chosen is None:
        known = "、".join(f"{k.value}（{k.short_label}）" for k in LetterKind)
        refuse(f"没有“{kind}”这种文书，可以打印的有：{known}")
    if output.suffix.lower() not in {".pdf", ".docx"}:
        refuse(f"“{output.name}”：文件名须以 .pdf 或者 .docx 结尾")
    word = output.suffix.lower() == ".docx"
    typed = _read_filled(chosen, filled)
    with office(login) as desk:
        printed = print_letter(
            desk, find_case_by_number(desk, number), chosen, word=word, filled=typed
        )
    output.write_bytes(printed.content)
    state = "样稿" if printed.is_draft else printed.number
    click.echo(f"已写入 {output}：{printed.title}（{state}）", err=True)


def _read_filled(kind: LetterKind, filled: tuple[str, ...]) -> dict[str, str]:
    """Return NAME=TEXT pairs as the form of ``kind`` knows them, dates as they are typed."""
    shapes = {field.name: field.shape for field in FORMS.get(kind, ())}
    typed = {}
    for pair in filled:
        name, equals, text = pair.partition("=")
        if not equals or name not in shapes:
            known = "、".join(f"{each}（{LABELS[each]}）" for each in shapes) or "没有"
            refuse(f"--fill“{pair}”：请写成 NAME=TEXT，{kind.short_label}可以填的有：{known}")
        if shapes[name].is_day:
            try:
                date.fromisoformat(text)
            except ValueError:
                refuse(f"--fill“{pair}”：日期请写成 2026-09-28 的样子")
        typed[name] = text
    return typed
