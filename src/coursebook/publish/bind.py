"""Syntax to spans to values: finds what a writer bound, evaluates it, and leaves a token in its place.

A token is a number between two private-use characters. It survives Markdown untouched, so that whoever prints it can
decide by context: an element with a receipt in prose, plain text in a heading or an alt text.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from coursebook.expressions import ExpressionError, Result, evaluate, holds, split_format
from coursebook.library import Library
from coursebook.problems import Problem
from coursebook.publish.markup import Region, blanked, regions
from coursebook.text import Text, did_you_mean
from coursebook.values import Figure, Scalar, Table

TOKEN = re.compile("\ue000(\\d+)\ue001")
STRAY = re.compile("[\ue000\ue001]")
IMAGE = re.compile(r"!\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*evidence:([^)\s]*)[^)\n]*\)")
CITATION = re.compile(r"(?<![\w\]!])\[(@[A-Za-z][^\[\]]*)\](?![(\[])")
CITED = re.compile(r"^@(?P<key>[A-Za-z][\w]*)\s*(?:,\s*(?P<locator>.+))?$", re.DOTALL)
INFO_TITLE = re.compile(r"\btitle=(?:\"([^\"]*)\"|'([^']*)')")
ESCAPED = re.compile(r"\\([*_\[\]<>])")
VARY = re.compile(r"^[ \t>]*vary:(.*)$", re.MULTILINE)
DECLARED = re.compile(r"(?<!\w)[A-Za-z_]\w*(?=[\\\"']*\s*:)")
NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?!\w|\s*[.(])")


@dataclass(frozen=True)
class Printed:
    """`{{ expression:spec }}`: a number on the page."""

    start: int
    expression: str
    result: Result
    spec: str = ""

    @property
    def plain(self) -> str:
        return self.result.text(self.spec)


@dataclass(frozen=True)
class Claim:
    """`{{? comparison }}`: a sentence that was checked. `result` carries the values that it names."""

    start: int
    expression: str
    result: Result
    plain: str = ""


@dataclass(frozen=True)
class Faulty:
    """A span that could not be evaluated; its problem stands in the list."""

    start: int
    expression: str
    plain: str = "?"


@dataclass(frozen=True)
class Varying(Faulty):
    """A span with a variable, which its question fills in for each variant; it is none of the page's own."""

    claim: bool = False
    lead: int = 0


@dataclass(frozen=True)
class Cite:
    """`[@key, locator; @key]`. `works` are (key, locator)."""

    start: int
    expression: str
    works: tuple[tuple[str, str], ...]

    @property
    def plain(self) -> str:
        return "(" + "; ".join(f"{key}, {locator}" if locator else key for key, locator in self.works) + ")"


Span = Printed | Claim | Faulty | Cite


@dataclass(frozen=True)
class Embed:
    """`![alt](evidence:name)` or a fenced plotly block, in the tokenised content at [start, end)."""

    start: int
    end: int
    alt: str
    target: str
    shown: Figure | Table
    assumed: bool = False


