"""重点项目: what is to be built, by whom, and the dated facts of its life."""

from datetime import datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from projects.names import sought, sounding
from projects.recorded import as_known_q
from projects.roles import NOBODY, Duties, Duty

from .spelling import HoldsInOrder
from .unit import Unit, User
from .withdrawal import IN_REGISTER, RegisterManager, Withdrawable, withdrawal_constraint

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .annual_plan import PlanVersion

models.TextField.register_lookup(HoldsInOrder)

NATIONAL_CODE = r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$"


class FocusArea(models.TextChoices):
    INDUSTRY = "INDUSTRY", _("产业升级")
    INFRASTRUCTURE = "INFRASTRUCTURE", _("基础设施")
    LIVELIHOOD = "LIVELIHOOD", _("民生保障")


class Level(models.TextChoices):
    PROVINCE = "PROVINCE", _("省级重点")
    CITY = "CITY", _("市级重点")
    DISTRICT = "DISTRICT", _("区级重点")


class ConstructionNature(models.TextChoices):
    NEW = "NEW", _("新建")
    EXTENSION = "EXTENSION", _("扩建")
    RECONSTRUCTION = "RECONSTRUCTION", _("改建")
    RENOVATION = "RENOVATION", _("技术改造")
    RELOCATION = "RELOCATION", _("迁建")
    OTHER = "OTHER", _("其他")


class Origin(models.TextChoices):
    PROMOTION = "PROMOTION", _("招商引资")
    OWN = "OWN", _("自主投资")
    RENOVATION = "RENOVATION", _("技术改造")
    GOVERNMENT = "GOVERNMENT", _("政府投资")


class IndustryRank(models.TextChoices):
    LEADING = "LEADING", _("主导产业")
    EMERGING = "EMERGING", _("新兴产业")


class UpgradeType(models.TextChoices):
    HIGH_END = "HIGH_END", _("高端化")
    INTELLIGENT = "INTELLIGENT", _("智能化")
    GREEN = "GREEN", _("绿色化")
    INTEGRATED = "INTEGRATED", _("融合化")


class ApprovalRoute(models.TextChoices):
    GOV = "GOV", _("审批")
    VERIFY = "VERIFY", _("核准")
    RECORD = "RECORD", _("备案")


class ManagementClass(models.TextChoices):
    ASSESSED = "ASSESSED", _("考核类")
    TRACKED = "TRACKED", _("跟踪服务类")


def in_units_of(duties: Duties, duty: Duty) -> Q:
    """The projects led or answered for by a unit in which this duty is held."""
    found = Q(pk__in=[])
    for path in duties.unit_paths(duty):
        found |= Q(lead_unit__path__startswith=path) | Q(responsible_unit__path__startswith=path)
    return found


def seen_by(user: "User | AnonymousUser") -> Q:
    """The projects this person may see, as one condition on KeyProject."""
    duties = getattr(user, "duties", NOBODY)
    if duties.include(Duty.READ_DISTRICT):
        return Q()
    seen = in_units_of(duties, Duty.READ_UNIT)
    if duties.include(Duty.READ_OWN):
        seen |= Q(responsible_person=user) | Q(liaison=user)
    return seen


def matching(words: str, prefix: str = "") -> Q:
    """Every word occurs in the name or a code, or sounds like a part of the name (``names.sought``)."""
    return reduce(and_, (_occurring(word, f"{prefix}search_text") for word in words.lower().split()), Q())


def _occurring(word: str, column: str) -> Q:
    occurs, sounds = Q(**{f"{column}__contains": word}), sought(word)
    if not sounds:
        return occurs
    return occurs | Q(**{f"{column}__holds_in_order": sounding(word)}, **{f"{column}__regex": sounds})


