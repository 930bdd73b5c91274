"""任职: the security administrator gives and ends posts; what a person may do follows from them alone."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from projects import audit, roles
from projects.errors import NotAllowed, RuleViolation
from projects.models import Post, Unit, User
from projects.roles import Role


@transaction.atomic
def appoint(
    *, user: User, unit: Unit, role: Role, starts_on: date, title: str = "", by: User | None, at: datetime
) -> Post:
    """Give a role in a unit from a day on. ``by`` None is the set-up of a new installation.

    Refused to oneself, and where the roles held from that day on do not go together (三员分立).
    """
    _refuse_own(user, by)
    user = User.objects.select_for_update().get(pk=user.pk)  # one appointment of a person at a time
    if not user.is_active:
        raise RuleViolation(f"{user.full_name}的账号已停用，请先由系统管理员重新启用。")
    if not unit.is_active:
        raise RuleViolation(f"“{unit.name}”已停用，不能再任职。")
    standing = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on), user=user)
    if standing.filter(unit=unit, role=role).exists():
        raise RuleViolation(f"{user.full_name}已在“{unit.name}”担任{role.label}，请先结束原任职。")
    if reason := roles.clash([role, *map(Role, standing.values_list("role", flat=True))]):
        raise RuleViolation(f"不能任命{user.full_name}为{role.label}：{reason}")
    post = Post.objects.create(user=user, unit=unit, role=role, title=title, starts_on=starts_on)
    changes = audit.in_words(None, post, ["unit", "role", "title", "starts_on"])
    audit.record("post.given", user, by=by, at=at, changes=changes)
    return post


@transaction.atomic
def end_post(*, post: Post, ends_on: date, by: User, at: datetime) -> None:
    """离任: ``ends_on`` is the last day of the post."""
    post = Post.objects.select_for_update().select_related("user", "unit").get(pk=post.pk)
    _refuse_own(post.user, by)
    if post.ends_on:
        raise RuleViolation(f"该任职已于 {post.ends_on} 结束，无须再办理。")
    if ends_on < post.starts_on:
        raise RuleViolation(f"离任日期不能早于任职日期 {post.starts_on}。")
    post.ends_on = ends_on
    post.save(update_fields=["ends_on"])
    changes = {"任职": str(post), "离任日期": [None, ends_on]}
    audit.record("post.ended", post.user, by=by, at=at, changes=changes)


def _refuse_own(user: User, by: User | None) -> None:
    if user == by:
        raise NotAllowed("不能为自己任免角色，请由另一名安全管理员办理。")
