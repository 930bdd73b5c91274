"""四个阶段的工作重点和任务要求, and the papers without which a stage does not close (domain §4.3, §4.4, §5)."""

from typing import NamedTuple

from projects.blueprint import STAGES, Evidence, StageWords


class Words(NamedTuple):
    """Per stage, in their order."""

    targets: tuple[str, str, str, str]
    focus: tuple[str, str, str, str]
    tasks: tuple[str, str, str, str]
    papers: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]


_ENTRY_PAPERS = {
    "GOV": ("可行性研究报告批复", "初步设计及概算批复"),
    "VERIFY": ("项目核准文件",),
    "RECORD": ("项目备案证明",),
}
_PERMIT_PAPERS = ("用地批准文件", "环境影响评价批复或备案", "建设工程规划许可证", "施工许可证")
_START_PAPERS = ("总监理工程师签发的开工令", "施工组织设计报审表", "现场开工影像")
_PROGRESS = "形象进度确认单（建设、施工、监理三方签章）"
_PREPARED_TASKS = (
    "牵头单位每周会商审批堵点，要件一次告知、并联办理；逐项明确责任部门和办结日期，未取得施工许可不得开工。",
    "建设、施工、监理单位人员和机械到位，质量安全措施、农民工工资专户和实名制管理落实；开工后一个月内完成入库纳统。",
    "按周倒排工序、按月核对形象进度，工期滞后的当周提出赶工措施；质量安全责任到人。",
    "提前准备竣工资料，专项验收并联申请；按承诺日期交付，验收合格后及时办理移交和资料归档。",
)

