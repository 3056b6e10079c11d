"""A canvas that says what each text is: heading, paragraph, cell (ISO 32000-1 14.7, 14.8).

A reader that speaks the page aloud takes order and kind of the texts from here; so does whoever
copies a table. What carries no meaning (rules, page numbers, 草稿) is an artifact and is passed
over. ReportLab knows nothing of this: the operators and the tree of elements are written here.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFPage,
    PDFString,
)
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(eq=False, slots=True)
class Element:
    """A piece of the document: ``tag`` is a standard type (H1, P, Table, TR, TH, TD …).

    ``columns`` and ``rows`` are what a cell takes up, ``scope`` is Row or Column for what it heads,
    ``alt`` is what is read out in the place of a picture.
    ``kids`` come in the order of drawing: elements, and marks as page and number.
    """

    tag: str
    parent: Element | None = None
    columns: int = 1
    rows: int = 1
    scope: str = ""
    alt: str = ""
    kids: list[Element | tuple[int, int]] = field(default_factory=list, init=False)
    placed: bool = field(default=False, init=False)


class TaggedCanvas(Canvas):
    """Draws pages and keeps what each text belongs to."""

    _code: list[str]
    _doc: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._root = Element("Document")
        self._within: Element | None = None
        # One list a page: the element of each mark, by its number (MCID).
        self._marks: list[list[Element]] = []

    @property
    def document(self) -> Any:
        """ReportLab's document behind the pages (untyped): its catalogue and its objects."""
        return self._doc

    @contextmanager
    def within(self, element: Element | None) -> Iterator[None]:
        """Take what is drawn meanwhile for a part of ``element``, None for an artifact."""
        outer, self._within = self._within, element
        try:
            yield
        finally:
            self._within = outer

    @contextmanager
    def marked(self, *, artifact: bool = False) -> Iterator[None]:
        """Mark one run of drawing operators as what ``within`` says."""
        element = None if artifact else self._within
        if element is None:
            self._code.append("/Artifact BMC")
        else:
            self._code.append(f"/{element.tag} <</MCID {self._number(element)}>> BDC")
        yield
        self._code.append("EMC")

    def save(self) -> None:
        """Write the tree of elements, then the file."""
        # An open page is shown by ``super().save``; its number is one more than the last.
        self._write_tree()
        super().save()

    def _number(self, element: Element) -> int:
        page = self.getPageNumber()
        while len(self._marks) < page:
            self._marks.append([])
        marks = self._marks[page - 1]
        self._place(element)
        element.kids.append((page, len(marks)))
        marks.append(element)
        return len(marks) - 1

    def _place(self, element: Element) -> None:
        """Hang the element, and what it belongs to, into the tree where it is first drawn."""
        while element is not self._root and not element.placed:
            element.placed = True
            parent = element.parent or self._root
            parent.kids.append(element)
            element = parent

    def _write_tree(self) -> None:
        document = self._doc
        names: dict[int, str] = {}

        def reference(element: Element) -> PDFObjectReference:
            names.setdefault(id(element), f"element{len(names)}")
            return PDFObjectReference(names[id(element)])

        def write(element: Element, parent: PDFObjectReference) -> None:
            own = reference(element)
            kids: list[object] = []
            for kid in element.kids:
                if isinstance(kid, Element):
                    write(kid, own)
                    kids.append(reference(kid))
                else:
                    kids.append(_mark(*kid))
            entries = {
                "Type": PDFName("StructElem"),
                "S": PDFName(element.tag),
                "P": parent,
                "K": PDFArray(kids),
            } | _spans(element)
            if element.alt:
                entries["Alt"] = PDFString(element.alt)
            document.Reference(PDFDictionary(entries), names[id(element)])

        root = PDFObjectReference("structure")
        write(self._root, root)
        numbers: list[object] = []
        for at, marks in enumerate(self._marks):
            page = document.idToObject[f"Page{at + 1}"]
            # Entries that ReportLab does not know of.
            page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents, page.Tabs = at, PDFName("S")
            numbers += [at, PDFArray([reference(element) for element in marks])]
        document.Reference(
            PDFDictionary(
                {
                    "Type": PDFName("StructTreeRoot"),
                    "K": PDFArray([reference(self._root)]),
                    "ParentTree": PDFDictionary({"Nums": PDFArray(numbers)}),
                    "ParentTreeNextKey": len(self._marks),
                }
            ),
            "structure",
        )
        document.Catalog.StructTreeRoot = root
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


def _mark(page: int, number: int) -> PDFDictionary:
    return PDFDictionary(
        {"Type": PDFName("MCR"), "Pg": PDFObjectReference(f"Page{page}"), "MCID": number}
    )


def _spans(element: Element) -> dict[str, PDFDictionary]:
    """Return what a cell says of the columns and rows it takes up."""
    said: dict[str, object] = {}
    if element.columns > 1:
        said["ColSpan"] = element.columns
    if element.rows > 1:
        said["RowSpan"] = element.rows
    if element.scope:
        said["Scope"] = PDFName(element.scope)
    return {"A": PDFDictionary({"O": PDFName("Table"), **said})} if said else {}
