"""Problems as their tests make them."""

from datetime import timedelta

from django.utils import timezone

from scheduling.actions import problem_closings, problem_requests, problems
from scheduling.models import Problem

NOW = timezone.now()


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def raise_it(project, by, *, support=(), at=None, **said):
    content = {
        "kind": Problem.Kind.LAND,
        "title": "北侧地块尚未交付",
        "description": "涉及三户，补偿协议未签",
        "responsible_unit": project.lead_unit,
        "needed_by": in_days(20),
    }
    new = Problem(project=project, **{**content, **said})
    return problems.raise_problem(problem=new, support_units=support, by=by, at=at or NOW)


def ask(problem, desk, by, *, due=None, at=None):
    said = {"question": "请明确交地时间", "answer_due_on": due or in_days(5)}
    return problem_requests.ask(problem=problem, unit=desk.unit, by=by, at=at or NOW, **said)


def ask_to_close(problem, by, *, at=None):
    evidence = "交地确认书已签，见附件"
    problem_closings.ask_to_close(problem=problem, evidence=evidence, by=by, at=at or NOW)


def close(problem, by, *, at=None):
    problem_closings.close(problem=problem, by=by, at=at or NOW)


def history(problem):
    return [move.kind for move in problem.moves.all()]


def fresh(problem):
    return Problem.objects.get(pk=problem.pk)
