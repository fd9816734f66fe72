"""Interview: an answer in one's own words, judged by a rubric, with the answer that people commonly get wrong."""

from __future__ import annotations

import re

from coursebook.publish.quiz.model import Open
from coursebook.publish.quiz.written import Written

NAME = "interview"
OPTIONS = ()
BLOCKS = ("answer", "mistake", "rubric")
ITEM = None
PARTIAL = False
HALF_RIGHT = "Readers tick the points of the rubric that their answer has, and rate themselves."
POINT = re.compile(r"^ ?(?:[-*+]|\d{1,9}[.)])[ \t]+(?P<text>.*)$")
EXAMPLE = """\
//// question | Interview: double it again?
    id: example-interview
    audience: interview

Product wants more paths. What do you say?

/// answer
I would first ask what a right answer is worth.
///

/// mistake
"More samples can only help."
///

/// rubric
- asks for a price
- asks whether the evaluation can see the gain
///
////
"""


def recognises(written: Written) -> bool:
    return written.options.get("audience") == NAME


def task(written: Written) -> Open | None:
    lacking = [name for name in BLOCKS if name not in written.texts]
    for name in lacking:
        written.complain(
            written.block.start, "missing-answer", f"an interview question without a '{name}'", f"/// {name} ... ///"
        )
    rubric = _points(written.texts.get("rubric", ""))
    if rubric is None:
        written.complain(written.place("/// rubric"), "bad-block", "a rubric is a list", "- what a good answer does")
    if lacking or rubric is None:
        return None
    return Open(written.texts["answer"], written.texts["mistake"], rubric)


def _points(text: str) -> tuple[str, ...] | None:
    """The items of a list, as Markdown; None where something else stands before them."""
    found: list[list[str]] = []
    for line in text.split("\n"):
        match = POINT.match(line)
        if match:
            found.append([match["text"]])
        elif found:
            found[-1].append(line.strip())
        elif line.strip():
            return None
    return tuple("\n".join(point).strip() for point in found)
