"""How the twelve steps of a project wait for one another, who decides them, and which permit each obtains."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from projects.backward import Unit
from projects.blueprint import Blueprint
from projects.blueprints import initial_edition
from projects.demo.projects import ProjectSpec
from projects.demo.stages import START, STEPS

# Physical progress: a little for the permits, most for what is built.
WEIGHTS = tuple(map(Decimal, (0, 0, 1, 2, 2, 3, 12, 20, 22, 20, 10, 8)))
_OFFICE_WORK = range(START + 1)
_DRC, _RESOURCES, _HOUSING = "区发展和改革局", "区自然资源和规划局", "区住房和城乡建设局"
_ECOLOGY, _COUNTER, _TENDERS = "区生态环境局", "区行政审批服务局", "区公共资源交易中心"

# The latest of a step's predecessors is the one it begins after; the others only have to be done as well.
_ONE_BY_ONE = ((), (0,), (1,), (2,), (3,), (4,), (5,), (6,), (7,), (8,), (9,), (10,))
_DESIGN_BESIDE_LAND = ((), (0,), (0,), (2,), (1, 3), (4,), (5,), (6,), (7,), (7,), (8,), (9, 10))


@dataclass(frozen=True)
class Road:
    """What is known of each of the twelve steps. ``permits`` are those whose clock a step follows; {town} is filled."""

    template: str
    after: tuple[tuple[int, ...], ...]
    authorities: tuple[str, ...]
    permits: tuple[str, ...]
    indoors: tuple[int, ...] = ()
    outcomes: tuple[tuple[int, str], ...] = ((4, "办结"), (5, "实现"), (11, "实现"))

    def begins_after(self, step: int) -> int | None:
        return max(self.after[step], default=None)

    def unit(self, step: int) -> Unit:
        return Unit.WORKING if step in _OFFICE_WORK or step == len(self.after) - 1 else Unit.CALENDAR

    def stops_in_blackout(self, step: int) -> bool:
        return self.unit(step) is Unit.CALENDAR and step not in self.indoors

    def outcome(self, step: int) -> str:
        return dict(self.outcomes).get(step, "实现" if step > START else "")


ROADS = {
    "building": Road(
        "BUILDING",
        _DESIGN_BESIDE_LAND,
        (_DRC, _RESOURCES, _DRC, _HOUSING, _COUNTER, "", "", "", "", "", "", _HOUSING),
        ("可行性研究报告批复", "建设用地规划许可证", "初步设计及概算批复", "施工图审查", "施工许可证"),
        indoors=(9,),
    ),
    "private": Road(
        "BUILDING",
        _DESIGN_BESIDE_LAND,
        (_DRC, _RESOURCES, _RESOURCES, _HOUSING, _COUNTER, "", "", "", "", "", "", _HOUSING),
        ("项目备案", "供地及不动产权证", "设计方案审查", "施工图审查", "施工许可证"),
        indoors=(9,),
    ),
    "energy": Road(
        "OTHER",
        _DESIGN_BESIDE_LAND,
        (_DRC, _RESOURCES, _RESOURCES, _HOUSING, _COUNTER, "", "", "", "", "", "区供电公司", _DRC),
        ("项目核准", "用地预审与选址意见书", "设计方案审查", "施工图审查", "施工许可证"),
        indoors=(10,),
    ),
    "factory": Road(
        "FACTORY",
        ((), (0,), (0,), (1,), (2, 3), (4,), (5,), (6,), (7,), (7,), (8,), (9, 10)),
        (_DRC, _RESOURCES, _ECOLOGY, _HOUSING, _COUNTER, "", "", "", "", "", "", ""),
        ("项目备案", "供地及不动产权证", "环境影响评价", "施工图审查", "施工许可证"),
        indoors=(10,),
    ),
    "road": Road(
        "ROAD",
        ((), (0,), (1,), (1,), (2, 3), (4,), (5,), (5,), (6, 7), (8,), (8,), (9, 10)),
        (_DRC, _RESOURCES, "{town}", _DRC, _TENDERS, "", "管线权属单位", "", "", "", "", _HOUSING),
        ("可行性研究报告批复", "用地预审与选址意见书", "", "初步设计及概算批复", "招标投标情况备案"),
    ),
    "water": Road(
        "WATER",
        ((), (0,), (1,), (1,), (2, 3), (4,), (5,), (6,), (7,), (7,), (8,), (9, 10)),
        (_DRC, _RESOURCES, "{town}", "区水务局", _TENDERS, "", "", "", "", "", "", "区水利局"),
        ("可行性研究报告批复", "用地预审与选址意见书", "", "初步设计及概算批复", "招标投标情况备案"),
    ),
    "reform": Road(
        "FACTORY",
        ((), (0,), (0,), (0,), (1, 2, 3), (4,), (5,), (5,), (6, 7), (8,), (9,), (10,)),
        (_DRC, _ECOLOGY, _DRC, "", "区工业和信息化局", "", "", "设备供应商", "", "", "", "区工业和信息化局"),
        ("项目备案", "环境影响评价", "节能审查", "", "施工许可证"),
        indoors=(6, 7, 8, 9, 10),
        outcomes=((4, "审定"), (5, "实现"), (11, "实现")),
    ),
}


def road_of(spec: ProjectSpec) -> Road:
    return ROADS[spec.kind.course]


def blueprint_for(spec: ProjectSpec) -> Blueprint:
    """The template a project of this kind on this way in starts from: its permits, papers and yearly stops."""
    return _blueprint(road_of(spec).template, spec.route)


@cache
def _blueprint(project_type: str, route: str) -> Blueprint:
    return initial_edition(project_type, route)


def names_of(spec: ProjectSpec) -> tuple[str, ...]:
    return STEPS[spec.kind.course]
