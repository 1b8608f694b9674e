"""Content files as plain data that remembers its lines.

YAML is read as 1.2, so the Spanish words «no» and «sí» stay words; duplicate keys are refused; every value keeps the
line it stood on, so that a fault can be named where the author will look for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruamel.yaml.nodes import MappingNode, Node

Where = tuple[str | int, ...]
DEEPEST = 20
TAG = "tag:yaml.org,2002:"
TRUTHS = ("true", "yes", "on")


class Unreadable(Exception):  # noqa: N818 - it names the state of a file, as FileNotFound does
    """A content file is not the YAML that this project reads."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Document:
    """The data of one file and the line of each of its values."""

    data: Any
    lines: Mapping[Where, int]

    def line(self, where: Where) -> int | None:
        """Return the line of a value, or of the nearest thing around it that has one."""
        for size in range(len(where), -1, -1):
            if where[:size] in self.lines:
                return self.lines[where[:size]]
        return None


def read(path: Path) -> Document:
    """Read one YAML file, or say what is unreadable about it and where."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 text: {error.reason}", None) from error
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}", None) from error


def parse(text: str) -> Document:
    """Read YAML text, or say what is unreadable about it and where."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - a bot whose content is compiled reads none
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - as above

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(str(error.problem or error.context), mark.line + 1 if mark else None) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(str(error).partition("\n")[0], None) from error
    lines: dict[Where, int] = {}
    return Document(data=None if root is None else _build(root, (), lines), lines=lines)


def _build(node: "Node", where: Where, lines: dict[Where, int]) -> Any:
    """Turn a node into plain data and note the lines."""
    from ruamel.yaml.nodes import MappingNode, SequenceNode  # noqa: PLC0415 - as above

    if node.anchor is not None or len(where) > DEEPEST:
        raise Unreadable("anchors, aliases and very deep nesting are not read", node.start_mark.line + 1)
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, where, lines)
    if isinstance(node, SequenceNode):
        return [_build(part, (*where, at), lines) for at, part in enumerate(node.value)]
    return _scalar(str(node.tag).removeprefix(TAG), str(node.value))


def _mapping(node: "MappingNode", where: Where, lines: dict[Where, int]) -> dict[str, Any]:
    """Turn a mapping into a dict with text keys, each of them once."""
    built: dict[str, Any] = {}
    for name, value in node.value:
        line = name.start_mark.line + 1
        if name.id != "scalar" or name.tag != TAG + "str":
            raise Unreadable(f"the key {name.value!r} is not a text: put it in quotes", line)
        if name.value in built:
            raise Unreadable(f"the key {name.value!r} stands here twice", line)
        lines[*where, name.value] = line
        built[name.value] = _build(value, (*where, name.value), lines)
    return built


def _scalar(kind: str, value: str) -> Any:
    """Turn a scalar into text, a number, a truth value or nothing."""
    if kind == "null":
        return None
    if kind == "bool":
        return value.casefold() in TRUTHS
    try:
        return {"int": int, "float": float}.get(kind, str)(value)
    except ValueError:
        return value
