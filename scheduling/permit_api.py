"""What machines may ask of the permits, within what the person signed in may see."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from projects.errors import RuleViolation
from projects.gate import READERS, requires
from projects.models import KeyProject, PermitPhase, PermitState
from scheduling.api import REFUSED, led_by
from scheduling.as_of import asked
from scheduling.permit_board import BoardRow, Concern, Scope, board
from scheduling.permit_sheet import as_record, with_projects

_YES_NO = {"true": True, "1": True, "false": False, "0": False}


class PermitRecord(serializers.Serializer):
    project_code = serializers.CharField(help_text="项目编号")
    project_name = serializers.CharField(help_text="项目名称")
    lead_unit = serializers.CharField(help_text="牵头单位")
    permit = serializers.CharField(help_text="审批事项")
    phase = serializers.CharField(help_text="审批阶段")
    phase_code = serializers.ChoiceField(PermitPhase.choices, help_text="审批阶段代码")
    agency = serializers.CharField(allow_blank=True, help_text="审批部门，没有登记时为空")
    is_required_for_start = serializers.BooleanField(help_text="是否开工必备")
    status = serializers.CharField(help_text="截至日当天的状态")
    status_code = serializers.ChoiceField(PermitState.Status.choices, help_text="状态代码")
    limit_days = serializers.IntegerField(allow_null=True, help_text="办理时限，有承诺时限的为承诺时限")
    counts_working_days = serializers.BooleanField(help_text="时限是否按工作日计")
    accepted_on = serializers.DateField(allow_null=True, help_text="受理日期")
    due_on = serializers.DateField(allow_null=True, help_text="应办结日期，中止期间为空")
    days_used = serializers.IntegerField(min_value=0, help_text="已用时限，不含中止")
    days_left = serializers.IntegerField(allow_null=True, help_text="剩余时限，负数为超时")
    is_overdue = serializers.BooleanField(help_text="是否逾期，从应办结日期的次日起")
    finished_on = serializers.DateField(allow_null=True, help_text="办结日期")
    document_number = serializers.CharField(allow_blank=True, help_text="批准文号")
    expires_on = serializers.DateField(allow_null=True, help_text="有效期至")


class Permits(GenericAPIView):
    serializer_class = PermitRecord
    filter_backends: Sequence[Any] = ()

    @extend_schema(
        operation_id="permits",
        summary="审批手续",
        description="某日未办结、不予许可和过期的审批事项，最紧要的在前；可问任何一天，以及当时所知的情况。",
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE, description="截至哪一天，默认今天"),
            OpenApiParameter(
                "known_at", OpenApiTypes.DATETIME, description="按哪一时刻所知，默认现在；不带时区的为北京时间"
            ),
            OpenApiParameter("overdue", bool, description="true 只要逾期的，false 只要没有逾期的"),
            OpenApiParameter("lead_unit", str, description="牵头单位的全称或简称"),
            OpenApiParameter("agency", str, description="审批部门，与登记的名称一致"),
            OpenApiParameter("phase", str, enum=PermitPhase.values, description="审批阶段代码"),
            OpenApiParameter("status", str, enum=PermitState.Status.values, description="状态代码；办结的须写明才给出"),
        ],
        responses={200: PermitRecord(many=True), **REFUSED},
    )
    @method_decorator(requires(*READERS))
    def get(self, request: Request) -> Response:
        found = with_projects(self.paginate_queryset(_asked(request)))  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer([as_record(each) for each in found], many=True).data)


def _asked(request: Request) -> Sequence[BoardRow]:
    try:
        as_of = asked(request.GET, today=timezone.localdate())
        scope = _scope(request)
    except RuleViolation as refusal:
        raise ValidationError({"detail": refusal.message}) from refusal
    return board(scope, on=as_of.on, known_at=as_of.known_at).rows


def _scope(request: Request) -> Scope:
    projects = led_by(request.GET.get("lead_unit", ""), KeyProject.objects.visible_to(request.user))
    words = {
        "phase": _code(request, "phase", PermitPhase.values),
        "status": _code(request, "status", PermitState.Status.values),
        "agency": request.GET.get("agency", ""),
    }
    return Scope(projects, concerns=_concerns(request.GET.get("overdue", "")), **words)


def _concerns(overdue: str) -> frozenset[Concern] | None:
    if not overdue:
        return None
    if overdue.lower() not in _YES_NO:
        raise RuleViolation(_("overdue 只能是 true 或 false。"))
    late = frozenset({Concern.OVERDUE})
    return late if _YES_NO[overdue.lower()] else frozenset(Concern) - late


def _code(request: Request, name: str, known: Sequence[str]) -> str:
    code = request.GET.get(name, "")
    if code and code not in known:
        said = {"name": name, "code": code[:40], "known": "、".join(known)}
        raise RuleViolation(_("%(name)s 没有“%(code)s”，可用：%(known)s。") % said)
    return code
