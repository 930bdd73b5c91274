"""``manage.py import_ledger FILE --mapping FILE.json``: kept stable, because scripts rely on it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from projects.actions import ledgers
from projects.errors import RuleViolation
from projects.ledger.problems import label_of
from projects.models import LedgerImport, User
from projects.serializers import LedgerImportSerializer

_SHOWN = 20


class Command(BaseCommand):
    help = "导入台账（.csv、.xlsx），按给定的列对应（JSON）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="台账文件")
        parser.add_argument("--mapping", required=True, metavar="FILE.json", help="列对应，见 docs/mappings/README.md")
        parser.add_argument("--dry-run", action="store_true", help="试导入：只报告，不写入")
        parser.add_argument("--all", action="store_true", help="有一行不能导入就都不写入；不写就是只导入没有问题的行")
        parser.add_argument("--json", action="store_true", help="在标准输出给出一个 JSON：计数和逐条问题")
        parser.add_argument("--by", metavar="USERNAME", help="以谁的名义导入；不写就是系统")

    def handle(self, *, file: str, mapping: str, dry_run: bool, by: str | None, **options: Any) -> None:
        takes = LedgerImport.Takes.ALL if options["all"] else LedgerImport.Takes.GOOD
        try:
            done = self._import(Path(file), Path(mapping), dry_run=dry_run, takes=takes, by=self._user(by))
        except RuleViolation as refusal:
            raise CommandError(refusal.message) from None
        if options["json"]:
            told = LedgerImportSerializer(done).data
            self.stdout.write(json.dumps(told, ensure_ascii=False, cls=DjangoJSONEncoder))
        else:
            self._tell(done)

    def _import(
        self, file: Path, mapping: Path, *, dry_run: bool, takes: LedgerImport.Takes, by: User | None
    ) -> LedgerImport:
        for path in (file, mapping):
            if not path.is_file():
                raise CommandError(f"找不到文件：{path}")
        parsed = ledgers.mapping_of(mapping.read_bytes())
        at = timezone.now()
        with file.open("rb") as content:
            waiting = ledgers.submit(
                content=content, name=file.name, mapping=parsed, is_dry_run=dry_run, takes=takes, by=by, at=at
            )
        return ledgers.run(ledger_import=waiting, by=by, at=at)

    def _user(self, username: str | None) -> User | None:
        user = User.objects.filter(username=username, is_active=True).first()
        if username and not user:
            raise CommandError(f"没有账号“{username}”，或账号已停用。")
        return user

    def _tell(self, done: LedgerImport) -> None:
        counts = done.counts
        lines = [
            f"{_ended(done)}：{done.file.name}，用时 {counts['seconds']['total']} 秒。",
            f"读取 {counts['rows_read']} 行，未导入 {counts['rows_rejected']} 行。",
            *(
                f"{noun}：新增 {counts[f'{name}_new']}，变化 {counts[f'{name}_changed']}，"
                f"未变化 {counts[f'{name}_unchanged']}。"
                for noun, name in (("项目", "projects"), ("节点", "milestones"))
            ),
            (
                f"写入数据版本 {counts['versions_written']} 个，新建单位 {len(counts['units_created'])} 个，"
                f"台账中消失的节点 {counts['vanished']} 个。"
            ),
            f"问题 {counts['problems']} 条：",
            *(f"  {label_of(code)}：{number} 条" for code, number in counts["problems_by_code"].items()),
        ]
        problems = done.problems.all()[:_SHOWN]
        lines += [f"  第 {one.row} 行 {one.column} “{one.value}”：{one.message}" for one in problems]
        if counts["problems"] > _SHOWN:
            lines.append("  …… 全部问题见页面“台账导入”，或加 --json。")
        self.stdout.write("\n".join(lines))


def _ended(done: LedgerImport) -> str:
    if done.state == LedgerImport.State.REFUSED:
        return "有不能导入的行，没有写入"
    return "试导入完成" if done.is_dry_run else "导入完成"
