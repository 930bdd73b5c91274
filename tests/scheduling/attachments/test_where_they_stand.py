"""附件影像 where they belong: on the page of each thing, on the weekly form, at the review desk, behind a closing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.models import Substitute
from scheduling.actions import attachments, decisions, problem_closings, progress_reports
from scheduling.actions.progress_reports import Content
from scheduling.models import Attachment
from tests.scheduling.attachments.cases import PDF, PHOTO, THURSDAY, attach
from tests.scheduling.photos import photo
from tests.scheduling.reports import owes

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PAGES = {"report": "progress_report", "problem": "problem", "meeting": "meeting", "decision": "decision"}


@pytest.fixture
def report(project, report, lead):
    """Submitted: a reviewer may open its page."""
    content = Content(period_amount=100, physical_progress="主体施工至三层", done_text="三层", next_text="四层")
    told = progress_reports.submit(
        project=owes(project), period=report.period, content=content, client_id=uuid4(), by=lead
    )
    return told.report


@pytest.fixture
def form_url(project, report):
    return f"{reverse('weekly_report', args=[project.code])}?period={report.period_id}"


def shown(browser, url):
    response = browser.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("of", PAGES)
def test_each_page_shows_what_is_attached_and_takes_more_from_those_who_may(request, enter, office, of):
    subject = request.getfixturevalue(of)
    by = request.getfixturevalue("lead" if of == "report" else "dispatcher")
    attach(subject, by=by, caption="三层顶板浇筑")
    url, upload = reverse(PAGES[of], args=[subject.pk]), reverse(f"{of}_attach", args=[subject.pk])
    for reader in (by, office):
        page = shown(enter(reader), url)
        assert "三层顶板浇筑" in page
        assert (f'action="{upload}"' in page) == attachments.may_attach(subject, reader)


def test_the_weekly_form_asks_for_photos_after_all_else_and_leads_back_to_itself(enter, lead, form_url, report):
    attach(report, by=lead, caption="三层顶板浇筑")
    page = shown(enter(lead), form_url)
    assert "三层顶板浇筑" in page
    assert page.rindex("报送</button>") < page.index("照片（可选）")
    assert f'name="back" value="{form_url}"' in page


def test_the_review_desk_counts_the_photos_that_are_left(enter, dispatcher, report, lead):
    *_kept, taken_back = attach(report, *(photo((20 + n, 10)) for n in range(4)), by=lead)
    attach(report, PDF, by=lead, kind=Attachment.Kind.OTHER)
    attachments.remove(attachment=taken_back, by=lead, at=THURSDAY)
    desk = f"{reverse('review_desk')}?period={report.period_id}"
    assert "照片 3 张" in shown(enter(dispatcher), desk)


def test_who_stands_in_for_the_reviewer_sees_the_photos_of_the_report(enter, dispatcher, outsider, report, lead):
    [attached] = attach(report, by=lead)
    browser, url = enter(outsider), reverse("attachment", args=[attached.pk])
    assert browser.get(url).status_code == 404
    today = timezone.localdate()
    Substitute.objects.create(
        principal=dispatcher,
        substitute=outsider,
        starts_on=today,
        ends_on=today + timedelta(days=7),
        appointed_at=THURSDAY,
    )
    assert shown(browser, reverse("progress_report", args=[report.pk])).count(url) == 1
    assert b"".join(browser.get(url)) == PHOTO


class TestClosing:
    @pytest.fixture
    def asked(self, request):
        """Asks in one way for both: the words, and what stands on record of them."""

        def ask(of, words):
            subject, by = request.getfixturevalue(of), request.getfixturevalue("lead")
            if of == "decision":
                decisions.receive(decision=subject, by=by, at=THURSDAY)
            act = {"problem": problem_closings, "decision": decisions}[of].ask_to_close
            act(**{of: subject}, evidence=words, by=by, at=THURSDAY)
            return subject.moves.get(kind="CLOSE_ASKED").text

        return ask

    @pytest.mark.parametrize("of", ["problem", "decision"])
    def test_the_request_names_what_is_attached(self, request, enter, lead, asked, of):
        subject = request.getfixturevalue(of)
        attach(subject, PDF, by=lead, kind=Attachment.Kind.CONFIRMATION, caption="交地确认书")
        url = reverse(f"{of}_ask_to_close", args=[subject.pk])
        assert "附件 1 个：交地确认书" in shown(enter(lead), url)
        assert asked(of, "已全部腾空") == "已全部腾空（附件 1 个：交地确认书）"

    @pytest.mark.parametrize("of", ["problem", "decision"])
    def test_without_any_it_says_where_to_put_them(self, request, enter, lead, asked, of):
        subject = request.getfixturevalue(of)
        assert "还没有附件" in shown(enter(lead), reverse(f"{of}_ask_to_close", args=[subject.pk]))
        assert asked(of, "已全部腾空") == "已全部腾空"

    def test_many_long_names_and_many_words_are_kept_as_far_as_there_is_room(self, problem, dispatcher, asked):
        for n in range(4):
            attach(problem, photo((20 + n, 10)), by=dispatcher, caption=f"{n}" * 100)
        words = asked("problem", "已" * 490)
        assert words.startswith("已" * 490 + "（附件 4 个")
        assert len(words) == 500


@pytest.fixture(params=[1, 20])
def with_photos(request, lead, dispatcher):
    """Attaches one photo, or as many as are taken."""

    def attached(of):
        subject = request.getfixturevalue(of)
        contents = [photo((20 + n, 10)) for n in range(request.param)]
        attach(subject, *contents, by=lead if of == "report" else dispatcher)
        return subject

    return attached


@pytest.mark.parametrize(("of", "cost"), [("report", 15), ("problem", 19), ("meeting", 16), ("decision", 16)])
def test_twenty_take_no_more_queries_than_one(enter_as, with_photos, of, cost, django_assert_num_queries):
    url, browser = reverse(PAGES[of], args=[with_photos(of).pk]), enter_as("dispatcher")
    with django_assert_num_queries(cost):
        page = browser.get(url)
    assert len(page.content) < 40_000


def test_nor_on_the_weekly_form(enter_as, with_photos, form_url, django_assert_num_queries):
    with_photos("report")
    browser = enter_as("lead")
    with django_assert_num_queries(20):
        page = browser.get(form_url)
    assert len(page.content) < 40_000