class KeyProjectQuerySet(models.QuerySet["KeyProject"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(seen_by(user))

    def reviewed_by(self, user: User) -> Self:
        """Whose stages this person may close: the office any, a reviewer those the own units lead or answer for."""
        if user.duties.include(Duty.EDIT_REGISTER):
            return self
        return self.filter(in_units_of(user.duties, Duty.CLOSE_STAGE))

    def with_people(self) -> Self:
        return self.select_related("lead_unit", "town", "responsible_person", "linked_leader")

    def with_total_investment(self, *, known_at: datetime | None = None) -> Self:
        """``total_investment`` (万元) as known then (None: now); None while none was recorded."""
        known = FilteredRelation("budget_revisions", condition=as_known_q(known_at, "budget_revisions__"))
        return self.alias(budget=known).annotate(total_investment=F("budget__total_investment"))

    def with_plan(self, version: "PlanVersion | None") -> Self:
        """``annual_plan_amount`` (万元) and ``plan_category`` in this edition of the plan; None outside of it."""
        entry = FilteredRelation("plan_entries", condition=Q(plan_entries__version=version))
        return self.alias(plan=entry).annotate(
            annual_plan_amount=F("plan__annual_plan_amount"), plan_category=F("plan__category")
        )

    def matching(self, words: str) -> Self:
        return self.filter(matching(words))

    def counted(self) -> Self:
        """Packages hold no figures of their own: they are not counted beside their children (按子项)."""
        return self.filter(is_package=False)


class KeyProject(Withdrawable):
    """One key project. Its figures and dates are facts of their own; here is what names and places it.

    A package (打包项目) has children and no figures of its own. Amounts are 万元.
    """

    code = models.CharField(_("项目编号"), max_length=40)
    name = models.CharField(_("项目名称"), max_length=200)
    sort_key = models.CharField(max_length=400, editable=False)
    search_text = models.TextField(editable=False)
    national_code = models.CharField(  # noqa: DJ001 - None while there is none: unique among those that have one
        _("国家统一项目代码"),
        max_length=24,
        null=True,
        blank=True,
        validators=[RegexValidator(NATIONAL_CODE, _("国家统一项目代码应为 24 位，形如 2509-320193-89-01-544060。"))],
    )
    is_package = models.BooleanField(_("打包项目"), default=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("所属打包项目")
    )

    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="led_projects", verbose_name=_("牵头单位"))
    responsible_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answered_projects",
        verbose_name=_("责任单位"),
    )
    support_units = models.ManyToManyField(
        Unit, blank=True, related_name="supported_projects", verbose_name=_("配合单位")
    )
    owner_org = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="owned_projects", verbose_name=_("业主单位")
    )
    contractor = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="built_projects", verbose_name=_("施工单位")
    )
    supervisor_org = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supervised_projects",
        verbose_name=_("监理单位"),
    )
    town = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="local_projects", verbose_name=_("属地镇街")
    )
    linked_leader = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="linked_projects",
        verbose_name=_("包联领导"),
    )
    responsible_person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="own_projects", verbose_name=_("责任人")
    )
    liaison = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="liaison_projects", verbose_name=_("联络人")
    )

    focus_area = models.CharField(_("重点领域"), max_length=14, choices=FocusArea)
    industry = models.CharField(_("行业"), max_length=50, blank=True)
    industry_rank = models.CharField(_("产业地位"), max_length=10, choices=IndustryRank, blank=True)
    level = models.CharField(_("级别"), max_length=10, choices=Level, default=Level.DISTRICT)
    is_flagship = models.BooleanField(_("龙头项目"), default=False)
    management_class = models.CharField(
        _("管理类别"), max_length=10, choices=ManagementClass, default=ManagementClass.ASSESSED
    )
    construction_nature = models.CharField(
        _("建设性质"), max_length=14, choices=ConstructionNature, default=ConstructionNature.NEW
    )
    approval_route = models.CharField(_("审批方式"), max_length=6, choices=ApprovalRoute, blank=True)
    origin = models.CharField(_("项目来源"), max_length=10, choices=Origin, blank=True)
    investor = models.CharField(_("投资方"), max_length=100, blank=True)
    upgrade_type = models.CharField(_("升级类型"), max_length=12, choices=UpgradeType, blank=True)
    is_high_technology = models.BooleanField(_("技术含量高"), default=False)
    is_high_added_value = models.BooleanField(_("附加值高"), default=False)
    has_strong_pull = models.BooleanField(_("带动力强"), default=False)

    location = models.CharField(_("建设地点"), max_length=200, blank=True)
    longitude = models.DecimalField(
        _("经度"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    latitude = models.DecimalField(
        _("纬度"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    scale = models.TextField(_("建设内容及规模"), blank=True)
    built_from = models.PositiveSmallIntegerField(_("建设起始年"), null=True, blank=True)
    built_to = models.PositiveSmallIntegerField(_("建设终止年"), null=True, blank=True)
    note = models.TextField(_("备注"), blank=True)

    source = models.CharField(_("台账来源"), max_length=50, blank=True, editable=False)
    source_key = models.CharField(_("台账键"), max_length=300, blank=True, editable=False)
    source_digest = models.CharField(_("台账原话摘要"), max_length=32, blank=True, editable=False)

    objects = RegisterManager.from_queryset(KeyProjectQuerySet)()

    class Meta:
        verbose_name = verbose_name_plural = _("重点项目")
        ordering = ["sort_key", "code"]
        indexes = [
            models.Index(fields=["sort_key", "code"], name="key_project_in_order"),
            # All that counting the whole register reads of a project: half the time of its wide rows.
            models.Index(
                fields=["id"], include=["parent", "is_package"], condition=IN_REGISTER, name="key_project_counted"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(national_code__isnull=True) | Q(national_code__regex=NATIONAL_CODE),
                name="key_project_national_code_format",
            ),
            models.CheckConstraint(
                condition=Q(is_package=False) | Q(parent__isnull=True),
                name="key_project_package_has_no_parent",
                violation_error_message=_("打包项目不能再属于另一个打包项目。"),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="key_project_not_its_own_parent",
                violation_error_message=_("项目不能属于它自己。"),
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
                name="key_project_both_coordinates",
                violation_error_message=_("经度和纬度须同时填写，或同时留空。"),
            ),
            models.CheckConstraint(
                condition=Q(built_from__isnull=True) | Q(built_to__isnull=True) | Q(built_to__gte=F("built_from")),
                name="key_project_years_in_order",
                violation_error_message=_("建设终止年不能早于起始年。"),
            ),
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source="") & IN_REGISTER,
                name="key_project_one_per_source_key",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=IN_REGISTER,
                name="key_project_coded_once",
                violation_error_code="unique",
                violation_error_message=_("该项目编号已被使用。"),
            ),
            models.UniqueConstraint(
                fields=["national_code"],
                condition=IN_REGISTER,
                name="key_project_one_per_national_code",
                violation_error_code="unique",
                violation_error_message=_("该国家统一项目代码已登记在另一项目上。"),
            ),
            withdrawal_constraint("key_project"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_answered_for_by(self, user: User) -> bool:
        return user.pk in (self.responsible_person_id, self.liaison_id)
