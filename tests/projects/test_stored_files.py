"""Files as they came: kept under their digest, once, and never too large."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.models import StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.core]

AT = datetime(2026, 3, 15, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def keep(content: bytes, name="台账.csv"):
    return stored_files.keep(content=BytesIO(content), name=name, by=None, at=timezone.now())


def test_bytes_lie_under_their_digest():
    file = keep("甲".encode())
    assert file.sha256 == hashlib.sha256("甲".encode()).hexdigest()
    assert stored_files.where(file).read_bytes() == "甲".encode()
    assert file.size == 3


def test_the_same_bytes_are_kept_once_and_nothing_is_left_over(root):
    assert keep(b"x") == keep(b"x", name="again.csv")
    assert StoredFile.objects.count() == 1
    assert [path.name for path in Path(root).rglob("*") if path.is_file()] == [hashlib.sha256(b"x").hexdigest()]


def test_a_file_beyond_the_limit_is_refused_and_leaves_nothing(root, settings):
    settings.UPLOAD_LIMIT_MB = 0
    with pytest.raises(RuleViolation, match="文件超过 0 MB"):
        keep(b"x")
    assert not any(path.is_file() for path in Path(root).rglob("*"))


def test_what_is_refused_leaves_nothing_unless_it_was_kept_before(root):
    def refuse():
        with stored_files.keeping(content=BytesIO(b"x"), name="x", by=None, at=AT) as it:
            assert stored_files.where(it).exists()
            raise RuleViolation("不是表格。")

    def refused():
        with pytest.raises(RuleViolation, match="不是表格"):
            refuse()

    refused()
    assert not any(path.is_file() for path in Path(root).rglob("*"))
    file = keep(b"x")
    refused()
    assert stored_files.where(file).read_bytes() == b"x"
