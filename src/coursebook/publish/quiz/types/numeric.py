"""A number: the answer is an expression, and so are the wrong numbers that known mistakes lead to."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from coursebook.publish.quiz.grade import grade
from coursebook.publish.quiz.model import Answer, Number, Tolerance, WrongNumber, key
from coursebook.publish.quiz.written import BOXED, Written, plain_number

NAME = "numeric"
OPTIONS = ("answer", "unit", "tolerance")
BLOCKS = ("answer",)
ITEM = BOXED
PARTIAL = False
HALF_RIGHT = "A number within the tolerance scores all, any other nothing."
LONGEST = 40
LIKE = "- [ ] {{ expression }}: the name of the mistake"
EXAMPLE = """\
//// question | How likely is one hit?
    id: example-numeric
    vary: {k: [4, 8, 16], p: [0.1, 0.2]}
    variants: 4
    answer: "= 100 * (1 - (1 - p) ** k)"
    unit: percent
    tolerance: {abs: 0.5}

One try succeeds with probability {{ p }}. How likely does at least one of {{ k }} independent tries?

- [ ] {{ 100 * p }}: one try
    > That is the chance of a single try.
- [ ] {{ 100 * (1 - p) ** k:.1f }}: none
    > That is how likely *all* fail.

/// hint
How likely does none?
///
/// answer
All {{ k }} fail together.
///
////
"""


def recognises(written: Written) -> bool:
    return "answer" in written.options


def task(written: Written) -> Number | None:
    answer, tolerance = _answer(written), _tolerance(written)
    wrong = tuple(_wrong(written))
    unit = written.options.get("unit", "")
    if not isinstance(unit, str):
        written.complain(written.place("unit"), "unknown-option", f"the unit {json.dumps(unit)} is no text", "unit: percent")
        return None
    if answer is None or tolerance is None:
        return None
    found = Number(answer, tolerance, unit, tuple(one for one, _ in wrong))
    return found if _consistent(written, found, [offset for _, offset in wrong]) else None


def _answer(written: Written) -> Answer | None:
    given, place = written.options["answer"], written.place("answer")
    source = given.strip() if isinstance(given, str) else json.dumps(given)
    if isinstance(given, bool) or not isinstance(given, str | int | float) or (isinstance(given, str) and source[:1] != "="):
        written.complain(place, "bad-expression", f"'{source}' is no number", 'answer: "= expression", or a plain number')
        return None
    span = written.binding.evaluate(source.lstrip("= "), place, written.values)
    if span is None:
        return None
    if plain_number(span.result) is None:
        shown = span.result.text()
        said = "the answer is too large", "at most about 10 ** 308"
        if len(shown) < LONGEST:
            said = f"the answer is one number, not '{shown}'", "a range or a bound cannot be graded"
        written.complain(place, "bad-expression", *said)
        return None
    return Answer(span.result, written.binding.token(span))


def _tolerance(written: Written) -> Tolerance | None:
    given = written.options.get("tolerance", {})
    good = isinstance(given, dict) and not given.keys() - {"abs", "rel"}
    if not good or not all(isinstance(one, int | float) and 0 <= one < math.inf for one in given.values()):
        written.complain(written.place("tolerance"), "unknown-option", "not a tolerance", "{abs: 0.5} or {rel: 0.01}")
        return None
    return Tolerance(**given)


def _wrong(written: Written) -> Iterator[tuple[WrongNumber, int]]:
    """The list's items with their offsets: numbers that mistakes lead to, with the mistakes' names."""
    for item in written.items(BOXED, LIKE):
        found = written.number(item.text)
        if found is None or item.marked:
            written.complain(item.offset, "bad-block", "beside `answer:` a list holds wrong numbers", LIKE)
        elif not item.feedback:
            written.complain(item.offset, "missing-answer", "a wrong number without feedback", "a quote below it: `    > why`")
        else:
            token, number, rest = found
            yield WrongNumber(number, token, rest.lstrip(" :—-"), item.feedback), item.offset


def _consistent(written: Written, found: Number, offsets: list[int]) -> bool:
    """Whether the answer that the page prints is right, and each wrong number wrong, and only itself."""
    keyed, good = key(found), True
    shown = written.plain(found.answer.text)
    if grade(keyed, shown)["state"] == "wrong":
        hint = "widen the tolerance, or round the answer: round(…, 2)"
        written.complain(
            written.place("answer"), "contradictory-key", f"the answer prints as {shown}, which is graded wrong", hint
        )
        good = False
    for index, (wrong, offset) in enumerate(zip(found.wrong, offsets, strict=True)):
        shown = written.plain(wrong.text)
        for verdict in (grade(keyed, repr(wrong.number)), grade(keyed, shown)):
            if verdict["state"] == "right":
                hint = "narrow the tolerance, or leave this number out"
                written.complain(offset, "contradictory-key", f"{shown} is foreseen as wrong, and accepted as right", hint)
                good = False
            elif verdict["known"] not in (None, index):
                other = written.plain(found.wrong[verdict["known"]].text)
                hint = "narrow the tolerance, or keep one of them"
                written.complain(offset, "contradictory-key", f"{shown} cannot be told from {other}", hint)
                good = False
    return good
