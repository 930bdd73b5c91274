"""Inside the prepared database: load, serve, measure, tell. Started by ``manage.py bench``."""

import argparse
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import django
from django.urls import reverse
from django.utils import timezone

django.setup()

from config.bench.assessments import assessed  # noqa: E402 - models need the set-up above
from config.bench.booklets import bound  # noqa: E402
from config.bench.bulletins import drafted  # noqa: E402 - models need the set-up above
from config.bench.copying import vacuum  # noqa: E402
from config.bench.districts import drafted_beside  # noqa: E402
from config.bench.evaluation import PROCESSES, evaluate_all, evaluate_one, evaluate_past_month  # noqa: E402
from config.bench.filling import Filling  # noqa: E402
from config.bench.ledgers import read_ledger  # noqa: E402
from config.bench.pages import Reader, sign_in  # noqa: E402
from config.bench.papers import print_by_chromium, print_paper  # noqa: E402
from config.bench.planning import pass_backward, replan  # noqa: E402
from config.bench.scale import SCALES, Scale  # noqa: E402
from config.bench.verbs import (  # noqa: E402
    ImportResult,
    draw_wall_chart,
    import_ledger,
    import_projects,
    print_wall_chart,
    report_weeks,
)
from config.bench.warning import foretold  # noqa: E402
from config.bench.weeks import CLIENTS, close_week, dispatch, spread_over, submit_at_once  # noqa: E402
from config.processes import Processes  # noqa: E402
from projects.models import KeyProject, Milestone, User  # noqa: E402
from scheduling.models import ProgressVersion  # noqa: E402


def main() -> None:
    options = parse()
    scale, at = SCALES[options.scale], timezone.now()
    tell(drafted_beside(scale, seed=options.seed))
    filling = Filling(scale, seed=options.seed, at=at)
    filling.load()
    tell(loaded(filling))
    tell(planned(scale, runs=options.runs, seed=options.seed))
    with Processes() as processes, tempfile.TemporaryDirectory() as folder:
        port = serve(processes, Path(folder))
        reader = Reader(port, sign_in(User.objects.get(pk=filling.office.pk)))
        tell(read(reader, runs=options.runs))
        tell(drawn(runs=options.runs))
        tell(printed(runs=min(options.runs, 3)))
        tell(bound())
        tell(evaluated(scale, runs=options.runs))
        tell(foretold(at=timezone.now()))
        tell(reported(scale, port))
        tell(drafted(at=timezone.now()))
        tell(assessed(at=timezone.now()))
        tell(written(scale, runs=options.runs, seed=options.seed, folder=Path(folder)))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py bench")
    parser.add_argument("--scale", choices=SCALES, default="full")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=2025)
    return parser.parse_args()


def addresses() -> dict[str, str]:
    """The pages, as their links write them."""
    some = KeyProject.objects.select_related("lead_unit").order_by("pk")[7]
    library, late = reverse("project_list"), reverse("overdue_list")
    narrowed = {"lead_unit": some.lead_unit_id, "focus_area": some.focus_area}
    return {
        "项目库首页": library,
        "项目库筛选（单位、领域）": f"{library}?{urlencode(narrowed)}",
        "项目库查找（拼音）": f"{library}?{urlencode({'q': 'chengshidaolu'})}",
        "项目库末页": f"{library}?page=9999",
        "逾期清单首页": late,
        "逾期清单筛选（单位、领域）": f"{late}?{urlencode(narrowed)}",
        "驾驶舱": reverse("dashboard"),
        "两分钟": reverse("two_minutes"),
        "挂图作战（月）": reverse("wall_chart"),
        "单个项目": reverse("project_detail", args=[some.code]),
    }


def serve(processes: Processes, folder: Path) -> int:
    """The product's own web server on a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    processes.start("网页服务", [*command, "config.wsgi"], log=folder / "web.log")
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return port
        time.sleep(0.1)
    raise TimeoutError((folder / "web.log").read_text(encoding="utf-8"))


def loaded(filling: Filling) -> Iterator[str]:
    projects, milestones = KeyProject.objects.count(), Milestone.objects.count()
    yield f"\n载入 {projects:,} 个项目、{milestones:,} 个节点、{ProgressVersion.objects.count():,} 条周报："
    yield from (f"  {name} {seconds:.1f} 秒" for name, seconds in filling.seconds.items())


def read(reader: Reader, *, runs: int) -> Iterator[str]:
    yield "\n网页（gunicorn，本机 HTTP，区重点办账号）：毫秒，中位数（最快–最慢）；倍数是请求用时比 SQL 用时"
    for name, address in addresses().items():
        page = reader.measure(name, address, runs=runs)
        yield (
            f"  {name}：{page.request}，其中 Python {page.cpu:.1f}，SQL {page.sql}，"
            f"{page.ratio:.1f} 倍，{page.queries} 次查询，{page.kilobytes:.1f} KB"
        )


def drawn(*, runs: int) -> Iterator[str]:
    on = timezone.localdate()
    whole, drawing, rows = draw_wall_chart(on=on, runs=runs)
    yield f"\n全区挂图 {rows} 个项目，取数并绘成 SVG：{whole} 毫秒；其中只绘图 {drawing} 毫秒"
    timing, kilobytes = print_wall_chart(on=on, runs=min(runs, 3))
    yield f"同一挂图印成 A1 PDF：{timing} 毫秒，CPU {timing.cpu:.0f} 毫秒，{kilobytes:.0f} KB"


def printed(*, runs: int) -> Iterator[str]:
    """A bulletin as an official paper, against the browser's own printing of the same page."""
    ours = print_paper(runs=runs)
    yield (
        f"\n月通报 {ours.pages} 页制成 PDF/A（新进程）：首次 {ours.cold:.1f} 秒，其后 {ours.warm:.1f} 秒"
        f"（CPU {ours.warm_cpu:.1f} 秒），"
        f"{ours.pages_per_second:.1f} 页/秒，内存最高 {ours.megabytes:.0f} MB"
    )
    theirs = print_by_chromium(runs=runs)
    if theirs is None:
        yield "  同一页面由 Chromium 打印：本机没有 Chromium，未测"
    else:
        seconds = f"含启动 {theirs[0]:.1f} 秒，其后 {theirs[1]:.1f} 秒"
        yield f"  同一页面由 Chromium 打印：{seconds}（无版记定位、页码和 PDF/A）"


