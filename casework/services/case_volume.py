"""The papers of a case as they are bound into one file: in order, numbered, each with its page.

Documents and attachments stand in the order in which they came into the file. What a stranger made
is told apart: nothing can be promised of it (docs/letters.md, PDF/A).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.documents.pdf_joining import NotJoinableError, Part, page_count
from casework.documents.picture_page import NotAPictureError
from casework.documents.volume_pdf import COVER, INDEX, NOTE, CaseVolume, VolumeLine
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import get_ground
from casework.domain.time_source import beijing_date
from casework.formatting import short_date
from casework.models import Attachment, Document
from casework.services.attachments import read_attachment
from casework.services.clock_annex import print_trail_paper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from casework.models import Case
    from casework.services.desk import Desk

_PICTURES = frozenset({"png", "jpg"})
_TRAIL = "期限计算说明"


@dataclass(slots=True, kw_only=True)
class Paper:
    """One paper: ``original`` as it lies on file, ``bound`` as PDF, None if it cannot be bound.

    ``promised``: made here as PDF/A. ``name`` is an attachment's file name.
    """

    title: str
    original: bytes
    bound: bytes | None
    came_at: datetime | None = None
    day: date | None = None
    number: str = ""
    author: str = ""
    name: str = ""
    promised: bool = True
    voided_on: date | None = None
    sha256: str = ""
    place: int = 0
    page: int | None = None
    pages: int = 0
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """The papers in order, and the printed cover, index and note that go round them."""

    papers: tuple[Paper, ...]
    cover: bytes
    index: bytes
    note: bytes

    def parts(self) -> list[Part]:
        """Return what is bound into one PDF, in order."""
        bound = [
            Part(
                title=f"{paper.place}. {paper.title}",
                content=paper.bound,
                ours=paper.promised,
            )
            for paper in self.papers
            if paper.bound is not None
        ]
        return [
            Part(title=COVER, content=self.cover, numbered=False),
            Part(title=INDEX, content=self.index, numbered=False),
            *bound,
            Part(title=NOTE, content=self.note, numbered=False),
        ]


def case_volume(desk: Desk, case: Case, *, attachments: Path) -> Volume:
    """Return the file of one case; RuleBroken where a stored file is missing or changed."""
    papers = sorted(
        [*_documents(desk, case), *_attachments(desk, case, attachments)],
        key=lambda paper: (paper.came_at is None, paper.came_at),
    )
    if case.received_on is not None:
        content = print_trail_paper(desk, case.id)
        papers.append(Paper(title=_TRAIL, original=content, bound=content, author=case.agency.name))
    page = 1
    for place, paper in enumerate(papers, start=1):
        paper.place = place
        if paper.bound is not None:
            paper.page, paper.pages = page, page_count(paper.bound)
            page += paper.pages
    volume = _described(case, papers, pages=page - 1)
    cover, index, note = desk.stationery.volume(volume)
    return Volume(papers=tuple(papers), cover=cover, index=index, note=note)


def _documents(desk: Desk, case: Case) -> Iterator[Paper]:
    query = (
        select(Document)
        .where(
            Document.case_id == case.id,
            Document.kind != LetterKind.FILE_INDEX,
            Document.content.is_not(None),
        )
        .order_by(Document.id)
    )
    for document in desk.session.scalars(query):
        content = document.content or b""
        paper = Paper(
            title=document.title,
            original=content,
            bound=content,
            came_at=document.issued_at,
            day=document.dated_on,
            number=document.document_number or "",
            author=case.agency.name,
            voided_on=document.voided_on,
            sha256=document.sha256,
        )
        if document.voided_on is not None:
            paper.bound = desk.stationery.void_copy(content, voided_on=document.voided_on)
            paper.remarks.append(f"{document.voided_on.isoformat()} 作废")
        yield paper


def _attachments(desk: Desk, case: Case, folder: Path) -> Iterator[Paper]:
    rows = desk.session.scalars(
        select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)
    ).all()
    for row in rows:
        stored = read_attachment(desk, case.id, row.id, folder=folder)
        paper = Paper(
            title=row.note or stored.name,
            original=stored.content,
            bound=None,
            came_at=row.uploaded_at,
            day=beijing_date(row.uploaded_at),
            name=stored.name,
            promised=False,
            sha256=row.sha256,
        )
        _bind(desk, paper, row.kind)
        yield paper


def _bind(desk: Desk, paper: Paper, kind: str) -> None:
    """Make pages of an attachment where that can be done; else it is found in the zip alone."""
    try:
        if kind in _PICTURES:
            paper.bound = desk.stationery.picture_page(paper.original, name=paper.name)
            paper.promised = True
            paper.remarks.append("图片")
        elif kind == "pdf" and page_count(paper.original, ours=False):
            paper.bound = paper.original
            paper.remarks.append("外来文件")
    except (NotJoinableError, NotAPictureError):
        paper.bound = None
    if paper.bound is None:
        paper.remarks.append("见压缩包")


def _described(case: Case, papers: Sequence[Paper], *, pages: int) -> CaseVolume:
    handler = case.handler.name if case.handler else ""
    return CaseVolume(
        agency=case.agency.name,
        case_number=case.number,
        request=case.request_text,
        facts=(
            ("申请人", case.applicant.name),
            ("收到日期", _iso(case.received_on)),
            ("答复日期", _iso(case.replied_on)),
            ("办结日期", _iso(case.closed_on)),
            ("办理结果", get_ground(case.ground).full_label if case.ground else ""),
            ("承办", " ".join(filter(None, (case.unit, handler)))),
        ),
        lines=tuple(
            VolumeLine(
                number=paper.place,
                document_number=paper.number,
                author=paper.author,
                title=paper.title,
                day=_iso(paper.day),
                page=str(paper.page) if paper.page else "",
                remark="，".join(paper.remarks),
            )
            for paper in papers
        ),
        pages=pages,
        situation=tuple(_situation(papers, pages)),
    )


def _situation(papers: Sequence[Paper], pages: int) -> Iterator[str]:
    yield f"本卷共 {len(papers)} 件 {pages} 页，页码从卷内目录之后编起。"
    strangers = [paper for paper in papers if paper.bound is not None and not paper.promised]
    apart = [paper for paper in papers if paper.bound is None]
    if strangers:
        yield (
            f"第 {_places(strangers)} 件是外来的 PDF，照原样并入（脚本、表单、内嵌文件除外），"
            "不保证合乎 PDF/A；其他各件由本系统制成 PDF/A-2u。"
        )
    else:
        yield "并入的各件都由本系统制成 PDF/A-2u。"
    if apart:
        yield f"第 {_places(apart)} 件不能印成页面，没有并入，见案卷压缩包里的原件。"
    for paper in papers:
        if paper.voided_on is not None:
            yield f"第 {paper.place} 件已于 {short_date(paper.voided_on)}作废，文号不再使用。"
    yield "文书的电子签名只在压缩包的单个文件里有效，并入本卷的是其内容。"


def _places(papers: Sequence[Paper]) -> str:
    return "、".join(str(paper.place) for paper in papers)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
