"""The QR code of a paper: where it can be verified, as a drawing with presentation attributes only."""

import segno


def svg(address: str) -> str:
    """Empty without an address."""
    if not address:
        return ""
    code = segno.make(address, error="m", micro=False)
    drawn: str = code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return drawn
