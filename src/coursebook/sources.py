"""Cited sources: one YAML file each in sources/, with the facts taken from it, every one typed twice."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from coursebook import marked
from coursebook.marked import Marked, MarkError
from coursebook.problems import Problem, errors
from coursebook.text import Text, did_you_mean
from coursebook.values import RELATIONS, Cell, Citation, Column, Table, Value

FOLDER = "sources"
CORPORA = "corpora"
"""NEEDS of an experiment name the text that a source provides as `corpora/KEY`."""
OBTAINED = "build/corpora"
"""Where the files of a corpus stand once they have been obtained: `build/corpora/KEY/FILE`."""
IDENTIFIER = "^[a-z][a-z0-9_]*$"
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": description, **more}


NUMBER = {"type": "number", "description": "one number; a list of numbers becomes several named facts"}
RANGE = {
    "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2,
    "description": "lowest and highest, as the source gives them",
}  # fmt: skip
ONE_OF = ("value", "range", "statement", "table")
CORPUS = {
    "type": "object",
    "description": "a text that experiments read and the course does not carry: a package of Debian's, and the files in it",
    "additionalProperties": False,
    "required": ["package", "licence", "files"],
    "properties": {
        "package": _text("the package's name", pattern="^[a-z0-9][a-z0-9.+-]+$"),
        "licence": _text("under which licence the text stands"),
        "files": {
            "type": "object",
            "description": "place in the package, and SHA-256 of the file",
            "minProperties": 1,
            "propertyNames": {"pattern": r"^[\w.-]+(/[\w.-]+)*$"},
            "additionalProperties": _text("of the file's bytes", pattern="^[0-9a-f]{64}$"),
        },
    },
}
FACT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["what", "locator", "grade", "as_of", "review_by", "reviewed"],
    "properties": {
        "what": _text("what the number counts, of whom, under which condition"),
        "value": NUMBER,
        "range": RANGE,
        "statement": _text("a finding without a number, in the course's own words"),
        "table": _text("a CSV file beside this one, with the table's rows", pattern=r"^[\w.-]+\.csv$"),
        "relation": {"enum": list(RELATIONS), "description": "what the source says of the number"},
        "unit": _text("percent, points, tokens, questions, ..."),
        "locator": _text("section, table, figure or page: where a reader finds it"),
        "grade": {
            "enum": ["A", "A*", "B", "C"],
            "description": "A: primary source read; A*: read in a conversion; B: two independent copies agree; "
            "C: one secondary source, printed as reported",
        },
        "reported_by": _text("who reports it, when the source itself was not read"),
        "as_of": _text("the date of the version that was read", pattern=DATE),
        "review_by": _text("look again by this date", pattern=DATE),
        "reviewed": {
            "type": "object",
            "description": "the second entry, typed from the source and not from the first",
            "additionalProperties": False,
            "required": ["on"],
            "properties": {
                "value": NUMBER, "range": RANGE, "statement": _text("the finding again"),
                "sha256": _text("of the CSV file's bytes", pattern="^[0-9a-f]{64}$"),
                "on": _text("the day of the review", pattern=DATE),
            },
        },
    },
    "oneOf": [{"required": [name]} for name in ONE_OF],
}  # fmt: skip
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A cited source of a coursebook",
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "authors", "year", "venue"],
    "properties": {
        "title": _text("as the source prints it"),
        "authors": {"type": "array", "items": _text("initials and family name, or an organisation"), "minItems": 1},
        "year": {"type": "integer", "minimum": 1600, "maximum": 2200},
        "venue": _text("journal, conference, archive number, or site"),
        "url": _text("an https address", pattern="^https://"),
        "opened": _text("what was opened: PDF, abstract, conversion, repository at a commit"),
        "corpus": CORPUS,
        "facts": {"type": "object", "propertyNames": {"pattern": IDENTIFIER}, "additionalProperties": FACT},
    },
}  # fmt: skip
"""JSON Schema of a source; `coursebook schema source` prints it for editors."""


@dataclass(frozen=True)
class Fact:
    """One checked fact. Exactly one of value, table and statement is set."""

    id: str
    what: str
    locator: str
    grade: str
    as_of: str
    review_by: str
    reviewed: str
    position: tuple[int, int]
    value: Value | None = None
    table: Table | None = None
    statement: str = ""
    reported_by: str = ""


@dataclass(frozen=True)
class Corpus:
    """Files of a Debian package, by their place in it, with the SHA-256 of each."""

    package: str
    licence: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """A cited work and the facts taken from it."""

    key: str
    path: str
    title: str
    authors: tuple[str, ...]
    year: int
    venue: str
    url: str = ""
    opened: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    corpus: Corpus | None = None
    corpus_position: tuple[int, int] = (1, 1)

    @property
    def label(self) -> str:
        """Author and year, as a citation prints: Wang et al. 2023."""
        first = self.authors[0]
        family = first.split(" ")[-1] if re.match(r"^(\w\. ?)+\w", first) else first
        more = {1: "", 2: f" and {self.authors[-1].split(' ')[-1]}"}.get(len(self.authors), " et al.")
        return f"{family}{more} {self.year}"

    def number(self, fact: str) -> Any:
        """The number, or (low, high), of a fact; KeyError when there is none."""
        value = self.facts[fact].value
        if value is None:
            raise KeyError(f"{self.key}.{fact} has no number")
        return value.number

    def table(self, fact: str) -> Table:
        table = self.facts[fact].table
        if table is None:
            raise KeyError(f"{self.key}.{fact} is not a table")
        return table

    def citation(self, fact: Fact) -> Citation:
        return Citation(
            self.key, self.label, fact.locator, fact.grade, fact.as_of, fact.review_by, fact.reported_by
        )  # fmt: skip


def read(root: Path, today: datetime.date | None = None) -> tuple[dict[str, Source], list[Problem]]:
    """Every source below `root`, and everything wrong with any. `today` adds expired-fact warnings."""
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for file in sorted((root / FOLDER).glob("*.yml")):
        source, found = read_one(root, file)
        problems += found
        if source is not None:
            sources[source.key] = source
            problems += list(_expired(source, today)) if today else []
    problems += [
        Problem(f"{FOLDER}/{file.name}", 1, 1, "bad-source", "a source's name ends in .yml", "rename it")
        for file in sorted((root / FOLDER).glob("*.yaml"))
    ]
    problems += _orphans(root, sources) if not errors(problems) else []
    return sources, problems


def read_one(root: Path, file: Path) -> tuple[Source | None, list[Problem]]:
    """One source, or None with the reasons why it cannot be used."""
    text = Text.read(root, file.relative_to(root))
    try:
        found = marked.read(text.content)
    except MarkError as error:
        return None, [Problem(text.path, *error.position, "bad-source", error.message)]
    plain = found.data
    if not isinstance(plain, dict):
        return None, [Problem(text.path, 1, 1, "bad-source", "not a mapping of title, authors, year, ...")]
    faults = sorted(_validator().iter_errors(plain), key=lambda error: list(map(str, error.path)))
    problems = [problem for error in faults for problem in _faults(text, found, error)]
    if not re.match(IDENTIFIER, file.stem):
        problems.append(Problem(text.path, 1, 1, "bad-source", f"the file's name '{file.stem}' cannot be a citation key"))
    if problems:
        return None, problems
    facts = {name: _fact(root, file.stem, name, found, text, problems) for name in plain.get("facts", {})}
    files = tuple(f"{FOLDER}/{fact['table']}" for fact in plain.get("facts", {}).values() if "table" in fact)
    source = Source(
        file.stem, text.path, plain["title"], tuple(plain["authors"]), plain["year"], plain["venue"],
        plain.get("url", ""), plain.get("opened", ""), facts, files,
        Corpus(**plain["corpus"]) if "corpus" in plain else None, found.position("corpus") if "corpus" in plain else (1, 1),
    )  # fmt: skip
    return (None if any(problem.rule == "bad-source" for problem in problems) else source), problems


def _fact(root: Path, key: str, name: str, found: Marked, text: Text, problems: list[Problem]) -> Fact:
    entry = found.data["facts"][name]
    position = found.position("facts", name)
    common = (
        name,
        entry["what"],
        entry["locator"],
        entry["grade"],
        entry["as_of"],
        entry["review_by"],
        entry["reviewed"]["on"],
        position,
    )
    source = Citation(
        key, "", entry["locator"], entry["grade"], entry["as_of"], entry["review_by"], entry.get("reported_by", "")
    )

    def complain(rule: str, message: str, hint: str = "", at: str = "reviewed") -> None:
        problems.append(Problem(text.path, *found.position("facts", name, at), rule, message, hint))

    field_name = next(one for one in ONE_OF if one in entry)
    again = "sha256" if field_name == "table" else field_name
    first, second = entry[field_name], entry["reviewed"].get(again)
    table = None
    if field_name == "table":
        table, first = _csv(root, entry, complain)
    if first is not None and first != second:
        hint = f"look at {entry['locator']} again, then mend both"
        complain("unreviewed-fact", f"'{name}' says {first}, its review says {second}", hint)
    for at in ("as_of", "review_by"):
        if not _is_date(entry[at]):
            complain("bad-source", f"'{entry[at]}' is no date", "YYYY, YYYY-MM or YYYY-MM-DD", at)
    if not _is_date(entry["reviewed"]["on"]):
        complain("bad-source", f"'{entry['reviewed']['on']}' is no date")
    if entry["grade"] == "C" and not entry.get("reported_by"):
        complain("bad-source", f"'{name}' has grade C and no reported_by", "name who reports it", "grade")
    numbers = entry.get("range", [entry.get("value", 0)])
    if not all(map(math.isfinite, numbers)) or numbers != sorted(numbers):
        complain("bad-source", f"'{name}' is not a finite number, or its range does not rise", at=field_name)
    value = _value(key, name, entry, source) if field_name in ("value", "range") else None
    return Fact(*common, value, table, entry.get("statement", ""), entry.get("reported_by", ""))


def _is_date(written: str) -> bool:
    try:
        datetime.date.fromisoformat((written + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _value(key: str, name: str, entry: dict[str, Any], origin: Citation) -> Value:
    number = entry["value"] if "value" in entry else tuple(entry["range"])
    return Value(
        f"{key}.{name}", number, "cited", entry["what"], entry.get("unit", ""), "",
        entry.get("relation", "="), origin=origin,
    )  # fmt: skip


def _csv(root: Path, entry: dict[str, Any], complain: Any) -> tuple[Table | None, str | None]:
    """The table of a fact and the SHA-256 of its file."""
    file = root / FOLDER / entry["table"]
    if not file.is_file():
        complain("bad-source", f"no file '{FOLDER}/{entry['table']}'", at="table")
        return None, None
    content = file.read_bytes()
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"), newline="")))
    except csv.Error as error:
        complain("bad-source", f"'{entry['table']}': {error}", at="table")
        return None, None
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    crooked = [number for number, row in enumerate(body, 2) if len(row) != len(header)]
    wrong = [head for head in header if not re.match(IDENTIFIER, head) or header.count(head) > 1]
    if not body or crooked or wrong:
        reason = f"line {crooked[0]} differs in length" if crooked else f"column '{wrong[0]}'" if wrong else "no rows"
        complain("bad-source", f"'{entry['table']}': {reason}", "a header of identifiers, then rows as long", at="table")
        return None, None
    columns = [
        Column(head, tuple(_cells([row[index] for row in body])), unit=entry.get("unit", ""))
        for index, head in enumerate(header)
    ]
    return Table(entry["what"], tuple(columns)), hashlib.sha256(content).hexdigest()


def _cells(texts: list[str]) -> list[Cell]:
    """Numbers when every cell is a finite one, else the texts."""
    try:
        numbers = [int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text) for text in texts]
    except ValueError:
        return list(texts)
    return list(numbers) if all(map(math.isfinite, numbers)) else list(texts)


@cache
def _validator() -> Any:
    return jsonschema.Draft202012Validator(SCHEMA)


def _faults(text: Text, found: Marked, error: jsonschema.ValidationError) -> Iterator[Problem]:
    """A schema error at the line of the innermost key it concerns; each unknown key is one of its own."""
    path = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    faults = [(error.message, str(schema.get("description", "")), path)]
    if error.validator == "additionalProperties":
        known = schema["properties"]
        faults = [
            (f"unknown key '{key}'", did_you_mean(key, known), (*path, key)) for key in error.instance if key not in known
        ]
    elif "propertyNames" in error.absolute_schema_path:
        faults = [(f"'{error.instance}' cannot name a fact", "lower-case letters, digits and _", (*path, error.instance))]
    elif error.validator == "oneOf":
        faults = [("a fact has exactly one of " + ", ".join(ONE_OF), "", path)]
    where = ".".join(map(str, path))
    for message, hint, place in faults:
        yield Problem(text.path, *found.position(*place), "bad-source", f"{where}: {message}" if where else message, hint)


def _expired(source: Source, today: datetime.date) -> Iterator[Problem]:
    for fact in source.facts.values():
        if fact.review_by < today.isoformat()[: len(fact.review_by)]:
            message = f"'{source.key}.{fact.id}' was to be reviewed by {fact.review_by}"
            hint = f"look at {fact.locator}, then move review_by"
            yield Problem(source.path, *fact.position, "expired-fact", message, hint, "warning")


def _orphans(root: Path, sources: dict[str, Source]) -> list[Problem]:
    named = {file for source in sources.values() for file in source.files}
    return [
        Problem(f"{FOLDER}/{file.name}", 1, 1, "bad-source", "no source names this table", "a fact's `table:` would")
        for file in sorted((root / FOLDER).glob("*.csv"))
        if f"{FOLDER}/{file.name}" not in named
    ]
