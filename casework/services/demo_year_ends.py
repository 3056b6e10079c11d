"""Four municipal year-ends as their offices published them, for the demonstration.

郴州市 2015 (report of 2016-03-15), 泰州市高港区 2017 (2018-02-27), 新乡市红旗区 2018 (2019-03-25)
and 贵阳国家经济技术开发区 2018 (2019-03-27). The published figures come back from the case records,
row by row (a test compares them); what an office did not publish is ours, made consistent, and
says so here and in docs/demo.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from casework.domain.application import Channel, ReliefKind, ReliefResult
from casework.domain.remedies import Standing
from casework.services.demo_words import ENFORCEMENT, LABOUR, LAND, MONEY, OTHER, PLANNING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.services.demo_words import DemoSubject


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One agency of a year-end: how many applications it received, and whose part it is.

    ``all_on_time``: none of its answers was extended.
    """

    code: str
    name: str
    received: int
    parent: str = ""
    prefix: str = ""
    standing: Standing = Standing.DEPARTMENT
    all_on_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class YearEnd:
    """A year's figures.

    ``places`` come parents first and their ``received`` add up to the channels' sum. ``grounds``
    are the answers of the year; what is missing up to the number received is carried over into
    the next year. ``extended`` of the answers came within a lawful extension, the rest in time.
    ``asked_around`` is the place the requests speak of; ``staff`` are the demonstration's people
    (log-in, name): 登记员, 承办人, 法制审核员, 签发人, 统计员.
    """

    key: str
    source: str
    year: int
    places: tuple[Place, ...]
    channels: Mapping[Channel, int]
    grounds: Mapping[str, int]
    extended: int
    subjects: Mapping[DemoSubject, int]
    reliefs: tuple[tuple[ReliefKind, ReliefResult], ...] = ()
    asked_around: str = ""
    staff: tuple[tuple[str, str], ...] = field(default=())

    @property
    def received(self) -> int:
        """All applications of the year."""
        return sum(self.channels.values())

    @property
    def carried_over(self) -> int:
        """Those answered only in the next year."""
        return self.received - sum(self.grounds.values())


def _county(code: str, name: str, received: int) -> Place:
    return Place(
        code=code,
        name=name,
        received=received,
        parent="431000",
        prefix=f"{name[:-1]}政公开",
        standing=Standing.GOVERNMENT,
    )


def _department(code: str, name: str, received: int) -> Place:
    return Place(
        code=code, name=name, received=received, parent="431000-BM", prefix=f"{name[1:]}公开"
    )


# Published are 232 at the city (46 of them at the 市政府办公室, all on time), 689 in the counties.
# The split among departments and among counties, the 34 extended answers, the two grounds of the
# answers of 2016 and the applicants are ours. The published shares of subjects add to 100 % but fit
# no whole numbers of 903 or 921; these are the nearest (docs/demo.md).
CHENZHOU = YearEnd(
    key="chenzhou_2015",
    source="郴州市2015年政府信息公开工作年度报告",
    year=2015,
    asked_around="郴州市",
    places=(
        Place(
            code="431000",
            name="郴州市",
            received=0,
            prefix="郴政公开",
            standing=Standing.GOVERNMENT,
        ),
        Place(
            code="431000-BM",
            name="市政府及其部门",
            received=0,
            parent="431000",
            prefix="郴直公开",
            standing=Standing.GOVERNMENT,
        ),
        Place(
            code="431000-BM-01",
            name="市政府办公室",
            received=46,
            parent="431000-BM",
            prefix="郴政办公开",
            all_on_time=True,
        ),
        _department("431000-BM-02", "市国土资源局", 68),
        _department("431000-BM-03", "市住房和城乡建设局", 39),
        _department("431000-BM-04", "市人力资源和社会保障局", 27),
        _department("431000-BM-05", "市规划局", 21),
        _department("431000-BM-06", "市财政局", 16),
        _department("431000-BM-07", "市公安局", 15),
        _county("431002", "北湖区", 96),
        _county("431003", "苏仙区", 88),
        _county("431021", "桂阳县", 97),
        _county("431022", "宜章县", 71),
        _county("431023", "永兴县", 66),
        _county("431024", "嘉禾县", 52),
        _county("431025", "临武县", 49),
        _county("431026", "汝城县", 45),
        _county("431027", "桂东县", 27),
        _county("431028", "安仁县", 36),
        _county("431081", "资兴市", 62),
    ),
    channels=MappingProxyType(
        {Channel.IN_PERSON: 575, Channel.FAX: 118, Channel.ONLINE: 79, Channel.MAIL: 149}
    ),
    grounds=MappingProxyType(
        {
            "already_public": 313,
            "disclosed": 395,
            "partly_disclosed": 112,
            "state_secret": 5,
            "safety_and_stability": 1,
            "not_government_information": 1,
            "other_statutory_ground": 9,
            "not_ours": 21,
            "not_existing": 31,
            "asked_to_amend": 15,
        }
    ),
    extended=34,
    subjects=MappingProxyType({LAND: 491, ENFORCEMENT: 88, LABOUR: 84, MONEY: 59, OTHER: 199}),
    staff=(
        ("lichunyan", "李春燕"),
        ("dengzhigang", "邓志刚"),
        ("huanglijuan", "黄丽娟"),
        ("caowenbin", "曹文斌"),
        ("xiemin", "谢敏"),
    ),
)

