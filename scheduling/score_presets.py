"""考核方案 as places have published them, and those we begin with (domain §1.10).

Where the printed text leaves something open, the preset fills it and its note says so.
"""

from collections.abc import Mapping
from decimal import Decimal

from scheduling.score_formulas import (
    Amounts,
    BandTable,
    Count,
    Formula,
    Linear,
    Manual,
    Places,
    RankTable,
    Segment,
    Step,
    Target,
)
from scheduling.score_indicators import HAND, Kind
from scheduling.scoring import Absent, Item, Scheme

_YI = 10_000  # 万元


def _item(
    key: str, name: str, weight: str, indicator: str, formula: Formula | None = None, *, base: str | None = None
) -> Item:
    absent = Absent.SPREAD if base is None else Absent.BASE
    return Item(key, name, Decimal(weight), indicator, formula or Linear(), absent, Decimal(base or 0))


def _each(points: str) -> Count:
    return Count(each=Decimal(points), least=Decimal(0) if not points.startswith("-") else None)


_ADDED = {"base": "0"}  # nothing of the kind: nothing added
_COMMON = (
    _item("investment", "投资完成", "35", "investment_to_date"),
    _item("start", "开工", "20", "started_on_time"),
    _item("finish", "竣工", "15", "finished_on_time"),
    _item("nodes", "节点按期", "10", "nodes_on_time"),
    _item("problems", "问题销号", "10", "problems_solved"),
    _item("reports", "报送质量", "5", "reports_first_time"),
    _item("observation", "观摩", "5", "observation"),
)
HUNDRED = Scheme(
    "百分制",
    _COMMON,
    source="参照各地考核办法自拟，权重为建议值",
    note="没有该类事项的项目不适用，权重按比例分摊到其他项；加分、减分各不超过 10 分。",
)
OWNERS = Scheme(
    "项目单位百分制",
    (
        _item("investment", "投资完成", "40", "investment_to_date"),
        _item("start", "开工", "15", "started_on_time"),
        _item("finish", "竣工", "10", "finished_on_time"),
        _item("nodes", "节点按期", "10", "nodes_on_time"),
        _item("own", "自身责任逾期", "10", "own_late_days", Count(Decimal("-0.1"), base=Decimal(10))),
        _item("reports", "报送质量", "10", "reports_first_time"),
        _item("verified", "上报核实", "5", "verified"),
    ),
    source="参照某市对项目单位、责任单位、联审联批部门分别考核的办法自拟",
    note="逾期天数只计自身责任部分：由其他部门办理、天气、不可抗力和经批准停缓建的天数不计。",
)
AGENCIES = Scheme(
    "联审联批部门百分制",
    (
        _item("permits", "审批按期办结", "50", "permits_in_time"),
        _item("requests", "协调请求答复", "20", "requests_answered"),
        _item("problems", "问题销号", "20", "problems_solved"),
        _item("service", "服务评价", "10", HAND, Manual()),
    ),
    source="参照某市对项目单位、责任单位、联审联批部门分别考核的办法自拟",
    note="审批部门按审批事项登记的部门名称对应到单位。",
)
PEOPLE = Scheme(
    "项目负责人百分制",
    (
        _item("investment", "投资完成", "40", "investment_to_date"),
        _item("nodes", "节点按期", "25", "nodes_on_time"),
        _item("own", "自身责任逾期", "10", "own_late_days", Count(Decimal("-0.1"), base=Decimal(10))),
        _item("problems", "问题销号", "10", "problems_solved"),
        _item("reports", "报送质量", "15", "reports_first_time"),
    ),
    source="自拟",
    note="得分按任职日归属：中途更换负责人的，各算各的。只供本人、区重点办和区领导查看，不排名。",
)
LEADERS = Scheme(
    "包联领导百分制",
    (
        _item("investment", "投资完成", "50", "investment_to_date"),
        _item("nodes", "节点按期", "30", "nodes_on_time"),
        _item("problems", "问题销号", "20", "problems_solved"),
    ),
    source="自拟",
    note="得分按包联日归属。只供本人、区重点办和区领导查看，不排名。",
)
YANAN = Scheme(
    "延安",
    (
        _item("starts", "新开工", "100", "new_starts", _each("5"), **_ADDED),
        _item("continuing", "续建", "100", "continuing", _each("2"), **_ADDED),
        _item(
            "size",
            "项目规模",
            "200",
            "planned_amount",
            BandTable(
                (
                    Amounts(Decimal(0), Decimal(1 * _YI), Decimal(3)),
                    Amounts(Decimal(1 * _YI), Decimal(5 * _YI), Decimal(6)),
                    Amounts(Decimal(5 * _YI), Decimal(10 * _YI), Decimal(10)),
                    Amounts(Decimal(10 * _YI), None, Decimal(20)),
                ),
                of_each=True,
            ),
            **_ADDED,
        ),
        _item("industry", "产业项目", "150", "industry_projects", _each("15"), **_ADDED),
        _item("livelihood", "民生项目", "80", "livelihood_projects", _each("8"), **_ADDED),
        _item("function", "功能项目", "60", "infrastructure_projects", _each("6"), **_ADDED),
        _item("progress", "投资进度", "60", "investment_of_year", Linear(most=Decimal(100)), **_ADDED),
        _item("commissioned", "投产", "100", "commissioned", _each("20"), **_ADDED),
    ),
    full=None,
    swing=Decimal(120),
    source="延安，2017 年公布",
    note="得分累加，不设满分。省考核项目加 20 分、当月完成 10 亿元以上加 30 分、集中开工加 30 分（一年不超过 4 次）、"
    "市批评扣 5 至 20 分、省批评扣 10 分以上，按加减分登记。原文未写规模和类型按项目还是按单位计，此处按每个项目计；"
    "投运加 10 分未单列。",
)
CITY_2020 = Scheme(
    "某市 2020（计划完成和开工）",
    (
        _item(
            "plan",
            "年度计划完成",
            "25",
            "investment_of_year",
            Step(
                base=Decimal(25),
                targets=(Target(0, Decimal(100)),),
                below=Decimal("0.1"),
                above=(
                    Segment(Decimal(100), Decimal(130), Decimal("0.2")),
                    Segment(Decimal(130), None, Decimal("0.1")),
                ),
                swing=Decimal(10),
            ),
        ),
        _item(
            "rank",
            "完成率名次",
            "7",
            "investment_of_year",
            RankTable((Places(1, 3, Decimal(7)), Places(4, 6, Decimal(5)), Places(7, 10, Decimal(3)))),
        ),
        _item(
            "start",
            "开工率",
            "5",
            "started_of_year",
            Step(
                base=Decimal(5),
                targets=(Target(1, Decimal(80)), Target(6, Decimal(70))),
                below=Decimal(1),
                above=(Segment(Decimal(70), None, Decimal(1)),),
                per=Decimal(10),
                swing=Decimal(2),
                whole=True,
            ),
            base="2",
        ),
        _item("late", "未按期开工", "20", "not_started", _each("-3"), **_ADDED),
        _item("service", "管理服务", "15", HAND, Manual()),
    ),
    full=None,
    source="某市 2020 年金银奖评选办法（节选）",
    note="原文满分另有其他各项；此处只列可由本平台计算的计划完成、开工和人工评定的管理服务。",
)
PRESETS: Mapping[str, tuple[Scheme, frozenset[Kind]]] = {
    "hundred": (HUNDRED, frozenset({Kind.LEAD, Kind.TOWN})),
    "yanan": (YANAN, frozenset({Kind.LEAD, Kind.TOWN, Kind.OWNER})),
    "city": (CITY_2020, frozenset({Kind.LEAD, Kind.TOWN, Kind.OWNER})),
    "owners": (OWNERS, frozenset({Kind.OWNER})),
    "agencies": (AGENCIES, frozenset({Kind.AGENCY})),
    "people": (PEOPLE, frozenset({Kind.PERSON})),
    "leaders": (LEADERS, frozenset({Kind.LEADER})),
}


def presets_for(kind: Kind) -> dict[str, Scheme]:
    return {key: scheme for key, (scheme, kinds) in PRESETS.items() if kind in kinds}
