"""月通报: a month of the whole district closed, and its bulletin drafted."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import bulletin_prose, snapshots
from reports.bulletin_figures import figures
from reports.compose.monthly_bulletin import of_month
from reports.models import BulletinRule
from scheduling.actions import closings, periods
from scheduling.models import PeriodClosing, ReportPeriod


@dataclass(frozen=True)
class Drafted:
    projects: int
    closed_seconds: float
    seconds: float
    cpu_seconds: float
    queries: int
    figures: int
    lagging: int
    letters: int
    kilobytes: float


def close_last_month(*, at: datetime) -> PeriodClosing:
    """Lock, freeze and enter the last month that is over, where the bench has not done so yet."""
    day = at.date().replace(day=1) - timedelta(days=1)
    period = periods.open_period(kind=ReportPeriod.Kind.MONTH_END, day=day, by=None, at=at)
    closing = closings.close(period=period, by=None)
    closings.freeze(closing, progress=lambda _done, _total: None)
    return closings.finish(closing, by=None, at=at)


def draft(*, at: datetime) -> Drafted:
    began = time.perf_counter()
    closing = close_last_month(at=at)
    closed = time.perf_counter() - began
    began, began_cpu = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as asked:
        made = of_month(closing, BulletinRule(effective_on=closing.period.ends_on), district="示范区")
    found, sections = figures(made), bulletin_prose.sections(made)
    content = snapshots.as_json(made)
    return Drafted(
        made.whole.parts.projects + made.whole.parts.unplanned_projects,
        closed,
        time.perf_counter() - began,
        time.process_time() - began_cpu,
        len(asked),
        len(found),
        len(made.lagging),
        sum(len(section.text) for section in sections),
        len(content) / 1024,
    )


def drafted(*, at: datetime) -> Iterator[str]:
    """A section of the report: to be told after the projects are loaded."""
    done = draft(at=at)
    yield f"\n月末锁定并登记 {done.projects:,} 个项目：{done.closed_seconds:.1f} 秒"
    yield f"起草月通报：{done.seconds:.1f} 秒，其中 Python {done.cpu_seconds:.1f} 秒，{done.queries} 次查询"
    yield f"  {done.figures:,} 个数字，逾期项目 {done.lagging:,} 个，正文 {done.letters:,} 字"
    yield f"  快照 {done.kilobytes:,.0f} KB"
