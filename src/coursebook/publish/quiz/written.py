"""A `/// question` block as its writer typed it, before it has a type: options, prompt, list, inner blocks.

Reads what a writer types and what Prettier and mdformat make of it: options flush left, a closing `///` behind `>`,
indented, or drawn into a table as a row, escaped brackets. What cannot be read is a problem, never text on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from coursebook import marked
from coursebook.expressions import ExpressionError, Result
from coursebook.marked import MarkError
from coursebook.publish.bind import TOKEN, Binding, Printed
from coursebook.publish.markup import blanked
from coursebook.text import did_you_mean
from coursebook.values import Scalar

FENCE = re.compile(
    r"^(?P<lead>[ \t>]*+(?:\|[ \t]*+(?=/{3,}+[ \t|]*$))?)(?P<mark>/{3,}+)[ \t]*+(?P<name>[A-Za-z][\w-]*+)?[ \t]*+(?:\\?\|(?P<title>.*+))?$",
    re.MULTILINE,
)
QUOTE = re.compile(r"^[ \t]*>[ ]?(.*)$")
BOXED = re.compile(r"^[ ]{0,3}[-*+][ \t]+\\?\[(?P<mark>[ xX])\\?\](?:[ \t]+(?P<text>.*))?$")
TOO_DEEP = re.compile(r"^(?=[ ]{4}|[ ]*\t)\s*[-*+][ \t]+\\?\[[ xX]\\?\](?:\s|$)")
NUMBERED = re.compile(r"^[ ]{0,3}\d{1,9}[.)][ \t]+(?P<text>.*)$")
BULLET = re.compile(r"^[ ]{0,3}[-*+][ \t]+(?P<text>.*)$")
ANY_ITEM = re.compile(r"^ ?(?:[-*+]|\d{1,9}[.)])[ \t]")
"""An item of the question's own list; one that is indented further belongs to the item above."""
HINT = "hint"
INNER = ("answer", "mistake", "rubric", HINT)

Line = tuple[int, str]


@dataclass(frozen=True)
class Block:
    """One `///` block: its lines between the fences, as [inner, inner_end) of the content."""

    name: str
    title: str
    start: int
    end: int
    inner: int
    inner_end: int
    width: int


@dataclass(frozen=True)
class Item:
    """An item of the list that a question holds, with the quote below it. `marked` is whether its box is ticked."""

    text: str
    marked: bool
    feedback: str
    offset: int


