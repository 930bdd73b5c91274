"""The people a ledger names: users of the register, found by name and post; nobody is made up."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from projects.models import Post, User
from projects.roles import Role

_ROLES = {
    "linked_leader": (Role.LEADER,),
    "responsible_person": (Role.PROJECT_LEAD, Role.REVIEWER),
    "liaison": (Role.PROJECT_LEAD, Role.REVIEWER),
}
_POST = {"linked_leader": "区领导", "responsible_person": "项目负责人或审核人", "liaison": "项目负责人或审核人"}
PEOPLE = tuple(_ROLES)


class PeopleBook:
    """Active users by their full names, with the posts they hold on a day."""

    def __init__(self, *, on: date) -> None:
        self.labels: dict[int, str] = {}
        self._named: dict[str, list[int]] = defaultdict(list)
        for pk, name, is_active in User.objects.values_list("pk", "full_name", "is_active"):
            self.labels[pk] = name
            if is_active:
                self._named[name].append(pk)
        self._posts: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for user, role, path in Post.objects.in_force(on=on).values_list("user", "role", "unit__path"):
            self._posts[user].append((role, path))

    def find(self, name: str, field: str, units: Collection[str]) -> tuple[int | None, str]:
        """The one user of this name who may stand in the field, else None and why there is none.

        ``units`` are the paths of those that lead, answer for and own the project; a 区领导 may be of any.
        """
        named = self._named.get(name, [])
        if not named:
            return None, f"没有姓名为“{name}”的启用账号，未登记。"
        fitting = [user for user in named if self._fits(user, field, units)]
        if len(fitting) == 1:
            return fitting[0], ""
        if fitting:
            return None, f"有 {len(fitting)} 个账号姓名为“{name}”，分不清是哪一个，未登记，请在项目信息中选定。"
        where = "" if field == "linked_leader" else "在本项目的牵头、责任或业主单位"
        return None, f"“{name}”没有{where}任{_POST[field]}，未登记。"

    def _fits(self, user: int, field: str, units: Collection[str]) -> bool:
        held: Mapping[int, list[tuple[str, str]]] = self._posts
        paths = [path for role, path in held.get(user, []) if role in _ROLES[field]]
        return bool(paths) if field == "linked_leader" else any(path.startswith(tuple(units)) for path in paths)
