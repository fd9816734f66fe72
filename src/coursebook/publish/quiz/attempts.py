"""Attempts: the files that students hand in, read, checked, and answered again against the release that each names.

Nothing is lost: what cannot be marked is a problem with its place, and what can be is marked, whatever the others are.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursebook import marked
from coursebook.problems import Problem, Problems
from coursebook.publish.quiz.assignment import Assignment, BadLink, Bank, Drawn, Entry, draw, matching, parse, write
from coursebook.publish.quiz.draw import student_seed
from coursebook.publish.quiz.grade import Verdict, grade
from coursebook.publish.quiz.model import canonical
from coursebook.publish.quiz.text import tidy

RULE = "bad-attempt"
SCHEMA = 1
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z")
SHAPE: Mapping[str, Any] = {
    "schema": int,
    "release": str,
    "link": str,
    "student": {"name": str, "id": str},
    "started": TIME,
    "finished": TIME,
    "answers": [{"id": str, "variant": int, "response": object}],
    "check": str,
}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
HALF = re.compile("[\ud800-\udfff]")

Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Attempt:
    """One file's content. `link` is written as coursebook writes it, so that equal assignments have equal links."""

    path: str
    link: str
    assignment: Assignment
    name: str
    id: str
    started: datetime.datetime
    finished: datetime.datetime
    answers: Mapping[str, tuple[int, Any]]
    check: str

    @property
    def owner(self) -> str:
        """Who did what: of two attempts with the same owner, one counts."""
        return student_seed(self.link, self.id)

    @property
    def late(self) -> datetime.timedelta | None:
        """How long after it was due."""
        due = self.assignment.due
        return self.finished - due if due and self.finished > due else None


