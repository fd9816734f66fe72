"""Damage done to a written trace, and what the answer after it does: does it follow the page, or stay true against it?

Each knife makes a `Case`, a text to force on a model, which writes on from there. Edits (`hiding`, `patching`) leave the page
as it is: they hide symbols from all that is written after them, or replace what one symbol left behind in the model.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from reasoner.model import Cache, Edit, Model, generate
from reasoner.tasks import Problem, Step, answer, answer_of, encode, passes, steps, trace

PLACES = {"x": 0, "y": 2, "carry": 4, "tens": 6, "units": 7}
"""Where the digits of a step stand in its nine symbols, `7*6+0=42,`."""
WIDTH = 9
FOLLOWS, TRUE, BOTH, OTHER = OUTCOMES = "follows", "true", "both", "other"
"""The answer is what the page says, and the page is wrong; it is true, though the page says otherwise; it is true, and so
says the page; it is neither."""


@dataclass(frozen=True)
class Case:
    """A text to write on from, and the true answer."""

    prefix: str
    true: str

    def outcome(self, written: str) -> str:
        """What the answer does in `written`, which comes after the prefix. The page is both together."""
        said, page = answer(written), says(self.prefix + written)
        if said == self.true:
            return BOTH if page == self.true else TRUE
        return FOLLOWS if said and said == page else OTHER


def says(page: str) -> str:
    """The answer of one who reads the steps of a text and nothing else: their low digits, and the last carry."""
    written = passes(page)[-1]
    return str(answer_of(written)) if written else ""


def place_of(asked: Problem, at: int, part: str = "units") -> int:
    """Where a digit of step `at` of a right trace stands, the prompt counted."""
    return len(asked.prompt) + 1 + WIDTH * at + PLACES[part]


def _closed(asked: Problem, written: list[Step]) -> Case:
    return Case(f"{asked.prompt}[{trace(written)}]", str(asked.answer))


def untouched(asked: Problem) -> Case:
    """The right trace, closed: what comes next is the answer."""
    return _closed(asked, steps(asked))


# -- knives that change the page ---------------------------------------------------------------------------------------


def corrupt(asked: Problem, at: int, part: str, digit: int) -> Case:
    """The right trace to a product with one digit of step `at` replaced. Nothing that is written later depends on the units
    of a result, so there the rest is right and the trace closed; after any other digit the text ends, and the model goes on."""
    written = steps(asked)
    if part == "units":
        written[at] = replace(written[at], result=written[at].result // 10 * 10 + digit)
        return _closed(asked, written)
    whole, where = untouched(asked), place_of(asked, at, part)
    return replace(whole, prefix=whole.prefix[:where] + str(digit))


def wrong_digits(asked: Problem, at: int, part: str) -> list[int]:
    """Digits to replace one by, such as training shows there: carries and tens below the multiplier, none for the first
    carry, which is always 0; no result 00 in the last step, before which answers are not written."""
    written = steps(asked)[at]
    right = int(str(written)[PLACES[part]])
    last = at == asked.digits - 1 and part == "units" and written.result < 10
    low = 2 if part == "y" else int(last)
    high = {"carry": asked.b if at else 0, "tens": asked.b}.get(part, 10)
    return [digit for digit in range(low, high) if digit != right]


def delete(asked: Problem, at: int) -> Case:
    """The right trace without step `at`."""
    return _closed(asked, [step for place, step in enumerate(steps(asked)) if place != at])


def swap(asked: Problem, other: Problem) -> Case:
    """The right trace to another problem."""
    return _closed(asked, steps(other))


def early(asked: Problem, count: int) -> Case:
    """The trace closed after `count` right steps."""
    return _closed(asked, steps(asked)[:count])


# -- edits, which leave the page as it is ------------------------------------------------------------------------------


def hiding(spans: Sequence[Iterable[int]]) -> Edit:
    """Hides the given places of each text from its last symbol and from all that is written after it."""

    def edit(cache: Cache, rows: np.ndarray) -> None:
        for row, text in enumerate(rows):
            cache.seen[row, list(spans[text])] = False

    return edit


def trace_of(case: Case) -> range:
    """The places of a closed trace, without its brackets."""
    return range(case.prefix.index("[") + 1, len(case.prefix) - 1)


def operands_of(case: Case) -> range:
    """The places of the prompt."""
    return range(case.prefix.index("["))


def left_behind(model: Model, texts: Sequence[str], places: Sequence[int]) -> np.ndarray:
    """The value vectors (L, texts, H, d / H) that one symbol of each text leaves behind in all layers."""
    found: np.ndarray | None = None
    for length in sorted(set(map(len, texts))):
        chosen = [row for row, text in enumerate(texts) if len(text) == length]
        cache = Cache(model, len(chosen), length)
        model.forward(np.array([encode(texts[row]) for row in chosen]), cache)
        values = cache.values[:, range(len(chosen)), [places[row] for row in chosen]]
        if found is None:
            found = np.zeros((len(values), len(texts), *values.shape[2:]), np.float32)
        found[:, chosen] = values
    assert found is not None, "no texts"
    return found


def patching(values: np.ndarray, places: Sequence[int]) -> Edit:
    """Gives all that is written after each text these value vectors at one place of it."""

    def edit(cache: Cache, rows: np.ndarray) -> None:
        cache.values[:, range(len(rows)), [places[row] for row in rows]] = values[:, rows]

    return edit


# -- the verdict -------------------------------------------------------------------------------------------------------


def outcomes(model: Model, cases: Sequence[Case], edit: Edit | None = None, limit: int = 60) -> list[str]:
    """What the answer does in each case, greedily: one of OUTCOMES."""
    written = generate(model, [case.prefix for case in cases], limit, edit=edit)
    return [case.outcome(one.text) for case, one in zip(cases, written, strict=True)]


def tally(found: Iterable[str]) -> list[int]:
    """How often each of OUTCOMES, in their order."""
    counts = Counter(found)
    return [counts[outcome] for outcome in OUTCOMES]
