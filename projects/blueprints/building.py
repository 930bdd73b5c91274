"""房建: an eighteen-storey building, school or hospital on a basement (domain §5: bare, 13–17 months of building)."""

from projects.blueprint import YearlyStop
from projects.blueprints.course import COMMISSIONING, GROUNDBREAKING, indoors, office, site
from projects.blueprints.permits import ACCEPTANCE_RECORD, HOUSING, JOINT_ACCEPTANCE

CONSTRUCTION = (
    site("进场", "施工单位进场、围挡临建", 15, "许可", stage=GROUNDBREAKING, weight="2", is_key=True, outcome="开工"),
    site("基坑", "土方开挖与基坑支护", 40, "进场", stage=GROUNDBREAKING, weight="6"),
    site("桩基", "桩基及基础施工", 50, "基坑SS+20天;基坑FF+15天", stage=GROUNDBREAKING, weight="10"),
    site("正负零", "地下室至±0.00", 45, "桩基", weight="10", is_key=True),
    site("主体", "主体结构施工", 130, "正负零", weight="25", is_key=True, outcome="封顶"),
    indoors("砌体", "二次结构与砌体抹灰", 75, "主体SS+60天;主体FF+30天", weight="8"),
    indoors("机电", "机电、电梯安装", 110, "主体SS+75天;主体FF+60天", weight="13"),
    indoors("装修", "外立面与装饰装修", 110, "砌体SS+45天;砌体FF+60天", weight="11"),
    site("室外", "室外管网、道路与绿化", 45, "装修FF;主体+45天", stage=COMMISSIONING, weight="5"),
    office(
        "专项",
        "专项验收与联合验收",
        25,
        "机电;装修;室外FF+10",
        stage=COMMISSIONING,
        weight="3",
        authority=HOUSING,
        outcome="通过",
        permit_name=JOINT_ACCEPTANCE.name,
    ),
    office(
        "交付",
        "竣工验收备案并移交",
        10,
        "专项",
        stage=COMMISSIONING,
        is_key=True,
        weight="2",
        authority=HOUSING,
        outcome="交付",
        permit_name=ACCEPTANCE_RECORD.name,
    ),
)

BLACKOUTS = (
    YearlyStop(name="春节", first=(1, 28), last=(2, 16)),
    YearlyStop(name="高考禁噪", first=(6, 6), last=(6, 9)),
)
