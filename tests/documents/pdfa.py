"""The clauses of ISO 19005-2 (PDF/A-2, level U) that can be checked without a validator.

Each finding begins with the clause it breaks. What is not here is what needs veraPDF: the syntax
of every object in the file (6.1.6, 6.1.9), the schemas behind XMP (6.6.2.3), glyph programs.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Name
from PIL import ImageCms

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_ALLOWED_IN_ROOT = {
    "/OpenAction": "6.5.2", "/AA": "6.5.2", "/OCProperties": "6.9", "/Requirements": "6.11",
    "/NeedsRendering": "6.4.2", "/Perms": "6.1.12",
}  # fmt: skip
_BAD_OPERATORS = {
    "k": "6.2.4.3", "K": "6.2.4.3", "cs": "6.2.4.3", "CS": "6.2.4.3", "sh": "6.2.4",
    "gs": "6.2.5", "BI": "6.2.8", "INLINE IMAGE": "6.2.8",
}  # fmt: skip
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/URI"})
_STEPS = {"q": (1, 0), "Q": (-1, 0), "BMC": (0, 1), "BDC": (0, 1), "EMC": (0, -1)}
_SHOWING = frozenset({"Tj", "TJ", "'", '"'})
_DEEPEST = 28
_LONGEST_NAME, _LONGEST_STRING, _MOST_OBJECTS = 127, 32767, 8388607
_SYMBOLIC = 4
_BFCHAR = re.compile(r"(?m)^<([0-9A-F]{2})> <((?:[0-9A-F]{4})+)>$")
_CODES_NO_TEXT_MAY_MEAN = {0, 0xFEFF, 0xFFFE}


def breaches(content: bytes) -> list[str]:
    """Return what breaks a clause, nothing if none does."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [
            *_file(content, pdf),
            *_objects(pdf),
            *_output_intent(pdf),
            *_metadata(pdf),
            *_interaction(pdf),
            *(finding for page in pdf.pages for finding in _page(page)),
        ]


def _file(content: bytes, pdf: pikepdf.Pdf) -> Iterator[str]:
    head = re.match(rb"%PDF-1\.[0-7][\r\n]+%([^\r\n]{4})", content)
    if head is None or any(octet < 128 for octet in head[1]):
        yield "6.1.2 header"
    if not re.search(rb"%%EOF[\r\n]{0,2}$", content):
        yield "6.1.3 data after the end of the file"
    if Name.ID not in pdf.trailer or len(bytes(pdf.trailer.ID[0])) < 16:
        yield "6.1.3 file identifier"
    if pdf.is_encrypted:
        yield "6.1.3 encryption"
    yield from (f"6.1 syntax: {problem}" for problem in pdf.check_pdf_syntax())


def _objects(pdf: pikepdf.Pdf) -> Iterator[str]:
    if len(pdf.objects) > _MOST_OBJECTS:
        yield "6.1.13 objects"
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream):
            filters = each.get(Name.Filter, [])
            for one in [filters] if isinstance(filters, Name) else filters:
                if one not in {Name.FlateDecode, Name.ASCII85Decode, Name.DCTDecode}:
                    yield f"6.1.7 filter {one}"
            if {"/F", "/FFilter", "/FDecodeParms"} & set(each.keys()):
                yield "6.1.7 external stream"
        yield from _limits(each)


def _limits(each: pikepdf.Object, *, inside: bool = False) -> Iterator[str]:
    if inside and each.is_indirect:
        return
    values: list[object] = []
    if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
        if any(len(key.encode()) - 1 > _LONGEST_NAME for key in each.keys()):  # noqa: SIM118  no dict
            yield "6.1.13 name"
        if each.get(Name.Type) == Name.Filespec or Name.EF in each:
            yield "6.8 embedded file"
        if str(each.get(Name.S, "")) in _ACTIONS:
            yield "6.5.1 action"
        values = [value for _, value in each.items()]
    elif isinstance(each, pikepdf.Array):
        values = list(each)
    elif isinstance(each, pikepdf.String) and len(bytes(each)) > _LONGEST_STRING:
        yield "6.1.13 string"
    for value in values:
        if isinstance(value, pikepdf.Object):
            yield from _limits(value, inside=True)


