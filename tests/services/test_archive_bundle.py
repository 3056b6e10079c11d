"""案卷: everything of a case in one file, byte for byte, provable, recorded."""

from __future__ import annotations

import hashlib
import json
import time
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.errors import PermissionRefused
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Role
from casework.domain.voiding import VoidOrder
from casework.models import Document, Event
from casework.services import attachments, voiding
from casework.services.archive_bundle import MANIFEST, archive_pdf, archive_zip
from tests.documents.pdfa import breaches
from tests.documents.test_pdf_joining import stranger
from tests.services.test_deliveries import answered, clerk, posted  # noqa: F401  fixtures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from casework.services.desk import Desk


def test_a_zip_holds_the_case_whole(
    session: Session,
    clerk: Desk,  # noqa: F811  pytest's way of naming a fixture
    posted: int,  # noqa: F811
    tmp_path: Path,
) -> None:
    sent = session.scalars(select(Document.content)).one() or b""
    attachments.attach(
        clerk, posted, folder=tmp_path, name="..\\补正 材料.pdf", content=sent, note=""
    )
    bundle = archive_zip(clerk, posted, attachments=tmp_path)
    assert bundle.name == "青资公开〔2026〕1号案卷"
    with zipfile.ZipFile(BytesIO(bundle.content)) as archive:
        names = archive.namelist()
        files = {name: archive.read(name) for name in names}
    assert names[:2] == ["00 封面.pdf", "00 卷内目录.pdf"]
    document = session.scalars(select(Document)).one()
    assert files["01 政府信息公开申请答复书 青资公开答〔2026〕1号.pdf"] == document.content
    assert "02 期限计算说明.pdf" not in names  # the attachment came first
    assert "附件/02 补正 材料.pdf" in names
    assert "03 期限计算说明.pdf" in names
    assert "04 卷内备考表.pdf" in names
    assert not [n for n in names if ".." in n.split("/") or "\\" in n or n.startswith("/")]
    # The manifest is what ``sha256sum -c`` reads.
    for line in files[MANIFEST].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert len(files[MANIFEST].decode().splitlines()) == len(names) - 1
    facts = json.loads(files["案件.json"])
    assert (facts["申请人"]["名称"], facts["答复日期"]) == ("林秀珍", "2026-09-16")
    assert facts["文书"][0]["SHA-256"] == document.sha256
    assert [(one["顺序号"], one["PDF/A"]) for one in facts["卷内文件"]] == [
        (1, "PDF/A-2u"),
        (2, "不保证"),
        (3, "PDF/A-2u"),
    ]
    for one in facts["卷内文件"]:
        assert hashlib.sha256(files[one["文件"]]).hexdigest() == one["SHA-256"]
    assert json.loads(files["期限.json"])["timeliness"] == "on_time"
    assert [event["action"] for event in json.loads(files["经过.json"])][:2] == [
        "register",
        "assign",
    ]
    made_here = [files[n] for n in names if n.endswith(".pdf") and not n.startswith("附件/")]
    assert [breaches(content) for content in made_here] == [[]] * len(made_here)
    again = archive_zip(clerk, posted, attachments=tmp_path)
    assert again.content == bundle.content
    taken = session.scalars(select(Event).where(Event.action == "take_case_file")).all()
    assert [event.detail for event in taken] == [{"form": "zip"}, {"form": "zip"}]


def words_of(reader: PdfReader, *numbers: int) -> str:
    return "".join("".join(reader.pages[n].extract_text().split()) for n in numbers)


def test_one_pdf_has_a_cover_an_index_with_pages_and_a_bookmark_for_each_paper(
    clerk: Desk,  # noqa: F811
    posted: int,  # noqa: F811
    tmp_path: Path,
) -> None:
    content = archive_pdf(clerk, posted, attachments=tmp_path).content
    assert breaches(content) == []
    assert content == archive_pdf(clerk, posted, attachments=tmp_path).content
    reader = PdfReader(BytesIO(content), strict=True)
    marks = [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]
    assert [title for title, _ in marks] == [
        "封面",
        "卷内目录",
        "1. 政府信息公开申请答复书",
        "2. 期限计算说明",
        "卷内备考表",
    ]
    assert "草稿" not in "".join(page.extract_text() for page in reader.pages)
    assert reader.page_labels[:3] == ["封面", "卷内目录", "1"]
    assert reader.page_labels[-1] == "卷内备考表"
    cover = words_of(reader, 0)
    for said in (
        "政府信息公开申请办理案卷",
        "青资公开〔2026〕1号",
        "林秀珍",
        "2026-09-16",
        "共2件",
    ):
        assert said in cover
    # The index names the page where a paper begins, as the page labels count.
    second = marks[3][1]
    index = words_of(reader, 1)
    assert f"期限计算说明{reader.page_labels[second]}" in index
    assert "青资公开答〔2026〕1号" in index
    assert "都由本系统制成PDF/A-2u" in words_of(reader, len(reader.pages) - 1)


