"""Multiple choice: several options are right."""

from __future__ import annotations

from coursebook.publish.quiz.model import Choose
from coursebook.publish.quiz.types.single import chosen
from coursebook.publish.quiz.written import BOXED, Written

NAME = "multiple"
OPTIONS = ("shuffle",)
BLOCKS = ("answer",)
ITEM = BOXED
PARTIAL = True
HALF_RIGHT = (
    "Of several right options, the score is right ones ticked less wrong ones ticked, over the right ones, never below nothing."
)
EXAMPLE = """\
/// question | Which of these are even?
    id: example-multiple
    shuffle: false

- [x] {{ 2 }}
    > Yes.
- [ ] {{ 3 }}
    > One is left over.
- [x] {{ 4 }}
    > Yes.

///
"""


def recognises(written: Written) -> bool:
    return written.decided is None and written.ticked > 1


def task(written: Written) -> Choose | None:
    return chosen(written, several=True)