BUILDING = Words(
    targets=(
        "取得施工许可，具备开工条件",
        "基础工程完成，转入主体施工",
        "主体封顶，机电安装和装修完成",
        "竣工验收备案并交付使用",
    ),
    focus=(
        "优化规划设计方案，同步推进立项、用地、环评和施工图审查，落实建设资金和施工、监理单位。",
        "落实围挡、扬尘和通行保障措施，完成基坑支护、桩基和基础施工。",
        "主体结构、二次结构与机电预埋穿插施工，抓好高处作业、起重机械和深基坑安全。",
        "装饰装修、室外配套与专项验收衔接，提前配置开办设备和管理人员。",
    ),
    tasks=_PREPARED_TASKS,
    papers=(
        _PERMIT_PAPERS,
        _START_PAPERS,
        (_PROGRESS, "主体结构验收记录"),
        ("竣工验收报告", "竣工验收备案表", "移交确认书"),
    ),
)
FACTORY = Words(
    targets=(
        "取得施工许可，具备开工条件",
        "厂房基础完成，主要设备订货",
        "厂房封闭，设备安装完成",
        "竣工验收并正式投产",
    ),
    focus=(
        "围绕“拿地即开工”，并联办理立项、供地、环评和施工许可，同步锁定设备订货周期。",
        "完成场地平整、桩基和设备基础，落实长周期设备订单和临水临电。",
        "主体厂房与公辅工程交叉推进，抓好钢结构吊装、围护封闭、管网接驳和设备进场。",
        "设备调试、试生产与竣工验收同步安排，对接用能、用工和入库纳统。",
    ),
    tasks=(*_PREPARED_TASKS[:3], "提前准备竣工资料和环保验收；按承诺日期投产，投产后三个月内完成达产评估。"),
    papers=(
        _PERMIT_PAPERS,
        (*_START_PAPERS, "主要设备采购合同"),
        (_PROGRESS, "主体结构验收记录", "设备安装验收记录"),
        ("竣工验收报告", "竣工验收备案表", "投产证明（首批产品或用电记录）"),
    ),
)
ROAD = Words(
    targets=(
        "取得施工许可并交地，具备进场条件",
        "管线迁改完成，全线打开作业面",
        "路基、管网和路面工程完成",
        "交工验收、开放交通",
    ),
    focus=(
        "抓紧立项、用地和设计批复，倒排征地拆迁和管线迁改清单，锁定资金来源。",
        "完成交通导改和管线迁改，成段交地、成段开工，首批作业面全面打开。",
        "按作业面组织流水施工，管网、路基和结构层梯次推进，避开汛期和低温时段。",
        "附属设施、绿化照明和交通安全设施收尾，组织交工验收和接管移交。",
    ),
    tasks=(
        "属地镇街负责征迁交地；牵头单位每周会商审批堵点，逐项明确责任部门和办结日期，未取得施工许可不得开工。",
        "管线权属单位限期迁改；施工、监理人员和机械到位，质量安全和交通保障措施落实；开工后一个月内完成入库纳统。",
        *_PREPARED_TASKS[2:],
    ),
    papers=(
        (*_PERMIT_PAPERS, "交地确认书"),
        _START_PAPERS,
        (_PROGRESS, "路基和管网隐蔽工程验收记录"),
        ("交工验收报告", "竣工验收备案表", "管养移交书"),
    ),
)
WATER = Words(
    targets=(
        "初步设计批复并交地，具备开工条件",
        "导流和基础工程完成",
        "主体和设备安装完成，具备通水条件",
        "竣工验收并投入使用",
    ),
    focus=(
        "项目法人和现场机构到位，抓紧洪评、水保、环评和初步设计批复，同步推进征地移民。",
        "抢抓枯水期，完成导流截流和基础处理，制定并批准度汛方案。",
        "主体、堤防与金属结构安装衔接，汛前达到度汛形象，防汛与施工两不误。",
        "完成阶段验收和试运行，落实运行管护单位，组织专项验收和竣工验收。",
    ),
    tasks=(
        "属地镇街负责征地移民；牵头单位每周会商审批堵点；年度资金、质量监督、施工合同和场地准备到位后方可开工。",
        "主体工程开工之日起十五个工作日内办理开工备案；人员、机械和度汛物资到位，开工后一个月内完成入库纳统。",
        *_PREPARED_TASKS[2:],
    ),
    papers=(
        ("初步设计批复", "用地批准文件", "质量监督手续", "施工和监理合同"),
        (*_START_PAPERS, "度汛方案批复"),
        (_PROGRESS, "重要隐蔽单元工程验收签证"),
        ("阶段验收鉴定书", "竣工验收鉴定书", "运行管护移交书"),
    ),
)
OTHER = Words(
    targets=(
        "取得施工许可，具备开工条件",
        "基础工程完成，全面转入主体施工",
        "主体工程和设施安装完成",
        "竣工验收并投入使用",
    ),
    focus=(
        "抓紧立项、用地、环评和设计审批，落实建设资金和施工、监理单位。",
        "施工单位进场，完成场地准备和基础工程，打开作业面。",
        "主体施工与设施安装合理穿插，按月核对形象进度，守住质量安全底线。",
        "完成调试、专项验收和竣工备案，落实使用和管护单位。",
    ),
    tasks=_PREPARED_TASKS,
    papers=(_PERMIT_PAPERS, _START_PAPERS, (_PROGRESS,), ("竣工验收报告", "竣工验收备案表", "投用确认书")),
)


def stage_words(words: Words) -> tuple[StageWords, ...]:
    return tuple(
        StageWords(stage=stage, target=target, work_focus=focus, task_requirement=task)
        for stage, target, focus, task in zip(STAGES, words.targets, words.focus, words.tasks, strict=True)
    )


def evidence(words: Words, route: str) -> tuple[Evidence, ...]:
    """The paper by which the project was let in comes first; no paper is asked for twice."""
    by_stage = [dict.fromkeys((*_ENTRY_PAPERS[route], *words.papers[0])), *map(dict.fromkeys, words.papers[1:])]
    if "初步设计批复" in by_stage[0]:
        by_stage[0].pop("初步设计及概算批复", None)
    return tuple(
        Evidence(stage=stage, name=name) for stage, names in zip(STAGES, by_stage, strict=True) for name in names
    )
