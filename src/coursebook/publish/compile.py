"""One chapter to one page: `compile(text, library, setting)` is a pure function, text in, Markdown and HTML out.

The ledger lists every value, claim, figure, citation and question on the page with its line. What comes out needs stock
Markdown extensions only, so that any engine can build it.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from coursebook import marked
from coursebook.library import Library
from coursebook.marked import MarkError
from coursebook.problems import Problem
from coursebook.publish import figures, receipts
from coursebook.publish.bind import Binding, Cite, Claim, Embed, Faulty, Printed, Span, bind
from coursebook.publish.markup import blanked
from coursebook.publish.quiz import page as quiz_page
from coursebook.publish.quiz import parse
from coursebook.publish.quiz.model import Question
from coursebook.publish.quiz.types import TYPES
from coursebook.publish.receipts import Provenance, slug
from coursebook.publish.render import DOLLAR, maths, with_maths
from coursebook.sources import Source
from coursebook.text import Text
from coursebook.values import Citation, Figure, Measurement, Table, Value

HEADING = re.compile(r"^[ \t]*(?:#{1,6}[ \t]|(?:!!!|\?\?\?\+?)[ \t])")
UNDERLINE = re.compile(r"^[ \t]*(=+|-+)[ \t]*$")
TITLE = re.compile(r"^# .*$", re.MULTILINE)
TOUCHED = re.compile("(?P<before>[(“‘]*)\ue000(?P<index>\\d+)\ue001(?P<after>(?:[ \u00a0]?%)?[.,;:!?)”’]*)")
FRONT_KEYS: dict[str, type | tuple[type, ...]] = {"title": str, "description": str, "objectives": dict, "coursebook": bool}

EntryKind = Literal["value", "claim", "figure", "table", "citation", "question"]


@dataclass(frozen=True)
class Entry:
    """One line of a ledger. `shown` is what the page prints, `rule` what "the same" means, `uses` the values named."""

    kind: EntryKind
    id: str
    shown: str
    path: str
    line: int
    column: int
    rule: str = ""
    uses: tuple[str, ...] = ()
    value_kind: str = ""


@dataclass(frozen=True)
class Setting:
    """Where a page stands and what is known of its build. `uri` is its place among the site's sources; `figure` makes
    a Figure of a fenced block; `report` is the address that a wrong question is told to, given its id."""

    uri: str
    figure: Callable[[str, Mapping[str, Any]], Figure] = Figure
    provenance: Provenance = field(default_factory=Provenance)
    report: Callable[[str], str] = lambda _: ""


@dataclass(frozen=True)
class Page:
    """A compiled chapter. `assumed` are the figures of its fenced blocks, by the name their files have in the site."""

    uri: str
    source: str
    title: str
    markdown: str
    ledger: tuple[Entry, ...]
    questions: tuple[Question, ...]
    assumed: Mapping[str, Figure]
    objectives: Mapping[str, str]
    front: Mapping[str, Any]
    problems: tuple[Problem, ...]
    binding: Binding


def compile(text: Text, library: Library, setting: Setting) -> Page:
    """Compile one chapter. Nothing is written and nothing of the chapter is run; faults are in `problems`."""
    binding = bind(text, library, setting.figure)
    questions = parse.questions(binding)
    front = _front(binding)
    objectives = {str(key): str(value) for key, value in (front.get("objectives") or {}).items()}
    _check_maths(binding)
    body = _body(binding, questions, setting)
    body = _with_objectives(body, objectives)
    tail = _note(questions, binding, setting) + _references(binding, library) + _receipts(binding, setting, library)
    title = str(front.get("title") or _heading(binding) or text.path)
    markdown = _printed(binding, body).rstrip() + "\n\n" + tail
    assumed = {
        _assumed_name(setting, embed): embed.shown
        for embed in binding.embeds
        if isinstance(embed.shown, Figure) and embed.assumed and "/" not in embed.target
    }
    return Page(
        setting.uri, text.path, title, markdown, tuple(_ledger(binding, questions)), tuple(questions), assumed,
        objectives, front, tuple(sorted(set(binding.problems))), binding,
    )  # fmt: skip


def _front(binding: Binding) -> dict[str, Any]:
    """The front matter as data; a fault in it is a problem with its line."""
    region = binding.regions[0] if binding.regions and binding.regions[0].kind == "front" else None
    if region is None:
        return {}
    try:
        found = marked.read(binding.plain(binding.content[region.inner : region.inner_end]))
    except MarkError as error:
        line, column = error.position
        binding.problems.append(Problem(binding.text.path, line + 1, column, "bad-front-matter", error.message))
        return {}
    data = found.data or {}
    wrong = (
        [key for key, kind in FRONT_KEYS.items() if key in data and not isinstance(data[key], kind)]
        if isinstance(data, dict)
        else ["it"]
    )
    for key in wrong:
        line, column = found.position(key)
        binding.problems.append(Problem(binding.text.path, line + 1, column, "bad-front-matter", f"'{key}' has the wrong type"))
    if not wrong and '"' in str(data.get("description", "")):
        line, column = found.position("description")
        hint = "it stands in an HTML attribute; write “ ”"
        binding.problems.append(
            Problem(binding.text.path, line + 1, column, "bad-front-matter", 'a " in the description', hint)
        )
    return data if isinstance(data, dict) and not wrong else {}


def _body(binding: Binding, questions: list[Question], setting: Setting) -> str:
    """The tokenised content with blocks, figures and maths replaced by what shows them."""
    content = binding.content
    changes: list[tuple[int, int, str]] = []
    for question in questions:
        made = quiz_page.as_html(question, binding.plain, setting.uri, setting.report(question.id))
        changes.append((question.offset, question.end, f"\n{made}\n"))
    taken = [(start, end) for start, end, _ in changes]
    shown: Counter[str] = Counter()
    for embed in binding.embeds:
        if any(start <= embed.start < end for start, end in taken):
            binding.complain(embed.start, "bad-block", "a figure stands inside a question", "put it before the question")
            continue
        shown[embed.target] += 1
        made = figures.markdown(embed, binding.plain(embed.alt), _caption(embed, binding), setting.uri, shown[embed.target])
        changes.append((embed.start, embed.end, made))
    taken = [(start, end) for start, end, _ in changes]
    signs = [match.span() for match in DOLLAR.finditer(blanked(content, binding.regions))]
    for start, end in [*((region.start, region.end) for region in binding.regions if region.kind == "maths"), *signs]:
        if not any(first <= start < last for first, last in taken):
            changes.append((start, end, with_maths(content[start:end])))
    pieces, position = [], 0
    for start, end, replacement in sorted(changes):
        pieces += [content[position:start], replacement]
        position = end
    return "".join([*pieces, content[position:]])


def _check_maths(binding: Binding) -> None:
    for region in binding.regions:
        if region.kind == "maths":
            try:
                maths(binding.content[region.inner : region.inner_end], region.inner - region.start == 2)
            except ValueError as error:
                binding.complain(region.start, "bad-maths", str(error), "write a dollar sign that is no maths as \\$")


def _caption(embed: Embed, binding: Binding) -> str:
    """Alt text for a table, which has no image to carry it; then what kind of data this is."""
    said = binding.plain(embed.alt) + " " if isinstance(embed.shown, Table) else ""
    if "/" not in embed.target:
        return "Made up for illustration."
    kind, _ = binding.library.origins[embed.target]
    button = (
        f'<button type="button" class="cb-check" popovertarget="{_figure_receipt_id(embed)}">{receipts.KINDS[kind]}</button>'
    )
    return f"{said}{button} ·"


def _figure_receipt_id(embed: Embed) -> str:
    return f"cb-f-{slug(embed.target)}"


def _assumed_name(setting: Setting, embed: Embed) -> str:
    return f"{slug(setting.uri.removesuffix('.md'))}/{embed.target}"


def _printed(binding: Binding, body: str) -> str:
    """Tokens to elements in prose, to plain text in front matter, headings and titles."""
    front = binding.regions[0].end if binding.regions and binding.regions[0].kind == "front" else 0
    head, rest = body[:front], body[front:]
    lines = rest.split("\n")
    around = zip(["", *lines], lines, [*lines[1:], ""], strict=False)
    printed = [
        binding.plain(line) if _is_heading(before, line, after) else TOUCHED.sub(lambda match: _together(match, binding), line)
        for before, line, after in around
    ]
    return binding.plain(head) + "\n".join(printed)


def _is_heading(before: str, line: str, after: str) -> bool:
    return bool(HEADING.match(line) or (UNDERLINE.match(after) and line.strip() and not before.strip()))


def _together(match: re.Match[str], binding: Binding) -> str:
    """A number with the punctuation that touches it: browsers would break a line between a button and a comma."""
    span = binding.spans[int(match["index"])]
    made = match["before"] + element(span, binding.library) + match["after"].replace(" ", "&nbsp;")
    touched = isinstance(span, Printed) and (match["before"] or match["after"])
    return f'<span class="cb-nobr">{made}</span>' if touched else made


def element(span: Span, library: Library) -> str:
    """The inline HTML of a span."""
    if isinstance(span, Printed):
        target = receipts.receipt_id(span)
        shown = html.escape(span.plain)
        return f'<button type="button" class="cb-value cb-{span.result.kind}" popovertarget="{target}">{shown}</button>'
    if isinstance(span, Claim):
        return f'<button type="button" class="cb-check" popovertarget="{receipts.receipt_id(span)}" aria-label="Checked claim">✓</button>'
    if isinstance(span, Cite):
        works = [
            f'<a class="cb-cite" href="#ref-{slug(key)}">{html.escape(library.sources[key].label)}</a>'
            + (f", {html.escape(locator)}" if locator else "")
            for key, locator in span.works
        ]
        return f"({'; '.join(works)})"
    return html.escape(span.plain)


def _with_objectives(body: str, objectives: Mapping[str, str]) -> str:
    title = TITLE.search(body)
    if not objectives or not title:
        return body
    items = "\n".join(f"- {text}" for text in objectives.values())
    box = f'\n\n<div class="cb-objectives" markdown="block">\n\nAfter this chapter you can\n\n{items}\n\n</div>\n'
    return body[: title.end()] + box + body[title.end() :]


def _heading(binding: Binding) -> str:
    title = TITLE.search(binding.content)
    return binding.plain(title[0]).lstrip("# ").strip() if title else ""


def _note(questions: list[Question], binding: Binding, setting: Setting) -> str:
    """What the page owes those who answer: where the answers are, how a half-right one is scored, and the keys on paper."""
    if not questions:
        return ""
    asked = {question.type for question in questions}
    rules = "".join(f" {one.HALF_RIGHT}" for name, one in TYPES.items() if name in asked and one.PARTIAL)
    said = f'<p class="cb-question-note">The questions are for yourself: their answers stand in this page.{rules}</p>'
    return f"{said}\n\n{quiz_page.appendix(questions, binding.plain, setting.uri)}"


def _references(binding: Binding, library: Library) -> str:
    keys = {key for span in binding.spans if isinstance(span, Cite) for key, _ in span.works}
    keys |= {value.origin.source for value in named_values(binding) if isinstance(value.origin, Citation)}
    keys |= {
        origin.source
        for embed in binding.embeds
        if "/" in embed.target
        for _, origin in [library.origins[embed.target]]
        if isinstance(origin, Citation)
    }
    if not keys:
        return ""
    ordered = sorted((library.sources[key] for key in keys), key=lambda source: source.label)
    items = "".join(f'<li id="ref-{slug(source.key)}">{_reference(source)}</li>' for source in ordered)
    return f'## References\n\n<ul class="cb-references">{items}</ul>\n\n'


def _reference(source: Source) -> str:
    people = source.authors if len(source.authors) <= 6 else (*source.authors[:6], "et al.")
    authors = html.escape(", ".join(people))
    title = f"<cite>{html.escape(source.title)}</cite>"
    linked = f'<a href="{html.escape(source.url, quote=True)}">{title}</a>' if source.url else title
    opened = f" Read as: {html.escape(source.opened)}." if source.opened else ""
    return f"{authors} ({source.year}). {linked}. {html.escape(source.venue)}.{opened}"


def named_values(binding: Binding) -> Iterator[Value]:
    for span in binding.spans:
        if isinstance(span, Printed | Claim):
            yield from span.result.values


def _receipts(binding: Binding, setting: Setting, library: Library) -> str:
    made: dict[str, str] = {}
    for span in binding.spans:
        if isinstance(span, Printed | Claim):
            made.setdefault(receipts.receipt_id(span), receipts.receipt(span, setting.provenance, library))
    for embed in binding.embeds:
        if "/" in embed.target:
            made.setdefault(_figure_receipt_id(embed), _figure_receipt(embed, setting, library))
    if not made:
        return ""
    return (
        '<section class="cb-receipts" data-search-exclude aria-label="Receipts">\n'
        + "\n".join(made.values())
        + "\n</section>\n"
    )


def _figure_receipt(embed: Embed, setting: Setting, library: Library) -> str:
    kind, origin = library.origins[embed.target]
    title = embed.shown.title
    value = Value(embed.target, 0, kind, title, origin=origin)
    rows = receipts.value_rows(value, setting.provenance, library)
    listed = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows if text)
    head = f'<p class="cb-receipt-head"><strong>{html.escape(embed.target)}</strong> <span class="cb-kind">{receipts.KINDS[kind]}</span></p>'
    return f'<div popover class="cb-receipt" id="{_figure_receipt_id(embed)}" role="note" aria-label="Receipt">{head}<dl>{listed}</dl></div>'


def _ledger(binding: Binding, questions: list[Question]) -> Iterator[Entry]:
    entries = [_span_entry(binding, span) for span in binding.spans if not isinstance(span, Faulty)]
    for embed in binding.embeds:
        line, column = binding.text.position(binding.origin(embed.start))
        kind: EntryKind = "table" if isinstance(embed.shown, Table) else "figure"
        shown = binding.plain(embed.alt)
        rule = (
            "typed in the chapter"
            if "/" not in embed.target
            else "cited"
            if isinstance(binding.library.origins[embed.target][1], Citation)
            else "equal"
        )
        status = "assumed" if embed.assumed else binding.library.origins[embed.target][0]
        entries.append(Entry(kind, embed.target, shown, binding.text.path, line, column, rule, (), status))
    for question in questions:
        line, column = binding.text.position(binding.origin(question.offset))
        entries.append(
            Entry("question", question.id, binding.plain(question.title), binding.text.path, line, column, question.type)
        )
    yield from sorted(entries, key=lambda entry: (entry.line, entry.column))


def _span_entry(binding: Binding, span: Span) -> Entry:
    line, column = binding.text.position(span.start)
    path = binding.text.path
    if isinstance(span, Printed | Claim):
        kind: EntryKind = "claim" if isinstance(span, Claim) else "value"
        uses = tuple(value.id for value in span.result.values)
        shown = "holds" if isinstance(span, Claim) else span.plain
        return Entry(kind, span.expression, shown, path, line, column, _rule(span), uses, span.result.kind)
    return Entry("citation", span.expression, span.plain, path, line, column)


def _rule(span: Printed | Claim) -> str:
    rules = {
        str(value.origin.rule) if isinstance(value.origin, Measurement) else "both entries agree"
        for value in span.result.values
    }
    return "; ".join(sorted(rules)) or "typed in the chapter"
