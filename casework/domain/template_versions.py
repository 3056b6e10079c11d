"""The road of an adapted template: proposed by one, released by another, retired, not deleted.

An office may word its letters its own way as long as they say what the articles demand
(``documents.template_check``). What every letter says is worth as much care as one letter: whoever
reviews drafts in law proposes, whoever signs releases, never the same person without a recorded
exception. A version is never changed; the next one follows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.domain.errors import PermissionRefused, TransitionRefused
from casework.domain.permissions import Actor, Permission, require


class VersionState(StrEnum):
    """Where a version stands; only one of an agency's versions of a text is in force."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    VersionState.PROPOSED: "待批准",
    VersionState.IN_FORCE: "使用中",
    VersionState.REPLACED: "已由后一版代替",
    VersionState.REFUSED: "未批准",
    VersionState.WITHDRAWN: "已收回",
    VersionState.RETIRED: "已停用",
}


class VersionAct(StrEnum):
    """What may be done with a version that exists."""

    RELEASE = "release_template"
    REFUSE = "refuse_template"
    WITHDRAW = "withdraw_template"
    RETIRE = "retire_template"

    @property
    def label(self) -> str:
        """The button's words."""
        return _ACT_LABELS[self]


_ACT_LABELS = {
    VersionAct.RELEASE: "批准启用",
    VersionAct.REFUSE: "不予批准",
    VersionAct.WITHDRAW: "收回",
    VersionAct.RETIRE: "停用",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRule:
    """One line of the table: from which state to which, in whose name."""

    source: VersionState
    target: VersionState
    permission: Permission


VERSION_RULES: dict[VersionAct, VersionRule] = {
    VersionAct.RELEASE: VersionRule(
        source=VersionState.PROPOSED,
        target=VersionState.IN_FORCE,
        permission=Permission.RELEASE_TEMPLATES,
    ),
    VersionAct.REFUSE: VersionRule(
        source=VersionState.PROPOSED,
        target=VersionState.REFUSED,
        permission=Permission.RELEASE_TEMPLATES,
    ),
    VersionAct.WITHDRAW: VersionRule(
        source=VersionState.PROPOSED,
        target=VersionState.WITHDRAWN,
        permission=Permission.EDIT_TEMPLATES,
    ),
    VersionAct.RETIRE: VersionRule(
        source=VersionState.IN_FORCE,
        target=VersionState.RETIRED,
        permission=Permission.RELEASE_TEMPLATES,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """What the rules read of a version.

    ``one_person_reason`` is why one person may both propose and release in this agency, "" if not.
    """

    state: VersionState
    author_id: int
    agency_path: str
    one_person_reason: str = ""


def decide_version(facts: VersionFacts, act: VersionAct, actor: Actor) -> VersionRule:
    """Return the rule under which ``actor`` may do ``act``.

    Raises PermissionRefused for the person, TransitionRefused where the version is not where the
    act is possible.
    """
    rule = VERSION_RULES[act]
    require(actor, rule.permission)
    if not actor.sees(facts.agency_path):
        raise PermissionRefused("这份模板不在您的机关范围内", permission=rule.permission.value)
    if facts.state is not rule.source:
        raise TransitionRefused(
            f"这一版现在是“{facts.state.label}”，不能{act.label}",
            state=facts.state.value,
            action=act.value,
        )
    own = facts.author_id == actor.user_id
    if act is VersionAct.RELEASE and own and not facts.one_person_reason:
        raise PermissionRefused(
            "这一版是您自己改写的，须由另一人批准", permission=rule.permission.value
        )
    if act is VersionAct.WITHDRAW and not own:
        raise PermissionRefused("只有改写的人可以收回", permission=rule.permission.value)
    return rule


def open_acts(facts: VersionFacts, actor: Actor) -> tuple[VersionAct, ...]:
    """Return what ``actor`` may do with the version now."""
    found = []
    for act in VersionAct:
        try:
            decide_version(facts, act, actor)
        except (PermissionRefused, TransitionRefused):
            continue
        found.append(act)
    return tuple(found)
