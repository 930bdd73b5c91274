"""我的: what a flagship project's task force asks of this person."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import User
from projects.roles import Duty
from scheduling import task_forces


def task_force_tasks(user: User, *, on: date) -> Iterator[tuple[str, str, str]]:
    """Text, address and note of each."""
    if user.duties.include(Duty.REPORT_PROGRESS):
        yield from _lines(user, on)
    if user.duties.include(Duty.KEEP_SERVICE_LOG):
        yield from _requests(user, on)


def _lines(user: User, on: date) -> Iterator[tuple[str, str, str]]:
    for project in task_forces.lines_due(user, on=on):
        yield _("“%(name)s”今日日报未填") % {"name": project.name}, reverse("daily_line_say", args=[project.code]), ""


def _requests(user: User, on: date) -> Iterator[tuple[str, str, str]]:
    for code, name, count, late in task_forces.handled_by(user, on=on):
        note = _("其中 %(late)d 项超过办理期限") % {"late": late} if late else ""
        text = _("“%(name)s”专班 %(count)d 项诉求由您承办") % {"name": name, "count": count}
        yield text, f"{reverse('task_force', args=[code])}#requests", note
    groups, late = task_forces.followed_by(user, on=on)
    if groups:
        note = _("%(late)d 项诉求超过办理期限") % {"late": late} if late else ""
        yield _("%(groups)d 个工作专班") % {"groups": groups}, reverse("task_force_list"), note
