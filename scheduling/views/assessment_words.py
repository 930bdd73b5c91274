"""A scheme in words: what each formula asks, and how far a total reaches."""

from decimal import Decimal

from django.utils.translation import gettext as _

from projects.figures import exactly
from scheduling.score_formulas import BandTable, Count, Formula, Linear, RankTable, Step
from scheduling.scoring import Scheme


def formula_said(formula: Formula) -> list[str]:
    """One line for each thing the formula says."""
    match formula:
        case Linear():
            lines = [_("%(full)s 及以上满分，%(nought)s 及以下 0 分，其间按比例")]
            if formula.full < formula.nought:
                lines = [_("%(full)s 及以下满分，%(nought)s 及以上 0 分，其间按比例")]
            said = [lines[0] % {"full": exactly(formula.full), "nought": exactly(formula.nought)}]
            return said + _most(formula.most)
        case Step():
            return _step_said(formula)
        case RankTable():
            rows = ((row.first, row.last, exactly(row.points)) for row in formula.places)
            return [_("第 %d 至 %d 名 %s 分") % row for row in rows]
        case Count():
            base = [_("基本分 %s 分") % exactly(formula.base)] if formula.base else []
            sign = _("每个加 %s 分") if formula.each >= 0 else _("每个减 %s 分")
            return [*base, sign % exactly(abs(formula.each)), *_least(formula.least), *_most(formula.most)]
        case BandTable():
            each = [_("逐个项目计分后累加")] if formula.of_each else []
            bands = [f"{_from_to(band.low, band.high)} {_('%s 分') % exactly(band.points)}" for band in formula.bands]
            return [*each, *bands, *_most(formula.most)]
    return [_("由考核单位依据佐证评定，0 至权重")]


def whole_said(scheme: Scheme) -> str:
    full = _("各项累加，不设满分") if scheme.full is None else _("各项合计 %s 分") % exactly(scheme.full)
    swing = _("加分、减分各不超过 %s 分") % exactly(scheme.swing)
    most = _("总分不设上限") if scheme.most is None else _("总分不超过 %s 分") % exactly(scheme.most)
    return "，".join([full, swing, most])


def _step_said(step: Step) -> list[str]:
    lines = []
    for target in step.targets:
        said = {"least": target.least, "percent": exactly(target.percent), "base": exactly(step.base)}
        many = _("项目 %(least)d 个以上的，目标 %(percent)s%%，达到得 %(base)s 分")
        lines.append((many if target.least > 1 else _("目标 %(percent)s%%，达到得 %(base)s 分")) % said)
    per = exactly(step.per)
    lines.append(_("每低 %(per)s 个百分点减 %(points)s 分") % {"per": per, "points": exactly(step.below)})
    lines += [
        _("%(span)s部分每高 %(per)s 个百分点加 %(points)s 分")
        % {"span": _from_to(row.low, row.high, "%"), "per": per, "points": exactly(row.points)}
        for row in step.above
    ]
    if step.whole:
        lines.append(_("不足 %s 个百分点不计") % per)
    return lines + ([_("加减不超过 %s 分") % exactly(step.swing)] if step.swing is not None else [])


def _from_to(low: Decimal, high: Decimal | None, unit: str = "") -> str:
    if high is None:
        return _("%s 以上") % (exactly(low) + unit)
    return _("%(low)s 至 %(high)s") % {"low": exactly(low) + unit, "high": exactly(high) + unit}


def _most(most: Decimal | None) -> list[str]:
    return [] if most is None else [_("最高 %s 分") % exactly(most)]


def _least(least: Decimal | None) -> list[str]:
    return [] if least is None else [_("最低 %s 分") % exactly(least)]
