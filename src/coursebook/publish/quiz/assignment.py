"""An assignment: the link that says which questions a student gets, and the draw of them from a bank.

A bank is the data of a `questions.json`. The exam's page reads and draws the same in web/src/assignment.ts, down to what
is wrong with a link; tests/cases/exam/assignments.json holds the two to each other.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

from coursebook.publish.quiz.draw import rank, shuffled, student_seed

VERSION = "1"
DEFAULTS = {"v": "", "title": "", "release": "", "chapters": "", "objectives": "", "types": "", "audience": "", "n": "", "seed": "",
            "due": "", "form": "same", "feedback": "end"}  # fmt: skip
"""The fields of a link, in the order in which it is written."""
LISTS = ("chapters", "objectives", "types")
WORDS = {"form": ("same", "own"), "feedback": ("end", "none")}
DUE = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]Z")

Bank = Mapping[str, Any]
Entry = Mapping[str, Any]


class BadLink(Exception):
    """Everything that is wrong with a link."""

    def __init__(self, faults: Iterable[str]):
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True)
class Assignment:
    """What a link says. An empty selection takes all, `n` = 0 every question that matches; `due` is in UTC."""

    release: str
    seed: str
    chapters: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    audience: str = ""
    n: int = 0
    due: datetime.datetime | None = None
    form: str = "same"
    feedback: str = "end"
    title: str = ""


@dataclass(frozen=True)
class Drawn:
    """One question of a draw: its entry in the bank, which variant, and the order in which a choice shows its options."""

    question: Entry
    variant: int
    order: tuple[int, ...]

    @property
    def key(self) -> Mapping[str, Any]:
        key: Mapping[str, Any] = self.question["variants"][self.variant]["key"]
        return key


def parse(link: str) -> Assignment:
    """What a link's fragment says; raises BadLink with all its faults."""
    pairs = parse_qsl(link.removeprefix("#"), keep_blank_values=True)
    found = {**DEFAULTS, **dict(reversed(pairs))}
    faults = list(_faults(found, [name for name, _ in pairs]))
    if faults:
        raise BadLink(faults)
    lists = {name: tuple(dict.fromkeys(filter(None, found[name].split(",")))) for name in LISTS}
    return Assignment(
        found["release"], found["seed"], **lists, audience=found["audience"], n=int(found["n"] or 0),
        due=_time(found["due"]) if found["due"] else None, form=found["form"], feedback=found["feedback"], title=found["title"],
    )  # fmt: skip


def _faults(found: Mapping[str, str], names: list[str]) -> Iterator[str]:
    if not names:
        yield "it is empty"
        return
    if found["v"] != VERSION:
        yield f"it is of version '{found['v']}', and this is version {VERSION}" if found["v"] else "the version is missing"
        return
    yield from (f"'{name}' is no part of a link" for name in dict.fromkeys(names) if name not in DEFAULTS)
    yield from (f"'{name}' stands twice" for name in dict.fromkeys(names) if names.count(name) > 1)
    yield from (f"the {name} is missing" for name in ("release", "seed") if not found[name])
    if not re.fullmatch("([0-9a-f]{64})?", found["release"]):
        yield f"'{found['release']}' is no release"
    if not re.fullmatch("([1-9][0-9]{0,3})?", found["n"]):
        yield f"'{found['n']}' is no number of questions"
    if found["due"] and _time(found["due"]) is None:
        yield f"'{found['due']}' is no time like 2026-12-01T12:00Z"
    yield from (
        f"'{name}' is {' or '.join(words)}, not '{found[name]}'" for name, words in WORDS.items() if found[name] not in words
    )


def _time(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text) if DUE.fullmatch(text) else None
    except ValueError:
        return None


def write(assignment: Assignment) -> str:
    """The fragment of a link, the same for equal assignments; what is as without it is left out."""
    said = {
        **vars(assignment), "v": VERSION, "n": str(assignment.n or ""), **{name: ",".join(getattr(assignment, name)) for name in LISTS},
        "due": assignment.due.strftime("%Y-%m-%dT%H:%MZ") if assignment.due else "",
    }  # fmt: skip
    return "&".join(f"{name}={quote(said[name], safe=',:')}" for name, default in DEFAULTS.items() if said[name] != default)


def matching(bank: Bank, assignment: Assignment) -> list[Entry]:
    """The questions that an assignment draws from, in the bank's order; raises BadLink where it names what is not there."""
    places = [_names(chapter["url"]) for chapter in bank["chapters"]]
    known = {
        "chapters": {name for names in places for name in names},
        "objectives": {name for chapter in bank["chapters"] for name in chapter["objectives"]},
        "types": {question["type"] for question in bank["questions"]},
    }
    faults = [
        f"there is no {field.removesuffix('s')} '{name}'"
        for field in LISTS
        for name in getattr(assignment, field)
        if name not in known[field]
    ]
    if assignment.audience not in ("", *(question["audience"] for question in bank["questions"])):
        faults.append(f"there is no question for '{assignment.audience}'")
    found = [question for question in bank["questions"] if _matches(question, assignment, places[question["chapter"]])]
    if not faults and len(found) < max(1, assignment.n):
        faults.append(f"it asks for {assignment.n} of {len(found)} questions" if found else "no question fits it")
    if faults:
        raise BadLink(faults)
    return found


def _names(url: str) -> tuple[str, str]:
    """How a link may name a chapter: by its file, or by the number that this begins with."""
    slug = url.removeprefix("chapters/").removesuffix("/")
    return slug, slug.split("-")[0] if slug[:1] in tuple("0123456789") else slug


def _matches(question: Entry, assignment: Assignment, names: tuple[str, ...]) -> bool:
    graded = all(variant["key"]["kind"] != "open" for variant in question["variants"])
    return (
        (not assignment.chapters or any(name in assignment.chapters for name in names))
        and (not assignment.objectives or question["objective"] in assignment.objectives)
        and (question["type"] in assignment.types if assignment.types else graded)
        and assignment.audience in ("", question["audience"])
    )


def draw(questions: Iterable[Entry], assignment: Assignment, student: str) -> list[Drawn]:
    """What the student with this id gets, of the questions that match."""
    seed = student_seed(assignment.seed, student) if assignment.form == "own" else assignment.seed
    ranked = sorted(questions, key=lambda question: rank(seed, question["id"]))
    return [_drawn(seed, question) for question in ranked[: assignment.n or None]]


def _drawn(seed: str, question: Entry) -> Drawn:
    variant = shuffled(seed, f"{question['id']}/variant", len(question["variants"]))[0]
    key = question["variants"][variant]["key"]
    count = key["of"] if key["kind"] == "choose" else 0
    return Drawn(question, variant, tuple(shuffled(seed, question["id"], count) if question["shuffle"] else range(count)))
