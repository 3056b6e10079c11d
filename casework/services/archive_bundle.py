"""案卷: one case as a zip and as one PDF, fit to be put away or sent to a 复议机关 or a court.

Issued documents go in byte for byte as they left the office. A case file shows everything, so
whoever takes it needs the right to see personal data, and the taking is recorded.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casework.documents.pdf_joining import NotJoinableError, Part, join
from casework.domain.clock_json import to_json
from casework.domain.errors import RuleBroken
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import get_ground
from casework.domain.permissions import Permission, require
from casework.domain.statutory_clock import reckon
from casework.models import Attachment, Delivery, Document, Event
from casework.queries.case_facts import clock_facts_of
from casework.queries.visibility import kept_numbers
from casework.services.attachments import read_attachment
from casework.services.case_file import open_case, record_event
from casework.services.clock_annex import print_trail_paper
from casework.services.letter_writing import letter_style
from casework.services.procedural_letters import draft_of
from casework.services.restriction import VIEWED
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from casework.models import Case
    from casework.services.desk import Desk

BUNDLED = "take_case_file"
MANIFEST = "校验清单.sha256"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_NOT_IN_A_NAME = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A case file: its name without ending, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Paper:
    title: str
    content: bytes


def archive_zip(desk: Desk, case_id: int, *, attachments: Path) -> Bundle:
    """Return the case as a zip: numbered PDFs, attachments, facts, deadline, manifest of hashes.

    ``attachments`` is the folder they lie in. Same state and moment, same bytes.
    """
    with _taking(desk, case_id, "zip") as case:
        files = {
            f"{at:02d} {paper.title}.pdf".translate(_NOT_IN_A_NAME): paper.content
            for at, paper in enumerate(_papers(desk, case))
        }
        for number, attachment in enumerate(_attachments(desk, case), start=1):
            stored = read_attachment(desk, case.id, attachment.id, folder=attachments)
            files[f"附件/{number:02d} {stored.name}".replace("\\", "_")] = stored.content
        files["案件.json"] = _json(_case_facts(desk, case))
        files["经过.json"] = _json(_events(desk, case))
        if (clock := _clock(desk, case)) is not None:
            files["期限.json"] = _json(clock)
        return Bundle(name=_name(case), content=_zipped(files))


def archive_pdf(desk: Desk, case_id: int) -> Bundle:
    """Return the case as one PDF with a bookmark for each document; attachments are not in it.

    RuleBroken if a stored document is no PDF of this program's making.
    """
    with _taking(desk, case_id, "pdf") as case:
        parts = [Part(title=paper.title, content=paper.content) for paper in _papers(desk, case)]
        try:
            content = join(parts, title=f"{case.number} 案卷", author=case.agency.name)
        except NotJoinableError as error:
            raise RuleBroken(
                "not_joined", "案卷里有打不开的 PDF，不能并成一个文件，请改用压缩包"
            ) from error
        return Bundle(name=_name(case), content=content)


@contextmanager
def _taking(desk: Desk, case_id: int, form: str) -> Iterator[Case]:
    """Open the case for taking it along: permission, one transaction, one event."""
    require(desk.actor, Permission.REVEAL_PERSONAL_DATA)
    with transaction(desk.session):
        case = open_case(desk, case_id)
        yield case
        record_event(
            desk,
            case=case,
            action=BUNDLED,
            permission=Permission.REVEAL_PERSONAL_DATA,
            detail={"form": form},
        )


def _papers(desk: Desk, case: Case) -> list[_Paper]:
    index = draft_of(desk, case, LetterKind.FILE_INDEX, {})
    papers = [
        _Paper(
            "卷内目录", desk.stationery.pdf(index, letter_style(case.agency, LetterKind.FILE_INDEX))
        )
    ]
    for document in _documents(desk, case):
        if document.content is not None:
            title = " ".join(filter(None, (document.title, document.document_number)))
            papers.append(_Paper(title, document.content))
    if case.received_on is not None:
        papers.append(_Paper("期限计算说明", print_trail_paper(desk, case.id)))
    return papers


def _documents(desk: Desk, case: Case) -> Sequence[Document]:
    return desk.session.scalars(
        select(Document)
        .where(Document.case_id == case.id, Document.kind != LetterKind.FILE_INDEX)
        .order_by(Document.dated_on, Document.id)
    ).all()


def _attachments(desk: Desk, case: Case) -> Sequence[Attachment]:
    return desk.session.scalars(
        select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)
    ).all()


def _case_facts(desk: Desk, case: Case) -> dict[str, Any]:
    applicant = case.applicant
    return {
        "申请编号": case.number,
        "机关": case.agency.name,
        "适用条例": case.statute.value,
        "环节": case.state.label,
        "申请方式": case.channel.label,
        "申请人类型": case.applicant_type.label,
        "申请人": {
            "名称": applicant.name,
            "证件": applicant.id_kind,
            "证件号码": applicant.id_number,
            "电话": applicant.phone,
            "地址": applicant.address,
            "邮编": applicant.postcode,
            "邮箱": applicant.email,
        },
        "申请内容": case.request_text,
        "申请日期": _iso(case.submitted_on),
        "收到日期": _iso(case.received_on),
        "答复日期": _iso(case.replied_on),
        "办结日期": _iso(case.closed_on),
        "办理结果": get_ground(case.ground).full_label if case.ground else None,
        "文书": [
            {
                "名称": document.title,
                "文号": document.document_number,
                "成文日期": _iso(document.dated_on),
                "SHA-256": document.sha256,
            }
            for document in _documents(desk, case)
        ],
        "送达": [
            {
                "方式": delivery.method.label,
                "送达日期": _iso(delivery.handed_over_on),
                "邮件号": delivery.mail_number,
                "签收日期": _iso(delivery.signed_on),
                "退回日期": _iso(delivery.returned_on),
            }
            for delivery in desk.session.scalars(
                select(Delivery).where(Delivery.case_id == case.id).order_by(Delivery.id)
            )
        ],
    }


def _events(desk: Desk, case: Case) -> list[dict[str, Any]]:
    """Return what happened, with the link of the chain that proves each (domain.audit_chain)."""
    query = select(Event).where(Event.case_id == case.id, Event.action.not_in([BUNDLED, VIEWED]))
    events = desk.session.scalars(query.order_by(Event.id)).all()
    others = (event.detail.get("other", "") for event in events)
    kept = kept_numbers(desk.session, desk.actor, others)
    return [
        {
            "action": event.action,
            "effective_on": _iso(event.effective_on),
            "recorded_at": event.recorded_at.isoformat(),
            "actor": event.actor_name,
            "role": event.role,
            "note": event.note,
            "detail": event.detail,
            "seq": event.seq,
            "digest": event.digest,
        }
        for event in events
        if event.detail.get("other") not in kept
    ]


def _clock(desk: Desk, case: Case) -> dict[str, Any] | None:
    facts = clock_facts_of(case)
    if facts is None:
        return None
    today = case.replied_on or case.closed_on or desk.today
    return to_json(reckon(facts, desk.calendar, today=today, office_days=desk.office_days))


def _zipped(files: dict[str, bytes]) -> bytes:
    manifest = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**files, MANIFEST: manifest.encode()}.items():
            info = zipfile.ZipInfo(name, _FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _name(case: Case) -> str:
    return f"{case.number}案卷".translate(_NOT_IN_A_NAME)