# Fax is not mentioned and follows as 0. The answers, the units and the kind of the suit are ours.
GAOGANG = YearEnd(
    key="gaogang_2017",
    source="高港区人民政府2017年政府信息公开年度报告",
    year=2017,
    asked_around="高港区",
    places=(
        Place(
            code="321203",
            name="泰州市高港区",
            received=11,
            prefix="泰高政公开",
            standing=Standing.GOVERNMENT,
        ),
        Place(code="321203-01", name="区国土资源分局", received=10, parent="321203"),
        Place(code="321203-02", name="区住房和城乡建设局", received=7, parent="321203"),
    ),
    channels=MappingProxyType({Channel.IN_PERSON: 1, Channel.ONLINE: 11, Channel.MAIL: 16}),
    grounds=MappingProxyType(
        {
            "already_public": 7,
            "disclosed": 12,
            "partly_disclosed": 3,
            "personal_privacy": 1,
            "not_ours": 2,
            "not_existing": 3,
        }
    ),
    extended=2,
    subjects=MappingProxyType({LAND: 14, PLANNING: 6, MONEY: 3, OTHER: 5}),
    reliefs=(
        (ReliefKind.REVIEW, ReliefResult.CORRECTED),
        (ReliefKind.DIRECT_SUIT, ReliefResult.UPHELD),
    ),
    staff=(
        ("wuhaiyan", "吴海燕"),
        ("qianjianguo", "钱建国"),
        ("zhuting", "朱婷"),
        ("yinjun", "殷俊"),
        ("yeqing", "叶青"),
    ),
)

# The ground of the one refusal and the subjects are ours.
HONGQI = YearEnd(
    key="hongqi_2018",
    source="红旗区2018年度政府信息与政务公开工作报告",
    year=2018,
    asked_around="红旗区",
    places=(
        Place(
            code="410702",
            name="新乡市红旗区",
            received=8,
            prefix="红政公开",
            standing=Standing.GOVERNMENT,
        ),
    ),
    channels=MappingProxyType({Channel.IN_PERSON: 2, Channel.ONLINE: 3, Channel.MAIL: 3}),
    grounds=MappingProxyType(
        {"disclosed": 3, "partly_disclosed": 3, "personal_privacy": 1, "not_existing": 1}
    ),
    extended=0,
    subjects=MappingProxyType({LAND: 5, OTHER: 3}),
    staff=(
        ("zhangjunli", "张俊丽"),
        ("wangxinping", "王新平"),
        ("lihongwei", "李宏伟"),
        ("zhaoguodong", "赵国栋"),
        ("guojing", "郭静"),
    ),
)

# The subjects are published (土地征收、拆迁安置、城市规划), their numbers and the answers are ours.
GUIYANG = YearEnd(
    key="guiyang_etdz_2018",
    source="贵阳国家经济技术开发区2018年政府信息公开工作情况",
    year=2018,
    asked_around="经开区",
    places=(
        Place(
            code="520111-JK",
            name="贵阳国家经济技术开发区",
            received=13,
            prefix="贵经开公开",
            standing=Standing.GOVERNMENT,
        ),
    ),
    channels=MappingProxyType({Channel.IN_PERSON: 1, Channel.MAIL: 12}),
    grounds=MappingProxyType(
        {
            "already_public": 3,
            "disclosed": 6,
            "partly_disclosed": 1,
            "not_ours": 1,
            "not_existing": 2,
        }
    ),
    extended=0,
    subjects=MappingProxyType({LAND: 9, PLANNING: 4}),
    staff=(
        ("yangxue", "杨雪"),
        ("luoyong", "罗勇"),
        ("chenxiaolan", "陈晓岚"),
        ("wujianming", "吴建明"),
        ("longmei", "龙梅"),
    ),
)

YEAR_ENDS = (CHENZHOU, GAOGANG, HONGQI, GUIYANG)
