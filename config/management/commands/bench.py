"""``manage.py bench``: start a throw-away PostgreSQL, load it full, and take the times."""

import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.processes import Processes, Stopped
from config.servers import thrown_away
from config.spoken import Command as Line
from config.testing import DJANGO, surroundings


class Command(BaseCommand):
    help = "在临时的 PostgreSQL 上载入两万个项目，测量各页面、填报和导入的用时。用完即弃，不改动现有数据。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=["full", "small"], default="full", help="small：一千个项目，快速试跑")
        parser.add_argument("--runs", default="30", help="每项重复次数")
        parser.add_argument("--seed", default="2025", help="随机种子")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = [word for name in ("scale", "runs", "seed") for word in (f"--{name}", str(options[name]))]
        try:
            with Processes() as processes, thrown_away(processes) as servers:
                env = surroundings(servers.folder / "var") | {
                    "DATABASE_URL": servers.database_url,
                    "REDIS_URL": servers.redis_url,
                    "PYTHONPATH": str(settings.BASE_DIR),
                }
                prepare: Line = [*DJANGO, "prepare", "--no-demo", "--anchor", "2026-01-01"]
                bench: Line = [sys.executable, "-m", "config.bench", *wanted]
                prepared = processes.start("准备", prepare, env=env, stdout=subprocess.DEVNULL).wait()
                if prepared or processes.run("测量", bench, env=env):
                    raise CommandError("测量没有完成，原因见上。")
        except Stopped:
            self.stderr.write("已停止。")
