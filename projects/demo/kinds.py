"""The kinds of project a district builds: how they are named, how large they are, and who leads them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """Amounts are 万元, ``months`` is the time from start to finish. Both are inclusive ranges."""

    weight: int
    focus_area: str
    industry: str
    course: str
    names: tuple[str, ...]
    scales: tuple[str, ...]
    investment: tuple[int, int]
    months: tuple[int, int]
    leads: tuple[str, ...]
    is_government: bool = True
    in_parks: bool = False
    nature: str = "NEW"


KINDS = (
    Kind(
        30,
        "INDUSTRY",
        "先进制造",
        "factory",
        (
            "{brand}{product}生产基地项目",
            "{brand}年产{quantity}{unit}{product}项目",
            "{brand}{product}研发制造项目（{ordinal}）",
        ),
        ("用地 {acres} 亩，新建厂房和研发楼 {area} 万平方米，年产{product} {quantity}{unit}，产值 {output} 亿元。",),
        (18000, 260000),
        (14, 26),
        ("区工业和信息化局", "区商务局", "临溪高新技术产业园"),
        False,
        True,
    ),
    Kind(
        16,
        "INDUSTRY",
        "技术改造",
        "reform",
        ("{brand}{line}智能化技术改造项目", "{brand}{line}绿色化升级改造项目"),
        ("改造{line} {number} 条，购置设备 {machines} 台（套），人均产出提高 {percent}%，单位产品能耗下降 {drop}%。",),
        (2600, 22000),
        (8, 14),
        ("区工业和信息化局",),
        False,
        True,
        "RENOVATION",
    ),
    Kind(
        10,
        "INDUSTRY",
        "园区载体",
        "building",
        ("{park}标准厂房{ordinal}工程", "{park}科创孵化中心建设工程", "{park}职工公寓及配套服务中心工程"),
        ("总建筑面积 {area} 万平方米，其中标准厂房 {number} 栋、配套服务用房 {machines} 间，同步建设道路管网。",),
        (16000, 98000),
        (16, 26),
        ("临溪高新技术产业园", "云岭绿色食品产业园", "区发展和改革局"),
        True,
        True,
    ),
    Kind(
        10,
        "INDUSTRY",
        "现代物流",
        "factory",
        ("{brand}冷链物流与分拨中心项目", "白沙临港物流园{brand}多式联运枢纽项目（{ordinal}）"),
        ("建设冷库 {machines} 万立方米、分拨仓库 {area} 万平方米，铁路专用线 {number} 条，年吞吐 {quantity} 万吨。",),
        (15000, 120000),
        (14, 24),
        ("区商务局", "白沙临港物流园"),
        False,
        True,
    ),
    Kind(
        9,
        "INDUSTRY",
        "数字经济",
        "private",
        ("{quarter}人工智能算力中心项目", "{brand}数据标注与服务外包基地项目"),
        ("总建筑面积 {area} 万平方米，部署机柜 {quantity} 架，形成算力规模 {machines}0P。",),
        (20000, 180000),
        (12, 20),
        ("区大数据管理局",),
        False,
        True,
    ),
    Kind(
        11,
        "INDUSTRY",
        "文旅融合",
        "private",
        ("{river}滨水文旅街区项目", "{town}{quarter}康养度假区项目（{ordinal}）"),
        ("占地 {acres} 亩，总建筑面积 {area} 万平方米，建设街区、民宿集群、游客中心及停车位 {quantity} 个。",),
        (12000, 160000),
        (18, 30),
        ("区文化旅游体育局",),
        False,
    ),
    Kind(
        27,
        "INFRASTRUCTURE",
        "城市道路",
        "road",
        (
            "{road}（{road_from}至{road_to}段）道路工程",
            "{road}（{road_from}至{road_to}段）改扩建工程",
            "{quarter}片区市政道路及配套管网工程（{ordinal}）",
        ),
        ("道路全长 {length} 公里，红线宽 {width} 米，双向{lanes}车道，同步建设雨污水、照明、绿化及交通设施。",),
        (6000, 86000),
        (12, 24),
        ("区住房和城乡建设局", "区交通运输局"),
    ),
    Kind(
        7,
        "INFRASTRUCTURE",
        "公路桥梁",
        "road",
        ("{river}大桥及连接线工程", "{town}至{town_to}县乡公路提级改造工程"),
        ("路线全长 {length} 公里，其中大桥 {number} 座，设计速度 60 公里/小时，路基宽 {width} 米。",),
        (9000, 120000),
        (18, 30),
        ("区交通运输局",),
    ),
    Kind(
        12,
        "INFRASTRUCTURE",
        "供水排水",
        "road",
        (
            "{town}污水处理厂提标扩建工程",
            "{town}城乡供水一体化及老旧管网更新改造工程",
            "{quarter}片区雨污分流改造工程（{ordinal}）",
        ),
        ("新增处理能力 {number} 万吨/日，新建及更新管网 {length} 公里，改造泵站 {lanes} 座。",),
        (5000, 46000),
        (12, 22),
        ("区水务局", "区城市管理局"),
    ),
    Kind(
        8,
        "INFRASTRUCTURE",
        "水利",
        "water",
        ("{river}综合治理及生态修复工程（{ordinal}）", "{river}{town}段防洪提升工程"),
        ("治理河长 {length} 公里，加固堤防 {number} 段，新建水闸 {lanes} 座，恢复湿地 {acres} 亩。",),
        (4200, 38000),
        (10, 20),
        ("区水务局",),
    ),
    Kind(
        5,
        "INFRASTRUCTURE",
        "能源",
        "energy",
        ("{town}110千伏输变电工程", "{park}分布式光伏及储能示范项目"),
        ("新建主变 {number} 台，线路 {length} 公里；配套储能 {quantity} 兆瓦时。",),
        (6800, 42000),
        (10, 18),
        ("区发展和改革局",),
        False,
    ),
    Kind(
        17,
        "LIVELIHOOD",
        "教育",
        "building",
        (
            "{quarter}实验学校新建工程",
            "{town}中心小学迁建工程",
            "区职业技术学校实训楼建设工程",
            "{quarter}幼儿园新建工程",
        ),
        ("用地 {acres} 亩，总建筑面积 {area} 万平方米，设教学班 {classes} 个，新增学位 {seats} 个。",),
        (3600, 42000),
        (12, 20),
        ("区教育局",),
    ),
    Kind(
        10,
        "LIVELIHOOD",
        "卫生",
        "building",
        ("区中医医院{ordinal}扩建工程", "{town}中心卫生院迁建工程", "区公共卫生应急中心{ordinal}工程"),
        ("总建筑面积 {area} 万平方米，设床位 {beds} 张，配套地下停车位 {quantity} 个。",),
        (4800, 68000),
        (16, 26),
        ("区卫生健康局",),
    ),
    Kind(
        18,
        "LIVELIHOOD",
        "住房保障",
        "building",
        (
            "{quarter}安置小区（{ordinal}）建设工程",
            "{quarter}片区老旧小区改造工程（{ordinal}）",
            "{quarter}保障性租赁住房项目",
        ),
        ("总建筑面积 {area} 万平方米，住房 {quantity} 套，惠及居民 {seats} 户，配套社区用房和停车设施。",),
        (5600, 88000),
        (14, 26),
        ("区住房和城乡建设局", "青石街道", "望湖街道"),
    ),
    Kind(
        10,
        "LIVELIHOOD",
        "养老文体",
        "building",
        ("{town}综合养老服务中心建设工程", "{quarter}全民健身中心建设工程", "{town}文化活动中心建设工程"),
        ("总建筑面积 {area} 万平方米，设养老床位 {beds} 张，配建室内场馆 {number} 处。",),
        (2800, 32000),
        (12, 20),
        ("区民政局", "区文化旅游体育局"),
    ),
)

PACKAGES = (
    ("区老旧小区改造工程（打包）", "LIVELIHOOD", "住房保障", "区住房和城乡建设局", 4),
    ("城乡供水一体化工程（打包）", "INFRASTRUCTURE", "供水排水", "区水务局", 3),
    ("农村公路提级改造工程（打包）", "INFRASTRUCTURE", "公路桥梁", "区交通运输局", 3),
    ("中小学校扩容提质工程（打包）", "LIVELIHOOD", "教育", "区教育局", 4),
)
"""Name, focus area, industry, lead unit, number of children."""
