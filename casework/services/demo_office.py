"""The demonstration's example office, 青沅市自然资源和规划局: its people, its day, its acts.

The office does not exist. Its cases are done act by act through the real services, each at its
own desk on its own day, so that every event, version and letter is a genuine one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from casework.domain.application import DeliveryMethod, ReliefKind
from casework.domain.grounds import Outcome, Requirement
from casework.domain.permissions import Role
from casework.domain.remedies import Standing
from casework.domain.reply import ReplyContent
from casework.domain.time_source import BEIJING
from casework.queries.case_facts import latest_draft
from casework.services import closure, drafting, issue, registration, relief, review, timekeeping
from casework.services.accounts import actor_of
from casework.services.agencies import AgencyData
from casework.services.closure import Handover
from casework.services.relief import ReliefData

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.domain.permissions import Actor
    from casework.domain.statutes import Party
    from casework.services.desk import Desk

AGENCY = AgencyData(
    code="QYZG",
    name="青沅市自然资源和规划局",
    short_name="青沅市自规局",
    number_prefix="青资公开",
    red_head="青沅市自然资源和规划局文件",
    standing=Standing.DEPARTMENT,
    superior_government="青沅市人民政府",
    superior_department="云岭省自然资源厅",
    court="青沅市临江区人民法院",
    contact_office="政府信息公开办公室",
    contact_phone="0000-8620000",
    contact_address="青沅市临江区示例路1号",
    postcode="000000",
)


@dataclass(frozen=True, slots=True)
class Staff:
    """One person of a demonstration office."""

    login: str
    name: str
    roles: frozenset[Role]
    unit: str = ""


def _staff(login: str, name: str, role: Role, unit: str = "") -> Staff:
    return Staff(login, name, frozenset({role}), unit)


CLERK, REVIEWER, LEADER = "zhoumin", "hejingyi", "luojianping"
STAFF = (
    _staff(CLERK, "周敏", Role.CLERK, "政府信息公开办公室"),
    _staff("chenliqun", "陈立群", Role.HANDLER, "耕地保护科"),
    _staff("mengfan", "孟凡", Role.HANDLER, "开发利用科"),
    _staff("jiangxiaowen", "蒋晓雯", Role.HANDLER, "确权登记科"),
    _staff("wangning", "汪宁", Role.HANDLER, "矿产管理科"),
    _staff(REVIEWER, "何静怡", Role.LEGAL_REVIEWER, "政策法规科"),
    _staff(LEADER, "罗建平", Role.LEADER, "局领导"),
    _staff("shenwei", "沈薇", Role.STATISTICIAN, "办公室"),
    _staff("xitong", "系统管理员", Role.SYSTEM_ADMIN),
    _staff("anquan", "安全管理员", Role.SECURITY_ADMIN),
    _staff("shenji", "审计管理员", Role.AUDITOR),
)
HANDLERS = {person.unit: person.login for person in STAFF if Role.HANDLER in person.roles}


class DemoOffice:
    """The office at work: gives everybody a desk on any past day, and the clock its ticks."""

    def __init__(self, desk: Desk, agency_id: int) -> None:
        self.agency_id = agency_id
        self._desk = desk
        self._actors: dict[str, Actor] = {}
        self._ticks: dict[date, int] = {}

    def day(self, ago: int) -> date:
        """Return the working day so many working days before today; 0 is today or the last one."""
        calendar, today = self._desk.calendar, self._desk.today
        if ago == 0 and calendar.is_working_day(today):
            return today
        return calendar.back(today, max(ago, 1))

    def desk(self, login: str, day: date) -> Desk:
        """Return a person's desk on ``day``, a few minutes after the act before."""
        if login not in self._actors:
            self._actors[login] = actor_of(self._desk.session, login)
        tick = self._ticks[day] = self._ticks.get(day, 0) + 1
        nine = datetime.combine(day, time(9), tzinfo=BEIJING).astimezone(UTC)
        now = min(nine + timedelta(minutes=7 * tick), self._desk.now)
        return replace(self._desk, actor=self._actors[login], now=now)


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a scene, so many working days ago."""

    ago: int
    act: Callable[[DemoOffice, int, date], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One case: what came in when, and everything that was done about it.

    ``came`` is how many working days ago it was received (or arrived, where the receipt day
    waits for a confirmation).
    """

    came: int
    application: Callable[[date], registration.NewApplication]
    unit: str = ""
    steps: tuple[Step, ...] = field(default=())


