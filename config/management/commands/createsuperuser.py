"""There are no superusers: they would stand above the separation of the three administrators."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "已停用：本系统没有超级用户。首次启用请用 appoint_administrators 任命三类管理员。"

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("本系统没有超级用户。首次启用请用 appoint_administrators 任命三类管理员。")
