"""启用: the three administrators of a new installation, who then open every other account and give every role."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from projects.actions import accounts, posts, templates, units
from projects.errors import RuleViolation
from projects.models import Post, Unit, User
from projects.recorded import day_of
from projects.roles import ADMINISTRATORS, Role


class Person(NamedTuple):
    username: str
    full_name: str


@transaction.atomic
def appoint_administrators(
    *, unit_name: str, people: Mapping[Role, Person], at: datetime
) -> list[tuple[Role, User, str]]:
    """One person each for 系统, 安全 and 审计管理员, in a unit made if it is not there. Gives role, person, password.

    The first act of an installation, so it also lays down the initial templates.

    Refused as soon as anybody holds such a post: from then on the security administrator appoints.
    """
    today = day_of(at)
    if Post.objects.in_force(on=today).filter(role__in=ADMINISTRATORS).exists():
        raise RuleViolation("已有在任的管理员，账号由系统管理员开设，角色由安全管理员任命。")
    if set(people) != ADMINISTRATORS or len({person.username for person in people.values()}) < len(people):
        raise RuleViolation("系统、安全、审计三类管理员各须一人，且不得相同。")
    unit = Unit.objects.filter(name=unit_name).first() or units.add_unit(
        name=unit_name, kind=Unit.Kind.GOVERNMENT, by=None, at=at
    )
    told = []
    for role, person in people.items():
        user, password = accounts.open_account(**person._asdict(), by=None, at=at)
        posts.appoint(user=user, unit=unit, role=role, starts_on=today, by=None, at=at)
        told.append((role, user, password))
    templates.take_initial_editions(by=None, at=at)
    return told
