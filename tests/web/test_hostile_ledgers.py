"""T7: whatever is handed in as a ledger, the page answers in words, soon, and keeps nothing."""

from __future__ import annotations

import os
import tempfile
import time
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from casework.domain.permissions import Role
from casework.models import Case, LedgerUpload
from tests.documents.hostile_files import HEAD, Hostile, hostile_files
from tests.web.conftest import hidden_fields, text_of
from tests.web.test_ledger_pages import go_on

LONGEST = 5.0
MOST_GROWTH = 150 * 1024
"""Kilobytes that this process may grow by on one file."""


def resident() -> int:
    """Return the memory of this process, in kilobytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def left_behind(app) -> set[str]:
    """Return the files in the temporary folder and in the office's own."""
    places = (Path(tempfile.gettempdir()), Path(app.config["CASEWORK_HOME"]))
    return {
        str(path)
        for place in places
        for path in place.iterdir()
        if not path.name.startswith((".", "pytest", "casework.db"))
    }


def uploads(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(LedgerUpload))


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


def hand_in(clerk, file: Hostile):
    fields = hidden_fields(clerk.read("/ledger"))
    # Encoded here: the client's own way leaves a temporary file open behind a large one.
    upload = FileStorage(BytesIO(file.content), filename=file.name)
    boundary, body = encode_multipart(fields | {"file": upload})
    kind = f"multipart/form-data; boundary={boundary}"
    return clerk.post("/ledger", data=body, content_type=kind)


def test_t7_hostile_files_are_answered_in_words(app, clerk, session) -> None:
    files = hostile_files()
    assert len(files) >= 60
    assert len({file.what for file in files}) == len(files)
    before = left_behind(app)
    faults = []
    for file in files:
        kept = uploads(session)
        memory, begun = resident(), time.perf_counter()
        answer = hand_in(clerk, file)
        page = answer.get_data(as_text=True)
        took, grown = time.perf_counter() - begun, resident() - memory
        if took > LONGEST or grown > MOST_GROWTH:
            faults.append((file.what, f"{took:.1f} s", f"{grown} kB"))
        if file.says is None:
            if answer.status_code != 302:
                faults.append((file.what, answer.status_code, text_of(page)[-300:]))
            elif (matched := clerk.get(answer.location)).status_code != 200:
                faults.append((file.what, "columns", matched.status_code))
        elif answer.status_code != 422 or file.says not in text_of(page):
            faults.append((file.what, answer.status_code, text_of(page)[150:450]))
        elif uploads(session) != kept:
            faults.append((file.what, "was kept"))
    assert faults == []
    assert left_behind(app) == before


def test_t7_odd_files_are_read_for_what_they_say(clerk, session) -> None:
    """What is taken is read as text: nothing runs, nothing is fetched, no entity grows."""
    known = "0 已导入 1 系统里已有"
    expected = {
        "a formula that calls a program": "1 已导入 0 系统里已有",
        "a merged header": known,
        "a .xls as it should be": known,
        "a dimension that lies": known,
        "cells that a spreadsheet would run": "1 行没有导入",
        "UTF-8 with its mark": known,
        "UTF-16": known,
        "GB18030": known,
        "old line ends": known,
    }
    files = {file.what: file for file in hostile_files()}
    for what, result in expected.items():
        where = hand_in(clerk, files[what]).location
        done = go_on(clerk, where, "import")
        assert done.status_code == 302, (what, text_of(done.get_data(as_text=True))[-400:])
        shown = text_of(clerk.read(done.location))
        assert result in shown, (what, shown)
        assert "root:" not in shown
    session.rollback()
    assert {case.request_text for case in session.scalars(select(Case))} == {"柳湾村征地批复"}
    assert len(HEAD) == 4
