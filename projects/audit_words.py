"""How a record of the audit is said: the action, what it was done to, and each change before and after."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from projects.audit_actions import ACTIONS
from projects.figures import exactly

_KEYS: dict[str, Promise] = {
    "amended": _("修改的项目"),
    "anchor": _("基准日"),
    "as_of": _("截至"),
    "chart": _("挂图"),
    "paper": _("纸张"),
    "scope": _("范围"),
    "dry_run": _("试导入"),
    "file": _("文件校验值"),
    "filters": _("筛选条件"),
    "list": _("表格"),
    "milestones": _("节点"),
    "milestones_changed": _("变化的节点"),
    "milestones_new": _("新增的节点"),
    "milestones_unchanged": _("无变化的节点"),
    "problems": _("问题"),
    "problems_by_code": _("问题类别"),
    "projects": _("项目"),
    "projects_changed": _("变化的项目"),
    "projects_new": _("新增的项目"),
    "projects_unchanged": _("无变化的项目"),
    "reason": _("原因"),
    "rejected_by_reason": _("未导入原因"),
    "rows": _("行数"),
    "rows_read": _("读取行数"),
    "rows_rejected": _("未导入行数"),
    "seconds": _("用时（秒）"),
    "seed": _("种子"),
    "units": _("单位"),
    "units_created": _("新增的单位"),
    "vanished": _("消失的项目和节点"),
    "versions_by_fact": _("写入版本"),
    "versions_written": _("写入版本合计"),
}

_AMOUNT = re.compile(r"-?\d+\.\d{4}")  # as a column of 万元 is written


class Line(NamedTuple):
    """One thing that changed, as a reader calls it; ``before`` is None where nothing is known of it."""

    label: str
    before: str | None
    after: str


def action_said(action: str) -> str:
    return str(ACTIONS.get(action, action))


def subject_said(subject_type: str) -> str:
    """What kind of thing an entry is about; one that is no longer kept is called by its old name."""
    model = _models().get(subject_type)
    return str(model._meta.verbose_name) if model else subject_type


def lines(changes: dict[str, Any], *, subject_type: str) -> Iterator[Line]:
    """The changes of an entry one by one, whatever shape its action gave them, in the order of its fields.

    PostgreSQL keeps no order within a JSON object.
    """
    fields = _fields(subject_type)
    called = {key: str(fields.get(key) or _KEYS.get(key) or key) for key in changes}
    order = {str(name): place for place, name in enumerate(fields.values())}
    for key in sorted(changes, key=lambda key: order.get(called[key], len(order))):
        label, value = called[key], changes[key]
        if isinstance(value, dict):
            for line in lines(value, subject_type=subject_type):
                yield line._replace(label=f"{label} · {line.label}")
        elif isinstance(value, list) and len(value) == 2:
            yield Line(label, value_said(value[0]), value_said(value[1]))
        else:
            yield Line(label, None, value_said(value))


def _fields(subject_type: str) -> dict[str, Any]:
    """The columns of such a thing, and what each is called."""
    model = _models().get(subject_type)
    return {field.attname: field.verbose_name for field in model._meta.concrete_fields} if model else {}


def value_said(value: Any) -> str:
    """A value as a reader takes it; nothing is a dash."""
    if isinstance(value, bool):
        return said_now("是") if value else said_now("否")
    if isinstance(value, list):
        return "、".join(map(value_said, value))
    if isinstance(value, Decimal) or (isinstance(value, str) and _AMOUNT.fullmatch(value)):
        return exactly(Decimal(value))
    return "—" if value is None or value == "" else str(value)


@cache
def _models() -> dict[str, type[Model]]:
    return {model._meta.model_name or "": model for model in apps.get_models()}
