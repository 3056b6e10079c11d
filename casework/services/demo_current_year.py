"""The example office's open cases, one for every state, light and side road, counted from today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from casework.domain.application import ApplicantType, ReceiptMode, ReliefKind
from casework.domain.receipt import needs_confirmation
from casework.domain.statutes import Party, StatuteCode
from casework.models import Case
from casework.services.demo_office import (
    ALREADY_PUBLIC,
    CLERK,
    DISCLOSED,
    ENFORCEMENT_FILE,
    NOT_EXISTING,
    NOT_OURS,
    PARTLY,
    PRIVACY,
    DemoOffice,
    Scene,
    approved,
    archived,
    asked_to_correct,
    assigned,
    closed,
    confirmed,
    consulted,
    consulting,
    corrected,
    dispatched,
    disputed,
    drafted,
    extended,
    issued,
    refused_issue,
    returned,
    submitted,
    withdrawn,
)
from casework.services.demo_words import credit_code, identity_number
from casework.services.registration import ApplicantData, NewApplication, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from random import Random

    from casework.domain.reply import ReplyContent
    from casework.services.demo_office import Step
    from casework.services.desk import Desk

ARABLE, LAND_USE, TITLES, MINERALS = "耕地保护科", "开发利用科", "确权登记科", "矿产管理科"
PERSON, FIRM = ApplicantType.NATURAL_PERSON, ApplicantType.COMPANY
COUNTER, SIGNED, LETTER = (
    ReceiptMode.COUNTER,
    ReceiptMode.SIGNED_MAIL,
    ReceiptMode.ORDINARY_MAIL,
)
WEB, FAX = ReceiptMode.WEB_FORM, ReceiptMode.FAX
NONCE = "demo-"


def perform(desk: Desk, agency_id: int, chance: Random) -> int:
    """Do every act of every scene in the order of the days; return the number of cases."""
    office = DemoOffice(desk, agency_id)
    scenes = _scenes(chance)
    acts: list[tuple[date, int, Step | None]] = []
    for place, scene in enumerate(scenes):
        acts.append((office.day(scene.came), place, None))
        acts += [(office.day(step.ago), place, step) for step in scene.steps]
    cases: dict[int, int] = {}
    for day, place, step in sorted(acts, key=lambda act: act[0]):
        if step is None:
            cases[place] = _register(office, scenes[place], day, place)
        else:
            step.act(office, cases[place], day)
    return len(cases)


def is_performed(desk: Desk) -> bool:
    """Say whether the scenes are on record already."""
    return bool(
        desk.session.scalar(
            select(func.count()).select_from(Case).where(Case.nonce.startswith(NONCE))
        )
    )


def _register(office: DemoOffice, scene: Scene, day: date, place: int) -> int:
    desk = office.desk(CLERK, day)
    return register(
        desk, scene.application(day), agency_id=office.agency_id, nonce=f"{NONCE}{place}"
    ).id


def _application(
    chance: Random,
    mode: ReceiptMode,
    kind: ApplicantType,
    name: str,
    request: str,
    subject: str,
) -> Callable[[date], NewApplication]:
    number = chance.randrange(10**8)
    person = kind is PERSON
    applicant = ApplicantData(
        type=kind,
        name=name,
        id_kind="居民身份证" if person else "统一社会信用代码",
        id_number=identity_number(chance) if person else credit_code(chance),
        phone=f"100{number:08d}",
        address=f"青沅市临江区示例路{number % 300 + 1}号",
        postcode="000000",
    )
    waits = needs_confirmation(mode, StatuteCode.REGULATION_2019)

    def on(day: date) -> NewApplication:
        return NewApplication(
            receipt_mode=mode,
            applicant=applicant,
            request_text=f"申请公开{request}",
            subject=subject,
            submitted_on=day,
            arrived_on=day,
            received_on=None if waits else day,
            mail_number=f"DEMO{number:08d}CN" if mode is SIGNED else "",
            provide_form="纸面",
            obtain_by="邮寄" if mode in {SIGNED, LETTER} else "自行领取",
        )

    return on


def _to_review(unit: str, content: ReplyContent, *, given: int, ready: int) -> tuple[Step, ...]:
    """分办, 拟稿 and 提交法制审核, so many working days ago."""
    return assigned(given, unit), drafted(ready, unit, content), submitted(ready, unit)


def _to_post(
    unit: str, content: ReplyContent, *, given: int, ready: int, signed: int, posted: int, item: str
) -> tuple[Step, ...]:
    return (
        *_to_review(unit, content, given=given, ready=ready),
        approved(signed),
        issued(signed),
        dispatched(posted, item),
    )


def _scenes(chance: Random) -> list[Scene]:
    def scene(
        came: int,
        who: tuple[ReceiptMode, ApplicantType, str],
        what: str,
        subject: str,
        *steps: Step,
    ) -> Scene:
        return Scene(
            came=came,
            application=_application(chance, *who, request=what, subject=subject),
            steps=steps,
        )

    third, other = Party.THIRD_PARTY, Party.AGENCY
    return [
        # 已归档, and what came of it.
        scene(
            45,
            (SIGNED, PERSON, "丁长青"),
            "沅江青沅段2024年河道采砂许可证发放登记表",
            "矿产资源",
            *_to_post(
                MINERALS, NOT_OURS, given=44, ready=38, signed=36, posted=35, item="DEMO000045CN"
            ),
            closed(34),
            archived(30),
            disputed(5, ReliefKind.DIRECT_SUIT, "青沅市临江区人民法院"),
        ),
        scene(
            42,
            (COUNTER, PERSON, "谭桂英"),
            "柳湾村二组谭某户2018年宅基地审批表",
            "确权登记",
            assigned(41, TITLES),
            consulting(39, third, "谭某"),
            consulted(33, third, "不同意公开，理由是涉及家庭成员和身份证号码"),
            drafted(31, TITLES, PRIVACY),
            submitted(31, TITLES),
            approved(29),
            issued(28),
            dispatched(28),
            closed(27),
            archived(25),
            disputed(10, ReliefKind.REVIEW, "青沅市人民政府"),
        ),
        scene(
            26,
            (COUNTER, PERSON, "方德胜"),
            "柳湾村三组2019年宅基地审批台账",
            "确权登记",
            *_to_post(
                TITLES, NOT_EXISTING, given=25, ready=16, signed=14, posted=13, item="DEMO000026CN"
            ),
            closed(12),
            archived(8),
        ),
        # 已办结, 已送达, and one that the applicant took back.
        scene(
            20,
            (SIGNED, PERSON, "苏海燕"),
            "云岭镇国土空间规划（2021—2035年）批复文件",
            "国土空间规划",
            *_to_post(
                ARABLE,
                ALREADY_PUBLIC,
                given=19,
                ready=14,
                signed=12,
                posted=11,
                item="DEMO000020CN",
            ),
            closed(10),
        ),
        scene(
            16,
            (WEB, FIRM, "青沅润泽农业开发有限公司"),
            "2024年度设施农业用地备案清单",
            "耕地保护",
            confirmed(15),
            *_to_post(
                ARABLE, DISCLOSED, given=14, ready=6, signed=3, posted=1, item="DEMO000016CN"
            ),
        ),
        scene(
            11,
            (COUNTER, PERSON, "叶春梅"),
            "文昌路延伸段施工图",
            "建设用地",
            assigned(10, LAND_USE),
            withdrawn(8, "申请人当面书面撤回，已另行从建设单位取得"),
        ),
        # 超期, 今日到期, 临期.
        scene(
            17,
            (COUNTER, PERSON, "马福生"),
            "柳湾村三组2019年宅基地确权颁证公示材料",
            "确权登记",
            *_to_review(TITLES, DISCLOSED, given=16, ready=4),
            approved(2),
        ),
        scene(
            15,
            (SIGNED, FIRM, "青沅宏远置业有限公司"),
            "城北新区C-07地块出让公告、成交确认书及土地出让合同",
            "建设用地",
            *_to_review(LAND_USE, DISCLOSED, given=14, ready=5),
            approved(3),
            issued(1),
        ),
        scene(
            15,
            (COUNTER, PERSON, "赵文明"),
            "2023年度市级耕地占补平衡指标交易台账",
            "耕地保护",
            *_to_review(ARABLE, DISCLOSED, given=14, ready=6),
            approved(4),
            issued(2),
        ),
        scene(
            14,
            (SIGNED, PERSON, "孙岚"),
            "云岭镇永久基本农田划定成果批复及图件",
            "耕地保护",
            *_to_review(ARABLE, ALREADY_PUBLIC, given=13, ready=1),
        ),
        scene(
            12,
            (SIGNED, ApplicantType.LEGAL_SERVICES, "衡正律师事务所"),
            "青资罚〔2025〕18号处罚决定书案卷中的听证笔录和询问笔录",
            "行政执法",
            *_to_review(MINERALS, ENFORCEMENT_FILE, given=11, ready=4),
            approved(2, "理由充分，依据准确"),
        ),
        # 审核退回: by the reviewer after a consultation, by the leader after the review.
        scene(
            16,
            (WEB, PERSON, "林秀珍"),
            "柳湾村集体土地征收补偿安置方案及补偿费用拨付清单",
            "土地征收",
            confirmed(15),
            assigned(14, ARABLE),
            consulting(9, third, "柳湾村三户村民"),
            consulted(3, third, "三户均不同意公开本户补偿金额，理由为涉及家庭财产状况"),
            drafted(2, ARABLE, PARTLY),
            submitted(2, ARABLE),
            returned(1, "第三方不同意的理由要逐户写明是否采纳；清单可以公开总额和户数"),
        ),
        scene(
            11,
            (SIGNED, PERSON, "钱立"),
            "文昌路延伸段规划条件及日照分析报告",
            "国土空间规划",
            *_to_review(LAND_USE, DISCLOSED, given=10, ready=5),
            approved(3),
            refused_issue(1, "日照分析报告附图有第三方图签，请核实是否需要征求设计单位意见"),
        ),
        # 停钟: two consultations and a correction; and one that starts anew.
        scene(
            9,
            (SIGNED, PERSON, "郭安平"),
            "柳湾村石灰岩矿采矿权延续登记申请材料",
            "矿产资源",
            assigned(8, MINERALS),
            consulting(4, third, "青沅鼎盛矿业有限公司"),
        ),
        scene(
            7,
            (COUNTER, ApplicantType.RESEARCH, "省地质勘查二院"),
            "2022年矿产资源储量统计表（非密部分）",
            "矿产资源",
            assigned(6, MINERALS),
            consulting(3, other, "云岭省自然资源厅"),
        ),
        scene(
            6,
            (SIGNED, PERSON, "吴晓"),
            "文昌路一带的征地材料",
            "土地征收",
            asked_to_correct(2, "“征地材料”所指不明，请写明项目名称、文号或者年度"),
        ),
        scene(
            13,
            (SIGNED, ApplicantType.NONPROFIT, "青沅河湖守护志愿者协会"),
            "沅江沿岸生态修复项目资料",
            "生态修复",
            asked_to_correct(9, "请写明项目名称和所需资料的种类"),
            corrected(5),
            assigned(4, ARABLE),
        ),
        # 延期.
        scene(
            18,
            (SIGNED, FIRM, "青沅恒信工程咨询有限公司"),
            "2015年以来全市工业用地出让合同及补充协议",
            "建设用地",
            assigned(17, LAND_USE),
            extended(6, 15, "合同共计一百三十余份，须逐份核对商业秘密"),
        ),
        # 正常: in work, in review, not yet assigned.
        scene(
            8,
            (COUNTER, PERSON, "何兰芝"),
            "本人名下不动产登记档案",
            "确权登记",
            assigned(7, TITLES),
            drafted(1, TITLES, DISCLOSED),
        ),
        scene(
            5,
            (SIGNED, PERSON, "许国强"),
            "柳湾村耕地和永久基本农田保护责任书",
            "耕地保护",
            *_to_review(ARABLE, DISCLOSED, given=4, ready=1),
        ),
        scene(
            4,
            (COUNTER, ApplicantType.OTHER, "云岭镇柳湾社区业主委员会"),
            "柳湾社区配套停车场建设工程规划许可证及附图",
            "国土空间规划",
            assigned(3, LAND_USE),
        ),
        scene(
            2,
            (COUNTER, PERSON, "王梅"),
            "滨江大道南侧地块控制性详细规划调整公示材料",
            "国土空间规划",
            assigned(1, LAND_USE),
        ),
        scene(
            1,
            (SIGNED, FIRM, "青沅安居置业有限公司"),
            "城北新区C-09地块规划条件",
            "国土空间规划",
        ),
        scene(0, (COUNTER, PERSON, "邓若兰"), "白果村2025年征地公告", "土地征收"),
        # 待确认收到日期.
        scene(2, (WEB, PERSON, "王凤云"), "白果村土地利用现状图", "土地调查"),
        scene(1, (FAX, PERSON, "何天佑"), "青沅市2025年度土地供应计划", "建设用地"),
        scene(
            0,
            (LETTER, ApplicantType.OTHER, "青沅福安老年公寓"),
            "养老服务设施用地供应政策文件",
            "建设用地",
        ),
    ]
