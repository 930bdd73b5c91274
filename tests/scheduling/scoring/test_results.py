"""观摩结果: locked by the office, published by somebody else, and every step of it kept."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent
from scheduling.actions import judging, results
from scheduling.inspection_results import reckon
from scheduling.judging import Panel
from scheduling.models import Notice, StopResult
from tests.factories import KeyProjectFactory
from tests.scheduling.scoring.rounds import NOON, begun, gives, inspection, judge, month_closed, stop

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def score_all(made, totals):
    """Every judge gives each stop the total of its place."""
    for each in made.judges.all():
        for where, total in zip(made.stops.all(), totals, strict=True):
            gives(each, where, total)


def close_months(made, *pairs):
    for where in made.stops.all():
        for month, (done, planned) in enumerate(pairs, start=7):
            month_closed(where.project, month, done=done, planned=planned)


@pytest.fixture
def scored(office, government):
    made = begun(office, government)
    close_months(made, (50, 100), (150, 200), (300, 300))  # 50, 75, 100
    return made


def locked(made, office):
    results.lock(inspection=made, by=office, at=NOON)
    made.refresh_from_db()
    return list(StopResult.objects.filter(stop__round=made).order_by("stop__order"))


def test_the_result_is_nine_tenths_routine_and_one_tenth_observation(scored, office):
    score_all(scored, ["80", "95", "80"])
    found = locked(scored, office)
    assert [row.routine for row in found] == [75, 75, 75]
    assert [row.observation for row in found] == [80, 95, 80]
    assert [row.result for row in found] == [Decimal("75.5"), 77, Decimal("75.5")]
    assert [(row.rank, row.ranked) for row in found] == [(2, 3), (1, 3), (2, 3)]


def test_every_step_is_kept_with_it(scored, office):
    score_all(scored, ["80", "95", "80"])
    kept = locked(scored, office)[0].breakdown
    assert [month["score"] for month in kept["months"]] == ["50.0000", "75.0000", "100.0000"]
    assert kept["groups"][0]["kept"] == [
        [each.user.full_name, "80"] for each in scored.judges.order_by("user__full_name")
    ]
    assert (kept["routine_share"], kept["groups"][0]["share"], kept["why"]) == ("90", "100.0000", "")


def test_an_anonymous_round_keeps_marks_without_names(office, government):
    made = begun(office, government, is_anonymous=True)
    close_months(made, (1, 1))
    score_all(made, ["80", "95", "80"])
    kept = locked(made, office)[0].breakdown
    assert kept["groups"][0]["kept"] == [["", "80"], ["", "80"]]


def test_pools_are_ranked_apart_and_one_of_too_few_is_not(office, government):
    made = begun(office, government, stops=3)
    other = stop(made, pool="民生")
    close_months(made, (1, 1))
    for each in made.judges.all():
        for where, total in zip(made.stops.all(), ["70", "80", "90", "99"], strict=True):
            gives(each, where, total)
    found = {row.stop_id: row.rank for row in locked(made, office)}
    assert sorted(rank for rank in found.values() if rank) == [1, 2, 3]
    assert found[other.pk] is None


def test_without_a_closed_month_there_is_no_result_and_it_says_why(office, government):
    made = begun(office, government)
    score_all(made, ["80", "95", "80"])
    found = locked(made, office)[0]
    assert (found.routine, found.observation, found.result, found.rank) == (None, 80, None, None)
    assert "日常得分无法计算" in found.breakdown["why"]


def test_a_mark_of_who_is_excused_changes_nothing(scored, office):
    first, second = scored.judges.all()
    where = scored.stops.first()
    gives(first, where, "80")
    before = reckon(Panel.of(scored))[0].result
    gives(second, where, "10")
    judging.recuse(judge=second, stop=where, reason="亲属任职", by=office, at=NOON)
    assert reckon(Panel.of(scored))[0].result == before


def test_an_open_month_and_another_quarter_do_not_count(scored, office):
    project = scored.stops.first().project
    month_closed(project, 6, done=1, planned=100)
    open_one = month_closed(project, 8, done=0, planned=1, year=2025)
    open_one.period.closing.finished_at = None
    assert reckon(Panel.of(scored))[0].result.routine == 75


class TestLocking:
    def test_it_says_how_many_are_lacking(self, scored, office):
        gives(scored.judges.first(), scored.stops.first())
        with pytest.raises(RuleViolation, match="应评 6 份，已评 1 份，还缺 5 份"):
            results.lock(inspection=scored, by=office, at=NOON)
        with pytest.raises(RuleViolation, match="未评齐就锁定须写明说明"):
            results.lock(inspection=scored, even_incomplete=True, by=office, at=NOON)
        results.lock(inspection=scored, even_incomplete=True, note="一人因公未到", by=office, at=NOON)
        scored.refresh_from_db()
        assert (scored.state, scored.lock_note) == ("LOCKED", "一人因公未到")

    def test_who_is_excused_is_not_lacking(self, scored, office):
        score_all(scored, ["80", "95", "80"])
        extra = judge(scored, office.posts.get().unit)
        for where in scored.stops.all():
            judging.recuse(judge=extra, stop=where, reason="亲属任职", by=office, at=NOON)
        assert len(locked(scored, office)) == 3

    def test_nothing_is_locked_without_a_mark(self, scored, office):
        with pytest.raises(RuleViolation, match="还没有一份评分"):
            results.lock(inspection=scored, even_incomplete=True, note="x", by=office, at=NOON)

    def test_only_the_office_locks_and_unlocks(self, scored, signer, office):
        with pytest.raises(NotAllowed):
            results.lock(inspection=scored, by=signer, at=NOON)
        with pytest.raises(NotAllowed):
            results.unlock(inspection=scored, reason="补评", by=signer, at=NOON)
        with pytest.raises(RuleViolation, match="没有锁定"):
            results.unlock(inspection=scored, reason="补评", by=office, at=NOON)

    def test_unlocked_for_a_reason_it_is_scored_and_reckoned_anew(self, scored, office):
        score_all(scored, ["80", "95", "80"])
        locked(scored, office)
        with pytest.raises(RuleViolation, match="请写明解除锁定的原因"):
            results.unlock(inspection=scored, reason="", by=office, at=NOON)
        results.unlock(inspection=scored, reason="一份评分录错", by=office, at=NOON)
        assert not StopResult.objects.exists()
        for each in scored.judges.all():
            gives(each, scored.stops.first(), "100", minutes=5)
        assert [row.observation for row in locked(scored, office)] == [100, 95, 80]


class TestPublishing:
    @pytest.fixture
    def locked_round(self, scored, office):
        score_all(scored, ["80", "95", "80"])
        locked(scored, office)
        return scored

    def test_somebody_else_publishes(self, locked_round, office, signer):
        with pytest.raises(NotAllowed):
            results.publish(inspection=locked_round, by=office, at=NOON)
        results.publish(inspection=locked_round, by=signer, at=NOON)
        with pytest.raises(RuleViolation, match="已公布"):
            results.publish(inspection=locked_round, by=signer, at=NOON)
        with pytest.raises(RuleViolation, match="已公布，不能再解除锁定"):
            results.unlock(inspection=locked_round, reason="补评", by=office, at=NOON)

    def test_not_by_who_locked_it_whatever_posts_are_held(self, locked_round, signer):
        locked_round.locked_by = signer
        locked_round.save(update_fields=["locked_by"])
        with pytest.raises(RuleViolation, match="须由两人办理"):
            results.publish(inspection=locked_round, by=signer, at=NOON)
        locked_round.state, locked_round.published_by, locked_round.published_at = "PUBLISHED", signer, NOON
        with pytest.raises(IntegrityError, match="inspection_round_published_by_another"), transaction.atomic():
            locked_round.save()

    def test_not_before_it_is_locked(self, scored, signer):
        with pytest.raises(RuleViolation, match="评分锁定后才能公布"):
            results.publish(inspection=scored, by=signer, at=NOON)

    def test_every_unit_concerned_is_told_how_its_stops_did(self, locked_round, signer):
        results.publish(inspection=locked_round, by=signer, at=NOON)
        first = locked_round.stops.first().project
        notice = Notice.objects.get(unit=first.lead_unit)
        assert notice.kind == Notice.Kind.INSPECTION
        assert notice.body == f"“{first.name}”综合得分 75.50，第 2 名（3 个排名）"
        assert notice.url.endswith(f"/inspections/{locked_round.pk}/results/")
        assert AuditEvent.objects.filter(action="inspection_round.published").count() == 1

    def test_what_was_published_is_never_altered(self, locked_round, signer):
        results.publish(inspection=locked_round, by=signer, at=NOON)
        rows = StopResult.objects.filter(stop__round=locked_round)
        for change in (lambda: rows.update(result=100), rows.delete):
            with pytest.raises(DatabaseError, match="观摩结果已公布，不可更改"), transaction.atomic():
                change()


def test_the_results_of_forty_stops_take_the_same_queries(office, government, django_assert_num_queries):
    made = begun(office, government, stops=40, judges=5)
    with django_assert_num_queries(8):
        reckon(Panel.of(made))


def test_a_project_of_two_units_tells_both(office, government, signer, lead_unit):
    made = inspection(office)
    town = KeyProjectFactory().lead_unit
    where = stop(made, KeyProjectFactory(lead_unit=lead_unit, town=town))
    member = judge(made, government)
    judging.begin(inspection=made, by=office, at=NOON)
    gives(member, where)
    results.lock(inspection=made, by=office, at=NOON)
    results.publish(inspection=made, by=signer, at=NOON)
    assert set(Notice.objects.values_list("unit", flat=True)) == {lead_unit.pk, town.pk}
