"""Photos as cameras write them."""

from io import BytesIO

from PIL import ExifTags, Image
from pillow_heif import register_heif_opener

register_heif_opener()

TAKEN = "2026:03:04 09:30:15"


def photo(
    size: tuple[int, int] = (800, 600),
    *,
    form: str = "JPEG",
    colour: str = "orange",
    taken: str = TAKEN,
    zone: str = "",
    orientation: int = 1,
    camera: tuple[str, str] = ("HUAWEI", "Mate 60"),
) -> bytes:
    """With everything a phone writes beside the picture, the position too; its left half is another colour."""
    image = Image.new("RGB", size, colour)
    image.paste("navy", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = camera
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {ExifTags.Base.DateTimeOriginal: taken} | ({ExifTags.Base.OffsetTimeOriginal: zone} if zone else {})
    )
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (32.0, 3.0, 39.0), 3: "E", 4: (118.0, 46.0, 44.0)})
    target = BytesIO()
    image.save(target, form, exif=exif)
    return target.getvalue()
