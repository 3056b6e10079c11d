"""文书模板: which wording each agency uses, its versions, and what waits for release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.domain.errors import NotFound
from casework.domain.statutes import StatuteCode
from casework.domain.template_parts import find_part, parts_of
from casework.domain.template_versions import VersionFacts, VersionState
from casework.models import Agency, TemplateVersion
from casework.queries.agencies import in_subtree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.domain.template_parts import TemplatePart


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version of one text, without the text."""

    id: int
    agency_id: int
    agency_name: str
    statute: StatuteCode
    part: str
    number: int
    sha256: str
    state: VersionState
    reason: str
    author_name: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    opinion: str
    retired_by: str
    retired_at: datetime | None
    retire_reason: str
    facts: VersionFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """One version, whole."""

    line: VersionLine
    part: TemplatePart
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInUse:
    """Which wording of one text an agency uses: ``version`` None for the default.

    ``waiting`` is the agency's own proposal, if there is one.
    """

    statute: StatuteCode
    part: TemplatePart
    version: VersionLine | None
    waiting: VersionLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyTexts:
    """All texts of one agency, by part and then by regulation."""

    agency_id: int
    agency_name: str
    rows: Sequence[tuple[TemplatePart, tuple[TextInUse | None, ...]]]

    @property
    def adapted(self) -> int:
        """How many texts are not the default."""
        return sum(1 for _, cells in self.rows for cell in cells if cell and cell.version)


def list_texts(session: Session, actor: Actor, agency_id: int) -> AgencyTexts:
    """Return which wording an agency uses for every text; NotFound outside the actor's tree."""
    agency = _agency(session, actor, agency_id)
    line = [int(number) for number in agency.path.strip("/").split("/")]
    in_use: dict[tuple[StatuteCode, str], VersionLine] = {}
    waiting: dict[tuple[StatuteCode, str], VersionLine] = {}
    rows = session.scalars(
        _versions().where(
            TemplateVersion.agency_id.in_(line),
            TemplateVersion.state.in_([VersionState.IN_FORCE, VersionState.PROPOSED]),
        )
    )
    for row in sorted(rows, key=lambda row: line.index(row.agency_id)):
        key = (row.statute, row.part)
        if row.state is VersionState.IN_FORCE:
            in_use[key] = _line(row)
        elif row.agency_id == agency_id:
            waiting[key] = _line(row)
    parts = dict.fromkeys(part for statute in reversed(StatuteCode) for part in parts_of(statute))
    return AgencyTexts(
        agency_id=agency.id,
        agency_name=agency.name,
        rows=[
            (
                part,
                tuple(
                    TextInUse(
                        statute=statute,
                        part=part,
                        version=in_use.get((statute, part.value)),
                        waiting=waiting.get((statute, part.value)),
                    )
                    if part in parts_of(statute)
                    else None
                    for statute in reversed(StatuteCode)
                ),
            )
            for part in parts
        ],
    )


def list_versions(
    session: Session, actor: Actor, agency_id: int, statute: StatuteCode, part: TemplatePart
) -> list[VersionLine]:
    """Return an agency's own versions of one text, the newest first."""
    _agency(session, actor, agency_id)
    query = (
        _versions()
        .where(
            TemplateVersion.agency_id == agency_id,
            TemplateVersion.statute == statute,
            TemplateVersion.part == part.value,
        )
        .order_by(TemplateVersion.number.desc())
    )
    return [_line(row) for row in session.scalars(query)]


def list_waiting(session: Session, actor: Actor) -> list[VersionLine]:
    """Return what waits for release in the actor's part of the tree, the oldest first."""
    query = (
        _versions()
        .join(Agency, Agency.id == TemplateVersion.agency_id)
        .where(in_subtree(actor.agency_path), TemplateVersion.state == VersionState.PROPOSED)
        .order_by(TemplateVersion.proposed_at, TemplateVersion.id)
    )
    return [_line(row) for row in session.scalars(query)]


def get_version(session: Session, actor: Actor, version_id: int) -> VersionPage:
    """Return one version with its text.

    Readable where it is written and where it holds: in the actor's part of the tree, and above it.
    """
    row = session.scalars(
        _versions()
        .where(TemplateVersion.id == version_id)
        .options(joinedload(TemplateVersion.wording))
    ).one_or_none()
    part = find_part(row.part, row.statute) if row is not None else None
    if row is None or part is None or not in_one_line(actor, row.agency.path):
        raise NotFound("没有这一版模板，或者不在您的机关范围内")
    return VersionPage(line=_line(row), part=part, text=row.wording.text)


def in_one_line(actor: Actor, path: str) -> bool:
    """Say whether an agency lies in the actor's part of the tree or above it."""
    return actor.sees(path) or actor.agency_path.startswith(path)


def _agency(session: Session, actor: Actor, agency_id: int) -> Agency:
    agency = session.get(Agency, agency_id)
    if agency is None or not actor.sees(agency.path):
        raise NotFound("没有这个机关，或者不在您的机关范围内")
    return agency


def _versions() -> Select[TemplateVersion]:
    return select(TemplateVersion).options(
        joinedload(TemplateVersion.agency),
        joinedload(TemplateVersion.author),
        joinedload(TemplateVersion.decided_by),
        joinedload(TemplateVersion.retired_by),
    )


def _line(row: TemplateVersion) -> VersionLine:
    return VersionLine(
        id=row.id,
        agency_id=row.agency_id,
        agency_name=row.agency.name,
        statute=row.statute,
        part=row.part,
        number=row.number,
        sha256=row.sha256,
        state=row.state,
        reason=row.reason,
        author_name=row.author.name,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by.name if row.decided_by else "",
        decided_at=row.decided_at,
        opinion=row.opinion,
        retired_by=row.retired_by.name if row.retired_by else "",
        retired_at=row.retired_at,
        retire_reason=row.retire_reason,
        facts=facts_of_version(row),
    )


def facts_of_version(row: TemplateVersion) -> VersionFacts:
    """Return what the rules read of a version."""
    return VersionFacts(
        state=row.state,
        author_id=row.author_id,
        agency_path=row.agency.path,
        one_person_reason=row.agency.one_person_reason,
    )
