"""Django's own command would set a password without a trace in the audit: it is closed here."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "已停用：密码只在页面上修改，由系统管理员重置，以便留下审计记录。"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username", nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "不能在命令行修改密码：那样不留审计记录。请本人在页面“修改密码”，或由系统管理员在“单位和人员”中重置。"
        )
