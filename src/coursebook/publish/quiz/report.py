"""What an instructor gets of a class's attempts: marks and items for a spreadsheet, and a report to read or print.

The report is one file that loads nothing and runs nothing. Whatever a student wrote is text in it, and in the tables
no formula.
"""

from __future__ import annotations

import csv
import datetime
import html
import io
import math
import re
import statistics
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from coursebook.evidence import write as write_file
from coursebook.problems import Problem
from coursebook.publish.quiz.assignment import Bank, Entry
from coursebook.publish.quiz.attempts import Marked
from coursebook.publish.quiz.statistics import Choice, Given, Item, items

FORMULA = ("=", "+", "-", "@")
VOID = ("input", "br", "img", "hr")
MATHS = re.compile(r'<math[^>]*? alttext="([^"]*)".*?</math>', re.DOTALL)
STATES = {
    "right": "right",
    "partly": "partly right",
    "wrong": "another wrong answer",
    "unreadable": "not readable",
    "open": "answered",
    "empty": "no answer",
}
MARKS = (
    "id",
    "name",
    "assignment",
    "points",
    "of",
    "percent",
    "open answers",
    "late",
    "started (UTC)",
    "finished (UTC)",
    "release",
    "file",
)
ITEMS = (
    "question", "title", "type", "chapter", "release", "asked", "difficulty", "discrimination",
    "most chosen wrong answer", "chosen by", "of the upper third", "of the lower third",
)  # fmt: skip
CAVEAT = "An attempt file is not proof against tampering, and the answers stand in the source of the course's pages."


@dataclass(frozen=True)
class Report:
    """Everything that one run of `grade` found."""

    attempts: Sequence[Marked]
    banks: Sequence[Bank]
    problems: Sequence[Problem]

    @property
    def items(self) -> list[Item]:
        return items(self.attempts)

    def chapter(self, item: Item) -> str:
        bank = next(bank for bank in self.banks if bank["release"] == item.release)
        title: str = bank["chapters"][item.question["chapter"]]["title"]
        return title


def write(out: Path, report: Report) -> None:
    """Three files into a folder, each replaced whole."""
    found = report.items
    write_file(out / "marks.csv", "\ufeff" + marks(report))
    write_file(out / "items.csv", "\ufeff" + item_table(report, found))
    write_file(out / "report.html", page(report, found))


def points(attempt: Marked) -> float:
    """To two decimals, as the exam's page shows them."""
    return _half_up(100 * sum(attempt.scores)) / 100


def percent(attempt: Marked) -> int:
    return _half_up(100 * attempt.share)


def _half_up(x: float) -> int:
    """An error in the last place never decides."""
    return math.floor(x + 0.5 + 1e-9)


def marks(report: Report) -> str:
    """One row an attempt, and one column for each question that anyone was asked."""
    asked = sorted({drawn.question["id"] for one in report.attempts for drawn in one.drawn})
    rows: list[Sequence[object]] = [(*MARKS, *asked)]
    for one in report.attempts:
        scores = {drawn.question["id"]: verdict["score"] for drawn, verdict in zip(one.drawn, one.verdicts, strict=True)}
        attempt = one.attempt
        rows.append((
            attempt.id, attempt.name, attempt.assignment.title, points(one), len(one.scores), percent(one),
            len(one.verdicts) - len(one.scores), "late" if attempt.late else "", _time(attempt.started),
            _time(attempt.finished), attempt.assignment.release, attempt.path, *(scores.get(name) for name in asked),
        ))  # fmt: skip
    return spreadsheet(rows)


def item_table(report: Report, found: Iterable[Item]) -> str:
    """One row a question."""
    rows: list[Sequence[object]] = [ITEMS]
    for item in found:
        question, chosen = item.question, item.distractor
        most = (_plain(_said(chosen.given, fragments(question))), chosen.count, chosen.upper, chosen.lower) if chosen else ()
        rows.append((
            question["id"], question["title"], question["type"], report.chapter(item), item.release, item.asked,
            item.difficulty, item.discrimination, *most,
        ))  # fmt: skip
    return spreadsheet(rows)


