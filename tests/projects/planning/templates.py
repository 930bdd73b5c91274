"""A template in force: the small road of ``plans``, with a permit and a winter stop."""

from datetime import date

from django.utils import timezone

from projects.blueprint import Blueprint, PermitNeed, StageWords, Step, YearlyStop
from projects.models import ScheduleTemplate, TemplateVersion
from projects.template_parts import links_for, nodes_for, other_parts_for
from tests.projects.planning.plans import steps

PERMIT = PermitNeed(
    phase="BUILDING", name="施工许可证", agency="区行政审批局", is_required_for_start=True, legal_days=7
)


def blueprint() -> Blueprint:
    names = Step.__dataclass_fields__.keys() - {"permit_name"}
    return Blueprint(
        steps=tuple(
            Step(
                **{name: getattr(step, name) for name in names},
                permit_name=PERMIT.name if step.name == PERMIT.name else "",
            )
            for step in steps()
        ),
        stages=(StageWords(stage="PREPARATION", target="取得施工许可证，具备开工条件"),),
        permits=(PERMIT,),
        blackouts=(YearlyStop(name="冬季停工", first=(12, 20), last=(1, 31)),),
    )


def in_force(project_type: str = "ROAD", approval_route: str = "GOV") -> TemplateVersion:
    template = ScheduleTemplate.objects.create(project_type=project_type, approval_route=approval_route)
    version = TemplateVersion.objects.create(
        template=template,
        number=1,
        state=TemplateVersion.State.DRAFT,
        effective_on=date(2026, 1, 1),
        drafted_at=timezone.now(),
    )
    written = blueprint()
    nodes = list(nodes_for(version, written))
    for node in nodes:
        node.save()
    for link in links_for(version, written, {node.position: node for node in nodes}):
        link.save()
    for rows in other_parts_for(version, written).values():
        for row in rows:
            row.save()
    version.state = TemplateVersion.State.APPROVED
    version.save()
    return version
