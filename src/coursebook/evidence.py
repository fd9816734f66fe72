"""The only reader and writer of evidence/: one JSON file per experiment, replaced whole, with its receipt inside.

    evidence/voting.json         {"receipt": {...}, "results": {"numbers", "tables"}, "figures": {name: Plotly JSON}}
    evidence/stills/KEY.light.svg, KEY.dark.svg    KEY is the hash of a figure's JSON and of both templates
    evidence/vectors/first.txt   a file that an experiment WRITES; its SHA-256 stands in the receipt under "files"
    evidence/stills.json         {"KEY.light.svg": SHA-256 of the file}; each file says which programs drew it

An experiment's evidence is one file because a rename replaces one file whole: a kill leaves the old or the new.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from coursebook.problems import Problem
from coursebook.values import Column, Figure, Kind, Measurement, Rule, Scalar, Table, Value

FOLDER = "evidence"
STILLS = "stills"
SCHEMES = ("light", "dark")
TEMPLATES = Path(__file__).parent / "templates"
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Number:
    """One number that an experiment found. `interval` is (low, high) in the number's unit, `n` the cases behind it."""

    value: Scalar
    what: str
    unit: str = ""
    format: str = ""
    interval: tuple[Scalar, Scalar] | None = None
    n: int | None = None
    rule: Rule = Rule()


@dataclass(frozen=True)
class File:
    """A file that an experiment makes for others to need, such as word vectors. Its rule is `exact`, `structure`
    or `trained`."""

    content: bytes
    rule: Rule = Rule("exact")


@dataclass(frozen=True)
class Results:
    """What `measure` returns: numbers and tables by name, in one namespace, and files by the paths of WRITES."""

    numbers: Mapping[str, Number] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """One experiment's committed results, figures (Plotly JSON by name) and receipt."""

    name: str
    results: Results
    figures: Mapping[str, Mapping[str, Any]]
    receipt: Mapping[str, Any]

    @property
    def kind(self) -> Kind:
        kind: Kind = self.receipt["kind"]
        return kind

    def measurement(self, rule: Rule) -> Measurement:
        receipt = self.receipt
        return Measurement(
            receipt["experiment"], self.name, receipt["seed"], tuple(receipt["inputs"]), rule, receipt.get("deep", False)
        )

    def values(self) -> Iterator[Value]:
        for name, number in self.results.numbers.items():
            yield Value(
                f"{self.name}.{name}", number.value, self.kind, number.what, number.unit, number.format,
                interval=number.interval, n=number.n, origin=self.measurement(number.rule),
            )  # fmt: skip


def digest(content: str | bytes) -> str:
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def dump(data: Any) -> str:
    """The one way evidence is written: equal data gives equal bytes, a changed number changes one line."""
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write(file: Path, content: str | bytes) -> bool:
    """Replace a file whole, by rename; False when it already held these bytes."""
    encoded = content.encode() if isinstance(content, str) else content
    if file.is_file() and file.read_bytes() == encoded:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(encoded)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(scratch, 0o644)
        os.replace(scratch, file)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
    return True


def results_as_json(results: Results) -> dict[str, Any]:
    return {
        "numbers": {name: _sparse(asdict(number)) for name, number in results.numbers.items()},
        "tables": {
            name: {"title": table.title, "columns": [_sparse(asdict(column)) for column in table.columns]}
            for name, table in results.tables.items()
        },
    }


def results_from_json(data: Mapping[str, Any]) -> Results:
    """Raises KeyError, TypeError or ValueError on data that `results_as_json` did not write."""
    numbers = {}
    for name, entry in data["numbers"].items():
        interval = entry.get("interval")
        numbers[name] = Number(**{"what": "", **entry, **_rule(entry), "interval": tuple(interval) if interval else None})
    tables = {
        name: Table(entry["title"], tuple(Column(**{**column, **_rule(column)}) for column in entry["columns"]))
        for name, entry in data["tables"].items()
    }
    return Results(numbers, tables)


def _sparse(entry: dict[str, Any]) -> dict[str, Any]:
    rule = {key: value for key, value in entry.pop("rule").items() if value}
    kept = {key: value for key, value in entry.items() if value not in (None, "")}
    return {**kept, "rule": rule["name"] if len(rule) == 1 else rule}


def _rule(entry: Mapping[str, Any]) -> dict[str, Rule]:
    rule = entry["rule"]
    return {"rule": Rule(**(rule if isinstance(rule, dict) else {"name": rule}))}


def seal(body: Mapping[str, Any]) -> str:
    """The content hash that stands in a receipt: of everything in the file except that hash."""
    receipt = {key: value for key, value in body["receipt"].items() if key != "content"}
    return digest(dump({**body, "receipt": receipt}))


def file_of(root: Path, name: str) -> Path:
    return root / FOLDER / f"{name}.json"