@dataclass
class Binding:
    """A file with its spans replaced by tokens. `content` is the tokenised text; `origin` leads back to the file."""

    text: Text
    library: Library
    content: str = ""
    spans: list[Span] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    variables: frozenset[str] = frozenset()
    waiting: set[int] = field(default_factory=set)
    """The spans whose variables no question has answered for yet."""

    def origin(self, offset: int) -> int:
        """The offset in the file of an offset in the tokenised content."""
        index = bisect_right(self.places, (offset, -1)) - 1
        if index < 0:
            return offset
        return offset + self.places[index][1]

    def complain(self, offset: int, rule: str, message: str, hint: str = "") -> None:
        """Add a problem at an offset in the tokenised content."""
        self.problems.append(self.text.problem(self.origin(offset), rule, message, hint))

    @cached_property
    def regions(self) -> list[Region]:
        return regions(self.content)

    def token(self, span: Span) -> str:
        """Register a span that stands in an option, and return the token that prints it."""
        self.spans.append(span)
        return f"\ue000{len(self.spans) - 1}\ue001"

    def plain(self, fragment: str) -> str:
        """A piece of tokenised text with numbers as plain text and without claim marks."""
        return TOKEN.sub(lambda match: self.spans[int(match[1])].plain, fragment)

    def evaluate(self, expression: str, offset: int, variables: Mapping[str, Scalar]) -> Printed | None:
        """An expression that stands in an option, at an offset in the tokenised content, as a span."""
        try:
            result = evaluate(unescaped(expression), self.library, variables)
        except ExpressionError as error:
            self.complain(offset, error.rule, _where(error, variables), error.hint)
            return None
        return Printed(self.origin(offset), filled(unescaped(expression).strip(), variables), result)

    def fill(self, fragment: str, variables: Mapping[str, Scalar]) -> str:
        """A piece of tokenised text with the variables of its spans filled in: their tokens are new ones."""

        def token(match: re.Match[str]) -> str:
            span = self.spans[int(match[1])]
            if not isinstance(span, Varying):
                return match[0]
            return self.token(_evaluated(self, span, variables))

        return TOKEN.sub(token, fragment)

    def settle(self) -> None:
        """Complain of what still waits: it stands outside the question that declares its variables."""
        for index in sorted(self.waiting):
            span = self.spans[index]
            assert isinstance(span, Varying)
            _evaluated(self, span, {}, "a variable stands in the texts of the question that varies it")
        self.waiting.clear()


def unescaped(expression: str) -> str:
    """Formatters put backslashes before characters that mean something in Markdown; the grammar has none."""
    return ESCAPED.sub(r"\1", expression).replace("\n", " ")


def bind(text: Text, library: Library, figure: Callable[[str, Mapping[str, Any]], Figure]) -> Binding:
    """Bind everything in a file, but the variables of its questions, which their parser fills in. `figure` makes a Figure of
    a fenced plotly block's name and JSON."""
    binding = Binding(text, library)
    stray = STRAY.search(text.content)
    if stray:
        hint = "delete it"
        binding.problems.append(text.problem(stray.start(), "bad-expression", "a private-use character", hint))
    _tokenise(binding)
    _unbound(binding)
    _images(binding, blanked(binding.content, literal(binding.regions)))
    _plots(binding, figure)
    binding.embeds.sort(key=lambda embed: embed.start)
    return binding


def _unbound(binding: Binding) -> None:
    """Braces that bind nothing: they would be printed."""
    for region in binding.regions:
        if region.kind == "tag" and "{{" in binding.content[region.start : region.end]:
            binding.complain(
                region.start, "bad-expression", "a number inside a tag is not bound", "put it in the text, or write Markdown"
            )
    for match in re.finditer(
        r"\{\{", blanked(binding.content, [region for region in binding.regions if region.kind not in ("front", "maths")])
    ):
        binding.complain(match.start(), "bad-expression", "'{{' without its '}}'", "as text: `{{` between backticks")


def literal(found: list[Region]) -> list[Region]:
    """The regions in which nothing of ours is read."""
    return [region for region in found if region.kind in ("fence", "code", "maths", "comment")]


def _tokenise(binding: Binding) -> None:
    content = STRAY.sub(" ", binding.text.content)
    binding.variables = frozenset(name for line in VARY.findall(content) for name in DECLARED.findall(line))
    pieces: list[str] = []
    position = length = 0
    for start, end, span in sorted(_spans(binding, content), key=lambda found: found[0]):
        if start < position:
            continue
        token = f"\ue000{len(binding.spans)}\ue001" + "\n" * content.count("\n", start, end)
        if isinstance(span, Varying):
            binding.waiting.add(len(binding.spans))
        binding.spans.append(span)
        pieces += [content[position:start], token]
        length += start - position + len(token)
        position = end
        binding.places.append((length, position - length))
    binding.content = "".join([*pieces, content[position:]])


