"""What the rules of the week forbid, the database refuses; what a verb's own test breaks is not broken here again."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from django.db import IntegrityError, connection, transaction

from projects.models import StoredFile, TaskForce
from reports.models import Document, Rendition
from scheduling.models import (
    AgendaItem,
    Attachment,
    Attendance,
    DailyLine,
    Decision,
    DecisionMove,
    EscalationRule,
    ExtensionRequest,
    LightDryRun,
    LightRuleEdition,
    LightWaiver,
    Meeting,
    Notice,
    PeriodStanding,
    Problem,
    ProblemMove,
    ProblemRequest,
    ProgressDraft,
    ProgressReport,
    ProgressVersion,
    ReportingDuty,
    ReportingRule,
    ReportPeriod,
    ServiceRequest,
    SupervisionOrder,
)
from tests.factories import KeyProjectFactory, UnitFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 3, 6, 4, tzinfo=UTC)
DAY, DAY_BEFORE, FIRST = date(2026, 3, 6), date(2026, 3, 5), date(2026, 3, 1)


def period():
    found, _ = ReportPeriod.objects.get_or_create(
        kind="WEEK",
        starts_on=date(2026, 2, 28),
        defaults={"ends_on": DAY, "due_at": NOON, "review_until": NOON},
    )
    return found


def problem():
    unit, raised = UnitFactory(), {"raised_by": UserFactory(), "raised_at": NOON, "level_since": NOON}
    return Problem.objects.create(
        project=KeyProjectFactory(), kind="LAND", title="用地", responsible_unit=unit, needed_by=DAY, court_unit=unit,
        court_since=NOON, **raised,
    )  # fmt: skip


def request(**fields):
    defaults = {"unit": UnitFactory(), "question": "请答复", "answer_due_on": DAY, "asked_by": UserFactory()}
    defaults["problem"] = fields.pop("problem", None) or problem()
    return ProblemRequest.objects.create(asked_at=NOON, **(defaults | fields))


def meeting(**fields):
    defaults = {"kind": "ONSITE", "title": "现场调度", "chair": UserFactory(), "held_at": NOON, "place": "现场"}
    return Meeting.objects.create(**(defaults | {"called_by": UserFactory(), "called_at": NOON} | fields))


def issued(number):
    return meeting(state="ISSUED", minutes="议定", minutes_number=number, issued_at=NOON, issued_by=UserFactory())


def decision(**fields):
    defaults = {"source": "INSTRUCTION", "number": "议1", "text": "办结", "owner_unit": UnitFactory()}
    defaults |= {"original_due_on": DAY, "due_on": DAY, "assigned_by": UserFactory(), "assigned_at": NOON}
    return Decision.objects.create(**(defaults | fields))


def extension(**fields):
    asker = UserFactory()
    defaults = {"present_due_on": DAY_BEFORE, "proposed_due_on": DAY, "reason": "降雨", "asked_by": asker}
    fields = {key: asker if value == "asker" else value for key, value in fields.items()}
    defaults["decision"] = fields.pop("decision", None) or decision()
    return ExtensionRequest.objects.create(asked_at=NOON, **(defaults | fields))


def order(**fields):
    defaults = {"level": "BLUE", "number": "督1", "unit": UnitFactory(), "text": "请办理", "due_on": DAY}
    defaults |= {"issued_by": UserFactory(), "issued_at": NOON}
    defaults["decision"] = fields.pop("decision", None) or decision()
    return SupervisionOrder.objects.create(**(defaults | fields))


def file(digit="a"):
    return StoredFile.objects.create(sha256=digit * 64, name="照片.jpg", size=1, uploaded_at=NOON)


def attachment(**fields):
    defaults = {"kind": "OTHER", "file": file(), "name": "批复.pdf", "uploaded_by": UserFactory()}
    return Attachment.objects.create(uploaded_at=NOON, **(defaults | fields))


def service_request(**fields):
    force = TaskForce.objects.create(project=KeyProjectFactory(), head=UserFactory(), formed_on=DAY)
    defaults = {"task_force": force, "asked_on": DAY, "asked_by": "企业", "text": "用电", "handler": UserFactory()}
    return ServiceRequest.objects.create(
        **(defaults | {"due_on": DAY, "logged_by": UserFactory(), "logged_at": NOON} | fields)
    )


def daily_line(**fields):
    defaults = {"project": KeyProjectFactory(), "day": DAY, "text": "浇筑", "said_by": UserFactory(), "said_at": NOON}
    return DailyLine.objects.create(**(defaults | fields))


def document(**fields):
    defaults = {"kind": "WEEKLY_DISPATCH", "subject": "1", "title": "调度单", "edition": "1", "known_at": NOON}
    return Document.objects.create(**(defaults | {"content": "{}", "digest": "a" * 64, "composed_at": NOON} | fields))


def duty(**fields):
    defaults = {"project": KeyProjectFactory(), "kind": "MONTH", "starts_on": FIRST, "reason": "按月"}
    return ReportingDuty.objects.create(**(defaults | fields))


def rule(due=time(12), review=time(17, 30)):
    return ReportingRule.objects.create(kind="WEEK", effective_on=DAY, due_time=due, review_time=review)


def standing(**fields):
    project = fields.pop("project", None) or KeyProjectFactory()
    defaults = {"period": period(), "project": project, "lead_unit": project.lead_unit, "reported": "MISSING"}
    return PeriodStanding.objects.create(**(defaults | fields))


def edition(**fields):
    defaults = {"number": 2, "name": "本区规则", "effective_on": DAY, "drafted_by": UserFactory(), "drafted_at": NOON}
    return LightRuleEdition.objects.create(**(defaults | fields))


def dry_run(**fields):
    defaults = {"edition": edition(), "rules": [], "span": "THIS_YEAR", "kind": "WEEK", "first_on": DAY, "last_on": DAY}
    return LightDryRun.objects.create(asked_by=UserFactory(), asked_at=NOON, **(defaults | fields))


def waiver(**fields):
    defaults = {"project": KeyProjectFactory(), "dimension": "START", "starts_on": DAY_BEFORE, "ends_on": DAY}
    defaults |= {"reason": "征迁受阻", "document_number": "府办函〔2026〕3号", "asked_by": UserFactory()}
    return LightWaiver.objects.create(recorded_at=NOON, **(defaults | fields))


def granted_by_its_asker():
    asker = UserFactory()
    waiver(state="GRANTED", asked_by=asker, decided_by=asker)


def version_twice():
    report = ProgressReport.objects.create(project=KeyProjectFactory(), period=period())
    for _ in range(2):
        ProgressVersion.objects.create(report=report, period_amount=1, recorded_at=NOON, submitted_by=UserFactory())


def twice(make: Callable, **fields: object) -> None:
    for _ in range(2):
        make(**fields)


def escalation_rule(days=5):
    return EscalationRule.objects.create(level=1, effective_on=DAY, limit_workdays=days)


def draft(project, **fields):
    return ProgressDraft.objects.create(project=project, period=period(), saved_by=UserFactory(), saved_at=NOON)


def attendance(of):
    return Attendance.objects.create(meeting=of, organisation="区住建局")


def rendition(of):
    return Rendition.objects.create(
        document=of, format="PDF", file=StoredFile.objects.first() or file(), rendered_at=NOON
    )


BREACHES: dict[str, Callable[[], object]] = {
    "escalation_rule_once_a_day": lambda: twice(escalation_rule),
    "escalation_rule_at_least_a_day": lambda: escalation_rule(days=0),
    "problem_request_answered_in_words": lambda: request(outcome="ACCEPTED"),
    "problem_request_one_open_per_unit": lambda: twice(request, problem=problem(), unit=UnitFactory()),
    "problem_move_says_why": lambda: ProblemMove.objects.create(
        problem=problem(), kind="REOPENED", level=1, at=NOON, by=UserFactory()
    ),
    "reporting_rule_once_a_day": lambda: twice(rule),
    "reporting_rule_review_after_due": lambda: rule(due=time(18)),
    "reporting_duty_once_a_day": lambda: twice(duty, project=KeyProjectFactory(), ends_on=DAY),
    "reporting_duty_one_at_a_time": lambda: [
        duty(project=project, starts_on=day) for project in [KeyProjectFactory()] for day in (FIRST, date(2026, 4, 1))
    ],
    "reporting_duty_from_the_first": lambda: duty(starts_on=DAY),
    "reporting_duty_is_periodical": lambda: duty(kind="MONTH_END"),
    "reporting_duty_days_in_order": lambda: duty(ends_on=date(2026, 2, 28)),
    "period_standing_once": lambda: twice(standing, project=KeyProjectFactory()),
    "period_standing_rests_on_a_version": lambda: standing(reported="ACCEPTED"),
    "meeting_issued_with_minutes": lambda: meeting(state="ISSUED"),
    "meeting_minutes_number_once": lambda: twice(issued, number="纪1"),
    "meeting_one_weekly_per_unit_and_period": lambda: twice(
        meeting, kind="WEEKLY", unit=UnitFactory(), period=period()
    ),
    "meeting_one_weekly_of_the_district": lambda: twice(meeting, kind="WEEKLY", unit=None, period=period()),
    "agenda_item_input_by_somebody": lambda: AgendaItem.objects.create(
        meeting=meeting(), position=1, kind="OTHER", subject="其他", input="材料"
    ),
    "attendance_once_per_organisation": lambda: twice(attendance, of=meeting()),
    "decision_closed_by_somebody": lambda: decision(state="CLOSED", close_asked_by=UserFactory()),
    "decision_extended_forward": lambda: decision(due_on=DAY_BEFORE),
    "decision_names_its_meeting": lambda: decision(source="MEETING"),
    "decision_move_says_why": lambda: DecisionMove.objects.create(
        decision=decision(), kind="WITHDRAWN", at=NOON, by=UserFactory()
    ),
    "extension_request_one_open_per_decision": lambda: twice(extension, decision=decision()),
    "extension_request_is_later": lambda: extension(proposed_due_on=DAY_BEFORE),
    "extension_request_has_a_reason": lambda: extension(reason=""),
    "extension_request_decided_by_somebody": lambda: extension(outcome="AGREED"),
    "extension_request_not_decided_by_its_asker": lambda: extension(
        outcome="AGREED", decided_by="asker", decided_at=NOON
    ),
    "supervision_order_once_per_level": lambda: [order(decision=of, number=n) for of in [decision()] for n in "12"],
    "supervision_order_received_by_somebody": lambda: order(received_at=NOON),
    "supervision_order_replied_by_somebody": lambda: order(reply="已办结"),
    "progress_version_one_current": version_twice,
    "progress_draft_once": lambda: twice(draft, project=KeyProjectFactory()),
    "attachment_of_one_thing": attachment,
    "attachment_removed_by_somebody": lambda: attachment(problem=problem(), removed_at=NOON),
    "attachment_days_in_order": lambda: attachment(problem=problem(), dated_on=DAY, expires_on=DAY_BEFORE),
    "notice_read_by_somebody": lambda: Notice.objects.create(
        kind="CHASE", unit=UnitFactory(), period=period(), chased_on=DAY, title="催报", issued_at=NOON, read_at=NOON
    ),
    "service_request_days_in_order": lambda: service_request(due_on=DAY_BEFORE),
    "service_request_handled_with_a_result": lambda: service_request(handled_on=DAY),
    "daily_line_once_a_day": lambda: twice(daily_line, project=KeyProjectFactory()),
    "daily_line_not_negative": lambda: daily_line(amount=-1),
    "daily_line_has_words": lambda: daily_line(text=""),
    "document_once_per_subject": lambda: twice(document),
    "document_digest_is_sha256": lambda: document(digest="A" * 64),
    "document_not_its_own_previous": lambda: document(pk=7, previous_id=7),
    "light_rule_edition_one_draft": lambda: [edition(number=number) for number in (2, 3)],
    "light_rule_edition_adopted_by_somebody": lambda: edition(state="ADOPTED"),
    "light_dry_run_days_in_order": lambda: dry_run(last_on=DAY_BEFORE),
    "light_dry_run_finished_with_a_result": lambda: dry_run(finished_at=NOON),
    "light_waiver_one_current": lambda: twice(waiver, project=KeyProjectFactory()),
    "light_waiver_superseded_after_recorded": lambda: waiver(superseded_at=datetime(2026, 3, 5, tzinfo=UTC)),
    "light_waiver_days_in_order": lambda: waiver(ends_on=FIRST),
    "light_waiver_has_reason": lambda: waiver(reason=""),
    "light_waiver_has_evidence": lambda: waiver(document_number=""),
    "light_waiver_decided_by_somebody": lambda: waiver(state="GRANTED"),
    "light_waiver_not_granted_by_its_asker": granted_by_its_asker,
    "light_waiver_refusal_has_words": lambda: waiver(state="REFUSED", decided_by=UserFactory()),
    "rendition_once_per_format": lambda: twice(rendition, of=document()),
}


@pytest.mark.parametrize("name", sorted(BREACHES))
def test_the_database_refuses(name):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        BREACHES[name]()
    # SQLite names a broken CHECK but only the columns of a broken UNIQUE.
    assert name in str(refusal.value) or (connection.vendor == "sqlite" and "UNIQUE" in str(refusal.value))
