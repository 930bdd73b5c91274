"""A small bulletin made by hand, and papers drafted from it, for tests of what becomes of them."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from reports import snapshots
from reports.actions import drafts
from reports.bulletin import EDITION, Basis, Bulletin, Group, Section
from reports.models import Draft, DraftText
from reports.official import Form
from reports.registered import written
from scheduling.parts import Parts
from tests.reports.weeks import close, freeze, week

ON = date(2026, 10, 31)
KNOWN_AT = datetime(2026, 11, 2, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
SECTIONS = (Section("overview", "一、总体进展", "全区重点项目投资完成率{全区·投资完成率}。"),)
PARTS = Parts(
    projects=2,
    annual_plan_amount=Decimal(10000),
    plan_to_date_amount=Decimal(8000),
    ytd_amount=Decimal(7500),
    original_plan_amount=Decimal(10000),
    original_ytd_amount=Decimal(7500),
    targeted=2,
    on_target=1,
)


def bulletin(parts=PARTS, **more):
    said = {
        "district": "示范区",
        "year": ON.year,
        "month": ON.month,
        "on": ON,
        "known_at": KNOWN_AT,
        "before_on": None,
        "basis": Basis("示范区2026年计划", 1, "1", "0" * 64, 2),
        "whole": Group("all", "全区", parts, Decimal(800)),
        "tables": (),
        "same_now": Parts(),
        "same_before": Parts(),
        "same_month_amount": Decimal(0),
        "same_month_before": Decimal(0),
    }
    lists = ("entered", "left", "starts", "completions", "lagging", "problems", "decisions", "boards", "late_reports")
    return Bulletin(**(said | dict.fromkeys(lists, ()) | more))


def drafted(whole=None, *, subject="1", sections=SECTIONS, form=Form.OFFICIAL, cc="", **more):
    """A bulletin as the system drafts it, with its first text."""
    content, at = snapshots.as_json(whole or bulletin()), timezone.now()
    said = {
        "kind": Draft.Kind.MONTHLY_BULLETIN,
        "mark": "示范区人民政府办公室文件" if form == Form.OFFICIAL else "示范区重点项目建设通报",
        "code": "×政办发",
        "signature": "示范区人民政府办公室",
        "printer": "示范区人民政府办公室",
        "edition": EDITION,
        "known_at": KNOWN_AT,
    }
    facts = {"facts": content.decode(), "facts_digest": snapshots.digest(content), "drafted_at": at}
    draft = Draft.objects.create(subject=subject, form=form, **(said | facts | more))
    title = "关于2026年10月全区重点项目建设进展情况的通报"
    words = {"title": title, "addressee": "各镇：", "cc": cc, "sections": written(sections)}
    draft.text = DraftText.objects.create(draft=draft, sequence=1, recorded_at=at, **words)
    draft.save()
    return draft


def said(draft, **more):
    """The words of a further version: those of the present one, but for these."""
    text = draft.text
    names = ("title", "addressee", "remark", "cc", "copies")
    return {name: getattr(text, name) for name in names} | {"sections": SECTIONS} | more


def rewrite(draft, by, *, at=None, based_on=None, **more):
    draft.refresh_from_db()
    text = drafts.write(
        draft=draft, based_on=based_on or draft.text.sequence, by=by, at=at or timezone.now(), **said(draft, **more)
    )
    draft.refresh_from_db()
    return text


def reworded(word="改"):
    return (replace(SECTIONS[0], text=SECTIONS[0].text + word),)


def go(draft, step, by, *, at=None, **more):
    """One step of the paper; the paper as it then stands."""
    step(draft=draft, by=by, at=at or timezone.now(), **more)
    draft.refresh_from_db()
    return draft


def proved(draft, *findings):
    """As if the pages of its words had been laid out, with this wrong with them."""
    draft.refresh_from_db()
    drafts.keep_proof(text=draft.text, content=b"%PDF", findings=findings, by=None, at=timezone.now())
    draft.refresh_from_db()
    return draft


def signed(draft, people):
    """Submitted, laid out, checked and signed off, by the drafter, the checker and the signer."""
    drafter, checker, signer = people
    go(draft, drafts.submit, drafter)
    proved(draft)
    go(draft, drafts.check, checker)
    return go(draft, drafts.sign_off, signer)


def month(ends_on=ON):
    period = week(ends_on, kind="MONTH_END")
    type(period).objects.filter(pk=period.pk).update(starts_on=ends_on.replace(day=1))
    period.refresh_from_db()
    return period


def closed_month(project, ends_on=ON):
    period = month(ends_on)
    freeze(period, project)
    return close(period)
