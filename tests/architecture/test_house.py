"""Tests about the code base: what the linters cannot say."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

import config

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = config.ROOT / "casework"
SOURCES = sorted(PACKAGE.rglob("*.py"))
STANDARD_LIBRARY_ONLY = {"casework", "__future__"}


def imports_of(path: Path) -> set[str]:
    """Return the top-level names a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_the_domain_uses_the_standard_library_only() -> None:
    import sys

    for path in (PACKAGE / "domain").rglob("*.py"):
        foreign = imports_of(path) - set(sys.stdlib_module_names) - STANDARD_LIBRARY_ONLY
        assert not foreign, (path.name, foreign)


def test_only_the_transaction_commits() -> None:
    commits = [
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        if re.search(r"\.commit\(\)", path.read_text(encoding="utf-8"))
    ]
    assert commits == ["services/transaction.py"]


def test_acceptance_51_no_act_removes_a_document_that_was_issued() -> None:
    deletes = {
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        if re.search(r"\.delete\(|\bdelete\(", path.read_text(encoding="utf-8"))
    }
    # A hand-entered figure that is cleared; its event stays.
    assert deletes <= MAY_DELETE


# Where rows may go, and none of them is a document or an event.
MAY_DELETE = {
    "services/annual_entries.py",
    "services/feeds.py",
    # What a ledger told of, as long as it is nothing else; its letters were never issued here.
    "services/ledger_undo.py",
    "services/linking.py",
    "services/login_attempts.py",
    "services/second_factor.py",
    "services/notices.py",
    "services/restriction.py",
    "services/review_chain.py",
    "services/saved_views.py",
    "services/search_index.py",  # entries of the index, made again from the case
    "services/unfinished.py",
}


def test_cases_are_asked_for_by_the_one_condition_that_keeps_restricted_ones() -> None:
    """A person's subtree alone is no leave to see a case: ``visible_to`` asks 限制知悉 as well."""
    asks = re.compile(r"in_subtree\((?:\w+\.)*actor\.agency_path\)|\.sees\((?:\w+\.)*case\b")
    found = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if asks.search(text) and re.search(r"\bCase\b", text):
            found.add(path.relative_to(PACKAGE).as_posix())
    assert found == {"queries/visibility.py"}


def test_only_documents_make_a_paragraph_and_never_from_markup() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert "platypus" not in text, f"{path.name}: ReportLab's Paragraph reads markup"


OWN_SCRIPT = re.compile(
    r"""<script defer src="\{\{ url_for\('static', filename='[a-z]+\.js'\) \}\}"></script>"""
)


def test_templates_escape_everything() -> None:
    for path in (config.ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        # Our own drawings; no value ever goes through them.
        assert "|safe" not in text.replace(" ", "") or path.name == "icons.html", path.name
        assert "autoescape false" not in text, path.name
        # Pages work without scripts; what there is comes from our own folder and only adds ease.
        assert text.count("<script") == len(OWN_SCRIPT.findall(text)), path.name
        assert " style=" not in text, f"{path.name}: no inline style under our policy"
        assert not re.search(r"\son[a-z]+=", text), f"{path.name}: no event attribute"
        assert "http://" not in text.replace("http://www.w3.org", ""), path.name
        assert "https://" not in text, f"{path.name}: nothing from outside"


def test_no_module_is_a_box_for_leftovers() -> None:
    leftovers = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "tools.py"}
    assert not [path for path in SOURCES if path.name in leftovers]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_module_says_what_it_is_for_and_fits_a_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "a module begins with what it is for"
    data = path.parent.name == "forms" or path.name in DATA_MODULES
    assert data or len(text.splitlines()) <= 420, "split it by act or noun"


# Tables of facts, which are read by looking a line up.
DATA_MODULES = {"ground_catalogue.py", "state_council_notices.py"}


def scenario_numbers(name: str) -> set[int]:
    """Return the scenarios that ``10_x``, ``11_12_13_x`` or ``01_to_09_x`` stands for."""
    if spread := re.match(r"(\d+)_to_(\d+)", name):
        return set(range(int(spread[1]), int(spread[2]) + 1))
    leading = re.match(r"(?:\d+_)+", name)
    return {int(number) for number in leading[0].split("_") if number} if leading else set()


def test_acceptance_scenarios_are_tested_or_excepted() -> None:
    """Every scenario of the list is named by a test or stands in docs/acceptance.md."""
    tested: set[int] = set()
    for path in (config.ROOT / "tests").rglob("test_*.py"):
        for name in re.findall(r"def test_acceptance_(\w+)", path.read_text(encoding="utf-8")):
            tested |= scenario_numbers(name)
    text = (config.ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8")
    excepted = {int(number) for number in re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE)}
    assert set(range(1, 92)) <= tested | excepted
    assert not tested & excepted, "an exception that is tested is none"