def blocks(binding: Binding, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """The outermost blocks between two offsets; complains about those without an end, and ends without a block. What a
    block without an end would swallow is read on from the next question that it would have held."""
    hidden = [region for region in binding.regions if region.kind in ("fence", "code", "comment", "maths")]
    bare = blanked(binding.content, hidden)
    position: int | None = start
    while position is not None:
        opening: re.Match[str] | None = None
        for match in FENCE.finditer(bare, position, len(bare) if end is None else end):
            if opening is None:
                opening = _opening(binding, match)
            elif match["name"] and len(match["mark"]) >= len(opening["mark"]):
                hint = f"close '{opening['name']}' before it, or open it with {match['mark']}/"
                binding.complain(match.start("mark"), "bad-block", f"'{match['name']}' opens inside '{opening['name']}'", hint)
            elif not match["name"] and len(match["mark"]) == len(opening["mark"]):
                yield _block(binding, opening, match)
                opening = None
        position = _after_unclosed(binding, bare, opening, end) if opening else None


def _opening(binding: Binding, match: re.Match[str]) -> re.Match[str] | None:
    if match["name"]:
        return match
    binding.complain(match.start("mark"), "bad-block", "this closes no block", "an opening names one: /// question | Title")
    return None


def _block(binding: Binding, opening: re.Match[str], closing: re.Match[str]) -> Block:
    title = binding.content[slice(*opening.span("title"))] if opening["title"] else ""
    inner = min(opening.end() + 1, closing.start())
    width = len(opening["mark"])
    return Block(opening["name"], title.strip(), opening.start(), closing.end(), inner, closing.start(), width)


def _after_unclosed(binding: Binding, bare: str, opening: re.Match[str], end: int | None) -> int | None:
    """Complain of a block without an end; where the next question begins that it, being wider, would have held."""
    hint = f"end it with a line of {opening['mark']}"
    binding.complain(opening.start("mark"), "bad-block", f"'{opening['name']}' is never closed", hint)
    found = FENCE.finditer(bare, opening.end(), len(bare) if end is None else end)
    return next((one.start() for one in found if one["name"] == "question" and len(one["mark"]) < len(opening["mark"])), None)


@dataclass
class Written:
    """One block with `values` for its variables. Lines are kept with their offsets, so that a complaint leads to the
    writer's line; what is wrong is complained of where it is read."""

    binding: Binding
    block: Block
    values: Mapping[str, Scalar] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict, init=False)
    places: dict[str, int] = field(default_factory=dict, init=False)
    body: list[Line] = field(default_factory=list, init=False)
    texts: dict[str, str] = field(default_factory=dict, init=False)
    hints: list[str] = field(default_factory=list, init=False)
    literal: frozenset[int] = field(default=frozenset(), init=False)
    """Where lines of code begin, in which nothing is an item."""
    readable: bool = field(default=True, init=False)
    """Whether the options could be read to their end."""

    def __post_init__(self) -> None:
        lines: list[Line] = []
        offset = self.block.inner
        for line in self.binding.content[self.block.inner : self.block.inner_end].split("\n"):
            lines.append((offset, self.binding.fill(line, self.values) if self.values else line))
            offset += len(line) + 1
        count = next((index for index, (_, line) in enumerate(lines) if not line.strip()), len(lines))
        for at, line in lines[:count]:
            self.readable = self._no_block(at, line) and self.readable and self._option(at, line)
        inner = list(blocks(self.binding, lines[count][0], self.block.inner_end)) if count < len(lines) else []
        for block in inner:
            self._inner(block, lines)
        self.body = [(at, line) for at, line in lines[count:] if not any(one.start <= at <= one.end for one in inner)]
        hidden = [region for region in self.binding.regions if region.kind in ("fence", "comment")]
        self.literal = frozenset(at for at, _ in self.body if any(region.start <= at < region.end for region in hidden))
        for at, _ in filter(lambda line: self.matches(TOO_DEEP, line), self.body):
            self.complain(at, "bad-block", "a choice that is indented this far is code", "begin it at the margin")

    def _no_block(self, offset: int, line: str) -> bool:
        fence = FENCE.match(line)
        if fence:
            hint = "a blank line ends the options"
            self.complain(offset + fence.start("mark"), "bad-block", f"'{line.strip()}' stands among the options", hint)
        return fence is None

    def _option(self, offset: int, line: str) -> bool:
        """Read one line of options, stripped of its margin; whether it could be read."""
        margin = len(line) - len(line.lstrip(" \t>"))
        source = re.sub(r"\\([*_\[\]<>#])", r"\1", line[margin:])
        try:
            entry = marked.read(source).data
        except MarkError as error:
            self.complain(offset + margin, "unknown-option", f"not YAML: {error.message}", "one `name: value` a line")
            return False
        if not isinstance(entry, dict):
            hint = "a blank line ends the options"
            self.complain(offset + margin, "unknown-option", f"'{source.strip()}' is no option", hint)
            return False
        for name, value in entry.items():
            if name in self.options:
                self.complain(offset + margin, "unknown-option", f"'{name}' stands twice", "keep one of them")
            self.options[str(name)] = value
            self.places[str(name)] = offset + margin
        return True

    def _inner(self, block: Block, lines: list[Line]) -> None:
        text = "\n".join(line.rstrip() for at, line in lines if block.inner <= at < block.inner_end).strip()
        if block.name not in INNER:
            hint = did_you_mean(block.name, INNER) or "known: " + ", ".join(INNER)
            self.complain(block.start, "bad-block", f"a question holds no '{block.name}'", hint)
        elif not text:
            self.complain(block.start, "bad-block", f"'{block.name}' is empty", "write it, or leave the block out")
        elif block.name == HINT:
            self.hints.append(text)
        elif block.name in self.texts:
            self.complain(block.start, "bad-block", f"'{block.name}' stands twice", "one of each")
        else:
            self.texts[block.name] = text
            self.places[f"/// {block.name}"] = block.start

    def complain(self, offset: int, rule: str, message: str, hint: str = "") -> None:
        self.binding.complain(offset, rule, message, hint)

    def place(self, name: str) -> int:
        """Where an option stands, or `/// name`; without it, the question."""
        return self.places.get(name, self.block.start)

    def plain(self, fragment: str) -> str:
        return self.binding.plain(fragment)

    def matches(self, pattern: re.Pattern[str], line: Line) -> re.Match[str] | None:
        return None if line[0] in self.literal else pattern.match(line[1])

    @property
    def choices(self) -> int:
        return sum(1 for line in self.body if self.matches(BOXED, line))

    @property
    def ticked(self) -> int:
        return sum(1 for line in self.body if (match := self.matches(BOXED, line)) and match["mark"] in "xX")

    @property
    def decided(self) -> str | None:
        """The option that says what type this is, if one does; boxes and blocks decide otherwise."""
        names = ("answer", "accept", "type", *(["audience"] if self.options.get("audience") == "interview" else []))
        return next((name for name in names if name in self.options), None)

    def repeated(self, texts: list[tuple[str, int]], noun: str) -> bool:
        """Whether two of some texts are the same, which their offsets are told of."""
        seen: set[str] = set()
        for text, offset in texts:
            same = " ".join(self.plain(text).split())
            if same in seen:
                self.complain(offset, "contradictory-key", f"the {noun} '{same}' stands twice", "keep one of them")
            seen.add(same)
        return len(seen) < len(texts)

    def prompt(self, pattern: re.Pattern[str] | None) -> str:
        """What stands before the question's list, whose first item matches."""
        return "\n".join(line for _, line in self.body[: self._first(pattern)]).strip()

    def _first(self, pattern: re.Pattern[str] | None) -> int:
        found = (index for index, line in enumerate(self.body) if pattern and self.matches(pattern, line))
        return next(found, len(self.body))

    def items(self, pattern: re.Pattern[str], like: str, first: re.Pattern[str] | None = None) -> list[Item]:
        """The items of the question's list, which an item that matches `first` begins; `like` is what one looks like."""
        found: list[Item] = []
        current: tuple[int, bool, list[str], list[str]] | None = None
        before = ""
        for offset, line in self.body[self._first(first or pattern) :]:
            match, quote = self.matches(pattern, (offset, line)), QUOTE.match(line)
            if match:
                found += [_item(current)] if current else []
                marked = match.groupdict().get("mark") in ("x", "X")
                current = (offset, marked, [match["text"] or ""], [])
            elif current and quote:
                current[3].append(quote[1])
            elif current and self.matches(ANY_ITEM, (offset, line)):
                self.complain(offset, "bad-block", "not an item of this question's list", like)
            elif current and line.strip():
                if not before.strip() and not line.startswith((" ", "\t")):
                    self.complain(offset, "bad-block", "text after the list", "put it before the list, or indent it")
                (current[3] or current[2]).append(line.strip())
            before = line
        return found + ([_item(current)] if current else [])

    def number(self, fragment: str) -> tuple[str, float, str] | None:
        """The token that a text begins with, its number, and the rest; None where no plain number stands there."""
        token = TOKEN.match(fragment)
        span = self.binding.spans[int(token[1])] if token else None
        number = plain_number(span.result) if isinstance(span, Printed) else None
        return (token[0], number, fragment[token.end() :]) if token and number is not None else None


def _item(read: tuple[int, bool, list[str], list[str]]) -> Item:
    offset, marked, text, feedback = read
    return Item(" ".join(text).strip(), marked, "\n".join(feedback).strip(), offset)


def plain_number(result: Result) -> float | None:
    """A number that an answer can be held against; None for a range, a bound, and what is beyond floating point."""
    if not result.quantity.scalar or result.quantity.relation not in ("=", "≈"):
        return None
    try:
        return float(result.number)
    except (ExpressionError, OverflowError):
        return None
