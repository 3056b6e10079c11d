"""Who may do what: roles, permissions and the table between them.

Everything is denied that the table does not grant. The three administrators (三员) are separated
and see no case: 系统管理员 keeps accounts and settings, 安全管理员 grants roles, 审计管理员
reads the record (GB/T 22239-2019 8.1.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.domain.errors import PermissionRefused


class Role(StrEnum):
    """A role a person may hold; the three administrators exclude all others."""

    CLERK = "clerk"
    HANDLER = "handler"
    UNIT_HEAD = "unit_head"
    LEGAL_REVIEWER = "legal_reviewer"
    SECRECY_REVIEWER = "secrecy_reviewer"
    DEPUTY_LEADER = "deputy_leader"
    LEADER = "leader"
    STATISTICIAN = "statistician"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The word on the screen, e.g. 登记员."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.CLERK: "登记员",
    Role.HANDLER: "承办人",
    Role.UNIT_HEAD: "科室负责人",
    Role.LEGAL_REVIEWER: "法制审核员",
    Role.SECRECY_REVIEWER: "保密审查员",
    Role.DEPUTY_LEADER: "分管领导",
    Role.LEADER: "签发人",
    Role.STATISTICIAN: "统计员",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDITOR: "审计管理员",
}

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})


class Permission(StrEnum):
    """One thing a person may be allowed to do; each name stands for itself alone."""

    VIEW_CASES = "view_cases"
    READ_PAPERS = "read_papers"
    REVEAL_PERSONAL_DATA = "reveal_personal_data"
    REGISTER = "register"
    ASSIGN = "assign"
    LINK = "link"
    ATTACH = "attach"
    KEEP_TIME = "keep_time"
    EXTEND = "extend"
    DRAFT = "draft"
    REVIEW = "review"
    BYPASS_REVIEW = "bypass_review"
    ISSUE = "issue"
    VOID_DOCUMENT = "void_document"
    DISPATCH = "dispatch"
    CLOSE = "close"
    REOPEN = "reopen"
    RECORD_RELIEF = "record_relief"
    RESTRICT = "restrict"
    RECORD_PUBLICATION = "record_publication"
    VIEW_ANNUAL = "view_annual"
    ENTER_ANNUAL = "enter_annual"
    LOCK_ANNUAL = "lock_annual"
    CONFIRM_ANNUAL = "confirm_annual"
    IMPORT_LEDGER = "import_ledger"
    EXPORT_LEDGER = "export_ledger"
    VIEW_CALENDAR = "view_calendar"
    CHANGE_CALENDAR = "change_calendar"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_AGENCIES = "manage_agencies"
    MANAGE_ROLES = "manage_roles"
    SET_POLICY = "set_policy"
    VIEW_PERMISSIONS = "view_permissions"
    READ_AUDIT = "read_audit"
    VIEW_TEMPLATES = "view_templates"
    EDIT_TEMPLATES = "edit_templates"
    RELEASE_TEMPLATES = "release_templates"

    @property
    def label(self) -> str:
        """The word on the permission page."""
        return _PERMISSION_LABELS[self]


_PERMISSION_LABELS = {
    Permission.VIEW_CASES: "查看案件",
    Permission.READ_PAPERS: "阅看文书和附件",
    Permission.REVEAL_PERSONAL_DATA: "显示申请人全部信息",
    Permission.REGISTER: "登记申请",
    Permission.ASSIGN: "分办",
    Permission.LINK: "关联案件",
    Permission.ATTACH: "上传附件",
    Permission.KEEP_TIME: "办补正、征求意见、收费",
    Permission.EXTEND: "批准延期",
    Permission.DRAFT: "拟稿",
    Permission.REVIEW: "审核稿件",
    Permission.BYPASS_REVIEW: "略过审核环节",
    Permission.ISSUE: "签发",
    Permission.VOID_DOCUMENT: "作废、撤销文书",
    Permission.DISPATCH: "登记送达",
    Permission.CLOSE: "办结、归档",
    Permission.REOPEN: "重开已办结案件",
    Permission.RECORD_RELIEF: "登记复议、诉讼",
    Permission.RESTRICT: "限制知悉",
    Permission.RECORD_PUBLICATION: "记转主动公开",
    Permission.VIEW_ANNUAL: "查看年度统计表",
    Permission.ENTER_ANNUAL: "填报年度统计表手填项",
    Permission.LOCK_ANNUAL: "锁定年度统计表、记调整单",
    Permission.CONFIRM_ANNUAL: "确认、解除年度锁定",
    Permission.IMPORT_LEDGER: "导入台账",
    Permission.EXPORT_LEDGER: "导出台账",
    Permission.VIEW_CALENDAR: "查看日历",
    Permission.CHANGE_CALENDAR: "更改日历",
    Permission.MANAGE_ACCOUNTS: "管理账号",
    Permission.MANAGE_AGENCIES: "管理机关",
    Permission.MANAGE_ROLES: "授予角色",
    Permission.SET_POLICY: "定安全策略、重置二次验证",
    Permission.VIEW_PERMISSIONS: "查看权限表",
    Permission.READ_AUDIT: "查看审计记录",
    Permission.VIEW_TEMPLATES: "查看文书模板",
    Permission.EDIT_TEMPLATES: "改写文书模板",
    Permission.RELEASE_TEMPLATES: "批准、停用文书模板",
}

# Counting needs the rows of a case and not its papers, which name the applicant in full
# (个人信息保护法第六条: 限于实现处理目的的最小范围).
_COUNTING = frozenset({Permission.VIEW_CASES, Permission.VIEW_ANNUAL, Permission.VIEW_CALENDAR})
_OFFICE = _COUNTING | {Permission.READ_PAPERS}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CLERK: _OFFICE
    | {
        Permission.REVEAL_PERSONAL_DATA,
        Permission.REGISTER,
        Permission.ASSIGN,
        Permission.LINK,
        Permission.ATTACH,
        Permission.KEEP_TIME,
        Permission.DISPATCH,
        Permission.CLOSE,
        Permission.RECORD_RELIEF,
        Permission.RECORD_PUBLICATION,
        Permission.IMPORT_LEDGER,
        Permission.EXPORT_LEDGER,
    },
    Role.HANDLER: _OFFICE
    | {
        Permission.REVEAL_PERSONAL_DATA,
        Permission.LINK,
        Permission.ATTACH,
        Permission.KEEP_TIME,
        Permission.DRAFT,
        Permission.RECORD_PUBLICATION,
    },
    # Each reviews in the step that bears the role's name (domain.review_chain), nowhere else.
    Role.UNIT_HEAD: _OFFICE | {Permission.REVIEW},
    Role.LEGAL_REVIEWER: _OFFICE
    | {Permission.REVIEW, Permission.VIEW_TEMPLATES, Permission.EDIT_TEMPLATES},
    Role.SECRECY_REVIEWER: _OFFICE | {Permission.REVIEW, Permission.RESTRICT},
    Role.DEPUTY_LEADER: _OFFICE | {Permission.REVIEW},
    # 条例第三十三条: an extension needs the consent of the 工作机构负责人.
    Role.LEADER: _OFFICE
    | {
        Permission.ASSIGN,
        Permission.EXTEND,
        Permission.ISSUE,
        Permission.VOID_DOCUMENT,
        Permission.BYPASS_REVIEW,
        Permission.REOPEN,
        Permission.RESTRICT,
        Permission.RECORD_PUBLICATION,
        Permission.CONFIRM_ANNUAL,
        Permission.VIEW_TEMPLATES,
        Permission.RELEASE_TEMPLATES,
    },
    Role.STATISTICIAN: _COUNTING
    | {
        Permission.ENTER_ANNUAL,
        Permission.LOCK_ANNUAL,
        Permission.IMPORT_LEDGER,
        Permission.EXPORT_LEDGER,
    },
    Role.SYSTEM_ADMIN: frozenset(
        {
            Permission.MANAGE_ACCOUNTS,
            Permission.MANAGE_AGENCIES,
            Permission.VIEW_CALENDAR,
            Permission.CHANGE_CALENDAR,
        }
    ),
    Role.SECURITY_ADMIN: frozenset(
        {Permission.MANAGE_ROLES, Permission.SET_POLICY, Permission.VIEW_PERMISSIONS}
    ),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT, Permission.VIEW_PERMISSIONS}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person who acts: who, where in the tree, in which roles.

    ``agency_path`` is the path of the person's own agency (``/1/5/``); everything below it is
    theirs to see, nothing beside or above it. ``unit`` is their 科室, "" if the agency has none.
    """

    user_id: int | None
    name: str
    agency_id: int | None
    agency_path: str
    roles: frozenset[Role]
    unit: str = ""

    def may(self, permission: Permission) -> bool:
        """Say whether any of the roles grants ``permission``."""
        return any(permission in GRANTS[role] for role in self.roles)

    def role_for(self, permission: Permission) -> Role | None:
        """Return the role under which this person does what needs ``permission``."""
        return next(
            (role for role in Role if role in self.roles and permission in GRANTS[role]), None
        )

    def sees(self, agency_path: str) -> bool:
        """Say whether an agency (by its path) lies in this person's subtree."""
        return agency_path.startswith(self.agency_path)


def require(actor: Actor, permission: Permission) -> None:
    """Raise PermissionRefused unless ``actor`` holds ``permission``."""
    if not actor.may(permission):
        holders = "、".join(role.label for role in Role if permission in GRANTS[role])
        raise PermissionRefused(
            f"您没有“{permission.label}”的权限，请找{holders}办理", permission=permission.value
        )


def check_roles(roles: frozenset[Role]) -> str | None:
    """Return why these roles may not be held together, or None (三员分立)."""
    administrators = roles & ADMINISTRATORS
    if len(administrators) > 1 or (administrators and roles - ADMINISTRATORS):
        return "系统管理员、安全管理员、审计管理员须各由一人单独担任，不能兼任其他角色"
    return None