def _output_intent(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = [i for i in pdf.Root.get(Name.OutputIntents, []) if i.S == Name.GTS_PDFA1]
    if len(intents) != 1:
        yield "6.2.3 output intent"
        return
    stream = intents[0].DestOutputProfile
    raw = stream.read_bytes()
    profile = ImageCms.ImageCmsProfile(io.BytesIO(raw)).profile
    if profile.xcolor_space.strip() != "RGB" or stream.N != 3:
        yield "6.2.3 colours of the profile"
    if profile.device_class not in {"mntr", "prtr"} or profile.version >= 5:
        yield "6.2.3 class or version of the profile"
    if len(raw) != int.from_bytes(raw[:4], "big"):
        yield "6.2.3 length of the profile"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    if Name.Metadata not in pdf.Root:
        yield "6.6.2 metadata"
        return
    packet = pdf.Root.Metadata.read_raw_bytes()
    if not re.match(rb"<\?xpacket begin=(['\"])\xef\xbb\xbf\1 id=(['\"])\w+\2\?>", packet):
        yield "6.6.2.1 packet"
    with pdf.open_metadata() as said:
        if said.get("pdfaid:part") != "2" or said.get("pdfaid:conformance") != "U":
            yield "6.6.4 version and conformance"
        for ours, theirs in (
            ("/Title", "dc:title"),
            ("/Subject", "dc:description"),
            ("/Producer", "pdf:Producer"),
            ("/Creator", "xmp:CreatorTool"),
        ):
            if str(pdf.docinfo.get(ours, "")) != said.get(theirs, ""):
                yield f"6.6.3 {ours} differs"
        if not said.get("dc:title"):
            yield "6.6.2 title"


def _interaction(pdf: pikepdf.Pdf) -> Iterator[str]:
    for key, clause in _NOT_ALLOWED_IN_ROOT.items():
        if key in pdf.Root:
            yield f"{clause} {key}"
    names = pdf.Root.get(Name.Names, {})
    for key, clause in {
        "/JavaScript": "6.5.2",
        "/EmbeddedFiles": "6.8",
        "/AlternatePresentations": "6.10",
    }.items():
        if key in names:
            yield f"{clause} {key}"
    form = pdf.Root.get(Name.AcroForm, {})
    if form.get(Name.NeedAppearances, False) or Name.XFA in form:
        yield "6.4.1 form"


def _page(page: pikepdf.Page) -> Iterator[str]:
    if Name.Group in page.obj and page.obj.Group.get(Name.S) == Name.Transparency:
        yield "6.2.10 transparency"
    if Name.AA in page.obj or Name.PresSteps in page.obj:
        yield "6.5.2 action of the page"
    for note in page.obj.get(Name.Annots, []):
        yield from _annotation(note)
    resources = page.obj.get(Name.Resources, {})
    yield from _drawn(page.obj, resources)


def _drawn(what: pikepdf.Object, resources: pikepdf.Object) -> Iterator[str]:
    """Check what a page or a form draws, and the forms in it."""
    for key in ("/ExtGState", "/ColorSpace", "/Shading", "/Pattern"):
        if len(resources.get(key, {})):
            yield f"6.2 resource {key}"
    fonts = {key: _Font(font) for key, font in resources.get(Name.Font, {}).items()}
    for font in fonts.values():
        yield from font.breaches()
    for each in dict(resources.get(Name.XObject, {})).values():
        yield from _external(each)
    yield from _content(what, fonts)


def _external(each: pikepdf.Object) -> Iterator[str]:
    if {"/OPI", "/Ref", "/PS", "/Alternates", "/Group", "/SMask", "/Mask"} & set(each.keys()):
        yield "6.2.9 external object"
    if each.Subtype == Name.Form:
        yield from _drawn(each, each.get(Name.Resources, {}))
    elif each.Subtype != Name.Image or each.get(Name.Interpolate, False):
        yield "6.2.8 image"
    elif each.ColorSpace not in {Name.DeviceRGB, Name.DeviceGray}:
        yield "6.2.4.3 colours of an image"


def _annotation(note: pikepdf.Object) -> Iterator[str]:
    flags = int(note.get(Name.F, 0))
    if not flags & 4 or flags & (1 | 2 | 32 | 256):
        yield "6.3.2 flags"
    if note.Subtype != Name.Widget or Name.A in note or Name.AA in note:
        yield "6.3.1 kind of annotation"
    box = [float(side) for side in note.Rect]
    if box[0] != box[2] and Name.AP not in note:
        yield "6.3.3 appearance"


class _Font:
    """A TrueType font as this program embeds it, and the codes that were shown in it."""

    def __init__(self, font: pikepdf.Object) -> None:
        self._font = font
        self._map: dict[int, str] = {}
        if Name.ToUnicode in font:
            text = font.ToUnicode.read_bytes().decode("ascii")
            self._map = {
                int(code, 16): bytes.fromhex(meaning).decode("utf-16-be")
                for code, meaning in _BFCHAR.findall(text)
            }

    def breaches(self) -> Iterator[str]:
        font = self._font
        if font.get(Name.Subtype) != Name.TrueType or Name.FontDescriptor not in font:
            yield "6.2.11.4.1 embedding"
            return
        descriptor = font.FontDescriptor
        if Name.FontFile2 not in descriptor:
            yield "6.2.11.4.1 embedding"
            return
        if not re.match(r"/[A-Z]{6}\+", str(font.BaseFont)):
            yield "6.2.11.4.2 name of a subset"
        if not int(descriptor.Flags) & _SYMBOLIC or Name.Encoding in font:
            yield "6.2.11.6 encoding"
        with TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()), lazy=True) as program:
            tables = program["cmap"].tables
            if len(tables) != 1:
                yield "6.2.11.6 cmap"
            glyphs = tables[0].cmap
            scale = 1000 / program["head"].unitsPerEm
            order = program.getGlyphOrder()
            for code, width in enumerate(font.Widths, start=int(font.FirstChar)):
                glyph = glyphs.get(code, order[0])
                if code and abs(program["hmtx"][glyph][0] * scale - float(width)) > 1:
                    yield "6.2.11.5 widths"

    def shown(self, codes: bytes) -> Iterator[str]:
        for code in codes:
            meaning = self._map.get(code)
            if code == 0:
                yield "6.2.11.8 .notdef"
            elif meaning is None or any(ord(c) in _CODES_NO_TEXT_MAY_MEAN for c in meaning):
                yield "6.2.11.7.2 Unicode"


def _content(page: pikepdf.Object, fonts: dict[str, _Font]) -> Iterator[str]:
    depth = open_marks = 0
    font: _Font | None = None
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in _BAD_OPERATORS:
            yield f"{_BAD_OPERATORS[name]} operator {name}"
        deeper, more_marks = _STEPS.get(name, (0, 0))
        depth, open_marks = depth + deeper, open_marks + more_marks
        if depth > _DEEPEST:
            yield "6.1.13 nesting"
        if name == "Tf":
            font = fonts[str(operands[0])]
        if name in _SHOWING and font is not None:
            if not open_marks:
                yield "6.7 a text without a mark"  # asked of level A, kept at U
            pieces = operands[-1] if name == "TJ" else [operands[-1]]
            for piece in pieces:
                if isinstance(piece, pikepdf.String):
                    yield from font.shown(bytes(piece))
    if depth or open_marks:
        yield "6.2.2 unbalanced"
