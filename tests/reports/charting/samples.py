"""A district of invented figures, and how to read a drawing."""

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from html import unescape
from typing import NamedTuple

from reports.charts import changes, dues, funnel, gauge, light_matrix, ranking, s_curve, sketch_map
from reports.charts.lights import WORDS
from reports.drawing import width_of

MONTHLY = [9000, 12000, 21000, 26000, 30000, 33000, 35000, 36000, 37000, 38000, 31000, 27000]
ON = date(2026, 10, 18)
UNITS = ["区住房和城乡建设局", "区水利局", "高新技术产业园区管理委员会（筹）综合办公室", "东湖镇人民政府"]
OUTLINE = ((113.40, 34.60), (113.80, 34.60), (113.85, 34.85), (113.45, 34.88))


class Words(NamedTuple):
    left: float
    right: float
    y: float
    size: float
    fill: str
    said: str


def words_of(svg):
    """The lines of text of a drawing, about as wide as they are drawn."""
    found = []
    for attributes, inside in re.findall(r"<text ([^>]*)>([^<]*)</text>", svg):
        has = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        said, x, size = unescape(inside), float(has["x"]), float(has["font-size"])
        width = width_of(said, size)
        left = x - {"start": 0, "middle": width / 2, "end": width}[has.get("text-anchor", "start")]
        found.append(Words(left, left + width, float(has["y"]), size, has["fill"], said))
    return found


def room_of(svg):
    _left, _top, width, height = map(float, re.search(r'viewBox="([^"]*)"', svg)[1].split())
    return width, height


def month_end(month):
    return date(2026, month, monthrange(2026, month)[1])


def points(monthly=MONTHLY):
    totals = [Decimal(sum(monthly[:month])) for month in range(1, len(monthly) + 1)]
    return tuple(s_curve.Point(month_end(month), total) for month, total in enumerate(totals, start=1))


def investment(on=ON, done=236300, due=261100, *, with_forecast=True):
    actual = (*points([each * 9 // 10 for each in MONTHLY])[: on.month - 1], s_curve.Point(on, Decimal(done)))
    ahead = ((month_end(11), 280300, 268300), (month_end(12), 310300, 288300)) if with_forecast else ()
    forecast = tuple(s_curve.Forecast(day, Decimal(likely), Decimal(safe)) for day, likely, safe in ahead)
    return s_curve.Curve(on, points(), actual, Decimal(due), forecast)


def spots(number, place=None):
    """Spread over the district by two steps that never meet; or all at one place."""
    found = []
    for turn in range(number):
        longitude, latitude = place or (113.5 + turn * 0.618034 % 0.25, 34.65 + turn * 0.754878 % 0.18)
        light = "green" if turn % 4 else list(WORDS)[turn // 4 % 6]
        name, href = f"第{turn:04}号滨河片区安置房工程", f"/projects/{turn + 100}/"
        found.append(sketch_map.Spot(name, longitude, latitude, light, href, is_flagged=light == "red"))
    return tuple(found)


def matrix(units=20, dimensions=("投资", "开工", "节点", "审批", "问题", "入库", "资金")):
    """Two lights in a cell; the troubled one opens its projects."""
    rows = []
    for unit in range(units):
        cells = []
        for turn in range(len(dimensions)):
            light = list(WORDS)[(unit + turn) % 6]
            address = f"?of={unit + 100}.{turn}.{light}"
            cells.append((light_matrix.Count("green", 9), light_matrix.Count(light, 1 + turn, address)))
        rows.append(light_matrix.Row(UNITS[unit % len(UNITS)], tuple(cells), f"?unit={unit + 100}"))
    return light_matrix.matrix(dimensions, rows)


def charts():
    stages = [("前期准备", 48, 9), ("开工建设", 37, 5), ("主体施工", 94, 21), ("竣工投产", 21, 0)]
    addresses = ["/due/", "/on-time/", "/late/", "/missed/", "/early/"]
    rates = ["101.08", "81.22", "74.44", "38.20"]
    ranked = [
        ranking.Ranked(unit, Decimal(rate), turn, was, f"/units/{turn}/")
        for turn, (unit, rate, was) in enumerate(zip(UNITS, rates, (3, 1, None, 4), strict=True), start=1)
    ]
    moves = [("green", "red", 3), ("green", "yellow", 6), ("red", "yellow", 4), ("green", "paused", 1)]
    return {
        "s_curve": s_curve.chart(investment()),
        "funnel": funnel.chart([funnel.Stage(*stage, f"/{stage[0]}/", f"/{stage[0]}/late/") for stage in stages]),
        "dues": dues.chart([dues.starts(on_time=98, late=9, missed=33, early=11, hrefs=addresses)]),
        "ranking": ranking.chart("建设类", ranked, rate_name="投资完成率", time_progress=Decimal("79.73")),
        "changes": changes.chart([changes.Move(*move, f"/moved/{turn}/") for turn, move in enumerate(moves)]),
        "map": sketch_map.chart(sketch_map.Sketch(spots(200), OUTLINE, unplaced=13)),
        "map_of_many": sketch_map.chart(sketch_map.Sketch(spots(2000), OUTLINE)),
    }


def card(rate="71.40", gap="-8.33"):
    known = [None if each is None else Decimal(each) for each in (rate, "79.73", gap)]
    return gauge.card(gauge.Index("投资完成率", *known, "完成 23.92 亿元", "年度计划 33.50 亿元", "/i/", "/n/", "/d/"))