@dataclass(frozen=True)
class Marked:
    """An attempt with what it was asked, what was answered, and how that is graded, in the order of the draw."""

    attempt: Attempt
    drawn: tuple[Drawn, ...]
    responses: tuple[Any, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def scores(self) -> list[float]:
        """Of what is graded here; open answers are for a person to read."""
        return [one["score"] for one in self.verdicts if one["score"] is not None]

    @property
    def share(self) -> float:
        """The mean score, from 0 to 1."""
        return sum(self.scores) / max(1, len(self.scores))


@dataclass
class Release:
    """A bank, and what many attempts at it share."""

    bank: Bank
    found: dict[str, list[Entry]] = field(default_factory=dict)
    drawn: dict[str, tuple[Drawn, ...]] = field(default_factory=dict)

    def draw(self, attempt: Attempt) -> tuple[Drawn, ...]:
        """What the attempt was asked; raises BadLink."""
        if attempt.link not in self.found:
            self.found[attempt.link] = matching(self.bank, attempt.assignment)
        owner = attempt.owner if attempt.assignment.form == "own" else attempt.link
        if owner not in self.drawn:
            self.drawn[owner] = tuple(draw(self.found[attempt.link], attempt.assignment, attempt.id))
        return self.drawn[owner]


def mark(files: Iterable[Path], banks: Iterable[Bank]) -> tuple[list[Marked], list[Problem]]:
    """Every attempt that counts, by the time it was finished, and what is wrong with any file."""
    releases = {bank["release"]: Release(bank) for bank in banks}
    found: list[Marked] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found.append(replay(read(file), releases))
        except Problems as error:
            problems += error.problems
    found.sort(key=lambda one: (one.attempt.finished, one.attempt.path))
    first: dict[str, Attempt] = {}
    counting = [one for one in found if first.setdefault(one.attempt.owner, one.attempt) is one.attempt]
    for one in found:
        problems += _remarks(one.attempt, first[one.attempt.owner])
    return counting, sorted(set(problems))


def read(file: Path) -> Attempt:
    """One file, held against its own check sum; raises Problems."""
    try:
        data = _data(file)
    except RecursionError:
        raise Problems([problem(file, (), "nested too deeply")]) from None
    if data["check"] != check_sum(data):
        hint = "ask the student for the file as the page gave it"
        raise Problems([problem(file, ("check",), "the check sum does not fit: this is not what the page wrote", hint)])
    try:
        assignment = parse(data["link"])
    except BadLink as error:
        raise Problems([problem(file, ("link",), f"the link is wrong: {fault}") for fault in error.faults]) from None
    faults = [problem(file, keys, message) for keys, message in _contradictions(data, assignment)]
    if faults:
        raise Problems(faults)
    name, student = (CONTROL.sub(" ", data["student"][part]).strip() for part in ("name", "id"))
    started, finished = (datetime.datetime.fromisoformat(data[part]) for part in ("started", "finished"))
    answers = {answer["id"]: (answer["variant"], answer["response"]) for answer in data["answers"]}
    return Attempt(str(file), write(assignment), assignment, name, student, started, finished, answers, data["check"])


def replay(attempt: Attempt, releases: Mapping[str, Release]) -> Marked:
    """Draw again what the attempt was asked, and grade what it answered; raises Problems."""
    path, release = Path(attempt.path), releases.get(attempt.assignment.release)
    if release is None:
        hint = "name it with --release: the site's questions.json of that time, or a git tag"
        message = f"it was taken on release {attempt.assignment.release[:12]}, which is not among those given"
        raise Problems([problem(path, ("release",), message, hint)])
    try:
        drawn = release.draw(attempt)
    except BadLink as error:
        raise Problems([problem(path, ("link",), f"the link fits no draw: {fault}") for fault in error.faults]) from None
    asked = {one.question["id"]: one.variant for one in drawn}
    faults = []
    for index, (name, (variant, _)) in enumerate(attempt.answers.items()):
        if name not in asked:
            faults.append(problem(path, ("answers", index, "id"), f"the link does not draw the question '{name}'"))
        elif asked[name] != variant:
            message = f"the link draws variant {asked[name]} of '{name}', not {variant}"
            faults.append(problem(path, ("answers", index, "variant"), message))
    if faults:
        raise Problems(faults)
    responses = tuple(attempt.answers.get(one.question["id"], (0, None))[1] for one in drawn)
    return Marked(attempt, drawn, responses, tuple(map(grade, (one.key for one in drawn), responses)))


def check_sum(data: Mapping[str, Any]) -> str:
    """Of everything in a file but itself."""
    rest = {key: value for key, value in data.items() if key != "check"}
    return hashlib.sha256(canonical(rest).encode()).hexdigest()


def problem(file: Path, keys: Keys, message: str, hint: str = "") -> Problem:
    """A problem where these keys lead to; what a stranger wrote cannot steer a terminal."""
    return Problem(str(file), *_position(file, keys), RULE, CONTROL.sub(" ", message), hint)


def _position(file: Path, keys: Keys) -> tuple[int, int]:
    """JSON is YAML, whose reader knows places."""
    try:
        return marked.read(file.read_text("utf-8-sig")).position(*keys)
    except (marked.MarkError, OSError, ValueError):
        return 1, 1


def _data(file: Path) -> Any:
    """The file's JSON in the shape of an attempt; raises Problems."""
    try:
        text = file.read_text("utf-8-sig")
        data = json.loads(text, parse_constant=_refused)
    except OSError as error:
        raise Problems([problem(file, (), f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        line, before = error.object.count(b"\n", 0, error.start) + 1, error.object.rfind(b"\n", 0, error.start)
        raise Problems([Problem(str(file), line, error.start - before, RULE, "no JSON: not in UTF-8")]) from None
    except json.JSONDecodeError as error:
        raise Problems([Problem(str(file), error.lineno, error.colno, RULE, f"no JSON: {error.msg}")]) from None
    except ValueError as error:
        raise Problems([problem(file, (), f"no JSON: {error}")]) from None
    if "\\u" in text and HALF.search(json.dumps(data, ensure_ascii=False)):
        raise Problems([problem(file, (), "it holds half a character")])
    if isinstance(data, dict) and isinstance(data.get("schema"), int) and data["schema"] != SCHEMA:
        message = f"schema {data['schema']} is of another version of coursebook, and this one reads schema {SCHEMA}"
        raise Problems([problem(file, ("schema",), message)])
    faults = [problem(file, keys, message) for keys, message in _misshapen(data, SHAPE, ())]
    if faults:
        raise Problems(faults)
    return data


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _misshapen(data: Any, shape: Any, keys: Keys) -> Iterator[tuple[Keys, str]]:
    """Where data differs from a shape: a mapping of shapes, a list of one, a type, or a pattern for a time."""
    what = f"'{keys[-1]}'" if keys else "the file"
    if isinstance(shape, dict):
        if not isinstance(data, dict):
            yield keys, f"{what} is no object"
            return
        yield from ((keys, f"'{name}' is missing in {what}") for name in shape if name not in data)
        for name in shape.keys() & data.keys():
            yield from _misshapen(data[name], shape[name], (*keys, name))
    elif isinstance(shape, list):
        if not isinstance(data, list):
            yield keys, f"{what} is no list"
            return
        for index, item in enumerate(data):
            yield from _misshapen(item, shape[0], (*keys, index))
    elif shape is TIME:
        if not isinstance(data, str) or not _is_time(data):
            yield keys, f"{what} is no time like 2026-12-01T12:00:00Z"
    elif not isinstance(data, shape) or (shape is int and isinstance(data, bool)):
        yield keys, f"{what} is no {'whole number' if shape is int else 'text'}"


def _is_time(text: str) -> bool:
    try:
        return bool(TIME.fullmatch(text) and datetime.datetime.fromisoformat(text))
    except ValueError:
        return False


def _contradictions(data: Mapping[str, Any], assignment: Assignment) -> Iterator[tuple[Keys, str]]:
    if data["release"] != assignment.release:
        yield ("release",), "the release is not that of the link"
    if not tidy(CONTROL.sub(" ", data["student"]["id"])):
        yield ("student", "id"), "the student has no id"
    names = [answer["id"] for answer in data["answers"]]
    yield from (
        (("answers", index, "id"), f"'{name}' is answered twice") for index, name in enumerate(names) if name in names[:index]
    )


def _remarks(attempt: Attempt, first: Attempt) -> Iterator[Problem]:
    """What to say of an attempt that could be marked: that another one counts, or that it is late."""
    file = Path(attempt.path)
    if attempt is not first and attempt.check == first.check:
        yield problem(file, ("student", "id"), f"this is the same attempt as {first.path}")
    elif attempt is not first:
        hint = "only the first counts"
        message = f"'{attempt.id}' had handed this assignment in before, as {first.path}"
        yield problem(file, ("student", "id"), message, hint)
    elif attempt.late:
        late = datetime.timedelta(seconds=-(-attempt.late // datetime.timedelta(seconds=1)))
        yield problem(file, ("finished",), f"finished {late} after it was due", "it is marked, and flagged as late")
