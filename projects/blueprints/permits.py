"""审批事项: the four phases of 国办发〔2019〕11号 with the usual agencies of a district (domain §4.2).

``legal_days`` are statutory (行政许可法's 20 working days where no special law says otherwise), ``promised_days`` what
districts promise. An item with a condition is marked 不涉及 where the condition does not hold.
"""

from dataclasses import replace

from projects.blueprint import PermitNeed

DRC, RESOURCES, HOUSING = "区发展和改革局", "区自然资源和规划局", "区住房和城乡建设局"
ECOLOGY, COUNTER, WATER_BUREAU = "区生态环境局", "区行政审批服务局", "区水利局"
TENDER_CENTRE, OWNER = "区公共资源交易中心", "建设单位"


def _before_start(phase: str, name: str, agency: str, **limits: object) -> PermitNeed:
    return PermitNeed(phase=phase, name=name, agency=agency, is_required_for_start=True, **limits)  # type: ignore[arg-type]


PROPOSAL = _before_start("LAND", "项目建议书批复", DRC, legal_days=20, promised_days=7)
FEASIBILITY = _before_start("LAND", "可行性研究报告批复", DRC, legal_days=20, promised_days=20)
VERIFICATION = _before_start(
    "LAND", "项目核准", DRC, legal_days=20, promised_days=15, valid_months=24, max_extensions=1
)
RECORD = _before_start("LAND", "项目备案", DRC, promised_days=1)
SITE = _before_start("LAND", "用地预审与选址意见书", RESOURCES, legal_days=20, promised_days=10, valid_months=36)
LAND_PLAN = _before_start("LAND", "建设用地规划许可证", RESOURCES, legal_days=20, promised_days=5)
LAND_TITLE = _before_start("LAND", "供地及不动产权证", RESOURCES, legal_days=30, promised_days=15)
ENVIRONMENT = _before_start(
    "LAND",
    "环境影响评价",
    ECOLOGY,
    condition="编制报告书的法定 60 天、报告表 30 天；登记表网上备案即可",
    legal_days=30,
    promised_days=7,
    counts_working_days=False,
    valid_months=60,
)
ENERGY = _before_start(
    "LAND",
    "节能审查",
    DRC,
    condition="年综合能源消费量 1000 吨标准煤以上，或年电力消费量 500 万千瓦时以上",
    legal_days=20,
    promised_days=10,
)
STABILITY = _before_start(
    "LAND", "社会稳定风险评估", "属地镇街", condition="涉及征地拆迁等群众切身利益", promised_days=15
)
SOIL = _before_start(
    "LAND",
    "水土保持方案审批",
    WATER_BUREAU,
    condition="征占地 0.5 公顷以上，或挖填土石方 1000 立方米以上",
    legal_days=20,
    promised_days=10,
)
FLOOD = _before_start(
    "LAND",
    "洪水影响评价审批",
    WATER_BUREAU,
    condition="在河道、水库管理范围或洪泛区、蓄滞洪区内建设",
    legal_days=20,
    promised_days=10,
)
FOREST = _before_start("LAND", "使用林地审核", "区林业局", condition="占用林地", legal_days=20, promised_days=10)
RELICS = _before_start(
    "LAND",
    "文物保护和考古许可",
    "区文化和旅游局",
    condition="涉及文物保护单位保护范围、建设控制地带或地下文物埋藏区",
    legal_days=20,
    promised_days=10,
)
MINERALS = _before_start(
    "LAND", "压覆重要矿产资源审批", RESOURCES, condition="压覆重要矿产资源", legal_days=20, promised_days=15
)
HAZARD = _before_start("LAND", "地质灾害危险性评估", RESOURCES, condition="位于地质灾害易发区", promised_days=15)
SCHEME = _before_start("WORKS", "设计方案审查", RESOURCES, legal_days=20, promised_days=7)
WORKS_PLAN = _before_start("WORKS", "建设工程规划许可证", RESOURCES, legal_days=20, promised_days=7, valid_months=12)
DESIGN = _before_start("WORKS", "初步设计及概算批复", DRC, legal_days=20, promised_days=7)
DRAWINGS = _before_start(
    "BUILDING", "施工图审查", HOUSING, condition="含消防、人防、技防联审", legal_days=15, promised_days=7
)
FIRE = _before_start("BUILDING", "消防设计审查", HOUSING, condition="属于特殊建设工程", legal_days=15, promised_days=7)
TENDER = _before_start("BUILDING", "招标投标情况备案", TENDER_CENTRE, condition="依法必须招标的项目", promised_days=5)
SUPERVISION = _before_start("BUILDING", "质量安全监督手续", HOUSING, legal_days=20, promised_days=5)
BUILDING_PERMIT = _before_start(
    "BUILDING",
    "施工许可证",
    COUNTER,
    legal_days=7,
    promised_days=3,
    counts_working_days=False,
    valid_months=3,
    max_extensions=2,
)
JOINT_ACCEPTANCE = PermitNeed(
    phase="ACCEPTANCE",
    name="联合验收",
    agency=HOUSING,
    condition="规划核实、土地核验、消防验收或备案、人防、档案一并办理",
    promised_days=12,
)
ACCEPTANCE_RECORD = PermitNeed(
    phase="ACCEPTANCE", name="竣工验收备案", agency=HOUSING, legal_days=15, promised_days=5, counts_working_days=False
)
OWN_ACCEPTANCE = PermitNeed(phase="ACCEPTANCE", name="环保和水保自主验收", agency=OWNER)
FINAL_ACCOUNT = PermitNeed(phase="ACCEPTANCE", name="竣工财务决算批复", agency="区财政局", promised_days=20)
TITLE = PermitNeed(phase="ACCEPTANCE", name="不动产首次登记", agency=RESOURCES, legal_days=30, promised_days=5)
PLANNING_CONSENT = _before_start(
    "LAND", "水工程建设规划同意书", WATER_BUREAU, condition="在江河、湖泊上建设水工程", legal_days=20, promised_days=10
)
WATER_USE = _before_start("LAND", "取水许可", WATER_BUREAU, condition="需要取水", legal_days=45, promised_days=15)
WATER_DESIGN = replace(DESIGN, agency=WATER_BUREAU)
WATER_SUPERVISION = replace(SUPERVISION, name="水利工程质量监督手续", agency=WATER_BUREAU)
START_RECORD = PermitNeed(
    phase="BUILDING",
    name="水利工程开工备案",
    agency=WATER_BUREAU,
    condition="主体工程开工之日起 15 个工作日内",
    legal_days=15,
)
WATER_ACCEPTANCE = replace(
    JOINT_ACCEPTANCE,
    name="水利工程竣工验收",
    agency=WATER_BUREAU,
    condition="专项验收合格、试运行期满后",
    promised_days=20,
)

