"""JSON that people write, read strictly: what is wrong is refused with what, where and how to mend it."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from .mapping import WrongMapping

_LONGEST_JSON = 1_000_000


def loaded(text: str | bytes) -> Any:
    """What the JSON says. Raises ``WrongMapping``."""
    if len(text) > _LONGEST_JSON:
        raise WrongMapping("文件", "超过 1 MB，不像是一份列对应。")
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        found = json.loads(decoded, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeError:
        raise WrongMapping("文件", "不是 UTF-8 编码的文本，请另存为 UTF-8 后再试。") from None
    except json.JSONDecodeError as error:
        raise WrongMapping("文件", f"第 {error.lineno} 行第 {error.colno} 列起不是有效的 JSON。") from None
    except (ValueError, RecursionError):
        raise WrongMapping("文件", "不是有效的 JSON。") from None
    if "\\u0000" in json.dumps(found):
        raise WrongMapping("文件", "含有空字符（\\u0000），请删去。")
    return found


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise WrongMapping("文件", f"“{repeated}”在同一组里写了两遍，请只留一个。")
    return dict(pairs)


def _refuse_constant(name: str) -> None:
    raise WrongMapping("文件", f"不能使用 {name}。")


class Section:
    """One group of the JSON, which knows where it stands and which names may stand in it."""

    def __init__(self, value: Any, where: str, known: Iterable[str]) -> None:
        if not isinstance(value, dict):
            raise WrongMapping(where, "应写成一组“名称: 内容”，用 { } 括起。")
        self.value, self.where, self.known = value, where, tuple(known)
        for name in value:
            if name not in self.known:
                near = get_close_matches(name, self.known, 1)
                hint = f"是否想写“{near[0]}”？" if near else f"可用的有：{'、'.join(self.known)}。"
                raise WrongMapping(where, f"没有“{name}”这一项，{hint}")

    def place(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where != "顶层" else name

    def text(self, name: str, *, required: bool = False, longest: int = 200) -> str:
        value = self.value.get(name, "")
        if not isinstance(value, str):
            raise WrongMapping(self.place(name), "应为文字，用英文双引号括起。")
        if required and not value.strip():
            raise WrongMapping(self.place(name), "不能空缺。")
        if len(value) > longest:
            raise WrongMapping(self.place(name), f"最长 {longest} 字。")
        return value.strip()

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        value = self.value.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise WrongMapping(self.place(name), '应为文字的列表，如 ["甲", "乙"]。')
        if required and not value:
            raise WrongMapping(self.place(name), "至少要写一项。")
        return tuple(value)

    def one_of(self, name: str, allowed: Iterable[str], *, default: str) -> str:
        value = self.text(name) or default
        if value not in (choices := list(allowed)):
            raise WrongMapping(self.place(name), f"“{value}”不可用，可用的有：{'、'.join(choices)}。")
        return value

    def number(self, name: str, allowed: range, *, default: int | None = None) -> int:
        value = self.value.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            raise WrongMapping(self.place(name), f"应为 {allowed[0]} 至 {allowed[-1]} 的整数。")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.value.get(name, default)
        if not isinstance(value, bool):
            raise WrongMapping(self.place(name), "应为 true（是）或 false（否），不加引号。")
        return value

    def group(self, name: str, known: Iterable[str]) -> "Section":
        return Section(self.value.get(name, {}), self.place(name), known)

    def groups(self, name: str, known: Iterable[str], *, most: int) -> "list[Section]":
        value = self.value.get(name, [])
        if not isinstance(value, list) or len(value) > most:
            raise WrongMapping(self.place(name), f"应为至多 {most} 组的列表，用 [ ] 括起。")
        return [Section(one, f"{self.place(name)}.{place}", known) for place, one in enumerate(value, start=1)]

    def __contains__(self, name: str) -> bool:
        return name in self.value
