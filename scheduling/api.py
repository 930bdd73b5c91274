"""What machines may ask of the schedule, within what the person signed in may see."""

from collections.abc import Sequence
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
from scheduling.as_of import asked
from scheduling.overdue import ProjectLate, Scope, overdue_list, with_projects
from scheduling.records import as_record
from scheduling.sheets import OverdueRow


class OverdueMilestone(serializers.Serializer):
    project_code = serializers.CharField(help_text="项目编号")
    project_name = serializers.CharField(help_text="项目名称")
    stage = serializers.CharField(help_text="阶段")
    stage_code = serializers.ChoiceField(Stage.choices, help_text="阶段代码")
    milestone = serializers.CharField(help_text="节点名称")
    planned_on = serializers.DateField(help_text="批准日期")
    original_on = serializers.DateField(help_text="原定日期")
    days_late = serializers.IntegerField(min_value=1, help_text="逾期天数，从批准日期次日起算，扣除经批准的停缓建天数")
    lead_unit = serializers.CharField(help_text="牵头单位")
    responsible_person = serializers.CharField(allow_blank=True, help_text="责任人，没有登记时为空")
    linked_leader = serializers.CharField(allow_blank=True, help_text="包联领导，没有登记时为空")


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
        summary="逾期节点",
        description="某日逾期的全部节点，最严重的在前；可问任何一天，以及当时所知的情况。",
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE, description="截至哪一天，默认今天"),
            OpenApiParameter(
                "known_at", OpenApiTypes.DATETIME, description="按哪一时刻所知，默认现在；不带时区的为北京时间"
            ),
            OpenApiParameter("lead_unit", str, description="牵头单位的全称或简称"),
            OpenApiParameter("stage", str, enum=Stage.values, description="阶段代码"),
        ],
        responses={200: OverdueMilestone(many=True), **REFUSED},
    )
    @method_decorator(requires(*READERS))
    def get(self, request: Request) -> Response:
        found = with_projects(self.paginate_queryset(_asked(request)))  # type: ignore[arg-type]
        return self.get_paginated_response(
            self.get_serializer([as_record(OverdueRow(*each)) for each in found], many=True).data
        )


def _asked(request: Request) -> Sequence[ProjectLate]:
    today = timezone.localdate()
    try:
        as_of = asked(request.GET, today=today)
        scope = Scope(
            led_by(request.GET.get("lead_unit", ""), _seen(request)), stage=_stage(request.GET.get("stage", ""))
        )
    except RuleViolation as refusal:
        raise ValidationError({"detail": refusal.message}) from refusal
    return overdue_list(scope, on=as_of.on, known_at=as_of.known_at, today=today).milestones()


def _seen(request: Request) -> KeyProjectQuerySet:
    return KeyProject.objects.visible_to(request.user)


def led_by(name: str, projects: KeyProjectQuerySet) -> KeyProjectQuerySet:
    if not name:
        return projects
    unit = Unit.objects.filter(Q(name=name) | Q(short_name=name)).first()
    if unit is None:
        raise RuleViolation(_("没有名为“%s”的单位，请用全称或简称。") % name[:40])
    return projects.filter(lead_unit=unit)


def _stage(code: str) -> str:
    if code and code not in Stage.values:
        raise RuleViolation(
            _("没有阶段“%(code)s”，可用：%(known)s。") % {"code": code[:40], "known": "、".join(Stage.values)}
        )
    return code
