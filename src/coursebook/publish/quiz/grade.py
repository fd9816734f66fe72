"""Grading: a question's key and what was given in, a verdict out. web/src/grade.ts does the same, to the bit.

What both must agree on is said exactly: character classes are ASCII's, and arithmetic is that of IEEE doubles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from coursebook.publish.quiz.text import tidy

Verdict = dict[str, Any]
"""`score` from 0 to 1, or None where people judge; `state`; `known`, the index of a foreseen wrong answer, or None."""

DASHES = re.compile("[\u2010-\u2015\u2212]")
PARTS = re.compile(r"([+-]?) ?(.*?)(e[+-]?[0-9]{1,3})? ?")
PLAIN = re.compile(r"[0-9]+[.,]?[0-9]*|[.,][0-9]+")
GROUPED = re.compile(r"[1-9][0-9]{0,2}([ ',.])[0-9]{3}(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]+)?")


def grade(key: Mapping[str, Any], response: Any) -> Verdict:
    """The verdict on a response as JSON has it. None is an empty one; one of another shape is unreadable, never an error."""
    if response is None:
        return {**_verdict(0.0, "empty"), **({"score": None} if key["kind"] == "open" else {})}
    found = GRADERS[key["kind"]](key, response)
    return found if found is not None else _verdict(0.0, "unreadable")


def near(given: float, target: float, tolerance: Mapping[str, float]) -> bool:
    """Whether a number counts as another; a last-place error of floating point never decides."""
    size = abs(target)
    allowed = max(tolerance.get("abs", 0.0), tolerance.get("rel", 0.0) * size)
    return abs(given - target) <= allowed + 1e-12 * max(1.0, size)


def words(text: str) -> str:
    """A short text as it is compared: one kind of dash and quote, lower case, without one full stop at its end."""
    return _folded(text).removesuffix(".").strip(" ")


def read_number(text: str, units: Iterable[str] = ()) -> list[float]:
    """What a typed number can mean, likeliest first; nothing if it is no number.

    "1,414" is a thousand to some readers and less than two to others: both are returned, and whoever grades takes the one
    that fits. A unit may follow; a percent sign where no unit is asked for means hundredths.
    """
    body, units = _folded(text), [_folded(unit) for unit in units if unit]
    scale = 1.0
    unit = next((name for name in units if name and body.endswith(name)), "")
    if unit:
        body = body.removesuffix(unit)
    elif body.endswith("%"):
        percents = any(name.startswith("percent") for name in units)
        if units and not percents:
            return []
        scale, body = 1.0 if percents else 100.0, body.removesuffix("%")
    parts = PARTS.fullmatch(body)
    if not parts:
        return []
    sign, digits, exponent = parts[1], parts[2], parts[3] or ""
    plain = [digits.replace(",", ".")] if PLAIN.fullmatch(digits) else []
    grouped = GROUPED.fullmatch(digits)
    thousands = [digits.replace(grouped[1], "").replace(",", ".")] if grouped else []
    likeliest = thousands + plain if "," in digits else plain + thousands
    return [float(sign + number + exponent) / scale for number in likeliest]


def _folded(text: str) -> str:
    return DASHES.sub("-", tidy(text)).translate(QUOTES).lower()


QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})


def _verdict(score: float | None, state: str = "", known: int | None = None) -> Verdict:
    said = "right" if score == 1 else "partly" if score else "wrong"
    return {"score": score, "state": state or said, "known": known}


def _indices(response: Any, count: int) -> bool:
    """Whether it is a list of different indices below a count. 2.0 is 2, as in JavaScript; true is not 1."""
    return isinstance(response, list) and all(_index(one, count) for one in response) and len(set(response)) == len(response)


def _index(one: Any, count: int) -> bool:
    return isinstance(one, int | float) and not isinstance(one, bool) and one in range(count)


def _choose(key: Mapping[str, Any], response: Any) -> Verdict | None:
    """Right ticks less wrong ticks, over the right ones, never below nothing."""
    if not _indices(response, key["of"]) or (len(response) > 1 and not key["several"]):
        return None
    if not response:
        return _verdict(0.0, "empty")
    right = sum(one in key["right"] for one in response)
    return _verdict(max(0.0, (right - (len(response) - right)) / len(key["right"])))


def _number(key: Mapping[str, Any], response: Any) -> Verdict | None:
    if not isinstance(response, str):
        return None
    if not tidy(response):
        return _verdict(0.0, "empty")
    readings = read_number(response, [key["symbol"], key["unit"]])
    if not readings:
        return None
    if any(near(one, float(key["answer"]), key["tolerance"]) for one in readings):
        return _verdict(1.0)
    return _verdict(
        0.0, known=_first(any(near(one, float(wrong), key["tolerance"]) for one in readings) for wrong in key["wrong"])
    )


def _words(key: Mapping[str, Any], response: Any) -> Verdict | None:
    if not isinstance(response, str):
        return None
    given = words(response)
    if not given:
        return _verdict(0.0, "empty")
    if given in map(words, key["accept"]):
        return _verdict(1.0)
    return _verdict(0.0, known=_first(given in map(words, forms) for forms in key["wrong"]))


def _arrange(key: Mapping[str, Any], response: Any) -> Verdict | None:
    """Neighbours that stand in the right order, over all pairs of neighbours."""
    if response == []:
        return _verdict(0.0, "empty")
    if not _indices(response, key["count"]) or len(response) != key["count"]:
        return None
    kept = sum(after == before + 1 for before, after in pairwise(response))
    return _verdict(kept / (key["count"] - 1))


def _pair(key: Mapping[str, Any], response: Any) -> Verdict | None:
    if response == []:
        return _verdict(0.0, "empty")
    right: Sequence[int] = key["right"]
    if not isinstance(response, list) or len(response) != len(right):
        return None
    if not all(one is None or _index(one, key["of"]) for one in response):
        return None
    if all(one is None for one in response):
        return _verdict(0.0, "empty")
    return _verdict(sum(one == wanted for one, wanted in zip(response, right, strict=True)) / len(right))


def _open(key: Mapping[str, Any], response: Any) -> Verdict | None:  # noqa: ARG001  (a grader takes both)
    return _verdict(None, "open" if tidy(response) else "empty") if isinstance(response, str) else None


def _first(found: Iterable[bool]) -> int | None:
    return next((index for index, one in enumerate(found) if one), None)


GRADERS = {"choose": _choose, "number": _number, "words": _words, "arrange": _arrange, "pair": _pair, "open": _open}
