"""附件影像 on the pages: who may hands in, who sees what it belongs to takes out; nobody else learns it is there."""

import sys
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from projects import tasks as project_tasks
from projects.models import Job
from scheduling import tasks
from scheduling.actions import attachments
from scheduling.actions.attachments import HandedIn, Said
from scheduling.models import Attachment
from tests.scheduling.attachments.cases import PDF, PHOTO, THURSDAY, attach, report_on
from tests.scheduling.photos import photo
from tests.scheduling.test_photo import GARBLED

pytestmark = pytest.mark.django_db

READ, CHANGE = {"lead", "dispatcher", "office", "signer", "leader"}, {"lead"}
CAST = READ | {"outsider"}


@pytest.fixture(autouse=True)
def messages_we_deliver(monkeypatch):
    for task in (tasks.make_thumbnail, project_tasks.scan_file):
        monkeypatch.setattr(task, "delay_on_commit", lambda job_id: None)


def upload(browser, subject, *contents, name="现场.jpg", **said):
    url = reverse(f"{attachments.noun_of(subject)}_attach", args=[subject.pk])
    chosen = [SimpleUploadedFile(name, content) for content in contents or [PHOTO]]
    return browser.post(url, {"kind": "PHOTO", "back": "/overdue/", "chosen": chosen} | said)


@pytest.fixture
def hand_in(enter, lead, report):
    """The lead hands something in to the report."""
    return lambda *contents, **said: upload(enter(lead), report, *contents, **said)


def thumbnails_are_made():
    for job in Job.objects.filter(kind=tasks.make_thumbnail.name):
        tasks.make_thumbnail(job.pk)


@pytest.fixture
def attached(report, lead):
    [attached] = attach(report, by=lead, caption="三层顶板浇筑")
    tasks.look_after([attached], at=THURSDAY)
    thumbnails_are_made()
    attached.refresh_from_db()
    return attached


class TestHandingIn:
    def test_several_photos_in_one_go_lead_back(self, enter, lead, report):
        answer = upload(enter(lead), report, PHOTO, photo(colour="red"), caption="三层")
        assert answer.headers["Location"] == "/overdue/"
        assert list(report.attachments.values_list("caption", flat=True)) == ["三层", "三层"]
        assert Job.objects.filter(kind=tasks.make_thumbnail.name).count() == 2

    def test_a_script_gets_the_gallery(self, client, enter, lead, report):
        enter(lead)
        url = reverse("report_attach", args=[report.pk])
        body = {"kind": "PHOTO", "chosen": SimpleUploadedFile("现场.jpg", PHOTO)}
        shown = client.post(url, body, headers={"HX-Request": "true"}).content.decode()
        assert "缩略图生成中" in shown
        assert "拍摄于 2026-03-04 09:30" in shown

    def test_before_the_report_is_submitted_too(self, enter, lead, project, report):
        url = reverse("period_attach", args=[project.code, report.period_id])
        enter(lead).post(url, {"kind": "PHOTO", "chosen": SimpleUploadedFile("现场.jpg", PHOTO)})
        assert report.attachments.count() == 1

    @pytest.mark.parametrize(
        ("name", "content", "said", "words"),
        [
            ("现场.jpg", PDF, {}, "内容不是 JPG"),
            ("现场.gif", b"GIF89a", {}, "可上传的文件：JPG、PNG、HEIC。"),
            ("批复.pdf", PDF, {"kind": "APPROVAL", "dated_on": "26-01-05"}, "输入一个有效的日期"),
        ],
    )
    def test_what_is_wrong_is_said(self, hand_in, name, content, said, words):
        answer = hand_in(content, name=name, **said)
        assert (answer.status_code, words in answer.content.decode()) == (409, True)

    def test_without_a_file_it_says_what_to_do(self, enter, lead, report):
        answer = enter(lead).post(reverse("report_attach", args=[report.pk]), {"kind": "PHOTO"})
        assert "请先选择要上传的照片或文件" in answer.content.decode()

    @pytest.mark.parametrize("who", sorted(CAST))
    def test_the_cast(self, enter_as, who, report):
        status = upload(enter_as(who), report).status_code
        assert status == (302 if who in CHANGE else 409 if who in READ else 404)
        assert Attachment.objects.exists() == (who in CHANGE)

    @pytest.mark.parametrize("of", ["problem", "meeting", "decision"])
    def test_to_anything_that_is_seen(self, request, enter, dispatcher, outsider, of):
        subject = request.getfixturevalue(of)
        assert upload(enter(dispatcher), subject).status_code == 302
        assert upload(enter(outsider), subject).status_code == 404


