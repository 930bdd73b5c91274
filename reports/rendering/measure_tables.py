"""Tables behind a notice: the lights, the missed nodes, what was asked and not answered, and what excuses."""

from collections.abc import Iterator

from projects.figures import UNDEFINED, compact_date, gap_pp
from reports.measure_notice import MeasureNotice
from reports.official import Table, TableColumn
from scheduling.dossier import Dossier
from scheduling.light_rules import Light
from scheduling.measure_rules import Side

_MONTHS, _ROWS = 6, 20


def evidence(notice: MeasureNotice) -> tuple[Table, ...]:
    """None for praise, and none of what there is nothing of."""
    if notice.level.side is Side.KIND:
        return ()
    return tuple(table for table in _tables(notice.dossier) if table.rows)


def _tables(dossier: Dossier) -> Iterator[Table]:
    yield Table(
        "近期亮灯情况",
        "",
        (TableColumn("月末", 20), TableColumn("亮灯", 20), TableColumn("投资超（欠）进度", 60)),
        tuple(
            (f"{each.ends_on:%Y年}{each.ends_on.month}月", Light(each.light).word, gap_pp(each.gap_pp, 2))
            for each in dossier.lights[:_MONTHS]
        ),
    )
    yield Table(
        "未按期完成的节点",
        "",
        (
            TableColumn("节点", 34),
            TableColumn("原定", 16),
            TableColumn("批准", 16),
            TableColumn("预计", 16),
            TableColumn("逾期", 10, "天", is_figure=True),
        ),
        tuple(
            (each.name, *map(compact_date, (each.original_on, each.approved_on, each.forecast_on)), str(each.days))
            for each in dossier.nodes[:_ROWS]
        ),
    )
    yield Table(
        "未答复的协调请求",
        "",
        (
            TableColumn("请求事项", 44),
            TableColumn("被请求单位", 24),
            TableColumn("答复期限", 18),
            TableColumn("超期", 10, "天", is_figure=True),
        ),
        tuple(
            (each.question, each.unit, compact_date(each.due_on), str(each.late or UNDEFINED))
            for each in dossier.requests[:_ROWS]
        ),
    )
    yield Table(
        "未解决的问题",
        "",
        (
            TableColumn("问题", 44),
            TableColumn("办理单位", 24),
            TableColumn("需解决日期", 18),
            TableColumn("已历时", 10, "天", is_figure=True),
        ),
        tuple(
            (each.title, each.unit or UNDEFINED, compact_date(each.needed_by), str(each.days))
            for each in dossier.problems[:_ROWS]
        ),
    )
    yield Table(
        "豁免、停缓建和其他单位占用",
        "",
        (TableColumn("情况", 34), TableColumn("说明", 50), TableColumn("天数", 10, "天", is_figure=True)),
        tuple((each.what, each.why, str(each.days)) for each in dossier.excuses[:_ROWS]),
    )
