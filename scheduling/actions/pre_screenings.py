"""部门初审: a lead unit says of its own projects which of them to show, before the office chooses."""

from datetime import datetime

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, Unit, User
from projects.models.key_project import in_units_of
from projects.roles import Duty
from scheduling.models import InspectionRound, PreScreening

from .words import refuse_silence

_SAID = ["project", "unit", "verdict", "note"]
Verdict = PreScreening.Verdict


@transaction.atomic
def pre_screen(
    *, inspection: InspectionRound, project: KeyProject, verdict: str, note: str, by: User, at: datetime
) -> PreScreening:  # fmt: skip
    """推荐 or 不推荐, the latter with the reason; said again while candidates are chosen, the last word counts."""
    unit = _unit_of(project, by)
    held = InspectionRound.objects.select_for_update().get(pk=inspection.pk)
    if held.state != InspectionRound.State.CHOOSING:
        raise RuleViolation(f"“{held}”{held.get_state_display()}，初审已结束。")
    if verdict == Verdict.NOT_RECOMMENDED:
        refuse_silence(note, f"不推荐“{project.name}”的，请写明理由。")
    before = held.pre_screenings.filter(project=project).first()
    said, _ = PreScreening.objects.update_or_create(
        round=held,
        project=project,
        defaults={"unit": unit, "verdict": verdict, "note": note.strip(), "by": by, "at": at},
    )
    audit.record("pre_screening.said", said, by=by, at=at, changes=audit.in_words(before, said, _SAID))
    return said


def _unit_of(project: KeyProject, by: User) -> Unit:
    """In whose name this person speaks of it: the lead unit, or the one that answers for it."""
    if not KeyProject.objects.filter(in_units_of(by.duties, Duty.PRE_SCREEN), pk=project.pk).exists():
        raise NotAllowed(f"“{project.name}”由其牵头单位审核人初审。")
    leads = any(project.lead_unit.path.startswith(path) for path in by.duties.unit_paths(Duty.PRE_SCREEN))
    return project.lead_unit if leads or project.responsible_unit is None else project.responsible_unit
