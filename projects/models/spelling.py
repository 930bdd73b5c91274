"""A text that holds some signs one after another, whatever stands between them."""

from typing import Any

from django.db.models import Lookup


class HoldsInOrder(Lookup):
    """Cheap on a whole register, so that only what passes it need be compared by a regular expression."""

    lookup_name = "holds_in_order"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", (*given, f"%{'%'.join(self.rhs)}%")
