"""How a measure is said on pages: its badges, its steps, and its evidence as tables to be read and printed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from projects.figures import UNDEFINED, compact_date, days_late, gap_pp
from projects.recorded import day_of
from scheduling import measure_flow as flow
from scheduling.dossier import Dossier
from scheduling.measure_rules import Level, Side
from scheduling.models import Light, Measure, MeasureMove, RectificationItem

_Kind, _State = MeasureMove.Kind, Measure.State
_SHORT = 14  # characters
_TONES: dict[str, str] = {
    _State.PROPOSED: "solid",
    _State.APPROVED: "blue",
    _State.NOTIFIED: "blue",
    _State.UNDER_WAY: "blue",
    _State.CLOSED: "",
    _State.DISMISSED: "",
}
ITEM_TONES: dict[str, str] = {
    RectificationItem.State.OPEN: "solid",
    RectificationItem.State.HANDED_IN: "blue",
    RectificationItem.State.CLOSED: "",
    RectificationItem.State.ESCALATED: "ink",
}


def kind_badge(measure: Measure) -> dict[str, str]:
    """Gold is for honours; a measure that presses is heavy ink."""
    return {"word": str(measure.get_kind_display()), "tone": "gold" if measure.side is Side.KIND else "ink"}


def state_badge(measure: Measure) -> dict[str, str]:
    return {"word": str(measure.get_state_display()), "tone": _TONES[measure.state]}


def next_said(measure: Measure) -> str:
    return flow.next_step(measure.level, flow.State(measure.state))


def due_said(due_on: date | None, *, on: date, is_open: bool) -> tuple[str, bool]:
    """The limit in words, and whether it has passed."""
    if due_on is None:
        return "", False
    if is_open and due_on < on:
        return _("应于 %(day)s，%(late)s") % {"day": compact_date(due_on), "late": days_late((on - due_on).days)}, True
    return _("%s 前") % compact_date(due_on), False


def proposer_said(measure: Measure) -> str:
    if measure.proposed_by:
        return str(measure.proposed_by)
    return _("按结果运用规则第 %d 版") % (measure.rule_edition or 1)


def steps_of(measure: Measure, moves: Sequence[MeasureMove]) -> list[dict[str, Any]]:
    """From the proposal to the end; what its kind does not have is left out, and what a dismissal has spared."""
    last = {move.kind: move for move in moves}
    decided = next(
        (
            last[kind]
            for kind in (_Kind.WITHDRAWN, _Kind.DISMISSED, _Kind.LEVEL_CHANGED, _Kind.APPROVED)
            if kind in last
        ),
        None,
    )
    if measure.state == _State.DISMISSED:
        ended = decided.get_kind_display() if decided else _("审定")
        return [_step(_("提出"), -1, last.get(_Kind.PROPOSED)), _step(ended, -1, decided)]
    is_reminder = measure.level is Level.REMINDER
    every = [
        (_("提出"), last.get(_Kind.PROPOSED)),
        (_("审定"), decided),
        (_("提醒") if is_reminder else _("发文"), last.get(_Kind.TOLD)),
        *([(_("约谈"), last.get(_Kind.RECORDED))] if measure.level is Level.INTERVIEW else []),
        *([(_("整改复查"), last.get(_Kind.ITEM_CLOSED))] if measure.level in flow.WITH_ITEMS else []),
        (_("办结"), last.get(_Kind.CLOSED) or (last.get(_Kind.TOLD) if measure.state == _State.CLOSED else None)),
    ]
    reached = _reached(measure, len(every))
    return [_step(name, place - reached, move) for place, (name, move) in enumerate(every)]


def _reached(measure: Measure, count: int) -> int:
    """The place of the step that is to be taken now."""
    if measure.state == _State.CLOSED:
        return count
    place = {_State.PROPOSED: 1, _State.APPROVED: 2, _State.NOTIFIED: 3, _State.UNDER_WAY: count - 2}
    return place[_State(measure.state)]


def _step(name: str, ahead: int, move: MeasureMove | None) -> dict[str, Any]:
    step: dict[str, Any] = {"name": name, "state": "done" if ahead < 0 else "todo" if ahead else "current"}
    if move and ahead < 0:
        step |= {"who": move.by or _("系统"), "when": move.at}
    return step


def entries_of(moves: Iterable[MeasureMove]) -> list[dict[str, Any]]:
    """The latest first."""
    strong = {_Kind.DISMISSED, _Kind.WITHDRAWN, _Kind.SENT_BACK, _Kind.ESCALATED}
    done = {_Kind.CLOSED, _Kind.ITEM_CLOSED}
    return [
        {
            "when": day_of(move.at),
            "title": move.get_kind_display(),
            "text": f"{move.item.text}：{move.text}" if move.item and move.text != move.item.text else move.text,
            "who": move.by or _("系统按规则提出"),
            "tone": "strong" if move.kind in strong else "done" if move.kind in done else "",
        }
        for move in reversed(list(moves))
    ]


def item_row(item: RectificationItem, *, url: str, on: date) -> dict[str, Any]:
    due, is_late = due_said(item.due_on, on=on, is_open=item.state == RectificationItem.State.OPEN)
    return {
        "text": item.text,
        "url": url,
        "origin": item.get_origin_display(),
        "due": due,
        "is_late": is_late,
        "badge": {"word": str(item.get_state_display()), "tone": ITEM_TONES[item.state]},
        "report": item.report,
        "opinion": item.opinion,
    }


def dossier_tables(dossier: Dossier) -> list[dict[str, Any]]:
    """Only what there is, in the order in which it is weighed."""
    tables = [
        _table(_("亮灯历史"), [_("月末"), _("亮灯"), _("超（欠）进度"), _("原因")], map(_light_row, dossier.lights)),
        _table(
            _("逾期和延误的节点"),
            [_("节点"), _("原定"), _("批准"), _("预计"), _("实际"), _("逾期")],
            map(_node_row, dossier.nodes),
        ),
        _table(
            _("未答复的协调请求"),
            [_("请求事项"), _("被请求单位"), _("请求日期"), _("答复期限"), _("已持有"), _("超期")],
            map(_request_row, dossier.requests),
        ),
        _table(
            _("未解决的问题"),
            [_("问题"), _("办理单位"), _("提出"), _("需解决"), _("已历时"), _("各单位办理")],
            map(_problem_row, dossier.problems),
        ),
        _table(
            _("在办审批"),
            [_("审批事项"), _("审批部门"), _("受理"), _("已用"), _("时限")],
            map(_permit_row, dossier.permits),
        ),
        _table(
            _("逾期未办结的交办事项"),
            [_("事项"), _("编号"), _("责任单位"), _("期限"), _("逾期")],
            (
                [each.text, each.number, each.unit, compact_date(each.due_on), _days(each.days)]
                for each in dossier.decisions
            ),
        ),
        _table(
            _("今年批准的调整工期"),
            [_("事项"), _("原日期"), _("调整为"), _("原因"), _("批准")],
            map(_replan_row, dossier.replans),
        ),
        _table(
            _("以往的结果运用"),
            [_("措施"), _("文号"), _("通知"), _("状态")],
            ([each.kind, each.number or UNDEFINED, compact_date(each.on), each.state] for each in dossier.earlier),
        ),
        _table(
            _("以往的承诺和整改事项"),
            [_("事项"), _("措施"), _("期限"), _("状态"), _("逾期")],
            map(_undertaking_row, dossier.undertakings),
        ),
        _table(
            _("豁免、停缓建和其他单位占用"),
            [_("情况"), _("起"), _("止"), _("天数"), _("说明")],
            map(_excuse_row, dossier.excuses),
        ),
    ]
    return [each for each in tables if each["rows"]]


def _table(title: str, head: list[str], rows: Iterable[Sequence[str]]) -> dict[str, Any]:
    """Cells with what they are called, so that a phone can show each row as a card."""
    labelled = [
        [_cell(label, value, is_first=not place) for place, (label, value) in enumerate(zip(head, row, strict=True))]
        for row in rows
    ]
    return {"title": title, "head": head, "rows": labelled, "count": len(labelled)}


def _cell(label: str, value: str, *, is_first: bool) -> dict[str, str]:
    """What is short stays on its line; what is not known takes no room on a phone."""
    classes = ["cell-title" if is_first else "", "nowrap" if len(value) <= _SHORT else "cell-wide"]
    classes += ["cell-hide"] if value == UNDEFINED and not is_first else []
    return {"label": label, "value": value, "class": " ".join(filter(None, classes))}


def _days(days: int) -> str:
    return _("%d 天") % days if days else UNDEFINED


def _workdays(days: int) -> str:
    return _("%d 个工作日") % days


def _light_row(each: Any) -> list[str]:
    word = str(Light(each.light).label)
    if each.light != each.computed_light:
        word = _("%(word)s（豁免前%(computed)s）") % {"word": word, "computed": Light(each.computed_light).label}
    return [f"{each.ends_on:%Y-%m}", word, gap_pp(each.gap_pp), "；".join(each.why) or UNDEFINED]


def _node_row(each: Any) -> list[str]:
    four = map(compact_date, (each.original_on, each.approved_on, each.forecast_on, each.actual_on))
    return [f"{each.kind}：{each.name}", *four, _days(each.days)]


def _request_row(each: Any) -> list[str]:
    days = [compact_date(each.asked_on), compact_date(each.due_on)]
    return [f"{each.problem}：{each.question}", each.unit, *days, _workdays(each.days), _days(each.late)]


def _problem_row(each: Any) -> list[str]:
    held = "、".join(f"{part.unit} {_workdays(part.days)}" for part in each.held)
    needed = compact_date(each.needed_by) + (_("（超 %d 天）") % each.late if each.late else "")
    raised = compact_date(each.raised_on)
    return [f"{each.title}（{each.kind}）", each.unit or UNDEFINED, raised, needed, _days(each.days), held or UNDEFINED]


def _permit_row(each: Any) -> list[str]:
    used = _workdays(each.days) if each.in_workdays else _days(each.days)
    return [each.name, each.agency or UNDEFINED, compact_date(each.accepted_on), used, each.words or UNDEFINED]


def _replan_row(each: Any) -> list[str]:
    dates = map(compact_date, (each.before, each.after))
    return [
        each.what,
        *dates,
        f"{each.cause}：{each.reason}" if each.cause else each.reason,
        compact_date(each.decided_on),
    ]


def _undertaking_row(each: Any) -> list[str]:
    return [each.text, Level(each.level).word, compact_date(each.due_on), each.state, _days(each.late)]


def _excuse_row(each: Any) -> list[str]:
    return [each.what, compact_date(each.starts_on), compact_date(each.ends_on), _days(each.days), each.why]
