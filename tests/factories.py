"""Test data. Facts are recorded through ``recorded.record``, as the product does."""

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from projects import names, recorded
from projects.actions import milestones, project_dates
from projects.actions.one_project import facts_of
from projects.models import (
    FocusArea,
    KeyProject,
    Milestone,
    MilestoneDates,
    Post,
    Stage,
    StageTarget,
    StageTargetDates,
    Unit,
    User,
)


# What an approved request brings about; who may ask and who approves is held in ``test_change_*``.
def reapprove(of, approved_on, by, reason="征迁：房屋未腾空"):
    with facts_of(of.project) as at:
        milestones.reapprove(of=of, approved_on=approved_on, reason=reason, by=by, at=at)


def suspend(
    project, suspended_on, by, *, reason="天气：汛期停工", document_number="府办函〔2025〕9号", excused_by=None
):
    said = {"reason": reason, "document_number": document_number, "excused_by": excused_by}
    with facts_of(project) as at:
        return project_dates.suspend(project=project, suspended_on=suspended_on, by=by, at=at, **said)


def resume(suspension, resumed_on, by):
    with facts_of(suspension.project) as at:
        project_dates.resume(suspension=suspension, resumed_on=resumed_on, by=by, at=at)


PASSWORD = "Correct-Horse-9"


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"区第{n}局")
    kind = Unit.Kind.DEPARTMENT
    path = factory.Sequence(lambda n: f"{100_000 + n}/")  # clear of the cast's own
    sort_key = factory.LazyAttribute(lambda unit: names.sort_key(unit.name))


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    full_name = factory.Sequence(lambda n: f"张{n}")
    sort_key = factory.LazyAttribute(lambda user: names.sort_key(user.full_name))
    must_change_password = False
    password_changed_at = factory.LazyFunction(timezone.now)


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    starts_on = date(2020, 1, 1)


class KeyProjectFactory(DjangoModelFactory):
    class Meta:
        model = KeyProject

    code = factory.Sequence(lambda n: f"ZD-{n:04}")
    name = factory.Sequence(lambda n: f"滨河路综合改造工程{n}号")
    sort_key = factory.LazyAttribute(lambda project: names.sort_key(project.name))
    search_text = factory.LazyAttribute(lambda project: names.search_text(project.name, project.code))
    lead_unit = factory.SubFactory(UnitFactory)
    focus_area = FocusArea.INFRASTRUCTURE


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    project = factory.SubFactory(KeyProjectFactory)
    stage = Stage.MAIN_CONSTRUCTION
    name = "主体结构封顶"


class StageTargetFactory(DjangoModelFactory):
    class Meta:
        model = StageTarget

    project = factory.SubFactory(KeyProjectFactory)
    stage = Stage.PREPARATION
    target = "具备开工条件"


def date_milestone(milestone: Milestone, **dates: object) -> MilestoneDates:
    """Record the dates of a milestone now; an approved date is its original one unless that is given."""
    return _record_dates(MilestoneDates(milestone=milestone, **_complete(dates)))


def date_stage_target(target: StageTarget, **dates: object) -> StageTargetDates:
    return _record_dates(StageTargetDates(stage_target=target, **_complete(dates)))


def _complete(dates: dict) -> dict:
    dates.setdefault("original_on", dates.get("approved_on"))
    dates.setdefault("is_reached", dates.get("actual_on") is not None)
    return dates


def _record_dates(version):
    with recorded.writing() as at:
        recorded.record([version], by=None, at=at)
    return version
