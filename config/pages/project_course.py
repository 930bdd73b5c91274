"""The course of one project: its stages and milestones with their four dates, judged on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from projects import figures
from projects.models import (
    KeyProject,
    LibraryTier,
    Milestone,
    MilestoneDates,
    Stage,
    StageTarget,
    StageTargetDates,
    SuspensionDates,
    TierEntry,
)
from scheduling.stages import Step, four_stages
from scheduling.standing import Facts, Item, ItemKind, Late, Span, absences, days_late, joined, overdue

Dated = Any  # a Milestone or StageTarget ``with_dates``


@dataclass(frozen=True)
class Course:
    """What is known now of one project's course. ``in_words`` is the sentence a reader wants first."""

    on: date
    targets: list[Dated]
    milestones: list[Dated]
    suspensions: list[SuspensionDates]
    tiers: list[TierEntry]
    node_replans: dict[int, int]
    stage_replans: dict[int, int]

    @cached_property
    def facts(self) -> Facts:
        excused = joined(_span(row) for row in self.suspensions if row.excused_by_id)
        away = absences((entry.entered_on, entry.tier == LibraryTier.EXITED) for entry in self.tiers)
        return Facts([_item(dated) for dated in (*self.targets, *self.milestones)], excused, away)

    @cached_property
    def late(self) -> list[Late]:
        """Worst first."""
        return overdue(self.facts, on=self.on)

    @cached_property
    def steps(self) -> list[Step]:
        return four_stages(self.facts, on=self.on, order=Stage.values)

    @property
    def tier(self) -> str:
        return str(LibraryTier(self.tiers[-1].tier).label) if self.tiers else ""

    @property
    def tier_note(self) -> str:
        return _("%(day)s 进入") % {"day": self.tiers[-1].entered_on.isoformat()} if self.tiers else ""

    def in_words(self) -> str:
        """How it stands, in one or two sentences."""
        said = [self._interruption(), self._lateness()]
        return "".join(filter(None, said)) or self._outlook()

    def _interruption(self) -> str:
        if self.tiers and self.tiers[-1].tier == LibraryTier.EXITED:
            left = self.tiers[-1]
            return _("已于 %(day)s 退出项目库：%(reason)s。") % {"day": left.entered_on, "reason": left.reason}
        for row in self.suspensions:
            if _span(row).holds(self.on):
                return _("自 %(day)s 起停缓建：%(reason)s。") % {"day": row.suspended_on, "reason": row.reason}
        return ""

    def _lateness(self) -> str:
        if not self.late:
            return ""
        worst = self.late[0]
        said = {
            "count": len(self.late),
            "name": _name(worst.item),
            "day": worst.item.approved_on,
            "late": figures.days_late(worst.days),
        }
        return _("%(count)d 项逾期，最久的是“%(name)s”，应于 %(day)s 完成，%(late)s。") % said

    def _outlook(self) -> str:
        open_items = [item for item in self.facts.items if item.is_open(on=self.on)]
        if not self.facts.items:
            return _("还没有登记阶段目标和节点。")
        if not open_items:
            return _("四个阶段和全部节点均已完成。")
        dated = [(item.approved_on, _name(item)) for item in open_items if item.approved_on]
        if not dated:
            return _("没有逾期。未完成的节点还没有定计划日期。")
        day, name = min(dated)
        said = {"name": name, "day": day, "days": (day - self.on).days}
        return _("没有逾期。下一项是“%(name)s”，应于 %(day)s 完成，还有 %(days)d 天。") % said

    def rows(self) -> list[dict[str, Any]]:
        """The plan as a table: each stage, then its milestones in their order."""
        return [row for stage in Stage for row in self._rows_of(stage)]

    def _rows_of(self, stage: Stage) -> Iterator[dict[str, Any]]:
        target = next((each for each in self.targets if each.stage == stage), None)
        nodes = [each for each in self.milestones if each.stage == stage]
        if target is None and not nodes:
            return
        yield self._row(target, name=str(stage.label)) if target else {"is_stage": True, "name": stage.label}
        for node in nodes:
            yield self._row(node, name=node.name)

    def _row(self, dated: Dated, *, name: str) -> dict[str, Any]:
        is_stage = isinstance(dated, StageTarget)
        return {
            "is_stage": is_stage,
            "name": name,
            "url": reverse("stage_target" if is_stage else "milestone", args=[dated.pk]),
            "target": dated.target if is_stage else "",
            "is_key": not is_stage and dated.is_key,
            "who": "" if is_stage else str(dated.responsible_person or dated.responsible_unit or ""),
            "original": figures.compact_date(dated.original_on),
            "approved": figures.compact_date(dated.approved_on),
            "moved": dated.approved_on != dated.original_on,
            "replans": (self.stage_replans if is_stage else self.node_replans).get(dated.pk, 0),
            "behind": self._behind_original(dated),
            "forecast": figures.compact_date(dated.forecast_on),
            "actual": figures.compact_date(dated.actual_on),
            **self._state(_item(dated)),
        }

    @property
    def replans(self) -> int:
        """改期 of all its nodes and stages together."""
        return sum(self.node_replans.values()) + sum(self.stage_replans.values())

    def _behind_original(self, dated: Dated) -> str:
        """By how much the first promise is missed, where another day was approved since."""
        reached_on = dated.actual_on if dated.is_reached else self.on
        if reached_on is None or dated.approved_on == dated.original_on:
            return ""
        days = days_late(dated.original_on, on=reached_on, excused=self.facts.excused)
        return _("较原定晚 %(days)d 天") % {"days": days} if days else ""

    def _state(self, item: Item) -> dict[str, Any]:
        late = next((each.days for each in self.late if each.item == item), 0)
        if late:
            return {"state": figures.days_late(late), "is_late": True}
        if item.is_open(on=self.on):
            return {"state": _("未完成")}
        missed = days_late(item.approved_on, on=item.actual_on, excused=self.facts.excused) if item.actual_on else 0
        return {"state": _("晚 %(days)d 天完成") % {"days": missed} if missed else _("已完成"), "is_done": True}


def course_of(project: KeyProject, *, on: date) -> Course:
    """Six queries, however many milestones."""
    people = ("responsible_person", "responsible_unit")
    suspensions = SuspensionDates.objects.current().filter(suspension__project=project)
    return Course(
        on=on,
        targets=list(StageTarget.objects.filter(project=project).with_dates()),
        milestones=list(Milestone.objects.filter(project=project).select_related(*people).with_dates()),
        suspensions=list(suspensions.select_related("excused_by").order_by("suspended_on")),
        tiers=list(TierEntry.objects.current().filter(project=project).order_by("entered_on")),
        node_replans=MilestoneDates.objects.filter(milestone__project=project).replan_counts(),
        stage_replans=StageTargetDates.objects.filter(stage_target__project=project).replan_counts(),
    )


def _span(suspension: SuspensionDates) -> Span:
    return Span(suspension.suspended_on, suspension.resumed_on or date.max)


def _item(dated: Dated) -> Item:
    is_stage = isinstance(dated, StageTarget)
    return Item(
        kind=ItemKind.STAGE_TARGET if is_stage else ItemKind.MILESTONE,
        subject=dated.pk,
        stage=dated.stage,
        name=dated.target if is_stage else dated.name,
        person=None,
        original_on=dated.original_on,
        approved_on=dated.approved_on,
        forecast_on=dated.forecast_on,
        actual_on=dated.actual_on,
        is_reached=bool(dated.is_reached),
    )


def _name(item: Item) -> str:
    """A stage target without words of its own is called by its stage."""
    return item.name or str(Stage(item.stage).label)
