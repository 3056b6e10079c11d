"""PDF/A-2u: what makes a PDF still readable in thirty years (ISO 19005-2).

Every page this program draws embeds its faces, sets colour in RGB alone and uses no transparency.
The rest is said here: the colours' meaning (an sRGB output intent, 6.2.3), what the document is
(XMP, 6.6.2) and which standard it claims (6.6.4). Conformance level U, not A: text reads back as
Unicode, the logical structure is marked only as far as ``canvas`` marks it.

veraPDF was not at hand, so the claim is checked by tests clause by clause and by no validator.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

from PIL import ImageCms
from reportlab.pdfbase.pdfdoc import (
    XMP,
    PDFArray,
    PDFCatalog,
    PDFDictionary,
    PDFInfo,
    PDFName,
    PDFStream,
    PDFString,
)

if TYPE_CHECKING:
    from typing import Any

    from reportlab.pdfbase.pdfdoc import PDFDocument

    from casework.documents.tagged_canvas import TaggedCanvas

PROGRAM = "casework"
VERSION = (1, 7)
"""ISO 19005-2 rests on PDF 1.7 (ISO 32000-1)."""

CONDITION = "sRGB IEC61966-2.1"
PROFILE_COLOURS = 3
_PROFILE_DATE = slice(24, 36)  # ICC.1:2004-10 7.2.8: six numbers of two octets
_FIXED_DATE = bytes.fromhex("07cf" + "0001" * 2 + "0000" * 3)  # 1999-01-01, any day would do
_ID_PLACE = b"0" * 32


@cache
def srgb_profile() -> bytes:
    """Return an ICC profile of sRGB (600 octets), the same at any time of day."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[_PROFILE_DATE] = _FIXED_DATE
    return bytes(made)


def xmp_packet(*, title: str, author: str, subject: str, archival: bool = True) -> bytes:
    """Return the XMP packet: what the document is, and, if ``archival``, its claim of PDF/A-2u."""
    words = {"title": title, "author": author, "subject": subject or title, "program": PROGRAM}
    packet = _PACKET.format(**{name: escape(text) for name, text in words.items()})
    return packet.replace("<!--claim-->", _CLAIM if archival else "").encode()


class _Info(PDFInfo):
    """The information dictionary without dates: a letter's own date stands in the letter."""

    def format(self, document: PDFDocument) -> bytes:
        known = {
            "Title": self.title,
            "Author": self.author,
            "Subject": self.subject,
            "Creator": self.creator,
            "Producer": self.producer,
        }
        said = {name: PDFString(text) for name, text in known.items() if text}
        formatted: bytes = PDFDictionary(said).format(document)
        return formatted


def describe(canvas: TaggedCanvas, *, title: str, author: str, subject: str) -> None:
    """Write down in ``canvas`` what the document is, and the colours it is in."""
    document = canvas.document
    info = document.info = _Info()
    info.title, info.author, info.subject = title, author, subject or title
    info.creator = info.producer = PROGRAM
    catalog = document.Catalog
    # One entry more than ReportLab knows of.
    catalog.__NoDefault__ = [*PDFCatalog.__NoDefault__, "OutputIntents"]
    catalog.OutputIntents = PDFArray([_output_intent(document)])
    packet = xmp_packet(title=title, author=author, subject=subject)
    catalog.Metadata = XMP(creator=lambda _doc: packet)
    catalog.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true"})
    document._ID = b"\n[<" + _ID_PLACE + b"><" + _ID_PLACE + b">]\n"  # noqa: SLF001  no setter


def identified(content: bytes, digest: str) -> bytes:
    """Return the file with its identifier filled in: 32 hexadecimal digits of its own bytes."""
    head, place, tail = content.rpartition(b"[<" + _ID_PLACE)
    both = (place + tail).replace(_ID_PLACE, digest[: len(_ID_PLACE)].upper().encode(), 2)
    return head + both


def _output_intent(document: Any) -> PDFDictionary:
    profile = PDFStream(PDFDictionary({"N": PROFILE_COLOURS}))
    profile.content = srgb_profile()
    return PDFDictionary(
        {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString(CONDITION),
            "Info": PDFString(CONDITION),
            "DestOutputProfile": document.Reference(profile, "srgb"),
        }
    )


_CLAIM = "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<pdf:Producer>{program}</pdf:Producer>
<xmp:CreatorTool>{program}</xmp:CreatorTool>
<!--claim-->
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
