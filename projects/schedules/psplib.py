"""PSPLIB single-mode instances (``.sm``): jobs with durations in periods, and their successors.

Resources are read past: they do not bear on the critical path.
"""

from collections.abc import Iterator

from projects.backward import PERIODS, Link, Network, Node

from .outline import Schedule, Task, UnreadableSchedule


def read(content: bytes) -> Schedule[int]:
    lines = content.decode("ascii", errors="replace").splitlines()
    successors = _table(lines, "PRECEDENCE RELATIONS")
    durations = _table(lines, "REQUESTS/DURATIONS")
    if not successors or successors.keys() != durations.keys():
        raise UnreadableSchedule("不是完整的 PSPLIB 文件：紧后关系表与工期表缺失，或两表的任务不一致。")
    nodes: tuple[Node[int], ...] = tuple(
        Node(key=str(job), name=f"任务 {job}", duration=_duration(job, numbers)) for job, numbers in durations.items()
    )
    links = tuple(
        Link(str(job), str(successor)) for job, numbers in successors.items() for successor in _followers(job, numbers)
    )
    return Schedule(
        format="psplib",
        network=Network(nodes=nodes, links=links, timetable=PERIODS, on=0),
        tasks=tuple(Task(node.key, node.name) for node in nodes),
        moment=int,
        printed_length=_printed_length(lines),
    )


def _table(lines: list[str], section: str) -> dict[int, list[int]]:
    """The rows of a section by job. Headings and rules do not begin with a number."""
    rows: dict[int, list[int]] = {}
    for number, line in _section(lines, section):
        fields = line.split()
        if not fields or not fields[0].isdigit():
            continue
        try:
            job, *rest = (int(field) for field in fields)
        except ValueError:
            raise UnreadableSchedule(f"第 {number} 行应当全是整数：{line.strip()}") from None
        if job in rows:
            raise UnreadableSchedule(f"第 {number} 行的任务 {job} 已经出现过；只能读取单模式（.sm）文件。")
        rows[job] = rest
    return rows


def _section(lines: list[str], section: str) -> Iterator[tuple[int, str]]:
    inside = False
    for number, line in enumerate(lines, start=1):
        if inside and line.startswith("***"):
            return
        if inside:
            yield number, line
        inside = inside or line.startswith(section)


def _followers(job: int, numbers: list[int]) -> list[int]:
    modes, count, *followers = [*numbers, 0, 0] if len(numbers) < 2 else numbers
    if modes != 1:
        raise UnreadableSchedule(f"任务 {job} 有 {modes} 种模式；只能读取单模式（.sm）文件。")
    if count != len(followers):
        raise UnreadableSchedule(f"任务 {job} 写明有 {count} 个紧后任务，实际列出 {len(followers)} 个。")
    return followers


def _duration(job: int, numbers: list[int]) -> int:
    if len(numbers) < 2:
        raise UnreadableSchedule(f"任务 {job} 没有工期。")
    return numbers[1]


def _printed_length(lines: list[str]) -> int | None:
    """The MPM-Time, the last figure of the project's line; None where the file gives none."""
    for _, line in _section(lines, "PROJECT INFORMATION"):
        fields = line.split()
        if len(fields) >= 6 and all(field.isdigit() for field in fields):
            return int(fields[5])
    return None
