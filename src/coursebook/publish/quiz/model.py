"""The closed model of a question, which the page, the bank and every export read. None of them sees a chapter's syntax.

Texts are Markdown in which bound numbers are tokens (see bind); `offset` counts in the chapter's tokenised content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from coursebook.expressions import Result
from coursebook.values import Scalar

UNITS = {"percent": "%"}
"""How a unit is printed, where that is not its name."""


@dataclass(frozen=True)
class Option:
    """One option of a choice; `feedback` says why someone would pick it."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Choose:
    """Pick one option, or tick all that are right."""

    options: tuple[Option, ...]
    several: bool

    @property
    def right(self) -> tuple[int, ...]:
        return tuple(index for index, option in enumerate(self.options) if option.right)


@dataclass(frozen=True)
class Tolerance:
    """|given - answer| <= max(abs, rel * |answer|)."""

    abs: float = 0.0
    rel: float = 0.0


@dataclass(frozen=True)
class Answer:
    """The key of a numeric question, at full precision; `text` is the token that prints it."""

    result: Result
    text: str

    @property
    def number(self) -> float:
        return float(self.result.number)


@dataclass(frozen=True)
class WrongNumber:
    """The number that a known mistake leads to, and the mistake's name. `text` is its token."""

    number: float
    text: str
    name: str
    feedback: str


@dataclass(frozen=True)
class Number:
    """Type a number."""

    answer: Answer
    tolerance: Tolerance
    unit: str
    wrong: tuple[WrongNumber, ...]

    @property
    def symbol(self) -> str:
        return UNITS.get(self.unit, self.unit)


@dataclass(frozen=True)
class WrongWords:
    """The forms of a wrong answer that a known mistake leads to; forms are plain text."""

    forms: tuple[str, ...]
    name: str
    feedback: str


@dataclass(frozen=True)
class Words:
    """Type a short text that is one of the accepted forms, which are plain text; the first is the one to show."""

    accepted: tuple[str, ...]
    wrong: tuple[WrongWords, ...]


@dataclass(frozen=True)
class Arrange:
    """Put items in order; they stand here in the right one."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Find each left side's right one: `key[i]` is the index of it. Sides are distinct, distractors come last."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    key: tuple[int, ...]


@dataclass(frozen=True)
class Open:
    """Write, then compare with the answer; readers rate themselves, against the rubric where there is one."""

    answer: str
    mistake: str = ""
    rubric: tuple[str, ...] = ()


Task = Choose | Number | Words | Arrange | Pair | Open


@dataclass(frozen=True)
class Variant:
    """A question with its variables filled in."""

    values: Mapping[str, Scalar]
    prompt: str
    task: Task
    hints: tuple[str, ...] = ()
    explanation: str = ""


@dataclass(frozen=True)
class Question:
    """At least one variant; exactly one without `vary:`. `shuffle` is whether an exam may shuffle its options."""

    id: str
    type: str
    title: str
    objective: str
    audience: str
    offset: int
    end: int
    variants: tuple[Variant, ...] = field(default_factory=tuple)
    shuffle: bool = True


def key(task: Task) -> dict[str, Any]:
    """What grading needs of a task, as JSON (see grade)."""
    match task:
        case Choose():
            return {"kind": "choose", "right": list(task.right), "of": len(task.options), "several": task.several}
        case Number():
            known = [one.number for one in task.wrong]
            tolerance = {"abs": task.tolerance.abs, "rel": task.tolerance.rel}
            number = {"answer": task.answer.number, "tolerance": tolerance, "unit": task.unit, "symbol": task.symbol}
            return {"kind": "number", **number, "wrong": known}
        case Words():
            return {"kind": "words", "accept": list(task.accepted), "wrong": [list(one.forms) for one in task.wrong]}
        case Arrange():
            return {"kind": "arrange", "count": len(task.items)}
        case Pair():
            return {"kind": "pair", "right": list(task.key), "of": len(task.right)}
        case Open():
            return {"kind": "open", "points": len(task.rubric)}


def digest(question: Question, plain: Callable[[str], str]) -> str:
    """SHA-256 of a question's texts and keys, numbers as they print: it changes when what is asked, or what is right, does.
    Where the question stands has no part in it."""
    variants = [[_said(variant, plain), key(variant.task)] for variant in question.variants]
    said = [question.type, plain(question.title), variants]
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def canonical(data: Any) -> str:
    """JSON in one spelling: keys sorted, no spaces."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _said(part: Any, plain: Callable[[str], str]) -> Any:
    """A part of a question as JSON, without how its numbers came about."""
    if isinstance(part, str):
        return plain(part)
    if isinstance(part, tuple):
        return [_said(one, plain) for one in part]
    if isinstance(part, Mapping):
        return dict(part)
    if is_dataclass(part) and not isinstance(part, Result):
        return {one.name: _said(getattr(part, one.name), plain) for one in fields(part)}
    return part if isinstance(part, bool | int | float) else None