def save(root: Path, evidence: Evidence) -> bool:
    """Write one experiment's evidence, sealed, and its files before it; False when nothing changed. Results without files
    leave those that the receipt names."""
    receipt = dict(evidence.receipt)
    files = evidence.results.files
    if files:
        receipt["files"] = {path: digest(file.content) for path, file in sorted(files.items())}
    for path, file in files.items():
        write(root / path, file.content)
    body = {"receipt": receipt, "results": results_as_json(evidence.results), "figures": dict(evidence.figures)}
    receipt["content"] = seal(body)
    return write(file_of(root, evidence.name), dump(body))


def read(root: Path) -> tuple[dict[str, Evidence], list[Problem]]:
    """All evidence below `root`, and what is wrong with any; a tampered file is still read, and reported."""
    found: dict[str, Evidence] = {}
    problems: list[Problem] = []
    for file in sorted((root / FOLDER).glob("*.json")):
        if file.stem == STILLS:
            continue
        evidence, complaints = parse(file.stem, f"{FOLDER}/{file.name}", file.read_bytes())
        problems += complaints
        if evidence is not None:
            found[evidence.name] = evidence
        problems += check_files(root, evidence) if evidence is not None else []
    return found, problems + check_stills(root)


def check_files(root: Path, evidence: Evidence) -> list[Problem]:
    """Files of an experiment that are not those that its receipt names."""
    hint = f"restore it, or run `coursebook measure{' --deep' if evidence.receipt.get('deep') else ''}`"
    message = f"the file disagrees with the receipt in {FOLDER}/{evidence.name}.json"
    return [
        Problem(path, 1, 1, "tampered-evidence", message, hint)
        for path, known in evidence.receipt.get("files", {}).items()
        if not (root / path).is_file() or digest((root / path).read_bytes()) != known
    ]


def parse(name: str, path: str, content: bytes) -> tuple[Evidence | None, list[Problem]]:
    """One evidence file's bytes, checked against the receipt in them."""
    hint = "restore it, or run `coursebook measure`"
    try:
        body = json.loads(content)
        receipt = body["receipt"]
        evidence = Evidence(name, results_from_json(body["results"]), body["figures"], receipt)
        canonical = dump({"receipt": receipt, **{key: value for key, value in body.items() if key != "receipt"}})
        evidence.measurement(Rule()), evidence.kind, receipt["content"], dict(receipt["inputs"])
        dict(receipt.get("files", {}))
        for part in (receipt["measure"], receipt["draw"]):
            part["code"], dict(part["packages"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return None, [Problem(path, 1, 1, "tampered-evidence", f"cannot be read: {error}", hint)]
    if receipt.get("content") != seal(body) or canonical.encode() != content:
        return evidence, [Problem(path, 1, 1, "tampered-evidence", "the file disagrees with its receipt", hint)]
    return evidence, []


@cache
def templates() -> dict[str, dict[str, Any]]:
    """The two Plotly templates, light and dark, that every figure is shown with."""
    return {scheme: json.loads((TEMPLATES / f"{scheme}.json").read_text("utf-8")) for scheme in SCHEMES}


def still_key(figure: Mapping[str, Any]) -> str:
    """Names the stills of a figure by what they are exported from: its JSON and the templates."""
    return digest(dump([figure, templates()]))[:20]


def stills_of(root: Path, figure: Mapping[str, Any]) -> dict[str, str]:
    """Scheme to file below evidence/, for the stills that exist."""
    names = {scheme: f"{STILLS}/{still_key(figure)}.{scheme}.svg" for scheme in SCHEMES}
    return {scheme: name for scheme, name in names.items() if (root / FOLDER / name).is_file()}


def still_index(root: Path) -> dict[str, str]:
    """The hash of every still; an index that cannot be read vouches for none."""
    file = root / FOLDER / f"{STILLS}.json"
    try:
        index = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return index if isinstance(index, dict) else {}


def check_stills(root: Path) -> list[Problem]:
    """Stills that disagree with the index of their hashes."""
    folder = root / FOLDER / STILLS
    index = still_index(root)
    files = {file.name: file for file in folder.glob("*.svg")} if folder.is_dir() else {}
    return [
        Problem(f"{FOLDER}/{STILLS}/{name}", 1, 1, "tampered-evidence", "the still disagrees with evidence/stills.json",
                "run `coursebook measure`")
        for name in sorted(files.keys() | index.keys())
        if name not in files or digest(files[name].read_bytes()) != index.get(name)
    ]  # fmt: skip


def figure(root: Path, identifier: str, data: Mapping[str, Any]) -> Figure:
    return Figure(identifier, data, stills_of(root, data))


def finite(number: Scalar) -> bool:
    return isinstance(number, int) or math.isfinite(number)
