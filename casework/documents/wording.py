"""From a template and values to a letter: literal text in reading order.

A template is UTF-8 text: first lines ``key: value`` (title, number, addressee, agency, date,
attachments, contact), an empty line, then the body, one paragraph a line. What a line begins with
says what it is:

======================  ===============================================================
``# `` and ``## ``      headings of the first (黑体) and second level (楷体)
``> ``                  quotation (楷体)
``- ``                  a line without indent
``= ``                  a centred title inside the body (意见回执)
``| label | value``     a row of a table; ``|3 label | value`` gives it at least 3 lines
``~``, ``---``          an empty line, a new page
``// ``                 a note to whoever edits the template; not printed
anything else           a paragraph
======================  ===============================================================

Values are text, never wording: whatever stands in them prints as it is. Placeholders and
conditions: ``template_syntax``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.documents.chinese_text import clean
from casework.documents.template_syntax import Piece, WordingError, fill, names_in, read
from casework.domain.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from casework.documents.template_syntax import Node

_HEAD_KEYS = ("title", "number", "addressee", "agency", "date", "attachments", "contact")
_ROW = re.compile(r"^\|(\d*)\s*")
_BYTE_ORDER_MARK = "\ufeff"


class BlockKind(StrEnum):
    """What a piece of the body is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    SUBHEADING = "subheading"
    QUOTE = "quote"
    FLUSH = "flush"
    TITLE = "title"
    ROW = "row"
    BLANK = "blank"
    PAGE_BREAK = "page_break"


