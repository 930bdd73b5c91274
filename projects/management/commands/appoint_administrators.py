"""The way into a new installation without demo data: three administrators, their passwords told once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from projects.actions import founding
from projects.actions.founding import Person
from projects.errors import RuleViolation
from projects.roles import Role

_ROLES = {"system": Role.SYS_ADMIN, "security": Role.SEC_ADMIN, "audit": Role.AUDIT_ADMIN}


class Command(BaseCommand):
    help = "新装系统首次启用：为系统、安全、审计三类管理员各开一个账号并任命，初始密码只显示一次。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", required=True, help="管理员所在单位的全称")
        for name, role in _ROLES.items():
            parser.add_argument(f"--{name}", required=True, metavar="账号:姓名", help=str(role.label))

    def handle(self, *args: Any, **options: Any) -> None:
        people = {role: _person(options[name]) for name, role in _ROLES.items()}
        try:
            told = founding.appoint_administrators(unit_name=options["unit"], people=people, at=timezone.now())
        except RuleViolation as refusal:
            raise CommandError(refusal.message) from refusal
        for role, user, password in told:
            self.stdout.write(f"{role.label}  {user.full_name}  账号 {user.username}  初始密码 {password}")
        self.stdout.write("密码只显示这一次，首次登录时须修改。")


def _person(text: str) -> Person:
    username, _, full_name = text.partition(":")
    if not username or not full_name:
        raise CommandError(f"“{text}”应写成 账号:姓名，如 zhangsan:张三。")
    return Person(username, full_name)
