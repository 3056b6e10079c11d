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

from casework.documents.pdf_joining import join
from casework.documents.volume_pdf import COVER, INDEX, NOTE
from casework.domain.clock_json import to_json
from casework.domain.letter_kinds import LetterKind
from casework.domain.outcomes import get_ground
from casework.domain.permissions import Permission, require
from casework.domain.statutory_clock import reckon
from casework.models import Delivery, Document, Event
from casework.queries.case_facts import clock_facts_of
from casework.queries.case_side import list_amendments, list_conferrals
from casework.queries.visibility import kept_numbers
from casework.services.case_file import open_case, record_event
from casework.services.case_volume import case_volume
from casework.services.restriction import VIEWED
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from casework.models import Case
    from casework.services.case_volume import Paper
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


def archive_zip(desk: Desk, case_id: int, *, attachments: Path) -> Bundle:
    """Return the case as a zip: every paper as it lies on file, facts, deadline, hashes.

    ``attachments`` is the folder they lie in. Same state and moment, same bytes.
    """
    with _taking(desk, case_id, "zip") as case:
        volume = case_volume(desk, case, attachments=attachments)
        places = max(2, len(str(len(volume.papers) + 1)))
        files = {
            f"{0:0{places}d} {COVER}.pdf": volume.cover,
            f"{0:0{places}d} {INDEX}.pdf": volume.index,
        }
        listed = []
        for paper in volume.papers:
            name = _file_name(paper, places)
            files[name] = paper.original
            listed.append(_listed(paper, name))
        files[f"{len(volume.papers) + 1:0{places}d} {NOTE}.pdf"] = volume.note
        files["案件.json"] = _json(_case_facts(desk, case) | {"卷内文件": listed})
        files["经过.json"] = _json(_events(desk, case))
        if (clock := _clock(desk, case)) is not None:
            files["期限.json"] = _json(clock)
        name = _name(case)
    return Bundle(name=name, content=_zipped(files))


def archive_pdf(desk: Desk, case_id: int, *, attachments: Path) -> Bundle:
    """Return the case as one PDF: 封面, 卷内目录, every paper that has pages, 卷内备考表.

    Each has a bookmark; the pages are counted on through the whole. Same state and moment, same
    bytes.
    """
    with _taking(desk, case_id, "pdf") as case:
        volume = case_volume(desk, case, attachments=attachments)
        name, title, author = _name(case), f"{case.number} 案卷", case.agency.name
    # After the act: no clerk waits for a long file to be bound.
    return Bundle(name=name, content=join(volume.parts(), title=title, author=author))


def _file_name(paper: Paper, places: int) -> str:
    if paper.name:
        return f"附件/{paper.place:0{places}d} {paper.name}".replace("\\", "_")
    words = (paper.title, paper.number, "（作废）" if paper.voided_on else "")
    name = " ".join(filter(None, words))
    return f"{paper.place:0{places}d} {name}.pdf".translate(_NOT_IN_A_NAME)


def _listed(paper: Paper, name: str) -> dict[str, Any]:
    return {
        "顺序号": paper.place,
        "题名": paper.title,
        "文号": paper.number,
        "责任者": paper.author,
        "日期": _iso(paper.day),
        "页号": paper.page,
        "页数": paper.pages,
        "文件": name,
        "SHA-256": hashlib.sha256(paper.original).hexdigest(),
        "PDF/A": "PDF/A-2u" if paper.promised and not paper.name else "不保证",
        "作废": _iso(paper.voided_on),
    }


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


def _documents(desk: Desk, case: Case) -> Sequence[Document]:
    return desk.session.scalars(
        select(Document)
        .where(Document.case_id == case.id, Document.kind != LetterKind.FILE_INDEX)
        .order_by(Document.dated_on, Document.id)
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
                "作废": _iso(document.voided_on),
            }
            for document in _documents(desk, case)
        ],
        "会商": [
            {"日期": _iso(one.held_on), "与谁": one.parties, "事项": one.matter, "结果": one.agreed}
            for one in list_conferrals(desk.session, case.id)
        ],
        "更正申请": [
            {
                "收到日期": _iso(one.asked_on),
                "记录": one.record,
                "主张": one.claim,
                "证据": one.evidence,
                "结果": one.outcome.label if one.outcome else None,
                "审核日期": _iso(one.decided_on),
                "有权机关": one.body,
                "理由": one.result,
            }
            for one in list_amendments(desk.session, case.id)
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
