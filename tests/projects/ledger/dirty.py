"""A ledger as offices really have them: title, two merged header lines, sections, totals, a note, typed by people."""

from pathlib import Path

from openpyxl import Workbook

UPPER = ["序号", "项目名称", "资金来路", "总投资", "投资情况", "", "建设时间", "", "目前状态", "牵头单位", "备注"]
LOWER = ["", "", "", "", "2026年计划投资", "至2025年底累计完成投资", "拟开工", "拟竣工", "", "", ""]
MERGED = ["A1:K1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:H3", "I3:I4", "J3:J4", "K3:K4"]
SECTION_ONE, SECTION_TWO = ["一、市级重点项目（2个）"], ["二、区级重点项目（4个）"]
PROJECTS = [
    ["1", "滨河路改造工程 ", "财政", "１．２", "0.3", "0.5", "2025年3月底", "2027.6", "在建", "区住建局", ""],
    ["2", "第十二中学新建", "专项债", "2.5亿元", "1", "", "2026.3", "2027-08-31", "打地基", "区教育局", "校安工程"],
]
MORE = [
    ["3", "北山隧道", "专项债", "3", "0.8", "0.1", "2025-09-01", "2028年底", "在建", "区交通局", ""],
    ["4", "", "财政", "0.6", "0.2", "", "2026.5", "2027.5", "拟开工", "区水务局", "名称待定"],
    ["5", "城南安置房", "财政", "约三亿", "0.5", "", "2026年二季度", "", "拟开工", "区住建局", ""],
    ["6", "", "自筹", "0.9", "0.2", "", "2026.6", "2027.9", "前期", "区发改局", ""],
]
LINES = [
    ["2026年某区重点项目投资计划表"],
    ["单位：亿元"],
    UPPER,
    LOWER,
    SECTION_ONE,
    *PROJECTS,
    ["小计", "", "", "3.7"],
    SECTION_TWO,
    *MORE,
    ["合计", "", "", "11.2"],
    ["备注：1.本表由各牵头单位填报。"],
]
NAMELESS_ROWS = (11, 13)  # as Excel counts


def write_dirty_ledger(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "计划表"
    for line in LINES:
        sheet.append([value or None for value in line])
    for area in MERGED:
        sheet.merge_cells(area)
    book.save(path)
    return path
