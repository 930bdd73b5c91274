"""评分: taken in once, in whatever order it arrives, and by those alone who may score."""

from datetime import date, timedelta
from itertools import permutations
from random import Random
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Post
from scheduling.actions import judging, results, stop_scores
from scheduling.judging import Panel
from scheduling.models import StopScore
from tests.scheduling.scoring.rounds import NOON, begun, gives, inspection, judge, marks, stop, today

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def scored(office, government):
    return begun(office, government)


@pytest.fixture
def member(scored):
    return scored.judges.first()


@pytest.fixture
def where(scored):
    return scored.stops.first()


def test_a_mark_is_a_version_and_the_last_one_counts(scored, member, where):
    first, second = gives(member, where, "80"), gives(member, where, "85.5", minutes=1)
    first.refresh_from_db()
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.superseded_at == second.recorded_at
    assert Panel.of(scored).score(member, where) == second
    assert second.total == 85.5


def test_what_is_sent_twice_arrives_once(member, where):
    sent = uuid4()
    first, again = gives(member, where, client_id=sent), gives(member, where, client_id=sent, minutes=9)
    assert first == again
    assert StopScore.objects.count() == 1


def test_a_page_gone_back_to_and_changed_is_asked_to_be_saved_once_more(member, where):
    sent = uuid4()
    gives(member, where, "80", client_id=sent)
    with pytest.raises(RuleViolation, match="现在的分数与那次不同"):
        gives(member, where, "70", client_id=sent)


@pytest.mark.parametrize("order", list(permutations([0, 1, 2])))
def test_the_one_entered_last_counts_in_whatever_order_they_arrive(member, where, order):
    for number in order:
        gives(member, where, str(70 + number), minutes=number, at=NOON + timedelta(hours=1))
    assert StopScore.objects.current().get().total == 72
    assert StopScore.objects.count() == 3


def test_a_clock_that_runs_ahead_is_set_back(member, where):
    assert gives(member, where, minutes=60, at=NOON).entered_at == NOON
    later = gives(member, where, "90", minutes=1)
    assert StopScore.objects.current().get() == later


def test_nobody_scores_who_is_no_judge_of_the_round(office, where, government):
    stranger = judge(inspection(office, quarter=4), government)
    with pytest.raises(NotAllowed, match="您不是本次观摩的评委"):
        gives(stranger, where)


def test_nor_who_has_lost_the_duty(member, where):
    Post.objects.filter(user=member.user).update(ends_on=date(2026, 1, 1))
    with pytest.raises(NotAllowed):
        gives(member, where)


def test_nor_who_is_excused_and_what_was_said_before_counts_no_more(scored, office, member, where):
    gives(member, where)
    judging.recuse(judge=member, stop=where, reason="亲属任职", by=office, at=NOON)
    assert Panel.of(scored).score(member, where) is None
    with pytest.raises(RuleViolation, match="您须回避，不能评分：亲属任职"):
        gives(member, where, minutes=1)


def test_a_mark_out_of_range_names_the_item(member, where):
    with pytest.raises(RuleViolation, match="“形象进度”填的是 31，超出范围，请填 0 至 30"):
        _record(member, where, marks("80") | {"physical": "31"})
    with pytest.raises(RuleViolation, match="“汇报讲解”还没有打分"):
        _record(member, where, {key: value for key, value in marks("80").items() if key != "presentation"})


def _record(member, where, typed):
    said = {"stop": where, "typed": typed, "entered_at": NOON, "at": NOON}
    return stop_scores.record(**said, client_id=uuid4(), by=today(member.user))


def test_before_the_beginning_and_after_the_lock_nothing_is_taken_in(office, government, scored, member, where):
    early = inspection(office, quarter=4)
    somebody = judge(early, government)
    with pytest.raises(RuleViolation, match="还没有开始评分"):
        gives(somebody, stop(early))
    sent = uuid4()
    gives(member, where, client_id=sent)
    results.lock(inspection=scored, even_incomplete=True, note="两人因公未到", by=office, at=NOON)
    with pytest.raises(RuleViolation, match="的这份评分没有收入"):
        gives(member, where, minutes=5)
    assert gives(member, where, client_id=sent).sequence == 1


def test_the_number_of_an_entry_belongs_to_one_judge_and_stop(scored, member, where):
    sent = uuid4()
    gives(member, where, client_id=sent)
    with pytest.raises(RuleViolation, match="已被另一份评分使用"):
        gives(scored.judges.last(), where, client_id=sent)


def test_the_log_says_that_somebody_scored_and_not_how(member, where):
    gives(member, where, "77.25", comment="围挡未封闭")
    event = AuditEvent.objects.get(action="stop_score.recorded")
    assert event.changes == {"版次": [None, 1]}
    assert "77" not in f"{event.subject_label}{event.changes}"


def test_a_mark_is_never_rewritten_or_deleted(member, where):
    kept = StopScore.objects.filter(pk=gives(member, where).pk)
    for change in (lambda: kept.update(total=100), kept.delete):
        with pytest.raises(DatabaseError, match="历史记录不可更改或删除"), transaction.atomic():
            change()


def test_ten_judges_and_twelve_stops_merge_once(office, government):
    """Half of them sit without a network all day, and every device sends what it kept twice, in any order."""
    made = begun(office, government, stops=12, judges=10)
    dice = Random(24)  # noqa: S311 - a shuffle that can be repeated
    told = [
        (each, where, round_, uuid4())
        for number, each in enumerate(made.judges.all())
        for where in made.stops.all()
        for round_ in ((0, 1) if number % 2 else (0,))
    ]
    arriving = [*told, *told]
    dice.shuffle(arriving)
    for each, where, round_, sent in arriving:
        gives(each, where, str(70 + round_), minutes=round_, at=NOON + timedelta(hours=9), client_id=sent)
    assert StopScore.objects.count() == len(told) == 180
    assert StopScore.objects.current().count() == 120
    assert Panel.of(made).lacking() == []
    rewritten = StopScore.objects.current().filter(total=71)
    assert rewritten.count() == 60
