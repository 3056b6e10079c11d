"""How long a letter takes: ``python bench/letters.py [COUNT]``.

One 答复书 of two pages and one request of 10,000 characters, composed from values and set as PDF;
one process, one core. Prints the median and the 95th percentile in milliseconds.
"""

from __future__ import annotations

import statistics
import sys
from datetime import date
from pathlib import Path
from time import perf_counter

from casework.documents.fonts import load_fonts
from casework.documents.letter_templates import load_templates
from casework.documents.letter_values import LABELS
from casework.documents.letters import HeadStyle, LetterStyle, render_pdf
from casework.documents.letters_docx import render_docx
from casework.domain.outcomes import get_ground
from casework.domain.remedies import remedy

ROOT = Path(__file__).resolve().parents[1]
VALUES = {name: f"{label}的内容" for name, label in LABELS.items()} | {
    "applicant_name": "欧阳𬱖",
    "request_text": "青山区2025年度东河路征地补偿安置方案及其批准文件。",
    "agency_name": "青山市自然资源和规划局",
    "dated": "2026年9月28日",
    "attachments": "",
    "remedy": remedy(
        withholds=True, decided_on=date(2026, 9, 28), review_bodies=("青山市人民政府",)
    ).text,
}


def main(count: int) -> None:
    start = perf_counter()
    fonts = load_fonts(ROOT / "var" / "fonts", search_system=False)
    fonts.prepare()
    print(f"faces ready after {perf_counter() - start:.2f} s (first run converts, later runs load)")
    start = perf_counter()
    templates = load_templates(ROOT / "templates" / "letters")
    print(f"wording read and checked in {(perf_counter() - start) * 1000:.1f} ms")
    ground = get_ground("trade_secret")
    red = LetterStyle(head=HeadStyle.RED)
    long_request = VALUES | {"request_text": "公开某项政府信息，" * 1111}
    for name, values in (("two pages", VALUES), ("10,000 characters", long_request)):
        times, size = [], 0
        for _ in range(count):
            start = perf_counter()
            letter = templates.compose_answer(ground, statute="2019", values=values)
            size = len(render_pdf(letter, fonts=fonts, style=red))
            times.append((perf_counter() - start) * 1000)
        _report(f"PDF, {name}", times, size)
    letter = templates.compose_answer(ground, statute="2019", values=VALUES)
    times, size = [], 0
    for _ in range(count):
        start = perf_counter()
        size = len(render_docx(letter))
        times.append((perf_counter() - start) * 1000)
    _report("DOCX, two pages", times, size)


def _report(name: str, times: list[float], size: int) -> None:
    p95 = statistics.quantiles(times, n=20)[-1]
    median = statistics.median(times)
    print(f"{name}: median {median:.1f} ms, p95 {p95:.1f} ms, {size / 1024:.0f} KiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
