"""Recall: write from memory, then compare with the answer."""

from __future__ import annotations

from coursebook.publish.quiz.model import Open
from coursebook.publish.quiz.written import Written

NAME = "recall"
OPTIONS = ()
BLOCKS = ("answer",)
ITEM = None
PARTIAL = False
HALF_RIGHT = "Readers rate themselves."
EXAMPLE = """\
//// question | Say it from memory
    id: example-recall

What does a vote tend to as paths are added?

/// answer
The share of questions whose commonest answer is right.
///
////
"""


def recognises(written: Written) -> bool:
    return written.decided is None and not written.choices and "answer" in written.texts


def task(written: Written) -> Open | None:
    return Open(written.texts["answer"])
