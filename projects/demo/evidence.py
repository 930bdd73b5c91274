"""佐证材料 of the invented projects: what each stage asks for, and the papers of the stages that are closed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from projects.demo.networks import blueprint_for
from projects.demo.projects import ProjectSpec
from projects.demo.stages import LAST_STEP, STAGES
from projects.models import EvidenceItem, EvidencePaper, StageTarget, User


def items(spec: ProjectSpec, targets: Sequence[StageTarget]) -> Iterator[EvidenceItem]:
    for target in targets:
        names = [paper.name for paper in blueprint_for(spec).evidence if paper.stage == target.stage]
        yield from (
            EvidenceItem(stage_target=target, position=position, name=name)
            for position, name in enumerate(names, start=1)
        )


def papers(spec: ProjectSpec, found: Sequence[EvidenceItem], by: User) -> Iterator[EvidencePaper]:
    """A stage reached has all its papers, dated in the weeks before; known when the stage was told."""
    if spec.course is None:
        return
    for item in found:
        place = STAGES.index(item.stage_target.stage)
        step = spec.course.steps[LAST_STEP[place]]
        if step.actual is None or step.known_at is None:
            continue
        dated_on = step.actual - timedelta(days=(item.position * 11 + int(spec.code[-3:])) % 20)
        number = int(spec.code[-3:]) * 10 + item.position
        yield EvidencePaper(
            item=item,
            document_number=f"示项档〔{dated_on.year}〕{place + 1}-{number}号",
            dated_on=dated_on,
            recorded_at=step.known_at,
            recorded_by=by,
        )