def planned(scale: Scale, *, runs: int, seed: int) -> Iterator[str]:
    """How fast a schedule is reckoned, and how fast thousands of them are, read and stored."""
    timing = pass_backward(runs=runs, seed=seed)
    yield f"\n倒排推算（120 个节点，纯计算）：{timing} 毫秒"
    for count in scale.replanned:
        for title, days in (("次日，全部重算", 1), ("同日再算，没有变化", 1)):
            done = replan(count, days_ahead=days)
            yield (
                f"推算 {done.projects:,} 个项目并保存（{title}）：{done.seconds:.1f} 秒，"
                f"{done.projects_per_second:,.0f} 个/秒，其中 Python {done.cpu_seconds:.1f} 秒"
            )
        vacuum()


def evaluated(scale: Scale, *, runs: int) -> Iterator[str]:
    """Where everything stands: within a submit, in a night, and as of a month gone by."""
    timing, queries = evaluate_one(at=timezone.now(), runs=runs)
    yield f"\n评估一个项目并保存（报送时）：{timing} 毫秒，其中 Python {timing.cpu:.1f} 毫秒，{queries} 次查询"
    night = evaluate_all(at=timezone.now())
    yield (
        f"全部评估并保存 {night.projects:,} 个项目（{PROCESSES} 个进程）：{night.seconds:.1f} 秒，"
        f"{night.per_second:,.0f} 个/秒，每进程内存最高 {night.megabytes:.0f} MB"
    )
    vacuum()
    seconds, found = evaluate_past_month(on=timezone.localdate(), projects=scale.past_projects)
    yield f"按现在所知评估上月末 {found:,} 个项目（不保存）：{seconds:.1f} 秒"


def reported(scale: Scale, port: int) -> Iterator[str]:
    """The week: many report at once, it is closed, and every unit gets its sheet."""
    load = submit_at_once(port, reports=scale.reports_at_once, at=timezone.now())
    yield f"\n网页报送周报（{CLIENTS} 人同时）：{load.requests} 份，{load.per_second:.1f} 份/秒，含打开表单"
    yield f"  报送请求 {load.median:.0f} 毫秒，p95 {load.p95:.0f} 毫秒，出错 {load.errors}"
    units = spread_over(scale.dispatched_units)
    closed = close_week(at=timezone.now())
    count, seconds = closed.closing.expected, f"{closed.seconds:.1f} 秒，其中 Python {closed.cpu_seconds:.1f} 秒"
    yield f"锁定一周并登记 {count:,} 个项目：{seconds}"
    composed, rendered = dispatch(closed.closing, units, rendered=min(10, len(units)), at=timezone.now())
    yield f"周调度单（{len(units)} 个牵头单位，各约 {count // len(units)} 个项目）："
    yield f"  每张取数并冻结 {composed} 毫秒，制成 PDF 和 Excel {rendered} 毫秒"
    yield f"  全部合计约 {len(units) * (composed.median + rendered.median) / 1_000:.0f} 秒（一个进程，按中位数推算）"


def written(scale: Scale, *, runs: int, seed: int, folder: Path) -> Iterator[str]:
    timing, queries = report_weeks(at=timezone.now(), runs=runs)
    yield f"\n填报一条周报（动作，不经网页）：{timing} 毫秒"
    yield f"  其中 Python {timing.cpu:.1f} 毫秒，{queries} 次查询"
    vacuum()  # no autovacuum here, and the reports above are new
    for title, again in (("首次导入", False), ("再次导入（一成有变化）", True)):
        yield imported(title, import_ledger(scale.ledger_rows, folder=folder, seed=seed, again=again))
        vacuum()
    for title in ("首次导入项目台账", "再次导入项目台账（没有变化）"):
        yield imported(title, import_projects(scale.project_rows, folder=folder, seed=seed))
        vacuum()
    for ending in (".csv", ".xlsx"):
        found = read_ledger(scale.read_rows, ending=ending, folder=folder, seed=seed)
        yield (
            f"只读台账 {ending}：{found.rows:,} 个项目 × {found.columns} 列，{found.seconds:.1f} 秒，"
            f"{found.rows_per_second:,.0f} 行/秒；CPU {found.cpu_seconds:.1f} 秒，内存最高 {found.megabytes:.0f} MB"
        )
    yield f"机器：{len(os.sched_getaffinity(0))} 核，负载 {os.getloadavg()[0]:.1f}"


def imported(title: str, done: ImportResult) -> str:
    return (
        f"{title}：{done.rows:,} 行 × {done.columns} 列，{done.seconds:.1f} 秒，{done.rows_per_second:,.0f} 行/秒；"
        f"整个进程 CPU {done.cpu_seconds:.1f} 秒，内存最高 {done.megabytes:.0f} MB"
    )


def tell(lines: Iterator[str]) -> None:
    """Each as soon as it is known: the whole takes minutes."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
