"""Projects of a ledger in the register: found again by source and key, made, or amended."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projects import audit, names
from projects.ledger.mapping import PROJECT_UNITS, LedgerMapping
from projects.ledger.problems import Code, Problem
from projects.ledger.rows import LedgerRow
from projects.models import KeyProject
from projects.models.key_project import NATIONAL_CODE

from .journal import Journal
from .matching import LONGEST_PROJECT_KEY, digest, stored_key
from .units import UnitBook

Say = Callable[[Problem], None]


@dataclass(slots=True, eq=False)
class Group:
    """One project of the ledger: all its rows, and what it is in the register."""

    key: str
    rows: list[LedgerRow]
    project: KeyProject
    is_new: bool = False
    is_changed: bool = False


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
        self._serial = 0

    def find(self, rows_by_key: Mapping[str, list[LedgerRow]]) -> list[Group]:
        """The projects of these rows, stored; those that were not there are there now."""
        firsts = [rows[0].project for rows in rows_by_key.values()]
        self.units.make_missing((name, said[name]) for said in firsts for name in PROJECT_UNITS if said.get(name))
        known = self._known([stored_key(key, LONGEST_PROJECT_KEY) for key in rows_by_key])
        groups = [self._group(key, rows, known) for key, rows in rows_by_key.items()]
        self._give_codes(groups)
        KeyProject.objects.bulk_create([group.project for group in groups if group.is_new])
        self.journal.amend([group.project for group in groups if group.is_changed], self._columns())
        for group in groups:
            self._point_out_conflicts(group)
        return groups

    def _known(self, keys: Sequence[str]) -> dict[str, KeyProject]:
        found = KeyProject.objects.filter(source=self.mapping.source, source_key__in=keys)
        return {project.source_key: project for project in found.select_related(*self._relations())}

    def _relations(self) -> list[str]:
        return [name for name in PROJECT_UNITS if name in self.mapping.project]

    def _columns(self) -> list[str]:
        written = [name for name in self.mapping.project if name != "code"]
        return [*written, "source_digest", "sort_key", "search_text"]

    def _group(self, key: str, rows: list[LedgerRow], known: Mapping[str, KeyProject]) -> Group:
        source_key, said = stored_key(key, LONGEST_PROJECT_KEY), digest(sorted(rows[0].project.items()))
        project = known.get(source_key)
        if project is None:
            names_of_source = {"source": self.mapping.source, "source_key": source_key, "source_digest": said}
            made = KeyProject(brought_by=self.journal.ledger_import, **names_of_source)
            self._describe(made, rows[0])
            return Group(key, rows, made, is_new=True)
        is_changed = project.source_digest != said and self._amend(project, rows[0])
        project.source_digest = said
        return Group(key, rows, project, is_changed=is_changed)

    def _amend(self, project: KeyProject, row: LedgerRow) -> bool:
        before = KeyProject(
            **{field.attname: getattr(project, field.attname) for field in KeyProject._meta.concrete_fields}
        )
        self._describe(project, row)
        changes = audit.in_words(before, project, [name for name in self.mapping.project if name != "code"])
        if changes:
            self.amended[project.code] = changes
        if before.lead_unit_id != project.lead_unit_id:
            self.handed_over.append(before)
        return bool(changes)

    def _describe(self, project: KeyProject, row: LedgerRow) -> None:
        for name, text in row.project.items():
            if not text or name == "code":
                continue
            if name in PROJECT_UNITS:
                setattr(project, f"{name}_id", self.units[text])
            elif name != "national_code" or self._is_national_code(text, row):
                setattr(project, name, text)
        project.sort_key = names.sort_key(project.name)

    def _is_national_code(self, text: str, row: LedgerRow) -> bool:
        if re.fullmatch(NATIONAL_CODE, text):
            return True
        self._say(row, Code.BAD_NATIONAL_CODE, "national_code", text, "不符合 24 位国家统一项目代码的格式，未登记。")
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
            project.search_text = names.search_text(project.name, project.code, project.national_code or "")

    def _code(self, row: LedgerRow) -> str:
        wanted = row.project.get("code", "")
        code = wanted
        while not code or code in self._taken:
            self._serial += 1
            code = f"{self._prefix}{self._serial:05}"
        if wanted and code != wanted:
            self._say(row, Code.CODE_TAKEN, "code", wanted, f"项目编号已被另一项目使用，改编为 {code}。")
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
                self._say(group.rows[0], Code.BAD_NATIONAL_CODE, "national_code", code, message)
                group.project.national_code = None

    # --- problems ---

    def _point_out_conflicts(self, group: Group) -> None:
        first = group.rows[0]
        for row in group.rows[1:]:
            if row.project is first.project or row.project == first.project:
                continue
            name = next(name for name in first.project if row.project[name] != first.project[name])
            message = f"与第 {first.number} 行同属一个项目，此处却不同，以第 {first.number} 行为准。"
            self._say(row, Code.CONFLICT, name, row.project[name], message)

    def _say(self, row: LedgerRow, code: Code, name: str, value: str, message: str) -> None:
        column = next(iter(self.mapping.project[name].columns), "")
        self.say(Problem(row.number, column, value[:200], code, message))
