"""Where what stands in a Markdown file: code, maths, comments, tags and our own spans, by offset.

Python-Markdown knows no positions, so this finds the few regions that binding and linting must tell apart from prose.
It reads once from left to right; an opening without its end is text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

RegionKind = Literal["front", "fence", "code", "maths", "comment", "tag", "braces"]

FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
FENCE = re.compile(r"^(?P<indent>[ \t>]*+)(?P<mark>`{3,}+|~{3,}+)(?P<info>[^\n`]*+)$", re.MULTILINE)
SPECIAL = re.compile(r"\\|`+|\$+|<!--|<(?=[/A-Za-z])|\{\{")
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
BLANK = re.compile(r"\n[ \t>]*\n")
LONGEST_SPAN = 600


@dataclass(frozen=True)
class Region:
    """[start, end) of one kind. `info` is a fence's info string; [inner, inner_end) is what the marks enclose."""

    kind: RegionKind
    start: int
    end: int
    inner: int
    inner_end: int
    info: str = ""


def regions(content: str) -> list[Region]:
    """All regions in order; none overlaps another."""
    found: list[Region] = []
    position = 0
    front = FRONT.match(content)
    if front:
        found.append(Region("front", 0, front.end(), *(front.span(1) if front[1] else (front.end(), front.end()))))
        position = front.end()
    for fence in _fences(content, position):
        found += _inline(content, position, fence.start)
        found.append(fence)
        position = fence.end
    return found + list(_inline(content, position, len(content)))


def _fences(content: str, position: int) -> Iterator[Region]:
    opening: re.Match[str] | None = None
    for match in FENCE.finditer(content, position):
        if opening is None:
            opening = match
        elif match["mark"].startswith(opening["mark"]) and not match["info"].strip():
            start, end = opening.start("mark"), match.end()
            yield Region("fence", start, end, opening.end() + 1, match.start(), opening["info"].strip())
            opening = None
    if opening is not None:
        yield Region("fence", opening.start("mark"), len(content), opening.end(), len(content), opening["info"].strip())


def _inline(content: str, start: int, end: int) -> Iterator[Region]:
    ends = _Ends(content, start, end)
    position = start
    while match := SPECIAL.search(content, position, end):
        region = _at(content, match, end, ends)
        if region:
            yield region
        position = region.end if region else match.end() + (1 if match[0] == "\\" else 0)


def _at(content: str, match: re.Match[str], end: int, ends: _Ends) -> Region | None:
    mark, start, after = match[0], match.start(), match.end()
    if mark[0] == "`":
        return _region("code", start, after, ends.backticks(mark, after), len(mark))
    if mark == "$$":
        return _region("maths", start, after, ends.find("$$", after), 2)
    if mark == "$":
        return _region("maths", start, after, ends.dollar(after), 1)
    if mark == "<!--":
        return _region("comment", start, after, ends.find("-->", after), 3)
    if mark == "{{":
        return _region("braces", start, after, content.find("}}", after, min(ends.paragraph(after), after + LONGEST_SPAN)), 2)
    if mark == "<":
        tag = TAG.match(content, start, end)
        return Region("tag", start, tag.end(), start, tag.end()) if tag else None
    return None


def _region(kind: RegionKind, start: int, inner: int, close: int, width: int) -> Region | None:
    return None if close < 0 else Region(kind, start, close + width, inner, close)


class _Ends:
    """Where code and maths can end, found once, so that many openings without an end cost no more than few."""

    def __init__(self, content: str, start: int, end: int):
        self.content, self.limit = content, end
        self.absent: set[str] = set()
        self.blanks = [match.start() for match in BLANK.finditer(content, start, end)]
        self.runs: dict[int, list[int]] = {}
        for match in re.finditer(r"`+", content[start:end]):
            self.runs.setdefault(len(match[0]), []).append(start + match.start())
        closing = re.compile(r"(?<![\s\\$])\$(?![\d$])")
        self.dollars = [match.start() for match in closing.finditer(content, start, end)]

    def backticks(self, mark: str, after: int) -> int:
        return self._next(self.runs.get(len(mark), []), after)

    def dollar(self, after: int) -> int:
        return -1 if self.content[after : after + 1].isspace() else self._next(self.dollars, after + 1)

    def find(self, mark: str, after: int) -> int:
        """Where a mark comes next, or -1; once it is absent it is not looked for again."""
        found = -1 if mark in self.absent else self.content.find(mark, after, self.limit)
        if found < 0:
            self.absent.add(mark)
        return found

    def _next(self, places: list[int], after: int) -> int:
        """The first place at or after an offset that is still in its paragraph, or -1."""
        index = bisect_left(places, after)
        if index == len(places):
            return -1
        return places[index] if places[index] < self.paragraph(after) else -1

    def paragraph(self, after: int) -> int:
        """Where the paragraph of an offset ends."""
        index = bisect_left(self.blanks, after)
        return self.blanks[index] if index < len(self.blanks) else self.limit


def blanked(content: str, hidden: list[Region]) -> str:
    """`content` with regions replaced by spaces, line ends kept: every offset still means the same."""
    pieces, position = [], 0
    for region in hidden:
        pieces += [content[position : region.start], re.sub(r"[^\n]", " ", content[region.start : region.end])]
        position = region.end
    return "".join([*pieces, content[position:]])
