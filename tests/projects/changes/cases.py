"""Requests as the tests of changes make them."""

from datetime import date, timedelta

from django.utils import timezone

from projects.actions import change_decisions, change_requests
from projects.actions.change_requests import Grounds
from projects.actions.milestones import dates_of
from projects.models import ApprovalStep, User, duties_of
from projects.roles import Role


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


PROMISED = in_days(30)
WHY = Grounds(reason="两户房屋未腾空", reason_code="DEMOLITION", document_number="住建请〔2026〕3号")


def ask(of, by, *, day=None, countersigners=(), **grounds):
    why = Grounds(**{**vars(WHY), "countersigners": countersigners, **grounds})
    return change_requests.request_date_change(of=of, proposed_on=day or in_days(60), why=why, by=by)


def ask_to_suspend(project, by, *, suspended_on=None, excludes_lateness=True, **grounds):
    return change_requests.request_suspension(
        project=project,
        proposed_on=suspended_on or in_days(-1),
        expected_resume_on=in_days(90),
        excludes_lateness=excludes_lateness,
        why=Grounds(**{**vars(WHY), **grounds}),
        by=by,
    )


def step_of(request, **which):
    """The step whose turn it is; of several side by side, the one named."""
    return ApprovalStep.objects.waiting().get(request=request, **which)


def agree(request, by, **which):
    change_decisions.agree(step=step_of(request, **which), by=by)


def refuse(request, by, **which):
    change_decisions.refuse(step=step_of(request, **which), opinion="理由不充分", by=by)


def send_back(request, by, **which):
    change_decisions.send_back(step=step_of(request, **which), opinion="请补充征迁进度", by=by)


def approved_on(of):
    return dates_of(of).approved_on


def lead_reviewer(request):
    """Who reviews for the unit that leads the project."""
    user = User.objects.get(posts__unit=request.project.lead_unit, posts__role=Role.REVIEWER)
    user.duties = duties_of(user, on=timezone.localdate())
    return user


def hands(request):
    """Every step in its order: who, in which capacity, with what outcome."""
    return [(str(s.unit or "区级"), s.get_kind_display(), s.outcome) for s in request.steps.all()]
