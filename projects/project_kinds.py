"""Which kind of project it seems to be, so that the likely template is offered first. A guess, never a rule."""

import re

# The first that occurs decides: a school road is a road, a water works' hall is water.
_WORDS = (
    ("WATER", r"水库|水利|河道|堤防|堤坝|泵站|水闸|排涝|灌溉|流域|河湖|水环境|防洪"),
    ("ROAD", r"道路|公路|快速路|快速化|大道|路网|桥|隧道|管网|管廊|高速|路.{0,4}(改造|工程|新建|拓宽)|轨道"),
    ("FACTORY", r"厂房|工厂|生产|制造|产业园|基地|产线|车间|装备|材料|电池|芯片|半导体|加工|智造|仓储|物流"),
    ("BUILDING", r"学校|小学|中学|幼儿园|医院|安置|住房|公寓|中心|大楼|场馆|文化|体育|小区|社区|养老|综合体|酒店"),
)
_BY_FOCUS = {"INDUSTRY": "FACTORY", "INFRASTRUCTURE": "ROAD", "LIVELIHOOD": "BUILDING"}


def likely_type(*, name: str, industry: str, focus_area: str) -> str:
    """By the words of the name, then those of the industry, then the focus area."""
    for text in (name, industry):
        for kind, words in _WORDS:
            if re.search(words, text):
                return kind
    return _BY_FOCUS.get(focus_area, "OTHER")


def likely_route(*, approval_route: str, focus_area: str) -> str:
    """What is registered; else enterprises file for record and the rest is approved as government investment."""
    return approval_route or ("RECORD" if focus_area == "INDUSTRY" else "GOV")
