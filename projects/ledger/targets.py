"""What a column of a ledger may mean: each target with its label, kind, the headings that name it, and an example.

The Chinese headings are those of real templates; the English ones those of the public lists we ship mappings for.
"""

from dataclasses import dataclass
from enum import Enum

from .mapping import MONTH_AMOUNTS


class Kind(Enum):
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    AMOUNT = "amount"
    PERCENT = "percent"
    DEGREE = "degree"


@dataclass(frozen=True)
class Target:
    """``path`` is where it stands in the mapping; ``headings`` name it for certain."""

    path: str
    label: str
    kind: Kind
    headings: tuple[str, ...]
    example: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Node:
    """A milestone many ledgers give in columns of its own; ``stage`` by its label."""

    name: str
    stage: str
    words: tuple[str, ...]


def _said(headings: str) -> tuple[str, ...]:
    return tuple(headings.split())


_T, _C, _D, _A = Kind.TEXT, Kind.CHOICE, Kind.DATE, Kind.AMOUNT
NAME, LEAD_UNIT, FOCUS_AREA = "project.name", "project.lead_unit", "project.focus_area"
CODE, CATEGORY, LEVEL = "project.code", "plan.category", "project.level"
TARGETS = (
    Target(CODE, "项目编号", _T,
           _said("项目编号 项目编码 编号 编码 项目代号 project_id project_number"),
           "ZD-2026-001", "本区自编的编号，没有可空"),
    Target("project.national_code", "国家统一项目代码", _T,
           _said("国家统一项目代码 统一项目代码 项目统一代码 项目代码 国家代码 全国投资项目统一代码 投资项目代码 "
                 "项目赋码"),
           "2509-320193-89-01-544060", "24 位，形如示例"),
    Target(NAME, "项目名称", _T,
           _said("项目名称 项目 名称 工程名称 建设项目名称 重点项目名称 project_name project_description"),
           "滨河路改造工程", "必填"),
    Target(LEVEL, "级别", _C,
           _said("级别 项目级别 项目层级 重点级别 省级或市级重点 省市重点 重点类别"),
           "区级重点", "省级重点、市级重点或区级重点"),
    Target(FOCUS_AREA, "重点领域", _C,
           _said("重点领域 领域 所属领域 项目领域"),
           "基础设施", "产业升级、基础设施或民生保障"),
    Target("project.industry", "行业", _T,
           _said("行业 所属行业 行业类别 产业类别 项目类型 ten_year_plan_category report_category"),
           "市政道路", ""),
    Target("project.industry_rank", "产业地位", _C, _said("产业地位"), "", "主导产业或新兴产业"),
    Target("project.construction_nature", "建设性质", _C,
           _said("建设性质 项目性质"),
           "新建", "新建、扩建、改建、技术改造、迁建或其他"),
    Target("project.management_class", "管理类别", _C,
           _said("管理类别 分级管理项目 分级管理 管理分类"),
           "考核类", "考核类或跟踪服务类"),
    Target("project.approval_route", "审批方式", _C,
           _said("审批方式 审批类型 立项方式"),
           "审批", "审批、核准或备案"),
    Target("project.origin", "项目来源", _C,
           _said("项目来源 投资性质"),
           "政府投资", "招商引资、自主投资、技术改造或政府投资"),
    Target("project.investor", "投资方", _T, _said("投资方 投资主体 投资单位 投资商"), "", ""),
    Target("project.location", "建设地点", _T,
           _said("建设地点 项目地点 建设地址 项目位置 建设位置 项目地址 borough project_location"),
           "滨河路沿线", ""),
    Target("project.town", "属地镇街", _T,
           _said("属地镇街 属地 所属镇街 镇街 乡镇 乡镇街道 所在乡镇 所在镇街 属地单位"),
           "城关镇", ""),
    Target("project.scale", "建设内容及规模", _T,
           _said("建设内容及规模 建设规模及内容 建设内容和规模 主要建设内容 建设内容 建设规模 建设规模及主要内容 "
                 "主要建设内容及规模 scope_summary description_aims"),
           "全长 3.2 公里", ""),
    Target("facts.built_from", "建设起止年限", _D,
           _said("建设起止年限 建设年限 建设起止年月 起止年限 建设工期 建设起止时间 建设周期 起止年月"),
           "2025.3-2027.6", "起止年月，中间用“-”"),
    Target("facts.total_investment", "总投资", _A,
           _said("总投资 项目总投资 总投资额 计划总投资 投资总额 估算总投资 概算总投资 combined_total "
                 "wlc_baseline_incl_NCG"),
           "12000", ""),
    Target("facts.original_total_investment", "原总投资", _A,
           _said("原总投资 原概算 批复总投资 初始总投资 调整前总投资 original_budget"),
           "11000", "调概前的总投资，没有可空"),
    Target("plan.cumulative_before_year", "至上年底累计完成投资", _A,
           _said("至上年底累计完成投资 截至上年底累计完成投资 至上年底完成投资 开工至上一年度底累计完成投资 "
                 "开工至上年底累计完成投资 上年底累计完成投资 至yyyy年底累计完成投资 截至yyyy年底累计完成投资 "
                 "累计完成投资至上年底 combined_prior_actuals"),
           "4000", ""),
    Target("plan.annual_plan_amount", "年度计划投资", _A,
           _said("年度计划投资 年计划投资 年度计划投资额 yyyy年计划投资 yyyy年度计划投资 当年计划投资 本年计划投资 "
                 "今年计划投资 年度投资计划 yyyy年投资计划 年度计划完成投资 年度目标投资 yearly_forecast"),
           "3000", ""),
    Target(CATEGORY, "计划类别", _C,
           _said("计划类别 项目类别 项目状态 建设状态 建设阶段 项目分类 类别 建设类别"),
           "续建", "续建、新开工或前期"),
    Target("plan.completes_this_year", "年内竣工", _C,
           _said("年内竣工 年内竣工投产 是否年内竣工 是否竣工 年内是否竣工 当年竣工"),
           "否", "是或否"),
    Target("plan.planned_start_on", "计划开工", _D,
           _said("计划开工 拟开工 拟开工时间 计划开工时间 计划开工日期 拟开工日期 开工计划 预计开工时间 开工时间 "
                 "开工日期 start_date"),
           "2026-03-01", "年月日；只写到月份的按约期登记"),
    Target("plan.planned_finish_on", "计划竣工", _D,
           _said("计划竣工 拟竣工 拟竣工时间 计划竣工时间 计划竣工日期 拟竣工日期 竣工时间 竣工日期 "
                 "预计竣工时间 "
                 "计划完工时间 拟建成时间 计划建成时间 计划投产时间 end_date"),
           "2027-06-30", ""),
    Target("plan.physical_goal", "年度形象进度目标", _T,
           _said("年度形象进度目标 年度形象进度 形象进度目标 年度建设目标 年度目标 年度工程形象进度 "
                 "年度主要建设内容 yyyy年形象进度目标 yyyy年建设目标 年度进度目标"),
           "完成路基和管线", "最长 300 字"),
    *(
        Target(f"plan.{name}", f"{month} 月计划投资", _A, (f"{month}月计划投资", f"{month}月计划", f"{month}月"), "250")
        for month, name in enumerate(MONTH_AMOUNTS, start=1)
    ),
    Target("facts.started_on", "实际开工", _D,
           _said("实际开工 实际开工时间 实际开工日期 今年开工时间 已开工时间"),
           "2026-03-05", ""),
    Target("facts.ceremony_on", "集中开工仪式", _D, _said("集中开工仪式 集中开工时间 开工仪式时间"), "", ""),
    Target("facts.stat_entry_on", "入库纳统", _D,
           _said("入库纳统 入库时间 纳统时间 入统时间 入库日期"),
           "", ""),
    Target("facts.works_finished_on", "完工", _D,
           _said("完工 实际完工 实际完工时间 实际竣工时间 今年竣工时间 实际竣工日期"),
           "", ""),
    Target("facts.accepted_on", "竣工验收", _D, _said("竣工验收 竣工验收时间 竣工验收日期 验收时间"), "", ""),
    Target("facts.handed_over_on", "交付使用", _D, _said("交付使用 交付使用时间 交付时间"), "", ""),
    Target("facts.commissioned_on", "投产达效", _D, _said("投产达效 投产时间 投产日期 实际投产时间"), "", ""),
    Target("reported.period_amount", "本月完成投资", _A,
           _said("本月完成投资 当月完成投资 n月完成投资 本月完成 当月完成 n月份完成投资 本期完成投资"),
           "280", ""),
    Target("reported.ytd_amount", "1 月至本月累计完成投资", _A,
           _said("1月至本月累计完成投资 nn月累计完成投资 nn月完成投资 nn月实际完成投资 当年累计完成投资 "
                 "本年累计完成投资 年度累计完成投资 今年累计完成投资 年初至今累计完成投资 nn月累计完成"),
           "760", ""),
    Target("reported.plan_rate", "占年度计划", Kind.PERCENT,
           _said("占年度计划 占年计划 完成年度投资计划 占年度计划% 占年计划% 完成年度投资计划% 年度投资完成率 "
                 "投资完成率 完成率 完成年度计划%"),
           "25.3%", "系统自行计算，只作核对"),
    Target("reported.since_start_amount", "开工累计完成投资", _A,
           _said("开工累计完成投资 自开工累计完成投资 开工至今累计完成投资 累计完成投资 开工以来累计完成投资"),
           "4760", ""),
    Target("reported.physical_progress", "形象进度", _T,
           _said("形象进度 目前形象进度 工程形象进度 实际形象进度 nn月工程形象进度 nn月实际形象进度 nn月形象进度 "
                 "当前形象进度 进展情况 目前进展 工程进展 项目进展情况 形象进度完成情况"),
           "路基完成六成", ""),
    Target("reported.problems_text", "存在问题", _T,
           _said("存在问题 存在的问题 存在困难和问题 需协调解决问题 需协调解决的问题 需要省市协调解决问题 问题 "
                 "困难问题 存在问题及建议"),
           "", ""),
    Target("reported.delay_reason", "滞后原因", _T,
           _said("滞后原因 未完成原因 延期原因 进度滞后原因 未开工原因 explanation_for_delay"),
           "", ""),
    Target(LEAD_UNIT, "牵头单位", _T,
           _said("牵头单位 牵头部门 主管部门 主管单位 行业主管部门 责任部门 分部门或分县区 managing_agency "
                 "department"),
           "区住建局", "必填"),
    Target("project.responsible_unit", "责任单位", _T,
           _said("责任单位 挂钩责任单位名称 挂钩责任单位 包保单位 责任单位单位 配合责任单位"),
           "", ""),
    Target("project.owner_org", "业主单位", _T,
           _said("业主单位 建设单位 项目业主 项目单位 业主单位名称 项目法人 业主 法人单位 业主法人责任单位及负责人 "
                 "建设单位及责任人"),
           "区城建投资公司", ""),
    Target("project.contractor", "施工单位", _T, _said("施工单位 施工单位名称 承建单位 总承包单位"), "", ""),
    Target("project.supervisor_org", "监理单位", _T, _said("监理单位 监理单位名称"), "", ""),
    Target("people.linked_leader", "包联领导", _T,
           _said("包联领导 挂点领导 项目挂点领导 挂钩领导 分包领导 包抓领导 联系领导 包保领导 区领导 县领导 "
                 "挂钩领导市 挂钩领导县"),
           "", "姓名"),
    Target("people.responsible_person", "责任人", _T,
           _said("责任人 项目负责人 负责人 挂钩责任单位责任人 责任单位责任人"),
           "", "姓名"),
    Target("people.liaison", "联络人", _T,
           _said("联络人 联系人 挂钩责任单位联络人 业主单位联系人"),
           "", "姓名"),
    Target("facts.longitude", "经度", Kind.DEGREE,
           _said("经度 〔经度〕 longitude lon lng"),
           "113.504321", "十进制度数"),
    Target("facts.latitude", "纬度", Kind.DEGREE,
           _said("纬度 〔纬度〕 latitude lat"),
           "22.253456", "十进制度数"),
    Target("project.note", "备注", _T, _said("备注 说明 备注说明"), "", ""),
)  # fmt: skip

