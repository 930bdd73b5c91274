"""水利: a dyke, sluice or pumping station. Its own rules: no 施工许可证, and what stands in the river is built
between two flood seasons."""

from dataclasses import replace

from projects.backward import Unit
from projects.blueprint import YearlyStop
from projects.blueprints import permits
from projects.blueprints.course import COMMISSIONING, GROUNDBREAKING, Planned, indoors, office, site
from projects.blueprints.permits import DRC, ECOLOGY, RESOURCES, TENDER_CENTRE, WATER_BUREAU

_CONSENT = office(
    "同意书",
    "水工程规划同意与洪水影响评价",
    25,
    "选址SS+5",
    authority=WATER_BUREAU,
    outcome="取得",
    permit_name=permits.FLOOD.name,
)
_SITE = office("选址", "用地预审与选址意见书", 20, authority=RESOURCES, outcome="取得", permit_name=permits.SITE.name)
_SOIL = office(
    "水保", "水土保持方案审批", 20, "选址", authority=WATER_BUREAU, outcome="批复", permit_name=permits.SOIL.name
)
_ENVIRONMENT = office(
    "环评", "环境影响评价报批", 30, "选址", authority=ECOLOGY, outcome="批复", permit_name=permits.ENVIRONMENT.name
)
_DESIGN = office(
    "初设",
    "初步设计及概算批复",
    45,
    "立项;同意书;水保FF+10",
    is_key=True,
    weight="2",
    authority=WATER_BUREAU,
    outcome="批复",
    permit_name=permits.WATER_DESIGN.name,
)
_CLEARING = office(
    "征迁", "征地移民与交地", 120, "选址", unit=Unit.CALENDAR, is_key=True, authority="属地镇街", outcome="交地"
)
_DRAWINGS = office("施图", "施工图设计", 30, "初设", authority="设计单位")
_TENDER = office(
    "招标", "施工、监理招标", 35, "初设;施图SS+10", authority=TENDER_CENTRE, outcome="定标",
    permit_name=permits.TENDER.name,
)  # fmt: skip
_SUPERVISION = office(
    "质监",
    "质量监督手续与开工条件核查",
    10,
    "招标;环评;施图",
    is_key=True,
    weight="3",
    authority=WATER_BUREAU,
    outcome="办结",
    permit_name=permits.WATER_SUPERVISION.name,
)
_DESIGNED = (_CONSENT, _SOIL, _ENVIRONMENT, _DESIGN, _CLEARING, _DRAWINGS, _TENDER, _SUPERVISION)
_ENTRY = {
    "GOV": (
        office("建议书", "项目建议书批复", 15, authority=DRC, outcome="批复", permit_name=permits.PROPOSAL.name),
        replace(_SITE, after="建议书"),
        office(
            "立项",
            "可行性研究报告编制与批复",
            35,
            "建议书;选址FF+10",
            is_key=True,
            authority=DRC,
            outcome="批复",
            permit_name=permits.FEASIBILITY.name,
        ),
    ),
    "VERIFY": (
        _SITE,
        office(
            "立项",
            "项目申请报告编制与核准",
            30,
            "选址FF+15",
            is_key=True,
            authority=DRC,
            outcome="核准",
            permit_name=permits.VERIFICATION.name,
        ),
    ),
    "RECORD": (
        office("立项", "项目备案", 1, authority=DRC, outcome="备案", permit_name=permits.RECORD.name),
        replace(_SITE, after="立项"),
    ),
}

CONSTRUCTION = (
    site("进场", "进场与临时工程", 20, "质监;征迁-30天", stage=GROUNDBREAKING, weight="4", is_key=True, outcome="开工"),
    site("导流", "施工导流与围堰", 30, "进场SS+10天;征迁", stage=GROUNDBREAKING, weight="6", outcome="截流"),
    site("基础", "基础开挖与地基处理", 45, "导流", stage=GROUNDBREAKING, weight="13"),
    indoors("制造", "金属结构与机电设备制造", 120, "进场", stage=GROUNDBREAKING, weight="10", authority="设备厂家"),
    site("主体", "主体建筑物与堤防施工", 120, "基础SS+25天;基础FF+75天", weight="34", is_key=True),
    site("安装", "闸门、机组与电气安装", 45, "制造;主体FF+20天", weight="12", is_key=True),
    site("护岸", "护坡护岸与管理设施", 60, "主体SS+60天;主体FF+30天", weight="10"),
    office("阶段", "阶段验收（通水或蓄水）", 10, "安装;护岸-20天", stage=COMMISSIONING, weight="1", outcome="通水"),
    indoors("试运行", "试运行", 60, "阶段", stage=COMMISSIONING, weight="2"),
    office(
        "验收",
        "专项验收与竣工验收",
        30,
        "护岸;试运行FF+20",
        stage=COMMISSIONING,
        is_key=True,
        weight="3",
        authority=WATER_BUREAU,
        outcome="投用",
        permit_name=permits.WATER_ACCEPTANCE.name,
    ),
)

BLACKOUTS = (
    YearlyStop(name="春节", first=(1, 28), last=(2, 16)),
    YearlyStop(name="主汛期", first=(6, 20), last=(8, 31)),
)


def preparation(route: str) -> tuple[Planned, ...]:
    return (*_ENTRY[route], *_DESIGNED)
