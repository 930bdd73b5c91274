"""预警核查 · 随机核查: drawn with a seed that is written down, what was found, and how much of it held."""

from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures, sheets
from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.roles import Duty
from projects.views.forms import DayField, Page, answer, sent
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling.actions import verifications
from scheduling.models import ContradictionCheck, Verification, VerificationDraw
from scheduling.verifications import Tally, drawn_again, tally
from scheduling.views import list_columns
from scheduling.views.warning_words import VERIFIERS, warning_tabs
from scheduling.warning_sheets import verification_sheet

_USUAL = 10


class DrawForm(forms.Form):
    size = forms.IntegerField(label=gettext_lazy("抽取个数"), min_value=1, max_value=999)
    seed = forms.CharField(
        label=gettext_lazy("随机种子"),
        max_length=60,
        help_text=gettext_lazy("抽取前公开产生，例如当日摇出的号码；登记后不能更改，任何人可用它复核名单。"),
    )


class ResultForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("核查结果"),
        choices=Verification.Outcome.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("与填报一致为核实；不一致、需要更正的为调整。"),
    )
    verified_on = DayField(label=gettext_lazy("核查日期"))
    words = forms.CharField(
        label=gettext_lazy("核查情况"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )


@requires(*VERIFIERS)
def verification_draw_list(request: SignedInRequest) -> HttpResponseBase:
    seen = Verification.objects.visible_to(request.user)
    draws = _draws(request).select_related("drawn_by")
    if asks_for_sheet(request):
        return list_taken(request, _("随机核查"), list_columns.DRAWS, _draw_rows(draws, seen))
    page = page_of(draws, request)
    shown = {
        "title": _("预警核查"),
        "tabs": warning_tabs(request.user, current="verification_draw_list"),
        "headline": _headline(tally(seen)),
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": _draw_rows(page.object_list, seen),
        "may_draw": request.user.duties.include(Duty.VERIFY),
    }
    return render(request, "scheduling/verification_draw_list.html", shown)


@requires(Duty.VERIFY)
def verification_draw_add(request: SignedInRequest) -> HttpResponse:
    form = DrawForm(sent(request), initial={"size": _USUAL})
    page = Page(
        _("随机抽取"),
        _("抽取"),
        reverse("verification_draw_list"),
        trail=_trail(),
        text=_("从昨夜核对过的 %(count)d 个在建和前期项目中抽取，矛盾分高的抽中机会大，矛盾分为 0 的也可能抽中。")
        % {"count": ContradictionCheck.objects.count()},
        done=_("已抽取，名单和种子已登记。"),
    )

    def act() -> HttpResponse:
        said = form.cleaned_data
        made = verifications.draw_projects(seed=said["seed"], size=said["size"], by=request.user, at=timezone.now())
        return redirect("verification_draw", made.pk)

    return answer(request, form, page, act)


@requires(*VERIFIERS)
def verification_draw(request: SignedInRequest, pk: int) -> HttpResponse:
    made = get_object_or_404(_draws(request).select_related("drawn_by"), pk=pk)
    seen = _drawn(request, made)
    shown = {
        "title": _("随机核查：%(seed)s") % {"seed": made.seed},
        "trail": _trail(),
        "headline": _headline(tally(Verification.objects.visible_to(request.user).filter(draw=made))),
        "draw": made,
        "facts": _facts(made),
        "again": _again(made) if "again" in request.GET else "",
        "rows": [_row(each) for each in seen],
        "may_record": request.user.duties.include(Duty.VERIFY),
        "may_export": request.user.duties.include(Duty.EXPORT),
    }
    return render(request, "scheduling/verification_draw.html", shown)


@requires(*VERIFIERS)
def verification_draw_export(request: SignedInRequest, pk: int) -> FileResponse:
    made = get_object_or_404(_draws(request), pk=pk)
    now = timezone.now()
    sheet = verification_sheet(_drawn(request, made), made, as_of=sheets.as_of_moment(now))
    return sheets.download(sheet, by=request.user, at=now)


@requires(Duty.VERIFY)
def verification_record(request: SignedInRequest, pk: int) -> HttpResponse:
    seen = Verification.objects.visible_to(request.user).select_related("draw", "project")
    verification = get_object_or_404(seen, pk=pk)
    form = ResultForm(sent(request), initial={"verified_on": timezone.localdate()})
    back = reverse("verification_draw", args=[verification.draw_id])
    page = Page(
        _("登记核查结果"),
        _("登记"),
        back,
        trail=[*_trail(), {"label": str(verification.draw), "url": back}],
        text=_("“%(project)s”。%(doubts)s登记后不能更改；数据有误的，由填报单位在周报中更正。")
        % {"project": verification.project.name, "doubts": "".join(each["text"] for each in verification.found)},
        done=_("已登记。"),
    )

    def act() -> None:
        verifications.record(verification=verification, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


def _draws(request: SignedInRequest) -> QuerySet[VerificationDraw]:
    return VerificationDraw.objects.visible_to(request.user).defer("pool")


def _drawn(request: SignedInRequest, made: VerificationDraw) -> QuerySet[Verification]:
    seen = Verification.objects.visible_to(request.user).filter(draw=made).order_by("place")
    return seen.select_related("project__lead_unit", "recorded_by")


def _trail() -> list[dict[str, str]]:
    return [
        {"label": _("预警核查"), "url": reverse("warning_list")},
        {"label": _("随机核查"), "url": reverse("verification_draw_list")},
    ]


def _headline(found: Tally) -> str:
    if not found.drawn:
        return _("还没有抽取过核查项目。")
    said = found._asdict() | {"settled": found.settled, "rate": figures.percent(found.rate, 1)}
    if not found.settled:
        return _("抽取 %(drawn)d 个项目，都还没有登记核查结果。") % said
    words = _(
        "抽取 %(drawn)d 个项目，已核查 %(settled)d 个：核实 %(verified)d 个、调整 %(adjusted)d 个，核实率 %(rate)s。"
    )
    return words % said


def _draw_rows(draws: Any, seen: QuerySet[Verification]) -> list[dict[str, Any]]:
    outcome = Verification.Outcome
    counts = seen.filter(draw__in=[each.pk for each in draws]).order_by().values_list("draw")
    verified, adjusted = (Count("pk", filter=Q(outcome=each)) for each in (outcome.VERIFIED, outcome.ADJUSTED))
    counted = counts.annotate(drawn=Count("pk"), verified=verified, adjusted=adjusted)
    found = {pk: Tally(*rest) for pk, *rest in counted}
    return [
        {
            "seed": each.seed,
            "url": reverse("verification_draw", args=[each.pk]),
            "when": figures.compact_date(timezone.localtime(each.drawn_at).date()),
            "by": each.drawn_by,
            "drawn": found[each.pk].drawn,
            "settled": found[each.pk].settled,
            "rate": figures.percent(found[each.pk].rate, 1),
        }
        for each in draws
    ]


def _facts(made: VerificationDraw) -> list[dict[str, Any]]:
    return [
        {"label": _("随机种子"), "value": made.seed},
        {"label": _("抽取范围"), "value": _("%(count)d 个项目") % {"count": len(made.pool)}},
        {"label": _("抽取个数"), "value": str(made.size)},
        {"label": _("矛盾分核对日"), "value": figures.compact_date(made.checked_on)},
        {"label": _("抽取人"), "value": made.drawn_by},
        {"label": _("抽取时间"), "value": f"{timezone.localtime(made.drawn_at):%Y-%m-%d %H:%M}"},
    ]


def _again(made: VerificationDraw) -> str:
    """Whether the seed and the scores written down give the list written down."""
    listed = list(made.verifications.order_by("place").values_list("project", flat=True))
    if drawn_again(made) == listed:
        return _("用登记的种子和矛盾分重新抽取，名单与次序一致。")
    return _("用登记的种子和矛盾分重新抽取，名单不一致，请报告系统管理员。")


def _row(each: Verification) -> dict[str, Any]:
    return {
        "place": each.place,
        "project": each.project.name,
        "url": reverse("project_detail", args=[each.project.code]),
        "unit": each.project.lead_unit,
        "score": each.score,
        "found": each.found,
        "outcome": each.get_outcome_display(),
        "words": each.words,
        "who": _("%(name)s %(day)s") % {"name": each.recorded_by, "day": each.verified_on} if each.outcome else "",
        "record_url": "" if each.outcome else reverse("verification_record", args=[each.pk]),
    }
