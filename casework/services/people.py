"""账号和角色: one administrator keeps the accounts, another grants the roles (三员分立).

A new account has no role: it opens nothing until the 安全管理员 has granted one
(GB/T 22239-2019 8.1.4.2, 8.1.5). Nobody changes their own roles. A one-time password is shown once
and must be changed at the first log-in; any change of roles or password ends open log-ins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from casework.domain.errors import EditConflict, NotFound, RuleBroken
from casework.domain.permissions import ADMINISTRATORS, Permission, Role, check_roles, require
from casework.domain.text import clean_text
from casework.models import Agency, User, UserRole
from casework.services.accounts import set_password
from casework.services.case_file import record_event
from casework.services.log_ins import EndedBy, end_all
from casework.services.passwords import hash_password, one_time_password
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.services.desk import Desk

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")
LONGEST_NAME = 60
LONGEST_CERTIFICATE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonData:
    """Who somebody is and where they work; ``login`` is theirs for good.

    ``certificate`` is the subject of a UKey's certificate, "" for none: with one set, nobody logs
    in without it.
    """

    login: str
    name: str
    agency_id: int | None
    unit: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """A fresh account; ``password`` is known here and now and nowhere else."""

    id: int
    login: str
    name: str
    password: str


def add_person(desk: Desk, data: PersonData) -> NewAccount:
    """新建账号, without any role. RuleBroken names the field; PermissionRefused; NotFound."""
    require(desk.actor, Permission.MANAGE_ACCOUNTS)
    password = one_time_password()
    with transaction(desk.session):
        user = write_person(desk, data, password=password, roles=frozenset())
        record_event(
            desk,
            case=None,
            action="add_user",
            permission=Permission.MANAGE_ACCOUNTS,
            detail={"user": user.id, "agency": user.agency_id},
        )
        return NewAccount(id=user.id, login=user.login, name=user.name, password=password)


def write_person(desk: Desk, data: PersonData, *, password: str, roles: frozenset[Role]) -> User:
    """Write the account inside the caller's transaction."""
    login, name = clean_text(data.login).lower(), clean_text(data.name)
    if not _LOGIN.fullmatch(login):
        raise RuleBroken(
            "login_shape",
            "用户名须以小写字母开头，用 2 到 32 个小写字母、数字和 . _ -，如姓名的拼音",
            field="login",
        )
    _check_name(name)
    if reason := check_roles(roles):
        raise RuleBroken("roles_mixed", reason, field="roles", basis="GB/T 22239-2019 8.1.5")
    agency_id = _seen_agency(desk, data.agency_id)
    if desk.session.scalar(select(func.count()).where(User.login == login)):
        raise RuleBroken("login_taken", f"用户名“{login}”已经用过，请换一个", field="login")
    user = User(
        login=login,
        name=name,
        agency_id=agency_id,
        unit=clean_text(data.unit),
        password_hash=hash_password(password),
        password_set_at=desk.now,
        must_change_password=True,
        created_at=desk.now,
        grants=[UserRole(role=role) for role in Role if role in roles],
    )
    desk.session.add(user)
    desk.session.flush()
    _set_certificate(desk, user, data.certificate)
    return user


def edit_person(desk: Desk, user_id: int, data: PersonData, *, seen: str) -> None:
    """更改姓名、科室、机关; the log-in name stays. ``seen`` is ``mark_of`` what was on the screen.

    EditConflict if somebody has changed the account meanwhile. Moving to another agency ends open
    log-ins: what the person may see has changed.
    """
    require(desk.actor, Permission.MANAGE_ACCOUNTS)
    name = clean_text(data.name)
    _check_name(name)
    with transaction(desk.session):
        user = find_account(desk, user_id)
        if mark_of(user) != seen:
            raise EditConflict("您打开之后，有人改过这个账号。您填的内容没有丢，请核对后再保存")
        agency_id = _seen_agency(desk, data.agency_id)
        changed = [
            field
            for field, value in (
                ("name", name),
                ("unit", clean_text(data.unit)),
                ("agency_id", agency_id),
                ("certificate", clean_text(data.certificate) or None),
            )
            if getattr(user, field) != value
        ]
        if not changed:
            return
        if "agency_id" in changed:
            end_all(desk.session, user.id, EndedBy.ROLES, desk.now)
        _set_certificate(desk, user, data.certificate)
        user.name, user.unit, user.agency_id = name, clean_text(data.unit), agency_id
        record_event(
            desk,
            case=None,
            action="edit_user",
            permission=Permission.MANAGE_ACCOUNTS,
            detail={"user": user.id, "changed": changed},
        )


def issue_password(desk: Desk, user_id: int) -> NewAccount:
    """换发一次性口令: for a forgotten password or a locked account; open log-ins end."""
    require(desk.actor, Permission.MANAGE_ACCOUNTS)
    if user_id == desk.actor.user_id:
        raise RuleBroken("own_account", "自己的密码请在“我的账号”更换")
    password = one_time_password()
    hashed = hash_password(password)
    with transaction(desk.session):
        user = find_account(desk, user_id)
        set_password(desk.session, user, hashed, desk.now)
        user.must_change_password = True
        record_event(
            desk,
            case=None,
            action="reset_password",
            permission=Permission.MANAGE_ACCOUNTS,
            detail={"user": user.id},
        )
        return NewAccount(id=user.id, login=user.login, name=user.name, password=password)


