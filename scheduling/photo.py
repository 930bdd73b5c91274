"""Photos: what one says of itself, and a small copy to look at. The photo itself is never touched.

Of what the camera wrote only the time and the camera are read; where it was taken is not (domain §9).
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO

from PIL import ExifTags, Image, ImageFile, ImageOps
from pillow_heif import register_heif_opener

from projects.errors import RuleViolation

register_heif_opener(thumbnails=False)
# One that was cut short is shown as far as it came. WeasyPrint sets the same, so it holds whichever is loaded first.
ImageFile.LOAD_TRUNCATED_IMAGES = True

LONG_SIDE = 640
_QUALITY = 82
# Pillow's own limit: some 270 MB when opened. What is larger is no photo of a phone but meant to fill the memory.
_MOST_PIXELS = Image.MAX_IMAGE_PIXELS or 89_478_485
_TURNED = {5, 6, 7, 8}  # orientations in which what was stored as wide is shown as high
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN = (OSError, SyntaxError, ValueError, EOFError)


@dataclass(frozen=True)
class Photo:
    """As it is shown, the right way up. ``taken_at`` knows its zone only where the camera wrote it; None: not told."""

    width: int
    height: int
    taken_at: datetime | None
    camera: str


def describe(content: IO[bytes]) -> Photo:
    """Read from its first bytes, without opening the picture. Raises ``RuleViolation`` for what is no photo."""
    content.seek(0)
    image = _opened(content)
    width, height = image.size
    try:
        exif = _exif(image)
        if exif.get(ExifTags.Base.Orientation) in _TURNED:
            width, height = height, width
        return Photo(width, height, _taken_at(exif), _camera(exif))
    except Exception:  # cameras write what they like; no photo is refused for it
        return Photo(width, height, None, "")


def thumbnail(content: IO[bytes]) -> bytes:
    """A JPEG the right way up, ``LONG_SIDE`` at most, that says nothing but the picture. Raises ``RuleViolation``."""
    return scaled(content, long_side=LONG_SIDE)


def scaled(content: IO[bytes], *, long_side: int) -> bytes:
    """As ``thumbnail``, of any size in pixels."""
    image = _opened(content)
    try:
        image.draft("RGB", (2 * long_side, 2 * long_side))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((long_side, long_side))
        colours = upright.info.get("icc_profile") if upright.mode == "RGB" else None
        small = upright.convert("RGB")
    except _BROKEN as error:
        raise RuleViolation("照片不完整，不能显示缩略图；请核对后重新上传。") from error
    small.info.clear()
    target = BytesIO()
    small.save(target, "JPEG", quality=_QUALITY, optimize=True, icc_profile=colours)
    return target.getvalue()


def blank() -> bytes:
    """A white spot, where a photo that was kept cannot be opened any more."""
    target = BytesIO()
    Image.new("RGB", (3, 2), "white").save(target, "JPEG")
    return target.getvalue()


def _opened(content: IO[bytes]) -> Image.Image:
    try:
        image = Image.open(content, formats=["JPEG", "PNG", "HEIF"])
    except _TOO_LARGE as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise RuleViolation("照片已损坏，无法打开，请核对后重新上传。") from error
    if image.width * image.height > _MOST_PIXELS:
        raise _too_large()
    return image


def _too_large() -> RuleViolation:
    return RuleViolation(f"照片超过 {_MOST_PIXELS // 10_000} 万像素，请用手机的普通模式拍摄后上传。")


def _exif(image: Image.Image) -> Image.Exif:
    """A PNG keeps it where only opening the picture finds it; no camera writes PNG, so there it is left."""
    return Image.Exif() if image.format == "PNG" and "exif" not in image.info else image.getexif()


def _taken_at(exif: Image.Exif) -> datetime | None:
    details = exif.get_ifd(ExifTags.IFD.Exif)
    moment = _text(details.get(ExifTags.Base.DateTimeOriginal))
    zone = _text(details.get(ExifTags.Base.OffsetTimeOriginal))
    for text, form in ((f"{moment}{zone}", "%Y:%m:%d %H:%M:%S%z"), (moment, "%Y:%m:%d %H:%M:%S")):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - without a zone the reader's is meant
        except ValueError:
            continue
    return None


def _camera(exif: Image.Exif) -> str:
    make, model = (_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    return (model if model.startswith(make) else f"{make} {model}")[:100]


def _text(value: object) -> str:
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""
