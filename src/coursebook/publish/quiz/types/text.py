"""A short text, held against the forms that are accepted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from coursebook import marked
from coursebook.marked import MarkError
from coursebook.publish.bind import unescaped
from coursebook.publish.quiz import grade
from coursebook.publish.quiz.model import Words, WrongWords
from coursebook.publish.quiz.written import BOXED, Written

NAME = "text"
OPTIONS = ("accept",)
BLOCKS = ("answer",)
ITEM = BOXED
PARTIAL = False
HALF_RIGHT = (
    "An accepted form scores all, anything else nothing; case, kinds of quotes and dashes, and a final full stop do not count."
)
MOST_COLONS = 20
FORMS = "accept: [a form, another form]"
LIKE = "- [ ] a form, another form: the name of the mistake"
EXAMPLE = """\
/// question | The word for it
    id: example-text
    accept: [without replacement, no replacement]

Variants are drawn so that none comes twice. How is that called?

- [ ] with replacement, replacement: the other way round
    > Then one could come twice.

///
"""


def recognises(written: Written) -> bool:
    return "accept" in written.options


def task(written: Written) -> Words | None:
    place = written.place("accept")
    accepted = _forms(written, written.options["accept"], place, FORMS)
    wrong = tuple(_wrong(written))
    seen: dict[str, bool] = {}
    good = bool(accepted)
    for form, at, right in [
        *((form, place, True) for form in accepted),
        *((form, at, False) for one, at in wrong for form in one.forms),
    ]:
        same = grade.words(form)
        if same in seen:
            said = "is accepted, and foreseen as wrong" if seen[same] and not right else "stands twice"
            hint = "case, dashes, quotes and a final full stop do not count; keep one of them"
            written.complain(at, "contradictory-key", f"'{form}' {said}", hint)
            good = False
        seen.setdefault(same, right)
    return Words(tuple(accepted), tuple(one for one, _ in wrong)) if good else None


def _wrong(written: Written) -> Iterator[tuple[WrongWords, int]]:
    for item in written.items(BOXED, LIKE):
        given, name = _split(unescaped(item.text))
        if item.marked or not given or not name:
            written.complain(item.offset, "bad-block", "beside `accept:` a list holds wrong texts", LIKE)
        elif not item.feedback:
            written.complain(item.offset, "missing-answer", "a wrong text without feedback", "a quote below it: `    > why`")
        else:
            yield WrongWords(tuple(_forms(written, given, item.offset, LIKE)), name, item.feedback), item.offset


def _split(text: str) -> tuple[list[Any], str]:
    """Forms, as in `accept`, and the name behind the first colon that stands in none of them."""
    for colon in islice(re.finditer(": ", text), MOST_COLONS):
        try:
            return marked.read(f"[{text[: colon.start()]}]").data, text[colon.end() :].strip()
        except MarkError:
            continue
    return [], ""


def _forms(written: Written, given: Any, place: int, like: str) -> list[str]:
    """Forms as plain text; what is none is complained of."""
    listed = given if isinstance(given, list) else [given]
    for form in listed:
        if not isinstance(form, str):
            hint = "in quotes, as text; a number is asked for with `answer:`" if form is not None else like
            written.complain(place, "unknown-option", f"{json.dumps(form)} is no text", hint)
        elif not grade.words(written.plain(form)):
            written.complain(place, "unknown-option", f"'{form}' is empty once it is compared", like)
    return [written.plain(form) for form in listed if isinstance(form, str) and grade.words(written.plain(form))]
