"""What an accepted report claims of milestones and funds becomes fact, through their own verbs."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from projects import recorded
from projects.actions import fund_receipts, milestones
from projects.actions.fund_receipts import Moved
from projects.errors import RuleViolation
from projects.models import Milestone, User, duties_of
from projects.models.milestone import FourDates
from projects.recorded import day_of
from scheduling.models import ProgressVersion
from scheduling.plausibility import Flag

from .progress_content import amount_claimed, day_claimed, stored


def accepted(
    waiting: ProgressVersion, *, principal: User | None, note: str = "", by: User, at: datetime
) -> tuple[ProgressVersion, list[Flag]]:
    """The version that counts from now on, and which of its claims were left out; those stand among its flags."""
    left_out = _carry_out_milestones(waiting, at=at)
    news = recorded.amended(
        waiting,
        state=ProgressVersion.State.ACCEPTED,
        counts=True,
        reviewed_by=by,
        on_behalf_of=principal,
        review_note=note,
        flags=[*waiting.flags, *map(stored, left_out)],
    )
    return news, left_out


def _carry_out_milestones(version: ProgressVersion, *, at: datetime) -> list[Flag]:
    """预计 and 完成 as said by who submitted them. What no longer fits is left out, and told."""
    if not version.milestones:
        return []
    by = version.submitted_by
    by.duties = duties_of(by, on=day_of(at))
    known = {milestone.pk: milestone for milestone in version.report.project.milestones.select_related("project")}
    told = []
    for claim in version.milestones:
        milestone = known.get(claim["milestone"])
        try:
            if milestone:
                _say(milestone, claim, by)
        except RuleViolation as refusal:
            told.append(Flag("CLAIM_LEFT_OUT", f"节点进展未采纳：{refusal.message}"))
    return told


def _say(milestone: Milestone, claim: dict[str, Any], by: User) -> None:
    known: FourDates = milestones.dates_of(milestone)
    actual_on, forecast_on = day_claimed(claim, "actual_on"), day_claimed(claim, "forecast_on")
    if actual_on and actual_on != known.actual_on:
        milestones.complete(of=milestone, actual_on=actual_on, by=by)
    elif forecast_on and not actual_on and forecast_on != known.forecast_on:
        milestones.forecast(of=milestone, forecast_on=forecast_on, by=by)


def record_funds(version: ProgressVersion, *, by: User) -> None:
    """The month of the period's reporting day anew, summed over its accepted reports.

    A first report that claims no funds changes nothing.
    """
    if not (version.funds or version.correction_reason):
        return
    project, last = version.report.project, version.report.period.ends_on
    counted = (
        ProgressVersion.objects.current()
        .accepted()
        .filter(
            report__project=project, report__period__ends_on__year=last.year, report__period__ends_on__month=last.month
        )
    )
    moved: dict[str, Moved] = defaultdict(lambda: Moved(amount_claimed({}, ""), amount_claimed({}, "")))
    for funds in counted.values_list("funds", flat=True):
        for claim in funds:
            so_far = moved[claim["kind"]]
            moved[claim["kind"]] = Moved(
                so_far.received + amount_claimed(claim, "received"), so_far.paid + amount_claimed(claim, "paid")
            )
    fund_receipts.record_month(project=project, month=last.replace(day=1), moved=moved, by=by)
