"""``manage.py working_days --from DATE --to DATE``: kept stable, because scripts rely on it."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.models import CalendarDay
from projects.workdays import is_workday, workdays_between

DAY = timedelta(days=1)


class Command(BaseCommand):
    help = "工作日：两个日期之间（首尾两天都算）有哪些工作日，共几天；放假安排未公布的年份按周一至周五计算并提示。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", metavar="DATE", required=True, type=_day, help="第一天")
        parser.add_argument("--to", dest="last", metavar="DATE", required=True, type=_day, help="最后一天")
        parser.add_argument("--json", action="store_true", help="在标准输出给出一个 JSON")

    def handle(self, *, first: date, last: date, **options: Any) -> None:
        if last < first:
            raise CommandError(f"最后一天 {last} 早于第一天 {first}。")
        told = _count(first, last)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self._tell(told)

    def _tell(self, told: dict[str, Any]) -> None:
        self.stdout.write(f"{told['from']} 至 {told['to']}：{told['working_days']} 个工作日。")
        if told["warning"]:
            self.stderr.write(f"注意：{told['warning']}")
        for day in told["dates"]:
            self.stdout.write(day)


def _count(first: date, last: date) -> dict[str, Any]:
    announced = CalendarDay.objects.announced(range(first.year, last.year + 1))
    counted = workdays_between(first - DAY, last, announced)
    assumed = [year for year in range(first.year, last.year + 1) if year not in announced.years]
    special = CalendarDay.objects.filter(day__range=(first, last))
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "calendar_days": (last - first).days + 1,
        "working_days": counted.value,
        "announced": not assumed,
        "assumed_years": assumed,
        "warning": _warning(assumed),
        "dates": [day.isoformat() for day in _days(first, last) if is_workday(day, announced).value],
        "special": [{"date": row.day.isoformat(), "is_workday": row.is_workday, "name": row.name} for row in special],
    }


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def _warning(assumed: list[int]) -> str | None:
    if not assumed:
        return None
    return f"{'、'.join(str(year) for year in assumed)} 年的放假安排尚未公布（未录入），暂按周一至周五计算工作日。"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期“{text}”无法识别，请写成 2026-03-05。") from None
