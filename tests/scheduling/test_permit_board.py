"""审批看板: the worst first, any day, within what one may see; and how long the agencies take, pauses excluded."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects import recorded
from projects.actions import key_projects, permits
from projects.models import KeyProject, LibraryTier, Permit, PermitPause, PermitState
from projects.permit_clock import Reading
from scheduling.permit_board import Concern, Scope, board
from scheduling.permit_league import Held, league
from tests.factories import KeyProjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

ON = date(2025, 3, 12)  # a Wednesday
READ = {"lead": 200, "dispatcher": 200, "office": 200, "signer": 200, "leader": 200, "outsider": 200}


def permit(project, name, agency="区行政审批服务局", *, days=5, pauses=(), **state):
    """One permit with this state, as if recorded long ago; its due day by the clock."""
    made = Permit.objects.create(project=project, phase="LAND", name=name, agency=agency, legal_days=days)
    if state:
        with recorded.writing() as at:
            found = [PermitPause(permit=made, kind="SUPPLEMENT", paused_on=a, resumed_on=b) for a, b in pauses]
            if found:
                recorded.record(found, by=None, at=at)
            recorded.record([PermitState(permit=made, **state)], by=None, at=at)
    return made


def march(day):
    return date(2025, 3, day)


@pytest.fixture
def permits_of_all_kinds(project):
    permit(project, "未启动的")
    permit(project, "准备的", status="PREPARING", planned_on=march(20))
    permit(project, "从容的", days=20, status="ACCEPTED", accepted_on=march(11), due_on=date(2025, 4, 8))
    permit(project, "中止的", pauses=[(march(5), None)], status="SUPPLEMENT", accepted_on=march(3))
    permit(project, "临近失效的", status="GRANTED", accepted_on=march(3), finished_on=march(4), expires_on=march(31))
    permit(project, "失效的", status="GRANTED", accepted_on=march(3), finished_on=march(4), expires_on=march(11))
    permit(project, "被拒的", status="REFUSED", accepted_on=march(3), finished_on=march(4), note="不符")
    permit(project, "将到期的", status="ACCEPTED", accepted_on=march(10), due_on=march(17))
    permit(project, "刚逾期的", status="ACCEPTED", accepted_on=march(4), due_on=march(11))
    permit(project, "久逾期的", status="ACCEPTED", accepted_on=march(3), due_on=march(10))
    permit(project, "办结的", status="GRANTED", accepted_on=march(3), finished_on=march(4))
    permit(project, "不涉及的", status="NOT_CONCERNED", note="无")


def names(rows):
    return [each.row.permit.name for each in rows]


def asked(on=ON, known_at=None, **scope):
    return board(Scope(KeyProject.objects.all(), **scope), on=on, known_at=known_at)


@pytest.mark.usefixtures("permits_of_all_kinds")
class TestTheBoard:
    def test_has_the_worst_first_and_leaves_out_what_is_settled(self):
        assert names(asked().rows) == [
            *("久逾期的", "刚逾期的", "将到期的", "被拒的", "失效的", "临近失效的"),
            *("中止的", "从容的", "准备的", "未启动的"),
        ]

    def test_counts_them_in_the_totals(self):
        totals = asked().totals
        assert totals._asdict() == {
            "at_the_counter": 5,
            "paused": 1,
            "overdue": 2,
            "soon": 1,
            "refused": 1,
            "expired": 1,
            "expiring": 1,
        }

    def test_is_narrowed_by_status_and_concern(self):
        assert names(asked(status="GRANTED").rows) == ["临近失效的", "办结的"]
        assert names(asked(status="EXPIRED").rows) == ["失效的"]
        assert names(asked(status="NOT_CONCERNED").rows) == ["不涉及的"]
        assert names(asked(concerns=frozenset({Concern.OVERDUE})).rows) == ["久逾期的", "刚逾期的"]
        assert asked(agency="区水利局").rows == []
        assert asked(phase="BUILDING").rows == []

    def test_agrees_with_the_database_about_today(self):
        stored = PermitState.objects.current().overdue(on=ON).values_list("permit__name", flat=True)
        assert set(stored) == set(names(asked(concerns=frozenset({Concern.OVERDUE})).rows))

    def test_shows_any_other_day(self):
        assert names(asked(march(10)).rows)[:3] == ["久逾期的", "刚逾期的", "被拒的"]
        assert asked(march(10)).totals.overdue == 0
        assert asked(march(3)).totals.refused == 0
        assert asked(march(18)).totals.overdue == 3

    def test_leaves_out_projects_that_left_the_register(self, project, office):
        key_projects.enter_tier(
            project=project,
            tier=LibraryTier.EXITED,
            entered_on=march(1),
            reason="撤资",
            document_number="1号",
            by=office,
        )
        assert asked().rows == []
        assert asked(date(2025, 2, 28)).rows != []


def test_an_earlier_knowledge_shows_what_was_known_then(project, lead):
    today = timezone.localdate()
    one = Permit.objects.create(project=project, phase="LAND", name="备案", legal_days=1)
    permits.prepare(permit=one, planned_on=today, by=lead)
    with recorded.writing() as moment:
        pass
    permits.accept(permit=one, accepted_on=today, by=lead)
    assert asked(today, moment).rows[0].reading.status == "PREPARING"
    assert asked(today).rows[0].reading.status == "ACCEPTED"


def test_thirty_permits_of_thirty_projects_take_no_more_queries_than_one(django_assert_num_queries):
    permit(KeyProjectFactory(), "备案", status="ACCEPTED", accepted_on=march(3), due_on=march(10))
    with django_assert_num_queries(5):
        asked()
    for _turn in range(30):
        permit(KeyProjectFactory(), "备案", status="ACCEPTED", accepted_on=march(3), due_on=march(10))
    with django_assert_num_queries(5):
        assert len(asked().rows) == 31


class TestTheLeague:
    def held(self, used, limit=5, *, decided=True, name="施工许可证", over=False, agency="甲局"):
        left = limit - used
        due = ON - timedelta(days=1) if over else ON
        status = "GRANTED" if decided else "ACCEPTED"
        reading = Reading(status, ON, due_on=due, days_used=used, days_left=left)
        return Held(agency, name, reading, limit, decided)

    def test_takes_the_mean_the_middle_and_days_against_limits(self):
        [agency] = league([self.held(2), self.held(3), self.held(10), self.held(1, decided=False)])
        tally = agency.items[0].tally
        assert (tally.mean, tally.middle, tally.mean_limit, tally.rate) == (5, 3, 5, 100)
        assert (tally.running, tally.decided, tally.over_limit, tally.longest) == (1, 3, 1, 1)

    def test_of_nothing_decided_has_no_mean(self):
        [agency] = league([self.held(1, decided=False)])
        tally = agency.items[0].tally
        assert (tally.mean, tally.middle, tally.mean_limit, tally.rate) == (None, None, None, None)

    def test_puts_the_agency_with_most_overdue_first(self):
        found = league([self.held(1), self.held(9, decided=False, over=True, agency="乙局")])
        assert [(row.agency, row.overdue) for row in found] == [("乙局", 1), ("甲局", 0)]

    def test_excludes_pauses_exactly(self, project):
        # Accepted Monday 3, paused Wednesday 5 to Monday 10 (three workdays), granted Wednesday 12: 4, 10, 11, 12.
        state = {"status": "GRANTED", "accepted_on": march(3), "finished_on": march(12)}
        permit(project, "施工许可证", pauses=[(march(5), march(10))], **state)
        permit(project, "施工图审查", **state)
        [agency] = asked().agencies()
        assert {item.name: item.tally.mean for item in agency.items} == {"施工许可证": 4, "施工图审查": 7}
        assert {item.name: item.tally.rate for item in agency.items}["施工许可证"] == Decimal(80)

    def test_counts_decisions_of_the_year_only(self, project):
        last_year = {"accepted_on": date(2024, 12, 2), "finished_on": date(2024, 12, 9)}
        permit(project, "施工许可证", status="GRANTED", expires_on=march(20), **last_year)
        assert asked().agencies() == []


@pytest.mark.usefixtures("permits_of_all_kinds")
class TestThePage:
    address = f"{reverse('permit_board')}?on={ON}"

    @pytest.mark.parametrize("who", READ)
    def test_shows_everybody_the_own_part(self, enter_as, who):
        page = enter_as(who).get(self.address)
        assert page.status_code == READ[who]
        assert page.context["page"].paginator.count == (0 if who == "outsider" else 10)

    def test_says_the_totals_in_a_sentence(self, enter, office):
        assert enter(office).get(self.address).context["headline"] == (
            "截至2025年3月12日，在办审批 5 项，其中中止 1 项，逾期 2 项，3 个工作日内到期 1 项，"
            "不予许可 1 项，已失效 1 项，30 天内失效 1 项。"
        )

    def test_says_of_each_what_is_left_or_over(self, enter, office):
        rows = enter(office).get(self.address).context["rows"]
        assert [row["clock"] for row in rows[:3]] == ["逾期 2 个工作日", "逾期 1 个工作日", "剩 3 个工作日"]
        assert [row["mark"] for row in rows[:4]] == ["overdue", "overdue", "accepted", "refused"]

    @pytest.mark.parametrize(
        ("conditions", "count"),
        [
            ("only=overdue", 2),
            ("only=soon", 1),
            ("only=validity", 2),
            ("status=SUPPLEMENT", 1),
            ("agency=区行政审批服务局", 10),
            ("phase=WORKS", 0),
            ("q=没有这个项目", 0),
            ("status=NONSENSE", 10),
        ],
    )
    def test_is_narrowed_by_its_address(self, enter, office, conditions, count):
        page = enter(office).get(f"{self.address}&{conditions}")
        assert page.context["page"].paginator.count == count

    def test_takes_a_constant_number_of_queries(self, enter, office, django_assert_num_queries):
        browser = enter(office)
        browser.get(self.address)
        with django_assert_num_queries(11):
            browser.get(self.address)
        for _turn in range(30):
            permit(KeyProjectFactory(), "备案", status="ACCEPTED", accepted_on=march(3), due_on=march(10))
        with django_assert_num_queries(11):
            browser.get(self.address)

    @pytest.mark.parametrize("who", READ)
    def test_leaves_as_excel_with_its_definitions(self, enter_as, who):
        response = enter_as(who).get(f"{reverse('permit_board_export')}?on={ON}&only=overdue")
        book = load_workbook(BytesIO(b"".join(response)))
        expected = [] if who == "outsider" else ["久逾期的", "刚逾期的"]
        assert [row[5] for row in book["数据"].iter_rows(min_row=4, values_only=True) if row[5]] == expected
        assert ("计时单位", "工作日按国务院公布的放假和调休安排，或自然日") in list(book["口径说明"].values)

    def test_a_nonsense_day_is_refused_in_words(self, enter, office):
        assert enter(office).get(f"{reverse('permit_board')}?on=2025-13-40").status_code == 409


@pytest.mark.usefixtures("permits_of_all_kinds")
class TestTheApi:
    address = reverse("api_permits")

    def test_answers_with_one_object_per_permit(self, enter, office, project):
        answer = enter(office).get(self.address, {"on": str(ON), "overdue": "true"}).json()
        assert answer["count"] == 2
        assert answer["results"][0] == {
            "project_code": project.code,
            "project_name": project.name,
            "lead_unit": "区住房和城乡建设局",
            "permit": "久逾期的",
            "phase": "立项用地规划许可",
            "phase_code": "LAND",
            "agency": "区行政审批服务局",
            "is_required_for_start": False,
            "status": "已受理",
            "status_code": "ACCEPTED",
            "limit_days": 5,
            "counts_working_days": True,
            "accepted_on": "2025-03-03",
            "due_on": "2025-03-10",
            "days_used": 7,
            "days_left": -2,
            "is_overdue": True,
            "finished_on": None,
            "document_number": "",
            "expires_on": None,
        }

    @pytest.mark.parametrize(
        ("conditions", "count"),
        [
            ({"overdue": "false"}, 8),
            ({"status": "GRANTED"}, 2),
            ({"lead_unit": "区住房和城乡建设局"}, 10),
            ({"agency": "区水利局"}, 0),
            ({"phase": "WORKS"}, 0),
        ],
    )
    def test_is_narrowed_by_its_parameters(self, enter, office, conditions, count):
        assert enter(office).get(self.address, {"on": str(ON), **conditions}).json()["count"] == count

    @pytest.mark.parametrize("wrong", [{"overdue": "x"}, {"status": "X"}, {"phase": "X"}, {"lead_unit": "X"}])
    def test_says_what_is_wrong_with_the_question(self, enter, office, wrong):
        answer = enter(office).get(self.address, wrong)
        assert answer.status_code == 400
        assert answer.json()["detail"]

    def test_shows_an_outsider_nothing(self, enter, outsider):
        assert enter(outsider).get(self.address, {"on": str(ON)}).json()["count"] == 0
