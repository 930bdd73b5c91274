"""``manage.py load_demo``: an invented district to try the product with."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from projects.actions.demo import Account, is_empty
from projects.errors import RuleViolation
from reports.actions import demo


class Command(BaseCommand):
    help = "载入演示数据：一个虚构的区，约 200 个重点项目。同一种子和日期总是得到同样的内容。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="已有数据时什么也不做，不算出错")
        parser.add_argument("--seed", type=int, default=2025, help="随机种子")
        parser.add_argument("--anchor", type=date.fromisoformat, help="以哪一天为“今天”（默认今天）")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出演示账号")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts: list[Account] = []
        is_loading = not options["if_empty"] or is_empty()
        if is_loading:
            try:
                accounts = demo.load(seed=options["seed"], anchor=options["anchor"] or timezone.localdate(), by=None)
            except RuleViolation as refusal:
                raise CommandError(refusal.message) from refusal
        if options["json"]:
            answer = {"loaded": is_loading, "accounts": [asdict(account) for account in accounts]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.tell(accounts)

    def tell(self, accounts: list[Account]) -> None:
        self.stdout.write("演示数据已载入。密码只显示这一次：" if accounts else "数据库中已有数据，没有载入演示数据。")
        for account in accounts:
            self.stdout.write(f"  {account.username}  {account.full_name}（{account.role}）  {account.password}")
