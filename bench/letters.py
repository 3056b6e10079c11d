"""How long a letter takes and how large it is, beside WeasyPrint and LibreOffice on the same text.

Run: .venv/bin/python bench/letters.py [COUNT]
One 答复书 of two pages on one core, everything from one run; what the peers draw must read back as
the same text. Ours and WeasyPrint's are PDF/A-2u set in the same Noto face. LibreOffice turns our
DOCX into PDF/A-2 with the faces the machine has: once started for each letter, as a program would
that prints one, and once for all of them, as a night run would. What is not installed is named.
"""

from __future__ import annotations

import html
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pypdf import PdfReader

from casework.documents.fonts import FontRole, load_fonts
from casework.documents.letter_templates import load_templates
from casework.documents.letter_values import LABELS
from casework.documents.letters import HeadStyle, LetterStyle, render_pdf
from casework.documents.letters_docx import render_docx
from casework.documents.pdf_signature import read_key, sign
from casework.documents.wording import letter_text
from casework.domain import time_source
from casework.domain.outcomes import get_ground
from casework.domain.remedies import remedy

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.documents.wording import Letter

ROOT = Path(__file__).resolve().parents[1]
COUNT = 100
STARTED = 5  # LibreOffice, once for each letter: some seconds a time
PDF_A = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
VALUES = {name: f"{label}的内容" for name, label in LABELS.items()} | {
    "applicant_name": "欧阳𬱖",
    "request_text": "青山区2025年度东河路征地补偿安置方案及其批准文件。",
    "agency_name": "青山市自然资源和规划局",
    "dated": "2026年9月28日",
    "attachments": "",
    "contact": "",
    "remedy": remedy(
        withholds=True, decided_on=date(2026, 9, 28), review_bodies=("青山市人民政府",)
    ).text,
}


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds for each letter, and the last letter's bytes."""

    name: str
    seconds: list[float]
    content: bytes

    @property
    def each(self) -> float:
        """The median, seconds for one letter."""
        return statistics.median(self.seconds)

    def line(self, ours: Result) -> str:
        """One row of the table; ratios to our own letter of the same run."""
        size = len(self.content) / 1024
        pages = len(PdfReader(BytesIO(self.content)).pages)
        return (
            f"| {self.name} | {1 / self.each:.1f} | {self.each * 1000:.0f} |"
            f" {self.each / ours.each:.1f} | {size:.0f} |"
            f" {len(self.content) / len(ours.content):.1f} | {pages} |"
        )


def timed(name: str, count: int, make: Callable[[], bytes]) -> Result:
    """Make ``count`` letters after one to warm up."""
    content = make()
    seconds = []
    for _ in range(count):
        start = perf_counter()
        content = make()
        seconds.append(perf_counter() - start)
    return Result(name, seconds, content)


def weasyprint_maker(letter: Letter, faces: list[Path]) -> Callable[[], bytes]:
    """WeasyPrint with the same face, page, size and line grid."""
    import weasyprint  # noqa: PLC0415  a peer, which need not be there
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    named = "".join(
        f"@font-face {{ font-family: Face{number}; src: url({face.as_uri()}); }}\n"
        for number, face in enumerate(faces)
    )
    family = ", ".join(f"Face{number}" for number in range(len(faces)))
    style = f"""{named}
    @page {{ size: A4; margin: 37mm 26mm 35mm 28mm; }}
    body {{ font: 16pt/28.99pt {family}; text-align: justify; letter-spacing: -0.21pt; }}
    p {{ margin: 0; text-indent: 2em; }} h1 {{ font: 22pt/29pt {family}; text-align: center; }}
    """
    title, *rest = letter_text(letter).splitlines()
    body = "".join(f"<p>{html.escape(line)}</p>" for line in rest)
    page = f'<html lang="zh-CN"><title>{title}</title><h1>{title}</h1>{body}</html>'
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=style, font_config=fonts)

    def make() -> bytes:
        document = weasyprint.HTML(string=page)
        content: bytes = document.write_pdf(
            stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-2u"
        )
        return content

    return make


