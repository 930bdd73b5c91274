"""设置 → 亮灯规则: the editions, and one of them as tables people can read."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from projects.figures import UNDEFINED, compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.models import Unit, User
from projects.roles import Duty
from projects.views.settings import settings_tabs
from scheduling import rule_words
from scheduling.light_presets import INITIAL
from scheduling.light_proof import prove
from scheduling.light_rules import Dimension, Rule, RuleSet
from scheduling.models import LightRuleEdition
from scheduling.views.light_dry_runs import last_run
from scheduling.views.light_rule_forms import DryRunForm, measures

_DRAFT = LightRuleEdition.State.DRAFT


@requires(*READERS)
def light_rules(request: SignedInRequest) -> HttpResponse:
    today, may_keep = timezone.localdate(), keeps(request.user)
    editions = list(seen_by(request.user).select_related("drafted_by", "adopted_by"))
    number = in_force(today)
    shown = {
        "title": _("亮灯规则"),
        "as_of": _("每一天按当天生效的版次判定；已锁定的报告期按当时的版次，不再改变。"),
        "settings": settings_tabs("light_rules"),
        "rows": [*(_row(each, number) for each in editions), _initial(number)],
        "may_draft": may_keep and not any(each.state == _DRAFT for each in editions),
    }
    return render(request, "scheduling/light_rules.html", shown)


@requires(*READERS)
def light_rule_edition(request: SignedInRequest, number: int) -> HttpResponse:
    edition, current = edition_or_none(request, number), in_force(timezone.localdate())
    rules, may_keep = edition.rule_set if edition else INITIAL, keeps(request.user)
    is_draft = edition is not None and edition.state == _DRAFT
    faults = prove(rules) if is_draft else ()
    off = [each for each in Dimension if each not in rules.dimensions]
    shown = {
        "title": title_of(rules),
        "trail": trail_to(),
        "badge": _state(edition, current) if edition else _initial(current)["state"],
        "as_of": _said_of(edition),
        "facts": _facts(rules, edition),
        "edition": edition,
        "number": number,
        "is_draft": is_draft,
        "faults": [fault.text for fault in faults],
        "is_proved": is_draft and rules.rules and not faults,
        "groups": _groups(rules),
        "off": [{"word": each.word, "measure": _first_measure(each)} for each in off],
        "measures": measures() if is_draft else (),
        "run": last_run(request, edition) if edition and may_keep else None,
        "dry_run_form": DryRunForm() if edition and may_keep and rules.rules and not faults else None,
    }
    return render(request, "scheduling/light_rule_edition.html", shown)


def keeps(user: User) -> bool:
    return user.duties.include(Duty.KEEP_LIGHT_RULES)


def seen_by(user: User) -> Any:
    """What is adopted everybody reads; a draft only who keeps the rules."""
    editions = LightRuleEdition.objects.all()
    return editions if keeps(user) else editions.adopted()


def edition_or_none(request: SignedInRequest, number: int) -> LightRuleEdition | None:
    """None: the initial one, which has no row."""
    found = seen_by(request.user).select_related("drafted_by", "adopted_by").filter(number=number).first()
    if found is None and number != INITIAL.edition:
        raise Http404
    return found


def in_force(on: date) -> int:
    """The number of the edition the day is judged by."""
    first = LightRuleEdition.objects.in_force_and_ahead(on=on, known_at=None).first()
    return first.number if first and first.effective_on <= on else INITIAL.edition


def title_of(rules: RuleSet) -> str:
    return _("亮灯规则第 %(number)d 版　%(name)s") % {"number": rules.edition, "name": rules.name}


def edition_url(number: int) -> str:
    return reverse("light_rule_edition", args=[number])


def trail_to(rules: RuleSet | None = None) -> list[dict[str, str]]:
    trail = [{"label": _("亮灯规则"), "url": reverse("light_rules")}]
    return [*trail, {"label": title_of(rules), "url": edition_url(rules.edition)}] if rules else trail


def _row(edition: LightRuleEdition, current: int) -> dict[str, Any]:
    who, at = edition.adopted_by or edition.drafted_by, edition.adopted_at or edition.drafted_at
    return {
        "number": edition.number,
        "url": edition_url(edition.number),
        "name": edition.name,
        "source": edition.source,
        "from": compact_date(edition.effective_on) if edition.adopted_at else "",
        "state": _state(edition, current),
        "who": f"{who}　{localtime(at).date().isoformat()}",
    }


def _state(edition: LightRuleEdition, current: int) -> str:
    if edition.state == _DRAFT:
        return _("起草中")
    if edition.number == current:
        return _("现行")
    return _("待生效") if edition.number > current else _("已停用")


def _initial(current: int) -> dict[str, Any]:
    return {
        "number": INITIAL.edition,
        "url": edition_url(INITIAL.edition),
        "name": INITIAL.name,
        "source": INITIAL.source,
        "from": _("系统启用时"),
        "state": _("现行") if current == INITIAL.edition else _("已停用"),
        "who": _("系统"),
    }


def _said_of(edition: LightRuleEdition | None) -> str:
    if edition is None:
        return _("系统启用时的版次。")
    if edition.adopted_at is None:
        return _("%(who)s起草，尚未启用。") % {"who": edition.drafted_by}
    said = {"day": compact_date(edition.effective_on), "who": edition.adopted_by}
    return _("自 %(day)s 起生效，%(who)s启用；启用后不能改动。") % said


def _facts(rules: RuleSet, edition: LightRuleEdition | None) -> list[dict[str, Any]]:
    return [
        {"label": _("依据"), "value": rules.source or UNDEFINED, "wide": True},
        {"label": _("说明"), "value": (edition.note if edition else rules.note) or UNDEFINED, "wide": True},
    ]


def _groups(rules: RuleSet) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rules by what they light, each with the number by which a sentence cites it."""
    units = _unit_names(rules.rules)
    return [
        (
            dimension.word,
            [_clause(place, rule, units) for place, rule in enumerate(rules.rules) if rule.dimension is dimension],
        )
        for dimension in rules.dimensions
    ]


def _unit_names(rules: Sequence[Rule]) -> dict[str, str]:
    paths = {path for rule in rules for path in rule.unit_paths}
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "name")) if paths else {}


def _clause(place: int, rule: Rule, units: dict[str, str]) -> dict[str, Any]:
    return {
        "number": place + 1,
        "row": place,
        "scope": rule_words.scope(rule, units=units),
        "measure": rule_words.MEASURES[rule.measure],
        "bands": [
            {"light": band.light, "word": band.light.word, "interval": rule_words.interval(band, rule.measure)}
            for band in sorted(rule.bands, key=lambda band: band.light.severity)
        ],
        "target": rule_words.target(rule),
        "escalation": rule_words.escalation(rule),
        "note": rule.note,
    }


def _first_measure(dimension: Dimension) -> str:
    found = dict(measures())[dimension.word]
    return found[0][0]
