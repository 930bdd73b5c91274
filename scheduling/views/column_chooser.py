"""Which columns a list shows, to be ticked and numbered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from scheduling.library_columns import COLUMNS, NAME, LibraryColumn
from scheduling.list_views import SORT, LeftOut, ListView

TICKED, PLACE = "c", "at-"


def column_chooser(view: ListView, columns: Sequence[LibraryColumn], of_day: Mapping[str, str]) -> dict[str, Any]:
    """Those shown in their order with their numbers, then the others; ``kept``: the rest of the address."""
    shown = [column.key for column in columns if column.key != NAME]
    order = {SORT: view.sort} if view.sort else {}
    return {
        "shown": [{"key": key, "label": COLUMNS[key].cell.label, "place": place} for place, key in enumerate(shown, 1)],
        "others": [
            {"key": key, "label": column.cell.label}
            for key, column in COLUMNS.items()
            if key not in shown and key != NAME
        ],
        "kept": [*view.filters.items(), *order.items(), *of_day.items()],
        "usual_url": f"?{replace(view, columns=()).address(**of_day)}" if view.columns else "",
    }


def left_out_words(left: LeftOut) -> str:
    """What of the address is shown no more; empty where all of it is."""
    if not left:
        return ""
    parts = [
        _("条件“%s”") % "”“".join(left.filters) if left.filters else "",
        _("列“%s”") % "”“".join(left.columns) if left.columns else "",
        _("排序“%s”") % left.sort if left.sort else "",
    ]
    return _("这个地址或视图里有的内容已不存在，没有采用：%s。其余照常显示；需要时请重新选择后再保存。") % "、".join(
        filter(None, parts)
    )


def no_result_words(words: str, used: int) -> str:
    """What to try when nothing was found."""
    if not words:
        return _("请放宽条件，或清除条件后重新查找。")
    said = _("没有名称、编号或拼音含“%s”的项目。") % words[:40]
    tip = _("请少写几个字，只写名称中的一段、拼音首字母（如“bjxc”）或编号再查；多个词用空格隔开，须同时含有。")
    return said + (_("也可以去掉其他条件。") if used > 1 else "") + tip