def reactivate(desk: Desk, user_id: int, *, reason: str) -> NewAccount:
    """恢复停用的账号 with a new one-time password; the roles are those it had."""
    require(desk.actor, Permission.MANAGE_ACCOUNTS)
    reason = clean_text(reason)
    if not reason:
        raise RuleBroken("reason_missing", "请写明恢复的原因", field="reason")
    password = one_time_password()
    hashed = hash_password(password)
    with transaction(desk.session):
        user = find_account(desk, user_id, in_use=False)
        user.is_active = True
        set_password(desk.session, user, hashed, desk.now)
        user.must_change_password = True
        user.last_log_in_at = desk.now  # the days without a log-in count from here
        record_event(
            desk,
            case=None,
            action="reactivate_user",
            permission=Permission.MANAGE_ACCOUNTS,
            note=reason,
            detail={"user": user.id},
        )
        return NewAccount(id=user.id, login=user.login, name=user.name, password=password)


def grant_roles(
    desk: Desk, user_id: int, roles: frozenset[Role], *, reason: str, seen: str
) -> None:
    """授予角色: put these in the place of the former ones; open log-ins end (ASVS 5.0 7.4.x).

    Raises RuleBroken for one's own account, a missing reason, or roles that exclude each other;
    EditConflict if the roles have changed meanwhile. The last of each administrator stays one.
    """
    require(desk.actor, Permission.MANAGE_ROLES)
    reason = clean_text(reason)
    if user_id == desk.actor.user_id:
        raise RuleBroken(
            "own_roles", "不能改自己的角色，请另一位安全管理员办理", basis="GB/T 22239-2019 8.1.5"
        )
    if broken := check_roles(roles):
        raise RuleBroken("roles_mixed", broken, field="roles", basis="GB/T 22239-2019 8.1.5")
    if not reason:
        raise RuleBroken("reason_missing", "请写明授予或者收回的原因", field="reason")
    with transaction(desk.session):
        user = find_account(desk, user_id)
        if mark_of(user) != seen:
            raise EditConflict("您打开之后，有人改过这个账号。您填的内容没有丢，请核对后再保存")
        before = user.roles
        if roles == before:
            return
        for role in (before - roles) & ADMINISTRATORS:
            _require_another(desk, user, role)
        # The database lets nobody be of both kinds, not even between two statements.
        user.grants.clear()
        desk.session.flush()
        user.is_administrator = bool(roles & ADMINISTRATORS)
        desk.session.flush()
        user.grants.extend(UserRole(role=role) for role in Role if role in roles)
        end_all(desk.session, user.id, EndedBy.ROLES, desk.now)
        record_event(
            desk,
            case=None,
            action="grant_roles",
            permission=Permission.MANAGE_ROLES,
            note=reason,
            detail={
                "user": user.id,
                "before": sorted(role.value for role in before),
                "after": sorted(role.value for role in roles),
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """An account as its page shows it; ``mark`` tells whether it has changed since."""

    id: int
    login: str
    name: str
    unit: str
    agency_id: int
    agency_name: str
    roles: frozenset[Role]
    certificate: str
    has_second_step: bool
    mark: str


def read_person(
    desk: Desk, user_id: int, *, permission: Permission, in_use: bool = True
) -> PersonCard:
    """Return an account for its page; NotFound, PermissionRefused."""
    require(desk.actor, permission)
    user = find_account(desk, user_id, in_use=in_use)
    return PersonCard(
        id=user.id,
        login=user.login,
        name=user.name,
        unit=user.unit,
        agency_id=user.agency_id,
        agency_name=user.agency.name,
        roles=user.roles,
        certificate=user.certificate or "",
        has_second_step=user.totp_since_at is not None,
        mark=mark_of(user),
    )


def find_account(desk: Desk, user_id: int, *, in_use: bool = True) -> User:
    """Return the account; NotFound if there is none in the actor's part of the tree."""
    user = desk.session.scalars(
        select(User).where(User.id == user_id).options(joinedload(User.agency))
    ).one_or_none()
    if user is None or user.is_active is not in_use or not desk.actor.sees(user.agency.path):
        raise NotFound("没有这个账号，或者不在您的机关范围内")
    return user


def mark_of(user: User) -> str:
    """Return what tells whether an account has been changed: its data and roles in one line."""
    roles = ",".join(sorted(role.value for role in user.roles))
    return f"{user.name}|{user.unit}|{user.agency_id}|{user.certificate or ''}|{roles}"


def _check_name(name: str) -> None:
    if not name:
        raise RuleBroken("name_missing", "请填姓名", field="name")
    if len(name) > LONGEST_NAME:
        raise RuleBroken("name_long", f"姓名最多 {LONGEST_NAME} 个字，请核对", field="name")


def _require_another(desk: Desk, user: User, role: Role) -> None:
    others = desk.session.scalar(
        select(func.count())
        .select_from(UserRole)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role == role, User.is_active, User.id != user.id)
    )
    if not others:
        raise RuleBroken(
            "last_administrator",
            f"这是最后一位{role.label}，请先授予另一个账号",
            field="roles",
        )


def _set_certificate(desk: Desk, user: User, certificate: str) -> None:
    wanted = clean_text(certificate) or None
    if wanted is not None:
        if len(wanted) > LONGEST_CERTIFICATE:
            raise RuleBroken(
                "certificate_long", f"证书主题最多 {LONGEST_CERTIFICATE} 个字", field="certificate"
            )
        holder = desk.session.scalar(
            select(User.login).where(User.certificate == wanted, User.id != user.id)
        )
        if holder is not None:
            raise RuleBroken(
                "certificate_taken", f"这个证书已经登记在“{holder}”名下", field="certificate"
            )
    user.certificate = wanted


def _seen_agency(desk: Desk, agency_id: int | None) -> int:
    agency = desk.session.get(Agency, agency_id) if agency_id is not None else None
    if agency is None or not desk.actor.sees(agency.path):
        raise RuleBroken("agency_unknown", "请选一个您管理范围内的机关", field="agency_id")
    return agency.id