def confirmed(ago: int) -> Step:
    """登记确认收到日期."""
    return Step(
        ago,
        lambda office, case, day: registration.confirm_receipt(
            office.desk(CLERK, day), case, received_on=day, version=None
        ),
    )


def assigned(ago: int, unit: str) -> Step:
    """分办 to a unit and its handler."""

    def act(office: DemoOffice, case: int, day: date) -> object:
        desk = office.desk(CLERK, day)
        handler = actor_of(desk.session, HANDLERS[unit])
        return registration.assign(desk, case, unit=unit, handler_id=handler.user_id, version=None)

    return Step(ago, act)


def drafted(ago: int, unit: str, content: ReplyContent) -> Step:
    """拟稿."""
    return Step(
        ago,
        lambda office, case, day: drafting.save_draft(
            office.desk(HANDLERS[unit], day), case, content, version=None
        ),
    )


def submitted(ago: int, unit: str) -> Step:
    """提交法制审核."""
    return Step(
        ago,
        lambda office, case, day: drafting.submit_draft(
            office.desk(HANDLERS[unit], day), case, version=None
        ),
    )


def _text_hash(desk: Desk, case: int) -> str:
    draft = latest_draft(desk.session, case)
    return draft.text_hash if draft else ""


def approved(ago: int, opinion: str = "") -> Step:
    """审核通过."""

    def act(office: DemoOffice, case: int, day: date) -> object:
        desk = office.desk(REVIEWER, day)
        return review.approve(
            desk, case, text_hash=_text_hash(desk, case), opinion=opinion, version=None
        )

    return Step(ago, act)


def returned(ago: int, opinion: str) -> Step:
    """退回承办人修改."""

    def act(office: DemoOffice, case: int, day: date) -> object:
        desk = office.desk(REVIEWER, day)
        return review.return_draft(
            desk, case, text_hash=_text_hash(desk, case), opinion=opinion, version=None
        )

    return Step(ago, act)


def issued(ago: int) -> Step:
    """签发."""
    return Step(
        ago,
        lambda office, case, day: issue.issue_reply(office.desk(LEADER, day), case, version=None),
    )


def refused_issue(ago: int, reason: str) -> Step:
    """不予签发，退回修改."""
    return Step(
        ago,
        lambda office, case, day: issue.refuse_issue(
            office.desk(LEADER, day), case, reason=reason, version=None
        ),
    )


def dispatched(ago: int, mail_number: str = "") -> Step:
    """登记送达: by post where there is an item number, else at the counter."""
    method = DeliveryMethod.MAIL if mail_number else DeliveryMethod.DIRECT
    return Step(
        ago,
        lambda office, case, day: closure.dispatch(
            office.desk(CLERK, day),
            case,
            Handover(method=method, handed_over_on=day, mail_number=mail_number),
            version=None,
        ),
    )


def closed(ago: int) -> Step:
    """办结."""
    return Step(
        ago, lambda office, case, day: closure.close(office.desk(CLERK, day), case, version=None)
    )


def archived(ago: int) -> Step:
    """归档."""
    return Step(
        ago, lambda office, case, day: closure.archive(office.desk(CLERK, day), case, version=None)
    )


def withdrawn(ago: int, reason: str) -> Step:
    """申请人撤回."""
    return Step(
        ago,
        lambda office, case, day: closure.withdraw(
            office.desk(CLERK, day), case, on=day, reason=reason, version=None
        ),
    )


def asked_to_correct(ago: int, reason: str) -> Step:
    """告知补正."""
    return Step(
        ago,
        lambda office, case, day: timekeeping.request_correction(
            office.desk(CLERK, day), case, on=day, reason=reason, version=None
        ),
    )


