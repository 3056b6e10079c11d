"""Several of our own PDFs as one, with a bookmark for each: pages are copied, not drawn again.

Only files as ReportLab writes them are understood (a plain cross-reference table, no object
streams): every document this program issued is one. Whatever else is offered is refused by name,
never half copied. A signature does not survive joining; the single files keep theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REFERENCE = re.compile(rb"(\d+) 0 R\b")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_HEAD = re.compile(rb"xref\s+0 (\d+)\s")
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_KIDS = re.compile(rb"/Kids \[([^\]]*)\]")
_PARENT = re.compile(rb"/Parent \d+ 0 R")
_OBJECT = re.compile(rb"(\d+) 0 obj\s")
_ENTRY = 20  # octets of one line of the table (ISO 32000-1 7.5.4)
_CATALOG, _TREE, _OUTLINES = 1, 2, 3


class NotOurPdfError(ValueError):
    """The bytes are no PDF of the shape this module copies."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the whole: what its bookmark says, and its bytes."""

    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Source:
    """A file taken apart: its objects by number and its pages in order."""

    objects: dict[int, bytes]
    pages: tuple[int, ...]
    left_out: frozenset[int]  # catalogue, page tree: the whole has its own


def join(parts: Sequence[Part], *, title: str) -> bytes:
    """Return one PDF of all ``parts`` in order; the same parts give the same bytes.

    Raises NotOurPdfError for a file that this program did not write, ValueError for no parts.
    """
    if not parts:
        msg = "nothing to join"
        raise ValueError(msg)
    bodies: dict[int, bytes] = {}
    kids: list[int] = []
    firsts: list[int] = []
    marks = len(parts)
    free = _OUTLINES + marks + 1
    for part in parts:
        source = _read(part.content)
        numbers = {}
        for old in sorted(set(source.objects) - source.left_out):
            numbers[old] = free
            free += 1
        for old, new in numbers.items():
            body = source.objects[old]
            if old in source.pages:
                body = _PARENT.sub(b"/Parent 0 0 R", body, count=1)
            bodies[new] = _renumbered(body, numbers)
        kids += [numbers[page] for page in source.pages]
        firsts.append(numbers[source.pages[0]])
    bodies[_CATALOG] = (
        f"<< /Type /Catalog /Pages {_TREE} 0 R /Outlines {_OUTLINES} 0 R"
        " /PageMode /UseOutlines /Lang (zh-CN) >>"
    ).encode()
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    bodies[_TREE] = f"<< /Type /Pages /Count {len(kids)} /Kids [ {listed} ] >>".encode()
    first, last = _OUTLINES + 1, _OUTLINES + marks
    bodies[_OUTLINES] = (
        f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R /Count {marks} >>"
    ).encode()
    for at, (part, page) in enumerate(zip(parts, firsts, strict=True)):
        own = first + at
        before = f" /Prev {own - 1} 0 R" if at else ""
        after = f" /Next {own + 1} 0 R" if own < last else ""
        bodies[own] = (
            f"<< /Title {_text(part.title)} /Parent {_OUTLINES} 0 R{before}{after}"
            f" /Dest [ {page} 0 R /Fit ] >>"
        ).encode()
    bodies[free] = f"<< /Title {_text(title)} /Creator (casework) >>".encode()
    return _written(bodies, info=free)


def _read(content: bytes) -> _Source:
    end = _START.search(content)
    head = _HEAD.match(content, int(end[1])) if end else None
    root = _ROOT.search(content, head.end()) if head else None
    if head is None or root is None or not content.startswith(b"%PDF-"):
        raise NotOurPdfError
    objects = dict(_objects(content, head))
    catalog = int(root[1])
    tree = _PAGES.search(objects.get(catalog, b""))
    kids = _KIDS.search(objects.get(int(tree[1]), b"")) if tree else None
    if tree is None or kids is None:
        raise NotOurPdfError
    pages = tuple(int(number) for number in _REFERENCE.findall(kids[1]))
    if not pages or not set(pages) <= set(objects):
        raise NotOurPdfError
    return _Source(objects, pages, frozenset({catalog, int(tree[1])}))


def _objects(content: bytes, head: re.Match[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield number and body of each object; a body ends where the next object begins."""
    table = head.end()
    places = []
    for number in range(int(head[1])):
        entry = content[table + number * _ENTRY : table + (number + 1) * _ENTRY]
        if entry[17:18] == b"n":
            places.append((int(entry[:10]), number))
    places.sort()
    ends = [*(place for place, _ in places[1:]), head.start()]
    for (place, number), end in zip(places, ends, strict=True):
        opening = _OBJECT.match(content, place)
        closing = content.rfind(b"endobj", place, end)
        if opening is None or int(opening[1]) != number or closing < 0:
            raise NotOurPdfError
        yield number, content[opening.end() : closing].rstrip(b"\r\n")


def _renumbered(body: bytes, numbers: dict[int, int]) -> bytes:
    """Return ``body`` with its references moved; what a stream holds is data and stays."""
    words, stream, data = body.partition(b"stream")

    def moved(found: re.Match[bytes]) -> bytes:
        old = int(found[1])
        # 0: the page's parent, which is the whole's own tree.
        new = numbers.get(old, _TREE if old == 0 else None)
        if new is None:
            raise NotOurPdfError
        return b"%d 0 R" % new

    return _REFERENCE.sub(moved, words) + stream + data


def _text(text: str) -> str:
    """Return a text string with its byte order mark (ISO 32000-1 7.9.2.2)."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _written(bodies: dict[int, bytes], *, info: int) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe4\xb8\xad\xe6\n")
    places = []
    for number in range(1, len(bodies) + 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + bodies[number] + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\n" % (
        len(bodies) + 1,
        _CATALOG,
        info,
    )
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)
