"""通知书: drafted from an approved measure, and from there on the way of every paper; its issue tells the unit."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from projects.errors import RuleViolation
from projects.models import User
from projects.recorded import day_of
from reports import measure_prose
from reports.actions import drafting
from reports.compose import measure_notice
from reports.measure_notice import EDITION
from reports.models import BulletinRule, Draft
from reports.official import Form
from scheduling.actions.measure_moves import held, step
from scheduling.measure_flow import PUT_RIGHT, Verb
from scheduling.measure_rules import Level
from scheduling.models import Interview, Measure, MeasureRuleEdition

_UNDER_WAY = set(Draft.State) - {Draft.State.VOID}


@transaction.atomic
def draft_notice(*, measure: Measure, by: User, at: datetime) -> Draft:
    """The notice of an approved measure, with its words generated; the one there is where there is one.

    Raises ``RuleViolation`` while the interview is not arranged or nothing to be put right is named.
    """
    drafting.refuse_strangers(by)
    measure = held(measure)
    drafts = list(Draft.objects.filter(measure=measure).order_by("pk"))
    if drafts and drafts[-1].state in _UNDER_WAY:
        return drafts[-1]
    step(measure, Verb.DRAFT_NOTICE, by=by)
    _refuse_unprepared(measure)
    subject = drafting.subject_to_draft(drafts, f"measure-{measure.pk}", again=True)
    rule = BulletinRule.objects.in_force(on=day_of(at))
    composed = measure_notice.of_measure(measure, district=settings.DISTRICT_NAME, at=at)
    return drafting.keep(
        kind=Draft.Kind.MEASURE_NOTICE,
        subject=subject,
        facts=composed,
        edition=EDITION,
        style=_style(rule, at=at),
        words=drafting.Words(
            title=measure_prose.title(composed),
            addressee=measure_prose.addressee(composed),
            remark="",
            cc="",
            copies=_COPIES,
            sections=measure_prose.sections(composed),
        ),
        measure=measure,
        by=by,
        at=at,
    )


_COPIES = 10


def _style(rule: BulletinRule, *, at: datetime) -> drafting.Style:
    """The head of the office's papers, with a 机关代字 of its own: notices are numbered apart from bulletins."""
    code = MeasureRuleEdition.objects.in_force(on=day_of(at)).code
    named = [each.replace("{district}", settings.DISTRICT_NAME) for each in (rule.mark, rule.signature, rule.printer)]
    mark, signature, printer = named
    return drafting.Style(Form.OFFICIAL, mark, code, signature, printer)


def _refuse_unprepared(measure: Measure) -> None:
    if measure.level is Level.INTERVIEW and not Interview.objects.filter(measure=measure).exists():
        raise RuleViolation(_("请先安排约谈的时间、地点和人员，再起草通知书。"))
    if measure.level in PUT_RIGHT and not measure.items.exists():
        raise RuleViolation(_("请先添加整改事项和完成期限，再起草通知书。"))
