"""``manage.py test``: every check and every test, on servers that are started for it and thrown away.

With arguments only pytest runs, on PostgreSQL, with these arguments: for one's daily work.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from config.bootstrap import BASE, make_folders
from config.processes import Processes, Stopped
from config.servers import Servers, thrown_away
from config.spoken import Command

PYTHON = sys.executable
DJANGO = (PYTHON, BASE / "manage.py")
# A module each: scripts in an environment name its path, and a checkout may be moved.
CHECKS: dict[str, Command] = {
    "代码格式 ruff format": (PYTHON, "-m", "ruff", "format", "--check", "--output-format", "concise", "."),
    "代码规范 ruff": (PYTHON, "-m", "ruff", "check", "--output-format", "concise", "."),
    "依赖方向 import-linter": (
        PYTHON,
        "-c",
        "from importlinter.cli import lint_imports_command as lint; lint()",
    ),
    "模板 djlint": (PYTHON, "-m", "djlint", "templates", "--lint"),
    "类型 mypy": (PYTHON, "-m", "mypy"),
    "迁移齐全 makemigrations": (*DJANGO, "makemigrations", "--check", "--dry-run"),
}
DEPLOY_CHECK = (*DJANGO, "check", "--deploy", "--fail-level", "WARNING")
# As many at once as there are cores, within reason: each has a database of its own. A group of tests stays together
# where what it begins with takes long.
IN_CI = ("--tb=short", "-n", str(min(8, max(2, len(os.sched_getaffinity(0))))), "--dist", "loadgroup")
CORE_ON_SQLITE = "核心测试（SQLite）pytest -m core"
CORE = "core and django_db"  # what asks no database says the same on either
EVERYTHING_ON_POSTGRESQL = "全部测试（PostgreSQL）pytest"
PRODUCTION = {
    "SITE_URL": "https://zdxm.example.gov.cn",
    "ALLOWED_HOSTS": "zdxm.example.gov.cn",
    "PROXY_COUNT": "1",
}


def main(arguments: list[str]) -> int:
    os.chdir(BASE)
    try:
        with Processes() as processes, thrown_away(processes) as servers:
            return run(processes, arguments, base=surroundings(servers.folder / "var"), servers=servers)
    except Stopped:
        return 130


def run(processes: Processes, arguments: list[str], *, base: dict[str, str], servers: Servers) -> int:
    on_postgresql = base | {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    if arguments and arguments != ["--checks"]:
        return subprocess.call(pytest(*arguments), env=on_postgresql)  # in the foreground, for the debugger
    migrations = [] if arguments else begin_migrations(processes, base, on_postgresql, servers)
    failed = [name for name, command in CHECKS.items() if not passes(processes, name, command, on_postgresql)]
    if not passes(processes, "生产配置 check --deploy", DEPLOY_CHECK, on_postgresql | PRODUCTION):
        failed.append("check --deploy")
    if any(migration.wait() for migration in migrations):
        failed.append("migrate")
    elif not arguments:
        failed += tests(processes, base | {"MIGRATED": f"{base['VAR_DIR']}/db.sqlite3"}, on_postgresql)
    if failed:
        print(f"\n未通过：{'；'.join(failed)}", flush=True)
    return 1 if failed else 0


def begin_migrations(
    processes: Processes, on_sqlite: Mapping[str, str], on_postgresql: Mapping[str, str], servers: Servers
) -> list[subprocess.Popen[bytes]]:
    """Each database is made once, beside the checks, and copied by every process that tests."""
    template = {**on_postgresql, "DATABASE_URL": servers.template_url}
    migrate = (*DJANGO, "migrate", "--verbosity", "0")
    return [
        processes.start("建表（SQLite）", migrate, env=on_sqlite),
        processes.start("建表（PostgreSQL）", migrate, env=template),
    ]


def tests(processes: Processes, on_sqlite: Mapping[str, str], on_postgresql: Mapping[str, str]) -> list[str]:
    """The names of those that failed. The full run comes last, so that its count is the last line."""
    core = passes(processes, CORE_ON_SQLITE, pytest("-m", CORE, *IN_CI), on_sqlite)
    full = passes(processes, EVERYTHING_ON_POSTGRESQL, pytest(*IN_CI), on_postgresql, quietly=True)
    return [name for name, passed in {CORE_ON_SQLITE: core, EVERYTHING_ON_POSTGRESQL: full}.items() if not passed]


def passes(
    processes: Processes,
    name: str,
    command: Command,
    env: Mapping[str, str],
    *,
    quietly: bool = False,
) -> bool:
    print(f"\n=== {name}", flush=True)
    began = time.monotonic()
    code = processes.run(name, command, env=env)
    if code or not quietly:
        print(f"--- {'未通过' if code else '通过'}（{time.monotonic() - began:.0f} 秒）", flush=True)
    return code == 0


def surroundings(var: Path) -> dict[str, str]:
    """What the tests need and none of the developer's own settings."""
    make_folders(var)
    example = (BASE / ".env.example").read_text(encoding="utf-8")
    ours = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "BOOTSTRAP": "off",
        "CHROMIUM": "/usr/bin/chromium-headless-shell",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTEST_DEBUG_TEMPROOT": str(var),
        "SECRET_KEY": secrets.token_urlsafe(64),
        "VAR_DIR": str(var),
    }


def pytest(*arguments: str) -> list[str]:
    return [PYTHON, "-m", "pytest", *arguments]
