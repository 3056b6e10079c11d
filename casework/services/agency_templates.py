"""Which wording an agency's letters are made of, and which wording a paper was made of.

An agency's own version of a text comes before its superior's, that before the default. A paper
keeps the texts it was made of: a draft that was approved is printed with the wording it was
approved with, whatever has been released since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from casework.domain.statutes import StatuteCode
from casework.domain.template_parts import find_part, parts_used_by
from casework.domain.template_versions import VersionState
from casework.models import TemplateText, TemplateVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from casework.documents.letter_templates import LetterTemplates, TemplateKey
    from casework.domain.letter_kinds import LetterKind
    from casework.models import Agency
    from casework.services.desk import Desk
    from casework.services.stationery import Stationery

PaperTemplates = dict[str, dict[str, Any]]
"""What a draft or a document keeps: part -> ``sha256``, and ``version`` and ``name`` if adapted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an adapted text comes from: 青沅市人民政府第3版."""

    version_id: int
    agency_name: str
    number: int

    @property
    def name(self) -> str:
        """How a page calls it."""
        return f"{self.agency_name}第{self.number}版"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The wording in force for an agency; ``origins`` of the texts that are not the default."""

    templates: LetterTemplates
    origins: Mapping[TemplateKey, Origin]

    def record(self, statute: str, kind: LetterKind) -> PaperTemplates:
        """Return what a paper of this kind keeps of its wording."""
        return {part.value: self._entry(statute, part) for part in parts_used_by(kind)}

    def _entry(self, statute: str, part: Any) -> dict[str, Any]:
        entry: dict[str, Any] = {"sha256": self.templates.sha256(statute, part)}
        if origin := self.origins.get((statute, part)):
            entry |= {"version": origin.version_id, "name": origin.name}
        return entry


def wording_of(desk: Desk, agency: Agency) -> Wording:
    """Return the wording in force for an agency: its own, its superiors', the default."""
    line = [int(number) for number in agency.path.strip("/").split("/")]
    rows = desk.session.scalars(
        select(TemplateVersion).where(
            TemplateVersion.agency_id.in_(line), TemplateVersion.state == VersionState.IN_FORCE
        )
    ).all()
    nearest: dict[TemplateKey, TemplateVersion] = {}
    for row in sorted(rows, key=lambda row: line.index(row.agency_id)):
        part = find_part(row.part, row.statute)
        if part is not None:
            nearest[row.statute.value, part] = row
    return Wording(
        templates=_adapted(desk, {key: row.sha256 for key, row in nearest.items()}),
        origins={
            key: Origin(version_id=row.id, agency_name=row.agency.name, number=row.number)
            for key, row in nearest.items()
        },
    )


def keep_wording(desk: Desk, wording: Wording, statute: str, kind: LetterKind) -> PaperTemplates:
    """Keep the texts a paper is made of, in the caller's act, and return what the paper keeps."""
    templates = wording.templates
    for part in parts_used_by(kind):
        text = templates.text(statute, part)
        keep_text(desk.session, templates.sha256(statute, part), text)
    return wording.record(statute, kind)


def templates_as_kept(desk: Desk, kept: PaperTemplates, statute: str) -> LetterTemplates:
    """Return the wording a paper was made of; the default for a paper that kept none."""
    hashes: dict[TemplateKey, str] = {}
    for name, entry in kept.items():
        part = find_part(name, StatuteCode(statute))
        if part is not None:
            hashes[statute, part] = entry["sha256"]
    return _adapted(desk, hashes)


def keep_text(session: Session, sha256: str, text: str) -> None:
    """Keep one text by its hash; two acts that keep the same one at once do not meet."""
    if session.get(TemplateText, sha256) is not None:
        return
    is_sqlite = session.connection().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    session.execute(insert(TemplateText).values(sha256=sha256, text=text).on_conflict_do_nothing())


def _adapted(desk: Desk, hashes: Mapping[TemplateKey, str]) -> LetterTemplates:
    stationery: Stationery = desk.stationery
    default = stationery.templates()
    others = {key: sha for key, sha in hashes.items() if default.sha256(*key) != sha}
    return stationery.adapted(others, lambda wanted: _texts(desk.session, wanted))


def _texts(session: Session, hashes: Sequence[str]) -> dict[str, str]:
    query = select(TemplateText.sha256, TemplateText.text).where(TemplateText.sha256.in_(hashes))
    return {row.sha256: row.text for row in session.execute(query)}
