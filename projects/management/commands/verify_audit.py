"""校验审计链: one line, and exit code 1 when the chain is broken."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from projects import audit
from projects.audit import Verification


class Command(BaseCommand):
    help = "校验审计链是否完整。断裂时指出位置和原因，退出码为 1。只读，不写入任何记录。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit.verify()
        intact = found.broken_at is None
        self.stdout.write(
            json.dumps({"intact": intact, **asdict(found)}, ensure_ascii=False) if options["json"] else said(found)
        )
        if not intact:
            raise SystemExit(1)


def said(found: Verification) -> str:
    if found.broken_at is None:
        return f"审计链完整：已封存 {found.sealed} 条，未封存 {found.unsealed} 条，末条校验值 {found.head}。"
    return (
        f"审计链断裂：第 {found.broken_at} 条，{found.reason}；此前 {found.sealed} 条完整，未封存 {found.unsealed} 条。"
    )
