"""登记和维护项目库: who comes in, what is changed, what it may cost, where it stands."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from projects import changed
from projects.actions import key_projects
from projects.errors import RuleViolation
from projects.models import AuditEvent, BudgetRevision, FocusArea, FundSource, KeyProject, LibraryTier, TierEntry
from tests.factories import KeyProjectFactory, MilestoneFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def unsaved(lead_unit, **fields):
    given = {"code": "ZD-2026-001", "name": "滨江新城学校", "focus_area": FocusArea.LIVELIHOOD, "lead_unit": lead_unit}
    return KeyProject(**(given | fields))


def last_event():
    return AuditEvent.objects.first()


@pytest.fixture
def announced(monkeypatch):
    """Projects whose change was announced."""
    heard = []
    monkeypatch.setattr(changed, "_listeners", [lambda ids, at: heard.extend(ids)])
    return heard


def test_a_registered_project_is_found_by_name_code_pinyin_and_initials(lead_unit, office):
    project = key_projects.register(project=unsaved(lead_unit), by=office)
    for words in ("滨江新城", "zd-2026-001", "binjiangxincheng", "bjxcxx"):
        assert KeyProject.objects.matching(words).get() == project


def test_registering_records_the_first_total_investment_and_tier(lead_unit, office, announced):
    units = [UnitFactory(), UnitFactory()]
    project = key_projects.register(
        project=unsaved(lead_unit),
        support_units=units,
        total_investment=Decimal("12000"),
        tier=LibraryTier.RESERVE,
        entered_on=date(2025, 1, 5),
        by=office,
    )
    assert BudgetRevision.objects.current().get(project=project).total_investment == 12000
    assert TierEntry.objects.current().get(project=project).tier == LibraryTier.RESERVE
    assert set(project.support_units.all()) == set(units)
    assert announced == [project.pk]


def test_registering_leaves_a_trace_that_can_be_read(lead_unit, office):
    key_projects.register(project=unsaved(lead_unit), total_investment=Decimal("12000"), by=office)
    event = last_event()
    assert (event.action, event.by) == ("key_project.registered", office)
    assert event.changes["牵头单位"] == [None, "区住房和城乡建设局"]
    assert event.changes["重点领域"] == [None, "民生保障"]
    assert event.changes["总投资（万元）"] == [None, "12000.0000"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"national_code": "2509-320193"}, "24 位", id="national-code-too-short"),
        pytest.param({"national_code": "2509-32019X-89-01-544060"}, "24 位", id="national-code-with-a-letter"),
        pytest.param({"longitude": Decimal("110.3")}, "经度和纬度须同时填写", id="half-a-place"),
        pytest.param({"built_from": 2027, "built_to": 2026}, "终止年不能早于起始年", id="years-reversed"),
        pytest.param({"name": ""}, "", id="no-name"),
    ],
)
def test_a_project_that_cannot_be_so_is_refused_in_words(lead_unit, office, fields, said):
    with pytest.raises(RuleViolation) as refusal:
        key_projects.register(project=unsaved(lead_unit, **fields), by=office)
    assert said in refusal.value.message
    assert not KeyProject.objects.exists()


def test_a_code_is_used_once(lead_unit, office):
    KeyProjectFactory(code="ZD-2026-001")
    with pytest.raises(RuleViolation, match="该项目编号已被使用"):
        key_projects.register(project=unsaved(lead_unit), by=office)


class TestPackages:
    def test_a_package_has_no_figures_of_its_own(self, lead_unit, office):
        with pytest.raises(RuleViolation, match="打包项目没有自己的总投资和层级"):
            key_projects.register(project=unsaved(lead_unit, is_package=True), total_investment=Decimal(1), by=office)

    def test_nor_is_it_given_any_later(self, office):
        package = KeyProjectFactory(is_package=True)
        with pytest.raises(RuleViolation, match="打包项目"):
            key_projects.revise_budget(project=package, total_investment=Decimal(1), by=office)
        with pytest.raises(RuleViolation, match="打包项目"):
            key_projects.set_fund_sources(
                project=package, amounts={FundSource.Kind.OWN: Decimal(1)}, by=office, at=NOON
            )

    def test_a_package_has_no_parent(self, lead_unit, office):
        package = KeyProjectFactory(is_package=True)
        with pytest.raises(RuleViolation, match="不能再属于另一个打包项目"):
            key_projects.register(project=unsaved(lead_unit, is_package=True, parent=package), by=office)

    def test_the_database_holds_it_too(self):
        package = KeyProjectFactory(is_package=True)
        with pytest.raises(IntegrityError, match="package_has_no_parent"), transaction.atomic():
            KeyProjectFactory(is_package=True, parent=package)

    def test_a_child_belongs_to_a_package_only(self, lead_unit, office):
        ordinary = KeyProjectFactory(name="环城路")
        with pytest.raises(RuleViolation, match="“环城路”不是打包项目"):
            key_projects.register(project=unsaved(lead_unit, parent=ordinary), by=office)

    def test_a_project_with_facts_does_not_become_a_package(self, office):
        project = MilestoneFactory().project
        project.is_package = True
        with pytest.raises(RuleViolation, match="不能改为打包项目"):
            key_projects.amend(
                project=project, support_units=[], seen=key_projects.edition(stored(project)), by=office, at=NOON
            )

    def test_a_package_with_children_stays_one(self, office):
        package = KeyProjectFactory(is_package=True)
        KeyProjectFactory(parent=package)
        package.is_package = False
        with pytest.raises(RuleViolation, match="还有子项目"):
            key_projects.amend(
                project=package, support_units=[], seen=key_projects.edition(stored(package)), by=office, at=NOON
            )


def stored(project):
    return KeyProject.objects.get(pk=project.pk)


class TestAmending:
    def amend(self, project, by, **kwargs):
        given = {"support_units": [], "seen": key_projects.edition(stored(project)), "at": NOON}
        key_projects.amend(project=project, by=by, **(given | kwargs))

    def test_the_trace_says_field_by_field_from_what_to_what(self, project, office):
        old_name = project.name
        project.name, project.town = "滨河路二期", UnitFactory(name="城关镇")
        self.amend(project, office, support_units=[UnitFactory(name="区水利局")])
        assert last_event().changes == {
            "项目名称": [old_name, "滨河路二期"],
            "属地镇街": [None, "城关镇"],
            "配合单位": ["", "区水利局"],
        }

    def test_the_new_name_is_found_and_the_old_one_is_not(self, project, office):
        project.name = "滨河路二期"
        self.amend(project, office)
        assert KeyProject.objects.matching("bhleq").exists()
        assert not KeyProject.objects.matching("zonghegaizao").exists()

    def test_saving_unchanged_leaves_no_trace(self, project, office, announced):
        self.amend(project, office)
        assert not AuditEvent.objects.exists()
        assert announced == []

    def test_what_somebody_else_changed_meanwhile_is_not_undone(self, project, office, signer):
        seen = key_projects.edition(stored(project))
        theirs = stored(project)
        theirs.scale = "新建道路 3 公里"
        self.amend(theirs, signer)
        project.name = "滨河路二期"
        with pytest.raises(RuleViolation, match="您填写期间，钱签发修改了建设内容及规模"):
            self.amend(project, office, seen=seen)
        assert stored(project).scale == "新建道路 3 公里"


class TestTotalInvestment:
    def test_the_first_needs_no_reason(self, project, office):
        key_projects.revise_budget(project=project, total_investment=Decimal("9000"), by=office)
        assert project.budget_revisions.current().get().total_investment == 9000

    def test_a_change_supersedes_and_keeps_the_old_one(self, project, office):
        key_projects.revise_budget(project=project, total_investment=Decimal("9000"), by=office)
        key_projects.revise_budget(
            project=project,
            total_investment=Decimal("9800"),
            reason="材料涨价",
            document_number="发改〔2026〕8号",
            by=office,
        )
        assert [r.total_investment for r in project.budget_revisions.order_by("recorded_at")] == [9000, 9800]
        assert project.budget_revisions.current().get().reason == "材料涨价"
        assert last_event().changes["总投资（万元）"] == ["9000.0000", "9800.0000"]

    @pytest.mark.parametrize("words", [{"reason": "材料涨价"}, {"document_number": "发改〔2026〕8号"}, {}])
    def test_a_change_needs_reason_and_document(self, project, office, words):
        key_projects.revise_budget(project=project, total_investment=Decimal("9000"), by=office)
        with pytest.raises(RuleViolation, match="原因和批准文号"):
            key_projects.revise_budget(project=project, total_investment=Decimal("9800"), by=office, **words)

    def test_the_same_again_is_no_change(self, project, office):
        key_projects.revise_budget(project=project, total_investment=Decimal("9000"), by=office)
        with pytest.raises(RuleViolation, match="相同"):
            key_projects.revise_budget(project=project, total_investment=Decimal("9000"), by=office)


class TestTiers:
    def enter(self, project, by, tier, on, **words):
        key_projects.enter_tier(project=project, tier=tier, entered_on=on, by=by, **words)

    def test_a_project_moves_forward_and_every_entry_stays(self, project, office):
        self.enter(project, office, LibraryTier.RESERVE, date(2025, 1, 1))
        self.enter(project, office, LibraryTier.BUILDING, date(2025, 6, 1))
        tiers = project.tier_entries.current().order_by("entered_on").values_list("tier", flat=True)
        assert list(tiers) == [LibraryTier.RESERVE, LibraryTier.BUILDING]

    @pytest.mark.parametrize("words", [{}, {"reason": "投资方撤资"}, {"document_number": "府发〔2026〕3号"}])
    def test_leaving_the_list_needs_reason_and_document(self, project, office, words):
        with pytest.raises(RuleViolation, match="退出项目库须写明原因和文号"):
            self.enter(project, office, LibraryTier.EXITED, date(2025, 1, 1), **words)

    def test_a_step_back_needs_a_reason(self, project, office):
        self.enter(project, office, LibraryTier.BUILDING, date(2025, 6, 1))
        with pytest.raises(RuleViolation, match="从“在建”退回“前期”须写明原因"):
            self.enter(project, office, LibraryTier.PREPARATION, date(2025, 7, 1))
        self.enter(project, office, LibraryTier.PREPARATION, date(2025, 7, 1), reason="用地批复被撤")

    def test_the_same_tier_is_not_entered_twice(self, project, office):
        self.enter(project, office, LibraryTier.SIGNED, date(2025, 6, 1))
        with pytest.raises(RuleViolation, match="已在“签约”层级（2025-06-01 进入）"):
            self.enter(project, office, LibraryTier.SIGNED, date(2025, 7, 1))

    def test_tiers_are_entered_in_the_order_of_time(self, project, office):
        self.enter(project, office, LibraryTier.SIGNED, date(2025, 6, 1))
        with pytest.raises(RuleViolation, match="不能早于上一层级的进入日期 2025-06-01"):
            self.enter(project, office, LibraryTier.BUILDING, date(2025, 5, 1))

    def test_nothing_is_entered_in_the_future(self, project, office):
        with pytest.raises(RuleViolation, match="晚于今天"):
            self.enter(project, office, LibraryTier.SIGNED, date(2999, 1, 1))


class TestFundSources:
    def test_they_are_replaced_as_a_whole_and_the_trace_shows_each(self, project, office):
        kinds = FundSource.Kind
        key_projects.set_fund_sources(
            project=project, amounts={kinds.FISCAL: Decimal(300), kinds.LOAN: Decimal(700)}, by=office, at=NOON
        )
        key_projects.set_fund_sources(
            project=project, amounts={kinds.FISCAL: Decimal(500), kinds.LOAN: Decimal(0)}, by=office, at=NOON
        )
        assert dict(project.fund_sources.values_list("kind", "amount")) == {kinds.FISCAL: 500}
        assert last_event().changes == {"本级财政": ["300.0000", "500.0000"], "银行贷款": ["700.0000", "0.0000"]}

    def test_the_same_again_leaves_no_trace(self, project, office):
        for _ in range(2):
            key_projects.set_fund_sources(
                project=project, amounts={FundSource.Kind.OWN: Decimal(300)}, by=office, at=NOON
            )
        assert AuditEvent.objects.count() == 1
