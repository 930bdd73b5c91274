"""A light as pages show it: shape and word, and beside it what it would be without a waiver."""

from typing import Any

from django.utils.translation import gettext as _

from scheduling.light_rules import Light


def lit(light: str | None, computed: str | None) -> dict[str, Any]:
    """``light`` None: nothing was ever judged. ``computed``: without waivers."""
    shown = Light(light or Light.NONE)
    without = Light(computed or Light.NONE)
    waived = "" if shown is without else _("豁免，计算为%(word)s") % {"word": without.word}
    return {"light": shown.value.lower(), "word": shown.word, "waived": waived}
