"""三项核心指标, and the 口径卡 of each: what it is made of, and the other common definition beside it."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from config.pages.dashboard.asked import Asked
from projects import figures
from reports.charts import gauge
from scheduling.conditions import COUNTED_NAMES
from scheduling.index_cards import CARDS, GAP, TIME_LINEAR, TIME_PLAN, Card
from scheduling.indices import Index
from scheduling.ratio import Ratio

Beside = gauge.Beside


def core(asked: Asked) -> list[gauge.Card]:
    return [gauge.card(index) for index in (_investment(asked), _start(asked), _completion(asked))]


def _investment(asked: Asked) -> gauge.Index:
    found, parts = asked.indices, asked.parts
    ratio, expected = found[Index.INVESTMENT], found.time_progress
    return gauge.Index(
        str(CARDS[Index.INVESTMENT].name),
        ratio.rate,
        expected.rate,
        found.progress_gap_pp,
        _("完成 %s 亿元") % figures.yi(parts.ytd_amount),
        _("年度计划 %s 亿元") % figures.yi(parts.annual_plan_amount),
        asked.page("index_card", Index.INVESTMENT),
        asked.list_of(counted="ytd_amount"),
        asked.list_of(counted="annual_plan_amount"),
        beside=(_beside(asked, Index.TO_DATE, _("÷ 同期计划 %s 亿元") % figures.yi(parts.plan_to_date_amount)),),
    )


def _start(asked: Asked) -> gauge.Index:
    parts = asked.parts
    due = Ratio(Decimal(parts.starts_due), Decimal(parts.new_starts))
    words = _("已开工 %s 项") % parts.started, _("计划新开工 %s 项") % parts.new_starts
    return _of_projects(asked, Index.START, due, (_("应开"), *words), Index.START_ON_TIME)


def _completion(asked: Asked) -> gauge.Index:
    parts = asked.parts
    due = Ratio(Decimal(parts.completions_due), Decimal(parts.completions))
    beside = (Index.COMPLETION_ON_TIME, Index.COMMISSION)
    words = _("已竣工 %s 项") % parts.completed, _("计划竣工 %s 项") % parts.completions
    return _of_projects(asked, Index.COMPLETION, due, (_("应竣"), *words), *beside)


def _of_projects(asked: Asked, index: Index, due: Ratio, words: tuple[str, str, str], *beside: Index) -> gauge.Index:
    """``words``: for the mark, the numerator and the denominator."""
    ratio, card = asked.indices[index], CARDS[index]
    above, below = card.numerator[0], card.denominator[0]
    return gauge.Index(
        card.name,
        ratio.rate,
        due.rate,
        ratio.gap_pp(due),
        words[1],
        words[2],
        asked.page("index_card", index),
        asked.list_of(counted=above),
        asked.list_of(counted=below),
        mark=words[0],
        beside=tuple(_beside(asked, each, made_of(each, asked.indices[each])) for each in beside),
    )


def _beside(asked: Asked, index: Index, words: str) -> Beside:
    return Beside(CARDS[index].name, figures.percent(asked.indices[index].rate), words, asked.page("index_card", index))


def made_of(key: str, ratio: Ratio) -> str:
    """206/255, or 完成 2.10 / 3.35 亿元; what nobody planned has no rate."""
    card = CARDS[key]
    if not ratio.denominator:
        return _("无计划")
    if card.numerator and card.numerator[0].endswith(("amount", "investment")):
        return _("%(above)s/%(below)s 亿元") % {
            "above": figures.yi(ratio.numerator),
            "below": figures.yi(ratio.denominator),
        }
    return f"{figures.shown(ratio.numerator, 0)}/{figures.shown(ratio.denominator, 0)}"


def value_of(asked: Asked, key: str) -> str:
    return figures.gap_pp(asked.indices.progress_gap_pp) if key == GAP else figures.percent(_ratio(asked, key).rate)


def card_page(asked: Asked, card: Card) -> dict[str, Any]:
    """The card in full: value, formula, both lists, and every other definition with its value."""
    return {
        "value": value_of(asked, card.key),
        "made_of": "" if card.key == GAP else _made_of(asked, card.key),
        "parts": [
            {"label": _("分子"), "fields": [_field(asked, name) for name in card.numerator]},
            {"label": _("分母"), "fields": [_field(asked, name) for name in card.denominator]},
        ]
        if card.numerator
        else [],
        "others": [_line(asked, CARDS[key]) for key in card.others],
        "all": [_line(asked, each) | {"current": each.key == card.key} for each in CARDS.values()],
    }


def _line(asked: Asked, card: Card) -> dict[str, str]:
    return {
        "name": card.name,
        "formula": card.formula,
        "value": value_of(asked, card.key),
        "made_of": "" if card.key == GAP else _made_of(asked, card.key),
        "url": asked.page("index_card", card.key),
    }


def _made_of(asked: Asked, key: str) -> str:
    ratio = _ratio(asked, key)
    if key == TIME_LINEAR:
        return f"{ratio.numerator.normalize():f}/{ratio.denominator}"
    return made_of(key, ratio)


def _ratio(asked: Asked, key: str) -> Ratio:
    if key not in {TIME_LINEAR, TIME_PLAN, GAP}:
        return asked.indices[Index(key)]
    if key == TIME_PLAN:
        return Ratio(asked.parts.plan_to_date_amount, asked.parts.annual_plan_amount)
    return asked.indices.time_progress


def _field(asked: Asked, name: str) -> dict[str, str]:
    value: Any = getattr(asked.parts, name)
    is_amount = name.endswith(("amount", "investment"))
    return {
        "name": str(COUNTED_NAMES[name]),
        "value": figures.yi(value) if is_amount else f"{value:,}",
        "unit": _("亿元") if is_amount else _("项"),
        "url": asked.list_of(counted=name),
    }
