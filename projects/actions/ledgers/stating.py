"""Projects of a ledger of one row a project: found by what the ledger said before, else by codes and name; or made."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from projects import names
from projects.ledger import template
from projects.ledger.mapping import Columns, LedgerMapping
from projects.ledger.problems import Code, Problem
from projects.ledger.project_rows import ProjectRow
from projects.ledger.stated import Said, digest, plan_of, stated
from projects.models import KeyProject, LedgerStatement

from .journal import Journal
from .matching import in_order, stored_key
from .people import PEOPLE, PeopleBook
from .places import PLACES, placed
from .registering import Group, ProjectBook, Say

_WAYS = {"national_code": "国家统一项目代码", "code": "项目编号", "name": "项目名称"}
_ALL = "*"
_LONGEST_KEY = 290  # with the number of a repeat beside it


@dataclass(slots=True, eq=False)
class StatedGroup(Group):
    """``news`` names what the row says and did not say before; ``refused`` what of it was not taken.

    What was not taken is not remembered as said, so that it is tried again when it comes again.
    """

    ordinal: int = 1
    statement: LedgerStatement | None = None
    said: Said = field(default_factory=dict)
    digest: str = ""  # of all that is said
    news: frozenset[str] = frozenset()
    refused: set[str] = field(default_factory=set)

    @property
    def row(self) -> ProjectRow:
        row: ProjectRow = self.rows[0]
        return row

    @property
    def taken(self) -> Said:
        """What the ledger is remembered to have said, and by its digest all that it said."""
        taken = {name: word for name, word in self.said.items() if name not in self.refused}
        return {**taken, _ALL: self.digest}

    def news_of(self, part: str) -> list[str]:
        """The fields of this part of the mapping that say something new."""
        return [name.partition(".")[2] for name in self.news if name.startswith(f"{part}.")]


def _all(said: Said) -> str:
    return digest(sorted(said.items()))[:16]


Decline = Callable[[StatedGroup, str, Code, object, str], None]
"""Of which project which field was not taken, why, what it said, and that in words."""


class StatedBook(ProjectBook):
    """Every row is a project. One that people or another ledger registered is found by its codes or its name."""

    def __init__(self, mapping: LedgerMapping, *, journal: Journal, on: date, say: Say) -> None:
        super().__init__(mapping, journal=journal, say=say)
        self.matched: Counter[str] = Counter()
        self._people = PeopleBook(on=on) if "people" in mapping.parts else None
        self._more_columns = _more_columns(mapping)
        self._claimed: set[int] = set()  # in this run
        self._by_row: dict[int, StatedGroup] = {}  # of this batch
        self._is_ours = mapping.source.startswith(template.SOURCE)

    def find(self, rows_by_key: Mapping[str, list[ProjectRow]]) -> list[StatedGroup]:
        self.make_units([row.project for rows in rows_by_key.values() for row in rows])
        groups = self._said_before(rows_by_key)
        self._find_by_key([group for group in groups if group.is_new])
        self._claimed.update(group.project.pk for group in groups if not group.is_new)
        self._match([group for group in groups if group.is_new])
        self._by_row = {group.row.number: group for group in groups}
        for group in groups:
            self._take(group)
        self.store(groups)
        return groups

    # --- which project ---

    def _said_before(self, rows_by_key: Mapping[str, list[ProjectRow]]) -> list[StatedGroup]:
        keys = {key: stored_key(key, _LONGEST_KEY) for key in rows_by_key}
        found = LedgerStatement.objects.current().filter(source=self.mapping.source, source_key__in=keys.values())
        known: dict[str, list[LedgerStatement]] = defaultdict(list)
        for statement in found.select_related("project").order_by("ordinal"):
            known[statement.source_key].append(statement)
        return [
            group
            for key, rows in rows_by_key.items()
            for group in self._of_one_key(keys[key], rows, known.get(keys[key], []))
        ]

    def _of_one_key(
        self, key: str, rows: Sequence[ProjectRow], known: Sequence[LedgerStatement]
    ) -> Iterator[StatedGroup]:
        all_said = [stated(row, year=self.mapping.year, constants=self.mapping.constants) for row in rows]
        following = max((one.ordinal for one in known), default=0)
        digests = list(map(_all, all_said))
        found = in_order(digests, known, said=lambda one: one.said[_ALL])
        for row, said, whole, statement in zip(rows, all_said, digests, found, strict=True):
            following += statement is None
            ordinal = statement.ordinal if statement else following
            before: Said = statement.said if statement else {}
            news = frozenset(name for name, word in said.items() if before.get(name) != word)
            project = statement.project if statement else self._unknown(key, ordinal)
            if row is not rows[0]:
                self._point_out_repeat(row, rows[0].number)
            yield StatedGroup(
                key,
                [row],
                project,
                is_new=statement is None,
                ordinal=ordinal,
                statement=statement,
                said=said,
                digest=whole,
                news=news,
            )

    def _unknown(self, key: str, ordinal: int) -> KeyProject:
        source_key = key if ordinal == 1 else f"{key}  #{ordinal}"
        return KeyProject(source=self.mapping.source, source_key=source_key)

    def _point_out_repeat(self, row: ProjectRow, first: int) -> None:
        column, key = self.mapping.project_key[0], row.project_key
        message = f"重复键：与第 {first} 行识别项目的列完全相同，按另一个项目登记，请核实。"
        self.say(Problem(row.number, column, key[:200], Code.REPEATED_KEY, message))

    def _find_by_key(self, groups: Sequence[StatedGroup]) -> None:
        """What a ledger of milestones of the same source brought."""
        known = self.known_by_key([group.project.source_key for group in groups]) if groups else {}
        for group in groups:
            if project := known.get(group.project.source_key):
                group.project, group.is_new = project, False

    # --- what people or other ledgers have registered ---

    def _match(self, groups: Sequence[StatedGroup]) -> None:
        found = list(self._candidates(groups)) if groups else []
        sourced = LedgerStatement.objects.current().filter(source=self.mapping.source, project__in=found)
        listed = set(sourced.values_list("project", flat=True)) if found else set()
        for how in _WAYS:
            by_word: dict[str, list[KeyProject]] = defaultdict(list)
            for project in found:
                by_word[getattr(project, how)].append(project)
            for group in groups:
                if group.is_new and (same := self._one(by_word, how, group, listed)):
                    self._claimed.add(same.pk)
                    group.project, group.is_new = same, False
                    self._tell_match(group, how)

    def _candidates(self, groups: Sequence[StatedGroup]) -> Iterable[KeyProject]:
        rows = [group.row.project for group in groups]
        wanted = {name: {row[name] for row in rows if row.get(name)} for name in ("code", "national_code", "name")}
        sort_keys = {names.sort_key(name) for name in wanted["name"]}  # there is an index of them
        found: dict[int, KeyProject] = {}
        for condition in (
            {"code__in": wanted["code"]},
            {"national_code__in": wanted["national_code"]},
            {"sort_key__in": sort_keys, "name__in": wanted["name"]},
        ):
            if not all(condition.values()):
                continue
            found |= {project.pk: project for project in KeyProject.objects.filter(**condition)}
        return found.values()

    def _one(
        self, by_word: Mapping[str, list[KeyProject]], how: str, group: StatedGroup, listed: set[int]
    ) -> KeyProject | None:
        wanted = group.row.project.get(how, "")
        found = by_word.get(wanted, []) if wanted else []
        if len(found) != 1 or found[0].pk in self._claimed:
            return None
        return found[0] if self._agrees(found[0], how, group.row, listed) else None

    def _agrees(self, project: KeyProject, how: str, row: ProjectRow, listed: set[int]) -> bool:
        """Codes of other ledgers are not ours: with one of them the name has to be the same too.

        A name alone is not enough where the codes differ, or where this ledger has listed the project under
        another key.
        """
        national = row.project.get("national_code", "")
        if how == "national_code":
            return True
        if national and project.national_code and national != project.national_code:
            return False
        if how == "code":
            return self._is_ours or project.name == row.project["name"]
        other_code = self._is_ours and row.project.get("code", "") not in ("", project.code)
        return project.pk not in listed and not other_code

    def _tell_match(self, group: StatedGroup, how: str) -> None:
        self.matched[how] += 1
        row, project = group.row, group.project
        column = self.mapping.column_of(f"project.{how}")
        message = f"按{_WAYS[how]}与已登记的“{project.name}”（{project.code}）对上，更新该项目，不另建。"
        self.say(Problem(row.number, column, row.project[how][:200], Code.MATCHED, message[:300]))

    # --- what it is to be ---

    def _take(self, group: StatedGroup) -> None:
        if group.is_new:
            self.describe(group.project, group.row, group.row.project)
            self._place(group)
        elif any(name.startswith(("project.", "people.")) or name in PLACES for name in group.news):
            group.is_changed = self.amend(group.project, lambda: self._describe_anew(group))

    def _describe_anew(self, group: StatedGroup) -> None:
        self.describe(group.project, group.row, group.news_of("project"))
        self._place(group)

    def _place(self, group: StatedGroup) -> None:
        placed(group.project, group.row.facts, group.news, decline=partial(self.decline, group))
        if self._people:
            self._name_people(group, self._people)

    def _name_people(self, group: StatedGroup, people: PeopleBook) -> None:
        project = group.project
        units = [project.lead_unit_id, project.responsible_unit_id, project.owner_org_id]
        paths = [self.units.paths[pk] for pk in units if pk]
        for name in group.news_of("people"):
            found, why_not = people.find(group.row.people.texts[name], name, paths)
            if found:
                setattr(project, f"{name}_id", found)
            else:
                self.decline(group, f"people.{name}", Code.NO_PERSON, group.row.people.texts[name], why_not)

    def label(self, name: str, pk: int | None) -> str | None:
        return self._people.labels[pk] if pk and self._people and name in PEOPLE else super().label(name, pk)

    def columns(self) -> list[str]:
        return [*super().columns(), *self._more_columns]

    # --- problems ---

    def decline(self, group: StatedGroup, path: str, code: Code, value: object, message: str) -> None:
        """Say why this field of the row was not taken; it will be tried again when it comes again."""
        part, _, name = path.partition(".")
        group.refused.add(f"{plan_of(self.mapping.year)}.{name}" if part == "plan" else path)
        self.say(Problem(group.row.number, self.mapping.column_of(path), str(value)[:200], code, message))

    def refuse(self, row: ProjectRow, code: Code, name: str, message: str) -> None:
        self._by_row[row.number].refused.add(f"project.{name}")
        super().refuse(row, code, name, message)


def _more_columns(mapping: LedgerMapping) -> list[str]:
    """Beside those of the project itself: years, coordinates and people."""
    facts, people = (mapping.parts.get(part, Columns()) for part in ("facts", "people"))
    places = [path.partition(".")[2] for path in PLACES]
    return [*(name for name in places if name in facts.dates or name in facts.numbers), *people.texts]
