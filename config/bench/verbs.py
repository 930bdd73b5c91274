"""What is done: a weekly report by its action, a ledger by the command, a wall chart on screen and on paper."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.bench import ledgers
from config.bench.timing import Timing, timed
from projects.models import KeyProject
from projects.periods import Kind
from reports.compose import selection, wall_chart
from reports.rendering import pdf, printing, screen
from reports.rendering.poster import Paper
from reports.rendering.time_axis import Zoom
from reports.wall_chart import WallChart
from scheduling.actions import periods, progress_reports

ON_THE_WALL = 200  # projects
_ROWS_PER_PROJECT = 5
_PHASES = ("可研批复", "用地批复", "施工图审查", "主体封顶", "竣工验收")


def report_weeks(*, at: datetime, runs: int) -> tuple[Timing, int]:
    """Each run another project reports this week; also the number of queries, transaction and all."""
    period = periods.open_period(kind=Kind.WEEK, day=at.date(), by=None, at=at)
    projects = list(KeyProject.objects.select_related("responsible_person").order_by("pk")[: runs + 100])

    def report(number: int) -> None:
        project = projects[number]
        progress_reports.submit(
            project=project,
            period=period,
            content=progress_reports.Content(
                period_amount=Decimal("128.5"),
                physical_progress="主体结构施工至五层",
                done_text="完成五层顶板混凝土浇筑",
                next_text="六层墙柱施工",
            ),
            client_id=uuid4(),
            by=project.responsible_person,  # type: ignore[arg-type]
        )

    timing = timed(report, runs=runs)
    with CaptureQueriesContext(connection) as caught:
        report(runs + 50)
    return timing, len(caught)


@dataclass(frozen=True)
class ImportResult:
    rows: int
    columns: int
    seconds: float
    cpu_seconds: float  # of the whole process, its start included
    megabytes: float  # the most it held in memory

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds


def import_ledger(rows: int, *, folder: Path, seed: int, again: bool = False) -> ImportResult:
    """A ledger of one row a milestone, thirty columns; ``again``: some of it has changed."""
    file = folder / "ledger.csv"
    columns = write_ledger(file, rows, seed=seed, again=again)
    return _imported(file, MAPPING, rows=rows, columns=columns, folder=folder)


def import_projects(rows: int, *, folder: Path, seed: int) -> ImportResult:
    """A ledger of one row a project, thirty columns, with plan and four milestones; given twice, it says the same."""
    file = folder / "projects.csv"
    columns = ledgers.write_csv(file, rows, seed=seed)
    return _imported(file, ledgers.MAPPING, rows=rows, columns=columns, folder=folder)


def _imported(file: Path, says: Mapping[str, object], *, rows: int, columns: int, folder: Path) -> ImportResult:
    """The command in a process of its own."""
    mapping = folder / "mapping.json"
    mapping.write_text(json.dumps(says, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_ledger", str(file)]
    with (folder / "answer.json").open("wb") as answer:
        child = subprocess.Popen([*command, "--mapping", str(mapping), "--json"], stdout=answer)  # noqa: S603
        _, status, used = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError("import_ledger failed; its words stand above")
    counts = json.loads((folder / "answer.json").read_text(encoding="utf-8"))["counts"]
    if counts["rows_rejected"]:
        raise RuntimeError(f"import_ledger refused {counts['rows_rejected']} rows of a ledger without a fault")
    return ImportResult(
        rows, columns, counts["seconds"]["total"], used.ru_utime + used.ru_stime, used.ru_maxrss / 1_024
    )


def draw_wall_chart(*, on: date, runs: int) -> tuple[Timing, Timing, int]:
    """挂图 of the district's first two hundred projects: composing and drawing it as SVG, and drawing alone."""
    chart = _wall_chart(on)
    days = screen.window(chart, zoom=Zoom.MONTH, begins=None)

    def whole(_run: int) -> object:
        return screen.drawn(_wall_chart(on), days=days, zoom=Zoom.MONTH)

    def drawing(_run: int) -> object:
        return screen.drawn(chart, days=days, zoom=Zoom.MONTH)

    return timed(whole, runs=runs), timed(drawing, runs=runs), len(chart.rows)