class TestTakingOut:
    def test_the_original_is_what_was_handed_in(self, enter, dispatcher, attached):
        answer = enter(dispatcher).get(reverse("attachment", args=[attached.pk]))
        assert b"".join(answer) == PHOTO
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")

    def test_the_small_copy_is_shown_and_says_nothing(self, enter, dispatcher, attached):
        answer = enter(dispatcher).get(reverse("attachment_thumbnail", args=[attached.pk]))
        copy = Image.open(BytesIO(b"".join(answer)))
        assert (copy.size, dict(copy.getexif())) == ((640, 480), {})
        assert answer["Content-Disposition"] == "inline"
        assert answer["Cache-Control"].startswith("private")

    @pytest.mark.parametrize("name", ["attachment", "attachment_thumbnail", "report_photos", "project_photos"])
    @pytest.mark.parametrize("who", sorted(CAST))
    def test_the_cast(self, enter_as, who, name, attached):
        of = {"report_photos": attached.report_id, "project_photos": attached.project.code}
        answer = enter_as(who).get(reverse(name, args=[of.get(name, attached.pk)]))
        b"".join(answer)
        assert answer.status_code == (200 if who in READ else 404)

    def test_what_was_taken_away_is_not_there(self, enter, lead, attached):
        attachments.remove(attachment=attached, by=lead, at=THURSDAY)
        assert enter(lead).get(reverse("attachment", args=[attached.pk])).status_code == 404


class TestChanging:
    @pytest.mark.parametrize("name", ["attachment_caption", "attachment_remove"])
    @pytest.mark.parametrize("who", sorted(CAST))
    def test_the_cast(self, enter_as, who, name, attached):
        answer = enter_as(who).post(f"{reverse(name, args=[attached.pk])}?back=/overdue/", {"caption": "四层"})
        attached.refresh_from_db()
        assert (attached.caption == "四层" or attached.removed_at is not None) == (who in CHANGE)
        assert answer.status_code == (302 if who in CHANGE else 200 if who in READ else 404)

    def test_one_is_led_nowhere_else(self, enter, lead, attached):
        url = reverse("attachment_remove", args=[attached.pk])
        assert enter(lead).post(f"{url}?back=//evil.example/").headers["Location"] == reverse("my_page")


class TestSmallCopies:
    def test_one_that_cannot_be_made_is_said_and_the_original_stays(self, enter, lead, report):
        garbled = HandedIn(BytesIO(GARBLED), "现场.heic")
        new = attachments.attach(subject=report, files=[garbled], said=Said(), by=lead, at=THURSDAY)
        tasks.look_after(new, at=THURSDAY)
        thumbnails_are_made()
        assert "照片不完整" in Job.objects.get(state="FAILED").error
        shown = enter(lead).get(reverse("report_photos", args=[report.pk])).content.decode()
        assert "不能显示，可下载原图" in shown
        assert "hx-trigger" not in shown  # nothing more will come

    def test_an_attempt_that_was_overtaken_stores_nothing(self, report, lead, monkeypatch):
        [attached] = attach(report, by=lead)
        tasks.look_after([attached], at=THURSDAY)

        def overtaken(*args, **kwargs):
            raise tasks.jobs.ClaimLost

        monkeypatch.setattr(tasks.jobs, "finish", overtaken)
        thumbnails_are_made()
        attached.refresh_from_db()
        assert attached.thumbnail is None


