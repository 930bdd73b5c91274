"""A small ledger of our own: its mapping, and how a few rows of it become a file."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO

from xlsxwriter import Workbook

MAPPING = {
    "source": "sample",
    "title": "样表",
    "date_formats": ["%m/%d/%Y"],
    "amount_unit": "元",
    "codes": {
        "PNS": {"means": "not_started"},
        "DOER": {"means": "coded", "note": "另行掌握"},
        "NULL": {"means": "blank"},
    },
    "project": {
        "key": ["编号"],
        "code_prefix": "YB-",
        "name": "名称",
        "lead_unit": {"column": "单位", "otherwise": "区重点办"},
        "focus_area": {"constant": "民生保障"},
        "started_with": ["结构"],
        "total_investment": "sum_of_budgets",
    },
    "milestone": {
        "key": ["节点"],
        "name": "节点",
        "stage": {"column": "节点", "values": {"设计": "前期准备", "结构": "主体施工"}, "otherwise": "竣工投产"},
        "status": {"column": "状态", "values": {"PNS": "not_started", "在建": "in_progress", "完成": "complete"}},
        "started_on": {"column": "开始"},
        "planned_on": {"column": "计划完成"},
        "actual_on": {"column": "实际完成"},
        "budget_amount": {"column": "概算"},
        "spent_amount": {"column": "完成"},
    },
}
HEADER = ["编号 ", "名称", "单位", "节点", "状态", "开始", " 计划完成", "实际完成", "概算", "完成"]
DESIGN = ["A1", "一小扩建", "区教育局", "设计", "完成", "1/5/2024", "3/1/2024", "2/20/2024", "100000", "90000"]
STRUCTURE = ["A1", "一小扩建", "区教育局", "结构", "在建", "4/1/2024", "6/1/2025", "", "9000000", "5000000"]
NOT_STARTED = ["B2", "二小新建", "区教育局", "结构", "PNS", "PNS", "PNS", "PNS", "DOER", "0"]


def with_(row: list, **cells: object) -> list:
    """The row with some cells changed, named as in the header."""
    names = [name.strip() for name in HEADER]
    changed = list(row)
    for name, value in cells.items():
        changed[names.index(name)] = value
    return changed


def as_csv(*rows: list, encoding: str = "utf-8", delimiter: str = ",", header: list = HEADER) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(*rows: list, header: list = HEADER, above: int = 0) -> bytes:
    """As Excel would hold it: texts, numbers, days."""
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet("台账")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate([header, *rows], start=above):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), day)
                else:
                    sheet.write(line, place, value)
    return content.getvalue()
