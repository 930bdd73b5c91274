"""Reading a ledger of projects, without the database: how fast, and how much memory it takes.

Run as a program on one file it reads it to the end and tells what it found, in a process that does nothing else.
"""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from time import perf_counter

from xlsxwriter import Workbook

from projects.ledger.files import open_table
from projects.ledger.mapping_json import parse
from projects.ledger.project_rows import ProjectRowReader

_PER_SECTION = 1_000
_NODES = ("开工进场", "基础完工", "主体封顶", "竣工验收")
_HEADER = [
    "序号", "项目编号", "项目名称", "牵头单位", "责任单位", "业主单位", "施工单位", "属地镇街", "行业", "建设地点",
    "建设内容及规模", "建设年限", "总投资（亿元）", "年度计划投资", "至上年底累计完成投资", "拟开工时间", "拟竣工时间",
    "年度形象进度目标", "1-3月累计完成投资", "占年度计划", "形象进度",
    *(f"{node}{word}" for node in _NODES for word in ("计划", "实际")), "备注",
]  # fmt: skip
_PROJECT = {"lead_unit": 3, "responsible_unit": 4, "owner_org": 5, "contractor": 6, "town": 7, "industry": 8,
            "location": 9, "scale": 10, "note": 29}  # fmt: skip
MAPPING = {
    "source": "bench-projects",
    "title": "基准测试台账",
    "rows": "project",
    "year": 2026,
    "file": {"sections": True, "totals": True, "notes": True},
    "project": {
        "key": [_HEADER[1]],
        "name": _HEADER[2],
        **{name: {"column": _HEADER[place], "otherwise": "区重点办"} for name, place in _PROJECT.items()},
        "focus_area": {"column": "〔分组〕", "otherwise": "基础设施"},
    },
    "facts": {
        "total_investment": {"column": _HEADER[12], "unit": "亿元"},
        "built_from": _HEADER[11],
        "built_to": _HEADER[11],
    },
    "plan": {
        "annual_plan_amount": _HEADER[13],
        "cumulative_before_year": _HEADER[14],
        "planned_start_on": _HEADER[15],
        "planned_finish_on": _HEADER[16],
        "physical_goal": _HEADER[17],
        "category": {"constant": "续建"},
    },
    "reported": {"ytd_amount": _HEADER[18], "plan_rate": _HEADER[19], "physical_progress": _HEADER[20]},
    "milestones": [
        {"name": node, "stage": "主体施工", "planned_on": f"{node}计划", "actual_on": f"{node}实际"} for node in _NODES
    ],
}


@dataclass(frozen=True)
class ReadResult:
    rows: int
    columns: int
    problems: int
    seconds: float  # opening the file and reading every row
    cpu_seconds: float  # of the whole process, its start included
    megabytes: float  # the most it held in memory

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds


def read_ledger(rows: int, *, ending: str, folder: Path, seed: int) -> ReadResult:
    """A made-up ledger as .xlsx or .csv, read in a process of its own."""
    file, answer = folder / f"projects{ending}", folder / "read.json"
    _WRITERS[ending](file, _lines(rows, Random(seed)))  # noqa: S311 - synthetic, no secret
    with answer.open("wb") as told:
        child = subprocess.Popen([sys.executable, "-m", "config.bench.ledgers", str(file)], stdout=told)  # noqa: S603
        _, status, used = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError("reading the ledger failed; its words stand above")
    found = json.loads(answer.read_text(encoding="utf-8"))
    return ReadResult(
        **found, columns=len(_HEADER), cpu_seconds=used.ru_utime + used.ru_stime, megabytes=used.ru_maxrss / 1_024
    )


def write_csv(file: Path, rows: int, *, seed: int) -> int:
    """The made-up ledger as text; returns the number of its columns."""
    _write_csv(file, _lines(rows, Random(seed)))  # noqa: S311 - synthetic, no secret
    return len(_HEADER)


def _lines(rows: int, dice: Random) -> Iterator[list[object]]:
    for number in range(rows):
        if number % _PER_SECTION == 0:
            yield [f"{'一二三四五六七八九十'[number // _PER_SECTION % 10]}、基础设施（{_PER_SECTION}个）"]
        due = date(2026, 1, 10) + timedelta(days=dice.randint(0, 500))
        units = [
            f"第{number % 20}局",
            f"第{number % 20}局",
            *(f"第{number % 500}公司" for _ in range(2)),
            f"第{number % 10}镇",
        ]
        begins = due - timedelta(days=90)
        nodes = [(due + timedelta(days=90 * place)).isoformat() for place in range(len(_NODES))]
        yield [
            number + 1, f"ZD-{number:06}", f"装备制造基地建设工程{number}号", *units, "装备制造", f"科创路{number}号",
            "新建厂房 3.2 万平方米，配套道路和管线", "2025.3-2027.6", dice.randint(1, 900) / 10,
            dice.randint(100, 9_000), dice.randint(0, 9_000), f"{begins.year}年{begins.month}月底", due.isoformat(),
            "完成主体结构", dice.randint(0, 900), dice.randint(0, 100) / 100, "主体施工至五层",
            *(cell for node in nodes for cell in (node, "")), "",
        ]  # fmt: skip
    yield ["合计"]
    yield ["注：数据为随机生成。"]


def _write_csv(file: Path, lines: Iterator[list[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADER)
        writer.writerows(line + [""] * (len(_HEADER) - len(line)) for line in lines)


def _write_xlsx(file: Path, lines: Iterator[list[object]]) -> None:
    with Workbook(str(file), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, _HEADER)
        for number, line in enumerate(lines, start=1):
            sheet.write_row(number, 0, line)


_WRITERS: dict[str, Callable[[Path, Iterator[list[object]]], None]] = {".csv": _write_csv, ".xlsx": _write_xlsx}


def main() -> None:
    mapping = parse(json.dumps(MAPPING), {"stage": {"主体施工": "主体施工"}, "category": {"续建": "续建"}})
    began, rows, problems = perf_counter(), 0, 0
    table = open_table(Path(sys.argv[1]), mapping.layout)
    mapping.check_columns(table.columns)
    reader = ProjectRowReader(mapping, len(table.columns))
    for raw in table.rows():
        row, found = reader.read(raw)
        rows += row is not None
        problems += len(found)
    json.dump({"rows": rows, "problems": problems, "seconds": perf_counter() - began}, sys.stdout)


if __name__ == "__main__":
    main()