def print_wall_chart(*, on: date, runs: int) -> tuple[Timing, float]:
    """The same on A1 as PDF, as the worker does it; also its kilobytes."""
    chart = _wall_chart(on)

    def printed(_run: int) -> bytes:
        pages = printing.pages(chart, Paper.A1, number_of="0")
        return pdf.of_drawings(pages.drawings, width_mm=pages.width_mm, height_mm=pages.height_mm, title=chart.title)

    return timed(printed, runs=runs, warm_ups=1), len(printed(0)) / 1_000


def _wall_chart(on: date) -> WallChart:
    shown = selection.in_order(selection.on_the_chart(KeyProject.objects.all(), on=on), grouping="area")
    heading = wall_chart.Heading(settings.DISTRICT_NAME, "", "", on, on)
    return wall_chart.of_projects(list(shown[:ON_THE_WALL]), grouping="area", heading=heading)


_TEXTS = {"national_code": "国家代码", "industry": "行业", "investor": "投资方", "location": "建设地点",
          "scale": "建设规模", "note": "备注"}  # fmt: skip
_UNITS = {"lead_unit": "牵头单位", "responsible_unit": "责任单位", "owner_org": "业主单位", "contractor": "施工单位",
          "supervisor_org": "监理单位", "town": "属地镇街"}  # fmt: skip
_CHOICES = {"focus_area": ("重点领域", "产业升级"), "level": ("级别", "区级重点"),
            "construction_nature": ("建设性质", "新建"), "origin": ("项目来源", "政府投资")}  # fmt: skip
_DATES = {"planned_start_on": "计划开始", "planned_on": "计划完成", "forecast_on": "预计完成", "started_on": "实际开始",
          "actual_on": "实际完成"}  # fmt: skip
_AMOUNTS = {"budget_amount": "概算", "estimate_amount": "预计投资", "spent_amount": "已完成投资"}
MAPPING = {
    "source": "bench",
    "title": "基准测试台账",
    "rows": "milestone",
    "date_formats": ["%Y-%m-%d"],
    "amount_unit": "万元",
    "project": {
        "key": ["项目编号"],
        "code": {"column": "项目编号"},
        "name": {"column": "项目名称"},
        **{field: {"column": column} for field, column in _TEXTS.items()},
        **{field: {"column": column, "otherwise": "第1牵头单位"} for field, column in _UNITS.items()},
        **{field: {"column": column, "otherwise": word} for field, (column, word) in _CHOICES.items()},
        "total_investment": "sum_of_budgets",
    },
    "milestone": {
        "key": ["节点"],
        "name": {"column": "节点"},
        "stage": {"column": "阶段", "otherwise": "主体施工"},
        "status": {"column": "节点状态", "values": {"完成": "complete", "进行中": "in_progress"}},
        **{field: {"column": column} for field, column in {**_DATES, **_AMOUNTS}.items()},
    },
}


def write_ledger(file: Path, rows: int, *, seed: int, again: bool) -> int:
    """One row a milestone; returns the number of columns. ``again``: one date in ten has moved."""
    dice = Random(seed)  # noqa: S311 - synthetic, no secret
    heads = [
        "项目编号", "项目名称", *_TEXTS.values(), *_UNITS.values(), *(column for column, _ in _CHOICES.values()),
        "节点", "阶段", "节点状态", *_DATES.values(), *_AMOUNTS.values(), "序号",
    ]  # fmt: skip
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        writer.writerows(_lines(rows, dice, again=again))
    return len(heads)


def _lines(rows: int, dice: Random, *, again: bool) -> Iterator[list[object]]:
    for number in range(rows):
        project, phase = divmod(number, _ROWS_PER_PROJECT)
        due = date(2026, 1, 10) + timedelta(days=dice.randint(0, 500))
        moved = again and number % 10 == 0
        texts = ["", "装备制造", f"第{project % 50}投资公司", f"科创路{project}号", "新建厂房 3.2 万平方米", ""]
        units = [f"第{project % 20 + 1}牵头单位"] * 2 + [f"第{project % 60}企业"] * 3 + [f"第{project % 10 + 1}镇"]
        dates = [due - timedelta(days=60), due + timedelta(days=20 * moved), due, due - timedelta(days=55), ""]
        if phase == 0:
            dates[-1] = due
        state = "完成" if phase == 0 else "进行中"
        yield [
            f"TZ-{project:05}", f"装备制造基地建设工程{project}号", *texts, *units,
            *(word for _, word in _CHOICES.values()), _PHASES[phase], "主体施工", state, *dates,
            *(dice.randint(100, 9_000) for _ in range(3)), number + 1,
        ]  # fmt: skip
