"""Who may do what with a version of a template, written out."""

from __future__ import annotations

import pytest

from casework.domain.errors import PermissionRefused, TransitionRefused
from casework.domain.letter_kinds import LetterKind
from casework.domain.permissions import Actor, Role
from casework.domain.statutes import StatuteCode
from casework.domain.template_parts import AnswerPassages, find_part, parts_of, parts_used_by
from casework.domain.template_versions import (
    VersionAct,
    VersionFacts,
    VersionState,
    decide_version,
    open_acts,
)

AUTHOR, OTHER = 1, 2
RELEASE, REFUSE, WITHDRAW, RETIRE = VersionAct
REVIEWER, LEADER = Role.LEGAL_REVIEWER, Role.LEADER


def actor(role: Role, user_id: int, path: str = "/1/") -> Actor:
    return Actor(user_id=user_id, name="甲", agency_id=1, agency_path=path, roles=frozenset({role}))


def facts(state: VersionState, *, one_person: str = "") -> VersionFacts:
    return VersionFacts(
        state=state, author_id=AUTHOR, agency_path="/1/", one_person_reason=one_person
    )


# Role and person -> what is open while the version waits, while it is in force.
OPEN = {
    (REVIEWER, AUTHOR): ((WITHDRAW,), ()),
    (REVIEWER, OTHER): ((), ()),
    (LEADER, AUTHOR): ((REFUSE,), (RETIRE,)),
    (LEADER, OTHER): ((RELEASE, REFUSE), (RETIRE,)),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("person", [AUTHOR, OTHER])
@pytest.mark.parametrize("state", list(VersionState))
def test_what_is_open_to_whom(role: Role, person: int, state: VersionState) -> None:
    waiting, in_force = OPEN.get((role, person), ((), ()))
    expected = {VersionState.PROPOSED: waiting, VersionState.IN_FORCE: in_force}.get(state, ())
    assert open_acts(facts(state), actor(role, person)) == expected


def test_the_one_person_office_is_a_recorded_exception() -> None:
    proposed = facts(VersionState.PROPOSED, one_person="本所只有一人")
    assert RELEASE in open_acts(proposed, actor(LEADER, AUTHOR))


def test_refusals_say_why() -> None:
    with pytest.raises(PermissionRefused, match="另一人批准"):
        decide_version(facts(VersionState.PROPOSED), RELEASE, actor(LEADER, AUTHOR))
    with pytest.raises(PermissionRefused, match="机关范围"):
        decide_version(facts(VersionState.PROPOSED), RELEASE, actor(LEADER, OTHER, "/1/5/"))
    with pytest.raises(TransitionRefused, match="这一版现在是“已停用”，不能批准启用"):
        decide_version(facts(VersionState.RETIRED), RELEASE, actor(LEADER, OTHER))


def test_each_regulation_has_its_texts() -> None:
    old, new = StatuteCode
    assert LetterKind.FEE_NOTICE in parts_of(new)
    assert LetterKind.FEE_NOTICE not in parts_of(old)
    assert find_part("fee_notice", old) is None
    assert find_part("findings", old) is AnswerPassages.FINDINGS
    assert find_part("../reply", new) is None
    assert parts_used_by(LetterKind.REPLY) == (LetterKind.REPLY, *AnswerPassages)
    assert parts_used_by(LetterKind.FEE_NOTICE) == (LetterKind.FEE_NOTICE,)
