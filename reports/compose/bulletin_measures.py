"""结果运用 of a month, and what was seen on the tour that others may learn from: as the closing knew them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import localtime  # noqa: TID251 - given its moment

from projects.models import KeyProject
from reports.bulletin import ItemLine, MeasureLine, PracticeLine, Project
from reports.compose.month_rows import MonthEnd
from scheduling.models import Measure, MeasureMove, PracticeCard, RectificationItem


def measures(month: MonthEnd) -> tuple[MeasureLine, ...]:
    """Told to their units in this month, by their kinds."""
    told = Measure.objects.filter(told_at__date__range=_span(month), told_at__lte=month.asked.moment)
    found = told.select_related("project__town", "unit").defer("evidence").order_by("told_at", "pk")
    order = list(Measure.Kind.values)
    lines = [
        MeasureLine(
            project=_project(each.project, str(each.unit)),
            kind=str(each.get_kind_display()),
            title=each.notice_number,
            on=_day(each.told_at),
        )
        for each in sorted(found, key=lambda each: order.index(each.kind))
    ]
    return tuple(lines)


def broken(month: MonthEnd) -> tuple[ItemLine, ...]:
    """Items that fell due in this month and had not been handed in by the end of their day."""
    in_time = MeasureMove.objects.filter(
        item=OuterRef("pk"),
        kind=MeasureMove.Kind.HANDED_IN,
        at__date__lte=OuterRef("due_on"),
        at__lte=month.asked.moment,
    )
    due = RectificationItem.objects.filter(due_on__range=_span(month), measure__told_at__lte=month.asked.moment)
    taken_over = Q(measure__closed_at__date__lte=F("due_on"), state=RectificationItem.State.ESCALATED)
    late = due.filter(~Exists(in_time)).exclude(taken_over)
    return tuple(_items(late.order_by("due_on", "pk")))


def closed(month: MonthEnd) -> tuple[ItemLine, ...]:
    """Items struck off in this month after they were re-inspected."""
    moves = MeasureMove.objects.filter(
        kind=MeasureMove.Kind.ITEM_CLOSED, at__date__range=_span(month), at__lte=month.asked.moment
    )
    return tuple(_items(RectificationItem.objects.filter(pk__in=moves.values("item")).order_by("due_on", "pk")))


def practices(month: MonthEnd) -> tuple[PracticeLine, ...]:
    """Written down in this month, so that each is told once; not what was withdrawn by then."""
    moment = month.asked.moment
    standing = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=moment)
    cards = PracticeCard.objects.filter(standing, written_at__date__range=_span(month), written_at__lte=moment)
    return tuple(
        PracticeLine(
            project=_project(card.stop.project, str(card.stop.project.lead_unit)), title=card.title, what=card.what
        )
        for card in cards.select_related("stop__project__lead_unit", "stop__project__town").order_by("written_at", "pk")
    )


def _items(found: QuerySet[RectificationItem]) -> Iterator[ItemLine]:
    for item in found.select_related("measure__project__town", "measure__unit"):
        project = _project(item.measure.project, str(item.measure.unit))
        yield ItemLine(project=project, kind=str(item.measure.get_kind_display()), title=item.text, due_on=item.due_on)


def _project(project: KeyProject, unit: str) -> Project:
    return Project(project.pk, project.code, project.name, unit, str(project.town or ""))


def _span(month: MonthEnd) -> tuple[date, date]:
    """From the day after the last month's end, or the cut-off before, to this one."""
    first = month.compared.on + timedelta(days=1) if month.compared else month.on.replace(day=1)
    return first, month.on


def _day(moment: datetime | None) -> date:
    assert moment  # noqa: S101 - those told have one
    return localtime(moment).date()
