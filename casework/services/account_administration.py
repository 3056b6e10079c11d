"""三员办理: log-ins and closing by the 系统管理员, second step and policy by the 安全管理员.

Making accounts and granting roles is in services.people. Neither administrator does the other's
part (GB/T 22239-2019 8.1.5), and nobody acts on their own account here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.errors import RuleBroken
from casework.domain.permissions import Permission, require
from casework.domain.security_policy import SecurityPolicy, check_policy, written_policy
from casework.domain.text import clean_text
from casework.models import SecuritySetting, User
from casework.queries.accounts import list_unused
from casework.queries.security_policy import current_policy
from casework.services.case_file import record_event
from casework.services.log_ins import EndedBy, end_all
from casework.services.login_attempts import account_digest, forgive_account
from casework.services.people import find_account
from casework.services.second_factor import forget_second_step
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from casework.services.desk import Desk


def let_in_again(desk: Desk, user_id: int) -> None:
    """解除登录限制: the wrong tries of an account count no longer."""
    require(desk.actor, Permission.MANAGE_ACCOUNTS)
    with transaction(desk.session):
        user = _account(desk, user_id)
        if not forgive_account(desk.session, account_digest(user.login)):
            raise RuleBroken("not_closed", "这个账号没有被限制登录")
        _record(desk, user, "let_in_again", Permission.MANAGE_ACCOUNTS)


def end_log_ins(desk: Desk, user_id: int) -> int:
    """结束全部登录 of an account; return how many there were."""
    require(desk.actor, Permission.MANAGE_ACCOUNTS)
    with transaction(desk.session):
        user = _account(desk, user_id)
        count = end_all(desk.session, user.id, EndedBy.ADMINISTRATOR, desk.now)
        _record(desk, user, "end_log_ins", Permission.MANAGE_ACCOUNTS, count=count)
        return count


def close_account(desk: Desk, user_id: int, *, reason: str) -> None:
    """停用账号: every open log-in ends at once; what the person did keeps their name.

    Their open cases wait on the hand-over page (queries.inbox.list_left_behind).
    """
    require(desk.actor, Permission.MANAGE_ACCOUNTS)
    reason = _reason(reason, "停用")
    with transaction(desk.session):
        user = _account(desk, user_id)
        _close(desk, user, reason)


def close_unused(desk: Desk) -> list[str]:
    """停用长期未用的账号 by the nightly command; return their log-in names.

    Administrators stay: the last of them could not be let in again from a page.
    """
    policy = current_policy(desk.session)
    with transaction(desk.session):
        closed = []
        for row in list_unused(desk.session, policy.unused_days, now=desk.now):
            user = desk.session.get_one(User, row.id)
            if user.is_administrator:
                continue
            _close(desk, user, f"{policy.unused_days} 天没有登录，自动停用")
            closed.append(user.login)
        return closed


def reset_second_step(desk: Desk, user_id: int, *, reason: str) -> None:
    """重置二次验证 of somebody who has lost telephone and recovery codes; their log-ins end."""
    require(desk.actor, Permission.SET_POLICY)
    reason = _reason(reason, "重置")
    with transaction(desk.session):
        user = _account(desk, user_id)
        if user.totp_since_at is None:
            raise RuleBroken("second_step_off", "这个账号没有启用二次验证")
        forget_second_step(desk.session, user)
        end_all(desk.session, user.id, EndedBy.SECOND_STEP, desk.now)
        _record(desk, user, "reset_second_step", Permission.SET_POLICY, note=reason)


def set_policy(desk: Desk, policy: SecurityPolicy) -> None:
    """定安全策略. RuleBroken names the field; the record holds each value, old and new."""
    require(desk.actor, Permission.SET_POLICY)
    check_policy(policy)
    with transaction(desk.session):
        old, new = written_policy(current_policy(desk.session)), written_policy(policy)
        changed = {name: [old[name], value] for name, value in new.items() if old[name] != value}
        if not changed:
            raise RuleBroken("policy_same", "没有改动")
        for name in changed:
            desk.session.merge(SecuritySetting(name=name, value=new[name]))
        record_event(
            desk,
            case=None,
            action="set_policy",
            permission=Permission.SET_POLICY,
            detail={"changed": changed},
        )


def _account(desk: Desk, user_id: int) -> User:
    user = find_account(desk, user_id)
    if user.id == desk.actor.user_id:
        raise RuleBroken("own_account", "不能办自己的账号，请另一位管理员办理")
    return user


def _close(desk: Desk, user: User, reason: str) -> None:
    user.is_active = False
    end_all(desk.session, user.id, EndedBy.CLOSED, desk.now)
    _record(desk, user, "deactivate_user", Permission.MANAGE_ACCOUNTS, note=reason)


def _reason(reason: str, what: str) -> str:
    reason = clean_text(reason)
    if not reason:
        raise RuleBroken("reason_missing", f"请写明{what}的原因", field="reason")
    return reason


def _record(
    desk: Desk,
    user: User,
    action: str,
    permission: Permission,
    *,
    note: str = "",
    **detail: str | int,
) -> None:
    record_event(
        desk,
        case=None,
        action=action,
        permission=permission,
        note=note,
        detail={"user": user.id, "login": user.login, **detail},
    )
