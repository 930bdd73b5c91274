"""照片: what it says of itself is read, all but the place; the small copy shows the picture and nothing else."""

from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from zlib import compress, crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from projects.errors import RuleViolation
from scheduling import photo as photos
from tests.scheduling.photos import photo

WHOLE = photo((1600, 1200), form="HEIF")
GARBLED = WHOLE[: len(WHOLE) // 2].ljust(len(WHOLE), b"\0")
NO_TIME = photo(taken="0000:00:00 00:00:00", camera=("", ""))


def described(content: bytes) -> photos.Photo:
    return photos.describe(BytesIO(content))


def small(content: bytes) -> Image.Image:
    return Image.open(BytesIO(photos.thumbnail(BytesIO(content))))


@pytest.mark.parametrize("form", ["JPEG", "HEIF"])
def test_it_says_when_it_was_taken_and_with_what(form):
    found = described(photo(form=form))
    assert (found.width, found.height) == (800, 600)
    assert found.taken_at == datetime(2026, 3, 4, 9, 30, 15)
    assert found.camera == "HUAWEI Mate 60"


def test_a_camera_that_tells_its_zone_is_believed():
    moment = described(photo(zone="+08:00")).taken_at
    assert moment.astimezone(UTC) == datetime(2026, 3, 4, 1, 30, 15, tzinfo=UTC)


def test_without_a_time_it_says_so():
    assert described(NO_TIME) == photos.Photo(800, 600, None, "")


def test_a_picture_without_any_of_it_is_a_photo_too():
    target = BytesIO()
    Image.new("RGBA", (40, 30)).save(target, "PNG")
    assert described(target.getvalue()) == photos.Photo(40, 30, None, "")


def test_a_maker_named_in_the_model_is_named_once():
    assert described(photo(camera=("Apple", "Apple iPhone 16"))).camera == "Apple iPhone 16"


@pytest.mark.parametrize(
    ("orientation", "size", "navy_at"),
    [(1, (640, 480), (10, 240)), (3, (640, 480), (630, 240)), (6, (480, 640), (240, 10)), (8, (480, 640), (240, 630))],
)
def test_it_stands_upright(orientation, size, navy_at):
    content = photo(orientation=orientation)
    found = described(content)
    assert (found.width > found.height) == (size[0] > size[1])
    copy = small(content)
    assert copy.size == size
    red, _green, blue = copy.getpixel(navy_at)
    assert blue > red


@pytest.mark.parametrize("form", ["JPEG", "PNG", "HEIF"])
def test_the_small_copy_is_a_jpeg_that_says_neither_when_nor_where(form):
    copy = small(photo((1600, 900), form=form))
    assert (copy.format, copy.size) == ("JPEG", (640, 360))
    assert not copy.getexif()
    assert "exif" not in copy.info


def test_a_small_picture_is_not_blown_up():
    assert small(photo((120, 90))).size == (120, 90)


@given(st.binary(max_size=400))
def test_whatever_comes_is_described_or_refused_in_words(content):
    for first in (b"", b"\xff\xd8\xff\xe0", photo()[:300]):
        with suppress(RuleViolation):
            assert described(first + content).width


def test_what_is_no_picture_is_refused():
    with pytest.raises(RuleViolation, match="照片已损坏"):
        described(b"\xff\xd8\xff\xe0 not a picture")


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_one_that_was_cut_short_is_shown_as_far_as_it_came(form):
    content = photo((1600, 1200), form=form)
    assert small(content[: len(content) // 2]).size == (640, 480)


def test_one_whose_picture_was_lost_has_no_small_copy():
    assert described(GARBLED).width == 1600
    with pytest.raises(RuleViolation, match="照片不完整，不能显示缩略图"):
        photos.thumbnail(BytesIO(GARBLED))


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_not_opened(side):
    """A few kilobytes that unfold to hundreds of megabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + crc32(kind + body).to_bytes(4, "big")

    header = side.to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", compress(b"")) + chunk(b"IEND", b"")
    for read in (photos.describe, photos.thumbnail):
        with pytest.raises(RuleViolation, match="照片超过 8947 万像素"):
            read(BytesIO(bomb))
