"""Everything between an installed program and a page: tables, static files, and the demo if wanted."""

import io
import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "建表、收集静态文件；数据库为空时载入演示数据。标准输出为一个 JSON 对象。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2025)
        parser.add_argument("--anchor", required=True)
        parser.add_argument("--no-demo", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with told("更新数据库表"):
            call_command("migrate", verbosity=0, interactive=False)
        collect_static()
        # A database somebody set up is theirs to fill: the demo comes by itself only to the embedded one.
        wanted = settings.EMBEDDED and not options["no_demo"]
        demo = load_demo(seed=options["seed"], anchor=options["anchor"]) if wanted else {}
        answer = {"accounts": demo.get("accounts", []), "site_url": settings.SITE_URL.geturl().rstrip("/")}
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def load_demo(*, seed: int, anchor: str) -> dict[str, Any]:
    """What the demo loader answers: whether it found the database empty, and the accounts it made."""
    answer = io.StringIO()
    with told("检查演示数据"):
        call_command("load_demo", "--if-empty", "--seed", str(seed), "--anchor", anchor, "--json", stdout=answer)
    return json.loads(answer.getvalue())


def collect_static() -> None:
    """Again only when a source file or a package changed: compressing them takes seconds."""
    stamp, wanted = settings.VAR_DIR / "stamps" / "static", static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    with told("收集静态文件"):
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="ascii")


def static_fingerprint() -> str:
    ours = sorted(path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*") if path.is_file())
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in ours]
    locked = (settings.BASE_DIR / "requirements.txt").read_bytes()
    return sha256(repr(seen).encode() + locked).hexdigest()


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say on stderr what takes its time."""
    began = time.monotonic()
    print(f"… {what}", end="", file=sys.stderr, flush=True)
    yield
    print(f"（{time.monotonic() - began:.1f} 秒）", file=sys.stderr, flush=True)
