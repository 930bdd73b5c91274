"""基线: give this moment a name, so that what was planned by then can be compared with any other."""

import re

from projects import audit, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import Baseline, KeyProject, User
from projects.roles import Duty

_OF_A_SCHEDULE = re.compile(r"第\s*\d+\s*版批准计划")


def take(*, project: KeyProject | None, name: str, by: User) -> Baseline:
    """Of one project, or (None) of the whole district. The office takes any, a lead those of the own projects."""
    is_own = project is not None and by.duties.include(Duty.DRAFT_SCHEDULE) and project.is_answered_for_by(by)
    if not (is_own or by.duties.include(Duty.EDIT_REGISTER)):
        raise NotAllowed("项目基线由区重点办或项目责任人建立，全区基线由区重点办建立。")
    name = name.strip()
    if not name:
        raise RuleViolation("请填写基线名称。")
    if _OF_A_SCHEDULE.fullmatch(name):
        raise RuleViolation("这样的名称留给批准的倒排计划，请换一个名称。")
    with recorded.standing_still() as at:
        if Baseline.objects.filter(project=project, name=name).exists():
            raise RuleViolation(f"已有名为“{name}”的基线，请换一个名称。")
        baseline = Baseline.objects.create(project=project, name=name, known_at=at, taken_by=by)
        changes = {"项目": [None, project.name if project else "全区"], **audit.in_words(None, baseline, ["name"])}
        audit.record("baseline.taken", baseline, by=by, at=at, changes=changes)
    return baseline
