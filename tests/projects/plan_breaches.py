"""Rows that break a named constraint of templates, schedules, requests, evidence, targets and permits."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from projects.models import (
    ApprovalStep,
    BackwardSchedule,
    Baseline,
    ChangeRequest,
    DayTask,
    EvidenceItem,
    EvidencePaper,
    MilestoneQuantity,
    Permit,
    PermitPause,
    PermitState,
    ScheduleBlackout,
    ScheduleLink,
    ScheduleNode,
    ScheduleTemplate,
    Substitute,
    Suspension,
    TemplateBlackout,
    TemplateEvidence,
    TemplateLink,
    TemplateNode,
    TemplatePermit,
    TemplateStage,
    TemplateVersion,
    WeekTarget,
)
from tests.factories import KeyProjectFactory, MilestoneFactory, StageTargetFactory, UserFactory

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY, DAY_BEFORE = date(2026, 3, 2), date(2026, 3, 1)


def template_version(**fields) -> TemplateVersion:
    template, _ = ScheduleTemplate.objects.get_or_create(project_type="ROAD", approval_route="GOV")
    return TemplateVersion.objects.create(**({"template": template, "number": 1, "drafted_at": NOON} | fields))


def schedule(**fields) -> BackwardSchedule:
    defaults = {"number": 1, "required_finish_on": DAY, "starts_on": DAY_BEFORE, "drafted_at": NOON}
    project = fields.pop("project", None) or KeyProjectFactory()
    return BackwardSchedule.objects.create(project=project, **(defaults | fields))


def step(model, version, **fields):
    return model.objects.create(
        version=version, **({"position": 1, "stage": "PREPARATION", "name": "立项", "duration": 5} | fields)
    )


def permit() -> Permit:
    return Permit.objects.create(project=KeyProjectFactory(), phase="LAND", name="用地预审")


def evidence_item(**fields) -> EvidenceItem:
    return EvidenceItem.objects.create(
        stage_target=fields.get("stage_target") or StageTargetFactory(), name="施工许可证"
    )


def request(**fields) -> ChangeRequest:
    milestone = fields.pop("milestone", None) or MilestoneFactory()
    defaults = {
        "project": milestone.project,
        "kind": "DATE",
        "milestone": milestone,
        "proposed_on": DAY,
        "reason_code": "LAND",
        "reason": "征地未完成",
        "requested_by": UserFactory(),
        "requested_at": NOON,
    }
    return ChangeRequest.objects.create(**(defaults | fields))


def another_open(matter: str, **fields) -> list[ChangeRequest]:
    """Two requests about the same thing at the same time."""
    others = {"milestone": None, "proposed_on": DAY} | fields
    return [ChangeRequest.objects.create(**_request_fields(matter, **others)) for _ in range(2)]


def _request_fields(matter: str, **fields):
    subject = fields[matter]
    return {
        "project": subject.project,
        "reason_code": "LAND",
        "reason": "征地未完成",
        "requested_by": UserFactory(),
        "requested_at": NOON,
        **fields,
    }


def approval_step(**fields) -> ApprovalStep:
    return ApprovalStep.objects.create(
        **({"request": request(), "position": 1, "kind": "APPROVE", "due_on": DAY} | fields)
    )


def substitute(**fields) -> Substitute:
    defaults = {"principal": UserFactory(), "starts_on": DAY, "ends_on": DAY, "appointed_at": NOON}
    return Substitute.objects.create(**({"substitute": UserFactory()} | defaults | fields))


def own_substitute() -> Substitute:
    person = UserFactory()
    return substitute(principal=person, substitute=person)


def approved_by_its_submitter() -> BackwardSchedule:
    person = UserFactory()
    return schedule(submitted_by=person, submitted_at=NOON, decided_by=person)


def two(make: Callable[[], object]) -> Callable[[], list]:
    return lambda: [make() for _ in range(2)]


def same_step_twice(model, version, **second) -> Callable[[], list]:
    def breach() -> list:
        parent = version()
        return [step(model, parent), step(model, parent, **second)]

    return breach


def self_link(model, node_model, version) -> Callable[[], object]:
    def breach():
        parent = version()
        node = step(node_model, parent)
        return model.objects.create(version=parent, predecessor=node, successor=node)

    return breach


def link_twice(model, node_model, version) -> Callable[[], list]:
    def breach():
        parent = version()
        ends = {"predecessor": step(node_model, parent), "successor": step(node_model, parent, position=2, name="环评")}
        return [model.objects.create(version=parent, **ends) for _ in range(2)]

    return breach


def twice_in(model, version, **fields) -> Callable[[], list]:
    def breach():
        parent = version()
        return [model.objects.create(version=parent, **fields) for _ in range(2)]

    return breach


YEARLY = {"first_month": 1, "first_day": 1, "last_month": 2, "last_day": 1}


def baselines_of_one_project() -> list[Baseline]:
    project = KeyProjectFactory()
    return [Baseline.objects.create(project=project, name="年初", known_at=NOON) for _ in range(2)]


def evidence_asked_twice() -> list[EvidenceItem]:
    target = StageTargetFactory()
    return [evidence_item(stage_target=target) for _ in range(2)]


def task_twice() -> list[DayTask]:
    project = KeyProjectFactory()
    return [DayTask.objects.create(project=project, day=DAY, text="浇筑顶板") for _ in range(2)]


def numbered_twice() -> list[BackwardSchedule]:
    project = KeyProjectFactory()
    return [schedule(project=project), schedule(project=project, state="DISCARDED")]


def two_in_work() -> list[BackwardSchedule]:
    project = KeyProjectFactory()
    return [schedule(project=project), schedule(project=project, number=2)]


FACTS = {
    "evidence_paper": (EvidencePaper, evidence_item, {"document_number": "1号", "dated_on": DAY}),
    "milestone_quantity": (MilestoneQuantity, MilestoneFactory, {"unit": "米", "planned_quantity": 100}),
    "permit_pause": (PermitPause, permit, {"kind": "SPECIAL", "paused_on": DAY}),
    "week_target": (WeekTarget, KeyProjectFactory, {"week_ends_on": DAY, "amount": 10}),
}

BREACHES: dict[str, Callable[[], object]] = {
    "schedule_template_once_per_kind": two(
        lambda: ScheduleTemplate.objects.create(project_type="ROAD", approval_route="GOV")
    ),
    "template_version_numbered_once": lambda: [
        template_version(),
        template_version(state="APPROVED", effective_on=DAY),
    ],
    "template_version_one_in_work": lambda: [template_version(), template_version(number=2)],
    "template_version_in_force_is_dated": lambda: template_version(state="APPROVED"),
    "template_node_one_per_position": same_step_twice(TemplateNode, template_version, name="环评"),
    "template_node_named_once_in_its_stage": same_step_twice(TemplateNode, template_version, position=2),
    "template_node_weight_not_negative": lambda: step(TemplateNode, template_version(), weight=-1),
    "template_link_once": link_twice(TemplateLink, TemplateNode, template_version),
    "template_link_joins_two": self_link(TemplateLink, TemplateNode, template_version),
    "template_stage_once_per_version": twice_in(TemplateStage, template_version, stage="PREPARATION"),
    "template_evidence_named_once": twice_in(
        TemplateEvidence, template_version, stage="PREPARATION", position=1, name="施工许可证"
    ),
    "template_permit_named_once": twice_in(TemplatePermit, template_version, position=1, phase="LAND", name="用地预审"),
    "template_blackout_named_once": twice_in(TemplateBlackout, template_version, name="冬季", **YEARLY),
    "template_blackout_days_exist": lambda: TemplateBlackout.objects.create(
        version=template_version(), name="冬季", **(YEARLY | {"last_month": 13})
    ),
    "backward_schedule_numbered_once": numbered_twice,
    "backward_schedule_one_in_work": two_in_work,
    "backward_schedule_approved_by_somebody": lambda: schedule(state="APPROVED", decided_at=NOON),
    "backward_schedule_submitted_by_somebody": lambda: schedule(state="SUBMITTED", submitted_at=NOON),
    "backward_schedule_not_approved_by_its_submitter": approved_by_its_submitter,
    "schedule_node_one_per_position": same_step_twice(ScheduleNode, schedule, name="环评"),
    "schedule_node_named_once_in_its_stage": same_step_twice(ScheduleNode, schedule, position=2),
    "schedule_node_weight_not_negative": lambda: step(ScheduleNode, schedule(), weight=-1),
    "schedule_node_finish_after_start": lambda: step(
        ScheduleNode, schedule(), planned_start_on=DAY, planned_finish_on=DAY_BEFORE
    ),
    "schedule_link_once": link_twice(ScheduleLink, ScheduleNode, schedule),
    "schedule_link_joins_two": self_link(ScheduleLink, ScheduleNode, schedule),
    "schedule_blackout_ends_after_it_begins": lambda: ScheduleBlackout.objects.create(
        version=schedule(), name="冬季", first_on=DAY, last_on=DAY_BEFORE
    ),
    "baseline_named_once_per_project": baselines_of_one_project,
    "baseline_named_once_in_the_district": two(lambda: Baseline.objects.create(name="年初", known_at=NOON)),
    "baseline_has_a_name": lambda: Baseline.objects.create(name="", known_at=NOON),
    "change_request_names_its_matter": lambda: request(kind="SCHEDULE"),
    "change_request_has_a_coded_reason": lambda: request(reason_code=""),
    "change_request_has_a_reason": lambda: request(reason=""),
    "change_request_ended_is_dated": lambda: request(state="APPROVED"),
    "change_request_one_open_per_milestone": lambda: another_open(
        "milestone", kind="DATE", milestone=MilestoneFactory()
    ),
    "change_request_one_open_per_stage_target": lambda: another_open(
        "stage_target", kind="DATE", stage_target=StageTargetFactory()
    ),
    "change_request_one_open_per_schedule": lambda: another_open("schedule", kind="SCHEDULE", schedule=schedule()),
    "change_request_one_open_per_suspension": lambda: another_open(
        "suspension", kind="RESUMPTION", suspension=Suspension.objects.create(project=KeyProjectFactory())
    ),
    "approval_step_decided_is_dated": lambda: approval_step(outcome="AGREED", decided_by=UserFactory()),
    "approval_step_decided_by_somebody": lambda: approval_step(outcome="AGREED", decided_at=NOON),
    "approval_step_no_needs_words": lambda: approval_step(outcome="REFUSED", decided_at=NOON, decided_by=UserFactory()),
    "approval_step_unit_where_a_unit_acts": lambda: approval_step(kind="REVIEW"),
    "substitute_is_another": own_substitute,
    "substitute_ends_after_it_starts": lambda: substitute(ends_on=DAY_BEFORE),
    "evidence_item_named_once_per_stage": evidence_asked_twice,
    "evidence_paper_is_a_document": lambda: EvidencePaper.objects.create(
        item=evidence_item(), dated_on=DAY, recorded_at=NOON
    ),
    "week_target_not_negative": lambda: WeekTarget.objects.create(
        project=KeyProjectFactory(), week_ends_on=DAY, amount=-1, recorded_at=NOON
    ),
    "day_task_said_once": task_twice,
    "day_task_has_words": lambda: DayTask.objects.create(project=KeyProjectFactory(), day=DAY, text=""),
    "milestone_quantity_makes_sense": lambda: MilestoneQuantity.objects.create(
        milestone=MilestoneFactory(), unit="米", planned_quantity=0, recorded_at=NOON
    ),
    "permit_pause_resumes_later": lambda: PermitPause.objects.create(
        permit=permit(), kind="SPECIAL", paused_on=DAY, resumed_on=DAY, recorded_at=NOON
    ),
    "permit_state_not_concerned_says_why": lambda: PermitState.objects.create(
        permit=permit(), status="NOT_CONCERNED", recorded_at=NOON
    ),
}
