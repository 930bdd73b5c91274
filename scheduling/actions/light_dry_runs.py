"""试算亮灯规则: asked for, reckoned in the background, kept with the edition. Nothing else is changed by it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.dry_run import Days, Progress, closings_of, compare, days_of, kind_of
from scheduling.light_proof import prove
from scheduling.models import LightDryRun, LightRuleEdition


@transaction.atomic
def ask(*, edition: LightRuleEdition, span: str, by: User, at: datetime) -> LightDryRun:
    """The rules as they stand now. Raises ``RuleViolation`` while they are not proved, or where nothing is closed."""
    if not by.duties.include(Duty.KEEP_LIGHT_RULES):
        raise NotAllowed("亮灯规则由区重点办试算。")
    if not edition.rules or prove(edition.rule_set):
        raise RuleViolation("这一版还有数值没有灯或有两种灯，请先改好再试算。")
    label, days = LightDryRun.Span(span).label, days_of(span, on=day_of(at))
    kind = kind_of(span, days)
    if kind is None:
        raise RuleViolation(f"{label}没有已锁定的报告期，请选择其他范围。")
    run = LightDryRun.objects.create(
        edition=edition, rules=edition.rules, span=span, kind=kind, **days._asdict(), asked_by=by, asked_at=at
    )
    audit.record("light_rule_edition.dry_run_asked", edition, by=by, at=at, changes={"范围": str(label)})
    return run


def reckon(run: LightDryRun, *, progress: Progress) -> dict[str, Any]:
    """What ``finish`` stores; period by period, in bounded memory."""
    return compare(closings_of(run.kind, Days(run.first_on, run.last_on)), run.rule_set, progress=progress)


def finish(run: LightDryRun, result: dict[str, Any], *, at: datetime) -> None:
    """Once: a result stays as it was found."""
    LightDryRun.objects.filter(pk=run.pk, result__isnull=True).update(result=result, finished_at=at)
