"""The pages of the scoring: the cast before each, what a judge sees, and what an anonymous round does not tell."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from projects.roles import Role
from scheduling.actions import judging, results
from scheduling.models import ScoreSheet, StopResult, StopScore
from tests.conftest import appoint
from tests.scheduling.reports import said
from tests.scheduling.scoring.rounds import FULL, NOON, begun, gives, inspection, judge, marks, month_closed, stop
from tests.sheets import taken

pytestmark = [pytest.mark.django_db, pytest.mark.core]

CAST = ["lead", "dispatcher", "office", "signer", "leader", "outsider"]


@pytest.fixture
def made(office, government, project):
    """Being scored by two; the second stop of three is the project of the cast."""
    round_ = inspection(office)
    stop(round_)
    stop(round_, project)
    stop(round_)
    for name in ("评委甲", "评委乙"):
        judge(round_, government, full_name=name)
    judging.begin(inspection=round_, by=office, at=NOON)
    round_.refresh_from_db()
    return round_


@pytest.fixture
def member(made):
    return made.judges.select_related("user").get(user__full_name="评委甲")


def locked(made, office):
    for each in made.judges.all():
        for where in made.stops.all():
            month_closed(where.project, 7, done=50, planned=100) if each.code == "01" else None
            gives(each, where, "80")
    results.lock(inspection=made, by=office, at=NOON)


def statuses(enter_as, url, post=None):
    browsers = ((who, enter_as(who)) for who in CAST)
    return {
        who: (browser.post(url, post) if post is not None else browser.get(url)).status_code
        for who, browser in browsers
    }


def only(*who, refused=403):
    return {name: 200 if name in who else refused for name in CAST}


class TestCast:
    @pytest.mark.parametrize(
        "name",
        ["inspection_judges", "judge_appoint", "judge_recuse", "judge_group_add", "scoring_begin", "results_lock"],
    )
    def test_the_office_arranges_the_judges_and_locks(self, enter_as, made, name):
        assert statuses(enter_as, reverse(name, args=[made.pk])) == only("office")

    def test_the_signer_publishes(self, enter_as, made):
        assert statuses(enter_as, reverse("results_publish", args=[made.pk])) == only("signer")

    @pytest.mark.parametrize("name", ["judge_dismiss"])
    def test_so_it_is_with_one_judge(self, enter_as, member, name):
        assert statuses(enter_as, reverse(name, args=[member.pk])) == only("office")

    def test_one_group_and_one_recusal(self, enter_as, member, made, office):
        assert statuses(enter_as, reverse("judge_group_amend", args=[member.group_id])) == only("office")
        where = made.stops.first()
        declared = judging.recuse(judge=member, stop=where, reason="亲属任职", by=office, at=NOON)
        assert statuses(enter_as, reverse("recusal_lift", args=[declared.pk])) == only("office")

    def test_nobody_without_the_duty_scores(self, enter_as, made):
        for url in (reverse("scoring"), reverse("stop_scoring", args=[made.stops.first().pk])):
            assert statuses(enter_as, url) == only()

    def test_everybody_who_reads_projects_reads_the_sheet(self, enter_as):
        assert statuses(enter_as, reverse("score_sheets")) == only(*CAST)
        assert statuses(enter_as, reverse("score_sheet_add")) == only("office")

    def test_before_publication_the_result_is_theirs_who_make_it(self, enter_as, made, office, signer):
        locked(made, office)
        one = reverse("stop_result", args=[StopResult.objects.first().pk])
        assert statuses(enter_as, one) == only("office", "signer", refused=404)
        url = reverse("inspection_results", args=[made.pk])
        assert statuses(enter_as, url) == only(*CAST)
        assert "65.00" not in said(enter_as("leader").get(url))
        results.publish(inspection=made, by=signer, at=NOON)
        assert statuses(enter_as, one) == only(*CAST)

    def test_marks_are_shown_to_those_who_make_the_result(self, enter_as, made, office, signer):
        locked(made, office)
        results.publish(inspection=made, by=signer, at=NOON)
        one = reverse("stop_result", args=[StopResult.objects.first().pk])
        assert "评委甲" in said(enter_as("office").get(one))
        assert "评委甲" not in said(enter_as("dispatcher").get(one))


class TestJudgesTaken:
    """The judges as Excel."""

    def sheet(self, browser, made):
        return taken(browser.get(reverse("inspection_judges", args=[made.pk]), {"sheet": "xlsx"}))

    def test_who_judges_how_much_is_done_and_what_is_left_to_others(self, enter_as, member, made, office):
        gives(member, made.stops.first(), "80")
        excused = made.stops.last()
        judging.recuse(judge=member, stop=excused, reason="亲属任职", by=office, at=NOON)
        first, second = self.sheet(enter_as("office"), made)
        assert (first["评委"], first["应评（个）"], first["已评（个）"]) == ("评委甲", 2, 1)
        assert first["回避"] == f"{excused.project.name}：亲属任职"
        assert (second["评委"], second["应评（个）"], second["已评（个）"]) == ("评委乙", 3, 0)

    def test_an_anonymous_round_tells_nobodys_progress(self, enter_as, government, office):
        made = begun(office, government, is_anonymous=True)
        gives(made.judges.first(), made.stops.first(), "80")
        assert [row["已评（个）"] for row in self.sheet(enter_as("office"), made)] == [None, None]


class TestJudge:
    """A judge holds no business duty and sees the stops of the own round alone."""

    def test_the_list_says_what_is_still_to_be_scored(self, enter, member, made):
        gives(member, made.stops.first(), "85.5")
        page = enter(member.user).get(reverse("scoring"))
        assert "还有 2 站待评分" in said(page)
        assert "85.5 分" in said(page)

    def test_so_does_the_own_page(self, enter, member, made):
        assert f"“{made.title}”还有 3 站待评分" in said(enter(member.user).get(reverse("my_page")))

    def test_the_project_behind_a_stop_stays_closed(self, enter, member, project):
        browser = enter(member.user)
        assert browser.get(reverse("project_detail", args=[project.code])).status_code in (403, 404)
        assert browser.get(reverse("project_list")).status_code == 403

    def test_a_stop_of_another_round_is_not_there(self, enter, member, office):
        other = inspection(office, quarter=4)
        assert enter(member.user).get(reverse("stop_scoring", args=[stop(other).pk])).status_code == 404

    def test_neither_are_results_and_judges(self, enter, member, made, office):
        locked(made, office)
        browser = enter(member.user)
        for url in (
            reverse("inspection_results", args=[made.pk]),
            reverse("inspection_judges", args=[made.pk]),
            reverse("stop_result", args=[StopResult.objects.first().pk]),
        ):
            assert browser.get(url).status_code == 403

    def test_a_stop_is_scored_and_the_receipt_leads_on(self, enter, member, made):
        first, second, _ = made.stops.all()
        browser = enter(member.user)
        answer = browser.post(
            reverse("stop_scoring", args=[first.pk]), marks("80") | {"client_id": uuid4()}, follow=True
        )
        assert "已收到您的评分 80 分" in said(answer)
        assert answer.context["next"]["url"] == reverse("stop_scoring", args=[second.pk])
        again = browser.get(reverse("stop_scoring", args=[first.pk]))
        assert [item["value"] for item in again.context["items"]] == list(marks("80").values())

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self, enter, member, made):
        url = reverse("stop_scoring", args=[made.stops.first().pk])
        page = enter(member.user).post(url, FULL | {"physical": "99", "comment": "围挡未封闭"})
        assert "“形象进度”填的是 99，超出范围，请填 0 至 30" in said(page)
        assert page.context["items"][0]["value"] == "99"
        assert page.context["comment"] == "围挡未封闭"
        assert not StopScore.objects.exists()

    def test_after_the_lock_the_refusal_is_in_words(self, enter, member, made, office):
        url = reverse("stop_scoring", args=[made.stops.first().pk])
        locked(made, office)
        page = enter(member.user).post(url, FULL | {"client_id": uuid4(), "entered_at": "nonsense"})
        assert "评分已锁定" in said(page)
        assert "notice-error" in page.content.decode()

    def test_a_judge_steps_aside(self, enter, member, made):
        where = made.stops.first()
        browser = enter(member.user)
        browser.post(reverse("stop_recuse", args=[where.pk]), {"reason": "亲属任职"})
        page = browser.get(reverse("stop_scoring", args=[where.pk]))
        assert "本站您须回避，不评分。 亲属任职" in said(page)
        assert "data-score" not in page.content.decode()


class TestOffice:
    def test_a_sheet_is_typed_as_a_table(self, enter, office):
        rows = [("形象进度", "60", "看主体"), ("现场", "40", ""), ("", "", "")]
        typed = {"name": "新表", "effective_on": date(2099, 1, 1).isoformat(), "rows": "3"}
        for number, (name, maximum, hint) in enumerate(rows):
            typed |= {f"row-{number}-name": name, f"row-{number}-maximum": maximum, f"row-{number}-hint": hint}
        browser = enter(office)
        added = browser.post(reverse("score_sheet_add"), typed | {"add": "1"})
        assert len(added.context["rows"]) == 8
        assert browser.post(reverse("score_sheet_add"), typed).status_code == 302
        assert [item["name"] for item in ScoreSheet.objects.get().items] == ["形象进度", "现场"]
        assert "新表" in said(browser.get(reverse("score_sheets")))

    def test_from_a_group_to_the_beginning(self, enter, office, government):
        round_ = inspection(office)
        stop(round_)
        person = appoint(Role.JUDGE, government)
        browser = enter(office)
        browser.post(reverse("judge_group_add", args=[round_.pk]), {"name": "专家", "weight": "40"})
        group = round_.judge_groups.get()
        browser.post(reverse("judge_appoint", args=[round_.pk]), {"group": group.pk, "people": [person.pk]})
        browser.post(reverse("scoring_begin", args=[round_.pk]))
        round_.refresh_from_db()
        assert round_.state == "SCORING"
        assert person.full_name in said(browser.get(reverse("inspection_judges", args=[round_.pk])))

    def test_a_judge_is_excused_and_taken_back(self, enter, office, made, member):
        browser = enter(office)
        where = made.stops.first()
        told = {"judge": member.pk, "stop": where.pk, "reason": "亲属任职"}
        browser.post(reverse("judge_recuse", args=[made.pk]), told)
        browser.post(reverse("recusal_lift", args=[member.recusals.get().pk]), {"reason": "登记错人"})
        browser.post(reverse("judge_dismiss", args=[member.pk]))
        assert made.judges.count() == 1

    def test_the_table_says_who_has_scored_what(self, enter, office, made, member):
        where = made.stops.first()
        gives(member, where)
        matrix = enter(office).get(reverse("inspection_judges", args=[made.pk])).context["matrix"]
        assert matrix["said"] == "应评 6 份，已评 1 份，还缺 5 份。"
        assert matrix["rows"][0]["cells"] == ["●", "○"]

    def test_it_asks_for_itself_alone(self, enter, office, made):
        page = enter(office).get(reverse("inspection_judges", args=[made.pk]), headers={"HX-Request": "true"})
        assert page.content.decode().lstrip().startswith('<section class="section stack" id="matrix"')

    def test_an_anonymous_one_shows_codes_and_hides_who_is_excused(self, enter, office, government):
        round_ = inspection(office, is_anonymous=True)
        first = stop(round_)
        members = [judge(round_, government) for _ in range(3)]
        judging.begin(inspection=round_, by=office, at=NOON)
        judging.recuse(judge=members[0], stop=first, reason="亲属任职", by=office, at=NOON)
        gives(members[1], first)
        matrix = enter(office).get(reverse("inspection_judges", args=[round_.pk])).context["matrix"]
        assert sorted(matrix["judges"]) == ["01", "02", "03"]
        assert sorted(matrix["rows"][0]["cells"]) == sorted("●●○")

    def test_locked_by_one_and_published_by_another(self, enter, office, signer, made):
        url = reverse("results_lock", args=[made.pk])
        gives(made.judges.first(), made.stops.first())
        assert "还缺 5 份" in said(enter(office).post(url, {}))
        enter(office).post(url, {"even_incomplete": "on", "note": "一人因公未到"})
        enter(signer).post(reverse("results_publish", args=[made.pk]))
        made.refresh_from_db()
        assert (made.state, made.locked_by, made.published_by) == ("PUBLISHED", office, signer)
        page = enter(office).get(reverse("inspection_results", args=[made.pk]))
        assert "评分未评齐即锁定：一人因公未到" in said(page)

    def test_unlocked_it_is_scored_again(self, enter, office, made):
        locked(made, office)
        enter(office).post(reverse("results_unlock", args=[made.pk]), {"reason": "一份评分录错"})
        made.refresh_from_db()
        assert made.state == "SCORING"


class TestQueries:
    """However many stops and judges; asked a second time, when the session is known."""

    @pytest.fixture
    def large(self, office, government):
        made = begun(office, government, stops=30, judges=6)
        for each in made.judges.all():
            gives(each, made.stops.first())
        return made

    @pytest.fixture
    def counted(self, django_assert_num_queries):
        def count(browser, url, number):
            browser.get(url)
            with django_assert_num_queries(number):
                page = browser.get(url)
            assert len(page.content) < 40_000

        return count

    def test_the_judges(self, enter, office, large, counted):
        counted(enter(office), reverse("inspection_judges", args=[large.pk]), 11)

    def test_the_list_of_stops(self, enter, large, counted):
        counted(enter(large.judges.first().user), reverse("scoring"), 9)

    def test_one_stop(self, enter, large, counted):
        counted(enter(large.judges.first().user), reverse("stop_scoring", args=[large.stops.first().pk]), 10)

    def test_the_results(self, enter, office, large, counted):
        results.lock(inspection=large, even_incomplete=True, note="示例", by=office, at=NOON)
        counted(enter(office), reverse("inspection_results", args=[large.pk]), 5)


def test_no_mark_reaches_a_stranger(enter, made, member, government):
    receipt = gives(member, made.stops.first())
    stranger = made.judges.exclude(pk=member.pk).get().user
    assert enter(stranger).get(reverse("score_receipt", args=[receipt.pk])).status_code == 404
    assert enter(member.user).get(reverse("score_receipt", args=[receipt.pk])).status_code == 200
