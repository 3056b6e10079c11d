"""Which agency a ledger row means: a code, a name, or a path of names (郴州市/桂阳县)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework.domain.errors import NotFound, RuleBroken
from casework.domain.number_pattern import NumberPattern
from casework.models import Agency
from casework.services.agencies import AgencyData, write_agency
from casework.services.ledger_numbers import Numbering

if TYPE_CHECKING:
    from casework.services.desk import Desk

FIELD = "机关"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyPlace:
    """An agency as the import needs it, with how it writes its 案号 and its 答复 文号."""

    id: int
    code: str
    name: str
    path: str
    numbering: Numbering


class AgencyBook:
    """The agencies the actor sees, looked up by what ledgers call them.

    ``default_id`` is where rows without 机关 go; without it the actor's own agency, else the only
    root. With ``create`` an unknown path is added to the tree, a single unknown name below the
    default agency, or as a root where there is none. Works inside the caller's transaction;
    to ``pretend`` adds them to this book only, and writes nothing.
    """

    def __init__(
        self, desk: Desk, *, default_id: int | None, create: bool, pretend: bool = False
    ) -> None:
        self._desk = desk
        self._create = create
        self._pretend = pretend
        self._places: dict[int, AgencyPlace] = {}
        self._by_code: dict[str, AgencyPlace] = {}
        self._by_name: dict[str, list[AgencyPlace]] = {}
        self._known: dict[str, AgencyPlace] = {}
        for agency in desk.session.scalars(select(Agency).order_by(Agency.path)):
            if desk.actor.sees(agency.path):
                self._enter(agency)
        self._default = self._find_default(default_id)

    @property
    def default_id(self) -> int | None:
        """Where rows go that name no agency, None if they must."""
        return self._default.id if self._default is not None else None

    def find(self, text: str) -> AgencyPlace:
        """Return the agency a row means; RuleBroken(field="机关") where that is not plain."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._look_up(text)
        return known

    def _look_up(self, text: str) -> AgencyPlace:
        if not text:
            if self._default is None:
                raise RuleBroken(
                    "agency_missing", "机关是空的，请您填写机关的名称或者代码。", field=FIELD
                )
            return self._default
        if text in self._by_code:
            return self._by_code[text]
        names = [name.strip() for name in text.replace("／", "/").strip("/ ").split("/")]
        found = self._matching(names)
        if len(found) > 1:
            paths = "、".join("/".join(self._names(place)) for place in found[:3])
            raise RuleBroken(
                "agency_ambiguous",
                f"机关“{text}”有{len(found)}个，请您写明上级，如{paths}。",
                field=FIELD,
            )
        if found:
            return found[0]
        if not self._create or not all(names):
            raise RuleBroken(
                "agency_unknown",
                f"机关名录里没有“{text}”，请您核对名称，或者先添加这个机关。",
                field=FIELD,
            )
        return self._add(names)

    def _matching(self, names: list[str]) -> list[AgencyPlace]:
        """Return the agencies whose names, from above down to theirs, end in ``names``."""
        return [
            place
            for place in self._by_name.get(names[-1], [])
            if self._names(place)[-len(names) :] == names
        ]

    def _names(self, place: AgencyPlace) -> list[str]:
        ids = (int(part) for part in place.path.strip("/").split("/"))
        return [self._places[each].name for each in ids if each in self._places]

    def _add(self, names: list[str]) -> AgencyPlace:
        parent = self._default if len(names) == 1 else None
        start = 0
        for length in range(len(names) - 1, 0, -1):
            above = self._matching(names[:length])
            if len(above) == 1:
                parent, start = above[0], length
                break
        for name in names[start:]:
            if self._pretend:
                parent = self._pretended(parent, name)
                continue
            parent = self._enter(
                write_agency(
                    self._desk.session,
                    AgencyData(code=self._free_code(parent), name=name),
                    parent_id=parent.id if parent else None,
                )
            )
        if parent is None:  # pragma: no cover - names is never empty
            raise NotFound("机关是空的，请您填写机关的名称或者代码。")
        return parent

    def _pretended(self, parent: AgencyPlace | None, name: str) -> AgencyPlace:
        """Return an agency as it would be, under a key no real one has."""
        key = -1 - len(self._places)
        above = parent.path if parent else "/"
        place = AgencyPlace(
            id=key,
            code="",
            name=name,
            path=f"{above}{key}/",
            numbering=Numbering(prefix="", reply_word="", replies=NumberPattern()),
        )
        self._keep(place)
        return place

    def _free_code(self, parent: AgencyPlace | None) -> str:
        stem = f"{parent.code}-" if parent else "J"
        taken = set(
            self._desk.session.scalars(
                select(Agency.code).where(Agency.code.startswith(stem, autoescape=True))
            )
        )
        return next(
            code for n in range(1, len(taken) + 2) if (code := f"{stem}{n:02d}") not in taken
        )

    def _enter(self, agency: Agency) -> AgencyPlace:
        place = AgencyPlace(
            id=agency.id,
            code=agency.code,
            name=agency.name,
            path=agency.path,
            numbering=Numbering.of(agency),
        )
        self._by_code[place.code] = place
        self._keep(place)
        return place

    def _keep(self, place: AgencyPlace) -> None:
        self._places[place.id] = place
        self._by_name.setdefault(place.name, []).append(place)

    def _find_default(self, default_id: int | None) -> AgencyPlace | None:
        if default_id is not None:
            if default_id not in self._places:
                raise NotFound("没有这个机关，或者不在您的机关范围内。")
            return self._places[default_id]
        own = self._desk.actor.agency_id
        if own is not None:
            return self._places.get(own)
        roots = [place for place in self._places.values() if place.path.count("/") == 2]  # noqa: PLR2004  /1/
        return roots[0] if len(roots) == 1 else None
