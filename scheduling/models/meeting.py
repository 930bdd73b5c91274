"""调度会: routine, on site and on one hard matter; its agenda, who came, and minutes that are locked once issued."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import KeyProject, Unit, User
from projects.roles import Duty

from .problem import Problem
from .report_period import ReportPeriod


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """All for those who read the district; else those called by the own units, and those one has to do with."""
        duties = user.duties
        if duties.include(Duty.READ_DISTRICT):
            return self
        seen = Q(pk__in=AgendaItem.objects.filter(concerning(user)).values("meeting")) | Q(chair=user)
        for path in duties.unit_paths(Duty.READ_UNIT):
            seen |= Q(unit__path__startswith=path)
            seen |= Q(pk__in=Attendance.objects.filter(unit__path__startswith=path).values("meeting"))
        return self.filter(seen)

    def run_by(self, user: User) -> Self:
        """Those of whose calling side this person is: the office of any, a reviewer of those of the own units."""
        duties = user.duties
        if duties.include(Duty.CALL_MEETING) and duties.include(Duty.READ_DISTRICT):
            return self
        run = Q(pk__in=[])
        for path in duties.unit_paths(Duty.CALL_MEETING):
            run |= Q(unit__path__startswith=path)
        return self.filter(run)

    def standing(self) -> Self:
        return self.exclude(state=Meeting.State.CANCELLED)


class Meeting(models.Model):
    """``unit`` calls it; None: the district office."""

    class Kind(models.TextChoices):
        WEEKLY = "WEEKLY", _("周调度")
        ONSITE = "ONSITE", _("现场调度")
        TOPICAL = "TOPICAL", _("专题调度")
        MONTHLY = "MONTHLY", _("月调度")

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("待召开")
        HELD = "HELD", _("待印发纪要")
        ISSUED = "ISSUED", _("纪要已印发")
        CANCELLED = "CANCELLED", _("已取消")

    kind = models.CharField(_("会议类别"), max_length=8, choices=Kind)
    title = models.CharField(_("会议名称"), max_length=100)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("召集单位")
    )
    period = models.ForeignKey(
        ReportPeriod, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("报告期")
    )
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="following", verbose_name=_("上次会议")
    )
    chair = models.ForeignKey(User, models.PROTECT, related_name="chaired_meetings", verbose_name=_("主持人"))
    held_at = models.DateTimeField(_("会议时间"))
    place = models.CharField(_("会议地点"), max_length=100)
    inputs_due_at = models.DateTimeField(_("材料报送截止"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=9, choices=State, default=State.PLANNED)
    cancelled_reason = models.CharField(_("取消原因"), max_length=500, blank=True)
    minutes = models.TextField(_("会议纪要"), blank=True)
    minutes_number = models.CharField(_("纪要编号"), max_length=40, blank=True)
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("召集人"))
    called_at = models.DateTimeField(_("通知时间"))
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("印发人")
    )
    issued_at = models.DateTimeField(_("印发时间"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("调度会")
        ordering = ["-held_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ISSUED", issued_at__isnull=False, issued_by__isnull=False)
                & ~Q(minutes="")
                & ~Q(minutes_number="")
                | (~Q(state="ISSUED") & Q(issued_at__isnull=True, issued_by__isnull=True, minutes_number="")),
                name="meeting_issued_with_minutes",
            ),
            models.CheckConstraint(
                condition=(Q(state="CANCELLED") & ~Q(cancelled_reason=""))
                | (~Q(state="CANCELLED") & Q(cancelled_reason="")),
                name="meeting_cancelled_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(inputs_due_at__isnull=True) | Q(inputs_due_at__lte=F("held_at")),
                name="meeting_reads_what_was_handed_in",
                violation_error_message=_("材料报送截止不能晚于会议时间。"),
            ),
            models.UniqueConstraint(
                fields=["minutes_number"], condition=~Q(minutes_number=""), name="meeting_minutes_number_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "period"],
                condition=Q(kind="WEEKLY") & ~Q(state="CANCELLED"),
                name="meeting_one_weekly_per_unit_and_period",
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(kind="WEEKLY", unit__isnull=True) & ~Q(state="CANCELLED"),
                name="meeting_one_weekly_of_the_district",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def takes_inputs(self, *, at: datetime) -> bool:
        """Until the hour they are due; where none was set, until it is held."""
        return self.state == self.State.PLANNED and at <= (self.inputs_due_at or self.held_at)


def concerning(user: User) -> Q:
    """Items about projects this person sees, and about matters given to this person or the own units."""
    duties = user.duties
    found = Q(project__in=KeyProject.objects.visible_to(user)) | Q(decision__owner_person=user)
    for path in duties.unit_paths(Duty.READ_UNIT):
        found |= Q(decision__owner_unit__path__startswith=path) | Q(problem__court_unit__path__startswith=path)
    return found


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: User) -> Self:
        """All to those who read the district or the unit that calls; to others what concerns them or no project."""
        duties = user.duties
        if duties.include(Duty.READ_DISTRICT):
            return self
        seen = concerning(user) | Q(project__isnull=True, problem__isnull=True, decision__isnull=True)
        for path in duties.unit_paths(Duty.READ_UNIT):
            seen |= Q(meeting__unit__path__startswith=path)
        return self.filter(seen, meeting__in=Meeting.objects.visible_to(user))

    def answered_by(self, user: User) -> Self:
        """Those for which this person hands in what the meeting is to read before."""
        if not user.duties.include(Duty.CARRY_OUT):
            return self.none()
        return self.filter(concerning(user), meeting__in=Meeting.objects.visible_to(user))

    def awaiting_input(self, *, at: datetime) -> Self:
        """Nothing handed in yet, and the time for it is not over."""
        return self.filter(input="", meeting__state=Meeting.State.PLANNED, meeting__inputs_due_at__gt=at)


class AgendaItem(models.Model):
    """One matter of a meeting; ``why`` says what put it there, ``input`` is what the unit hands in before."""

    class Kind(models.TextChoices):
        OPEN_DECISION = "OPEN_DECISION", _("上次议定未销号事项")
        NEWLY_OVERDUE = "NEWLY_OVERDUE", _("新增滞后和逾期")
        UNANSWERED = "UNANSWERED", _("超期未答复的协调请求")
        MUST_START = "MUST_START", _("本周必须开工的事项")
        MISSING_REPORT = "MISSING_REPORT", _("未报周报")
        PROBLEM = "PROBLEM", _("需协调问题")
        PROJECT = "PROJECT", _("项目进展")
        OTHER = "OTHER", _("其他")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("序号"))
    kind = models.CharField(_("类别"), max_length=14, choices=Kind)
    project = models.ForeignKey(
        KeyProject, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("项目")
    )
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("问题")
    )
    decision = models.ForeignKey(
        "Decision", models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("议定事项")
    )
    subject = models.CharField(_("议题"), max_length=200)
    why = models.CharField(_("列入原因"), max_length=300, blank=True)
    input = models.TextField(_("会前材料"), blank=True)
    input_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    input_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("会议意见"), blank=True)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("议题")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(input="", input_by__isnull=True, input_at__isnull=True)
                | Q(input_by__isnull=False, input_at__isnull=False),
                name="agenda_item_input_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class Attendance(models.Model):
    """A unit or a contractor at a meeting. ``organisation`` names it as invited, registered here or not."""

    class Presence(models.TextChoices):
        INVITED = "INVITED", _("应到")
        PRESENT = "PRESENT", _("出席")
        OBSERVER = "OBSERVER", _("列席")
        EXCUSED = "EXCUSED", _("请假")
        ABSENT = "ABSENT", _("缺席")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    organisation = models.CharField(_("参会单位"), max_length=100)
    person = models.CharField(_("参会人员"), max_length=100, blank=True)
    presence = models.CharField(_("到会"), max_length=8, choices=Presence, default=Presence.INVITED)

    class Meta:
        verbose_name = verbose_name_plural = _("到会情况")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organisation"], name="attendance_once_per_organisation")
        ]
