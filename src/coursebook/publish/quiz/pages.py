"""The pages that are made of all questions: review, interviews, exam, assignment. Each says all it can without a script."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from coursebook.publish.quiz.bank import Chapter
from coursebook.publish.quiz.model import Question
from coursebook.publish.quiz.page import addressed, printed, prompt_and_answer, text_of, to_root, url
from coursebook.publish.quiz.types import TYPES

HEAD = """\
---
title: {title}
description: {description}
hide: [toc]
search:
  exclude: true
---
# {title}

"""
REVIEW = """\
What you have answered in the chapters comes back here, each question when you are about to forget it. What you answered,
and when, stays in this browser; it can be saved as a file, and read again elsewhere.

{element}

## All questions

{listed}
"""
INTERVIEW = """\
Questions as they are asked in interviews. Say or write your answer before you open one of ours; then hold yours against
the rubric.

{element}

## All of them

{listed}
"""
EXAM = """\
{element}
"""
NO_DECK = "<p>The deck needs scripts: they keep what you answered, and say what is due.</p>"
NO_EXAM = """\
<p>An exam is taken at an address that an instructor gives out, and needs scripts: they draw its questions, and write the file
that is handed in. Without them, ask your instructor for the questions on paper: a chapter prints with its questions, and their
answers on its last page.</p>"""
ASSIGN = """\
An assignment is an address. It says which questions are drawn and when they are due; whoever opens it gets them, and ends
with a file to hand in.

{element}

## By hand

The address is that of the [exam](exam.md), and behind its `#` stand these fields, joined by `&`:

| field | holds |
|---|---|
| `v` | `1` |
| `release` | which questions there are: `{release}` |
| `seed` | any word; it decides which questions are drawn, and in which order |
| `n` | how many questions; all that match, without it |
| `chapters` | their names, joined by commas; all, without it |
| `objectives` | their names; all, without it |
| `types` | any of {types}; all that are graded by themselves, without it |
| `audience` | `interview`: the interview questions alone |
| `due` | the time until which it counts, in UTC, as `2026-12-01T12:00Z` |
| `form` | `own` gives each student other variants and another order |
| `feedback` | `none` shows no answers at the end |
| `title` | what stands above it |

So this one draws five questions of the whole course:

`{example}`

{counts}

`coursebook questions --out questions.json` writes all questions with their keys, and `coursebook grade attempts --out marks`
marks what was handed in. Answers stand in the pages of the course, and a file that is handed in can be forged: use this
for practice, and where you can watch.
"""


def markdown(chapters: Iterable[Chapter], release: str) -> dict[str, str]:
    """The pages by their place among the site's sources; none where nothing is asked."""
    asked = [chapter for chapter in chapters if chapter.questions]
    if not asked:
        return {}
    types = ", ".join(f"`{name}`" for name in TYPES)
    example = f"exam/#v=1&release={release}&n=5&seed=spring"
    return {
        "review.md": _page("Review", "Questions that come back when you are about to forget them.")
        + REVIEW.format(element=_element("cb-deck", NO_DECK), listed=_listed(asked)),
        "interview.md": _page("Interviews", "Interview questions with a senior answer, the common wrong one, and a rubric.")
        + INTERVIEW.format(element=_element("cb-interview"), listed="\n".join(_interviews(asked))),
        "exam.md": _page("Exam", "Questions drawn by an instructor, answered without help.")
        + EXAM.format(element=_element("cb-exam", NO_EXAM)),
        "assign.md": _page("Assign", "Choose questions of this course, and get an address for your students.")
        + ASSIGN.format(element=_element("cb-builder"), release=release, types=types, example=example, counts=_counts(asked)),
    }


def _page(title: str, description: str) -> str:
    return HEAD.format(title=title, description=description)


def _element(name: str, without: str = "") -> str:
    """An element that a script brings to life, and what stands there without one."""
    said = f"<noscript>{without}</noscript>" if without else ""
    return f'<div class="cb-made">\n<{name}></{name}>{said}\n</div>'


def _listed(chapters: list[Chapter]) -> str:
    """Links to every question, by chapter."""
    parts = []
    for chapter in chapters:
        links = "".join(
            f'<li><a href="{_address(chapter, question)}">{_title(chapter, question)}</a></li>'
            for question in chapter.questions
        )
        parts.append(f"<h3>{html.escape(text_of(chapter.title, chapter.plain))}</h3>\n<ul>{links}</ul>")
    return "\n".join(parts)


def _address(chapter: Chapter, question: Question) -> str:
    return f"{to_root('x.md')}{html.escape(url(chapter.uri))}#q-{question.id}"


def _title(chapter: Chapter, question: Question) -> str:
    return html.escape(text_of(question.title, chapter.plain) or question.id)


def _interviews(chapters: list[Chapter]) -> Iterator[str]:
    """The interview questions with their answers, as text: the script asks them as questions."""
    for chapter in chapters:
        asked = [question for question in chapter.questions if question.audience == "interview"]
        if asked:
            yield f"<h3>{html.escape(text_of(chapter.title, chapter.plain))}</h3>"
        for question in asked:
            made = f"<h4>{_title(chapter, question)}</h4>{prompt_and_answer(question.variants[0])}"
            yield f'<div class="cb-asked">{addressed(printed(made, chapter.plain), chapter.uri, to_root("x.md"))}</div>'


def _counts(chapters: list[Chapter]) -> str:
    """How many questions of which type each chapter has."""
    head = "".join(f'<th scope="col">{name}</th>' for name in TYPES)
    rows = "".join(
        f'<tr><th scope="row"><code>{html.escape(url(chapter.uri).removesuffix("/").removeprefix("chapters/"))}</code></th>'
        + "".join(f"<td>{sum(question.type == name for question in chapter.questions) or ''}</td>" for name in TYPES)
        + "</tr>"
        for chapter in chapters
    )
    region = 'class="cb-scroll" tabindex="0" role="region" aria-label="Questions by chapter"'
    return f'<div {region}><table><thead><tr><th scope="col">Chapter</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
