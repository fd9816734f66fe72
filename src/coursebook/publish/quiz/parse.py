"""The only parser of questions: from blocks as they are written to the model. Each block becomes a question, or a problem says
why it does not."""

from __future__ import annotations

import itertools
import keyword
import math
import re
from collections.abc import Mapping
from typing import Any

from coursebook.expressions import FUNCTIONS
from coursebook.publish.bind import TOKEN, Binding
from coursebook.publish.quiz.draw import SEED, rank
from coursebook.publish.quiz.model import Arrange, Choose, Open, Pair, Question, Variant
from coursebook.publish.quiz.types import TYPES, QuestionType
from coursebook.publish.quiz.written import BOXED, INNER, Block, Written, blocks
from coursebook.text import did_you_mean
from coursebook.values import Scalar

__all__ = ["INNER", "OPTIONS", "Block", "blocks", "questions"]

COMMON = ("id", "objective", "audience", "vary", "variants")
OPTIONS = tuple(dict.fromkeys((*COMMON, *(name for one in TYPES.values() for name in one.OPTIONS))))
NAMED = tuple(name for name, one in TYPES.items() if "type" in one.OPTIONS)
"""The types that are said, since nothing else tells them."""
IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LARGEST_GRID = 10_000
MOST_VARIANTS = 50
VARY = "vary: {k: [4, 8], p: [0.1, 0.2]}"

Values = Mapping[str, Scalar]


def questions(binding: Binding) -> list[Question]:
    """Every question of a chapter, in order; problems go to the binding."""
    found: list[Question] = []
    for block in blocks(binding):
        if block.name != "question":
            hint = did_you_mean(block.name, ["question"]) or "a question holds: " + ", ".join(INNER)
            binding.complain(block.start, "bad-block", f"no block is called '{block.name}'", hint)
            continue
        question = _question(Written(binding, block))
        if question is not None:
            found.append(question)
    binding.settle()
    return found


def _question(first: Written) -> Question | None:
    """The question of a block, which is read once more for each of its variants."""
    options, block = first.options, first.block
    good = first.readable and _identified(first)
    grid = _grid(first) if good else None
    kind = _type(first) if good else None
    variants = [_variant(Written(first.binding, block, values) if values else first, kind) for values in grid or () if kind]
    if "vary" in options or not first.readable:
        _forget(first)
    made = tuple(variant for variant in variants if variant is not None)
    if kind is None or not made or len(made) < len(variants) or not _distinct(first, made):
        return None
    return Question(
        str(options["id"]), kind.NAME, block.title, str(options.get("objective", "")), str(options.get("audience", "")),
        block.start, block.end, made, bool(options.get("shuffle", True)),
    )  # fmt: skip


def _identified(written: Written) -> bool:
    for name in written.options:
        if name not in OPTIONS:
            hint = did_you_mean(name, OPTIONS) or "known: " + ", ".join(OPTIONS)
            written.complain(written.place(name), "unknown-option", f"no option '{name}'", hint)
    identifier = str(written.options.get("id", ""))
    good = bool(IDENTIFIER.fullmatch(identifier))
    if not good:
        message = f"'{identifier}' cannot be an id" if identifier else "a question without an id"
        written.complain(written.place("id"), "unknown-option", message, "id: words-with-hyphens, never changed again")
    return good


def _type(written: Written) -> QuestionType | None:
    """The type follows from what is written."""
    options = written.options
    if options.get("audience", "interview") != "interview":
        message = f"no audience '{options['audience']}'"
        written.complain(written.place("audience"), "unknown-option", message, "interview, or leave it out")
    if not isinstance(options.get("shuffle", True), bool):
        written.complain(written.place("shuffle"), "unknown-option", "'shuffle' is true or false", "shuffle: false")
    if options.get("type", NAMED[0]) not in NAMED:
        hint = did_you_mean(str(options["type"]), NAMED) or f"{' or '.join(NAMED)}; other types follow from what is written"
        written.complain(written.place("type"), "unknown-option", f"no type '{options['type']}'", hint)
        return None
    found = [one for one in TYPES.values() if one.recognises(written)]
    if len(found) == 1:
        _check_parts(written, found[0])
        return found[0]
    if found:
        message = f"this is {' and '.join(one.NAME for one in found)} at once"
        written.complain(written.block.start, "bad-block", message, "keep what makes it one of them")
        return None
    hint = "mark one with [x]" if written.choices else "answer: or accept:, type:, [x] at a choice, or an /// answer block"
    written.complain(written.block.start, "missing-answer", "a question without a right answer", hint)
    if written.choices:
        TYPES["single"].task(written)  # for what else is wrong with them
    return None


