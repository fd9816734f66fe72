"""A question as the page shows it: a form that works with the keyboard, and an answer that opens without a script."""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Callable, Iterable
from string import ascii_uppercase

from coursebook.publish.bind import TOKEN
from coursebook.publish.quiz.draw import SEED, shuffled
from coursebook.publish.quiz.model import Arrange, Choose, Number, Open, Pair, Question, Task, Variant, Words, digest, key
from coursebook.publish.render import block, inline

LATER = " hidden data-search-exclude"
"""Of the variants that a page does not show at first."""
ADDRESS = re.compile(r'\b(href|src)="([^"]*)"')
RELATIVE = re.compile(r"(?!/)[^\x00-\x20:\\?]*")
"""An address below the site. Anything else is left as it is, for the linter to judge."""
TAG = re.compile(r"<[^>]*>")
MATHS = re.compile(r'<math [^>]*\balttext="([^"]*)".*?</math>', re.DOTALL)

Plain = Callable[[str], str]
"""Prints the tokens in a text as text."""


def as_html(question: Question, plain: Plain, uri: str, report: str = "") -> str:
    """The question as one raw HTML block. `uri` is the place of its page among the site's sources, `report` where a wrong
    question is told of."""
    parts = [_keyed(question, index, plain) for index in range(len(question.variants))]
    attributes, inside = parts[0]
    if len(parts) > 1:
        attributes = ""
        inside = "".join(
            f'<div class="cb-variant" data-variant="{index}"{keyed}{LATER if index else ""}>{made}</div>'
            for index, (keyed, made) in enumerate(parts)
        )
    inside = addressed(inside, uri, to_root(uri))
    link = f'<p class="cb-wrong-link"><a href="{html.escape(report)}">This question is wrong</a></p>' if report else ""
    named = f'id="q-{question.id}" data-type="{question.type}" data-hash="{digest(question, plain)}"'
    return f'<div class="cb-question">\n<cb-question {named}{attributes}>{inside}{link}</cb-question>\n</div>'


def _keyed(question: Question, index: int, plain: Plain) -> tuple[str, str]:
    variant = question.variants[index]
    data = json.dumps(key(variant.task), ensure_ascii=False)
    return f' data-key="{html.escape(data)}"', inner(question, variant, plain)


def inner(question: Question, variant: Variant, plain: Plain) -> str:
    """Form and answer of one variant; numbers within a control or its label are text, since a label holds one control."""
    title = printed(inline(question.title) or "Question", plain)
    hints = "".join(
        f'<details class="cb-hint"><summary>Hint{f" {number}" if variant.hints[1:] else ""}</summary>{block(hint)}</details>'
        for number, hint in enumerate(variant.hints, 1)
    )
    field = printed(_input(question.id, variant.task), plain)
    return (
        f'<form class="cb-form" method="dialog"><fieldset><legend>{title}</legend>'
        f"{_prompt(variant)}{hints}{field}</fieldset></form>"
        f"{_details(variant)}"
    )


def prompt_and_answer(variant: Variant) -> str:
    """A question that is only to be read."""
    return _prompt(variant) + _details(variant)


def _prompt(variant: Variant) -> str:
    return f'<div class="cb-prompt">{block(variant.prompt)}</div>'


def _details(variant: Variant) -> str:
    return f'<details class="cb-answer" data-search-exclude><summary>Answer</summary>{_answer(variant)}</details>'


def printed(made: str, plain: Plain) -> str:
    """HTML with its tokens as text."""
    return TOKEN.sub(lambda match: html.escape(plain(match[0])), made)


def text_of(fragment: str, plain: Plain) -> str:
    """A piece of Markdown as plain text."""
    return html.unescape(TAG.sub("", printed(inline(fragment), plain))).strip()


def url(uri: str) -> str:
    """Where a page is served, below the site's root."""
    stem = re.sub(r"(^|/)index\.md$|\.(md|ipynb)$", "", uri)
    return f"{stem}/" if stem else ""


