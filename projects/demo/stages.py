"""What each stage asks for, the steps a project takes, and the permits on its way (domain §4.2, §5)."""

from dataclasses import dataclass
from typing import NamedTuple

STAGES = ("PREPARATION", "GROUNDBREAKING", "MAIN_CONSTRUCTION", "COMMISSIONING")
# Twelve steps: five of preparation, two, three, two. The sixth is the start, the twelfth the finish.
STAGE_OF_STEP = (0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3)
LAST_STEP = (4, 6, 9, 11)
START, FINISH = 5, 11

STEPS = {
    "building": (
        "立项及可行性研究报告批复",
        "用地预审与规划许可办结",
        "初步设计及概算批复",
        "施工图审查合格",
        "施工许可证核发",
        "施工单位进场开工",
        "桩基及基础工程完成",
        "主体结构至±0.00",
        "主体结构封顶",
        "机电安装与装饰装修完成",
        "室外配套及专项验收完成",
        "竣工验收备案并交付使用",
    ),
    "factory": (
        "项目备案",
        "取得建设用地使用权",
        "环境影响评价批复",
        "施工图审查合格",
        "施工许可证核发",
        "场地平整、正式开工",
        "桩基及设备基础完成",
        "主体钢结构安装完成",
        "围护与屋面工程完成",
        "室外管网及地坪完成",
        "设备安装调试完成",
        "试生产合格、正式投产",
    ),
    "road": (
        "可行性研究报告批复",
        "用地预审与选址意见书办结",
        "征地拆迁完成",
        "初步设计及概算批复",
        "施工招标完成",
        "签发开工令、进场施工",
        "管线迁改完成",
        "雨污水管网敷设完成",
        "路基（主体）工程完成",
        "路面（结构层）工程完成",
        "绿化照明及附属设施完成",
        "交工验收、投入使用",
    ),
    "reform": (
        "项目备案",
        "环境影响评价批复",
        "节能审查通过",
        "设备选型及采购合同签订",
        "厂房改造设计审定",
        "旧线拆除、改造施工开工",
        "设备基础改造完成",
        "主体设备到货",
        "主体设备安装完成",
        "控制系统联网完成",
        "联动调试完成",
        "达产验收、正式投产",
    ),
}

TARGETS = ("取得施工许可，具备开工条件", "基础工程完成，全面转入主体施工", "主体工程完成", "竣工验收并投产（投用）")

WORK_FOCUS = {
    "INDUSTRY": (
        "围绕“拿地即开工”，并联办理备案、供地、环评和施工许可，同步锁定设备订货周期。",
        "组织施工、监理单位进场，完成场地平整、临水临电和桩基施工，落实首批设备订单。",
        "主体厂房与公辅工程交叉推进，抓好钢结构吊装、围护封闭与管网接驳。",
        "设备安装调试、试生产与竣工验收同步安排，对接用能、用工和入库纳统。",
    ),
    "INFRASTRUCTURE": (
        "抓紧可研、用地和初步设计批复，倒排征地拆迁和管线迁改清单，锁定资金来源。",
        "完成交通导改、临建和管线迁改，首批作业面全面打开。",
        "按作业面组织流水施工，管网、路基（主体）和结构层梯次推进，避开汛期和高温时段。",
        "附属设施、绿化照明和交通安全设施收尾，组织交工验收和接管移交。",
    ),
    "LIVELIHOOD": (
        "充分听取群众意见，优化规划设计方案，加快立项、用地和概算批复。",
        "落实围挡、扬尘和通行保障措施，完成基坑支护和基础施工。",
        "主体结构、二次结构与机电预埋穿插施工，严把质量安全关。",
        "完成装饰装修、室外配套和专项验收，提前配置开办设备和管理人员。",
    ),
}
TASK_REQUIREMENTS = {
    "INDUSTRY": (
        "牵头单位每周会商审批堵点，要件一次告知、容缺受理；{prepared}前取得施工许可证。",
        "{grounded}前完成基础工程；开工后一个月内完成入库纳统。",
        "每月形象进度不低于计划；{built}前主体完工并具备设备进场条件。",
        "{finished}前正式投产；投产后三个月内完成达产评估。",
    ),
    "INFRASTRUCTURE": (
        "属地镇街负责征迁交地，{prepared}前完成招标并具备进场条件。",
        "管线权属单位限期迁改，{grounded}前全线具备连续施工条件。",
        "按周倒排工序，雨季前完成地下管网；{built}前主体工程完工。",
        "{finished}前交工验收并投入使用，同步完成资料归档。",
    ),
    "LIVELIHOOD": (
        "{prepared}前完成施工许可；涉及群众利益事项须先行公示。",
        "{grounded}前完成基础工程，农民工工资专户和实名制管理到位。",
        "{built}前主体完工并通过结构验收，安全文明施工达标。",
        "{finished}前交付使用，确保按承诺时间惠及群众。",
    ),
}


@dataclass(frozen=True)
class PermitKind:
    """``days`` is statutory, ``promised`` what the district promises: working days unless ``calendar_days``.

    ``step`` is the step of preparation after which the permit is usually in hand.
    """

    phase: str
    name: str
    agency: str
    days: int
    promised: int
    step: int
    calendar_days: bool = False


class Routes(NamedTuple):
    GOV: tuple[PermitKind, ...]
    VERIFY: tuple[PermitKind, ...]
    RECORD: tuple[PermitKind, ...]


_LAND_PLAN = PermitKind("LAND", "建设用地规划许可证", "区自然资源和规划局", 20, 5, 1)
_LAND_TITLE = PermitKind("LAND", "供地及不动产权证", "区自然资源和规划局", 30, 15, 1)
_SITE = PermitKind("LAND", "用地预审与选址意见书", "区自然资源和规划局", 20, 7, 1)
_ENVIRONMENT = PermitKind("LAND", "环境影响评价", "区生态环境局", 30, 7, 2, calendar_days=True)
_SCHEME = PermitKind("WORKS", "设计方案审查", "区自然资源和规划局", 20, 7, 2)
_WORKS_PLAN = PermitKind("WORKS", "建设工程规划许可证", "区自然资源和规划局", 20, 7, 3)
_DRAWINGS = PermitKind("BUILDING", "施工图审查", "区住房和城乡建设局", 15, 7, 3)
_SUPERVISION = PermitKind("BUILDING", "质量安全监督手续", "区住房和城乡建设局", 20, 5, 4)
_BUILDING = PermitKind("BUILDING", "施工许可证", "区行政审批服务局", 7, 3, 4, calendar_days=True)
_COMMON = (_SCHEME, _WORKS_PLAN, _DRAWINGS, _SUPERVISION, _BUILDING)

PERMITS = Routes(
    GOV=(
        PermitKind("LAND", "项目建议书批复", "区发展和改革局", 20, 5, 0),
        PermitKind("LAND", "可行性研究报告批复", "区发展和改革局", 20, 10, 0),
        _SITE,
        _LAND_PLAN,
        _ENVIRONMENT,
        PermitKind("WORKS", "初步设计及概算批复", "区发展和改革局", 20, 7, 2),
        *_COMMON,
    ),
    VERIFY=(PermitKind("LAND", "项目核准", "区发展和改革局", 20, 7, 0), _SITE, _LAND_PLAN, _ENVIRONMENT, *_COMMON),
    RECORD=(PermitKind("LAND", "项目备案", "区发展和改革局", 1, 1, 0), _LAND_TITLE, _LAND_PLAN, _ENVIRONMENT, *_COMMON),
)