def _check_parts(written: Written, kind: QuestionType) -> None:
    """Complain of options, inner blocks and choices that belong to other types."""
    for name in written.options:
        if name in OPTIONS and name not in (*COMMON, *kind.OPTIONS):
            message = f"'{name}' is for {_users(name)} questions"
            written.complain(written.place(name), "unknown-option", message, "leave it out")
    for name in written.texts:
        if name not in kind.BLOCKS:
            message = f"'{name}' is for {_users(name)} questions"
            written.complain(written.place(f"/// {name}"), "bad-block", message, "leave it out")
    if written.choices and kind.ITEM is not BOXED:
        message = f"choices in a question of the type {kind.NAME}"
        written.complain(written.block.start, "bad-block", message, "take their boxes away")


def _users(part: str) -> str:
    """The types that know an option or an inner block."""
    return " and ".join(name for name, one in TYPES.items() if part in (*one.OPTIONS, *one.BLOCKS))


def _grid(written: Written) -> list[Values] | None:
    """The values of each variant: points of the grid of `vary`, ranked by the course's seed, without replacement."""
    vary, count = written.options.get("vary"), written.options.get("variants")
    if "vary" not in written.options:
        if "variants" in written.options:
            written.complain(written.place("variants"), "unknown-option", "'variants' without 'vary'", VARY)
        return [{}]
    if not isinstance(vary, dict) or not vary:
        written.complain(written.place("vary"), "unknown-option", "'vary' names no variables", VARY)
        return None
    good = [_variable(written, *pair) for pair in vary.items()]
    if not all(good):
        return None
    size = math.prod(map(len, vary.values()))
    wanted = size if count is None else count
    if not isinstance(wanted, int) or isinstance(wanted, bool) or not 1 <= wanted <= min(size, MOST_VARIANTS):
        message = f"'variants' is a whole number from 1 to {min(size, MOST_VARIANTS)}: the grid has {size} points"
        written.complain(written.place("variants" if count is not None else "vary"), "unknown-option", message, "variants: 4")
        return None
    if size > LARGEST_GRID:
        written.complain(written.place("vary"), "unknown-option", f"a grid of {size} points", f"at most {LARGEST_GRID}")
        return None
    points = [dict(zip(vary, point, strict=True)) for point in itertools.product(*vary.values())]
    ranked = sorted(range(size), key=lambda index: rank(SEED, str(written.options["id"]), "variant", str(index)))
    return [points[index] for index in ranked[:wanted]]


def _variable(written: Written, name: str, values: Any) -> bool:
    good = isinstance(values, list) and bool(values) and all(_finite(value) for value in values)
    if not good:
        written.complain(written.place("vary"), "unknown-option", f"'{name}' has no list of numbers", VARY)
    elif len(set(values)) < len(values):
        written.complain(written.place("vary"), "unknown-option", f"'{name}' has a number twice", VARY)
        good = False
    if not re.fullmatch(r"[A-Za-z_]\w*", name) or keyword.iskeyword(name) or name in FUNCTIONS:
        written.complain(written.place("vary"), "unknown-option", f"'{name}' cannot be a variable", "a short word, such as k")
        good = False
    return good


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def _variant(written: Written, kind: QuestionType) -> Variant | None:
    prompt = written.prompt(kind.ITEM)
    if not prompt and not written.block.title:
        written.complain(written.block.start, "bad-block", "nothing is asked", "a title, or a paragraph before the list")
    task = kind.task(written)
    if task is None:
        return None
    explanation = "" if isinstance(task, Open) else written.texts.get("answer", "")
    return Variant(written.values, prompt, task, tuple(written.hints), explanation)


def _distinct(written: Written, variants: tuple[Variant, ...]) -> bool:
    """Whether no two variants look the same to the reader, who would get the answer of the other."""
    good = len({tuple(map(written.plain, _asked(variant))) for variant in variants}) == len(variants)
    if not good:
        hint = "print every variable in the text, with enough digits"
        written.complain(written.place("vary"), "contradictory-key", "two variants ask the same", hint)
    return good


def _asked(variant: Variant) -> tuple[str, ...]:
    """What a reader sees of a variant before answering."""
    match variant.task:
        case Choose(options):
            return variant.prompt, *(option.text for option in options)
        case Arrange(items):
            return variant.prompt, *items
        case Pair(left, right):
            return variant.prompt, *left, *right
    return (variant.prompt,)


def _forget(written: Written) -> None:
    """A block that has its own problems, or its variants, leaves no span to be complained of again."""
    block = written.block
    for token in TOKEN.findall(written.binding.content, block.inner, block.inner_end):
        written.binding.waiting.discard(int(token))
