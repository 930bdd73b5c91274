"""Questions to any number of tables, answered at once."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.db.models.expressions import BaseExpression

from projects.models import User


class Rows(Subquery):
    """How many rows a question finds, each counted once."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS found)"
    empty_result_set_value = 0

    def __init__(self, rows: "QuerySet[Any]") -> None:
        super().__init__(rows.order_by().values("pk").distinct(), output_field=IntegerField())


def at_once(**questions: BaseExpression) -> dict[str, Any]:
    """One query. It reads them beside somebody's row, for there is always somebody who asks."""
    if not questions:
        return {}
    beside: Any = User.objects.order_by("pk")
    return dict(beside.values(**questions)[:1].get())
