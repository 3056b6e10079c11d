"""The tree of agencies, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from casework.models import Agency, User
from casework.models.agency import subtree_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from casework.domain.permissions import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRow:
    """One agency for a picker: its depth in the tree and what identifies it."""

    id: int
    code: str
    name: str
    path: str
    parent_id: int | None
    number_prefix: str = ""
    is_active: bool = True

    @property
    def depth(self) -> int:
        """How many agencies stand above it."""
        return self.path.count("/") - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One account for a list."""

    id: int
    login: str
    name: str
    unit: str
    agency_name: str
    roles: tuple[Role, ...]
    is_active: bool


def in_subtree(path: str) -> ColumnElement[bool]:
    """Return the condition that ``Agency`` lies at or below ``path``: one index range."""
    return (Agency.path >= path) & (Agency.path < subtree_end(path))


def count_below(session: Session, path: str) -> tuple[int, int]:
    """Return how many agencies lie at or below ``path``, and how many there are."""
    own, every = session.execute(
        select(func.count().filter(in_subtree(path)), func.count(Agency.id))
    ).one()
    return own, every


def list_agencies(session: Session, *, under: str = "/") -> list[AgencyRow]:
    """Return the agencies at or below ``under`` in tree order (``/`` for all)."""
    query = select(Agency).order_by(Agency.path)
    if under != "/":
        query = query.where(in_subtree(under))
    return [_row(agency) for agency in session.scalars(query)]


def find_agency(session: Session, key: str) -> AgencyRow | None:
    """Return the one agency with this code, name or path of names (郴州市/桂阳县), else None.

    A name that several agencies bear finds none: the path tells them apart.
    """
    key = key.strip().strip("/")
    names = [part.strip() for part in key.split("/")]
    found = session.scalars(
        select(Agency).where(or_(Agency.code == key, Agency.name == names[-1])).limit(50)
    ).all()
    by_code = [agency for agency in found if agency.code == key]
    if by_code:
        return _row(by_code[0])
    matching = [agency for agency in found if _names_upward(agency)[: len(names)] == names[::-1]]
    return _row(matching[0]) if len(matching) == 1 else None


def find_root(session: Session) -> AgencyRow | None:
    """Return the only agency that has none above it, or None if there are several or none."""
    roots: Sequence[Agency] = session.scalars(
        select(Agency).where(Agency.parent_id.is_(None)).limit(2)
    ).all()
    return _row(roots[0]) if len(roots) == 1 else None


def list_people(session: Session, *, under: str = "/") -> list[PersonRow]:
    """Return the accounts at or below an agency, by log-in name."""
    query = select(User).join(User.agency).order_by(User.login)
    if under != "/":
        query = query.where(in_subtree(under))
    return [
        PersonRow(
            id=user.id,
            login=user.login,
            name=user.name,
            unit=user.unit,
            agency_name=user.agency.name,
            roles=tuple(sorted(user.roles)),
            is_active=user.is_active,
        )
        for user in session.scalars(query)
    ]


def _names_upward(agency: Agency) -> list[str]:
    names = []
    above: Agency | None = agency
    while above is not None:
        names.append(above.name)
        above = above.parent
    return names


def _row(agency: Agency) -> AgencyRow:
    return AgencyRow(
        id=agency.id,
        code=agency.code,
        name=agency.name,
        path=agency.path,
        parent_id=agency.parent_id,
        number_prefix=agency.number_prefix,
        is_active=agency.is_active,
    )
