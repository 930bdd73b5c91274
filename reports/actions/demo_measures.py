"""载入演示数据: what followed from the last closed month: proposals, and measures at every step of their way."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from projects import jobs
from projects.demo.course import BEIJING
from projects.models import KeyProject, User, duties_of
from projects.recorded import day_of
from reports import papers
from reports.actions import drafts, measure_notices, receipts
from reports.models import Document, Draft
from scheduling.actions import measures, rectifications
from scheduling.actions.rectifications import Wanted
from scheduling.measure_rules import Level, Side
from scheduling.models import Measure, PeriodClosing, RectificationItem

_STEPS = 16
Kind = Measure.Kind
RENDERS = "reports.tasks.render_document"
"""The task that lays out what was issued here, once a worker looks for work that was left."""


class Hands(NamedTuple):
    """Who drafts, who checks, who signs."""

    drafter: User
    checker: User
    signer: User


def load(hands: Hands, closing: PeriodClosing, *, until: datetime) -> None:
    """The steps are spread over the days since the month was closed."""
    begun = (closing.finished_at or closing.known_at) + timedelta(hours=2)
    story = _Story(hands, begun, max(until - begun, timedelta(hours=_STEPS)) / _STEPS)
    found: dict[str, list[Measure]] = {}
    for measure in measures.propose_after(closing=closing, at=begun):
        found.setdefault(measure.kind, []).append(measure)
    taken = _Taken(found, story)
    for tell in (story.interviews, story.rectifications, story.reminders, story.praise, story.others):
        tell(taken)


class _Taken:
    """Proposals of the rules in turn; where a kind has no more, the office proposes it of another project."""

    def __init__(self, found: dict[str, list[Measure]], story: "_Story") -> None:
        self._found, self._story = found, story
        self._free = KeyProject.objects.counted().filter(measures__isnull=True, responsible_person__isnull=False)

    def one(self, kind: str) -> Measure:
        if waiting := self._found.get(kind):
            return waiting.pop(0)
        light = "GREEN" if Level(kind).side is Side.KIND else "RED"
        free = self._free.filter(standing__light=light)
        project = (free if free.exists() else self._free).order_by("sort_key", "code").first()
        if project is None:
            project = KeyProject.objects.counted().order_by("code")[0]
        return self._story.proposed(project, kind)


_REASONS = {
    Kind.RECTIFICATION: "关键工序停滞，连续两周未达到周计划。",
    Kind.COMMENDATION: "各节点均按期完成，问题及时解决。",
    Kind.REWARD: "较同期计划超前，提前竣工。",
    Kind.LISTED_SUPERVISION: "项目长期停滞，限期整改后仍无实质进展，列入挂牌督办。",
    Kind.REMOVAL: "项目两年未实质推进，投资主体已提出不再实施，建议退出重点项目名单。",
    Kind.POLICY_PREFERENCE: "项目提前开工，带动上下游企业落户，建议优先保障二期用地。",
    Kind.FUND_PREFERENCE: "项目提前竣工并投产达效，建议在明年资金安排上倾斜。",
}


class _Story:
    def __init__(self, hands: Hands, begun: datetime, pace: timedelta) -> None:
        self._hands, self._begun, self._pace = hands, begun, pace

    def at(self, step: float) -> datetime:
        """In the hours of an office, as far as there is a day for each step."""
        if self._pace < timedelta(days=1):
            return self._begun + self._pace * step
        day = (self._begun + self._pace * int(step) + timedelta(days=1)).date()
        return datetime.combine(day, time(9), BEIJING) + timedelta(hours=8) * (step - int(step))

    def on(self, step: float) -> date:
        return day_of(self.at(step))

    def proposed(self, project: KeyProject, kind: str) -> Measure:
        reasons = _REASONS.get(Kind(kind), "在周调度中连续点名，约定事项未落实。")
        return measures.propose(project=project, kind=kind, reasons=reasons, by=self._hands.drafter, at=self.at(0))

    def interviews(self, taken: _Taken) -> None:
        """One with promises kept and broken, one called in, one whose notice is under way, one just approved."""
        held = self._told(self._arranged(taken.one(Kind.INTERVIEW), held=5))
        promises = (("签订劳务补充合同，增加施工班组", 9), ("完成主体结构封顶", 11), ("报送逐周赶工计划", 8))
        rectifications.record(
            measure=held,
            held_at=self.at(5),
            attendees="区重点办、牵头单位有关负责同志",
            demands="倒排工期、挂图作战，主要负责同志每周到现场调度，未完成节点逐项明确责任人。",
            explanation="前期劳务力量不足、材料进场滞后，已签订补充合同；用地问题正在协调。",
            undertakings=[Wanted(text, self.on(step)) for text, step in promises],
            by=self._hands.drafter,
            at=self.at(6),
        )
        first, second, *_rest = self._items(held)
        self._hand_in(first, "周计划已报送并上墙公示，每周五更新。", 8)
        rectifications.close_item(item=first, opinion="经核对，计划完整。", by=self._hands.checker, at=self.at(8.5))
        self._hand_in(second, "补充合同已签订，新增两个班组四十人已进场。", 9)
        self._told(self._arranged(taken.one(Kind.INTERVIEW), held=19))
        checking = self._drafted(self._arranged(taken.one(Kind.INTERVIEW), held=21))
        drafts.submit(draft=checking, by=self._hands.drafter, at=self.at(4))
        self._approved(taken.one(Kind.INTERVIEW))

    def rectifications(self, taken: _Taken) -> None:
        """One put right and closed, one late and proposed to go up, one listed."""
        done = self._told(self._demanded(taken.one(Kind.RECTIFICATION), ("补办夜间施工手续", 7)))
        for item in self._items(done):
            self._hand_in(item, "手续已办结，批文已上传。", 6)
            rectifications.close_item(item=item, opinion="现场复查，属实。", by=self._hands.checker, at=self.at(7))
        measures.close(measure=done, outcome="整改到位，进度已恢复。", by=self._hands.drafter, at=self.at(8))
        late = self._told(
            self._demanded(taken.one(Kind.RECTIFICATION), ("增加塔吊两台并投入使用", 8), ("完成深基坑支护", 12))
        )
        item = self._items(late)[0]
        self._hand_in(item, "塔吊已进场一台。", 7)
        rectifications.send_back(
            item=item, opinion="应到两台，实到一台，继续整改。", by=self._hands.checker, at=self.at(8)
        )
        measures.escalate(
            measure=late, reasons="塔吊逾期未全部进场，关键工序停滞。", by=self._hands.drafter, at=self.at(14)
        )
        self._told(self._demanded(taken.one(Kind.LISTED_SUPERVISION), ("恢复主体施工", 20), ("按周报送进展", 18)))

    def reminders(self, taken: _Taken) -> None:
        """One answered and closed, one that waits, one dismissed, one raised to an interview."""
        closed = self._reminded(taken.one(Kind.REMINDER))
        owner = self._owner(closed)
        if owner:
            measures.answer(measure=closed, text="已增加一个班组，下周恢复正常进度。", by=owner, at=self.at(4))
        measures.close(measure=closed, outcome="措施有效，进度已恢复。", by=self._hands.drafter, at=self.at(6))
        self._reminded(taken.one(Kind.REMINDER))
        signer = self._hands.signer
        note = "滞后因用地未交付所致，责任不在项目方，由区自然资源局限期答复。"
        measures.dismiss(measure=taken.one(Kind.REMINDER), note=note, by=signer, at=self.at(1))
        raised = taken.one(Kind.REMINDER)
        note = "已多次提醒，直接约谈。"
        measures.approve(measure=raised, kind=Kind.INTERVIEW, note=note, by=signer, at=self.at(1))

    def praise(self, taken: _Taken) -> None:
        """Commended, rewarded, supported, one with the reward still to be given."""
        self._told(self._approved(taken.one(Kind.COMMENDATION)))
        rewarded = self._told(self._approved(taken.one(Kind.REWARD)))
        measures.close(measure=rewarded, outcome="奖励资金已拨付到位。", by=self._hands.drafter, at=self.at(9))
        self._told(self._approved(taken.one(Kind.POLICY_PREFERENCE)))
        self._approved(taken.one(Kind.FUND_PREFERENCE))

    def others(self, taken: _Taken) -> None:
        taken.one(Kind.REMOVAL)

    def _approved(self, measure: Measure) -> Measure:
        measures.approve(measure=measure, kind=measure.kind, note="同意。", by=self._hands.signer, at=self.at(1))
        return measure

    def _arranged(self, measure: Measure, *, held: int) -> Measure:
        rectifications.arrange(
            measure=self._approved(measure),
            held_at=self.at(held),
            place="区政府第二会议室",
            interviewees=f"{measure.unit}主要负责同志、项目负责人",
            interviewers="分管副区长",
            attendees="区重点办、区纪委监委派员",
            by=self._hands.drafter,
            at=self.at(1.5),
        )
        return measure

    def _demanded(self, measure: Measure, *items: tuple[str, int]) -> Measure:
        self._approved(measure)
        for text, step in items:
            rectifications.demand(
                measure=measure, text=text, due_on=self.on(step), by=self._hands.drafter, at=self.at(1.5)
            )
        return measure

    def _drafted(self, measure: Measure) -> Draft:
        return measure_notices.draft_notice(measure=measure, by=self._hands.drafter, at=self.at(2))

    def _told(self, measure: Measure) -> Measure:
        """The whole way of its paper; every other one is opened by its unit."""
        draft, hands = self._drafted(measure), self._hands
        drafts.submit(draft=draft, by=hands.drafter, at=self.at(2.2))
        drafts.check(draft=draft, note="材料与台账一致。", by=hands.checker, at=self.at(2.4))
        drafts.sign_off(draft=draft, note="同意印发。", proof_follows=True, by=hands.signer, at=self.at(2.6))
        document = drafts.register(draft=draft, by=hands.drafter, at=self.at(2.8))
        for form in papers.forms_of(document):
            jobs.ask(RENDERS, f"{document.pk} {form}", at=document.composed_at)
        drafts.issue(
            draft=draft, units=[measure.unit], public=False, forms_follow=True, by=hands.drafter, at=self.at(3)
        )
        self._opened(document, measure)
        measure.refresh_from_db()
        return measure

    def _opened(self, document: Document, measure: Measure) -> None:
        if document.pk % 2 and (reader := self._reviewer(measure)):
            receipts.open_paper(document=document, by=reader, at=self.at(3.5))

    def _reminded(self, measure: Measure) -> Measure:
        text = f"“{measure.project.name}”{measure.reasons}请查明原因，制定措施，并书面说明。"
        due_on = self.on(3) + timedelta(days=7)
        approved, drafter = self._approved(measure), self._hands.drafter
        measures.remind(measure=approved, text=text[:500], due_on=due_on, by=drafter, at=self.at(3))
        return measure

    def _items(self, measure: Measure) -> list[RectificationItem]:
        return list(measure.items.order_by("due_on", "pk"))

    def _hand_in(self, item: RectificationItem, report: str, step: float) -> None:
        if owner := self._owner(item.measure):
            rectifications.hand_in(item=item, report=report, by=owner, at=self.at(step))

    def _owner(self, measure: Measure) -> User | None:
        """Who answers for the project, with the duties of today."""
        return self._with_duties(measure.project.responsible_person)

    def _reviewer(self, measure: Measure) -> User | None:
        return next(self._reviewers(measure), None)

    def _reviewers(self, measure: Measure) -> Iterator[User]:
        posts = measure.unit.posts.in_force(on=self.on(3)).filter(role="REVIEWER").select_related("user")
        yield from (user for post in posts if (user := self._with_duties(post.user)))

    def _with_duties(self, user: User | None) -> User | None:
        if user:
            user.duties = duties_of(user, on=self.on(3))
        return user