def to_root(uri: str) -> str:
    """From where a page is served to the site's root."""
    return "../" * url(uri).count("/")


def addressed(made: str, uri: str, root: str = "") -> str:
    """HTML whose addresses, written as from the source `uri`, count from the site's root, which `root` leads to."""

    def resolved(match: re.Match[str]) -> str:
        path, mark, anchor = html.unescape(match[2]).partition("#")
        if not RELATIVE.fullmatch(path):
            return match[0]
        place = posixpath.normpath(posixpath.join(posixpath.dirname(uri), path)) if path else uri
        place = url(place) if place.endswith((".md", ".ipynb")) else place
        return f'{match[1]}="{html.escape(root + place + mark + anchor)}"'

    return ADDRESS.sub(resolved, made)


def drawn(identifier: str, count: int) -> list[int]:
    """The order in which a page shows what is to be put in order, which is never the right one."""
    order = shuffled(SEED, identifier, count)
    return order if order != sorted(order) else [*order[1:], *order[:1]]


def _input(identifier: str, task: Task) -> str:
    name = f"q-{identifier}"
    match task:
        case Choose(options, several):
            kind = "checkbox" if several else "radio"
            labels = "".join(
                f'<label class="cb-choice"><input type="{kind}" name="{name}" value="{index}"{_named(made)}> '
                f"<span>{made}</span></label>"
                for index, made in enumerate(inline(option.text) for option in options)
            )
            return f'<div class="cb-choices">{labels}</div>'
        case Number():
            unit = f' <span class="cb-unit">{html.escape(task.symbol)}</span>' if task.unit else ""
            field = f'<input type="text" inputmode="decimal" autocomplete="off" name="{name}">'
            return f'<label class="cb-number"><span>Your answer</span> {field}{unit}</label>'
        case Words():
            return (
                f'<label class="cb-words"><span>Your answer</span> <input type="text" autocomplete="off" name="{name}"></label>'
            )
        case Arrange(items):
            return _arrange(name, items, drawn(identifier, len(items)))
        case Pair():
            return _pair(name, task, drawn(identifier, len(task.right)))
        case Open():
            return f'<label class="cb-recall"><span>Your answer</span><textarea name="{name}" rows="4"></textarea></label>'


def _named(made: str) -> str:
    """The name of a control whose label holds maths, which browsers leave out of names: its TeX stands in for it."""
    said = TAG.sub("", MATHS.sub(r"\1", made)).strip()
    return f' aria-label="{said}"' if "<math" in made else ""


def _arrange(name: str, items: tuple[str, ...], order: list[int]) -> str:
    places = "".join(f'<option value="{place}">{place}</option>' for place in range(1, len(items) + 1))
    select = f'<select name="{name}" autocomplete="off"><option value="">Place</option>{places}</select>'
    rows = "".join(
        f'<li data-item="{index}"><label class="cb-item">{select} <span>{inline(items[index])}</span></label></li>'
        for index in order
    )
    return f'<ul class="cb-items">{rows}</ul>'


def _pair(name: str, task: Pair, order: list[int]) -> str:
    """The right sides stand in the selects as text, and below as they are, for paper and for what text cannot show."""
    lettered = list(zip(letters(len(order)), order, strict=True))
    choices = "".join(
        f'<option value="{index}">{letter}. {html.escape(text_of(task.right[index], str))}</option>'
        for letter, index in lettered
    )
    select = f'<select name="{name}" autocomplete="off"><option value="">Choose</option>{choices}</select>'
    rows = "".join(
        f'<li data-left="{index}"><label class="cb-pair"><span>{inline(left)}</span> {select}</label></li>'
        for index, left in enumerate(task.left)
    )
    plain = all(inline(side) == html.escape(text_of(side, str), quote=False) for side in task.right)
    rights = "".join(f'<li data-right="{index}">{inline(task.right[index])}</li>' for index in order)
    return f'<ul class="cb-pairs">{rows}</ul><ol class="cb-rights{" cb-print" if plain else ""}" type="A">{rights}</ol>'


