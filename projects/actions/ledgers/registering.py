"""Projects of a ledger in the register: found again by source and key, made, or amended."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projects import audit, bulk, names
from projects.actions.responsibilities import HOLDERS
from projects.ledger.mapping import PROJECT_UNITS, LedgerMapping
from projects.ledger.problems import Code, Problem
from projects.ledger.stated import digest
from projects.models import KeyProject
from projects.models.key_project import NATIONAL_CODE

from .journal import Journal
from .matching import LONGEST_PROJECT_KEY, stored_key
from .units import UnitBook

Say = Callable[[Problem], None]


@dataclass(slots=True, eq=False)
class Group:
    """One project of the ledger: all its rows, and what it is in the register."""

    key: str
    rows: list[Any]  # of milestones, or one of a project
    project: KeyProject
    is_new: bool = False
    is_changed: bool = False
    is_news: bool = False  # the ledger says of the project itself what it did not say before


class ProjectBook:
    """Takes projects some thousand at a time. An empty cell never erases what the register knows."""

    def __init__(self, mapping: LedgerMapping, *, journal: Journal, say: Say) -> None:
        self.mapping, self.journal, self.say = mapping, journal, say
        self.units = UnitBook(journal.ledger_import)
        self.amended: dict[str, dict[str, list[Any]]] = {}
        self.handed_over: list[KeyProject] = []
        self._prefix = mapping.code_prefix or f"{mapping.source[:30]}-"
        codes = KeyProject.objects.filter(code__startswith=self._prefix)
        self._taken = set(codes.values_list("code", flat=True))
        self._national_codes: dict[int, str | None] = {}  # before they were amended, by project
        self._serial = 0

    def find(self, rows_by_key: Mapping[str, list[Any]]) -> Sequence[Group]:
        """The projects of these rows, stored; those that were not there are there now."""
        self.make_units([rows[0].project for rows in rows_by_key.values()])
        known = self.known_by_key([stored_key(key, LONGEST_PROJECT_KEY) for key in rows_by_key])
        groups = [self._group(key, rows, known) for key, rows in rows_by_key.items()]
        for group in groups:
            self._point_out_conflicts(group)
        self.store(groups)
        return groups

    def make_units(self, projects: Sequence[Mapping[str, str]]) -> None:
        """Those named by these projects that nobody knows."""
        self.units.make_missing((name, said[name]) for said in projects for name in PROJECT_UNITS if said.get(name))

    def known_by_key(self, keys: Sequence[str]) -> dict[str, KeyProject]:
        found = KeyProject.objects.filter(source=self.mapping.source, source_key__in=keys)
        return {project.source_key: project for project in found}

    def columns(self) -> list[str]:
        """The fields a ledger may amend."""
        return [name for name in self.mapping.project if name != "code"]

    def store(self, groups: Sequence[Group]) -> None:
        """With codes of their own for the new ones."""
        self._give_codes(groups)
        new = [group.project for group in groups if group.is_new]
        for project in new:
            project.brought_by = self.journal.ledger_import
        bulk.insert(new)
        amended = [group.project for group in groups if not group.is_new and (group.is_changed or group.is_news)]
        self.journal.amend(amended, [*self.columns(), "source_digest", "sort_key", "search_text"])

    def _group(self, key: str, rows: list[Any], known: Mapping[str, KeyProject]) -> Group:
        source_key, row = stored_key(key, LONGEST_PROJECT_KEY), rows[0]
        said = digest(sorted(row.project.items()))
        project = known.get(source_key)
        if project is None:
            made = KeyProject(source=self.mapping.source, source_key=source_key, source_digest=said)
            self.describe(made, row, row.project)
            return Group(key, rows, made, is_new=True)
        is_news, project.source_digest = project.source_digest != said, said
        is_changed = is_news and self.amend(project, lambda: self.describe(project, row, row.project))
        return Group(key, rows, project, is_changed=is_changed, is_news=is_news)

    def amend(self, project: KeyProject, describe: Callable[[], None]) -> bool:
        """Whether describing the project anew changed it; what it changed is kept for the trace."""
        columns = [_field(name).attname for name in self.columns()]
        before = {column: getattr(project, column) for column in (*columns, *HOLDERS)}
        self._national_codes[project.pk] = project.national_code
        describe()
        changes = self._changes(before, project)
        if changes:
            self.amended[project.code] = changes
        if any(before[holder] != getattr(project, holder) for holder in HOLDERS):
            self.handed_over.append(KeyProject(pk=project.pk, **{holder: before[holder] for holder in HOLDERS}))
        return bool(changes)

    def _changes(self, before: Mapping[str, Any], project: KeyProject) -> dict[str, list[Any]]:
        differing = [field for name in self.columns() if self._differs(field := _field(name), before, project)]
        plain = [field.name for field in differing if not field.is_relation]
        changes = audit.in_words(KeyProject(**{name: before[name] for name in plain}), project, plain)
        for field in differing:
            if field.is_relation:
                pair = before[field.attname], getattr(project, field.attname)
                changes[str(field.verbose_name)] = [self.label(field.name, pk) for pk in pair]
        return changes

    def _differs(self, field: Any, before: Mapping[str, Any], project: KeyProject) -> bool:
        return bool(before[field.attname] != getattr(project, field.attname))

    def label(self, name: str, pk: int | None) -> str | None:
        """A unit as people call it."""
        return self.units.labels[pk] if pk else None

    def describe(self, project: KeyProject, row: Any, said: Iterable[str]) -> None:
        """Give the project these fields of the row, as far as they say anything."""
        for name in said:
            text = row.project[name]
            if not text or name == "code":
                continue
            if name in PROJECT_UNITS:
                setattr(project, f"{name}_id", self.units[text])
            elif name != "national_code" or self._is_national_code(text, row):
                setattr(project, name, text)
        if "name" in said:
            project.sort_key = names.sort_key(project.name)

    def _is_national_code(self, text: str, row: Any) -> bool:
        if re.fullmatch(NATIONAL_CODE, text):
            return True
        self.refuse(row, Code.BAD_NATIONAL_CODE, "national_code", "不符合 24 位国家统一项目代码的格式，未登记。")
        return False

    # --- codes: what the ledger says, unless somebody has it ---

    def _give_codes(self, groups: Sequence[Group]) -> None:
        self._drop_national_codes_in_use(groups)
        wanted = {group.rows[0].project.get("code", "") for group in groups if group.is_new}
        self._taken |= set(KeyProject.objects.filter(code__in=wanted).values_list("code", flat=True))
        for group in groups:
            project = group.project
            if group.is_new:
                project.code = self._code(group.rows[0])
            if group.is_new or group.is_changed:
                project.search_text = names.search_text(project.name, project.code, project.national_code or "")

    def _code(self, row: Any) -> str:
        wanted = row.project.get("code", "")
        code = wanted
        while not code or code in self._taken:
            self._serial += 1
            code = f"{self._prefix}{self._serial:05}"
        if wanted and code != wanted:
            self.refuse(row, Code.CODE_TAKEN, "code", f"项目编号已被另一项目使用，改编为 {code}。")
        self._taken.add(code)
        return code

    def _drop_national_codes_in_use(self, groups: Sequence[Group]) -> None:
        touched = [group for group in groups if (group.is_new or group.is_changed) and group.project.national_code]
        codes = [group.project.national_code for group in touched]
        owners = dict(KeyProject.objects.filter(national_code__in=codes).values_list("national_code", "pk"))
        for group in touched:
            code = str(group.project.national_code)
            if owners.setdefault(code, group.project.pk or id(group)) not in (group.project.pk, id(group)):
                message = "国家统一项目代码已登记在另一项目上，未登记。"
                self.refuse(group.rows[0], Code.BAD_NATIONAL_CODE, "national_code", message)
                group.project.national_code = self._national_codes.get(group.project.pk)

    def _point_out_conflicts(self, group: Group) -> None:
        first = group.rows[0]
        for row in group.rows[1:]:
            if row.project is first.project or row.project == first.project:
                continue
            name = next(name for name in first.project if row.project[name] != first.project[name])
            message = f"与第 {first.number} 行同属一个项目，此处却不同，以第 {first.number} 行为准。"
            self.refuse(row, Code.CONFLICT, name, message)

    def refuse(self, row: Any, code: Code, name: str, message: str) -> None:
        """Say why this field of the row was not taken as it stands."""
        column = next(iter(self.mapping.project[name].columns), "")
        self.say(Problem(row.number, column, row.project[name][:200], code, message))


def _field(name: str) -> Any:
    return KeyProject._meta.get_field(name)
