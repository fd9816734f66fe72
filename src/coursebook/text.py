"""A file's text and its positions: the only place that turns an offset into a line and a column."""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from coursebook.problems import Problem


@dataclass(frozen=True)
class Text:
    """The content of one file under the name that problems print."""

    path: str
    content: str

    @classmethod
    def read(cls, root: Path, path: str | Path) -> Text:
        """Read `path` below `root`. Line ends become \\n; a byte that is not UTF-8 shows as U+FFFD."""
        file = root / path
        content = file.read_text(encoding="utf-8-sig", errors="replace")
        return cls(file.relative_to(root).as_posix(), content)

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for index, character in enumerate(self.content):
            if character == "\n":
                starts.append(index + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of a character offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int) -> int:
        """Where a line, from 1, begins."""
        return self._starts[line - 1]

    def problem(self, offset: int, rule: str, message: str, hint: str = "", severity: str = "error") -> Problem:
        line, column = self.position(offset)
        return Problem(self.path, line, column, rule, message, hint, severity)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A hint with the closest name, or nothing when none is close."""
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""


def blank(content: str, start: int, end: int) -> str:
    """`content` with [start, end) replaced by spaces; line ends stay, so that positions do."""
    middle = "".join("\n" if character == "\n" else " " for character in content[start:end])
    return content[:start] + middle + content[end:]