def letters(count: int) -> list[str]:
    """A to Z, AA to ZZ."""
    return [*ascii_uppercase, *(first + second for first in ascii_uppercase for second in ascii_uppercase)][:count]


def _answer(variant: Variant) -> str:
    said = f'<div class="cb-model">{block(variant.explanation)}</div>' if variant.explanation else ""
    match variant.task:
        case Choose(options):
            items = "".join(
                f'<li data-choice="{index}" data-right="{str(option.right).lower()}">'
                f"<strong>{'✓ Right' if option.right else '✗ Wrong'}:</strong> "
                f'{inline(option.text)} <div class="cb-why">{block(option.feedback)}</div></li>'
                for index, option in enumerate(options)
            )
            return f'<ul class="cb-feedback">{items}</ul>{said}'
        case Number() as task:
            return _key_line(task) + said + _foreseen((one.text, one.name, one.feedback) for one in task.wrong)
        case Words() as task:
            wrong = ((html.escape(", ".join(one.forms)), one.name, one.feedback) for one in task.wrong)
            return _key_line(task) + said + _foreseen(wrong)
        case Arrange() | Pair() as task:
            return _key_line(task) + said
        case Open(answer, mistake, rubric):
            return _model_answer(answer, mistake, rubric)


def _key_line(task: Task) -> str:
    """The key alone, as the answer shows it and the printed appendix repeats it."""
    match task:
        case Choose(options):
            return "".join(f'<p class="cb-key">{inline(option.text)}</p>' for option in options if option.right)
        case Number():
            return f'<p class="cb-key">{f"{task.answer.text} {html.escape(task.symbol)}".strip()}</p>'
        case Words(accepted):
            also = f' <span class="cb-also">also: {html.escape(", ".join(accepted[1:]))}</span>' if accepted[1:] else ""
            return f'<p class="cb-key">{html.escape(accepted[0])}{also}</p>'
        case Arrange(items):
            return f'<ol class="cb-order">{"".join(f"<li>{inline(item)}</li>" for item in items)}</ol>'
        case Pair(left, right, right_of):
            pairs = zip(left, right_of, strict=True)
            rows = "".join(f"<li>{inline(one)} → {inline(right[index])}</li>" for one, index in pairs)
            return f'<ul class="cb-matches">{rows}</ul>'
        case Open(answer):
            return block(answer)


def _foreseen(wrong: Iterable[tuple[str, str, str]]) -> str:
    items = "".join(
        f'<li data-wrong="{index}">{shown}: {inline(name)} <div class="cb-why">{block(feedback)}</div></li>'
        for index, (shown, name, feedback) in enumerate(wrong)
    )
    return f'<ul class="cb-feedback">{items}</ul>' if items else ""


def _model_answer(answer: str, mistake: str, rubric: tuple[str, ...]) -> str:
    if not mistake and not rubric:
        return f'<div class="cb-model">{block(answer)}</div>'
    points = f"<ul>{''.join(f'<li>{inline(point)}</li>' for point in rubric)}</ul>"
    parts = (
        ("cb-model", "A senior answer", block(answer)),
        ("cb-mistake", "Common wrong answer", block(mistake)),
        ("cb-rubric", "Rubric", points),
    )
    return "".join(f'<div class="{css}"><p><strong>{heading}</strong></p>{made}</div>' for css, heading, made in parts)


def appendix(questions: Iterable[Question], plain: Plain, uri: str) -> str:
    """The keys of a page's questions, for its printed form."""
    rows = "".join(
        f"<dt>{inline(question.title) or 'Question'}</dt><dd>{_key_line(question.variants[0].task)}</dd>"
        for question in questions
    )
    made = addressed(printed(rows, plain), uri, to_root(uri))
    section = '<section class="cb-answers cb-print" data-search-exclude aria-label="Answers">'
    return f"{section}<p><strong>Answers</strong></p><dl>{made}</dl></section>\n\n"
