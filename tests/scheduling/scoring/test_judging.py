"""评委: who may judge, who is excused, and when the scoring begins."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Unit
from projects.roles import Role
from scheduling.actions import judging, score_sheets
from scheduling.judging import OWN_PROJECT, OWN_UNIT, Panel
from scheduling.models import JudgeGroup, ScoreSheet
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, PostFactory, UnitFactory
from tests.scheduling.scoring.rounds import NOON, begun, gives, inspection, judge, stop, today

pytestmark = [pytest.mark.django_db, pytest.mark.core]

ITEMS = [{"name": "形象进度", "maximum": "60"}, {"name": "现场", "maximum": "40", "hint": "看围挡"}]


@pytest.fixture
def planned(office):
    """Two stops, no judge yet."""
    made = inspection(office)
    stop(made)
    stop(made)
    return made


@pytest.fixture
def group(planned, office):
    return judging.add_group(inspection=planned, name="区领导", weight=Decimal(60), by=office, at=NOON)


class TestSheets:
    def add(self, by, **said):
        told = {"name": "观摩评分表", "items": ITEMS, "effective_on": NOON.date()} | said
        return score_sheets.add(**told, by=by, at=NOON)

    def test_an_edition_keeps_its_items_as_they_were_typed(self, office):
        sheet = self.add(office)
        assert [item["name"] for item in sheet.items] == ["形象进度", "现场"]
        assert sheet.items[1]["hint"] == "看围挡"
        assert AuditEvent.objects.get(action="score_sheet.added").changes["评分项"] == [None, "形象进度 60、现场 40"]

    def test_the_past_has_its_sheet_and_a_day_has_one(self, office):
        self.add(office)
        with pytest.raises(RuleViolation, match="已登记，不能改动"):
            self.add(office)
        with pytest.raises(RuleViolation, match="不能追溯"):
            self.add(office, effective_on=NOON.date().replace(day=1))

    def test_a_sheet_nobody_can_score_by_is_refused(self, office):
        with pytest.raises(RuleViolation, match="至少要有一项"):
            self.add(office, items=[])

    def test_only_the_office_adds_one(self, dispatcher, signer):
        for person in (dispatcher, signer):
            with pytest.raises(NotAllowed):
                self.add(person)

    def test_without_any_the_usual_one_is_the_first(self, office):
        assert score_sheets.of_day(NOON.date()) == score_sheets.of_day(NOON.date())
        assert len(ScoreSheet.objects.get().items) == 6


class TestAppointing:
    def test_only_who_holds_the_duty_that_day_is_appointed(self, office, dispatcher, group, government):
        with pytest.raises(RuleViolation, match="没有“评委”任职"):
            judging.appoint(group=group, people=[dispatcher], by=office, at=NOON)
        person = appoint(Role.JUDGE, government)
        judging.appoint(group=group, people=[person], by=office, at=NOON)
        with pytest.raises(RuleViolation, match="已是本次观摩的评委"):
            judging.appoint(group=group, people=[person], by=office, at=NOON)

    def test_only_the_office_appoints(self, group, signer, government):
        with pytest.raises(NotAllowed):
            judging.appoint(group=group, people=[appoint(Role.JUDGE, government)], by=signer, at=NOON)

    def test_who_scored_is_not_dismissed(self, office, government):
        made = begun(office, government)
        first, second = made.judges.all()
        gives(first, made.stops.first())
        with pytest.raises(RuleViolation, match="已有评分，不能移出"):
            judging.dismiss(judge=first, by=office, at=NOON)
        judging.dismiss(judge=second, by=office, at=NOON)
        assert [each.code for each in made.judges.all()] == ["01"]

    def test_weights_stand_once_the_scoring_has_begun(self, office, government):
        made = begun(office, government)
        only = JudgeGroup.objects.get()
        with pytest.raises(RuleViolation, match="评委组和权重不能再改动"):
            judging.amend_group(group=only, name="评委", weight=Decimal(1), by=office, at=NOON)
        with pytest.raises(RuleViolation, match="评委组和权重不能再改动"):
            judging.add_group(inspection=made, name="专家", weight=Decimal(1), by=office, at=NOON)

    def test_a_group_weighs_something_and_is_named_once(self, office, planned, group):
        with pytest.raises(RuleViolation, match="权重须大于 0"):
            judging.add_group(inspection=planned, name="专家", weight=Decimal(0), by=office, at=NOON)
        with pytest.raises(RuleViolation, match="已有“区领导”"):
            judging.add_group(inspection=planned, name="区领导", weight=Decimal(1), by=office, at=NOON)
        judging.amend_group(group=group, name="区领导组", weight=Decimal(50), by=office, at=NOON)
        group.refresh_from_db()
        assert (group.name, group.weight) == ("区领导组", 50)


class TestCodes:
    def test_a_named_round_numbers_its_judges_as_they_came(self, office, government):
        made = begun(office, government, judges=3)
        assert [each.code for each in made.judges.order_by("pk")] == ["01", "02", "03"]

    def test_an_anonymous_one_draws_them_by_a_keyed_lot(self, office, government, settings):
        made = inspection(office, is_anonymous=True)
        for _ in range(9):
            judge(made, government)
        drawn = [each.code for each in made.judges.order_by("pk")]
        assert sorted(drawn) == [f"{number:02}" for number in range(1, 10)]
        assert drawn != sorted(drawn)
        assert len({Panel.of(made).called(each) for each in made.judges.all()}) == 9

    def test_nobody_comes_or_goes_once_anonymous_marks_are_there(self, office, government):
        made = begun(office, government, is_anonymous=True)
        gives(made.judges.first(), made.stops.first())
        with pytest.raises(RuleViolation, match="会暴露评委身份"):
            judge(made, government)
        with pytest.raises(RuleViolation, match="会暴露评委身份"):
            judging.dismiss(judge=made.judges.last(), by=office, at=NOON)


class TestRecusal:
    @pytest.mark.parametrize("place", ["lead_unit", "responsible_unit", "town"])
    def test_the_own_unit_is_excused_by_the_rule(self, office, government, place):
        own = UnitFactory(path="000001/000777/", parent=government)
        made = inspection(office)
        theirs, other = stop(made, KeyProjectFactory(**{place: own})), stop(made)
        member = judge(made, own)
        assert Panel.of(made).excused == {(member.pk, theirs.pk): OWN_UNIT}
        assert not Panel.of(made).is_due(member, theirs)
        assert Panel.of(made).is_due(member, other)

    def test_so_are_the_units_above_and_below_it(self, office, government):
        bureau = UnitFactory(path="000001/000777/", parent=government)
        station = UnitFactory(path="000001/000777/000778/", parent=bureau)
        made = inspection(office)
        of_bureau = stop(made, KeyProjectFactory(lead_unit=bureau))
        of_station = stop(made, KeyProjectFactory(lead_unit=station))
        above, below = judge(made, bureau), judge(made, station)
        pairs = {(each.pk, where.pk) for each in (above, below) for where in (of_bureau, of_station)}
        assert Panel.of(made).excused.keys() == pairs

    def test_the_government_above_all_of_them_judges_all_of_them(self, office, government, lead_unit):
        made = inspection(office)
        stop(made, KeyProjectFactory(lead_unit=lead_unit))
        judge(made, government)
        assert not Panel.of(made).excused

    def test_the_posts_of_the_day_of_the_tour_decide(self, office, government, lead_unit):
        made = inspection(office)
        theirs = stop(made, KeyProjectFactory(lead_unit=lead_unit))
        member = judge(made, government)
        PostFactory(
            user=member.user, unit=lead_unit, role=Role.REVIEWER, starts_on=NOON.date().replace(month=10, day=1)
        )
        assert not Panel.of(made).excused
        PostFactory(user=member.user, unit=lead_unit, role=Role.REVIEWER, starts_on=NOON.date())
        assert Panel.of(made).excused == {(member.pk, theirs.pk): OWN_UNIT}

    def test_whoever_answers_for_the_project_does_not_score_it(self, office, government):
        made = inspection(office)
        member = judge(made, government)
        theirs = stop(made, KeyProjectFactory(liaison=member.user))
        assert Panel.of(made).excused == {(member.pk, theirs.pk): OWN_PROJECT}

    def test_a_judge_or_the_office_declares_it_with_a_reason(self, office, government, signer):
        made = begun(office, government)
        member, where = made.judges.first(), made.stops.first()
        with pytest.raises(RuleViolation, match="请写明回避理由"):
            judging.recuse(judge=member, stop=where, reason=" ", by=office, at=NOON)
        with pytest.raises(NotAllowed):
            judging.recuse(judge=member, stop=where, reason="亲属任职", by=signer, at=NOON)
        judging.recuse(judge=member, stop=where, reason="亲属任职", by=member.user, at=NOON)
        assert Panel.of(made).excused == {(member.pk, where.pk): "亲属任职"}
        with pytest.raises(RuleViolation, match="回避已登记"):
            judging.recuse(judge=member, stop=where, reason="亲属任职", by=office, at=NOON)

    def test_a_recusal_declared_by_mistake_is_lifted_by_the_office(self, office, government):
        made = begun(office, government)
        member, where = made.judges.first(), made.stops.first()
        declared = judging.recuse(judge=member, stop=where, reason="亲属任职", by=office, at=NOON)
        with pytest.raises(NotAllowed):
            judging.lift_recusal(recusal=declared, reason="登记错人", by=today(member.user), at=NOON)
        judging.lift_recusal(recusal=declared, reason="登记错人", by=office, at=NOON)
        assert not Panel.of(made).excused


class TestBeginning:
    def test_it_needs_a_route_stops_and_judges(self, office, planned, government):
        with pytest.raises(RuleViolation, match="还没有评委"):
            judging.begin(inspection=planned, by=office, at=NOON)
        judge(planned, government)
        planned.stops.all().delete()
        with pytest.raises(RuleViolation, match="还没有观摩点"):
            judging.begin(inspection=planned, by=office, at=NOON)
        with pytest.raises(RuleViolation, match="线路确定后才能开始评分"):
            judging.begin(inspection=inspection(office, state="CHOOSING", quarter=4), by=office, at=NOON)

    def test_every_stop_has_a_judge_who_may_score_it(self, office, government):
        own = UnitFactory(path="000001/000777/", kind=Unit.Kind.TOWN)
        made = inspection(office)
        stop(made, KeyProjectFactory(name="东湖水厂", town=own))
        judge(made, own)
        with pytest.raises(RuleViolation, match="“东湖水厂”的评委全部须回避"):
            judging.begin(inspection=made, by=office, at=NOON)

    def test_the_sheet_of_the_day_of_the_tour_is_kept(self, office, government):
        sheet = score_sheets.add(name="新表", items=ITEMS, effective_on=NOON.date(), by=office, at=NOON)
        assert begun(office, government).sheet == sheet


def test_a_judge_is_one_of_a_round_once(office, government):
    made = inspection(office)
    member = judge(made, government)
    member.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        member.save(force_insert=True)
