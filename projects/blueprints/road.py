"""市政道路: an urban road with its pipes (domain §5); the land is cleared while it is being designed."""

from projects.backward import Unit
from projects.blueprint import YearlyStop
from projects.blueprints.course import COMMISSIONING, GROUNDBREAKING, Planned, office, site
from projects.blueprints.permits import HOUSING, JOINT_ACCEPTANCE
from projects.blueprints.preparation import FOR_WORKS

CLEARING = office(
    "征迁",
    "征地拆迁与交地",
    150,
    "用地",
    unit=Unit.CALENDAR,
    is_key=True,
    authority="属地镇街",
    outcome="交地",
)

CONSTRUCTION = (
    site(
        "进场",
        "交通导改、进场施工",
        10,
        "许可;征迁-60天",
        stage=GROUNDBREAKING,
        weight="3",
        is_key=True,
        outcome="开工",
    ),
    site("迁改", "既有管线迁改", 45, "进场;征迁FF+15天", stage=GROUNDBREAKING, weight="8", authority="管线权属单位"),
    site("管网", "雨污水管网敷设", 60, "迁改SS+25天;迁改FF+20天", weight="18", is_key=True),
    site("路基", "路基工程", 45, "管网SS+30天;管网FF+20天", weight="18"),
    site("基层", "水泥稳定基层", 30, "路基SS+25天;路基FF+15天", weight="16"),
    site("路面", "沥青混凝土路面", 20, "基层+7天", weight="18", is_key=True),
    site("附属", "交安设施、照明与绿化", 40, "基层;路面FF+15天", weight="9"),
    office(
        "验收",
        "交工验收与联合验收",
        15,
        "附属",
        stage=COMMISSIONING,
        weight="3",
        authority=HOUSING,
        outcome="通过",
        permit_name=JOINT_ACCEPTANCE.name,
    ),
    office("通车", "移交管养、开放交通", 5, "验收", stage=COMMISSIONING, is_key=True, weight="2", outcome="通车"),
)

BLACKOUTS = (
    YearlyStop(name="冬季和春节停工", first=(12, 20), last=(2, 16)),
    YearlyStop(name="高考禁噪", first=(6, 6), last=(6, 9)),
)


def preparation(route: str) -> tuple[Planned, ...]:
    return (*FOR_WORKS[route], CLEARING)
