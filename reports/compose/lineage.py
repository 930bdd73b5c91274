"""血缘: which projects, lines and reports a figure of a bulletin is made of; what they bring adds up to the figure."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from reports.bulletin import Bulletin, Project
from reports.bulletin_figures import BEFORE, BOARD, LIGHT, MONTH, MONTH_BEFORE, Figure, lines, recomputed
from reports.compose.month_rows import MonthEnd, Row
from reports.compose.monthly_bulletin import EXCUSED, members, results
from scheduling.models import PeriodClosing, ReportPeriod, Verification
from scheduling.models.progress_report import ProgressVersionQuerySet
from scheduling.project_day import NOUGHT


class Contribution(NamedTuple):
    """What one project or line brings above and below the line; ``below`` None: the figure has none.

    ``project`` None: the line belongs to none; ``words``: which line it is, where a list is counted.
    """

    project: Project | None
    above: Decimal
    below: Decimal | None = None
    words: str = ""


def contributions(bulletin: Bulletin, figure: Figure, *, month: MonthEnd | None = None) -> list[Contribution]:
    """Whatever brings anything to the figure, in the order of the bulletin. 序时进度 is made of the calendar alone.

    Lines are those of the bulletin itself, projects are read from the rows it rests on: of ``month``, which is given
    where many figures are asked about. Raises ``PeriodClosing.DoesNotExist`` where its month is not closed here.
    """
    if figure.listed == "verifications":
        return list(_of_verifications(month or month_of(bulletin), figure))
    if figure.listed:
        return [_of_line(line, figure) for line in lines(bulletin, figure.listed, figure.group)]
    if not figure.numerator:
        return []
    return [each for each in _of_rows(month or month_of(bulletin), figure) if each.above or each.below]


def total(figure: Figure, found: Iterable[Contribution]) -> Decimal | None:
    """What the contributions come to: the value of the figure."""
    every = list(found)
    above = sum((each.above for each in every), NOUGHT)
    return recomputed(figure, above=above, below=sum((each.below or NOUGHT for each in every), NOUGHT))


def versions_behind(project: int, bulletin: Bulletin, *, of_month: bool = False) -> ProgressVersionQuerySet:
    """The accepted reports that were counted of this project, latest first: Σ ``period_amount`` = 当年累计完成投资.

    ``of_month``: those of the month alone, whose sum is 本月完成投资.
    """
    month = month_of(bulletin)
    found = month.accepted().filter(report__project=project)
    if of_month:
        found = found.filter(report__period__ends_on__range=(month.starts_on, month.on))
    return found.select_related("report__period", "submitted_by", "reviewed_by").order_by("-report__period__ends_on")


def month_of(bulletin: Bulletin) -> MonthEnd:
    """The closed month a bulletin rests on."""
    closing = PeriodClosing.objects.select_related("period").get(
        period__kind=ReportPeriod.Kind.MONTH_END,
        period__ends_on__year=bulletin.year,
        period__ends_on__month=bulletin.month,
    )
    return MonthEnd(closing, None if bulletin.on == closing.period.ends_on else bulletin.on.day)


def _of_rows(month: MonthEnd, figure: Figure) -> Iterator[Contribution]:
    key, _, part = figure.group.partition("@")
    then = month.compared.planned if part and month.compared else {}
    for row in _members(month, key):
        before = then.get(row.project.pk)
        if part and before is None:
            continue
        counted = before if before and f"@{part}" == BEFORE else row
        above = sum((_brought(counted, before, name) for name in figure.numerator), NOUGHT)
        below = sum((_brought(counted, before, name) for name in figure.denominator), NOUGHT)
        yield Contribution(row.told(), above, below if figure.denominator else None)


def _members(month: MonthEnd, key: str) -> list[Row]:
    rows = month.planned.values()
    if key.startswith(BOARD):
        name = key.removeprefix(BOARD)
        return [row for row in rows if str(row.unit) == name and not EXCUSED.holds(row.standing)]
    return members(key, rows)


def _brought(row: Row, before: Row | None, name: str) -> Decimal:
    if name == MONTH:
        return row.month_amount
    if name == MONTH_BEFORE:
        return before.month_amount if before else NOUGHT
    if name.startswith(LIGHT):
        return Decimal(row.standing.light == name.removeprefix(LIGHT))
    return Decimal(getattr(row.parts, name))


def _of_line(line: Any, figure: Figure) -> Contribution:
    above = sum((Decimal(getattr(line, name)) for name in figure.numerator), NOUGHT) if figure.numerator else Decimal(1)
    project = line.project if isinstance(line.project, Project) else None
    return Contribution(project, above, words=_words(line))


def _words(line: Any) -> str:
    """The number and text of a decision, the title of a problem, the item that is overdue, the month reported."""
    if number := getattr(line, "number", ""):
        return f"{number} {line.text}"
    if month := getattr(line, "month", None):
        return f"{month.year}年{month.month}月"
    return str(getattr(line, "title", "") or getattr(line, "item", ""))


def _of_verifications(month: MonthEnd, figure: Figure) -> Iterator[Contribution]:
    named = {row.project.pk: row for row in month.rows}
    for each in results(month).order_by("recorded_at", "pk"):
        counts = {"drawn": Decimal(1), "verified": Decimal(each.outcome == Verification.Outcome.VERIFIED)}
        above, below = (
            sum((counts[name] for name in names), NOUGHT) for names in (figure.numerator, figure.denominator)
        )
        row = named.get(each.project_id)
        if above or below:
            yield Contribution(row.told() if row else None, above, below if figure.denominator else None, each.words)
