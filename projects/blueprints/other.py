"""其他: a course general enough to start from where no other fits; the office adapts it to its projects."""

from projects.blueprint import YearlyStop
from projects.blueprints.course import COMMISSIONING, GROUNDBREAKING, indoors, office, site
from projects.blueprints.permits import ACCEPTANCE_RECORD, HOUSING, JOINT_ACCEPTANCE

CONSTRUCTION = (
    site("进场", "施工单位进场", 15, "许可", stage=GROUNDBREAKING, weight="3", is_key=True, outcome="开工"),
    site("基础", "场地与基础工程", 60, "进场", stage=GROUNDBREAKING, weight="17"),
    site("主体", "主体工程施工", 150, "基础SS+40天;基础FF+90天", weight="45", is_key=True, outcome="完工"),
    indoors("安装", "设备与设施安装", 90, "主体SS+90天;主体FF+45天", weight="18"),
    site("配套", "室外配套工程", 45, "主体", weight="6"),
    indoors("调试", "系统调试", 20, "安装", stage=COMMISSIONING, weight="2"),
    office(
        "验收",
        "专项验收与联合验收",
        25,
        "安装;配套;调试FF+10",
        stage=COMMISSIONING,
        weight="2",
        authority=HOUSING,
        outcome="通过",
        permit_name=JOINT_ACCEPTANCE.name,
    ),
    office(
        "投用",
        "竣工备案并投入使用",
        10,
        "验收;调试",
        stage=COMMISSIONING,
        is_key=True,
        weight="2",
        authority=HOUSING,
        outcome="投用",
        permit_name=ACCEPTANCE_RECORD.name,
    ),
)

BLACKOUTS = (YearlyStop(name="春节", first=(1, 28), last=(2, 16)),)
