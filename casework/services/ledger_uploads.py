"""台账文件上传: a file on a clerk's table, its columns matched; nothing of it is a record yet.

The file holds personal data. It is kept sealed, shown to nobody but the person who brought it, and
gone a week later at the latest.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from casework.documents.sheet_heads import SheetHead, read_head, read_heads
from casework.domain.errors import NotFound, RuleBroken
from casework.domain.ledger_guess import guess_columns
from casework.domain.ledger_header import SEARCHED_ROWS, check_header, find_header, header_at
from casework.domain.ledger_mapping import ColumnChoice, chosen_header, read_choice
from casework.domain.ledger_upload import KEPT_FOR, UploadStatus, is_interrupted
from casework.domain.permissions import Permission, require
from casework.models import Agency, LedgerUpload
from casework.models.sealed import sealer
from casework.services.ledger_remembered import (
    find_remembered,
    remember_columns,
    remembered_choice,
)
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from casework.domain.ledger_header import Header
    from casework.domain.ledger_values import Cell
    from casework.services.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """How a file's columns are understood so far: its sheets, the chosen one, header and choice."""

    agency_id: int
    heads: tuple[SheetHead, ...]
    head: SheetHead
    header: Header
    choice: ColumnChoice

    @property
    def samples(self) -> list[tuple[int, tuple[Cell, ...]]]:
        """The first data rows, numbered."""
        return [(number, row) for number, row in self.head.rows if number > self.header.row]


def take_upload(desk: Desk, *, content: bytes, file_name: str, agency_id: int) -> int:
    """Put a file on the clerk's table and return its key.

    RuleBroken(field="文件") for what is no spreadsheet of ours, NotFound for an agency that is not
    the actor's to see, PermissionRefused.
    """
    require(desk.actor, Permission.IMPORT_LEDGER)
    if desk.actor.user_id is None:
        raise NotFound("上传文件须先登录")
    heads = read_heads(content, file_name)
    head, choice = _first_choice(desk.session, heads, agency_id)
    with transaction(desk.session):
        agency = desk.session.get(Agency, agency_id)
        if agency is None or not desk.actor.sees(agency.path):
            raise NotFound("没有这个机关，或者不在您的机关范围内。")
        _sweep(desk)
        upload = LedgerUpload(
            agency_id=agency.id,
            file_name=file_name,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=_sealed(content),
            head=_sealed(json.dumps([each.as_json() for each in heads]).encode()),
            choice=choice.as_json(),
            status=UploadStatus.OPEN,
            rows_total=head.height,
            uploaded_by_id=desk.actor.user_id,
            uploaded_at=desk.now,
        )
        desk.session.add(upload)
        desk.session.flush()
        return upload.id


def matching_of(desk: Desk, upload_id: int) -> Matching:
    """Return how the columns of a file are understood so far; NotFound once it is gone."""
    upload = open_upload(desk, upload_id)
    heads = _heads(upload)
    assert upload.choice is not None  # noqa: S101  written with the file
    return _matched(upload.agency_id, heads, read_choice(upload.choice))


def rematched(desk: Desk, matching: Matching, *, sheet: str, header_row: int) -> Matching:
    """Return how another sheet or another header row of the same file is understood.

    RuleBroken(field="header_row") where there is no such row.
    """
    head = next((each for each in matching.heads if each.name == sheet), matching.head)
    header = header_at(head.rows, header_row)
    if header is None:
        raise RuleBroken("no_such_row", "没有这一行，请您重新选表头所在的行", field="header_row")
    choice = _guessed(desk.session, head, header, matching.agency_id)
    return _matched(matching.agency_id, matching.heads, choice)


def with_choice(matching: Matching, choice: ColumnChoice) -> Matching:
    """Return the same file with another choice."""
    return _matched(matching.agency_id, matching.heads, choice)


def _matched(agency_id: int, heads: Sequence[SheetHead], choice: ColumnChoice) -> Matching:
    head = next((each for each in heads if each.name == choice.sheet), heads[0])
    header = header_at(head.rows, choice.header_row) or header_at(head.rows, 0)
    assert header is not None  # noqa: S101  a sheet without a header is always possible
    return Matching(
        agency_id=agency_id, heads=tuple(heads), head=head, header=header, choice=choice
    )


