"""月通报: drafted by itself once its month is closed, one draft for each; void, it may be drafted anew by hand."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from projects import audit, jobs
from projects.errors import RuleViolation
from projects.models import Job, User
from projects.recorded import day_of
from reports import bulletin_prose
from reports.actions import drafting
from reports.bulletin import EDITION, Bulletin
from reports.compose import monthly_bulletin
from reports.models import BulletinRule, Draft
from scheduling.models import PeriodClosing, ReportPeriod

MONTHS = 2  # how far back a month is looked after


def due(*, at: datetime) -> list[PeriodClosing]:
    """Closed months without a bulletin of which the day has come to draft it, the earliest first."""
    closed = PeriodClosing.objects.filter(period__kind=ReportPeriod.Kind.MONTH_END, finished_at__isnull=False)
    last = closed.select_related("period").order_by("-period__ends_on")[:MONTHS]
    drafted = set(Draft.objects.filter(kind=Draft.Kind.MONTHLY_BULLETIN).values_list("period", flat=True))
    return [each for each in reversed(last) if each.period_id not in drafted and _day_has_come(each, at=at)]


def draft_month(*, closing: PeriodClosing, by: User | None, at: datetime) -> Draft:
    """The bulletin of a closed month, composed once however often it is asked for.

    Raises ``RuleViolation`` while the month is not entered in the ledger.
    """
    drafting.refuse_strangers(by)
    if closing.finished_at is None:
        raise RuleViolation(_("%s还没有锁定登记，不能起草通报。") % closing.period)
    drafts = list(Draft.objects.filter(kind=Draft.Kind.MONTHLY_BULLETIN, period=closing.period).order_by("pk"))
    subject = drafting.subject_to_draft(drafts, str(closing.period_id), again=by is not None)
    if not subject:
        return drafts[-1]
    rule = BulletinRule.objects.in_force(on=closing.period.ends_on)
    composed = monthly_bulletin.of_month(closing, rule, district=settings.DISTRICT_NAME)
    return keep(composed, subject=subject, period=closing.period, rule=rule, by=by, at=at)


def keep(
    composed: Bulletin, *, subject: str, period: ReportPeriod, rule: BulletinRule, by: User | None, at: datetime
) -> Draft:
    """As composed, with its words generated, in the form the rule gives it."""
    return drafting.keep(
        kind=Draft.Kind.MONTHLY_BULLETIN,
        subject=subject,
        facts=composed,
        edition=EDITION,
        style=drafting.Style.of(rule, district=composed.district),
        words=drafting.Words(
            title=bulletin_prose.title(composed),
            addressee=rule.addressee,
            remark=rule.remark,
            cc=rule.cc,
            copies=rule.copies,
            sections=bulletin_prose.sections(composed),
        ),
        period=period,
        by=by,
        at=at,
    )


@transaction.atomic
def retry(*, job: Job, by: User, at: datetime) -> None:
    """Begin a drafting or a layout that failed anew. Raises ``RuleViolation`` for one that has not."""
    drafting.refuse_strangers(by)
    if job.state != Job.State.FAILED:
        raise RuleViolation(_("这项任务没有失败，不需要重试，请刷新页面。"))
    jobs.retry(job, at=at)
    audit.record("bulletin.retried", job, by=by, at=at)


def _day_has_come(closing: PeriodClosing, *, at: datetime) -> bool:
    ends_on = closing.period.ends_on
    rule = BulletinRule.objects.in_force(on=ends_on)
    return day_of(at) >= ends_on + timedelta(days=rule.draft_after)