# A column that gives both ends: the second target of the same column.
BOTH_ENDS = {"facts.built_from": "facts.built_to"}

MILESTONE_TARGETS = (
    Target("milestone.name", "节点", _T,
           _said("节点 节点名称 关键节点 里程碑 节点事项 里程碑节点 project_phase_name")),
    Target("milestone.stage", "阶段", _C, _said("阶段 所属阶段 节点阶段")),
    Target("milestone.status", "节点状态", _C, _said("节点状态 状态 完成状态 project_status_name")),
    Target("milestone.planned_start_on", "计划开始", _D, _said("计划开始 计划开始时间 计划开始日期")),
    Target("milestone.planned_on", "计划完成", _D,
           _said("计划完成 完成时限 计划完成时间 计划完成日期 计划时间 时限 project_phase_planned_end_date")),
    Target("milestone.forecast_on", "预计完成", _D, _said("预计完成 预计完成时间 预计完成日期")),
    Target("milestone.started_on", "实际开始", _D,
           _said("实际开始 实际开始时间 实际开始日期 project_phase_actual_start_date")),
    Target("milestone.actual_on", "实际完成", _D,
           _said("实际完成 实际完成时间 实际完成日期 完成时间 完成日期 project_phase_actual_end_date")),
    Target("milestone.budget_amount", "概算", _A, _said("概算 节点概算 project_budget_amount")),
    Target("milestone.estimate_amount", "预计投资", _A,
           _said("预计投资 final_estimate_of_actual_costs_through_end_of_phase_amount")),
    Target("milestone.spent_amount", "已完成投资", _A, _said("已完成投资 total_phase_actual_spending_amount")),
)  # fmt: skip

