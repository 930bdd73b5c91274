"""``manage.py backward_pass FILE``: kept stable, because scripts rely on it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.backward import PlanError, backward_pass
from projects.errors import RuleViolation
from projects.schedules import Schedule, read, report


class Command(BaseCommand):
    help = (
        "倒排工期：读取 PSPLIB（.sm）、MS Project XML 或 GanttProject（.gan）文件，给出每个节点的最早、最迟时间和时差。"
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="进度计划文件")
        parser.add_argument("--finish", metavar="DATE", help="要求完成日期（.sm 为第几期）；不写就是最早可能完成的时间")
        parser.add_argument("--json", action="store_true", help="在标准输出给出一个 JSON")

    def handle(self, *, file: Path, finish: str | None, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"找不到文件：{file}")
        try:
            schedule = read(file.name, file.read_bytes())
            plan = backward_pass(schedule.network, finish=_moment(schedule, finish))
            told = {"file": file.name, **report(schedule, plan)}
        except RuleViolation as refusal:
            raise CommandError(refusal.message) from None
        except PlanError as impossible:
            raise CommandError(str(impossible)) from None
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self._tell(told)

    def _tell(self, told: dict[str, Any]) -> None:
        self.stdout.write(told["sentence"] or told["headline"])
        for warning in told["warnings"]:
            self.stdout.write(f"注意：{warning}")
        for row in told["nodes"]:
            self.stdout.write(
                f"{'★' if row['critical'] else '  '} {row['name']}  "
                f"最早 {row['early_start']} 至 {row['early_finish']}，"
                f"最迟 {row['late_start']} 至 {row['late_finish']}，"
                f"总时差 {row['total_float']}，自由时差 {row['free_float']}"
            )


def _moment(schedule: Schedule[Any], finish: str | None) -> Any:
    try:
        return None if finish is None else schedule.moment(finish)
    except ValueError:
        raise CommandError(f"要求完成日期“{finish}”无法识别：日期写成 2026-12-20，.sm 文件写第几期。") from None
