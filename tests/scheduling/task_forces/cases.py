"""What is asked of a task force in these tests, and what is said of the day."""

from datetime import UTC, date, datetime
from decimal import Decimal

from scheduling.actions import service_log
from scheduling.models import ServiceRequest

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
TODAY = date(2026, 3, 5)


def ask(force, handler, by, **said):
    said = {"asked_on": date(2026, 3, 2), "due_on": date(2026, 3, 9), "asked_by": "项目公司"} | said
    asked = ServiceRequest(task_force=force, text="临时用电报装", handler=handler, **said)
    service_log.log(asked=asked, by=by, at=THURSDAY)
    return asked


def settle(asked, by, *, handled_on=TODAY, result="已通电"):
    service_log.settle(request=asked, handled_on=handled_on, result=result, by=by, at=THURSDAY)


def say(project, by, text="浇筑完成", at=THURSDAY, amount=Decimal("12.5")):
    service_log.say_daily_line(project=project, text=text, amount=amount, headcount=86, by=by, at=at)
