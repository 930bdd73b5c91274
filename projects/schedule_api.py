"""What machines may ask of a project's schedule: the network of the edition in force, reckoned today."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from projects.backward import PlanError, Scheduled, Unit, headline, sentence
from projects.errors import RuleViolation
from projects.gate import READERS, requires
from projects.models import BackwardSchedule, KeyProject, Relation, ScheduleNode, Stage
from projects.planning import Reading, readings


class StepSerializer(serializers.Serializer):
    position = serializers.IntegerField(help_text="序号")
    name = serializers.CharField(help_text="节点名称")
    stage = serializers.CharField(source="get_stage_display", help_text="阶段")
    stage_code = serializers.ChoiceField(Stage.choices, source="stage", help_text="阶段代码")
    authority = serializers.CharField(allow_blank=True, help_text="办理部门")
    duration = serializers.IntegerField(help_text="工期")
    unit = serializers.ChoiceField([unit.value for unit in Unit], help_text="工期和时差的单位：工作日或日历天")
    is_key = serializers.BooleanField(help_text="关键节点")
    is_critical = serializers.BooleanField(help_text="在关键线路上：未完成且没有时差")
    original_on = serializers.DateField(allow_null=True, help_text="原定日期")
    approved_on = serializers.DateField(allow_null=True, help_text="批准日期")
    forecast_on = serializers.DateField(allow_null=True, help_text="负责人填报的预计日期")
    actual_on = serializers.DateField(allow_null=True, help_text="实际完成日期")
    early_start = serializers.DateField(help_text="最早开始")
    early_finish = serializers.DateField(help_text="最早完成")
    late_start = serializers.DateField(help_text="最迟开始")
    late_finish = serializers.DateField(help_text="最迟完成")
    total_float = serializers.IntegerField(help_text="总时差，为负即赶不上要求完成日期")
    free_float = serializers.IntegerField(help_text="自由时差")


class LinkSerializer(serializers.Serializer):
    predecessor = serializers.IntegerField(help_text="前置节点的序号")
    successor = serializers.IntegerField(help_text="后续节点的序号")
    kind = serializers.ChoiceField(Relation.choices, help_text="关系")
    lag = serializers.IntegerField(help_text="间隔，为负即搭接")
    unit = serializers.ChoiceField([unit.value for unit in Unit], help_text="间隔的单位")


class ScheduleSerializer(serializers.Serializer):
    project_code = serializers.CharField(help_text="项目编号")
    edition = serializers.IntegerField(help_text="现行版次")
    on = serializers.DateField(help_text="推算日")
    required_finish_on = serializers.DateField(help_text="要求完成日期")
    expected_finish_on = serializers.DateField(help_text="目前预计最早完成的日期")
    is_feasible = serializers.BooleanField(help_text="工期是否可行")
    workdays_to_spare = serializers.IntegerField(help_text="富余的工作日，为负即欠")
    headline = serializers.CharField(help_text="结论")
    sentence = serializers.CharField(help_text="说明：最迟何时、目前预计何时、卡在哪里")
    cautions = serializers.ListField(child=serializers.CharField(), help_text="提示，如某年节假日尚未公布")
    chain = serializers.ListField(child=serializers.IntegerField(), help_text="决定完成日期的节点序号，从卡点到终点")
    steps = StepSerializer(many=True, help_text="全部节点")
    links = LinkSerializer(many=True, help_text="前置关系")


class ScheduleRefusal(serializers.Serializer):
    detail = serializers.CharField(help_text="不能办理的原因")


class ProjectSchedule(APIView):
    @extend_schema(
        operation_id="project_schedule",
        summary="一个项目的现行倒排计划",
        description="现行版次的全部节点和关系，按今天所知推算的最早、最迟日期和时差，以及决定完成日期的线路。",
        responses={
            200: ScheduleSerializer,
            403: OpenApiResponse(ScheduleRefusal, description="没有登录或没有权限"),
            404: OpenApiResponse(ScheduleRefusal, description="没有这个项目，或它还没有批准的倒排计划"),
            409: OpenApiResponse(ScheduleRefusal, description="推算不出日期，如工作日历中没有工作日"),
        },
    )
    @method_decorator(requires(*READERS))
    def get(self, request: Request, code: str) -> Response:
        project = get_object_or_404(KeyProject.objects.visible_to(request.user), code=code)
        in_force = BackwardSchedule.objects.in_force().filter(project=project)
        reading = next(iter(readings(in_force, on=timezone.localdate())), None)
        if reading is None:
            raise NotFound("该项目还没有批准的倒排计划。")
        try:
            return Response(ScheduleSerializer(_as_record(project, reading)).data)
        except PlanError as impossible:
            raise RuleViolation(str(impossible)) from None


def _as_record(project: KeyProject, reading: Reading) -> dict[str, Any]:
    plan = reading.plan
    positions = {str(row.pk): row.position for row in reading.rows}
    return {
        "project_code": project.code,
        "edition": reading.schedule.number,
        "on": plan.network.on,
        "required_finish_on": reading.finish,
        "expected_finish_on": plan.earliest_finish,
        "is_feasible": plan.is_feasible,
        "workdays_to_spare": plan.to_spare if plan.is_feasible else -plan.shortage,
        "headline": headline(plan),
        "sentence": sentence(plan),
        "cautions": plan.cautions,
        "chain": [positions[one.node.key] for one in plan.chain],
        "steps": [_step(row, plan.nodes[str(row.pk)]) for row in reading.rows],
        "links": [
            {
                "predecessor": positions[link.predecessor],
                "successor": positions[link.successor],
                "kind": link.kind.value,
                "lag": link.lag,
                "unit": link.unit.value,
            }
            for link in reading.network.links
        ],
    }


_RECKONED = ("is_critical", "early_start", "early_finish", "late_start", "late_finish", "total_float", "free_float")


def _step(row: ScheduleNode, one: Scheduled[date]) -> ScheduleNode:
    """The step with what was reckoned for it."""
    for name in _RECKONED:
        setattr(row, name, getattr(one, name))
    return row
