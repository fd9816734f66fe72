"""The closed model of a question, which the page and every export read. No format ever sees a chapter's syntax.

Texts are Markdown in which bound numbers are tokens (see bind); `offset` counts in the chapter's tokenised content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coursebook.expressions import Result

Type = Literal["single", "multiple", "numeric", "recall", "interview"]


@dataclass(frozen=True)
class Choice:
    """One option of a choice, or one named wrong number; `feedback` says why someone would pick it."""

    text: str
    right: bool
    feedback: str
    offset: int


@dataclass(frozen=True)
class Tolerance:
    """|given - answer| <= max(abs, rel * |answer|)."""

    abs: float = 0.0
    rel: float = 0.0


@dataclass(frozen=True)
class WrongNumber:
    """A numeric distractor: the number a known mistake leads to, and the mistake's name. `text` is its token."""

    number: float
    text: str
    name: str
    feedback: str


@dataclass(frozen=True)
class Answer:
    """The key of a numeric question, at full precision; `text` is the token that prints it."""

    result: Result
    text: str


@dataclass(frozen=True)
class Question:
    id: str
    type: Type
    title: str
    prompt: str
    offset: int
    end: int
    choices: tuple[Choice, ...] = ()
    answer: Answer | None = None
    tolerance: Tolerance = Tolerance()
    wrong: tuple[WrongNumber, ...] = ()
    unit: str = ""
    objective: str = ""
    blocks: Mapping[str, str] = field(default_factory=dict)

    @property
    def right(self) -> tuple[int, ...]:
        return tuple(index for index, choice in enumerate(self.choices) if choice.right)


def matches(given: float, answer: float, tolerance: Tolerance) -> bool:
    """Whether a number counts as the answer; a last-place error of floating point never decides."""
    allowed = max(tolerance.abs, tolerance.rel * abs(answer))
    return abs(given - answer) <= allowed + 1e-12 * max(1.0, abs(answer))