class TestScanning:
    """A scanner that finds a virus in whatever holds the word."""

    SCRIPT = "import sys; sys.exit(1 if b'EICAR' in open(sys.argv[1], 'rb').read() else 0)"

    @pytest.fixture(autouse=True)
    def scanner(self, settings):
        settings.SCAN_COMMAND = [sys.executable, "-c", self.SCRIPT]

    def scanned(self):
        for job in Job.objects.filter(kind=project_tasks.scan_file.name):
            project_tasks.scan_file(job.pk)

    def test_an_infected_file_is_handed_to_nobody(self, enter, lead, report):
        upload(enter(lead), report, PDF + b"EICAR", name="批复.pdf", kind="APPROVAL")
        self.scanned()
        answer = enter(lead).get(reverse("attachment", args=[Attachment.objects.get().pk]))
        assert (answer.status_code, "已隔离" in answer.content.decode()) == (409, True)
        assert "已隔离" in enter(lead).get(reverse("report_photos", args=[report.pk])).content.decode()

    def test_a_clean_one_is(self, enter, lead, report):
        upload(enter(lead), report)
        self.scanned()
        answer = enter(lead).get(reverse("attachment", args=[Attachment.objects.get().pk]))
        assert b"".join(answer) == PHOTO

    @pytest.mark.parametrize(
        ("command", "words"), [(["/nowhere/scanner"], "未能运行"), ([sys.executable, "-c", "exit(2)"], "退出码 2")]
    )
    def test_a_scanner_that_does_not_answer_fails_in_sight(self, settings, hand_in, command, words):
        settings.SCAN_COMMAND = command
        hand_in()
        self.scanned()
        assert words in Job.objects.get(kind=project_tasks.scan_file.name).error

    def test_without_one_nothing_is_asked(self, settings, hand_in):
        settings.SCAN_COMMAND = []
        hand_in()
        assert not Job.objects.filter(kind=project_tasks.scan_file.name).exists()


class TestThePhotosOfAProject:
    @pytest.mark.core
    def test_stand_under_their_weeks_newest_first(self, enter, dispatcher, project, lead):
        for day in (date(2026, 2, 20), date(2026, 3, 5)):
            attach(report_on(project, day), photo((30, day.day)), by=lead, caption=f"{day.month} 月")
        shown = enter(dispatcher).get(reverse("project_photos", args=[project.code]))
        assert [week["label"] for week in shown.context["weeks"]] == [
            "2026-02-28 至 2026-03-06",
            "2026-02-14 至 2026-02-20",
        ]

    def test_one_used_before_is_marked(self, enter, dispatcher, project, lead):
        for day in (date(2026, 2, 20), date(2026, 3, 5)):
            attach(report_on(project, day), by=lead)
        shown = enter(dispatcher).get(reverse("project_photos", args=[project.code])).content.decode()
        assert shown.count("与 2026-03-05 10:00 上传的相同") == 1

    def test_an_expired_document_says_so(self, enter, dispatcher, report, lead):
        said = {"kind": Attachment.Kind.PERMIT, "document_number": "宁规许〔2025〕3号"}
        attach(report, PDF, by=lead, expires_on=date(2026, 3, 4), **said)
        shown = enter(dispatcher).get(reverse("project_photos", args=[report.project.code])).content.decode()
        assert "宁规许〔2025〕3号" in shown
        assert "已过有效期" in shown

    @pytest.mark.core
    @pytest.mark.parametrize("count", [1, 30])
    def test_the_number_of_queries_does_not_grow(self, enter, lead, project, count, django_assert_num_queries):
        days = [date(2026, 1, 30), date(2026, 3, 5)]
        for n in range(count):
            attach(report_on(project, days[n % 2]), photo((20 + n, 10)), by=lead)
        browser = enter(lead)
        with django_assert_num_queries(11):
            page = browser.get(reverse("project_photos", args=[project.code]))
        assert len(page.content) < 40_000

    @pytest.mark.core
    @pytest.mark.parametrize("count", [1, 20])
    def test_nor_does_it_for_one_report(self, enter, lead, report, count, django_assert_num_queries):
        attach(report, *(photo((20 + n, 10)) for n in range(count)), by=lead)
        browser = enter(lead)
        with django_assert_num_queries(9):
            browser.get(reverse("report_photos", args=[report.pk]))
