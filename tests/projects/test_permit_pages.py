"""审批手续 of one project: what is missing in one sentence, each permit on its page, each verb on a form of its own."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from projects.actions import permits, project_dates
from projects.models import Permit, PermitPause, PermitState, ProjectDates
from tests.factories import KeyProjectFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
PDF = b"%PDF-1.7\n"
READ = {"lead": 200, "dispatcher": 200, "office": 200, "signer": 200, "leader": 200, "outsider": 404}
KEEP = {"lead": 200, "office": 200, "dispatcher": 403, "signer": 403, "leader": 403, "outsider": 403}
VERBS = {
    "not_concerned": {"reason": "不涉及"},
    "prepare": {"planned_on": TODAY},
    "accept": {"accepted_on": TODAY},
    "pause": {"kind": "SUPPLEMENT", "paused_on": TODAY, "reason": "补图纸"},
    "resume": {"resumed_on": TODAY},
    "grant": {"finished_on": TODAY, "document_number": "1号"},
    "refuse": {"finished_on": TODAY, "reason": "不符"},
    "extend": {"reason": "延期"},
    "expire": {"reason": "过期"},
    "reopen": {"reason": "误登"},
    "correct": {"reason": "误登"},
}


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def permit(project):
    return Permit.objects.create(
        project=project, phase="BUILDING", name="施工许可证", is_required_for_start=True, legal_days=7, valid_months=3
    )


@pytest.fixture
def accepted(permit, lead):
    permits.prepare(permit=permit, planned_on=TODAY, by=lead)
    permits.accept(permit=permit, accepted_on=ago(30), by=lead)
    return permit


@pytest.fixture
def granted(accepted, lead):
    document = ContentFile(PDF, name="施工许可证.pdf")
    permits.grant(permit=accepted, finished_on=ago(10), document_number="1号", document=document, by=lead)
    return accepted


def known(permit):
    return PermitState.objects.current().get(permit=permit)


class TestTheTab:
    def open(self, browser, project):
        return browser.get(reverse("project_permits", args=[project.code]))

    @pytest.mark.parametrize("who", READ)
    def test_is_for_whoever_sees_the_project(self, enter_as, who, permit, project):
        assert self.open(enter_as(who), project).status_code == READ[who]

    def test_says_first_what_the_start_lacks(self, enter, lead, accepted, project):
        page = self.open(enter(lead), project)
        assert page.context["ready"].startswith("尚不具备开工条件，开工必备手续还差 1 项：施工许可证。")
        assert [each["name"] for each in page.context["missing"]] == ["施工许可证"]
        assert "逾期 " in page.content.decode()

    def test_says_when_nothing_is_lacking(self, enter, lead, granted, project):
        assert self.open(enter(lead), project).context["ready"].startswith("具备开工条件")

    def test_shows_a_start_before_the_permit_as_a_risk(self, enter, office, granted, project):
        dates = ProjectDates(project=project, started_on=ago(12), evidence="开工令")
        project_dates.record_dates(dates=dates, by=office)
        said = f"先开工后办证：{ago(12)} 开工，“施工许可证”{ago(10)} 才办结，晚 2 天。"
        assert said in self.open(enter(office), project).content.decode()
        overview = enter(office).get(reverse("project_detail", args=[project.code]))
        assert said in overview.content.decode()

    def test_offers_to_add_only_to_who_keeps_them(self, enter_as, project):
        offered = {who: self.open(enter_as(who), project).context["may_keep"] for who in ("lead", "office", "leader")}
        assert offered == {"lead": True, "office": True, "leader": False}

    @pytest.mark.core
    def test_thirty_permits_take_no_more_queries_than_one(
        self, enter, lead, accepted, project, django_assert_num_queries
    ):
        browser = enter(lead)
        self.open(browser, project)
        with django_assert_num_queries(9):
            self.open(browser, project)
        Permit.objects.bulk_create(Permit(project=project, phase="LAND", name=f"手续{n}") for n in range(30))
        with django_assert_num_queries(9):
            self.open(browser, project)


class TestThePage:
    @pytest.mark.parametrize("who", READ)
    def test_is_for_whoever_sees_the_project(self, enter_as, who, granted):
        assert enter_as(who).get(reverse("permit", args=[granted.pk])).status_code == READ[who]

    def test_shows_the_clock_and_every_version(self, enter, lead, accepted):
        permits.pause(permit=accepted, kind=PermitPause.Kind.SPECIAL, paused_on=ago(28), reason="专家评审", by=lead)
        page = enter(lead).get(reverse("permit", args=[accepted.pk]))
        assert [version["status"] for version in page.context["versions"]] == ["特别程序", "已受理", "材料准备"]
        assert page.context["pauses"][0]["resumed"] == "尚未恢复"
        assert page.context["line"]["clock"].startswith("已中止，尚余")

    @pytest.mark.parametrize(
        ("fixture", "verbs"),
        [
            ("permit", ["登记材料准备", "不涉及", "修改事项"]),
            ("accepted", ["登记办结", "补正或特别程序", "登记不予许可", "更正", "撤销上一步", "修改事项"]),
            ("granted", ["更正", "撤销上一步", "修改事项"]),
        ],
    )
    def test_offers_what_may_be_done_as_it_stands(self, request, enter, lead, fixture, verbs):
        page = enter(lead).get(reverse("permit", args=[request.getfixturevalue(fixture).pk]))
        assert [verb["label"] for verb in page.context["verbs"]] == verbs

    def test_offers_nothing_to_a_reader(self, enter, leader, accepted):
        assert enter(leader).get(reverse("permit", args=[accepted.pk])).context["verbs"] == []


class TestTheVerbs:
    @pytest.mark.parametrize("who", KEEP)
    @pytest.mark.parametrize("verb", [*VERBS, "edit"])
    def test_are_asked_for_by_who_keeps_permits(self, enter_as, who, verb, accepted):
        assert enter_as(who).get(reverse(f"permit_{verb}", args=[accepted.pk])).status_code == KEEP[who]

    @pytest.mark.parametrize("who", KEEP)
    def test_so_is_a_new_item(self, enter_as, who, project):
        assert enter_as(who).get(reverse("permit_add", args=[project.code])).status_code == KEEP[who]

    @pytest.mark.parametrize("verb", VERBS)
    def test_of_another_lead_s_project_are_not_there(self, enter, lead, verb):
        other = Permit.objects.create(project=KeyProjectFactory(), phase="LAND", name="备案")
        assert enter(lead).post(reverse(f"permit_{verb}", args=[other.pk]), VERBS[verb]).status_code == 404

    def test_lead_from_the_item_to_the_document(self, enter, lead, project):
        browser = enter(lead)
        item = {"phase": "BUILDING", "name": "施工许可证", "legal_days": 7, "valid_months": 3, "max_extensions": 2}
        added = browser.post(reverse("permit_add", args=[project.code]), item)
        permit = Permit.objects.get()
        assert added.url == reverse("permit", args=[permit.pk])
        for verb, status in [
            ("prepare", "PREPARING"),
            ("accept", "ACCEPTED"),
            ("reopen", "PREPARING"),
            ("accept", "ACCEPTED"),
            ("grant", "GRANTED"),
            ("extend", "GRANTED"),
        ]:
            answer = browser.post(reverse(f"permit_{verb}", args=[permit.pk]), VERBS[verb])
            assert (answer.status_code, known(permit).status) == (302, status)
        assert known(permit).extensions == 1

    def test_refused_say_so_on_the_form(self, enter, lead, permit):
        page = enter(lead).post(reverse("permit_accept", args=[permit.pk]), VERBS["accept"])
        assert "请先登记材料准备（申请），再登记受理。" in page.content.decode()

    def test_of_the_grant_take_the_document(self, enter, lead, accepted):
        address = reverse("permit_grant", args=[accepted.pk])
        page = enter(lead).post(address, VERBS["grant"] | {"document": SimpleUploadedFile("证.exe", b"MZ")})
        assert "不能上传“证.exe”" in page.content.decode()
        assert 'enctype="multipart/form-data"' in page.content.decode()
        enter(lead).post(address, VERBS["grant"] | {"document": SimpleUploadedFile("证.pdf", PDF)})
        assert known(accepted).attachment.name == "证.pdf"

    def test_of_the_correction_ask_for_what_the_step_has(self, enter, lead, accepted):
        page = enter(lead).get(reverse("permit_correct", args=[accepted.pk]))
        assert list(page.context["form"].fields) == ["planned_on", "accepted_on", "handler", "reason"]
        said = {"accepted_on": ago(29), "planned_on": TODAY, "handler": "周", "reason": "以回执为准"}
        enter(lead).post(reverse("permit_correct", args=[accepted.pk]), said)
        assert (known(accepted).accepted_on, known(accepted).handler) == (ago(29), "周")

    def test_amend_the_item(self, enter, office, accepted):
        item = {"phase": "BUILDING", "name": "施工许可证", "legal_days": 15, "max_extensions": 0}
        enter(office).post(reverse("permit_edit", args=[accepted.pk]), item)
        assert known(accepted).due_on == ago(15)


class TestTheDocument:
    @pytest.mark.parametrize("who", READ)
    def test_is_for_whoever_sees_the_project(self, enter_as, who, granted):
        response = enter_as(who).get(reverse("permit_attachment", args=[known(granted).pk]))
        assert response.status_code == READ[who]
        if READ[who] == 200:
            assert b"".join(response) == PDF
            assert response["Content-Disposition"].startswith("attachment")
            assert response["X-Content-Type-Options"] == "nosniff"

    def test_that_is_not_there_is_not_found(self, enter, lead, accepted):
        assert enter(lead).get(reverse("permit_attachment", args=[known(accepted).pk])).status_code == 404