NODES = (
    Node("项目建议书批复", "前期准备", _said("项目申请报告 项目建议书")),
    Node("可研批复", "前期准备", _said("可研 可行性研究")),
    Node("初步设计批复", "前期准备", _said("初设 初步设计 概算批复")),
    Node("选址意见", "前期准备", _said("规划选址 选址意见 选址论证")),
    Node("环评批复", "前期准备", _said("环评 环境影响")),
    Node("用地预审", "前期准备", _said("用地预审 用林 用海 用地批复 供地")),
    Node("规划许可", "前期准备", _said("一书二证 一书两证 规划许可")),
    Node("施工图审查", "前期准备", _said("审图 施工图审查")),
    Node("招标完成", "前期准备", _said("招投标 招标")),
    Node("施工许可", "开工建设", _said("开工许可证 施工许可")),
    Node("开工进场", "开工建设", _said("开工进场 进场施工")),
    Node("基础开挖", "开工建设", _said("打桩 基础开挖")),
    Node("基础完工", "主体施工", _said("基础浇注 基础浇筑 基础完工 基础完成")),
    Node("主体封顶", "主体施工", _said("主体封顶 主体工程封顶 结构封顶 封顶")),
    Node("装修或设备安装完成", "主体施工", _said("装修 设备安装 安装调试 土建和水电完工")),
    Node("试运行", "竣工投产", _said("试投产 试运行 试生产")),
    Node("竣工验收", "竣工投产", _said("竣工验收 交付验收")),
    Node("正式投产或交付", "竣工投产", _said("正式投产 交付使用 竣工投产")),
)  # fmt: skip

