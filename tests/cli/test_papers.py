"""``casework letter``, ``verify`` and ``archive``: documents from the command line."""

from __future__ import annotations

import json
import zipfile
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from casework.cli import archive as archive_cli
from casework.cli import certificate as certificate_cli
from casework.cli import letter as letter_cli
from casework.cli import main
from casework.cli import verify as verify_cli
from casework.documents.pdf_signature import read_key, sign
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Role
from casework.domain.voiding import VoidOrder
from casework.services import procedural_letters, registration, voiding
from casework.services.procedural_letters import DocumentText
from tests.conftest import beijing
from tests.documents.certificates import PASSPHRASE, pkcs12_file
from tests.services.test_road import application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from casework.services.desk import Desk

NUMBER = "青资公开〔2026〕1号"


@pytest.fixture
def run(
    desk_for: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Result]:
    """Commands at the desk of a clerk who has one case with an issued 登记回执."""
    desk = desk_for(Role.CLERK, name="周敏", now=beijing(date(2026, 9, 7)))
    key = registration.register(desk, application(), agency_id=desk.actor.agency_id or 0)
    receipt = DocumentText(kind=LetterKind.REGISTRATION_RECEIPT)
    procedural_letters.issue_document(desk, key.id, receipt, version=None)

    @contextmanager
    def office(_login: str | None = None) -> Iterator[Desk]:
        yield desk

    for module in (letter_cli, verify_cli, archive_cli, certificate_cli):
        monkeypatch.setattr(module, "office", office)
    monkeypatch.setattr(archive_cli, "attachment_folder", lambda: tmp_path)

    def invoke(*arguments: Any) -> Result:
        return CliRunner().invoke(main, [str(each) for each in arguments])

    return invoke


def test_a_letter_is_the_issued_one_or_a_draft_with_what_is_filled_in(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    receipt, draft = tmp_path / "回执.pdf", tmp_path / "理由.pdf"
    done = run("letter", "登记回执", "--case", NUMBER, "-o", receipt)
    assert (done.exit_code, done.stderr.count("青资公开回〔2026〕1号")) == (0, 1)
    checked = run("verify", receipt, "--json")
    assert checked.exit_code == 0
    found = json.loads(checked.stdout)
    assert (found["verdict"], found["genuine"]) == ("same_file", True)
    assert found["document"]["number"] == "青资公开回〔2026〕1号"

    arguments = ("letter", "reasons_request", "--case", NUMBER, "-o", draft)
    refused = run(*arguments)
    assert (refused.exit_code, draft.exists()) == (2, False)
    assert "申请数量、频次情况" in refused.stderr
    assert run(*arguments, "--fill", "volume_found=提出申请46件").exit_code == 0
    assert draft.read_bytes().startswith(b"%PDF-")
    for wrong, said in (
        ("volume_found", "NAME=TEXT"),
        ("colour=red", "volume_found"),
        ("reasons_due_on=明天", "日期"),
    ):
        answer = run(*arguments, "--fill", wrong)
        assert answer.exit_code == 2
        assert said in answer.stderr


def test_a_copy_that_is_not_the_one_ends_with_1(run: Callable[..., Result], tmp_path: Path) -> None:
    forged = tmp_path / "副本.pdf"
    forged.write_bytes(b"%PDF-1.4")
    assert run("verify", forged).exit_code == 1
    assert run("verify", "青资公开回〔2026〕1号 0000-0000-0000").exit_code == 1
    number_only = run("verify", "青资公开回〔2026〕1号")
    assert "逐字核对" in number_only.stdout


def test_a_case_file_is_written_as_its_ending_says(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    packed, joined = tmp_path / "案卷.zip", tmp_path / "案卷.pdf"
    assert run("archive", "--case", NUMBER, "-o", packed).exit_code == 0
    assert run("archive", "--case", NUMBER, "-o", joined).exit_code == 0
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        assert "01 政府信息公开申请登记回执 青资公开回〔2026〕1号.pdf" in archive.namelist()
    assert joined.read_bytes().startswith(b"%PDF-")
    wrong = run("archive", "--case", NUMBER, "-o", tmp_path / "案卷.rar")
    assert wrong.exit_code == 2
    assert ".zip" in wrong.stderr


def test_a_certificate_is_installed_shown_used_and_removed(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    file, secret = tmp_path / "公章.p12", tmp_path / "secret"
    file.write_bytes(pkcs12_file())
    secret.write_text("错的\n", encoding="utf-8")
    options = ("--agency", "青沅市自然资源和规划局")
    assert "没有启用签名证书" in run("certificate", "show", *options).output
    wrong = run("certificate", "install", file, *options, "--passphrase-file", secret)
    assert (wrong.exit_code, wrong.stderr.strip()) == (2, "证书文件的口令不对，请核对后重试")
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    done = run("certificate", "install", file, *options, "--passphrase-file", secret)
    assert done.exit_code == 0, done.stderr
    assert "有效期至 2027-01-01" in done.output
    assert json.loads(run("certificate", "show", *options, "--json").output)["serial"] == "2026"
    # What was issued before stays unsigned; a file with a signature is told what it is worth.
    copy = tmp_path / "copy.pdf"
    run("letter", "registration_receipt", "--case", NUMBER, "-o", copy)
    assert json.loads(run("verify", copy, "--json").output)["signatures"] == []
    key = read_key(pkcs12_file(), PASSPHRASE)
    at = beijing(date(2026, 9, 7))
    copy.write_bytes(sign(copy.read_bytes(), key, agency="青沅市", signed_at=at))
    verified = run("verify", copy, "--json")
    assert verified.exit_code == 1
    answer = json.loads(verified.output)
    assert answer["verdict"] == "unknown"
    (signature,) = answer["signatures"]
    assert (signature["good"], signature["covers_all"]) == (True, True)
    assert "2026-09-07" in run("verify", copy).output
    assert run("certificate", "remove", *options).exit_code == 0
    assert run("certificate", "remove", *options).exit_code == 2


def test_a_void_document_is_the_issued_one_and_not_valid(
    run: Callable[..., Result], desk_for: Callable[..., Desk], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.pdf"
    run("letter", "registration_receipt", "--case", NUMBER, "-o", copy)
    assert json.loads(run("verify", copy, "--json").output)["valid"]
    leader = desk_for(Role.LEADER, name="罗建平", now=beijing(date(2026, 9, 8)))
    order = VoidOrder(reason="收到日期写错")
    voiding.void_document(leader, 1, 1, order, version=None)
    told = run("verify", copy, "--json")
    assert told.exit_code == 1
    answer = json.loads(told.output)
    assert (answer["genuine"], answer["valid"]) == (True, False)
    assert answer["document"]["voided_on"] == "2026-09-08"
    assert "本文书已于 2026-09-08 作废，不再有效" in run("verify", copy).output