def _spans(binding: Binding, content: str) -> Iterator[tuple[int, int, Span]]:
    for region in _braces(content):
        yield region.start, region.end, _span(binding, region, content[region.inner : region.inner_end])
    for match in CITATION.finditer(blanked(content, [*regions(content)])):
        cite = _cite(binding, match)
        if cite.works:
            yield match.start(), match.end(), cite


def _braces(content: str) -> Iterator[Region]:
    for region in regions(content):
        if region.kind == "braces":
            yield region
        elif region.kind == "front":
            for match in re.finditer(r"\{\{(.*?)\}\}", content[region.start : region.end]):
                start = region.start + match.start()
                yield Region("braces", start, start + len(match[0]), start + 2, start + len(match[0]) - 2)


def _span(binding: Binding, region: Region, inner: str) -> Span:
    claim = inner.startswith("?")
    source = unescaped(inner[1:] if claim else inner)
    written = Varying(region.start, source, "?", claim, region.inner + claim)
    if binding.variables.intersection(NAME.findall(split_format(source)[0])):
        return written
    return _evaluated(binding, written, {})


def _evaluated(binding: Binding, written: Varying, variables: Mapping[str, Scalar], hint: str = "") -> Span:
    """What a span holds, its variables filled in; where it holds nothing, a problem says why, with a hint if it has none."""
    source, start = written.expression, written.start
    try:
        if written.claim:
            true, result = holds(source, binding.library, variables)
            if not true:
                sides = ", ".join(f"{value.id} is {value.text()}" for value in result.values)
                raise ExpressionError(f"'{source.strip()}' is false" + (f": {sides}" if sides else ""), rule="false-claim",
                                      hint="mend the sentence, or the comparison")  # fmt: skip
            return Claim(start, filled(source.strip(), variables), result)
        expression, spec = split_format(source)
        result = evaluate(expression, binding.library, variables)
        _try_format(result, spec, len(expression) + 1)
        return Printed(start, filled(expression.strip(), variables), result, spec)
    except ExpressionError as error:
        place = start if error.rule == "false-claim" else written.lead + error.offset
        binding.problems.append(binding.text.problem(place, error.rule, _where(error, variables), error.hint or hint))
        return Faulty(start, source.strip())


def filled(expression: str, variables: Mapping[str, Scalar]) -> str:
    """An expression with numbers for its variables, which is what a receipt shows and what tells variants apart."""

    def number(match: re.Match[str]) -> str:
        value = variables.get(match[0])
        return match[0] if value is None else repr(value) if value >= 0 else f"({value!r})"

    return NAME.sub(number, expression)


def _where(error: ExpressionError, variables: Mapping[str, Scalar]) -> str:
    """What is wrong, and for which variables, where it depends on them."""
    given = ", ".join(f"{name} = {value}" for name, value in variables.items())
    return f"{error.message} where {given}" if given and error.rule != "unknown-value" else error.message


def _try_format(result: Result, spec: str, offset: int) -> None:
    try:
        result.text(spec)
    except (ValueError, KeyError):
        raise ExpressionError(f"'{spec}' is no format", offset, hint="as in Python: .1f, .0f, .2e") from None


def _images(binding: Binding, bare: str) -> None:
    for match in IMAGE.finditer(bare):
        alt, target = binding.content[match.start(1) : match.end(1)].strip(), match[2]
        try:
            shown = binding.library.figure(target)
        except KeyError as error:
            binding.complain(match.start(), "unknown-figure", error.args[0], error.args[1])
            continue
        if not alt:
            hint = "![What the reader should see](evidence:...)"
            binding.complain(match.start(), "missing-alt", f"'{target}' has no text for those who cannot see it", hint)
        assumed = binding.library.origins[target][0] == "assumed"
        binding.embeds.append(Embed(match.start(), match.end(), alt, target, shown, assumed))