_ENTRY = {"GOV": (PROPOSAL, FEASIBILITY), "VERIFY": (VERIFICATION,), "RECORD": (RECORD,)}
_LAND = (SITE, LAND_PLAN, LAND_TITLE, ENVIRONMENT)
_IF_CONCERNED = (ENERGY, STABILITY, SOIL, FLOOD, FOREST, RELICS, MINERALS, HAZARD)
_LEAVE = (SCHEME, WORKS_PLAN)
_BUILD = (DRAWINGS, FIRE, TENDER, SUPERVISION, BUILDING_PERMIT)
_FINISH = (JOINT_ACCEPTANCE, ACCEPTANCE_RECORD, OWN_ACCEPTANCE)
_WATER_LAND = (SITE, LAND_TITLE, PLANNING_CONSENT, FLOOD, SOIL, ENVIRONMENT, WATER_USE)
_WATER_IF_CONCERNED = (STABILITY, FOREST, RELICS, MINERALS, HAZARD)


def for_works(route: str) -> tuple[PermitNeed, ...]:
    """Buildings, factories and roads: the four phases, by the way in."""
    design = (DESIGN,) if route == "GOV" else ()
    money = (FINAL_ACCOUNT,) if route == "GOV" else (TITLE,)
    site = tuple(_if_new_land(permit) if route == "RECORD" and permit is SITE else permit for permit in _LAND)
    return (*_ENTRY[route], *site, *_IF_CONCERNED, *_LEAVE, *design, *_BUILD, *_FINISH, *money)


def for_water(route: str) -> tuple[PermitNeed, ...]:
    """Water works follow their own rules: no 施工许可证, the start is put on record."""
    design = (WATER_DESIGN, TENDER, WATER_SUPERVISION, START_RECORD)
    finish = (WATER_ACCEPTANCE, OWN_ACCEPTANCE, *([FINAL_ACCOUNT] if route == "GOV" else []))
    return (*_ENTRY[route], *_WATER_LAND, *_WATER_IF_CONCERNED, *design, *finish)


def _if_new_land(permit: PermitNeed) -> PermitNeed:
    return replace(permit, condition="需要新增建设用地；通过出让取得土地的不办")
