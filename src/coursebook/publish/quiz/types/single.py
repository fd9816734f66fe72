"""Single choice: one option is right."""

from __future__ import annotations

from coursebook.publish.quiz.model import Choose, Option
from coursebook.publish.quiz.written import BOXED, Written

NAME = "single"
OPTIONS = ("shuffle",)
BLOCKS = ("answer",)
ITEM = BOXED
PARTIAL = False
HALF_RIGHT = "The right option scores all, any other nothing."
EXAMPLE = """\
/// question | Which row is the last that pays?
    id: example-single

The house rule stops where a row brings less than {{ 2 }} points. The rows bring {{ 12 }}, {{ 5 }} and {{ 1 }}. Which is
kept last?

- [ ] the row that brings {{ 12 }}
    > The next one still pays.
- [x] the row that brings {{ 5 }}
    > Yes: the next one brings {{ 1 }}.
- [ ] the row that brings {{ 1 }}
    > That is the first row *below* the rule.

///
"""


def recognises(written: Written) -> bool:
    return written.decided is None and written.ticked == 1


def task(written: Written) -> Choose | None:
    return chosen(written, several=False)


def chosen(written: Written, *, several: bool) -> Choose | None:
    """The options of a choice, each with its feedback."""
    items = written.items(BOXED, "- [ ] an option, or - [x] a right one")
    for item in items:
        if not item.feedback:
            written.complain(item.offset, "missing-answer", "a choice without feedback", "a quote below it: `    > why`")
    alike = written.repeated([(item.text, item.offset) for item in items], "option")
    options = tuple(Option(item.text, item.marked, item.feedback) for item in items)
    return None if alike else Choose(options, several)