def test_what_strangers_made_is_bound_in_and_told_apart(
    clerk: Desk,  # noqa: F811
    posted: int,  # noqa: F811
    tmp_path: Path,
) -> None:
    picture = BytesIO()
    Image.new("RGBA", (300, 200), (200, 0, 0, 128)).save(picture, "PNG")
    broken = b"%PDF-1.4 nothing"
    sheet = BytesIO()
    with zipfile.ZipFile(sheet, "w") as package:
        package.writestr("word/document.xml", "<w:document/>")
    for name, content in (
        ("申请表.pdf", stranger()),
        ("身份证.png", picture.getvalue()),
        ("坏的.pdf", broken),
        ("说明.docx", sheet.getvalue()),
    ):
        attachments.attach(clerk, posted, folder=tmp_path, name=name, content=content)
    reader = PdfReader(
        BytesIO(archive_pdf(clerk, posted, attachments=tmp_path).content), strict=True
    )
    assert [mark.title for mark in reader.outline][2:-1] == [
        "1. 政府信息公开申请答复书",
        "2. 申请表.pdf",
        "3. 身份证.png",
        "6. 期限计算说明",
    ]
    assert reader.metadata is not None
    note = words_of(reader, len(reader.pages) - 1)
    assert "第2件是外来的PDF" in note
    assert "不保证合乎PDF/A" in note
    assert "第4、5件不能印成页面" in note
    index = words_of(reader, 1)
    assert "外来文件" in index
    assert index.count("见压缩包") == 2
    with zipfile.ZipFile(
        BytesIO(archive_zip(clerk, posted, attachments=tmp_path).content)
    ) as archive:
        assert archive.read("附件/04 坏的.pdf") == broken
        assert "附件/05 说明.docx" in archive.namelist()


def test_a_void_document_is_marked_in_the_file_and_whole_in_the_zip(
    session: Session,
    desk_for: Callable[..., Desk],
    answered: int,  # noqa: F811
    clerk: Desk,  # noqa: F811
    tmp_path: Path,
) -> None:
    leader = desk_for(Role.LEADER, name="罗建平", now=clerk.now)
    document = session.scalars(select(Document)).one()
    number, content = document.document_number, document.content
    voiding.void_document(leader, answered, document.id, VoidOrder(reason="写错"), version=None)
    reader = PdfReader(BytesIO(archive_pdf(clerk, answered, attachments=tmp_path).content))
    assert "本文书已于2026年9月21日作废" in words_of(reader, 2)
    assert "2026-09-21作废" in words_of(reader, 1)
    assert "第1件已于9月21日作废" in words_of(reader, len(reader.pages) - 1)
    with zipfile.ZipFile(
        BytesIO(archive_zip(clerk, answered, attachments=tmp_path).content)
    ) as archive:
        assert archive.read(f"01 政府信息公开申请答复书 {number} （作废）.pdf") == content
        assert json.loads(archive.read("案件.json"))["卷内文件"][0]["作废"] == "2026-09-21"


def test_two_hundred_papers_are_bound_within_seconds(
    session: Session,
    clerk: Desk,  # noqa: F811
    posted: int,  # noqa: F811
    tmp_path: Path,
) -> None:
    first = session.scalars(select(Document)).one()
    count = 200
    session.add_all(
        Document(
            case_id=posted,
            agency_id=first.agency_id,
            kind=LetterKind.CONSULTATION_NOTICE,
            document_number=f"青资公开告〔2026〕{n}号",
            title="政府信息公开申请征求意见告知书",
            dated_on=first.dated_on,
            content=first.content,
            sha256=first.sha256,
            filled={},
            issued_at=first.issued_at + timedelta(minutes=n),
        )
        for n in range(1, count)
    )
    session.commit()
    started = time.perf_counter()
    content = archive_pdf(clerk, posted, attachments=tmp_path).content
    took = time.perf_counter() - started
    assert took < 30, took  # under 3 s on an idle machine
    reader = PdfReader(BytesIO(content))
    marks = reader.outline
    assert len(marks) == count + 4
    index = [n for n, label in enumerate(reader.page_labels) if label.startswith("卷内目录")]
    assert len(index) > 5
    for number in index:
        assert "顺序号文号责任者题名日期页号备注" in words_of(reader, number)
    last = reader.get_destination_page_number(marks[count + 1])
    assert f"政府信息公开申请征求意见告知书2026-09-16{reader.page_labels[last]}" in words_of(
        reader, *index
    )


def test_who_may_not_see_personal_data_takes_no_case_file(
    session: Session,
    desk_for: Callable[..., Desk],
    clerk: Desk,  # noqa: F811
    posted: int,  # noqa: F811
    tmp_path: Path,
) -> None:
    reviewer = desk_for(Role.LEGAL_REVIEWER, name="某审核员", now=clerk.now)
    for take in (lambda: archive_pdf(reviewer, posted, attachments=tmp_path), lambda: archive_zip(
        reviewer, posted, attachments=tmp_path
    )):  # fmt: skip
        with pytest.raises(PermissionRefused):
            take()
    assert session.scalars(select(Event).where(Event.action == "take_case_file")).all() == []
