"""XML from outside, read without believing it: no document type (so no entities), no depth without end."""

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from .outline import UnreadableSchedule

DEEPEST = 200


def parse(content: bytes) -> Element:
    """The root, with namespaces dropped from all names. Raises ``UnreadableSchedule``."""
    tree, depth = TreeBuilder(), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableSchedule(f"文件中的元素嵌套超过 {DEEPEST} 层，拒绝读取。")
        tree.start(_local(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        tree.end(_local(name))

    def refuse(*declaration: object) -> None:
        raise UnreadableSchedule("文件带有文档类型声明（DOCTYPE），可能夹带恶意内容，拒绝读取。")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = tree.data
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        place = f"第 {line} 行" if line else "文件开头"
        raise UnreadableSchedule(f"文件不是完整的 XML（{place}有误），请重新导出。") from error
    return tree.close()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
