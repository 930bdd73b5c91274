"""单位、人员、任职: the organisation tree, the people, and the posts they hold."""

from datetime import date, datetime
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.roles import NOBODY, Duties, Duty, Holding, Role

from .withdrawal import IN_REGISTER, RegisterManager, Withdrawable, withdrawal_constraint


def reads_directory(user: "User") -> bool:
    """Whoever reads the whole district, and those who keep its accounts and roles."""
    duties = getattr(user, "duties", NOBODY)
    return any(map(duties.include, (Duty.READ_DISTRICT, Duty.MANAGE_ACCOUNTS, Duty.GRANT_ROLES)))


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, user: "User") -> Self:
        return self if reads_directory(user) else self.none()

    def active(self) -> Self:
        return self.filter(is_active=True)

    def leading(self) -> Self:
        """Units that can lead a project: those of the government, not contractors."""
        return self.exclude(kind=Unit.Kind.ENTERPRISE)

    def towns(self) -> Self:
        return self.filter(kind=Unit.Kind.TOWN)

    def within(self, unit: "Unit") -> Self:
        """The unit and all below it."""
        return self.filter(path__startswith=unit.path)


class Unit(Withdrawable):
    class Kind(models.TextChoices):
        GOVERNMENT = "GOVERNMENT", _("区领导机构")
        DEPARTMENT = "DEPARTMENT", _("部门")
        TOWN = "TOWN", _("镇街")
        PARK = "PARK", _("园区")
        PLATFORM = "PLATFORM", _("国企平台")
        ENTERPRISE = "ENTERPRISE", _("企业")

    name = models.CharField(_("单位名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=30, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级单位")
    )
    path = models.CharField(_("层级路径"), max_length=200, unique=True, editable=False)
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)
    is_active = models.BooleanField(_("在用"), default=True)

    objects = RegisterManager.from_queryset(UnitQuerySet)()

    class Meta:
        verbose_name = verbose_name_plural = _("单位")
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
            models.CheckConstraint(condition=Q(path__endswith="/"), name="unit_path_is_a_path"),
            models.UniqueConstraint(
                fields=["name"],
                condition=IN_REGISTER,
                name="unit_named_once",
                violation_error_code="unique",
                violation_error_message=_("已有同名单位，不能重复登记。"),
            ),
            withdrawal_constraint("unit"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        return self if reads_directory(user) else self.none()

    def matching(self, words: str) -> Self:
        """By name, account, or pinyin as sorted."""
        return self.filter(
            Q(full_name__icontains=words) | Q(username__icontains=words) | Q(sort_key__icontains=words.lower())
        )

    def unused_since(self, moment: datetime) -> Self:
        """Open accounts nobody has signed in with since; a new one counts from when its password was issued."""
        never = Q(last_login__isnull=True, password_changed_at__lt=moment)
        return self.filter(Q(last_login__lt=moment) | never, is_active=True)


class User(AbstractBaseUser):
    """A person. Accounts are never shared; what a person may do comes from the posts held today."""

    username = models.CharField(
        _("账号"), max_length=50, unique=True, error_messages={"unique": _("该账号已存在，请换一个。")}
    )
    full_name = models.CharField(_("姓名"), max_length=50)
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)
    office_phone = models.CharField(_("办公电话"), max_length=30, blank=True)
    email = models.EmailField(_("办公邮箱"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=True)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    objects = BaseUserManager.from_queryset(UserQuerySet)()

    duties: Duties  # what this person may do today; the edge puts it here (config/middleware.py)

    class Meta:
        verbose_name = verbose_name_plural = _("人员")
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.full_name


class PasswordHistory(models.Model):
    """Earlier passwords, hashed, so that the last few are not used again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="earlier_passwords")
    encoded = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-set_at"]


def in_force_on(day: date, prefix: str = "") -> Q:
    """Posts held on this day; their first and their last day belong to them."""
    without_end = Q(**{f"{prefix}ends_on__isnull": True})
    return Q(**{f"{prefix}starts_on__lte": day}) & (without_end | Q(**{f"{prefix}ends_on__gte": day}))


class PostQuerySet(models.QuerySet["Post"]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(in_force_on(on))


class Post(models.Model):
    """任职: who holds which role in which unit, from which day to which."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("人员"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("单位"))
    role = models.CharField(_("角色"), max_length=12, choices=Role)
    title = models.CharField(_("职务"), max_length=50, blank=True)
    starts_on = models.DateField(_("任职日期"))
    ends_on = models.DateField(_("离任日期"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_it_starts",
            ),
            models.UniqueConstraint(fields=["user", "unit", "role", "starts_on"], name="post_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}（{self.unit}）"


def duties_of(user: User, *, on: date) -> Duties:
    """What this person may do on this day: one query."""
    posts = Post.objects.in_force(on=on).filter(user=user, user__is_active=True, unit__is_active=True)
    return Duties(tuple(Holding(Role(role), path) for role, path in posts.values_list("role", "unit__path")))
