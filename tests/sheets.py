"""A list as it was taken away."""

from io import BytesIO

from openpyxl import load_workbook


def taken(response):
    """Its rows by the headings of their columns."""
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    _title, _stamp, headings, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]
