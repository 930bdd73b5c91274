"""What may stand in an address."""

from django.urls.converters import PathConverter


class CodeConverter(PathConverter):
    """A project's code may hold a slash, but no control character: PostgreSQL refuses to look for NUL."""

    regex = r"[^\x00-\x1f\x7f]+"