def _plots(binding: Binding, figure: Callable[[str, Mapping[str, Any]], Figure]) -> None:
    for region in binding.regions:
        if region.kind == "fence" and region.info.strip("{ ").lstrip(".").split(" ")[:1] == ["plotly"]:
            title = INFO_TITLE.search(region.info)
            alt = ((title[1] or title[2]) if title else "").strip()
            if not alt:
                binding.complain(region.start, "missing-alt", "a plotly block has no title", '```plotly title="What to see"')
            data = _plot_json(binding, region)
            if data is not None:
                name = f"assumed-{len([embed for embed in binding.embeds if embed.assumed and '/' not in embed.target]) + 1}"
                binding.embeds.append(Embed(region.start, region.end, alt, name, figure(name, data), assumed=True))


def _plot_json(binding: Binding, region: Region) -> dict[str, Any] | None:
    body = binding.content[region.inner : region.inner_end]
    try:
        data = json.loads(body, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        offset = region.inner + getattr(error, "pos", 0)
        binding.complain(offset, "bad-block", f"the plotly block is not JSON: {getattr(error, 'msg', error)}")
        return None
    fault = _plot_fault(data)
    if fault:
        hint = 'as in {"data": [{"x": [1, 2], "y": [3, 4]}], "layout": {}}'
        binding.complain(region.start, "bad-block", f"the plotly block is no figure: {fault}", hint)
        return None
    return {"data": data["data"], "layout": data.get("layout", {})}


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _plot_fault(data: Any) -> str:
    """What keeps JSON from being drawn, and from being shown as a table."""
    if not isinstance(data, dict) or data.keys() - {"data", "layout"}:
        return "it holds data and layout, and nothing else"
    traces, layout = data.get("data"), data.get("layout", {})
    if not isinstance(traces, list) or not traces or not all(isinstance(trace, dict) for trace in traces):
        return "data is a list of traces"
    axes = [layout.get(name, {}) for name in ("xaxis", "yaxis")] if isinstance(layout, dict) else [None]
    if not all(isinstance(axis, dict) for axis in axes):
        return "layout and its axes are objects"
    if not all(isinstance(layout.get(side, 1), int) for side in ("width", "height")):
        return "width and height are whole numbers"
    return next(filter(None, map(_trace_fault, traces)), "")


def _trace_fault(trace: dict[str, Any]) -> str:
    error = trace.get("error_y", {})
    if not isinstance(trace.get("type", "scatter"), str) or not isinstance(error, dict):
        return "a trace's type is a name, its error_y an object"
    lists: dict[str, Any] = {name: trace[name] for name in ("x", "y", "labels", "values") if name in trace}
    lists |= {f"error_y.{name}": error[name] for name in ("array", "arrayminus") if name in error}
    for name, cells in lists.items():
        if not isinstance(cells, list) or not all(cell is None or isinstance(cell, str | int | float) for cell in cells):
            return f"{name} is a list of numbers or texts"
    if trace.get("type") == "heatmap":
        rows: Any = trace.get("z")
        sizes = {len(row) for row in rows} if isinstance(rows, list) and all(isinstance(row, list) for row in rows) else set()
        if len(sizes) != 1 or len(trace.get("x", range(*sizes))) not in sizes or len(trace.get("y", rows)) != len(rows):
            return "z is a list of rows of one length, x and y name its columns and rows"
        return ""
    if len(set(map(len, lists.values()))) > 1:
        return "its lists differ in length"
    if any(
        isinstance(cell, str) or cell is None
        for name in lists
        if name.startswith("error_y")
        for cell in [*lists[name], *lists.get("y", [""])]
    ):
        return "error bars need numbers"
    return "" if lists else "a trace has neither x nor y"


def _cite(binding: Binding, match: re.Match[str]) -> Cite:
    works = []
    for part in match[1].removesuffix("\\").split(";"):  # a formatter escapes the bracket where a colon follows
        cited = CITED.match(part.strip())
        key = cited["key"] if cited else part.strip().lstrip("@")
        if cited and key in binding.library.sources:
            works.append((key, " ".join((cited["locator"] or "").split())))
        else:
            hint = did_you_mean(key, binding.library.sources) or f"add sources/{key}.yml"
            binding.problems.append(binding.text.problem(match.start(), "unknown-source", f"no source '{key}'", hint))
    return Cite(match.start(), match[1], tuple(works))