def corrected(ago: int) -> Step:
    """登记收到补正."""
    return Step(
        ago,
        lambda office, case, day: timekeeping.receive_correction(
            office.desk(CLERK, day), case, on=day, version=None
        ),
    )


def consulting(ago: int, party: Party, whom: str) -> Step:
    """征求意见."""
    return Step(
        ago,
        lambda office, case, day: timekeeping.start_consultation(
            office.desk(CLERK, day), case, on=day, party=party, whom=whom, version=None
        ),
    )


def consulted(ago: int, party: Party, opinion: str) -> Step:
    """登记收到意见."""
    return Step(
        ago,
        lambda office, case, day: timekeeping.end_consultation(
            office.desk(CLERK, day), case, on=day, party=party, opinion=opinion, version=None
        ),
    )


def extended(ago: int, days: int, reason: str) -> Step:
    """办延期."""
    return Step(
        ago,
        lambda office, case, day: timekeeping.extend_deadline(
            office.desk(LEADER, day), case, on=day, days=days, reason=reason, version=None
        ),
    )


def disputed(ago: int, kind: ReliefKind, body: str) -> Step:
    """登记复议、诉讼, not decided yet."""
    return Step(
        ago,
        lambda office, case, day: relief.record_relief(
            office.desk(CLERK, day),
            case,
            ReliefData(kind=kind, filed_on=day, body=body),
            version=None,
        ),
    )


DISCLOSED = ReplyContent(
    outcome=Outcome.DISCLOSED,
    grounds=("disclosed",),
    particulars={Requirement.HOW_PROVIDED: "随本答复书以纸质形式一并提供复印件"},
)
ALREADY_PUBLIC = ReplyContent(
    outcome=Outcome.DISCLOSED,
    grounds=("already_public",),
    particulars={
        Requirement.WHERE_PUBLISHED: (
            "青沅市自然资源和规划局门户网站“政府信息公开”专栏“规划计划”栏目"
        )
    },
)
PARTLY = ReplyContent(
    outcome=Outcome.PARTLY_DISCLOSED,
    grounds=("partly_disclosed", "personal_privacy"),
    particulars={
        Requirement.RELEASED_PART: "征收补偿安置方案，以及补偿费用拨付清单中的总额、户数和拨付时间",
        Requirement.WITHHELD_PART: "补偿费用拨付清单中各户的姓名和补偿金额",
        Requirement.REASON: "该部分内容涉及其他村民的家庭财产状况，公开会损害其合法权益，经书面征求"
        "意见，第三方不同意公开，不公开也不会对公共利益造成重大影响",
    },
)
ENFORCEMENT_FILE = ReplyContent(
    outcome=Outcome.NOT_DISCLOSED,
    grounds=("enforcement_file",),
    particulars={
        Requirement.REASON: "您申请的听证笔录和询问笔录是本机关办理行政处罚案件形成的案卷信息，"
        "您不是该案当事人"
    },
)
PRIVACY = ReplyContent(
    outcome=Outcome.NOT_DISCLOSED,
    grounds=("personal_privacy",),
    particulars={
        Requirement.REASON: (
            "您申请的审批表记载了他人的身份证号码、家庭成员和宅基地面积，公开会损害其合法权益，"
            "经书面征求意见，权利人不同意公开"
        )
    },
)
NOT_EXISTING = ReplyContent(
    outcome=Outcome.UNAVAILABLE,
    grounds=("not_existing",),
    particulars={
        Requirement.REASON: "经检索，本机关未制作、未获取您申请的信息",
        Requirement.SEARCH_RECORD: (
            "检索人蒋晓雯，检索了档案管理系统、公文系统和确权登记科2019年至2021年纸质案卷，"
            "关键词“宅基地审批”“柳湾村”，未检索到相关信息"
        ),
    },
)
NOT_OURS = ReplyContent(
    outcome=Outcome.UNAVAILABLE,
    grounds=("not_ours",),
    particulars={
        Requirement.REASON: "该信息由水行政主管部门制作和保存",
        Requirement.RIGHT_AGENCY: "青沅市水务局，地址：青沅市临江区示例路8号，电话：0000-8620008",
    },
)
