"""外绿内红与随机核查: what the database holds of a project is put beside itself; whom to verify is drawn, once."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from projects import recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, EvidenceItem, Stage
from scheduling.actions import forecasts, verifications
from scheduling.forecasts import back_tested
from scheduling.models import ContradictionCheck, FinishForecast, ProgressVersion, Verification, VerificationDraw
from scheduling.verifications import drawn_again, tally
from tests.factories import MilestoneFactory, StageTargetFactory, UnitFactory, date_milestone, date_stage_target
from tests.scheduling.warning_cases import FRIDAY, NIGHT, ON, built, night, record

pytestmark = [pytest.mark.django_db, pytest.mark.core]

STEADY = [10] * 18
RISING = [*range(1, 19)]
SOON = FRIDAY + timedelta(weeks=10)
LISTS = ["warning_list", "contradiction_list", "verification_draw_list"]


@pytest.fixture(autouse=True)
def in_the_night():
    with time_machine.travel(NIGHT, tick=False):
        yield


@pytest.fixture
def people(lead, dispatcher):
    return lead, dispatcher


@pytest.fixture
def doubted(people, lead_unit):
    """Half of the money spent, and one per cent of the works done in every week: 20 points apart."""
    return built(people, STEADY, total="464", percents=RISING, finish=SOON, lead_unit=lead_unit)


@pytest.fixture
def portfolio(people, doubted):
    """Four that go on as ever, and one whose figures do not fit."""
    every = [*[built(people, STEADY) for _ in range(4)], doubted]
    night(every)
    return every


@pytest.fixture
def drawn(portfolio, office):
    return verifications.draw_projects(seed="摇号 0716", size=3, by=office, at=NIGHT)


def kinds(project):
    return {each["kind"] for each in ContradictionCheck.objects.get(project=project).found}


class TestPicture:
    def test_what_does_not_fit_is_stored_with_its_sentence_and_score(self, portfolio, doubted):
        check = ContradictionCheck.objects.get(project=doubted)
        assert check.found[0]["kind"] == "投资与形象进度不符"
        assert "高 20.8 个百分点" in check.found[0]["text"]
        assert check.score == sum(each["weight"] for each in check.found) == 20
        assert list(ContradictionCheck.objects.doubted()) == [check]
        assert list(ContradictionCheck.objects.with_kind("投资与形象进度不符")) == [check]
        assert not ContradictionCheck.objects.with_kind("照片陈旧")

    def test_a_stage_closed_without_the_papers_it_asks_for_is_doubted_one_that_asks_for_none_is_not(self, people):
        project = built(people, STEADY)
        closed = {"approved_on": FRIDAY, "actual_on": FRIDAY}
        asking = StageTargetFactory(project=project, stage=Stage.GROUNDBREAKING)
        EvidenceItem.objects.create(stage_target=asking, name="施工许可证")
        date_stage_target(asking, **closed)
        date_stage_target(StageTargetFactory(project=project, stage=Stage.PREPARATION), **closed)
        night([project])
        [found] = ContradictionCheck.objects.get(project=project).found
        assert found["text"] == "1 个阶段报为完成，没有佐证材料：开工建设。"

    @pytest.mark.parametrize(("evidence", "is_doubted"), [("", True), ("验收记录 3 号", False)])
    def test_a_milestone_is_doubted_where_a_report_claims_it_without_a_ground(self, people, evidence, is_doubted):
        project = built(people, STEADY)
        node = MilestoneFactory(project=project)
        date_milestone(node, approved_on=FRIDAY, actual_on=FRIDAY)
        last = ProgressVersion.objects.filter(report__project=project).last()
        claim = {"milestone": node.pk, "actual_on": "2026-11-27", "evidence": evidence}
        record(recorded.amended(last, milestones=[claim]))
        night([project])
        assert ("节点完成无依据" in kinds(project)) == is_doubted

    def test_stale_is_what_the_light_of_reports_calls_so(self, people, portfolio):
        late = built(people, STEADY, ago=3)
        night([*portfolio, late])
        late.standing.light = "GREEN"
        late.standing.save()
        forecasts.renew(at=NIGHT, progress=lambda _done, _total: None)
        assert kinds(late) == {"填报陈旧"}


class TestDraw:
    def test_is_written_down_so_that_anybody_can_draw_again(self, drawn, portfolio, office, doubted):
        assert (drawn.seed, drawn.size, drawn.checked_on) == ("摇号 0716", 3, ON)
        assert drawn.scores == {each.pk: 20 if each == doubted else 0 for each in portfolio}
        assert drawn_again(drawn) == list(drawn.verifications.order_by("place").values_list("project", flat=True))
        assert AuditEvent.objects.get(action="verification_draw.drawn").by == office

    def test_is_drawn_by_the_office_alone(self, portfolio, dispatcher):
        with pytest.raises(NotAllowed):
            verifications.draw_projects(seed="1", size=1, by=dispatcher, at=NIGHT)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            pytest.param({"seed": " "}, "请填写随机种子", id="无种子"),
            pytest.param({"seed": "摇号 0716"}, "已用过", id="种子重复"),
            pytest.param({"size": 6}, "1 到 5", id="超过范围"),
        ],
    )
    def test_is_refused_in_words(self, drawn, office, said, words):
        with pytest.raises(RuleViolation, match=words):
            verifications.draw_projects(**({"seed": "另一次", "size": 1, "by": office, "at": NIGHT} | said))

    def test_is_never_altered(self, drawn):
        with pytest.raises(IntegrityError), transaction.atomic():
            VerificationDraw.objects.update(seed="更合意的种子")
        with pytest.raises(IntegrityError), transaction.atomic():
            Verification.objects.filter(place=1).delete()


class TestResult:
    def result(self, drawn, office, outcome="VERIFIED", place=1, **said):
        verification = drawn.verifications.get(place=place)
        words = {"verified_on": ON, "words": "现场与填报一致"} | said
        verifications.record(verification=verification, outcome=outcome, by=office, at=NIGHT, **words)
        return drawn.verifications.get(place=place)

    def test_says_whether_it_held_in_words_and_by_whom(self, drawn, office):
        found = self.result(drawn, office)
        assert (found.get_outcome_display(), found.words, found.recorded_by) == ("核实", "现场与填报一致", office)
        assert AuditEvent.objects.get(action="verification.recorded").by == office

    def test_the_rate_is_of_those_whose_result_is_recorded(self, drawn, office):
        assert tally(Verification.objects.all()).rate is None
        self.result(drawn, office)
        self.result(drawn, office, "ADJUSTED", 2)
        found = tally(Verification.objects.all())
        assert (found.drawn, found.settled, found.rate) == (3, 2, Decimal(50))

    def test_is_recorded_once(self, drawn, office):
        self.result(drawn, office)
        with pytest.raises(RuleViolation, match="已登记"):
            self.result(drawn, office, "ADJUSTED")
        with pytest.raises(IntegrityError), transaction.atomic():
            drawn.verifications.filter(place=1).update(words="另一种说法")

    @pytest.mark.parametrize(
        ("said", "words"), [({"words": " "}, "核查情况"), ({"verified_on": ON + timedelta(days=1)}, "至今天之间")]
    )
    def test_is_refused_in_words(self, drawn, office, said, words):
        with pytest.raises(RuleViolation, match=words):
            self.result(drawn, office, **said)

    def test_is_recorded_by_the_office_alone(self, drawn, dispatcher):
        with pytest.raises(NotAllowed):
            self.result(drawn, dispatcher)

    def test_the_database_takes_it_as_a_whole_or_not_at_all(self, drawn):
        with pytest.raises(IntegrityError, match="verification_recorded_as_a_whole"), transaction.atomic():
            drawn.verifications.filter(place=1).update(outcome="VERIFIED")


class TestPages:
    @pytest.mark.parametrize("name", LISTS)
    @pytest.mark.parametrize("who", ["dispatcher", "office", "signer", "leader"])
    def test_readers_of_the_district_and_of_the_unit_see_their_projects(self, drawn, doubted, enter_as, who, name):
        page = enter_as(who).get(reverse(name))
        assert page.status_code == 200
        if name != "verification_draw_list":
            assert doubted.name in page.content.decode()

    @pytest.mark.parametrize("name", LISTS)
    def test_whoever_sees_no_project_is_shown_none(self, drawn, doubted, enter, outsider, name):
        page = enter(outsider).get(reverse(name)).content.decode()
        assert doubted.name not in page
        assert drawn.seed not in page
        assert enter(outsider).get(reverse("verification_draw", args=[drawn.pk])).status_code == 404

    def test_a_lead_sees_the_own_forecasts_but_not_whom_one_goes_to_verify(self, drawn, doubted, enter, lead):
        browser = enter(lead)
        assert doubted.name in browser.get(reverse("warning_list")).content.decode()
        for address in (*map(reverse, LISTS[1:]), reverse("verification_draw", args=[drawn.pk])):
            assert browser.get(address).status_code == 403

    def test_the_back_test_stands_beside_every_forecast(self, drawn, doubted, enter, office):
        for address in (reverse("warning_list"), reverse("project_detail", args=[doubted.code])):
            page = enter(office).get(address).content.decode()
            assert back_tested().sentence in page
            assert "预测仅用于预警" in page
        assert FinishForecast.objects.get(project=doubted).warning in page

    def test_the_lead_is_told_on_the_own_page(self, portfolio, enter, lead):
        assert "1 个负责的项目有完工预警" in enter(lead).get(reverse("my_page")).content.decode()

    def test_what_does_not_fit_is_for_verifying_and_for_nothing_else(self, portfolio, enter, office):
        page = enter(office).get(reverse("contradiction_list")).content.decode()
        assert "供核查，不作为考核依据" in page
        assert "核对了 5 个项目，1 个的数据对不上" in page

    def test_the_list_is_narrowed_by_a_contradiction(self, portfolio, doubted, enter, office):
        address = reverse("contradiction_list")
        assert doubted.name in enter(office).get(f"{address}?kind=投资与形象进度不符").content.decode()
        assert doubted.name not in enter(office).get(f"{address}?kind=照片陈旧").content.decode()

    def test_the_office_draws_and_records_through_the_pages(self, portfolio, enter, office):
        browser = enter(office)
        answer = browser.post(reverse("verification_draw_add"), {"seed": "0817", "size": "2"})
        made = VerificationDraw.objects.get(seed="0817")
        assert answer.url == reverse("verification_draw", args=[made.pk])
        assert "名单与次序一致" in browser.get(f"{answer.url}?again").content.decode()
        said = {"outcome": "ADJUSTED", "verified_on": ON.isoformat(), "words": "多报一层，已更正"}
        first = made.verifications.get(place=1)
        browser.post(reverse("verification_record", args=[first.pk]), said)
        assert "核实 0 个、调整 1 个，核实率 0.0%" in browser.get(answer.url).content.decode()

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "signer", "leader"])
    def test_nobody_else_draws_or_records(self, drawn, enter_as, who):
        browser = enter_as(who)
        assert browser.post(reverse("verification_draw_add"), {"seed": "1", "size": "1"}).status_code == 403
        verification = drawn.verifications.get(place=1)
        assert browser.post(reverse("verification_record", args=[verification.pk])).status_code == 403

    @pytest.mark.parametrize(
        ("name", "rows"),
        [("warning_list_export", 1), ("contradiction_list_export", 1), ("verification_draw_export", 3)],
    )
    def test_every_list_leaves_as_excel(self, drawn, enter, office, name, rows):
        arguments = [drawn.pk] if name == "verification_draw_export" else []
        answer = enter(office).get(reverse(name, args=arguments))
        sheet = load_workbook(BytesIO(b"".join(answer.streaming_content)), read_only=True).worksheets[0]
        assert len(list(sheet.iter_rows(min_row=4))) == rows

    def test_thirty_projects_take_a_constant_number_of_queries(
        self, people, portfolio, office, enter, django_assert_max_num_queries
    ):
        many = [
            built(people, STEADY, total="464", percents=RISING, finish=SOON, lead_unit=UnitFactory()) for _ in range(30)
        ]
        night([*portfolio, *many])
        made = verifications.draw_projects(seed="三十", size=30, by=office, at=NIGHT)
        browser = enter(office)
        addresses = [*map(reverse, LISTS), reverse("verification_draw", args=[made.pk])]
        for address in addresses:
            with django_assert_max_num_queries(12):
                page = browser.get(address)
            assert len(page.content) < 40_000
