"""Matching: each left side has its right side; a right side that belongs to none is a distractor."""

from __future__ import annotations

import re

from coursebook.publish.quiz.model import Pair
from coursebook.publish.quiz.written import BULLET, Written

NAME = "match"
OPTIONS = ("type",)
BLOCKS = ("answer",)
ITEM = re.compile(r"^[ ]{0,3}[-*+][ \t]+(?P<text>.*=>.*)$")
ARROW = re.compile(r"(?:^|\s+)=>(?:\s+|$)")
PARTIAL = True
HALF_RIGHT = "Of pairs to match, the score is the right ones over all."
LIKE = "- left => right, or - => right for one that belongs to none"
EXAMPLE = """\
/// question | What does each cost?
    id: example-match
    type: match

Each way to spend more has its price.

- longer chains => time
- more paths => money
- => memory of `size`

///
"""


def recognises(written: Written) -> bool:
    return written.options.get("type") == NAME


def task(written: Written) -> Pair | None:
    sides = [(item, ARROW.split(item.text)) for item in written.items(BULLET, LIKE, first=ITEM)]
    good = True
    for item, parts in sides:
        if item.feedback:
            written.complain(item.offset, "bad-block", "a pair with a quote", "say it in /// answer")
        if len(parts) != 2 or not parts[1].strip():
            written.complain(item.offset, "bad-block", "a pair has two sides", LIKE)
            good = False
    pairs = [(parts[0].strip(), parts[-1].strip(), item.offset) for item, parts in sides]
    return _paired(written, pairs) if good else None


def _paired(written: Written, pairs: list[tuple[str, str, int]]) -> Pair | None:
    """Sides that are distinct: a right side may belong to several left ones, and a distractor to none."""
    belong = [(left, right, offset) for left, right, offset in pairs if left]
    alone = [(right, offset) for left, right, offset in pairs if not left]
    if len(belong) < 2:
        few = "one pair leaves nothing to match" if belong else "nothing to match"
        written.complain(belong[0][2] if belong else written.block.start, "missing-answer", few, f"at least two: {LIKE}")
        return None
    alike = written.repeated([(left, offset) for left, _, offset in belong], "left side")
    rights = list(dict.fromkeys(right for _, right, _ in belong))
    alike |= written.repeated([*((right, 0) for right in rights), *alone], "right side")
    key = tuple(rights.index(right) for _, right, _ in belong)
    return None if alike else Pair(tuple(left for left, _, _ in belong), (*rights, *(right for right, _ in alone)), key)
