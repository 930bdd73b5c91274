"""附件影像: the original is kept byte for byte, shown to those who see what it belongs to, and never erased."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest

from projects.actions import stored_files
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, StoredFile
from projects.periods import Kind
from scheduling.actions import attachments, periods
from scheduling.actions.attachments import HandedIn, Said
from scheduling.models import Attachment
from tests.factories import KeyProjectFactory
from tests.scheduling.attachments.cases import PDF, PHOTO, THURSDAY, accepted, attach, report_on
from tests.scheduling.photos import photo
from tests.scheduling.test_photo import NO_TIME

pytestmark = [pytest.mark.django_db, pytest.mark.core]


class TestHandingIn:
    def test_the_original_is_kept_byte_for_byte(self, report, lead):
        [attached] = attach(report, by=lead, caption="三层顶板浇筑")
        assert stored_files.where(attached.file).read_bytes() == PHOTO
        assert (attached.project, attached.uploaded_by, attached.uploaded_at) == (report.project, lead, THURSDAY)

    def test_what_the_camera_wrote_is_kept_but_the_place(self, report, lead):
        [attached] = attach(report, by=lead)
        assert attached.taken_at == datetime(2026, 3, 4, 1, 30, 15, tzinfo=UTC)  # 09:30 here
        assert (attached.camera, attached.width, attached.height) == ("HUAWEI Mate 60", 800, 600)
        names = {field.name for field in Attachment._meta.get_fields()}
        assert not names & {"latitude", "longitude", "location", "place"}

    def test_a_photo_without_a_time_is_taken_too(self, report, lead):
        [attached] = attach(report, NO_TIME, by=lead)
        assert attached.taken_at is None

    def test_several_come_at_once_and_a_second_sending_changes_nothing(self, report, lead):
        contents = [photo(colour=colour) for colour in ("red", "green", "blue")]
        assert len(attach(report, *contents, by=lead)) == 3
        assert attach(report, *contents, by=lead) == []
        assert report.attachments.count() == 3

    def test_a_document_has_its_number_and_its_days(self, report, lead):
        said = {"document_number": "宁规许〔2026〕3号", "dated_on": date(2026, 1, 5), "expires_on": date(2027, 1, 4)}
        [attached] = attach(report, PDF, by=lead, kind=Attachment.Kind.PERMIT, **said)
        assert {name: getattr(attached, name) for name in said} == said
        assert attached.taken_at is None

    def test_a_document_does_not_expire_before_it_is_dated(self, report, lead):
        days = {"dated_on": date(2026, 1, 5), "expires_on": date(2026, 1, 4)}
        with pytest.raises(RuleViolation, match="有效期 2026-01-04 早于文件日期 2026-01-05"):
            attach(report, PDF, by=lead, kind=Attachment.Kind.PERMIT, **days)

    def test_what_is_no_photo_is_refused_by_name_and_nothing_of_the_lot_is_kept(self, report, lead):
        with pytest.raises(RuleViolation, match=r"“现场\.jpg”：照片已损坏"):
            attach(report, PHOTO, b"\xff\xd8\xff\xe0 broken", by=lead)
        assert not Attachment.objects.exists()

    def test_a_document_is_no_photo(self, report, lead):
        with pytest.raises(RuleViolation, match="可上传的文件：JPG、PNG、HEIC"):
            attachments.attach(
                subject=report, files=[HandedIn(BytesIO(PDF), "批复.pdf")], said=Said(), by=lead, at=THURSDAY
            )

    def test_each_takes_twenty_and_says_how_many_it_has(self, report, lead):
        many = [photo((10 + n, 10)) for n in range(attachments.MOST)]
        attach(report, *many, by=lead)
        with pytest.raises(RuleViolation, match="每处最多 20 个附件，已有 20 个"):
            attach(report, by=lead)
        attachments.remove(attachment=report.attachments.first(), by=lead, at=THURSDAY)
        assert attach(report, by=lead)

    def test_it_is_in_the_log_with_its_digest(self, report, lead):
        [attached] = attach(report, by=lead, caption="三层")
        event = AuditEvent.objects.get(action="attachment.attached")
        assert event.changes["SHA-256"] == [None, attached.file.sha256]


class TestWhoMay:
    @pytest.mark.parametrize("who", ["dispatcher", "office", "signer", "leader", "outsider"])
    def test_only_who_answers_for_the_project_attaches_to_its_report(self, report, request, who):
        with pytest.raises(NotAllowed, match="由其责任人或联络人上传"):
            attach(report, by=request.getfixturevalue(who))

    def test_the_liaison_does_too(self, project, dispatcher, lead):
        project.liaison, project.responsible_person = lead, dispatcher
        project.save()
        week = periods.open_period(kind=Kind.WEEK, day=date(2026, 3, 5), by=None, at=THURSDAY)
        assert attachments.report_for(project=project, period=week, by=lead)

    @pytest.mark.parametrize(
        ("of", "may"),
        [
            ("problem", {"lead", "dispatcher", "office"}),
            ("meeting", {"dispatcher", "office"}),
            ("decision", {"lead", "dispatcher", "office"}),
        ],
    )
    def test_to_the_others_those_who_see_them_and_have_to_do_with_them(self, request, of, may):
        subject = request.getfixturevalue(of)
        cast = ("lead", "dispatcher", "office", "signer", "leader", "outsider")
        assert {who for who in cast if attachments.may_attach(subject, request.getfixturevalue(who))} == may
        [attached] = attach(subject, PDF, by=request.getfixturevalue("dispatcher"), kind=Attachment.Kind.OTHER)
        assert attachments.subject_of(attached) == subject


class TestReuse:
    def test_a_photo_used_before_says_when(self, report, lead, lead_unit):
        other = KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead)
        [first] = attach(report_on(other), by=lead)
        [again] = attach(report, by=lead, at=THURSDAY + timedelta(days=1))
        used = dict(Attachment.objects.with_reuse().values_list("pk", "first_used_at"))
        assert used == {first.pk: None, again.pk: THURSDAY}
        assert StoredFile.objects.count() == 1

    def test_one_taken_back_and_handed_in_where_it_belongs_does_not_count_as_used(self, report, project, lead):
        [wrong] = attach(report, by=lead)
        attachments.remove(attachment=wrong, by=lead, at=THURSDAY)
        [right] = attach(report_on(project, date(2026, 2, 20)), by=lead)
        assert Attachment.objects.with_reuse().get(pk=right.pk).first_used_at is None


class TestTakingAway:
    def test_it_is_marked_and_its_bytes_stay(self, report, lead):
        [attached] = attach(report, by=lead)
        attachments.remove(attachment=attached, by=lead, at=THURSDAY)
        attached.refresh_from_db()
        assert (attached.removed_at, attached.removed_by) == (THURSDAY, lead)
        assert stored_files.where(attached.file).read_bytes() == PHOTO
        assert not Attachment.objects.kept().exists()

    def test_twice_is_refused(self, report, lead):
        [attached] = attach(report, by=lead)
        attachments.remove(attachment=attached, by=lead, at=THURSDAY)
        with pytest.raises(RuleViolation, match="已被移除"):
            attachments.remove(attachment=attached, by=lead, at=THURSDAY)

    def test_a_reviewer_takes_nothing_away(self, report, lead, dispatcher):
        [attached] = attach(report, by=lead)
        with pytest.raises(NotAllowed):
            attachments.remove(attachment=attached, by=dispatcher, at=THURSDAY)

    def test_what_was_reviewed_keeps_what_it_was_judged_by(self, report, lead, dispatcher):
        [attached] = attach(report, by=lead)
        accepted(report.project, report.period, lead, dispatcher)
        with pytest.raises(RuleViolation, match="该期填报已审核，附件随之存档"):
            attachments.remove(attachment=attached, by=lead, at=THURSDAY)

    @pytest.mark.parametrize("of", ["problem", "decision"])
    def test_what_was_closed_or_withdrawn_does_too(self, request, of, dispatcher, office):
        subject = request.getfixturevalue(of)
        [attached] = attach(subject, by=dispatcher)
        ends = {"problem": {"state": "CLOSED", "closed_at": THURSDAY, "closed_by": office}}
        type(subject).objects.update(**ends.get(of, {"state": "WITHDRAWN"}))
        with pytest.raises(RuleViolation, match="附件随之存档，不能改动"):
            attachments.remove(attachment=attached, by=dispatcher, at=THURSDAY)

    def test_a_caption_is_put_in_other_words(self, report, lead):
        [attached] = attach(report, by=lead, caption="二层")
        attachments.caption(attachment=attached, caption="三层", by=lead, at=THURSDAY)
        assert AuditEvent.objects.get(action="attachment.captioned").changes == {"说明": ["二层", "三层"]}
