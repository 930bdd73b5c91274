"""问题协调 as seen: what is in my court stands first, and every verb has its own page for whom it is open to."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projects.actions import milestones
from projects.roles import Role
from scheduling.actions import problem_escalations, problems
from scheduling.models import Problem, ProblemMove
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, MilestoneFactory, UnitFactory
from tests.scheduling.problems.cases import NOW, ask, ask_to_close, close, fresh, history, in_days, raise_it

pytestmark = pytest.mark.django_db
VERBS = ["amend", "note", "hand_over", "ask", "escalate", "decline", "ask_to_close", "close", "refuse_close", "reopen"]


def titles(response):
    return [row["title"] for row in response.context["rows"]]


def listed(browser, **asked):
    return browser.get(reverse("problem_list"), asked)


class TestTheList:
    @pytest.mark.core
    def test_what_is_in_my_court_is_first_then_what_is_overdue(self, enter, project, lead, land, water):
        raise_it(project, lead, title="用地", needed_by=in_days(3))
        late = raise_it(project, lead, title="资金", needed_by=in_days(9))
        Problem.objects.filter(pk=late.pk).update(needed_by=in_days(-4))
        mine = raise_it(project, lead, title="管线", needed_by=in_days(30))
        ask(mine, water, lead)
        other = appoint(Role.REVIEWER, water.unit)
        for row in Problem.objects.all():
            row.support_units.add(water.unit)
        response = listed(enter(other))
        assert titles(response) == ["管线", "资金", "用地"]
        rows = response.context["rows"]
        assert (rows[0]["is_mine"], rows[0]["held"], rows[1]["late"]) == (True, "今天转到", "逾期 4 天")

    @pytest.mark.parametrize(
        ("who", "seen"),
        [("lead", 1), ("dispatcher", 1), ("office", 1), ("leader", 1), ("signer", 1), ("outsider", 0)],
    )
    def test_everybody_sees_the_problems_of_the_projects_one_sees(self, enter_as, problem, who, seen):
        assert len(titles(listed(enter_as(who)))) == seen

    @pytest.mark.core
    def test_a_unit_sees_what_it_is_asked_about(self, enter, problem, lead, land):
        assert titles(listed(enter(land.reviewer))) == []
        ask(problem, land, lead)
        assert titles(listed(enter(land.reviewer))) == [problem.title]

    @pytest.mark.core
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"q": "管线"}, ["管线迁改"]),
            ({"kind": "LAND"}, ["交地"]),
            ({"level": "2"}, ["管线迁改"]),
            ({"only": "late"}, ["管线迁改"]),
            ({"only": "mine"}, ["交地"]),
            ({"only": "up"}, ["交地"]),
            ({"state": "CLOSED"}, ["已解决的"]),
            ({"state": "ALL"}, ["交地", "管线迁改", "已解决的"]),
            ({"level": "nonsense"}, ["交地", "管线迁改"]),
        ],
    )
    def test_it_is_narrowed(self, enter_as, district, asked, found):
        assert titles(listed(enter_as("dispatcher"), **asked)) == found

    @pytest.fixture
    def district(self, project, lead, dispatcher, land):
        raise_it(project, lead, title="交地", at=NOW - timedelta(days=30))
        problem_escalations.propose_due(at=NOW)
        pipes = raise_it(project, lead, title="管线迁改", kind="PIPELINES")
        ask(pipes, land, lead)
        Problem.objects.filter(pk=pipes.pk).update(level=2, needed_by=in_days(-1))
        solved = raise_it(project, lead, title="已解决的", kind="FUNDS")
        ask_to_close(solved, lead)
        close(solved, dispatcher)

    @pytest.mark.core
    def test_the_totals_lead_to_their_lists(self, enter, project, lead, office):
        raise_it(project, lead)
        raise_it(project, lead, kind="FUNDS")
        matrix = listed(enter(office)).context["matrix"]
        assert [level["total"] for level in matrix["levels"]] == [2, 0, 0, 0]
        assert [(kind["label"], kind["total"]) for kind in matrix["kinds"]] == [("用地", 1), ("资金", 1)]

    @pytest.mark.core
    def test_thirty_rows_cost_no_more_than_one(self, enter, office, lead, lead_unit, django_assert_num_queries):
        for _ in range(31):
            raise_it(KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead), lead)
        browser = enter(office)
        listed(browser)
        with django_assert_num_queries(9):
            response = listed(browser)
        assert len(response.context["rows"]) == 30
        assert len(response.content) < 40_000

    @pytest.mark.core
    def test_the_sheet_has_the_same_rows(self, enter, problem, lead):
        response = enter(lead).get(reverse("problem_list_export"))
        rows = [*load_workbook(BytesIO(b"".join(response)), read_only=True)["数据"].values]
        assert len(rows) == 4
        assert problem.title in rows[3]


class TestCourts:
    @pytest.mark.core
    def test_the_league_counts_what_one_may_see(self, enter, problem, office, outsider):
        rows = enter(office).get(reverse("problem_courts")).context["rows"]
        assert [(row["unit"], row["waiting"]) for row in rows] == [(problem.court_unit, 1)]
        assert enter(outsider).get(reverse("problem_courts")).context["rows"] == []

    @pytest.mark.core
    def test_many_problems_cost_no_more_than_one(self, enter, office, project, lead, django_assert_num_queries):
        for _ in range(30):
            raise_it(project, lead, responsible_unit=UnitFactory())
        browser = enter(office)
        browser.get(reverse("problem_courts"))
        with django_assert_num_queries(7):
            assert len(browser.get(reverse("problem_courts")).context["rows"]) == 30


class TestDelay:
    """Whose are the days a milestone is late."""

    @pytest.fixture
    def late(self, project, lead):
        milestone = MilestoneFactory(project=project, name="主体封顶")
        milestones.promise(of=milestone, planned_on=in_days(-20), by=lead)
        return milestone

    def said(self, browser, project):
        return browser.get(reverse("project_problems", args=[project.code])).context["delay"]

    @pytest.mark.core
    def test_the_parts_come_to_the_whole(self, enter, office, late, project, lead):
        bureau = UnitFactory(name="区水利局")
        held = {"responsible_unit": bureau, "court_unit": bureau, "milestone": late}
        raise_it(project, lead, at=NOW - timedelta(days=30), effect_days=12, **held)
        assert (
            self.said(enter(office), project) == "“主体封顶”已过批准日期 20 天，其中：区水利局 12 天，项目自身 8 天。"
        )

    def test_with_nothing_claimed_they_are_the_projects_own(self, enter, office, late, project, lead):
        raise_it(project, lead, milestone=late)
        assert self.said(enter(office), project) == "“主体封顶”已过批准日期 20 天，其中：项目自身 20 天。"

    def test_nothing_late_nothing_said(self, enter, office, project, lead):
        raise_it(project, lead)
        assert self.said(enter(office), project) == ""

    @pytest.mark.core
    def test_many_problems_cost_no_more_than_one(self, enter_as, late, project, lead, django_assert_num_queries):
        for _ in range(30):
            raise_it(project, lead, milestone=late, effect_days=1, at=NOW - timedelta(days=9))
        browser = enter_as("office")
        self.said(browser, project)
        with django_assert_num_queries(12):
            self.said(browser, project)


class TestOneProblem:
    def test_it_says_in_whose_hands_it_is(self, enter, problem, lead):
        response = enter(lead).get(reverse("problem", args=[problem.pk]))
        assert response.context["finding"].startswith("由区住房和城乡建设局办理，今天转到")
        assert [level["is_now"] for level in response.context["ladder"]] == [True, False, False, False]

    def test_a_stranger_does_not_find_it(self, enter, problem, outsider):
        assert enter(outsider).get(reverse("problem", args=[problem.pk])).status_code == 404

    @pytest.mark.core
    def test_its_page_costs_the_same_however_long_its_history(self, enter, problem, office, django_assert_num_queries):
        for number in range(30):
            problems.note(problem=problem, text=f"第{number}次约谈", by=office, at=NOW)
        browser = enter(office)
        browser.get(reverse("problem", args=[problem.pk]))
        with django_assert_num_queries(14):
            browser.get(reverse("problem", args=[problem.pk]))

    def test_the_department_that_is_asked_is_offered_its_answers(self, enter, problem, lead, land):
        ask(problem, land, lead)
        (waiting,) = enter(land.reviewer).get(reverse("problem", args=[problem.pk])).context["answers"]
        assert [verb["label"] for verb in waiting["verbs"]] == ["受理", "不予受理", "转交其他单位"]
        assert enter(lead).get(reverse("problem", args=[problem.pk])).context["answers"] == []

    @pytest.mark.parametrize(
        ("who", "offered"),
        [
            ("lead", {"填写进展", "请求协调", "转办", "申请销号", "修改问题", "升级"}),
            ("office", {"填写进展", "请求协调", "转办", "申请销号", "修改问题", "升级"}),
            ("leader", set()),
        ],
    )
    def test_one_is_offered_what_one_may_do(self, enter_as, problem, who, offered):
        verbs = enter_as(who).get(reverse("problem", args=[problem.pk])).context["verbs"]
        assert {verb["label"] for verb in verbs} == offered


class TestVerbs:
    @pytest.mark.parametrize("verb", VERBS)
    @pytest.mark.parametrize(
        ("who", "status"),
        [("lead", 200), ("dispatcher", 200), ("office", 200), ("leader", 403), ("signer", 403), ("outsider", 404)],
    )
    def test_each_has_a_page_for_those_who_work_on_problems(self, enter_as, problem, verb, who, status):
        assert enter_as(who).get(reverse(f"problem_{verb}", args=[problem.pk])).status_code == status

    def test_a_lead_raises_one_on_the_page_of_the_project(self, enter, project, lead, lead_unit, land):
        node = MilestoneFactory(project=project)
        sent = {
            "kind": "LAND",
            "title": "北侧地块尚未交付",
            "responsible_unit": lead_unit.pk,
            "support_units": [land.unit.pk],
            "needed_by": in_days(9).isoformat(),
            "milestone": node.pk,
            "effect_days": "12",
        }
        browser = enter(lead)
        response = browser.post(reverse("problem_new", args=[project.code]), sent)
        problem = Problem.objects.get()
        assert response.url == reverse("problem", args=[problem.pk])
        assert [*problem.support_units.all()] == [land.unit]
        (row,) = browser.get(reverse("project_problems", args=[project.code])).context["open"]
        assert row["effect"] == "影响“主体结构封顶” 12 天"

    @pytest.mark.parametrize(("who", "status"), [("leader", 403), ("outsider", 404)])
    def test_others_raise_none(self, enter_as, project, who, status):
        assert enter_as(who).get(reverse("problem_new", args=[project.code])).status_code == status

    def test_a_problem_goes_its_way_through_the_pages(self, enter, problem, lead, dispatcher, land):
        def send(who, name, pk=problem.pk, **said):
            response = enter(who).post(reverse(name, args=[pk]), said)
            assert response.status_code == 302, response.context["form"].errors

        send(lead, "problem_note", text="已约谈")
        said = {"unit": land.unit.pk, "question": "请明确交地时间", "answer_due_on": in_days(5)}
        send(lead, "problem_ask", **said)
        request = problem.requests.get()
        said = {"answer": "下周交地", "promised_on": in_days(7)}
        send(land.reviewer, "problem_request_accept", request.pk, **said)
        send(land.reviewer, "problem_ask_to_close", text="交地确认书已签")
        send(lead, "problem_refuse_close", text="仍缺一户")
        send(dispatcher, "problem_escalate", court=problem.court_unit_id, text="协调不动")
        send(dispatcher, "problem_hand_over", to=land.unit.pk, text="属用地")
        send(land.reviewer, "problem_ask_to_close", text="已全部腾空")
        send(lead, "problem_close")
        send(lead, "problem_reopen", text="返迁")
        assert fresh(problem).state == Problem.State.OPEN
        assert history(problem)[-3:] == [
            ProblemMove.Kind.CLOSE_ASKED,
            ProblemMove.Kind.CLOSED,
            ProblemMove.Kind.REOPENED,
        ]

    def test_what_is_refused_is_said_on_the_form(self, enter, problem, lead):
        response = enter(lead).post(reverse("problem_close", args=[problem.pk]))
        assert "没有等待确认的销号申请" in response.content.decode()

    def test_another_units_request_is_not_found(self, enter, problem, lead, land, water):
        request = ask(problem, land, lead)
        assert enter(water.reviewer).get(reverse("problem_request_accept", args=[request.pk])).status_code == 404
