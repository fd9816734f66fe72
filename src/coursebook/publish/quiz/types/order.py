"""Ordering: an ordered list, written in the right order."""

from __future__ import annotations

from coursebook.publish.quiz.model import Arrange
from coursebook.publish.quiz.written import NUMBERED, Written

NAME = "order"
OPTIONS = ("type",)
BLOCKS = ("answer",)
ITEM = NUMBERED
PARTIAL = True
HALF_RIGHT = "Of an order, the score is the pairs of neighbours that follow each other as they should, over all such pairs."
LIKE = "1. an item, in the right order"
EXAMPLE = """\
//// question | From prompt to grade
    id: example-order
    type: order

Put in order what happens to one prompt.

1. The prompt is read.
2. A chain is *written*.
3. An answer is read off the chain.
4. The answer is graded.

/// answer
Each step needs what the one before it made.
///
////
"""


def recognises(written: Written) -> bool:
    return written.options.get("type") == NAME


def task(written: Written) -> Arrange | None:
    items = written.items(NUMBERED, LIKE)
    for item in items:
        if item.feedback:
            written.complain(item.offset, "bad-block", "an item to put in order with a quote", "say it in /// answer")
    if len(items) < 2:
        many = "one item has no order" if items else "nothing to put in order"
        written.complain(items[0].offset if items else written.block.start, "missing-answer", many, f"at least two: {LIKE}")
        return None
    alike = written.repeated([(item.text, item.offset) for item in items], "item")
    return None if alike else Arrange(tuple(item.text for item in items))
