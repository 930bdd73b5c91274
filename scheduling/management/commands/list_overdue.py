"""``manage.py list_overdue``: the overdue milestones of a day, for people and for scripts."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from projects.errors import RuleViolation
from projects.figures import chinese_date, days_late
from projects.models import KeyProject
from scheduling.as_of import AsOf, day_of, moment_of
from scheduling.overdue import Scope, overdue_list, with_projects
from scheduling.records import as_record


class Command(BaseCommand):
    help = "列出某日逾期的节点（不含阶段目标），最严重的在前。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", required=True, metavar="YYYY-MM-DD", help="截至哪一天")
        parser.add_argument(
            "--known-at", metavar="ISO", help="按哪一时刻所知；不带时区的为北京时间，只写日期的为当日终了；默认现在"
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 列表输出，每个逾期节点一项")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of = AsOf(day_of(options["on"]), moment_of(options["known_at"]) if options["known_at"] else None)
        except RuleViolation as refusal:
            raise CommandError(refusal.message) from refusal
        scope = Scope(KeyProject.objects.all())
        late = overdue_list(scope, on=as_of.on, known_at=as_of.known_at, today=timezone.localdate()).milestones()
        records = [as_record(*each) for each in with_projects(late[:])]
        if options["json"]:
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder))
        else:
            self.tell(as_of, records)

    def tell(self, as_of: AsOf, records: list[dict[str, Any]]) -> None:
        self.stdout.write(f"{as_of.in_words()}，逾期节点 {len(records)} 个。")
        for each in records:
            late = days_late(each["days_late"])
            self.stdout.write(
                f"{late}\t{each['project_code']} {each['project_name']}\t{each['stage']}·{each['milestone']}"
                f"\t批准 {chinese_date(each['planned_on'])}\t{each['lead_unit']}"
            )
