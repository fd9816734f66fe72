"""YAML that a person typed, as plain data with the position of every key and item.

One meaning a spelling: only true and false are truth values (`on`, `no` and dates are text), a key stands once, and an
alias is refused, since a reader would not see what it stands for. The nodes come from PyYAML's C parser, which MkDocs
brings along: it is some ten times as fast as one in Python, and a course reads every source at every build.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 50
SURELY_SHALLOW = 1000
INTEGER = re.compile(r"[-+]?[0-9]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

Path = tuple[str | int, ...]
Position = tuple[int, int]


class MarkError(Exception):
    """Why a text is not YAML as it is used here; `position` is line and column, from 1."""

    def __init__(self, message: str, position: Position = (1, 1)):
        super().__init__(message)
        self.message, self.position = message, position


@dataclass(frozen=True)
class Marked:
    """Plain data, and where each part of it stands: the key of a mapping's value, the beginning of a list's item."""

    data: Any
    places: Mapping[Path, Position]

    def position(self, *path: str | int) -> Position:
        """Line and column of the innermost part of a path that exists."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]


def read(content: str) -> Marked:
    """Read one document; raises MarkError with the place of the first fault."""
    try:
        _check_depth(content)
        root = yaml.compose(content, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise MarkError(error.problem or "cannot be read", position) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise MarkError(str(error).strip().split("\n")[0] or "nested too deeply") from None
    reader = _Reader()
    places: dict[Path, Position] = {(): (1, 1)}
    data = reader.plain(root, (), places.__setitem__) if root is not None else None
    return Marked(data, places)


def _check_depth(content: str) -> None:
    """The C parser builds nodes recursively and would overflow the stack, which ends the process. Its events come one by
    one; they are only counted where brackets and columns leave room for such a depth."""
    if content.count("[") + content.count("{") + 2 * max(map(len, content.split("\n"))) < SURELY_SHALLOW:
        return
    depth = 0
    for event in yaml.parse(content, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise MarkError("nested too deeply", (event.start_mark.line + 1, event.start_mark.column + 1))


class _Reader:
    """Nodes to plain data. A node that comes a second time was named by an alias."""

    def __init__(self) -> None:
        self.seen: set[int] = set()

    def plain(self, node: yaml.Node, path: Path, note: Callable[[Path, Position], None]) -> Any:
        if id(node) in self.seen:
            raise MarkError("an alias stands for this; write it out where it is used", _position(node))
        self.seen.add(id(node))
        if len(path) > DEEPEST:
            raise MarkError("nested too deeply", _position(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path, note)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                note((*path, index), _position(item))
            return [self.plain(item, (*path, index), note) for index, item in enumerate(node.value)]
        return _scalar(node)

    def mapping(self, node: yaml.MappingNode, path: Path, note: Callable[[Path, Position], None]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise MarkError("a key is one word or a text", _position(key))
            if key.value in found:
                raise MarkError(f"'{key.value}' stands twice", _position(key))
            note((*path, key.value), _position(key))
            found[key.value] = self.plain(value, (*path, key.value), note)
        return found


def _position(node: yaml.Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: yaml.Node) -> Any:
    """A number or a word that stands unquoted; anything else is text, dates too."""
    text = node.value
    if node.style in ("'", '"', "|", ">") or node.tag.startswith("!"):
        return text
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if FLOAT.fullmatch(text) else text
