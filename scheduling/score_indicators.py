"""考核指标: what can be scored, of whom, in which unit, and what it means: the list a scheme chooses from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum


class Kind(StrEnum):
    """Who is assessed (考核对象)."""

    LEAD = "LEAD"
    TOWN = "TOWN"
    OWNER = "OWNER"
    AGENCY = "AGENCY"
    PERSON = "PERSON"
    LEADER = "LEADER"

    @property
    def word(self) -> str:
        return _KINDS[self]

    @property
    def is_of_people(self) -> bool:
        """Single officials: shown to themselves, the office and the leaders, and never ranked (domain §11.7)."""
        return self in {Kind.PERSON, Kind.LEADER}


_KINDS = {
    Kind.LEAD: "责任单位（部门、镇街、园区、国企平台）",
    Kind.TOWN: "属地镇街",
    Kind.OWNER: "项目单位",
    Kind.AGENCY: "联审联批部门",
    Kind.PERSON: "项目负责人",
    Kind.LEADER: "包联领导",
}
OF_PROJECTS = frozenset({Kind.LEAD, Kind.TOWN, Kind.OWNER, Kind.PERSON, Kind.LEADER})


class Measure(Enum):
    """The unit of a value."""

    PERCENT = "%"
    COUNT = "个"
    AMOUNT = "万元"
    HAND = "分"


@dataclass(frozen=True, slots=True)
class Indicator:
    key: str
    name: str
    measure: Measure
    definition: str
    kinds: frozenset[Kind] = OF_PROJECTS
    more_is_better: bool = True


_PERCENT, _COUNT, _AMOUNT = Measure.PERCENT, Measure.COUNT, Measure.AMOUNT
_AGENCY = frozenset({Kind.AGENCY})
HAND = "by_hand"

_ALL = (
    Indicator(
        "investment_to_date",
        "同期计划完成率",
        _PERCENT,
        "考核期各月已审核的完成投资之和 ÷ 同期各月计划投资之和；负责人中途更换的，当月按任职天数分摊。",
    ),
    Indicator(
        "investment_of_year",
        "年度计划完成率",
        _PERCENT,
        "考核期各月已审核的完成投资之和 ÷ 年度计划投资；负责人中途更换的，按任职天数分摊。",
    ),
    Indicator("investment_amount", "完成投资", _AMOUNT, "考核期各月已审核的完成投资之和。"),
    Indicator("planned_amount", "年度计划投资", _AMOUNT, "考核期末现行年度计划投资；按档逐个计分时，为每个项目的数。"),
    Indicator(
        "started_on_time",
        "按期开工率",
        _PERCENT,
        "截至考核期末应开工的新开工项目中，已开工的所占比例。",
    ),
    Indicator("started_of_year", "开工率", _PERCENT, "本年计划新开工的全部项目中，截至考核期末已开工的所占比例。"),
    Indicator("finished_on_time", "按期竣工率", _PERCENT, "截至考核期末应竣工的项目中，已竣工的所占比例。"),
    Indicator("finished_of_year", "竣工率", _PERCENT, "本年计划竣工的全部项目中，截至考核期末已竣工的所占比例。"),
    Indicator("new_starts", "新开工项目", _COUNT, "截至考核期末已开工的本年新开工项目个数。"),
    Indicator("continuing", "续建项目", _COUNT, "本年度计划内的续建项目个数。"),
    Indicator("commissioned", "投产项目", _COUNT, "截至考核期末已投产达效的本年计划竣工项目个数。"),
    Indicator("industry_projects", "产业升级项目", _COUNT, "本年度计划内产业升级领域的项目个数。"),
    Indicator("livelihood_projects", "民生保障项目", _COUNT, "本年度计划内民生保障领域的项目个数。"),
    Indicator("infrastructure_projects", "基础设施项目", _COUNT, "本年度计划内基础设施领域的项目个数。"),
    Indicator(
        "not_started",
        "应开未开项目",
        _COUNT,
        "截至考核期末应开工而未开工的项目个数。",
        more_is_better=False,
    ),
    Indicator(
        "nodes_on_time",
        "节点按期率",
        _PERCENT,
        "批准日期在考核期内的节点中，按期完成的所占比例；经批准停缓建的天数不计。",
    ),
    Indicator(
        "own_late_days",
        "自身责任逾期天数",
        _COUNT,
        "考核期末逾期的节点中，不能归于其他部门、天气、不可抗力和经批准停缓建的天数之和。",
        more_is_better=False,
    ),
    Indicator(
        "problems_solved",
        "问题按期销号率",
        _PERCENT,
        "需解决日期在考核期内的问题中，按期销号的所占比例；联审联批部门按其为责任单位的问题计。",
        OF_PROJECTS | _AGENCY,
    ),
    Indicator(
        "reports_on_time", "按时报送率", _PERCENT, "截止日在考核期内已锁定的各报告期，应报的报告中按时报送的所占比例。"
    ),
    Indicator(
        "reports_first_time",
        "一次报送合格率",
        _PERCENT,
        "截止日在考核期内已锁定的各报告期，应报的报告中按时报送且没有被退回过的所占比例。",
    ),
    Indicator(
        "observation",
        "观摩得分",
        _PERCENT,
        "考核期内各季度已公布的观摩结果中，本单位各观摩点综合得分的平均数（百分制）。",
    ),
    Indicator("verified", "核实率", _PERCENT, "核查日期在考核期内的随机核查中，与上报相符的所占比例。"),
    Indicator(
        "permits_in_time",
        "审批按期办结率",
        _PERCENT,
        "考核期内作出决定的审批事项中，在时限内办结的所占比例；中止天数不计。",
        _AGENCY,
    ),
    Indicator(
        "requests_answered",
        "协调请求按期答复率",
        _PERCENT,
        "答复期限在考核期内的协调请求中，按期答复的所占比例。",
        _AGENCY,
    ),
    Indicator(HAND, "人工评定", Measure.HAND, "由考核单位依据佐证材料评定。", OF_PROJECTS | _AGENCY),
)
INDICATORS: Mapping[str, Indicator] = {indicator.key: indicator for indicator in _ALL}


def offered(kind: Kind) -> list[Indicator]:
    """Those by which subjects of this kind can be scored."""
    return [indicator for indicator in _ALL if kind in indicator.kinds]
