"""What a person reviews: every literal that a chapter or a source holds, a line each, and whatever the linter let pass.

A listing has no line numbers, so that moving a paragraph changes nothing; every digit of a file stands in it somewhere.
"""

from __future__ import annotations

import json
import re

from coursebook.publish import lint
from coursebook.publish.bind import TOKEN, Cite, Claim, Printed, Varying
from coursebook.publish.compile import Page
from coursebook.publish.lint import LINK
from coursebook.publish.markup import regions
from coursebook.publish.quiz.model import Arrange, Choose, Number, Pair, Task, Words
from coursebook.sources import Source
from coursebook.values import Figure

DIGIT = re.compile(r"\d")


def of_chapter(page: Page, vocabulary: frozenset[str]) -> list[str]:
    """Numbers, claims, citations, figures, questions, and what is exempt from binding, by kind and in order."""
    binding = page.binding
    lines = [_span(span) for span in binding.spans if not isinstance(span, Varying)]
    lines += [
        f"figure {embed.target}: {binding.plain(embed.alt)}{_typed(embed.shown, embed.target)}" for embed in binding.embeds
    ]
    for question in page.questions:
        lines += [
            f"question {question.id} ({question.type}), objective {question.objective or 'none'}",
            *_question(page, question),
        ]
    lines += [f"objective {key}: {text}" for key, text in page.objectives.items()]
    lines += [
        f"exempt as {one.reason}: {one.text} | {_context(page, one.start, one.end)}"
        for one in lint.candidates(page, vocabulary)
        if one.text.lower() != "one"
    ]
    lines += [
        f"{region.kind}: {binding.content[region.start : region.end]!r}"
        for region in binding.regions
        if _literal(binding.content, region)
    ]
    lines += [f"link {match['to']}" for match in LINK.finditer(binding.content) if DIGIT.search(match["to"])]
    return lines + [f"also {text}" for text in _rest(page)]


def _span(span: object) -> str:
    match span:
        case Printed():
            spec = f":{span.spec}" if span.spec else ""
            return f"{span.result.kind} {{{{ {span.expression}{spec} }}}} prints {span.plain}"
        case Claim():
            return f"claim {{{{? {span.expression} }}}}"
        case Cite():
            return f"cites [{' '.join(span.expression.split())}]"
    return f"faulty {span}"


def _typed(shown: object, target: str) -> str:
    return f" = {json.dumps(shown.json, ensure_ascii=False)}" if isinstance(shown, Figure) and "/" not in target else ""


def _question(page: Page, question: object) -> list[str]:
    block = page.binding.content[question.offset : question.end]
    head = block.split("\n\n")[0].split("\n")[1:]
    asked = [page.binding.plain(line) for variant in question.variants for line in _task(variant.task)]
    return ["  " + line for line in [*(line.strip() for line in head), *asked]]


def _task(task: Task) -> list[str]:
    match task:
        case Choose(options):
            return [f"{'right' if option.right else 'wrong'}: {option.text}" for option in options]
        case Number(wrong=wrong):
            return [f"mistake {one.number!r}: {one.name}" for one in wrong]
        case Words(_, wrong):
            return [f"mistake {', '.join(one.forms)}: {one.name}" for one in wrong]
        case Arrange(items):
            return [f"in order: {item}" for item in items]
        case Pair(left, right, key):
            alone = [f"distractor: {right[index]}" for index in range(len(right)) if index not in key]
            return [*(f"pair: {one} => {right[index]}" for one, index in zip(left, key, strict=True)), *alone]
    return []


def _context(page: Page, start: int, end: int) -> str:
    content = page.binding.content
    around = content[max(0, start - 30) : start] + "«" + content[start:end] + "»" + content[end : end + 20]
    return " ".join(page.binding.plain(around).split())


def _literal(content: str, region: object) -> bool:
    inside = content[region.start : region.end]
    return (
        region.kind in ("code", "maths", "comment", "tag", "fence")
        and bool(DIGIT.search(inside))
        and "plotly" not in region.info
    )


def _rest(page: Page) -> list[str]:
    """Words with digits that none of the above can show: footnote marks, list numbers, ids in attribute lists."""
    content = TOKEN.sub(" ", page.binding.content)
    hidden = [region for region in regions(content) if region.kind in ("fence", "maths", "code", "comment", "tag")]
    marks = re.compile(r"\[\^[^\]]*\d[^\]]*\]|^[ \t>]*\d+[.)]|\{[^{}\n]*\d[^{}\n]*\}|https?://\S*\d\S*", re.MULTILINE)
    return [
        match[0].strip() for match in marks.finditer(content) if not any(one.start <= match.start() < one.end for one in hidden)
    ]


def of_source(source: Source) -> list[str]:
    lines = [
        f"{source.key}: {', '.join(source.authors)} ({source.year}). {source.title}. {source.venue}. {source.url} {source.opened}".strip()
    ]
    if source.corpus:
        lines.append(f"  corpus {source.corpus.package}, {source.corpus.licence}")
        lines += [f"    {path} {sha}" for path, sha in source.corpus.files.items()]
    for fact in source.facts.values():
        said = (
            fact.value.text() + f" {fact.value.unit}"
            if fact.value
            else fact.statement or f"table of {len(fact.table.rows)} rows"
        )
        lines.append(
            f"  {fact.id} = {said} | {fact.what} | {fact.locator} | {fact.grade} | as of {fact.as_of}, reviewed {fact.reviewed}, review by {fact.review_by}"
            f"{' | reported by ' + fact.reported_by if fact.reported_by else ''}"
        )
    return lines
