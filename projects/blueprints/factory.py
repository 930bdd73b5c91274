"""工业厂房: a standard factory with its equipment (domain §5); ordering it runs beside the building works."""

from projects.blueprint import YearlyStop
from projects.blueprints.course import COMMISSIONING, GROUNDBREAKING, indoors, office, site
from projects.blueprints.permits import HOUSING, JOINT_ACCEPTANCE

CONSTRUCTION = (
    site("场平", "场地平整、进场施工", 20, "许可", stage=GROUNDBREAKING, weight="3", is_key=True, outcome="开工"),
    site("基础", "桩基及厂房、设备基础", 60, "场平", stage=GROUNDBREAKING, weight="12"),
    indoors("采购", "主要设备采购与制造", 150, "许可", stage=GROUNDBREAKING, weight="15", authority="建设单位"),
    site("主体", "主体钢结构安装", 75, "基础SS+40天;基础FF+45天", weight="18", is_key=True, outcome="封顶"),
    site("围护", "围护与屋面工程", 45, "主体SS+45天;主体FF+15天", weight="8", outcome="封闭"),
    indoors("地坪", "地坪与室内装修", 30, "围护", weight="5"),
    site("管网", "室外管网与道路", 40, "围护SS+15天", weight="6"),
    indoors("安装", "设备进场安装", 75, "采购;地坪FF+45天;围护", weight="16", is_key=True),
    office(
        "验收",
        "联合验收与竣工备案",
        20,
        "地坪;管网",
        stage=COMMISSIONING,
        weight="2",
        authority=HOUSING,
        outcome="通过",
        permit_name=JOINT_ACCEPTANCE.name,
    ),
    indoors("调试", "设备单机与联动调试", 30, "安装SS+60天;安装FF+15天", stage=COMMISSIONING, weight="5"),
    indoors(
        "投产",
        "试生产并正式投产",
        60,
        "调试;验收FF+30天",
        stage=COMMISSIONING,
        weight="5",
        is_key=True,
        authority="建设单位",
        outcome="投产",
    ),
)

BLACKOUTS = (YearlyStop(name="春节", first=(1, 28), last=(2, 16)),)
