"""模板 is proved before a plan is drawn up from it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from projects.backward import Blackout, LinkKind, Unit
from projects.blueprint import (
    PHASES,
    STAGES,
    Blueprint,
    Evidence,
    PermitNeed,
    StageWords,
    Step,
    YearlyStop,
    faults,
    misfits,
    typical_course,
)
from projects.models import PermitPhase, Stage
from projects.relations import Relation

PERMIT = PermitNeed(phase="BUILDING", name="施工许可证", legal_days=7, promised_days=3)
STEPS = (
    Step(position=1, stage="PREPARATION", name="施工许可", duration=7, permit_name="施工许可证"),
    Step(position=2, stage="GROUNDBREAKING", name="桩基", duration=30, after=(Relation(1),), weight=Decimal(20)),
    Step(position=3, stage="MAIN_CONSTRUCTION", name="主体", duration=90, after=(Relation(2),), weight=Decimal(70)),
    Step(position=4, stage="COMMISSIONING", name="竣工验收", duration=15, after=(Relation(3),), weight=Decimal(10)),
)
GOOD = Blueprint(
    steps=STEPS,
    stages=tuple(StageWords(stage=stage, target="如期完成") for stage in STAGES),
    evidence=(Evidence(stage="PREPARATION", name="施工许可证"),),
    permits=(PERMIT,),
    blackouts=(YearlyStop(name="冬季停工", first=(12, 1), last=(2, 28)),),
)


def with_step(number, **changes):
    steps = tuple(replace(step, **changes) if step.position == number else step for step in GOOD.steps)
    return replace(GOOD, steps=steps)


def test_the_four_stages_are_those_of_the_register():
    assert {stage: str(label) for stage, label in Stage.choices} == STAGES


def test_the_four_phases_are_those_of_the_permits():
    assert {phase: str(label) for phase, label in PermitPhase.choices} == PHASES


def test_a_sound_blueprint_has_no_fault():
    assert faults(GOOD) == ()


@pytest.mark.parametrize(
    ("blueprint", "why"),
    [
        pytest.param(with_step(2, position=3), "序号 3 用了不止一次", id="number-twice"),
        pytest.param(with_step(2, stage="MAIN_CONSTRUCTION", name="主体"), "不止一个节点叫“主体”", id="name-twice"),
        pytest.param(with_step(2, name=""), "第 2 步没有名称", id="nameless"),
        pytest.param(with_step(2, position=1000, after=()), "序号应在 1 至 999 之间", id="number-too-large"),
        pytest.param(with_step(2, stage="LATER"), "没有写明属于哪个阶段", id="no-stage"),
        pytest.param(with_step(2, duration=1501), "工期 1501 天不合理", id="too-long"),
        pytest.param(with_step(2, weight=Decimal(-1)), "权重 -1 不合理", id="negative-weight"),
        pytest.param(with_step(3, after=(Relation(3),)), "写了它自己", id="waits-for-itself"),
        pytest.param(with_step(3, after=(Relation(9),)), "序号 9，没有这一步", id="waits-for-nobody"),
        pytest.param(with_step(3, after=(Relation(2), Relation(2, lag=3))), "2FS 写了不止一次", id="waits-twice"),
        pytest.param(replace(GOOD, permits=(PERMIT, PERMIT)), "“施工许可证”列了不止一次", id="permit-twice"),
        pytest.param(
            replace(GOOD, permits=(replace(PERMIT, promised_days=9),)), "承诺时限 9 天超过法定时限 7 天", id="promise"
        ),
        pytest.param(
            replace(GOOD, blackouts=(YearlyStop(name="冬停", first=(12, 1), last=(2, 29)),)),
            "2 月 29 日",
            id="leap-day",
        ),
        pytest.param(replace(GOOD, evidence=GOOD.evidence * 2), "佐证材料“施工许可证”列了不止一次", id="paper-twice"),
        pytest.param(replace(GOOD, stages=GOOD.stages * 2), "“前期准备”阶段的要求写了不止一次", id="words-twice"),
    ],
)
def test_what_no_edition_can_hold_is_said(blueprint, why):
    assert any(why in sentence for sentence in misfits(blueprint))
    assert faults(blueprint) == misfits(blueprint)


@pytest.mark.parametrize(
    ("blueprint", "why"),
    [
        pytest.param(replace(GOOD, steps=()), "还没有节点", id="empty"),
        pytest.param(replace(GOOD, permits=()), "“施工许可证”不在审批事项表中", id="unknown-permit"),
        pytest.param(with_step(1, after=(Relation(4),)), "循环依赖", id="circle"),
        pytest.param(with_step(4, stage="GROUNDBREAKING"), "却排在“主体施工”的第 3 步“主体”之后", id="stages-mixed"),
        pytest.param(with_step(2, stage="PREPARATION"), "“开工建设”阶段还没有节点", id="stage-empty"),
        pytest.param(replace(GOOD, stages=GOOD.stages[1:]), "“前期准备”阶段还没有写阶段目标", id="no-words"),
        pytest.param(
            replace(GOOD, steps=tuple(replace(step, weight=Decimal(0)) for step in STEPS)),
            "权重都是 0",
            id="weightless",
        ),
    ],
)
def test_a_draft_may_hold_what_keeps_it_out_of_force(blueprint, why):
    assert misfits(blueprint) == ()
    assert any(why in sentence for sentence in faults(blueprint))


def test_its_length_is_the_longest_way_through():
    length = typical_course(GOOD)
    assert (length.workdays, length.months) == (142, Decimal("6.5"))


def test_an_overlap_makes_it_shorter():
    overlapping = with_step(3, after=(Relation(2, LinkKind.START_TO_START, 10),))
    assert typical_course(overlapping).workdays == 142 - 20


def test_calendar_days_run_through_weekends():
    assert typical_course(with_step(3, unit=Unit.CALENDAR)).workdays < 142


def test_what_is_faulty_has_no_length():
    assert typical_course(replace(GOOD, steps=())) is None


def test_a_stop_over_new_year_ends_in_the_next_year():
    (stop,) = GOOD.blackouts[0].in_years([2026])
    assert stop == Blackout("冬季停工", date(2026, 12, 1), date(2027, 2, 28))
