"""开工到投产, 停缓建, 专班: what happened, on which day, on what evidence, excused by whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from projects.actions import project_dates, task_forces
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, ProjectDates, SuspensionDates
from tests.factories import KeyProjectFactory, UserFactory, resume, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def record(project, by, **dates):
    dates.setdefault("evidence", "施工许可证 450301202603")
    project_dates.record_dates(dates=ProjectDates(project=project, **dates), by=by)


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


class TestHappenings:
    def test_a_start_is_recorded_with_its_evidence(self, project, office):
        record(project, office, started_on=date(2025, 3, 1))
        assert project.dates.current().get().started_on == date(2025, 3, 1)
        assert AuditEvent.objects.first().changes == {
            "实际开工": [None, "2025-03-01"],
            "依据": [None, "施工许可证 450301202603"],
        }

    def test_a_correction_keeps_what_was_said_before(self, project, office):
        record(project, office, started_on=date(2025, 3, 1))
        record(project, office, started_on=date(2025, 3, 18))
        assert [d.started_on.day for d in project.dates.order_by("recorded_at")] == [1, 18]

    def test_without_evidence_nothing_is_recorded(self, project, office):
        with pytest.raises(RuleViolation, match="请写明依据"):
            record(project, office, started_on=date(2025, 3, 1), evidence="")

    def test_nothing_happens_tomorrow(self, project, office):
        with pytest.raises(RuleViolation, match=r"实际开工 .* 晚于今天"):
            record(project, office, started_on=tomorrow())

    @pytest.mark.parametrize(
        ("earlier", "later"),
        [
            ("started_on", "works_finished_on"),
            ("started_on", "accepted_on"),
            ("started_on", "commissioned_on"),
            ("works_finished_on", "accepted_on"),
        ],
    )
    def test_what_follows_does_not_come_first(self, project, office, earlier, later):
        with pytest.raises(RuleViolation, match="不能早于"):
            record(project, office, **{earlier: date(2025, 3, 2), later: date(2025, 3, 1)})
        record(project, office, **{earlier: date(2025, 3, 2), later: date(2025, 3, 2)})

    def test_statistics_may_take_it_before_it_started(self, project, office):
        record(project, office, stat_entry_on=date(2025, 2, 1), started_on=date(2025, 3, 1))
        assert project.dates.current().get().stat_entry_on == date(2025, 2, 1)

    def test_saying_the_same_again_is_refused(self, project, office):
        record(project, office, started_on=date(2025, 3, 1))
        with pytest.raises(RuleViolation, match="没有需要登记的变化"):
            record(project, office, started_on=date(2025, 3, 1))

    def test_a_package_has_no_dates(self, office):
        with pytest.raises(RuleViolation, match="打包项目"):
            record(KeyProjectFactory(is_package=True), office, started_on=date(2025, 3, 1))


MAY = date(2025, 5, 1)


class TestSuspensions:
    def test_a_suspended_project_is_not_suspended_again(self, project, office):
        suspend(project, MAY, office)
        with pytest.raises(RuleViolation, match="自 2025-05-01 起处于停缓建"):
            suspend(project, date(2025, 6, 1), office)

    def test_suspensions_do_not_overlap(self, project, office):
        resume(suspend(project, MAY, office), date(2025, 6, 1), office)
        with pytest.raises(RuleViolation, match="重叠"):
            suspend(project, date(2025, 5, 20), office)
        suspend(project, date(2025, 6, 1), office)

    def test_it_resumes_after_it_was_suspended_and_once(self, project, office):
        suspension = suspend(project, MAY, office)
        with pytest.raises(RuleViolation, match="须晚于停缓建日期 2025-05-01"):
            resume(suspension, MAY, office)
        resume(suspension, date(2025, 5, 2), office)
        with pytest.raises(RuleViolation, match="已于 2025-05-02 复工"):
            resume(suspension, date(2025, 5, 3), office)

    def test_it_counts_as_late_until_excused(self, project, office):
        assert suspend(project, MAY, office).dates.current().get().excused_by is None

    def test_who_recorded_it_does_not_excuse_it(self, project, office):
        suspension = suspend(project, MAY, office)
        with pytest.raises(NotAllowed, match="须由另一人批准"):
            project_dates.excuse(suspension=suspension, by=office)

    def test_nor_who_recorded_its_end(self, project, office, signer):
        suspension = suspend(project, MAY, office)
        resume(suspension, date(2025, 6, 1), signer)
        with pytest.raises(NotAllowed, match="须由另一人批准"):
            project_dates.excuse(suspension=suspension, by=signer)

    def test_somebody_else_does_and_resuming_keeps_the_excuse(self, project, office, signer):
        suspension = suspend(project, MAY, office)
        project_dates.excuse(suspension=suspension, by=signer)
        resume(suspension, date(2025, 6, 1), office)
        known = suspension.dates.current().get()
        assert (known.excused_by, known.resumed_on) == (signer, date(2025, 6, 1))
        assert SuspensionDates.objects.count() == 3


class TestTaskForces:
    def form(self, project, by):
        return task_forces.form(
            project=project,
            head=UserFactory(full_name="何专班"),
            formed_on=date(2025, 1, 1),
            document_number="府办〔2025〕1号",
            by=by,
            at=NOON,
        )

    def join(self, force, user, by):
        task_forces.join(
            task_force=force, user=user, responsibility="用地报批", starts_on=date(2025, 1, 2), by=by, at=NOON
        )

    def test_only_a_flagship_has_one(self, project, office):
        with pytest.raises(RuleViolation, match="只有龙头项目成立工作专班"):
            self.form(project, office)

    def test_naming_another_head_keeps_the_members(self, office):
        project = KeyProjectFactory(is_flagship=True)
        force = self.form(project, office)
        self.join(force, UserFactory(), office)
        again = self.form(project, office)
        assert again.pk == force.pk
        assert again.members.count() == 1

    def test_a_member_joins_once_and_may_come_back(self, office):
        force = self.form(KeyProjectFactory(is_flagship=True), office)
        person = UserFactory(full_name="许用地")
        self.join(force, person, office)
        with pytest.raises(RuleViolation, match="许用地已是专班成员"):
            self.join(force, person, office)
        task_forces.leave(member=force.members.get(), ends_on=date(2025, 3, 1), by=office, at=NOON)
        self.join(force, person, office)
        assert force.members.count() == 2

    def test_nobody_leaves_before_joining_or_twice(self, office):
        force = self.form(KeyProjectFactory(is_flagship=True), office)
        self.join(force, UserFactory(), office)
        member = force.members.get()
        with pytest.raises(RuleViolation, match="不能早于加入日期"):
            task_forces.leave(member=member, ends_on=date(2025, 1, 1), by=office, at=NOON)
        task_forces.leave(member=member, ends_on=date(2025, 3, 1), by=office, at=NOON)
        with pytest.raises(RuleViolation, match="已于 2025-03-01 离开"):
            task_forces.leave(member=member, ends_on=date(2025, 4, 1), by=office, at=NOON)
