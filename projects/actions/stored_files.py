"""收存文件: the original bytes, safely on disk before the database speaks of them."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction

from projects import uploads
from projects.errors import RuleViolation
from projects.models import StoredFile, User

_CHUNK = 1 << 20


@contextmanager
def keeping(*, content: IO[bytes], name: str, by: User | None, at: datetime) -> Iterator[StoredFile]:
    """The stored file as of ``keep``; if what is done with it is refused, neither row nor bytes stay.

    All within it is one transaction. Bytes that were kept before stay.
    """
    file = None
    try:
        with transaction.atomic():
            file = keep(content=content, name=name, by=by, at=at)
            yield file
    except RuleViolation:
        if file:
            _remove_unrecorded(file)
        raise


@transaction.atomic
def keep(*, content: IO[bytes], name: str, by: User | None, at: datetime) -> StoredFile:
    """The stored file with these bytes; bytes kept before are not kept twice.

    Raises ``RuleViolation`` beyond ``UPLOAD_LIMIT_MB``.
    """
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root, prefix=".new-", delete=False) as copy:
        try:
            digest, size = _copy(content, copy)
            _alone_with(digest)
            _settle(Path(copy.name), root / StoredFile(sha256=digest).path())
        finally:
            Path(copy.name).unlink(missing_ok=True)
    file, _ = StoredFile.objects.get_or_create(
        sha256=digest, defaults={"name": name[-200:], "size": size, "uploaded_by": by, "uploaded_at": at}
    )
    return file


def keep_document(
    *, content: IO[bytes], name: str, kinds: Iterable[uploads.Kind] | None = None, by: User, at: datetime
) -> StoredFile:
    """What somebody hands in: as ``keep``, but only in these formats of ``projects.uploads``, or those of documents."""
    uploads.refuse_unfit(content=content, name=name, kinds=kinds)
    return keep(content=content, name=name, by=by, at=at)


def where(file: StoredFile) -> Path:
    return Path(settings.MEDIA_ROOT) / file.path()


@transaction.atomic
def _remove_unrecorded(file: StoredFile) -> None:
    _alone_with(file.sha256)
    if not StoredFile.objects.filter(sha256=file.sha256).exists():
        where(file).unlink(missing_ok=True)


def _alone_with(digest: str) -> None:
    """Until the transaction ends nobody else keeps or removes these bytes; SQLite writes one at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])


def _copy(content: IO[bytes], copy: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(content):
        size += len(chunk)
        if size > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
            raise RuleViolation(f"文件超过 {settings.UPLOAD_LIMIT_MB} MB，请分成几个文件。")
        digest.update(chunk)
        copy.write(chunk)
    copy.flush()
    os.fsync(copy.fileno())
    return digest.hexdigest(), size


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    while chunk := content.read(_CHUNK):
        yield chunk


def _settle(copy: Path, place: Path) -> None:
    """Into its place, and the place into the directory's own record, before anybody relies on it."""
    place.parent.mkdir(exist_ok=True)
    if not place.exists():
        copy.chmod(0o440)
        copy.replace(place)
    for directory in (place.parent, place.parent.parent):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
