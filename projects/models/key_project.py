"""重点项目: what is to be built, by whom, and the dated facts of its life."""

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.recorded import Recorded, version_constraints
from projects.roles import Duty

from .unit import Unit, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

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


class LibraryTier(models.TextChoices):
    RESERVE = "RESERVE", _("储备")
    SIGNED = "SIGNED", _("签约")
    PREPARATION = "PREPARATION", _("前期")
    BUILDING = "BUILDING", _("在建")
    COMPLETED = "COMPLETED", _("竣工")
    EXITED = "EXITED", _("退出")


def seen_by(user: "User | AnonymousUser") -> Q:
    """The projects this person may see, as one condition on KeyProject."""
    duties = user.duties
    if duties.include(Duty.READ_DISTRICT):
        return Q()
    seen = Q(pk__in=[])
    for path in duties.unit_paths(Duty.READ_UNIT):
        seen |= Q(lead_unit__path__startswith=path) | Q(responsible_unit__path__startswith=path)
    if duties.include(Duty.READ_OWN):
        seen |= Q(responsible_person=user) | Q(liaison=user)
    return seen


class KeyProjectQuerySet(models.QuerySet["KeyProject"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(seen_by(user))

    def with_people(self) -> Self:
        return self.select_related("lead_unit", "town", "responsible_person", "linked_leader")

    def counted(self) -> Self:
        """Packages hold no figures of their own: they are not counted beside their children (按子项)."""
        return self.filter(is_package=False)


class KeyProject(models.Model):
    """One key project. Its figures and dates are facts of their own; here is what names and places it.

    A package (打包项目) has children and no figures of its own. Amounts are 万元.
    """

    Level = Level
    FocusArea = FocusArea

    code = models.CharField(
        _("项目编号"), max_length=40, unique=True, error_messages={"unique": _("该项目编号已被使用。")}
    )
    name = models.CharField(_("项目名称"), max_length=200)
    sort_key = models.CharField(max_length=400, editable=False)
    search_text = models.TextField(editable=False)
    national_code = models.CharField(
        _("国家统一项目代码"),
        max_length=24,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(NATIONAL_CODE, _("国家统一项目代码应为 24 位，形如 2509-320193-89-01-544060。"))],
        error_messages={"unique": _("该国家统一项目代码已登记在另一项目上。")},
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

    objects = KeyProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("重点项目")
        ordering = ["sort_key", "code"]
        indexes = [models.Index(fields=["sort_key", "code"], name="key_project_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(national_code__isnull=True) | Q(national_code__regex=NATIONAL_CODE),
                name="key_project_national_code_format",
            ),
            models.CheckConstraint(
                condition=Q(is_package=False) | Q(parent__isnull=True),
                name="key_project_package_has_no_parent",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="key_project_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
                name="key_project_both_coordinates",
            ),
            models.CheckConstraint(
                condition=Q(built_from__isnull=True) | Q(built_to__isnull=True) | Q(built_to__gte=F("built_from")),
                name="key_project_years_in_order",
            ),
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source=""),
                name="key_project_one_per_source_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BudgetRevision(Recorded):
    """总投资: the total investment in force; a change (调概) is a new version with its reason."""

    KEY = ("project",)

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="budget_revisions")
    total_investment = models.DecimalField(_("总投资（万元）"), max_digits=16, decimal_places=4)
    reason = models.CharField(_("调整原因"), max_length=200, blank=True)
    document_number = models.CharField(_("文号"), max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("总投资")
        constraints = [
            *version_constraints("budget_revision", "project"),
            models.CheckConstraint(condition=Q(total_investment__gte=0), name="budget_revision_not_negative"),
        ]


class ProjectDates(Recorded):
    """The dates of a project's life that count in the indices. Ceremony, start and statistics entry stay apart."""

    KEY = ("project",)

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="dates")
    ceremony_on = models.DateField(_("集中开工仪式"), null=True, blank=True)
    started_on = models.DateField(_("实际开工"), null=True, blank=True)
    stat_entry_on = models.DateField(_("入库纳统"), null=True, blank=True)
    works_finished_on = models.DateField(_("完工"), null=True, blank=True)
    accepted_on = models.DateField(_("竣工验收"), null=True, blank=True)
    handed_over_on = models.DateField(_("交付使用"), null=True, blank=True)
    commissioned_on = models.DateField(_("投产达效"), null=True, blank=True)
    evidence = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("项目关键日期")
        constraints = [
            *version_constraints("project_dates", "project"),
            models.CheckConstraint(
                condition=Q(works_finished_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(works_finished_on__gte=F("started_on")),
                name="project_dates_finish_after_start",
            ),
        ]


class TierEntry(Recorded):
    """项目库层级: the tier a project entered on a day. Leaving the list is an entry into 退出."""

    KEY = ("project", "entered_on")

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="tier_entries")
    tier = models.CharField(_("层级"), max_length=12, choices=LibraryTier)
    entered_on = models.DateField(_("进入日期"))
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    document_number = models.CharField(_("文号"), max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("入库出库")
        ordering = ["entered_on"]
        constraints = [
            *version_constraints("tier_entry", "project", "entered_on"),
            models.CheckConstraint(
                condition=~Q(tier=LibraryTier.EXITED) | ~Q(reason=""), name="tier_entry_exit_has_reason"
            ),
        ]


class Suspension(models.Model):
    """停缓建: one interruption of a project; its dates are versions."""

    project = models.ForeignKey(KeyProject, models.PROTECT, related_name="suspensions")

    class Meta:
        verbose_name = verbose_name_plural = _("停缓建")


class SuspensionDates(Recorded):
    """From ``suspended_on`` until the day before ``resumed_on``; not excused unless somebody approved it so."""

    KEY = ("suspension",)

    suspension = models.ForeignKey(Suspension, models.PROTECT, related_name="dates")
    suspended_on = models.DateField(_("停缓建日期"))
    resumed_on = models.DateField(_("复工日期"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    document_number = models.CharField(_("文号"), max_length=50, blank=True)
    excused_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准不计逾期")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("停缓建日期")
        constraints = [
            *version_constraints("suspension_dates", "suspension"),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True) | Q(resumed_on__gt=F("suspended_on")),
                name="suspension_dates_resumes_later",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="suspension_dates_has_reason"),
        ]


class FundSource(models.Model):
    """资金来源: where the money for a project is to come from. 万元."""

    class Kind(models.TextChoices):
        CENTRAL = "CENTRAL", _("中央和省级资金")
        FISCAL = "FISCAL", _("本级财政")
        SPECIAL_BOND = "SPECIAL_BOND", _("专项债券")
        LOAN = "LOAN", _("银行贷款")
        OWN = "OWN", _("企业自筹")
        FOREIGN = "FOREIGN", _("外资")
        OTHER = "OTHER", _("其他")

    project = models.ForeignKey(KeyProject, models.CASCADE, related_name="fund_sources")
    kind = models.CharField(_("资金来源"), max_length=12, choices=Kind)
    amount = models.DecimalField(_("金额（万元）"), max_digits=16, decimal_places=4)

    class Meta:
        verbose_name = verbose_name_plural = _("资金来源")
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="fund_source_once_per_kind"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="fund_source_not_negative"),
        ]


class TaskForce(models.Model):
    """工作专班: the group that follows a flagship project through its whole course."""

    project = models.OneToOneField(KeyProject, models.PROTECT, related_name="task_force")
    head = models.ForeignKey(User, models.PROTECT, related_name="headed_task_forces", verbose_name=_("专班负责人"))
    formed_on = models.DateField(_("成立日期"))
    document_number = models.CharField(_("文号"), max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("工作专班")


class TaskForceMember(models.Model):
    task_force = models.ForeignKey(TaskForce, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("成员"))
    responsibility = models.CharField(_("职责"), max_length=100)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("专班成员")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="task_force_member_ends_after_start",
            )
        ]
