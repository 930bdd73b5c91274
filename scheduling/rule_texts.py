"""A rule set as JSON: how an edition is stored."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from scheduling.light_rules import Band, Escalation, Light, Measure, Rule, RuleSet
from scheduling.time_progress import TimeBasis

Text = Mapping[str, Any]


def rules_as_text(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    return [_rule_as_text(rule) for rule in rules]


def rules_of_text(texts: Sequence[Text]) -> tuple[Rule, ...]:
    """Raises ``KeyError`` or ``ValueError`` for what is no rule."""
    return tuple(_rule_of_text(text) for text in texts)


def rule_set(texts: Sequence[Text], *, edition: int, name: str, source: str) -> RuleSet:
    return RuleSet(edition, name, source, rules_of_text(texts))


def _rule_as_text(rule: Rule) -> dict[str, Any]:
    return {
        "measure": rule.measure.name,
        "bands": [_band_as_text(band) for band in rule.bands],
        "basis": rule.basis.value,
        "target_percent": str(rule.target_percent),
        "escalation": rule.escalation and [rule.escalation.light, rule.escalation.periods, rule.escalation.becomes],
        "categories": list(rule.categories),
        "unit_paths": list(rule.unit_paths),
        "note": rule.note,
    }


def _rule_of_text(text: Text) -> Rule:
    escalation = text["escalation"]
    return Rule(
        measure=Measure[text["measure"]],
        bands=tuple(_band_of_text(band) for band in text["bands"]),
        basis=TimeBasis(text["basis"]),
        target_percent=Decimal(text["target_percent"]),
        escalation=escalation and Escalation(Light(escalation[0]), int(escalation[1]), Light(escalation[2])),
        categories=tuple(text["categories"]),
        unit_paths=tuple(text["unit_paths"]),
        note=text["note"],
    )


def _band_as_text(band: Band) -> list[Any]:
    low, high = (None if bound is None else str(bound) for bound in (band.low, band.high))
    return [band.light.value, low, band.low_closed, high, band.high_closed]


def _band_of_text(text: Sequence[Any]) -> Band:
    light, low, low_closed, high, high_closed = text
    bounds = [None if bound is None else Decimal(bound) for bound in (low, high)]
    return Band(Light(light), bounds[0], bool(low_closed), bounds[1], bool(high_closed))
