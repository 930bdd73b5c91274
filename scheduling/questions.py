"""请您定的事: what waits for this person's decision, each as a question that can be answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.figures import compact_date
from projects.models import ApprovalStep, ChangeRequest, PlanVersion, Substitute, User
from projects.roles import Duty, Role
from scheduling.models import Decision, ExtensionRequest, Problem
from scheduling.models.problem import EscalationLevel, ProblemQuerySet

_KIND = ChangeRequest.Kind


@dataclass(frozen=True)
class Question:
    text: str
    url: str


def questions(user: User, *, on: date) -> list[Question]:
    """Plans, changes, problems that came up to the leaders, extensions, escalations, matters to strike off."""
    return [*_plans(user), *_changes(user, on=on), *_problems(user, on=on), *_decisions(user), *_escalations(user)]


def raised_to_leaders(user: User) -> ProblemQuerySet:
    """Open problems on the leaders' levels; a leader is asked about the own projects and the very top."""
    up = Problem.objects.open().visible_to(user).filter(level__gte=EscalationLevel.LEADER)
    if Role.LEADER not in user.duties.roles:
        return up
    own = up.filter(project__linked_leader=user)
    return own | up.filter(level=EscalationLevel.DISTRICT_HEAD)


def _plans(user: User) -> Iterator[Question]:
    for version in PlanVersion.objects.awaiting(user).select_related("plan"):
        url = reverse("plan_version", args=[version.plan.year, version.number])
        yield Question(_("是否批准%s？") % version, url)


def _changes(user: User, *, on: date) -> Iterator[Question]:
    if not user.duties.include(Duty.APPROVE_CHANGE):
        return
    steps = ApprovalStep.objects.awaiting_one_of(user, Substitute.objects.principals_of(user, on=on))
    related = steps.select_related("request__project", "request__milestone", "request__stage_target")
    for step in related.order_by("due_on", "pk"):
        request = step.request
        yield Question(_asked(request), reverse("change_request", args=[request.pk]))


def _asked(request: ChangeRequest) -> str:
    said = {"project": request.project.name, "day": compact_date(request.proposed_on)}
    match request.kind:
        case _KIND.DATE:
            said |= {"subject": str(request.subject()), "present": compact_date(request.present_on)}
            return _("“%(project)s”的“%(subject)s”由 %(present)s 调整到 %(day)s，是否同意？") % said
        case _KIND.SUSPENSION:
            return _("“%(project)s”从 %(day)s 起停缓建，是否同意？") % said
        case _KIND.RESUMPTION:
            return _("“%(project)s”从 %(day)s 起复工，是否同意？") % said
    return _("“%(project)s”的倒排计划，是否同意？") % said


def _problems(user: User, *, on: date) -> Iterator[Question]:
    """The most pressing first."""
    for problem in raised_to_leaders(user).select_related("project", "court_unit").order_by("needed_by", "pk"):
        said = {"project": problem.project.name, "title": problem.title, "unit": problem.court_unit}
        said |= {"level": problem.get_level_display(), "day": compact_date(problem.needed_by)}
        words = _("“%(project)s”%(title)s，已到%(level)s协调，%(unit)s办理，%(passed)s，怎么解决？")
        passed = _("需解决日期 %s 已过") if problem.needed_by < on else _("需 %s 前解决")
        yield Question(words % (said | {"passed": passed % said["day"]}), reverse("problem", args=[problem.pk]))


def _decisions(user: User) -> Iterator[Question]:
    given = Decision.objects.given_by(user).open()
    asked = ExtensionRequest.objects.filter(outcome="", decision__in=given).order_by("present_due_on", "pk")
    for extension in asked.select_related("decision__owner_unit"):
        said = _of(extension.decision) | {"day": compact_date(extension.proposed_due_on)}
        text = _("交办事项“%(text)s”（%(unit)s）申请延到 %(day)s，是否同意？") % said
        yield Question(text, reverse("decision", args=[extension.decision_id]))
    for decision in given.filter(state=Decision.State.AWAITING_CHECK).select_related("owner_unit"):
        text = _("交办事项“%(text)s”（%(unit)s）申请销号，是否销号？") % _of(decision)
        yield Question(text, reverse("decision", args=[decision.pk]))


def _of(decision: Decision) -> dict[str, str]:
    return {"text": decision.text[:40], "unit": str(decision.owner_unit)}


def _escalations(user: User) -> Iterator[Question]:
    if not user.duties.include(Duty.HANDLE_PROBLEM):
        return
    for problem in Problem.objects.escalation_waits_for(user).select_related("project").order_by("needed_by", "pk"):
        said = {"project": problem.project.name, "title": problem.title}
        said["level"] = str(EscalationLevel(problem.level + 1).label)
        text = _("“%(project)s”%(title)s，本层级期限已过，是否升级到%(level)s？") % said
        yield Question(text, reverse("problem", args=[problem.pk]))
