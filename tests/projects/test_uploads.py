"""附件: only documents come in, and only what the name says they are; they go out to be saved, never to be run."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from projects import uploads
from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.models import StoredFile
from projects.views.downloads import attachment
from projects.views.forms import DocumentField

PDF = b"%PDF-1.7\n1 0 obj"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def packed(*parts: str) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return target.getvalue()


OFD, DOCX, XLSX = packed("OFD.xml"), packed("[Content_Types].xml", "word/document.xml"), packed("xl/workbook.xml")


def refusal_of(content: bytes, name: str) -> str:
    with pytest.raises(RuleViolation) as refused:
        uploads.refuse_unfit(content=BytesIO(content), name=name)
    return refused.value.message


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "施工许可证.pdf"),
        (b"\r\n" + PDF, "扫描件.PDF"),
        (OFD, "批复.ofd"),
        (JPG, "照片.jpg"),
        (JPG, "照片.JPEG"),
        (PNG, "截图.png"),
        (DOCX, "说明.docx"),
        (XLSX, "清单.xlsx"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_formats_of_documents_are_taken(content, name):
    given = BytesIO(content)
    uploads.refuse_unfit(content=given, name=name)
    assert given.read() == content  # ready to be kept from its beginning


@pytest.mark.parametrize("name", ["木马.exe", "网页.html", "图.svg", "宏.docm", "无后缀", "批复.pdf.js"])
def test_any_other_is_refused_with_those_that_are_taken(name):
    assert refusal_of(PDF, name) == f"不能上传“{name}”。可上传的文件：PDF、OFD、JPG、PNG、DOCX、XLSX。"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"<html><script>alert(1)</script>", "批复.pdf", id="a page called pdf"),
        pytest.param(b"MZ\x90\x00", "批复.png", id="a program called png"),
        pytest.param(PNG, "批复.jpg", id="a png called jpg"),
        pytest.param(DOCX, "清单.xlsx", id="a docx called xlsx"),
        pytest.param(packed("word/document.xml", "word/vbaProject.bin"), "说明.docx", id="a docx with macros"),
        pytest.param(b"PK\x03\x04 broken", "说明.docx", id="a broken archive"),
        pytest.param(DOCX[:-30], "说明.docx", id="an archive cut short"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(content, name):
    assert f"“{name}”的内容不是" in refusal_of(content, name)


def test_an_archive_with_an_enormous_table_of_contents_is_not_read():
    end = bytearray(DOCX)
    place = end.rindex(b"PK\x05\x06")
    end[place + 12 : place + 16] = (1 << 24).to_bytes(4, "little")
    assert "不是 DOCX" in refusal_of(bytes(end), "说明.docx")


def test_an_empty_file_is_refused():
    assert refusal_of(b"", "批复.pdf") == "“批复.pdf”是空文件，请核对后重新上传。"


def test_the_field_of_a_form_says_so_at_the_field():
    field = DocumentField(label="批文", required=False)
    assert field.clean(None) is None
    assert field.clean(SimpleUploadedFile("批复.pdf", PDF)).name == "批复.pdf"
    with pytest.raises(ValidationError, match="不能上传"):
        field.clean(SimpleUploadedFile("批复.exe", PDF))
    assert "PDF、OFD、JPG、PNG、DOCX、XLSX，不超过" in str(field.help_text)


@pytest.fixture
def _root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.mark.core
@pytest.mark.django_db
@pytest.mark.usefixtures("_root")
class TestKeptDocuments:
    def keep(self, content: bytes, name: str, by) -> StoredFile:
        return stored_files.keep_document(content=BytesIO(content), name=name, by=by, at=timezone.now())

    def test_go_out_as_they_came_to_be_saved(self, lead):
        response = attachment(self.keep(PDF, "施工许可证.pdf", lead))
        assert b"".join(response) == PDF
        response.close()
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "private, no-store"

    def test_go_out_under_the_name_of_what_they_belong_to(self, lead):
        response = attachment(self.keep(PDF, "a.pdf", lead), name="b.pdf")
        assert response["Content-Disposition"] == 'attachment; filename="b.pdf"'
        response.close()

    def test_are_refused_before_anything_is_kept(self, lead):
        with pytest.raises(RuleViolation):
            self.keep(b"MZ", "批复.pdf", lead)
        assert not StoredFile.objects.exists()