def spreadsheet(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(cell: object) -> object:
    """A text that a spreadsheet would compute, or trim to one, gets the apostrophe that marks it as text."""
    if isinstance(cell, float):
        return round(cell, 4)
    if isinstance(cell, str) and unicodedata.normalize("NFKC", cell).lstrip().startswith(FORMULA):
        return f"'{cell}"
    return cell


def _time(time: datetime.datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")


def fragments(question: Entry) -> Mapping[Given | str, str]:
    """The HTML of a question's prompt, options and foreseen wrong answers, as its first variant has them; links are text."""
    reader = _Fragments()
    reader.feed(question["variants"][0]["html"])
    reader.close()
    return reader.found


class _Fragments(HTMLParser):
    """Copies what stands in the elements that `_opened` knows, up to the explanation of an answer."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: dict[Given | str, str] = {}
        self.open: Given | str | None = None
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.open is None:
            self.open, self.depth = self._opened(dict(attrs)), 0
            return
        if ("class", "cb-why") in attrs:
            self.open = None
        elif tag not in VOID:
            self.depth += 1
            self._copy(self.get_starttag_text() or "" if tag != "a" else "")

    def _opened(self, attributes: Mapping[str, str | None]) -> Given | str | None:
        if "data-wrong" in attributes:
            return "foreseen", int(attributes["data-wrong"] or 0)
        if attributes.get("class") == "cb-choice":
            return "option", sum(one[0] == "option" for one in self.found)
        return "prompt" if attributes.get("class") == "cb-prompt" else None

    def handle_endtag(self, tag: str) -> None:
        if self.open is None or tag in VOID:
            return
        self.depth -= 1
        if self.depth < 0:
            self.open = None
        else:
            self._copy(f"</{tag}>" if tag != "a" else "")

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def _copy(self, text: str) -> None:
        if self.open is not None:
            self.found[self.open] = self.found.get(self.open, "") + text


def _said(given: Given, texts: Mapping[Given | str, str]) -> str:
    """An answer as HTML."""
    kind, index = given
    return texts.get(given, f"{kind} {index + 1}").strip().rstrip(":") if index >= 0 else STATES[kind]


def _plain(fragment: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", MATHS.sub(r"\1", fragment))).strip()


def page(report: Report, found: Sequence[Item]) -> str:
    """The whole report, as one HTML file."""
    parts = (_summary(report), _problems(report), _marks(report), _items(report, found), *map(_details, found), _open(report))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Marks</title><style>{STYLE}</style></head>\n<body><main>\n<h1>Marks</h1>\n"
        + "\n".join(filter(None, parts))
        + f"\n<p>{CAVEAT}</p>\n</main></body></html>\n"
    )


def _summary(report: Report) -> str:
    groups: dict[str, list[Marked]] = defaultdict(list)
    for one in report.attempts:
        groups[one.attempt.link].append(one)
    rows = []
    for group in groups.values():
        assignment, shares = group[0].attempt.assignment, [percent(one) for one in group]
        due = f"{assignment.due:%Y-%m-%d %H:%M}" if assignment.due else ""
        numbers = (len(group), sum(bool(one.attempt.late) for one in group), f"{statistics.fmean(shares):.0f} %")
        spread = f"{min(shares)} to {max(shares)} %"
        rows.append((_text(assignment.title or "Untitled"), due, len(group[0].drawn), *numbers, spread))
    head = ("Assignment", "Due (UTC)", "Questions", "Attempts", "Late", "Mean", "From, to")
    count, faults = len(report.attempts), len(report.problems)
    said = f"<p>{count} attempt{'s' * (count != 1)} marked, {faults} problem{'s' * (faults != 1)}.</p>"
    return said + (_table("Assignments", head, rows) if rows else "")


def _problems(report: Report) -> str:
    items = "".join(f"<li><code>{_text(str(one))}</code></li>" for one in report.problems)
    return f"<h2>Problems</h2>\n<ul>{items}</ul>" if items else ""


def _marks(report: Report) -> str:
    rows = [
        (
            _text(one.attempt.name), _text(one.attempt.id), _text(one.attempt.assignment.title), f"{points(one):g} of {len(one.scores)}",
            f"{percent(one)} %", _time(one.attempt.finished), "late" if one.attempt.late else "",
        )
        for one in sorted(report.attempts, key=lambda one: (one.attempt.assignment.title, one.attempt.name.casefold(), one.attempt.id))
    ]  # fmt: skip
    head = ("Name", "Id", "Assignment", "Points", "Share", "Finished (UTC)", "Late")
    return "<h2>Students</h2>\n" + _table("Students", head, rows) if rows else ""


def _items(report: Report, found: Sequence[Item]) -> str:
    rows = [
        (
            f'<a href="#{_anchor(item)}">{_text(item.question["title"])}</a>', _text(report.chapter(item)), item.asked,
            _number(item.difficulty), _number(item.discrimination),
        )
        for item in found
    ]  # fmt: skip
    head = ("Question", "Chapter", "Asked", "Difficulty", "Discrimination")
    return "<h2>Questions</h2>\n" + READING + _table("Questions", head, rows) if rows else ""


def _details(item: Item) -> str:
    """One question: what it says, and who chose what."""
    texts, several = fragments(item.question), len(item.question["variants"])
    note = f"<p>Shown is the first of its {several} variants.</p>" if several > 1 else ""
    rows = [(_answer(one, texts), one.count, one.upper, one.lower) for one in item.choices]
    head = ("Answer", f"All {item.asked}", f"Upper third ({item.third})", f"Lower third ({item.third})")
    title, name = item.question["title"], item.question["id"]
    return (
        f'<section id="{_anchor(item)}"><h3>{_text(title)}</h3><p><code>{_text(name)}</code></p>'
        f"{texts.get('prompt', '')}{note}{_table(f'Answers to {name}', head, rows)}</section>"
    )


def _answer(choice: Choice, texts: Mapping[Given | str, str]) -> str:
    mark = "✓ " if choice.right else "✗ " if choice.given[1] >= 0 else ""
    return f"{mark}{_said(choice.given, texts)}"


def _open(report: Report) -> str:
    """What a person has to read, question by question, since nothing here grades it."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in report.attempts:
        for drawn, response, verdict in zip(one.drawn, one.responses, one.verdicts, strict=True):
            if verdict["state"] == "open":
                who = f"{_text(one.attempt.name)} ({_text(one.attempt.id)})"
                found[drawn.question["title"]].append(f"<dt>{who}</dt><dd>{_text(response)}</dd>")
    parts = [f"<h3>{_text(title)}</h3><dl>{''.join(answers)}</dl>" for title, answers in sorted(found.items())]
    return "<h2>Answers to read</h2>\n" + "".join(parts) if parts else ""


def _table(label: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Cells are HTML; the first one of a row names it."""
    titles = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "\n".join(f'<tr><th scope="row">{row[0]}</th>' + "".join(map(_data, row[1:])) + "</tr>" for row in rows)
    return (
        f'<div role="region" tabindex="0" aria-label="{html.escape(label, quote=True)}"><table>'
        f"<thead><tr>{titles}</tr></thead><tbody>\n{body}\n</tbody></table></div>"
    )


def _data(cell: object) -> str:
    return f"<td>{cell}</td>"


def _text(text: str) -> str:
    """Isolated, so that a name from right to left, or one with marks that turn the line, leaves its neighbours alone."""
    return f"<bdi>{html.escape(text)}</bdi>"


def _anchor(item: Item) -> str:
    return f"q-{item.release[:12]}-{item.question['id']}"


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:.2f}".replace("-", "−")


READING = """\
<p>Difficulty is the mean score, from 0 to 1: a high one is easy. Discrimination correlates the score with that of the
same student's other answers: below 0, those who know the rest get this one wrong, so look at its key first. Both
say little below some thirty attempts.</p>
"""
STYLE = """
:root { color-scheme: light dark; --ink: #2b212a; --paper: #fffefb; --rule: #cfc6cc; --link: #7a2a5f; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e9e4ea; --paper: #1f1c21; --rule: #4d4651; --link: #e3a6cf; }
}
body { margin: 0; color: var(--ink); background: var(--paper); font: 1rem/1.5 Georgia, serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
a { color: var(--link); }
[role="region"] { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
th { font-weight: 600; }
tbody th { font-weight: 400; }
code { overflow-wrap: anywhere; }
dd { white-space: pre-wrap; }
@media print {
  section, tr { break-inside: avoid; }
  [role="region"] { overflow: visible; }
}
"""