# Words for fixed choices beside their labels: what stands in ledgers → the label.
CHOICE_WORDS = {
    CATEGORY: {
        "续建": "续建 续建项目 在建 在建项目 结转 结转项目 收尾 收尾项目 竣工 竣工项目 计划竣工 加快建设",
        "新开工": "新开工 新开工项目 新建项目 拟开工 拟新开工 计划开工 计划新开工 新建",
        "前期": "前期 前期项目 储备 储备项目 预备 预备项目 谋划 谋划项目 筹建 前期工作",
    },
    LEVEL: {
        "省级重点": "省级重点 省级 省重点 省 省级重点项目 省重点项目",
        "市级重点": "市级重点 市级 市重点 市 市本级 市级重点项目 市重点项目",
        "区级重点": "区级重点 区级 区重点 区 区级重点项目 区重点项目 县级重点 县级 县重点 区本级 县本级",
    },
    FOCUS_AREA: {
        "产业升级": "产业升级 产业 产业发展 产业项目 工业 工业项目 产业类 现代服务业 农业 商贸 旅游",
        "基础设施": "基础设施 基础设施项目 交通 能源 水利 城建 城建环保 市政 基础设施类 交通项目 城市建设",
        "民生保障": "民生保障 民生 社会民生 社会事业 民生项目 教育 卫生 医疗 民生类 社会民生项目",
    },
}  # fmt: skip
