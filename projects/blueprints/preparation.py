"""前期准备: the steps to the permit, by way in (审批、核准、备案). Days after domain §5, design beside land.

The steps 规划 and 许可 carry the five percent that preparation counts in the physical progress.
"""

from dataclasses import replace

from projects.backward import Unit
from projects.blueprints import permits
from projects.blueprints.course import Planned, office
from projects.blueprints.permits import COUNTER, DRC, ECOLOGY, HOUSING, RESOURCES, TENDER_CENTRE

_PROPOSAL = office("立项", "项目建议书批复", 15, authority=DRC, outcome="批复", permit_name=permits.PROPOSAL.name)
_FEASIBILITY = office(
    "可研", "可行性研究报告编制与批复", 30, "立项", is_key=True, authority=DRC, outcome="批复",
    permit_name=permits.FEASIBILITY.name,
)  # fmt: skip
_SITE = office(
    "选址", "用地预审与选址意见书", 20, "立项", authority=RESOURCES, outcome="取得", permit_name=permits.SITE.name
)
_ENVIRONMENT = office(
    "环评", "环境影响评价报批", 30, "选址", authority=ECOLOGY, outcome="批复", permit_name=permits.ENVIRONMENT.name
)
_LAND = office(
    "用地", "建设用地规划许可证", 10, "可研;选址", authority=RESOURCES, outcome="取得",
    permit_name=permits.LAND_PLAN.name,
)  # fmt: skip
_TITLE = office(
    "供地", "土地供应与不动产权证", 20, "用地", is_key=True, authority=RESOURCES, outcome="取得",
    permit_name=permits.LAND_TITLE.name,
)  # fmt: skip
_SCHEME = office(
    "方案", "设计方案编制与审查", 30, "选址;用地SS+5", authority=RESOURCES, outcome="通过",
    permit_name=permits.SCHEME.name,
)  # fmt: skip
_WORKS_PLAN = office(
    "规划", "建设工程规划许可证", 15, "方案;供地", is_key=True, weight="2", authority=RESOURCES, outcome="取得",
    permit_name=permits.WORKS_PLAN.name,
)  # fmt: skip
_DESIGN = office(
    "初设", "初步设计及概算批复", 30, "可研;方案", is_key=True, authority=DRC, outcome="批复",
    permit_name=permits.DESIGN.name,
)  # fmt: skip
_DRAWINGS = office("施图", "施工图设计", 35, "初设SS+15;初设FF+10", authority="设计单位")
_REVIEW = office("图审", "施工图审查", 10, "施图", authority=HOUSING, outcome="合格", permit_name=permits.DRAWINGS.name)
_TENDER = office(
    "招标", "施工、监理招标", 35, "施图", authority=TENDER_CENTRE, outcome="定标", permit_name=permits.TENDER.name
)
_SUPERVISION = office(
    "质监", "质量安全监督手续", 5, "招标;图审", authority=HOUSING, outcome="办结", permit_name=permits.SUPERVISION.name
)
_PERMIT = office(
    "许可", "施工许可证", 7, "质监;规划;环评", unit=Unit.CALENDAR, is_key=True, weight="3", authority=COUNTER,
    outcome="取得", permit_name=permits.BUILDING_PERMIT.name,
)  # fmt: skip

BY_APPROVAL = (
    _PROPOSAL, _FEASIBILITY, _SITE, _ENVIRONMENT, _LAND, _TITLE, _SCHEME, _DESIGN, _WORKS_PLAN, _DRAWINGS, _REVIEW,
    _TENDER, _SUPERVISION, _PERMIT,
)  # fmt: skip

BY_VERIFICATION = (
    replace(_SITE, after=""),
    office(
        "核准", "项目申请报告编制与核准", 30, "选址FF+15", is_key=True, authority=DRC, outcome="核准",
        permit_name=permits.VERIFICATION.name,
    ),
    _ENVIRONMENT,
    replace(_LAND, after="核准"),
    replace(_TITLE, days=30),
    replace(_SCHEME, after="选址;核准SS+15"),
    _WORKS_PLAN,
    replace(_DRAWINGS, after="方案"),
    _REVIEW,
    replace(_TENDER, days=30),
    _SUPERVISION,
    _PERMIT,
)  # fmt: skip

BY_RECORD = (
    office("备案", "项目备案", 1, authority=DRC, outcome="备案", permit_name=permits.RECORD.name),
    replace(_TITLE, days=45, after="备案"),
    replace(_LAND, days=5, after="供地SS+30"),
    replace(_ENVIRONMENT, after="备案"),
    replace(_SCHEME, days=20, after="供地SS+20"),
    replace(_WORKS_PLAN, days=10, after="方案;供地;用地"),
    replace(_DRAWINGS, days=25, after="方案"),
    replace(_REVIEW, after="施图;规划"),
    replace(_TENDER, name="施工、监理发包", days=20, authority="建设单位"),
    _SUPERVISION,
    _PERMIT,
)

FOR_WORKS: dict[str, tuple[Planned, ...]] = {
    "GOV": BY_APPROVAL,
    "VERIFY": BY_VERIFICATION,
    "RECORD": BY_RECORD,
}
