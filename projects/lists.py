"""What every list does with its address: ``?sort=`` and ``?page=``."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

Rows = TypeVar("Rows", bound=QuerySet)
PER_PAGE = 30


def sorted_by(rows: Rows, request: HttpRequest, keys: Mapping[str, tuple[str, ...]], *, default: str) -> Rows:
    """Order by the key the address names (``-`` before it turns it round); an unknown key is the default."""
    wanted = request.GET.get("sort", default)
    name = wanted.removeprefix("-")
    if name not in keys:
        wanted = name = default
    columns = keys[name]
    return rows.order_by(*(_turned(column) for column in columns) if wanted.startswith("-") else columns)


def page_of(
    rows: QuerySet | Sequence[Any], request: HttpRequest, *, per_page: int = PER_PAGE, count: int | None = None
) -> Page:
    """The page the address names; beyond the last it is the last. ``count`` None: the rows are counted here."""
    paginator = Paginator(rows, per_page)
    if count is not None:
        paginator.count = count  # a cached property: what is known is not asked again
    return paginator.get_page(request.GET.get("page"))


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"
