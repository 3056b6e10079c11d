"""改写文书模板: an agency's own wording, proposed, released, refused, taken back, retired.

Every version keeps who, when and why; none is ever changed or deleted, and what was issued with it
stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from casework.documents.template_check import check_template, flaws_of_faces
from casework.documents.template_flaws import tidy_template
from casework.documents.wording import digest
from casework.domain.errors import EditConflict, NotFound, RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.template_parts import find_part
from casework.domain.template_versions import (
    VersionAct,
    VersionState,
    decide_version,
)
from casework.domain.text import clean_text
from casework.models import Agency, TemplateVersion
from casework.queries.template_versions import facts_of_version, in_one_line
from casework.services.agency_templates import keep_text, wording_of
from casework.services.case_file import record_event
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.documents.template_flaws import Flaw
    from casework.domain.statutes import StatuteCode
    from casework.domain.template_parts import TemplatePart
    from casework.services.desk import Desk
    from casework.services.stationery import Stationery

PROPOSED = "propose_template"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInForce:
    """The wording an agency uses of one text; ``version_id`` None if it is the default."""

    agency_name: str
    agency_path: str
    name: str
    text: str
    default: str
    version_id: int | None


def text_in_use(
    desk: Desk, agency_id: int, statute: StatuteCode, part: TemplatePart
) -> TextInForce:
    """Return what an agency's letters say now; NotFound outside the actor's part of the tree.

    An agency above the actor's own may be asked about too: its wording may be theirs.
    """
    require(desk.actor, Permission.VIEW_TEMPLATES)
    agency = desk.session.get(Agency, agency_id)
    if agency is None or not in_one_line(desk.actor, agency.path):
        raise NotFound("没有这个机关，或者不在您的机关范围内")
    wording = wording_of(desk, agency)
    origin = wording.origins.get((statute.value, part))
    return TextInForce(
        agency_name=agency.name,
        agency_path=agency.path,
        name=origin.name if origin else "默认文本",
        text=wording.templates.text(statute.value, part),
        default=desk.stationery.templates().text(statute.value, part),
        version_id=origin.version_id if origin else None,
    )


def check_wording(
    stationery: Stationery, statute: StatuteCode, part: TemplatePart, text: str
) -> tuple[Flaw, ...]:
    """Return all that is wrong with what a person typed, by their own lines."""
    stored = tidy_template(text)
    default = stationery.templates().text(statute.value, part)
    flaws = check_template(statute.value, part, stored, default=default)
    return flaws or flaws_of_faces(stored, stationery.fonts())


def propose_version(
    desk: Desk,
    agency_id: int,
    statute: StatuteCode,
    part: TemplatePart,
    *,
    text: str,
    reason: str,
    newest: int,
) -> int:
    """Keep a new version that waits for release and return its id.

    ``newest`` is the number of the newest version when the page was opened, 0 for none:
    EditConflict if somebody has written one since. Raises RuleBroken(field="text") where the text
    lacks what it must say or says nothing new, RuleBroken(field="reason").
    """
    require(desk.actor, Permission.EDIT_TEMPLATES)
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken("reason_missing", "请写明为什么改，批准的人据此判断", field="reason")
    _refuse_flawed(desk.stationery, statute, part, text)
    stored = tidy_template(text)
    sha256 = digest(stored)
    with transaction(desk.session):
        agency = _agency(desk, agency_id)
        number = _newest(desk, agency_id, statute, part)
        if number != newest:
            raise EditConflict("您打开之后，有人改写过这份模板。您写的文字没有丢，请核对后再提交")
        if wording_of(desk, agency).templates.sha256(statute.value, part) == sha256:
            raise RuleBroken(
                "template_unchanged", "与使用中的文本完全相同，没有可以送批的改动", field="text"
            )
        _replace(desk, agency_id, statute, part, VersionState.PROPOSED)
        keep_text(desk.session, sha256, stored)
        version = TemplateVersion(
            agency_id=agency_id,
            statute=statute,
            part=part.value,
            number=number + 1,
            sha256=sha256,
            state=VersionState.PROPOSED,
            reason=reason,
            author_id=desk.actor.user_id,
            proposed_at=desk.now,
        )
        desk.session.add(version)
        desk.session.flush()
        _record(desk, agency, version, PROPOSED, Permission.EDIT_TEMPLATES, reason)
        return version.id


def release_version(desk: Desk, version_id: int, *, sha256: str) -> None:
    """批准启用: letters made from now on follow the version; the former one is replaced.

    The release is of the text with this hash, the one the person has read; EditConflict else.
    """
    with transaction(desk.session):
        version, agency = _decided(desk, version_id, VersionAct.RELEASE)
        if version.sha256 != sha256:
            raise EditConflict("您看到的不是这一版的文字，请重新打开后再批准")
        part = find_part(version.part, version.statute)
        if part is None:
            raise NotFound("已经没有这种文书")
        # The program, and with it what must be said, may be newer than the proposal.
        _refuse_flawed(desk.stationery, version.statute, part, version.wording.text)
        _replace(desk, version.agency_id, version.statute, part, VersionState.IN_FORCE)
        _settle(desk, version, VersionState.IN_FORCE)
        exception = agency.one_person_reason if version.author_id == desk.actor.user_id else ""
        _record(desk, agency, version, VersionAct.RELEASE, Permission.RELEASE_TEMPLATES, exception)


def refuse_version(desk: Desk, version_id: int, *, opinion: str) -> None:
    """不予批准: the author reads why and may propose another version."""
    opinion = clean_text(opinion, keep_lines=True)
    if not opinion:
        raise RuleBroken("opinion_missing", "不予批准须写明意见，改写的人据此修改", field="words")
    with transaction(desk.session):
        version, agency = _decided(desk, version_id, VersionAct.REFUSE)
        _settle(desk, version, VersionState.REFUSED, opinion)
        _record(desk, agency, version, VersionAct.REFUSE, Permission.RELEASE_TEMPLATES, opinion)


def withdraw_version(desk: Desk, version_id: int) -> None:
    """收回: the author takes a proposal back before anybody has decided on it."""
    with transaction(desk.session):
        version, agency = _decided(desk, version_id, VersionAct.WITHDRAW)
        _settle(desk, version, VersionState.WITHDRAWN)
        _record(desk, agency, version, VersionAct.WITHDRAW, Permission.EDIT_TEMPLATES, "")


def retire_version(desk: Desk, version_id: int, *, reason: str) -> None:
    """停用: letters made from now on follow the superior agency's wording or the default."""
    reason = clean_text(reason, keep_lines=True)
    if not reason:
        raise RuleBroken("reason_missing", "停用须写明原因", field="words")
    with transaction(desk.session):
        version, agency = _decided(desk, version_id, VersionAct.RETIRE)
        version.state = VersionState.RETIRED
        version.retired_by_id = desk.actor.user_id
        version.retired_at = desk.now
        version.retire_reason = reason
        _record(desk, agency, version, VersionAct.RETIRE, Permission.RELEASE_TEMPLATES, reason)


