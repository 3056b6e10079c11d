"""案卷: everything of a case in one file, byte for byte, provable, recorded."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from casework.domain.errors import PermissionRefused
from casework.domain.permissions import Role
from casework.models import Document, Event
from casework.services import attachments
from casework.services.archive_bundle import MANIFEST, archive_pdf, archive_zip
from tests.documents.pdfa import breaches
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
    assert names[0] == "00 卷内目录.pdf"
    document = session.scalars(select(Document)).one()
    assert files["01 政府信息公开申请答复书 青资公开答〔2026〕1号.pdf"] == document.content
    assert "02 期限计算说明.pdf" in names
    assert [n for n in names if n.startswith("附件/")]
    assert not [n for n in names if ".." in n.split("/") or "\\" in n or n.startswith("/")]
    # The manifest is what ``sha256sum -c`` reads.
    for line in files[MANIFEST].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert len(files[MANIFEST].decode().splitlines()) == len(names) - 1
    facts = json.loads(files["案件.json"])
    assert (facts["申请人"]["名称"], facts["答复日期"]) == ("林秀珍", "2026-09-16")
    assert facts["文书"][0]["SHA-256"] == document.sha256
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


def test_one_pdf_has_a_bookmark_for_each_document(
    clerk: Desk,  # noqa: F811
    posted: int,  # noqa: F811
) -> None:
    content = archive_pdf(clerk, posted).content
    assert breaches(content) == []
    reader = PdfReader(BytesIO(content), strict=True)
    assert [mark.title for mark in reader.outline] == [
        "卷内目录",
        "政府信息公开申请答复书 青资公开答〔2026〕1号",
        "期限计算说明",
    ]
    assert "草稿" not in "".join(page.extract_text() for page in reader.pages)


def test_who_may_not_see_personal_data_takes_no_case_file(
    session: Session,
    desk_for: Callable[..., Desk],
    clerk: Desk,  # noqa: F811
    posted: int,  # noqa: F811
    tmp_path: Path,
) -> None:
    reviewer = desk_for(Role.LEGAL_REVIEWER, name="某审核员", now=clerk.now)
    for take in (lambda: archive_pdf(reviewer, posted), lambda: archive_zip(
        reviewer, posted, attachments=tmp_path
    )):  # fmt: skip
        with pytest.raises(PermissionRefused):
            take()
    assert session.scalars(select(Event).where(Event.action == "take_case_file")).all() == []
