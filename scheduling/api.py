"""What machines may ask of the schedule, within what the person signed in may see."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from projects.errors import RuleViolation
from projects.gate import READERS, requires
from projects.models import KeyProject, Stage, Unit
from projects.models.key_project import KeyProjectQuerySet
from scheduling.as_of import AsOf, asked
from scheduling.last_week import last_week
from scheduling.lateness import told
from scheduling.overdue import OverdueList, ProjectLate, Scope, overdue_list, with_projects
from scheduling.overdue_words import OverdueRow
from scheduling.project_days import AsKnown
from scheduling.records import as_full_record
from scheduling.standing import KIND_WORDS, Late

_ALL = "ALL"


class DaysOfUnit(serializers.Serializer):
    unit = serializers.CharField(help_text="单位")
    days = serializers.IntegerField(help_text="天数")


class DaysSplit(serializers.Serializer):
    own = serializers.IntegerField(help_text="自身")
    others = DaysOfUnit(many=True, help_text="其他单位")
    weather = serializers.IntegerField(help_text="天气")
    force_majeure = serializers.IntegerField(help_text="不可抗力")
    paused = serializers.IntegerField(help_text="其他批准的停缓建")


class OverdueMilestone(serializers.Serializer):
    project_code = serializers.CharField(help_text="项目编号")
    project_name = serializers.CharField(help_text="项目名称")
    stage = serializers.CharField(allow_blank=True, help_text="阶段，不属于任何阶段时为空")
    stage_code = serializers.ChoiceField(Stage.choices, allow_blank=True, help_text="阶段代码")
    milestone = serializers.CharField(allow_blank=True, help_text="节点或其他逾期事项的名称")
    planned_on = serializers.DateField(help_text="批准日期")
    original_on = serializers.DateField(allow_null=True, help_text="原定日期，投资滞后没有")
    days_late = serializers.IntegerField(min_value=1, help_text="逾期天数，从批准日期次日起算，扣除经批准的停缓建天数")
    lead_unit = serializers.CharField(help_text="牵头单位")
    responsible_person = serializers.CharField(allow_blank=True, help_text="责任人，没有登记时为空")
    linked_leader = serializers.CharField(allow_blank=True, help_text="包联领导，没有登记时为空")
    kind = serializers.CharField(help_text="类别")
    kind_code = serializers.ChoiceField(list(KIND_WORDS.items()), help_text="类别代码")
    forecast_on = serializers.DateField(allow_null=True, help_text="预计日期")
    days_late_original = serializers.IntegerField(help_text="较原定日期晚的天数，扣除同上")
    replans = serializers.IntegerField(allow_null=True, help_text="改期次数，节点和阶段目标才有")
    split = DaysSplit(allow_null=True, help_text="批准日期次日起的天数是谁的，节点才有")
    gap_amount = serializers.DecimalField(
        16, 4, allow_null=True, rounding=ROUND_HALF_UP, help_text="投资欠额，万元，投资滞后才有"
    )
    gap_points = serializers.DecimalField(
        7, 2, allow_null=True, rounding=ROUND_HALF_UP, help_text="欠额占年度计划，个百分点，投资滞后才有"
    )
    sentence = serializers.CharField(help_text="截至某日仍未完成什么")
    cause = serializers.CharField(allow_blank=True, help_text="原因")
    promise = serializers.CharField(allow_blank=True, help_text="承诺")
    is_new = serializers.BooleanField(allow_null=True, help_text="上周末尚未逾期；没有可比数据时为空")


class Refusal(serializers.Serializer):
    detail = serializers.CharField(help_text="不能办理的原因")


REFUSED = {
    400: OpenApiResponse(Refusal, description="参数有误"),
    403: OpenApiResponse(Refusal, description="没有登录或没有权限"),
    404: OpenApiResponse(Refusal, description="没有这一页"),
}


class OverdueMilestones(GenericAPIView):
    serializer_class = OverdueMilestone
    filter_backends: Sequence[Any] = ()

    @extend_schema(
        operation_id="overdue",
        summary="逾期节点和其他逾期事项",
        description="某日逾期的全部节点，最严重的在前；可问任何一天，以及当时所知的情况。"
        "用 kind 可问其他类别或全部逾期事项。",
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE, description="截至哪一天，默认今天"),
            OpenApiParameter(
                "known_at", OpenApiTypes.DATETIME, description="按哪一时刻所知，默认现在；不带时区的为北京时间"
            ),
            OpenApiParameter("lead_unit", str, description="牵头单位的全称或简称"),
            OpenApiParameter("stage", str, enum=Stage.values, description="阶段代码"),
            OpenApiParameter(
                "kind", str, enum=[*KIND_WORDS, _ALL], description="类别代码，ALL 为全部；不带时只有节点，不含阶段目标"
            ),
        ],
        responses={200: OverdueMilestone(many=True), **REFUSED},
    )
    @method_decorator(requires(*READERS))
    def get(self, request: Request) -> Response:
        as_of, late = _asked(request)
        items = late.items() if request.GET.get("kind") else late.milestones()
        rows = _told(self.paginate_queryset(items), as_of, late)  # type: ignore[arg-type]
        records = [as_full_record(row, on=as_of.on) for row in rows]
        return self.get_paginated_response(self.get_serializer(records, many=True).data)


def _asked(request: Request) -> tuple[AsOf, OverdueList]:
    today = timezone.localdate()
    try:
        as_of = asked(request.GET, today=today)
        scope = Scope(
            led_by(request.GET.get("lead_unit", ""), _seen(request)),
            stage=_stage(request.GET.get("stage", "")),
            kind=_kind(request.GET.get("kind", "")),
        )
    except RuleViolation as refusal:
        raise ValidationError({"detail": refusal.message}) from refusal
    return as_of, overdue_list(scope, on=as_of.on, known_at=as_of.known_at, today=today)


def _told(found: Sequence[ProjectLate], as_of: AsOf, late: OverdueList) -> Iterator[OverdueRow]:
    """These items in this order, with what is told of them."""
    by_project: dict[int, list[Late]] = defaultdict(list)
    for each in found:
        by_project[each.project_id].append(each.late)
    then = last_week(KeyProject.objects.filter(pk__in=by_project), before=as_of.on, at=as_of.known_at)
    known = AsKnown.past(as_of.on, known_at=as_of.known_at)
    every = told(by_project, known, verdicts=late.verdicts(by_project), last_week=then)
    by_key = {each.late.item.key: each for items in every.values() for each in items}
    yield from (OverdueRow(project, by_key[each.item.key]) for project, each in with_projects(found))


def _seen(request: Request) -> KeyProjectQuerySet:
    return KeyProject.objects.visible_to(request.user)


def led_by(name: str, projects: KeyProjectQuerySet) -> KeyProjectQuerySet:
    if not name:
        return projects
    unit = Unit.objects.filter(Q(name=name) | Q(short_name=name)).first()
    if unit is None:
        raise RuleViolation(_("没有名为“%s”的单位，请用全称或简称。") % name[:40])
    return projects.filter(lead_unit=unit)


def _kind(code: str) -> str:
    known = [*KIND_WORDS, _ALL]
    if code and code not in known:
        raise RuleViolation(_("没有类别“%(code)s”，可用：%(known)s。") % {"code": code[:40], "known": "、".join(known)})
    return "" if code == _ALL else code


def _stage(code: str) -> str:
    if code and code not in Stage.values:
        raise RuleViolation(
            _("没有阶段“%(code)s”，可用：%(known)s。") % {"code": code[:40], "known": "、".join(Stage.values)}
        )
    return code
