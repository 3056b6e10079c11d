"""Plausible, invented content for demonstration records: who asks, and for what.

Nobody here exists. Identity numbers are well formed and bear correct check digits (GB 11643-1999,
GB 32100-2015), but begin with 99, a region no code list has; telephone numbers begin with 100, a
range no mobile network uses; addresses are on roads called 示例路.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.domain.application import ApplicantType

if TYPE_CHECKING:
    from random import Random

REGION = "990101"
_WITH_EMAIL = 0.3

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程"
    "苏魏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺毛郝顾龚"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏辉建国志远晓雯海燕文斌小满春梅"
    "立群思源佳宁天佑雨桐梓轩若兰子涵一鸣长青永福德胜兰芝淑珍凤云"
)
_COMPANY_WORDS = ("宏远", "恒信", "鼎盛", "金源", "瑞丰", "华泰", "天成", "润泽", "同力", "安居")
_TRADES = ("建材", "置业", "矿业", "商贸", "环保科技", "工程咨询", "农业开发", "物流")
_ROADS = ("示例一路", "示例二路", "示例东路", "示例西路", "示例南街", "示例北街")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoApplicant:
    """One invented applicant."""

    type: ApplicantType
    name: str
    id_kind: str
    id_number: str
    phone: str
    address: str
    email: str


def invent_applicant(chance: Random, place: str) -> DemoApplicant:
    """Return an applicant from ``place``: nine in ten are people, the rest organisations."""
    kind = chance.choices(list(ApplicantType), weights=(900, 55, 5, 5, 25, 10), k=1)[0]
    name = (
        invent_person(chance)
        if kind is ApplicantType.NATURAL_PERSON
        else _body(chance, kind, place)
    )
    is_person = kind is ApplicantType.NATURAL_PERSON
    number = chance.randrange(10**8)
    return DemoApplicant(
        type=kind,
        name=name,
        id_kind="居民身份证" if is_person else "统一社会信用代码",
        id_number=identity_number(chance) if is_person else credit_code(chance),
        phone=f"100{number:08d}",
        address=f"{place}{chance.choice(_ROADS)}{chance.randint(1, 299)}号",
        email=f"demo{number:08d}@example.com" if chance.random() < _WITH_EMAIL else "",
    )


def invent_person(chance: Random) -> str:
    """Return a name of two or three characters."""
    given = "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2, 2))))
    return chance.choice(_SURNAMES) + given


def _body(chance: Random, kind: ApplicantType, place: str) -> str:
    word = chance.choice(_COMPANY_WORDS)
    return {
        ApplicantType.COMPANY: f"{place}{word}{chance.choice(_TRADES)}有限公司",
        ApplicantType.RESEARCH: f"{place}{word}地质勘查研究院",
        ApplicantType.NONPROFIT: f"{place}{word}生态保护志愿者协会",
        ApplicantType.LEGAL_SERVICES: f"{place}{word}律师事务所",
        ApplicantType.OTHER: f"{place}{word}社区业主委员会",
    }[kind]


def identity_number(chance: Random) -> str:
    """Return an 18-character identity number of region 99 with its check digit (GB 11643)."""
    born = date(1950, 1, 1) + timedelta(days=chance.randrange(18_000))
    body = f"{REGION}{born:%Y%m%d}{chance.randrange(1000):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(chance: Random) -> str:
    """Return an 18-character credit code of region 99 with both check characters (GB 32100)."""
    organisation = "".join(chance.choices("0123456789", k=8))
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(organisation, weights, strict=True))
    body = "91" + REGION + organisation + "0123456789X0"[(11 - total % 11) % 11]
    body_weights = [pow(3, place, 31) for place in range(17)]
    values = [_CODE_ALPHABET.index(character) for character in body]
    total = sum(value * weight for value, weight in zip(values, body_weights, strict=True))
    return body + _CODE_ALPHABET[(31 - total % 31) % 31]


@dataclass(frozen=True, slots=True)
class DemoSubject:
    """A subject (内容类别), the unit that deals with it, and what people ask under it."""

    name: str
    unit: str
    requests: tuple[str, ...]


LAND = DemoSubject(
    "土地征用和房屋拆迁类",
    "征地拆迁科",
    (
        "{place}{village}{year}年集体土地征收批复、征地公告及勘测定界图",
        "{place}{village}征地补偿安置方案及补偿费用拨付凭证",
        "{place}{village}{road}棚户区改造项目房屋征收决定及评估报告",
        "{place}{village}{group}组{year}年青苗、附着物补偿登记表",
        "{place}{road}延伸段建设项目用地预审意见和选址意见书",
        "{place}{village}{year}年土地征收社会稳定风险评估报告",
    ),
)
ENFORCEMENT = DemoSubject(
    "行政执法类",
    "政策法规科",
    (
        "{year}年对{place}{road}违法建设作出的处罚决定书及送达回证",
        "{place}{village}砂石场{year}年现场检查记录和责令整改通知书",
        "{year}年第{number}号投诉举报的调查处理情况",
        "{place}{road}流动摊点综合整治方案及执法人员名单",
    ),
)
LABOUR = DemoSubject(
    "劳动就业和社会保障类",
    "社会保险科",
    (
        "本人{year}年企业改制安置方案及职工工龄认定依据",
        "{place}被征地农民养老保险补贴{year}年发放名册（本人部分）",
        "{year}年{place}公益性岗位招聘公告及录用结果",
        "{place}原集体企业退休人员养老金调整政策文件",
    ),
)
MONEY = DemoSubject(
    "财政资金类",
    "财务科",
    (
        "{place}{village}{year}年扶贫专项资金分配表和使用情况",
        "{year}年{place}部门决算及“三公”经费明细",
        "{place}{village}{year}年农村公路建设补助资金拨付文件",
        "{year}年耕地地力保护补贴{place}发放明细",
    ),
)
OTHER = DemoSubject(
    "其他信息",
    "办公室",
    (
        "{place}{road}小区{year}年竣工验收备案表",
        "{place}中小学{year}年学区划分方案及依据",
        "{place}{village}饮用水水源保护区划定方案",
        "{year}年{place}政府常务会议第{number}次会议纪要",
        "{place}{road}农贸市场改造项目招标文件和中标通知书",
        "{place}{village}不动产登记发证台账（本人部分）",
    ),
)
PLANNING = DemoSubject(
    "城市规划类",
    "规划建设科",
    (
        "{place}{road}地块控制性详细规划及调整批复",
        "{place}{road}小区总平面图和规划条件核实意见",
        "{place}{village}村庄规划（{year}年）文本和图则",
    ),
)
SUBJECTS = (LAND, ENFORCEMENT, LABOUR, MONEY, OTHER, PLANNING)

_VILLAGES = ("柳湾村", "石桥村", "栗坪村", "白果村", "双塘村", "枫树村", "大坪村", "新屋村")
_NAMED_ROADS = ("文昌路", "滨江大道", "青年路", "解放路", "人民西路", "创业路")


def invent_request(chance: Random, subject: DemoSubject, place: str, year: int) -> str:
    """Return what is asked for, as the application form words it."""
    return "申请公开" + chance.choice(subject.requests).format(
        place=place,
        village=chance.choice(_VILLAGES),
        road=chance.choice(_NAMED_ROADS),
        group=chance.randint(1, 12),
        number=chance.randint(1, 80),
        year=year - chance.randint(0, 6),
    )
