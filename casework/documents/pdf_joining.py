"""Several PDFs as one, with a bookmark and page labels for each: pages are copied, not drawn anew.

Documents of our own making are PDF/A and stay so. A stranger's PDF (the applicant's scan) is taken
page by page: what it shows is kept, what it could do (scripts, actions, forms, files inside) is
left behind, and with it in the whole no longer claims PDF/A. A signature does not survive joining;
the single file keeps its own.
"""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from casework.documents.pdf_archival import (
    CONDITION,
    PROFILE_COLOURS,
    PROGRAM,
    srgb_profile,
    xmp_packet,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_PAGES = 5000
_UNREADABLE = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    pikepdf.ForeignObjectError,
    ValueError,
    TypeError,
    KeyError,
)
# What a page may carry besides what it shows (ISO 32000-1 table 30).
_SHOWN = frozenset(
    {
        "/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox",
        "/ArtBox", "/Contents", "/Rotate", "/Group", "/UserUnit",
    }
)  # fmt: skip


class NotJoinableError(ValueError):
    """The bytes are no PDF whose pages can be copied (damaged, locked, no pages)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of the whole: what its bookmark says, its bytes, how its pages are counted.

    ``numbered`` pages count 1, 2, 3 on through the whole, as they do in a bound file; the others
    (封面, 卷内目录) bear their ``title``.
    """

    title: str
    content: bytes
    ours: bool = True
    numbered: bool = True


def page_count(content: bytes, *, ours: bool = True) -> int:
    """Return how many pages a PDF has; NotJoinableError if they cannot be copied."""
    with _opened(content) as source:
        if not ours:
            _keep_what_it_shows(source)
        return len(source.pages)


def join(parts: Sequence[Part], *, title: str, author: str = "") -> bytes:
    """Return one PDF of all ``parts`` in order; the same parts give the same bytes.

    Raises NotJoinableError for a file whose pages cannot be copied, ValueError for no parts.
    """
    if not parts:
        msg = "nothing to join"
        raise ValueError(msg)
    with ExitStack() as open_files:
        whole = open_files.enter_context(Pdf.new())
        firsts: list[int] = []
        own: list[tuple[int, Pdf]] = []
        for part in parts:
            # Copied pages read their streams when the whole is saved: the sources stay open.
            source = open_files.enter_context(_opened(part.content))
            firsts.append(len(whole.pages))
            if part.ours:
                own.append((firsts[-1], source))
            _keep_what_it_shows(source)
            whole.pages.extend(source.pages)
        _join_structure(whole, own)
        with whole.open_outline() as outline:
            outline.root.extend(
                OutlineItem(part.title, first) for part, first in zip(parts, firsts, strict=True)
            )
        whole.Root.PageLabels = Dictionary(Nums=Array(_page_labels(parts, firsts)))
        _describe(whole, title=title, author=author, archival=all(part.ours for part in parts))
        buffer = io.BytesIO()
        whole.save(buffer, deterministic_id=True, min_version="1.7")
        return buffer.getvalue()


def _opened(content: bytes) -> Pdf:
    try:
        source = Pdf.open(io.BytesIO(content), suppress_warnings=True)
        if not 0 < len(source.pages) <= _MOST_PAGES:
            raise NotJoinableError
    except _UNREADABLE as error:
        raise NotJoinableError from error
    return source


def _keep_what_it_shows(source: Pdf) -> None:
    """Draw filled-in forms and notes onto the pages, then take off all that is not ink."""
    try:
        if any(Name.Annots in page.obj for page in source.pages):
            source.generate_appearance_streams()
            source.flatten_annotations("print")
        for page in source.pages:
            for key in set(page.obj.keys()) - _SHOWN:
                del page.obj[key]
    except _UNREADABLE as error:
        raise NotJoinableError from error


def _join_structure(whole: Pdf, sources: Sequence[tuple[int, Pdf]]) -> None:
    """Hang what each document says of its texts (documents.tagged_canvas) under one root."""
    root = whole.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = whole.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array())
    )
    root.K = Array([document])
    numbers: list[int | pikepdf.Object] = []
    for first, source in sources:
        tree = source.Root.get(Name.StructTreeRoot)
        if tree is None:
            continue
        marks = tree.ParentTree.Nums
        for kid in tree.K:
            del kid.P  # or the copy would bring the old root along
            kid.S = Name.Part
            document.K.append(whole.copy_foreign(kid))
            document.K[-1].P = document
        for at in range(len(source.pages)):
            key = first + at
            whole.pages[key].obj.StructParents = key
            numbers += [key, Array([whole.copy_foreign(mark) for mark in marks[2 * at + 1]])]
    root.ParentTree = whole.make_indirect(Dictionary(Nums=Array(numbers)))
    root.ParentTreeNextKey = len(whole.pages)
    whole.Root.StructTreeRoot = root
    whole.Root.MarkInfo = Dictionary(Marked=True)


def _page_labels(parts: Sequence[Part], firsts: Sequence[int]) -> list[int | Dictionary]:
    labels: list[int | Dictionary] = []
    counting = False
    for part, first in zip(parts, firsts, strict=True):
        if part.numbered and counting:
            continue
        counting = part.numbered
        label = Dictionary(S=Name.D) if counting else Dictionary(P=String(part.title))
        labels += [first, label]
    return labels


def _describe(whole: Pdf, *, title: str, author: str, archival: bool) -> None:
    root = whole.Root
    root.Lang = String("zh-CN")
    root.PageMode = Name.UseOutlines
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    packet = xmp_packet(title=title, author=author, subject=title, archival=archival)
    root.Metadata = whole.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)
    profile = whole.make_stream(srgb_profile(), N=PROFILE_COLOURS)
    root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String(CONDITION),
                Info=String(CONDITION),
                DestOutputProfile=profile,
            )
        ]
    )
    whole.docinfo = whole.make_indirect(
        Dictionary(
            Title=String(title),
            Subject=String(title),
            Creator=String(PROGRAM),
            Producer=String(PROGRAM),
        )
    )
    if author:
        whole.docinfo.Author = String(author)
