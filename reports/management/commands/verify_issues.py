"""校验文书: one line, and exit code 1 at the first document that is not as it was frozen."""

from typing import Any

from django.core.management.base import BaseCommand

from reports.actions import documents
from reports.actions.documents import Verification


class Command(BaseCommand):
    help = "校验全部文书的快照、期次衔接、编号连续和文件。有一份不符时指出是哪一份和原因，退出码为 1。只读。"

    def handle(self, *args: Any, **options: Any) -> None:
        found = documents.verify()
        self.stdout.write(said(found))
        if found.broken:
            raise SystemExit(1)


def said(found: Verification) -> str:
    if found.broken:
        return f"文书不符：“{found.broken}”（第 {found.broken.pk} 号），{found.reason}；此前 {found.documents} 份完整。"
    return f"文书完整：{found.documents} 份，文件 {found.files} 个。"