def _refuse_flawed(
    stationery: Stationery, statute: StatuteCode, part: TemplatePart, text: str
) -> None:
    flaws = [flaw for flaw in check_wording(stationery, statute, part, text) if flaw.must]
    if flaws:
        more = f"（共 {len(flaws)} 处）" if len(flaws) > 1 else ""
        raise RuleBroken("template_flawed", f"{flaws[0].sentence}{more}", field="text")


def _agency(desk: Desk, agency_id: int) -> Agency:
    # Locked: two proposals at once would draw one number.
    agency = desk.session.get(Agency, agency_id, with_for_update=True)
    if agency is None or not desk.actor.sees(agency.path):
        raise NotFound("没有这个机关，或者不在您的机关范围内")
    return agency


def _newest(desk: Desk, agency_id: int, statute: StatuteCode, part: TemplatePart) -> int:
    newest = desk.session.scalar(
        select(func.max(TemplateVersion.number)).where(
            TemplateVersion.agency_id == agency_id,
            TemplateVersion.statute == statute,
            TemplateVersion.part == part.value,
        )
    )
    return newest or 0


def _replace(
    desk: Desk, agency_id: int, statute: StatuteCode, part: TemplatePart, state: VersionState
) -> None:
    """Let the version in ``state``, if there is one, make way for the next."""
    former = desk.session.scalars(
        select(TemplateVersion).where(
            TemplateVersion.agency_id == agency_id,
            TemplateVersion.statute == statute,
            TemplateVersion.part == part.value,
            TemplateVersion.state == state,
        )
    ).one_or_none()
    if former is not None:
        former.state = VersionState.REPLACED
        if former.decided_at is None:
            former.decided_by_id, former.decided_at = desk.actor.user_id, desk.now
        desk.session.flush()


def _decided(desk: Desk, version_id: int, act: VersionAct) -> tuple[TemplateVersion, Agency]:
    version = desk.session.get(TemplateVersion, version_id)
    if version is None or not desk.actor.sees(version.agency.path):
        raise NotFound("没有这一版模板，或者不在您的机关范围内")
    agency = _agency(desk, version.agency_id)
    desk.session.refresh(version)
    decide_version(facts_of_version(version), act, desk.actor)
    return version, agency


def _settle(desk: Desk, version: TemplateVersion, state: VersionState, opinion: str = "") -> None:
    version.state = state
    version.decided_by_id = desk.actor.user_id
    version.decided_at = desk.now
    version.opinion = opinion


def _record(
    desk: Desk,
    agency: Agency,
    version: TemplateVersion,
    action: str,
    permission: Permission,
    note: str,
) -> None:
    record_event(
        desk,
        case=None,
        action=action,
        permission=permission,
        note=note,
        detail={
            "agency": agency.code,
            "statute": version.statute.value,
            "part": version.part,
            "number": version.number,
            "hash": version.sha256,
        },
    )
