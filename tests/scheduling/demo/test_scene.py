"""A drawn site: the same for the same words, and further on as more is built."""

from io import BytesIO

import pytest
from PIL import Image

from scheduling import photo
from scheduling.demo.scene import scene

pytestmark = pytest.mark.core


def drawn(focus_area, percent):
    return scene(focus_area=focus_area, percent=percent, seed="ZD2026-001")


@pytest.mark.parametrize("focus_area", ["INDUSTRY", "INFRASTRUCTURE", "LIVELIHOOD"])
def test_every_kind_of_site_is_drawn_from_bare_ground_to_the_end(focus_area):
    views = [drawn(focus_area, percent) for percent in (0, 13, 14, 50, 77, 97, 100)]
    seen = photo.describe(BytesIO(views[0]))
    assert (seen.width, seen.height, seen.taken_at) == (1280, 960, None)
    assert len(set(views)) >= 5


def test_the_same_words_give_the_same_bytes():
    assert drawn("INDUSTRY", 40) == drawn("INDUSTRY", 40)


def test_what_is_built_stays_the_sky_does_not():
    """The storey that stood stays where it was: two views of one place can be compared."""
    before, after = (Image.open(BytesIO(drawn("LIVELIHOOD", percent))) for percent in (40, 70))
    assert before.crop((450, 640, 850, 680)).histogram() == after.crop((450, 640, 850, 680)).histogram()
    assert before.crop((450, 260, 850, 300)).histogram() != after.crop((450, 260, 850, 300)).histogram()