def choose_columns(desk: Desk, upload_id: int, choice: ColumnChoice, *, final: bool) -> None:
    """Keep the clerk's choice with the file; a ``final`` one must be complete, and is remembered.

    RuleBroken(field="columns") where two columns stand for one thing or a required one is missing.
    """
    with transaction(desk.session):
        upload = open_upload(desk, upload_id)
        matching = _matched(upload.agency_id, _heads(upload), choice)
        if final:
            try:
                check_header(chosen_header(matching.header, choice))
            except RuleBroken as broken:
                raise RuleBroken(broken.code, broken.message, field="columns") from broken
            remember_columns(
                desk, agency_id=upload.agency_id, header=matching.header, choice=choice
            )
        upload.choice = choice.as_json()
        upload.rows_total = matching.head.height


def discard_upload(desk: Desk, upload_id: int) -> None:
    """Take a file off the table; RuleBroken while a process is at work on it."""
    with transaction(desk.session):
        upload = open_upload(desk, upload_id)
        require_rest(desk, upload)
        upload.content = upload.head = upload.report = None


def open_upload(desk: Desk, upload_id: int) -> LedgerUpload:
    """Return a file that is still there and is the actor's own; NotFound otherwise."""
    require(desk.actor, Permission.IMPORT_LEDGER)
    upload = desk.session.scalars(
        select(LedgerUpload)
        .where(
            LedgerUpload.id == upload_id,
            LedgerUpload.uploaded_by_id == desk.actor.user_id,
            LedgerUpload.head.is_not(None),
        )
        .options(undefer(LedgerUpload.head))
    ).one_or_none()
    if upload is None:
        raise NotFound(f"没有这份文件，或者已经过了{KEPT_FOR.days}天，请您重新上传")
    return upload


def require_rest(desk: Desk, upload: LedgerUpload) -> None:
    """Refuse to touch a file while a process is at work on it."""
    if upload.status.is_running and not is_interrupted(upload.status, upload.lease_until, desk.now):
        raise RuleBroken("upload_running", f"“{upload.file_name}”{upload.status.label}，请等它办完")


def content_of(upload: LedgerUpload) -> bytes:
    """Return the file as it was uploaded."""
    return opened(upload.content or b"")


def opened(sealed: bytes) -> bytes:
    """Return what was kept sealed with a file."""
    return zlib.decompress(sealer().open_bytes(sealed))


def _sealed(content: bytes) -> bytes:
    return sealer().seal_bytes(zlib.compress(content, 1))


def sealed_json(said: Any) -> bytes:
    """Return JSON, sealed."""
    return _sealed(json.dumps(said, ensure_ascii=False).encode())


def _heads(upload: LedgerUpload) -> list[SheetHead]:
    return [read_head(said) for said in json.loads(opened(upload.head or b""))]


def _first_choice(
    session: Session, heads: Sequence[SheetHead], agency_id: int
) -> tuple[SheetHead, ColumnChoice]:
    """Return the sheet that looks most like a ledger, and how we understand it."""
    if not heads:
        raise RuleBroken("no_sheet", "文件里没有可见的工作表，请您取消隐藏后再上传。", field="文件")
    understood: dict[str, tuple[bool, Header | None]] = {}
    for head in heads:
        kept = find_remembered(session, agency_id, head.rows[:SEARCHED_ROWS])
        understood[head.name] = kept is not None, kept or find_header(head.rows)

    def promise(head: SheetHead) -> tuple[bool, int, int]:
        remembered, header = understood[head.name]
        return remembered, len(header.slots) if header else 0, head.height

    head = max(heads, key=promise)
    _, header = understood[head.name]
    row = header.row if header is not None else 0
    plain = header_at(head.rows, row)
    assert plain is not None  # noqa: S101  the row was found a moment ago
    return head, _guessed(session, head, plain, agency_id)


def _guessed(
    session: Session, head: SheetHead, header: Header, agency_id: int | None
) -> ColumnChoice:
    """Return what was chosen before for this header, else our guess."""
    kept = remembered_choice(session, agency_id, header)
    if kept is not None:
        return ColumnChoice(
            sheet=head.name, header_row=header.row, slots=kept.slots, channel=kept.channel
        )
    rows = [row for number, row in head.rows if number > header.row]
    guessed = {each.place: each.slot for each in guess_columns(header, rows)}
    width = max(len(header.names), max(guessed, default=-1) + 1)
    return ColumnChoice(
        sheet=head.name,
        header_row=header.row,
        slots=tuple(guessed.get(place) for place in range(width)),
    )


def _sweep(desk: Desk) -> None:
    """Drop the files whose week is over; a run on one of them loses nothing but its file."""
    desk.session.execute(
        update(LedgerUpload)
        .where(
            LedgerUpload.content.is_not(None) | LedgerUpload.head.is_not(None),
            LedgerUpload.uploaded_at < desk.now - KEPT_FOR,
        )
        .values(content=None, head=None, report=None)
        .execution_options(synchronize_session=False)
    )
