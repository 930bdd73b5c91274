"""A template's editions read as the plain ``Blueprint`` one reckons with, and the rows that one is stored as."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Model

from projects.backward import LinkKind, Unit
from projects.blueprint import Blueprint, Evidence, PermitNeed, StageWords, Step, YearlyStop
from projects.models import (
    Stage,
    TemplateBlackout,
    TemplateEvidence,
    TemplateLink,
    TemplateNode,
    TemplatePermit,
    TemplateStage,
    TemplateVersion,
)
from projects.relations import Relation

_STAGES = list(Stage.values)
_STEP = ("stage", "name", "duration", "stops_in_blackout", "is_key", "weight", "authority", "outcome", "permit_name")
_WORDS = ("stage", "target", "work_focus", "task_requirement")
_PERMIT = tuple(PermitNeed.__dataclass_fields__)


def blueprint_of(version: TemplateVersion) -> Blueprint:
    """One edition, whole: six queries."""
    return blueprints_of([version])[version.pk]


def blueprints_of(versions: Collection[TemplateVersion]) -> dict[int, Blueprint]:
    """These editions by primary key: six queries, however many they are."""
    links = _by(TemplateLink.objects.filter(version__in=versions).select_related("predecessor"), "successor_id")
    nodes = _by(TemplateNode.objects.filter(version__in=versions).order_by("position"))
    stages = _by(TemplateStage.objects.filter(version__in=versions))
    evidence = _by(TemplateEvidence.objects.filter(version__in=versions))
    permits = _by(TemplatePermit.objects.filter(version__in=versions).order_by("position"))
    stops = _by(TemplateBlackout.objects.filter(version__in=versions).order_by("pk"))
    return {
        version.pk: Blueprint(
            steps=tuple(_step(node, links[node.pk]) for node in nodes[version.pk]),
            stages=tuple(StageWords(**_values(row, _WORDS)) for row in _in_order(stages[version.pk])),
            evidence=tuple(Evidence(stage=row.stage, name=row.name) for row in _in_order(evidence[version.pk])),
            permits=tuple(PermitNeed(**_values(row, _PERMIT)) for row in permits[version.pk]),
            blackouts=tuple(_stop(row) for row in stops[version.pk]),
        )
        for version in versions
    }


def nodes_for(version: TemplateVersion, blueprint: Blueprint) -> Iterator[TemplateNode]:
    for step in blueprint.steps:
        yield TemplateNode(version=version, position=step.position, unit=step.unit.value, **_values(step, _STEP))


def links_for(version: TemplateVersion, blueprint: Blueprint, nodes: dict[int, TemplateNode]) -> Iterator[TemplateLink]:
    """``nodes`` are the stored ones by position."""
    for step in blueprint.steps:
        for relation in step.after:
            yield TemplateLink(
                version=version,
                predecessor=nodes[relation.position],
                successor=nodes[step.position],
                kind=relation.kind.value,
                lag=relation.lag,
                unit=relation.unit.value,
            )


def other_parts_for(version: TemplateVersion, blueprint: Blueprint) -> dict[type[Model], list[Any]]:
    """Everything but steps and links, by model."""
    return {
        TemplateStage: [TemplateStage(version=version, **_values(words, _WORDS)) for words in blueprint.stages],
        TemplateEvidence: [
            TemplateEvidence(version=version, position=position, stage=paper.stage, name=paper.name)
            for position, paper in enumerate(blueprint.evidence, start=1)
        ],
        TemplatePermit: [
            TemplatePermit(version=version, position=position, **_values(permit, _PERMIT))
            for position, permit in enumerate(blueprint.permits, start=1)
        ],
        TemplateBlackout: [
            TemplateBlackout(
                version=version,
                name=stop.name,
                first_month=stop.first[0],
                first_day=stop.first[1],
                last_month=stop.last[0],
                last_day=stop.last[1],
            )
            for stop in blueprint.blackouts
        ],
    }


def _by(rows: Any, key: str = "version_id") -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _values(source: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(source, name) for name in names}


def _in_order(rows: list[Any]) -> list[Any]:
    """By the course of the stages; within one as entered."""
    return sorted(rows, key=lambda row: (_STAGES.index(row.stage), getattr(row, "position", 0)))


def _step(node: TemplateNode, links: list[TemplateLink]) -> Step:
    after = sorted(
        Relation(link.predecessor.position, LinkKind(link.kind), link.lag, Unit(link.unit)) for link in links
    )
    return Step(position=node.position, unit=Unit(node.unit), after=tuple(after), **_values(node, _STEP))


def _stop(row: TemplateBlackout) -> YearlyStop:
    return YearlyStop(name=row.name, first=(row.first_month, row.first_day), last=(row.last_month, row.last_day))