_PREFIXES = (
    ("## ", BlockKind.SUBHEADING),
    ("# ", BlockKind.HEADING),
    ("> ", BlockKind.QUOTE),
    ("- ", BlockKind.FLUSH),
    ("= ", BlockKind.TITLE),
)
_MARKS = {"~": BlockKind.BLANK, "---": BlockKind.PAGE_BREAK}


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading or table row.

    ``cells`` of a row alternate label and value; ``least_lines`` is the room a row keeps for
    handwriting.
    """

    kind: BlockKind
    text: str = ""
    cells: tuple[str, ...] = ()
    least_lines: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A document ready to be set."""

    title: str
    number: str = ""
    addressee: str = ""
    blocks: tuple[Block, ...] = ()
    agency: str = ""
    dated: str = ""
    attachments: tuple[str, ...] = ()
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A parsed template; ``version`` is the SHA-256 of its text, to be kept with every letter."""

    head: Mapping[str, tuple[Node, ...]]
    body: tuple[Node, ...]
    names: frozenset[str]
    version: str


def parse(text: str, *, known: Collection[str] | None = None) -> Template:
    """Read a template; WordingError names the line that is wrong.

    ``known`` are the names placeholders may use, None for any.
    """
    text = plain(text)
    head_text, _, body_text = text.partition("\n\n")
    head = dict(_head_lines(head_text))
    if "title" not in head:
        raise WordingError("文书模板开头缺少 title（标题），请您补上。", line=1)
    body = read(body_text, first_line=head_text.count("\n") + 3)
    names = names_in(body).union(*map(names_in, head.values()))
    if known is not None and (foreign := sorted(names - set(known))):
        raise WordingError(f"文书模板用了没有的占位符 {'、'.join(foreign)}，请您改正。")
    return Template(head=head, body=body, names=names, version=digest(text))


def plain(text: str) -> str:
    """Return the text of a template as it is read and hashed: no byte order mark, line feeds."""
    return text.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")


def digest(text: str) -> str:
    """Return the SHA-256 that tells this text of a template from every other."""
    return hashlib.sha256(plain(text).encode()).hexdigest()


def _head_lines(text: str) -> Iterator[tuple[str, tuple[Node, ...]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("//"):
            continue
        key, colon, value = line.partition(":")
        if not colon or key.strip() not in _HEAD_KEYS:
            allowed = "、".join(_HEAD_KEYS)
            raise WordingError(
                f"文书模板第{number}行：空行之前只能写 {allowed}，请您改正。", line=number
            )
        yield key.strip(), read(value.strip(), first_line=number)


def render(template: Template, values: Mapping[str, str]) -> Letter:
    """Fill in the values; one that is absent counts as empty.

    A value of several lines makes several paragraphs; a paragraph that comes out empty is left
    out. RuleBroken if nothing is left of the title.
    """
    head = {
        key: clean("".join(piece.text for piece in fill(tree, values))).strip()
        for key, tree in template.head.items()
    }
    if not head["title"]:
        raise RuleBroken("empty_title", "文书没有标题，请您检查文书模板。", field="title")
    return Letter(
        title=head["title"],
        number=head.get("number", ""),
        addressee=head.get("addressee", ""),
        blocks=tuple(_blocks(template.body, values)),
        agency=head.get("agency", ""),
        dated=head.get("date", ""),
        attachments=tuple(filter(None, map(str.strip, head.get("attachments", "").split("\n")))),
        contact=head.get("contact", ""),
    )


def cleaned(letter: Letter) -> Letter:
    """Return the letter without characters that carry no ink, whoever put it together."""
    blocks = (
        replace(
            block,
            text=text,
            cells=tuple(clean(cell) for cell in block.cells),
        )
        for block in letter.blocks
        for text in clean(block.text).split("\n")
    )
    return Letter(
        title=_one_line(letter.title),
        number=_one_line(letter.number),
        addressee=_one_line(letter.addressee),
        blocks=tuple(blocks),
        agency=_one_line(letter.agency),
        dated=_one_line(letter.dated),
        attachments=tuple(_one_line(name) for name in letter.attachments),
        contact=_one_line(letter.contact),
    )


def _one_line(text: str) -> str:
    return " ".join(clean(text).split("\n"))


def paragraphs(body: Iterable[Node], values: Mapping[str, str]) -> str:
    """Return the body alone, one paragraph a line: a passage to be put into another template."""
    return "\n".join(block.text for block in _blocks(body, values) if block.text)


def letter_text(letter: Letter) -> str:
    """Return the letter as plain text: for previews, for search, and to be hashed on approval."""
    attachments = [f"附件：{numbered(letter.attachments)}"] if letter.attachments else []
    lines = [
        letter.title,
        letter.number,
        f"{letter.addressee}：" if letter.addressee else "",
        *("  ".join(block.cells) if block.cells else block.text for block in letter.blocks),
        *attachments,
        letter.agency,
        letter.dated,
        letter.contact,
    ]
    return "\n".join(line for line in lines if line) + "\n"


def parted(blocks: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block]]:
    """Part the letter proper from what stands behind its signature, at the first page break."""
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.PAGE_BREAK:
            return blocks[:index], blocks[index:]
    return blocks, ()


def numbered(items: tuple[str, ...]) -> str:
    """Return attachments one a line, with ordinals if there are several (GB/T 9704 7.3.4)."""
    if len(items) == 1:
        return items[0]
    return "\n".join(f"{number}.{item}" for number, item in enumerate(items, start=1))


def _blocks(body: Iterable[Node], values: Mapping[str, str]) -> Iterator[Block]:
    for line in _lines(fill(body, values)):
        own_text = line[0].text.lstrip() if line and not line[0].is_value else ""
        if own_text.startswith("// "):
            continue
        if own_text.startswith("|"):
            yield _row(line)
            continue
        whole = "".join(piece.text for piece in line)
        mark = _MARKS.get(whole.strip()) if not any(p.is_value for p in line) else None
        if mark:
            yield Block(mark)
            continue
        prefix, kind = next(
            ((p, k) for p, k in _PREFIXES if own_text.startswith(p)), ("", BlockKind.PARAGRAPH)
        )
        whole = whole.lstrip()[len(prefix) :] if prefix else whole
        for text in clean(whole).split("\n"):
            if text.strip():
                yield Block(kind, text.strip())


def _lines(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Break at the line ends of the template, never at those of a value."""
    line: list[Piece] = []
    for piece in pieces:
        if piece.is_value:
            line.append(piece)
            continue
        first, *more = piece.text.split("\n")
        if line and not line[-1].is_value:
            line[-1] = Piece(line[-1].text + first, is_value=False)
        else:
            line.append(Piece(first, is_value=False))
        for text in more:
            yield line
            line = [Piece(text, is_value=False)]
    yield line


def _row(line: list[Piece]) -> Block:
    """Cut a row at the bars of the template, never at those of a value."""
    opening = line[0].text.lstrip()
    found = _ROW.match(opening)
    least = int(found[1] or 1) if found else 1
    first = Piece(opening[found.end() if found else 1 :], is_value=False)
    cells = [""]
    for piece in (first, *line[1:]):
        if piece.is_value:
            cells[-1] += piece.text
            continue
        head, *more = piece.text.split("|")
        cells[-1] += head
        cells += more
    return Block(
        BlockKind.ROW, cells=tuple(clean(cell).strip() for cell in cells), least_lines=least
    )
