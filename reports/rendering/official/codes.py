"""The QR code of a paper: where it can be verified, as a drawing with presentation attributes only."""

from io import BytesIO

import segno


def svg(address: str) -> str:
    """Empty without an address."""
    if not address:
        return ""
    code = segno.make(address, error="m", micro=False)
    drawn: str = code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return drawn


def png(address: str) -> bytes:
    """The same as a picture, for what cannot hold drawings."""
    target = BytesIO()
    segno.make(address, error="m", micro=False).save(target, kind="png", scale=8, border=0)
    return target.getvalue()
