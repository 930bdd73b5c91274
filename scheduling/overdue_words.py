"""逾期清单 in words: the same on the page, on paper, in Excel and for machines."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.figures import chinese_date, compact_date, rounded
from projects.models import KeyProject, Stage
from scheduling.lateness import Gap, Split, Told
from scheduling.overdue import KINDS
from scheduling.standing import KIND_WORDS, Item, ItemKind, Late

_KIND_OF = {each: kind for kind, kinds in KINDS.items() for each in kinds}
_NAMED = 40  # letters of a name in a sentence
_NOT_YET = {
    ItemKind.START: gettext_lazy("仍未开工，应于 %(due)s 开工，逾期 %(days)s 天"),
    ItemKind.FINISH: gettext_lazy("仍未竣工，应于 %(due)s 竣工，逾期 %(days)s 天"),
    ItemKind.MILESTONE: gettext_lazy("仍未完成“%(name)s”，应于 %(due)s 完成，逾期 %(days)s 天"),
    ItemKind.STAGE_TARGET: gettext_lazy("仍未实现阶段目标“%(name)s”，应于 %(due)s 实现，逾期 %(days)s 天"),
    ItemKind.PERMIT: gettext_lazy("“%(name)s”仍未办结，应于 %(due)s 办结，逾期 %(days)s 天"),
    ItemKind.INVESTMENT: gettext_lazy("仍未达到应完成投资，%(due)s 之后一直滞后，已 %(days)s 天"),
    ItemKind.DECISION: gettext_lazy("仍未办结交办事项“%(name)s”，期限 %(due)s，逾期 %(days)s 天"),
}


class OverdueRow(NamedTuple):
    """One overdue item of a project."""

    project: KeyProject
    told: Told

    @property
    def late(self) -> Late:
        return self.told.late


def kind_code(kind: ItemKind) -> str:
    """One of ``overdue.KINDS``."""
    return _KIND_OF[kind]


def kind_word(kind: ItemKind) -> str:
    return KIND_WORDS[_KIND_OF[kind]]


def stage_word(item: Item) -> str:
    """Empty where the item belongs to none."""
    return str(Stage(item.stage).label) if item.stage else ""


def item_name(item: Item) -> str:
    """A stage target without words of its own is called by its stage."""
    return item.name or stage_word(item)


def person_name(project: KeyProject, item: Item) -> str:
    """Who answers for the item; where nobody does so for it alone, who answers for the project."""
    return item.person or str(project.responsible_person or "")


def not_yet(told: Told, *, on: date) -> str:
    """截至 … 仍未 …: what is missing, since when."""
    item, name = told.late.item, item_name(told.late.item)
    said = {
        "name": name if len(name) <= _NAMED else f"{name[:_NAMED]}…",
        "due": compact_date(item.approved_on),
        "days": f"{told.late.days:,}",
    }
    missing = f"，{gap_words(told.gap)}" if told.gap else ""
    return _("截至%(day)s%(missing)s") % {
        "day": chinese_date(on),
        "missing": str(_NOT_YET[item.kind]) % said + missing,
    }


def gap_words(gap: Gap) -> str:
    """What the plan asks for and is not done, by amount and by share of the year's plan."""
    points = _("%s 个百分点") % rounded(gap.points, 2)
    return _("欠 %(amount)s 万元，低 %(points)s") % {"amount": f"{rounded(gap.amount, 2):,}", "points": points}


def split_words(split: Split | None) -> str:
    """Whose the days are; empty where nobody keeps count."""
    if split is None:
        return ""
    parts = [
        (_("自身"), split.own),
        *split.others,
        (_("天气"), split.weather),
        (_("不可抗力"), split.force_majeure),
        (_("批准停缓建"), split.paused),
    ]
    named = [_("%(whose)s %(days)d 天") % {"whose": whose, "days": days} for whose, days in parts if days]
    return "、".join(named)


def against_original(late: Late) -> str:
    """Empty where the approved date is the original one."""
    if late.item.original_on in {None, late.item.approved_on}:
        return ""
    said = {"day": compact_date(late.item.original_on), "days": f"{late.original_days:,}"}
    return _("较原定 %(day)s 晚 %(days)s 天") % said


def replan_words(told: Told) -> str:
    return _("改期 %d 次") % told.replans if told.replans else ""
