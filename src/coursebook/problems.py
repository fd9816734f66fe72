"""What is wrong, where, and how to mend it: the one shape of every complaint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

RULES: dict[str, str] = {
    "naked-number": "A measure stands in the prose as typed digits, so nothing proves it. Bind it: `{{ name.value }}`, "
    "or `{{ 47.3 }}` when it is made up; names and versions belong in chapters/vocabulary.txt.",
    "unknown-value": "An expression names a value that no experiment and no source provides.",
    "bad-expression": "An expression is outside the grammar: + - * / ** ( ) [i] and min max abs round sum len.",
    "false-claim": "A checked sentence `{{? ... }}` does not hold for the values as they stand, or cannot be decided from them.",
    "unknown-figure": "`![...](evidence:name/figure)` names a figure or table that no evidence holds.",
    "missing-alt": "A figure has no text that says what to see; a reader who cannot see it gets nothing.",
    "unknown-source": "A citation names a key that has no file in sources/.",
    "bad-source": "A file in sources/ does not follow the schema, or cannot be read.",
    "unreviewed-fact": "A cited fact is typed twice, as value and as reviewed; the two entries disagree.",
    "expired-fact": "A cited fact is past its review_by date: look at the source again, then move the date.",
    "stale-evidence": "Code, an input or the seed has changed since the evidence was measured, or a figure has no still picture yet. Run `coursebook measure`.",
    "tampered-evidence": "An evidence file disagrees with the hash in its own receipt: it was edited by hand.",
    "failed-experiment": "An experiment or a lab raised an error, broke its contract, or read something that NEEDS does not name.",
    "missing-corpus": "The text that an experiment is trained on is not here, and could not be downloaded; the committed "
    "files serve for everything but `--deep`.",
    "bad-front-matter": "The front matter between the --- lines is not valid YAML or holds a key of the wrong type.",
    "bad-block": "A `///` block is unknown, unclosed, or stands where it cannot.",
    "bad-maths": "LaTeX between dollar signs cannot be turned into MathML; a dollar sign that is meant is written as \\$.",
    "unknown-option": "A question has an option that its type does not know; it would otherwise be printed, answers included.",
    "duplicate-id": "Two questions share an id; an id is how an answer finds its question again.",
    "missing-answer": "A question has no right answer, a choice has no feedback, or an interview question lacks its answer, mistake or rubric.",
    "contradictory-key": "A question's key disagrees with itself: a foreseen wrong answer would be accepted, two of a kind are alike, two "
    "variants ask the same, or the answer as it prints would be graded wrong.",
    "unsafe-html": "Raw HTML that could run code, or load it from elsewhere: scripts, handlers, frames, javascript: links.",
    "unknown-objective": "A question names an objective that the chapter's front matter does not list.",
    "bad-attempt": "A file that a student handed in cannot be marked, does not count beside an earlier one, or is late: what it is "
    "is said after the rule. Good attempts are marked all the same.",
    "broken-link": "A relative link leads to no file, or to no heading in it.",
    "broken-page": "The built HTML lacks something its chapter printed, or shows markup that should have been compiled.",
}
"""Every rule by its stable name, with the sentence that `coursebook explain` prints."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault. `line` and `column` count from 1 in the file as its writer sees it."""

    path: str
    line: int
    column: int
    rule: str
    message: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        end = f"; {self.hint}" if self.hint else ""
        kind = "" if self.severity == "error" else f"{self.severity}: "
        return f"{self.path}:{self.line}:{self.column}: {kind}{self.rule}: {self.message}{end}"

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Problems(Exception):
    """Carries every problem of one run, so that all are shown and the run fails once."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]
