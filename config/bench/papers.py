"""A bulletin of forty pages: laid out as an official paper, cold and warm, and the same page printed by Chromium."""

import os
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import django
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from reports import papers
from reports.official import Annex, Block, Form, Heading, OfficialPaper, Paragraph, Table, TableColumn

_ROWS_OF_AN_ANNEX = 430
_BODY = (
    "截至9月底，全区重点项目完成投资195.82亿元，占年度计划的73.3%，比序时进度慢1.7个百分点，环比加快3.2个百分点。" * 3
)
CHROMIUM = "/usr/bin/chromium-headless-shell"


@dataclass(frozen=True)
class Printed:
    """Seconds of the first time in a new process, and of those after it, with CPU time; the most memory it took."""

    pages: int
    cold: float
    warm: float
    warm_cpu: float
    megabytes: float

    @property
    def pages_per_second(self) -> float:
        return self.pages / self.warm


def print_paper(*, runs: int) -> Printed:
    """In a process of its own, as a worker's is."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django.setup) as process:
        return process.submit(_print_here, runs).result()


def print_by_chromium(*, runs: int) -> tuple[float, float] | None:
    """Seconds with the start of the browser, and without it; None where there is none."""
    program = os.environ.get("CHROMIUM", CHROMIUM)
    if not Path(program).exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "paper.html"
        page.write_text(papers.official_html(bulletin()), encoding="utf-8")
        began, taken = time.perf_counter(), []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program)
            tab = browser.new_page()
            for _ in range(1 + runs):
                taken.append(time.perf_counter())
                tab.goto(page.as_uri())
                tab.pdf(prefer_css_page_size=True)
            taken.append(time.perf_counter())
            browser.close()
    spans = [after - before for before, after in pairwise(taken)]
    return taken[1] - began, median(spans[1:])


def bulletin() -> OfficialPaper:
    """Four pages of words and an annex of wide rows."""
    columns = [TableColumn("序号", 5), TableColumn("项目", 24), TableColumn("牵头单位", 14), TableColumn("原因", 20)]
    columns += [TableColumn(f"指标{n}", 9, "万元", is_figure=True) for n in range(1, 7)]
    rows = tuple(
        (str(n), f"滨河片区第{n}号基础设施工程", "区住房城乡建设局", "征迁未完成，管线迁改滞后", *("12,345",) * 6)
        for n in range(1, _ROWS_OF_AN_ANNEX + 1)
    )
    said: list[Block] = []
    for number in "一二三四五":
        said += [Heading(1, f"{number}、进展情况"), *[Paragraph(_BODY)] * 3]
    return OfficialPaper(
        form=Form.OFFICIAL,
        mark="示范区人民政府办公室文件",
        number="示政办发〔2026〕12号",
        title="关于2026年9月全区重点项目建设进展情况的通报",
        addressee="各镇人民政府、街道办事处，区政府各部门、各直属机构：",
        body=tuple(said),
        annexes=(Annex("重点项目进展情况表", (Table("", "单位：万元", tuple(columns), rows),), is_landscape=True),),
        signature="示范区人民政府办公室",
        dated=date(2026, 10, 9),
        cc="区委办公室，区人大常委会办公室，区政协办公室。",
        printer="示范区人民政府办公室",
        printed_on=date(2026, 10, 9),
        copies=60,
    )


def _print_here(runs: int) -> Printed:
    said, taken, cpu, content = bulletin(), [], [], b""
    for _ in range(1 + runs):
        began, began_cpu = time.perf_counter(), time.process_time()
        content = papers.official_pdf(said)
        taken.append(time.perf_counter() - began)
        cpu.append(time.process_time() - began_cpu)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    return Printed(len(PdfReader(BytesIO(content)).pages), taken[0], median(taken[1:]), median(cpu[1:]), most)