def libreoffice(letter: Letter, program: str, count: int) -> list[Result]:
    """LibreOffice on our DOCX: started for each letter, and once for ``count`` of them."""
    docx = render_docx(letter)
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        sources = [Path(folder, f"{number}.docx") for number in range(count)]
        for source in sources:
            source.write_bytes(docx)

        def convert(files: list[Path]) -> bytes:
            command = [program, profile, "--headless", "--convert-to", PDF_A, "--outdir", folder]
            subprocess.run([*command, *files], check=True, capture_output=True)
            return files[-1].with_suffix(".pdf").read_bytes()

        single = timed("LibreOffice，每件启动一次", STARTED, lambda: convert(sources[:1]))
        start = perf_counter()
        content = convert(sources)
        each = (perf_counter() - start) / count
    return [single, Result(f"LibreOffice，一次转 {count} 件", [each], content)]


def signer(letter: bytes) -> Callable[[], bytes]:
    """The same letter signed with a certificate made for the occasion (RSA 2048)."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "青山市")])
    now = time_source.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = BestAvailableEncryption(b"bench")
    held = pkcs12.serialize_key_and_certificates(None, key, certificate, None, secret)
    opened = read_key(held, "bench")
    return lambda: sign(letter, opened, agency="青山市", signed_at=now)


def signs_of(content: bytes) -> list[str]:
    """What a PDF says, sign by sign, white space and page numbers aside, in no order."""
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return sorted(char for char in text if "\u4e00" <= char <= "\u9fff")


def main(count: int) -> None:
    """Print the table."""
    start = perf_counter()
    fonts = load_fonts(ROOT / "var" / "fonts", search_system=False)
    fonts.prepare()
    print(f"字体就绪 {perf_counter() - start:.2f} 秒（首次转换，以后读缓存）")
    templates = load_templates(ROOT / "templates" / "letters")
    ground, plain = get_ground("trade_secret"), LetterStyle(head=HeadStyle.PLAIN)
    letter = templates.compose_answer(ground, statute="2019", values=VALUES)
    long_values = VALUES | {"request_text": "公开某项政府信息，" * 1111}
    long = templates.compose_answer(ground, statute="2019", values=long_values)

    ours = timed("本系统", count, lambda: render_pdf(letter, fonts=fonts, style=plain))
    results = [ours]
    results.append(timed("另加电子签名（RSA 2048）", count // 4, signer(ours.content)))
    results.append(timed("本系统，一万字", count // 10, lambda: render_pdf(long, fonts=fonts)))
    missing = []
    bundled = (fonts.bundled(FontRole.BODY, part) for part in ("common", "rest"))
    faces = [Path(font.face.filename) for font in bundled]
    try:
        make = weasyprint_maker(letter, faces)
    except (ImportError, OSError) as error:
        missing.append(f"WeasyPrint（{error}）")
    else:
        results.append(timed("WeasyPrint", count // 4, make))
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        missing.append("LibreOffice（没有 soffice；Debian 上装 libreoffice-writer）")
    else:
        results += libreoffice(letter, program, max(count // 4, 2))

    print("| | 件/秒 | 毫秒 | 倍 | KiB | 倍 | 页 |\n|---|---|---|---|---|---|---|")
    for result in results:
        print(result.line(ours))
        # The rare sign of the name may be drawn by another face, or by none.
        same = signs_of(result.content) == signs_of(ours.content)
        if result.name != "本系统，一万字" and not same:
            print(f"  注意：{result.name} 读回的文字与本系统不同")
    for name in missing:
        print(f"没有比：{name}")
    start = perf_counter()
    for _ in range(count):
        templates.compose_answer(ground, statute="2019", values=VALUES)
    print(f"拼成文字每件 {(perf_counter() - start) * 1000 / count:.1f} 毫秒，不在上表之内")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
