"""One number changes, everywhere a number stands: is it caught?

Naive: the change alone. Forged: hashes, receipts and second entries are changed with it, so that only measuring or
drawing again can tell; the fresh run is made once, and every mutant is held against it.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import listing
from coursebook import evidence, fingerprint, library, sources
from coursebook.cli import all_figures
from coursebook.evidence import Evidence
from coursebook.make import runner, stills
from coursebook.make.equivalence import PASSES, compare, worst
from coursebook.make.verify import compare_figures
from coursebook.publish.compile import Page, Setting, compile
from coursebook.publish.lint import lint
from coursebook.publish.site import Options, chapters, read_vocabulary
from coursebook.text import Text

NUMBER = re.compile(r"\d+(?:\.\d+)?")
BOTH_ENTRIES = "a cited value whose both entries were changed"
STILL_MAKER = "the version of the browser or library that a still says drew it"
TOLERATED = "a digit that the output's own rule lets differ"
TRAINED = "deep evidence, which `verify --deep` measures again"


@dataclass(frozen=True)
class Mutant:
    """A file with one number changed. `place` says where, for the report."""

    path: str
    place: str
    content: str


@dataclass
class Tally:
    made: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    survivors: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, kind: str, mutant: Mutant, caught: bool, reason: str = "") -> None:
        self.made[kind] += 1
        self.caught[kind] += caught
        if not caught:
            self.survivors.append((kind, f"{mutant.path}: {mutant.place}", reason))

    def lines(self, tier: str) -> list[str]:
        rows = [f"| {tier} | {kind} | {self.made[kind]:,} | {self.caught[kind]:,} |" for kind in sorted(self.made)]
        reasons = Counter(reason or "NO REASON" for _, _, reason in self.survivors)
        return [*rows, *(f"| {tier} | survivors: {reason} | {count:,} | 0 |" for reason, count in sorted(reasons.items()))]


EVERY = "COURSEBOOK_SOAK" in os.environ
MOST = 20
"""About as many numbers of one file are changed on a push, evenly spread; in the soak it is all of them."""


def mutants(path: str, content: str, start: int = 0, most: int | None = None) -> Iterator[Mutant]:
    """Each number of a text in turn, its last digit another one; or about `most` of them."""
    found = list(NUMBER.finditer(content, start))
    for match in itertools.islice(found, 0, None, 1 if most is None or EVERY else 1 + len(found) // most):
        last = match.end() - 1
        digit = "8" if content[last] == "9" else str(int(content[last]) + 1)
        line = content.count("\n", 0, match.start()) + 1
        yield Mutant(path, f"line {line}: {match[0]}", content[:last] + digit + content[last + 1 :])


def evidence_files(root: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((root / evidence.FOLDER).glob("*.json")):
        if file.stem != evidence.STILLS:
            yield file.stem, file.read_text("utf-8")


def naive_evidence(root: Path, tally: Tally) -> None:
    for name, content in evidence_files(root):
        for mutant in mutants(f"{name}.json", content, most=MOST):
            tally.add("evidence and figure data", mutant, bool(evidence.parse(name, mutant.path, mutant.content.encode())[1]))


def naive_stills(root: Path, tally: Tally) -> None:
    index = evidence.still_index(root)
    for name, sha in index.items():
        content = (root / evidence.FOLDER / evidence.STILLS / name).read_text("utf-8")
        for mutant in mutants(name, content, most=4 * MOST):
            tally.add("stills", mutant, evidence.digest(mutant.content) != sha)
    for mutant in mutants("stills.json", json.dumps(index)):
        tally.add("stills", mutant, json.loads(mutant.content) != index)


def naive_sources(root: Path, scratch: Path, tally: Tally) -> None:
    """A YAML's numbers disagree with their review or with the reviewed listing; a table's with its checksum."""
    folder = scratch / sources.FOLDER
    for file in sorted((root / sources.FOLDER).glob("*.*")):
        evidence.write(folder / file.name, file.read_bytes())
    for file in sorted(folder.glob("*.yml")):
        content = file.read_text("utf-8")
        whole, _ = sources.read_one(scratch, file)
        reviewed = listing.of_source(whole)
        for table in whole.files:
            text = (scratch / table).read_text("utf-8")
            for mutant in mutants(table, text, text.index("\n"), most=MOST // 2):
                (scratch / table).write_text(mutant.content, "utf-8")
                tally.add("source tables", mutant, bool(sources.read_one(scratch, file)[1]))
            (scratch / table).write_text(text, "utf-8")
        for mutant in mutants(file.name, content, most=MOST // 4):
            file.write_text(mutant.content, "utf-8")
            source, problems = sources.read_one(scratch, file)
            tally.add("source values", mutant, bool(problems) or listing.of_source(source) != reviewed)
        file.write_text(content, "utf-8")


def naive_chapters(root: Path, tally: Tally) -> None:
    """A chapter's digits change what the reviewed listing says, or break a rule."""
    names, _ = library.load(root)
    vocabulary = read_vocabulary(root)

    def compiled(text: Text, uri: str) -> Page:
        return compile(text, names, Setting(uri, lambda name, data: evidence.figure(root, name, data)))

    for uri, text in chapters(root, Options.docs):
        if uri.startswith("chapters/"):
            reviewed = listing.of_chapter(compiled(text, uri), vocabulary)
            for mutant in mutants(text.path, text.content, most=MOST):
                page = compiled(Text(text.path, mutant.content), uri)
                caught = bool(page.problems) or listing.of_chapter(page, vocabulary) != reviewed or any(lint(page, vocabulary))
                tally.add("chapters", mutant, caught)


def forged_evidence(root: Path, fresh: dict[str, Evidence], tally: Tally) -> None:
    """The content hash is recomputed, so the file agrees with its receipt; only the fresh run can tell. The hash itself
    has no forgery, and a digit past a double's precision is no other number."""
    for name, content in evidence_files(root):
        for mutant in mutants(f"{name}.json", content, most=MOST):
            body = json.loads(mutant.content)
            if body["receipt"]["content"] != json.loads(content)["receipt"]["content"]:
                continue
            body["receipt"]["content"] = evidence.seal(body)
            forged = evidence.dump(body)
            if forged == content:
                continue
            item, problems = evidence.parse(name, mutant.path, forged.encode())
            if item.receipt.get("deep"):
                tally.add("deep evidence", mutant, bool(problems), TRAINED)
                continue
            verdict = "not read" if problems else _verdict(item, fresh[name])
            tally.add("evidence and figure data", mutant, verdict not in PASSES, TOLERATED if verdict == "equivalent" else "")


def _verdict(forged: Evidence, fresh: Evidence) -> str:
    receipts = [{key: value for key, value in one.receipt.items() if key != "content"} for one in (forged, fresh)]
    if receipts[0] != receipts[1]:
        return "tampered"
    return worst([*compare(forged.name, forged.results, fresh.results), *compare_figures(forged, fresh.figures)])


def forged_stills(root: Path, drawn: dict[str, str], tally: Tally) -> None:
    for name, svg in drawn.items():
        content = (root / evidence.FOLDER / evidence.STILLS / name).read_text("utf-8")
        for mutant in mutants(name, content, most=4 * MOST):
            exactly = stills.maker(mutant.content) == stills.maker(svg)
            caught = not stills.same(mutant.content, svg, exactly=exactly)
            tally.add("stills", mutant, caught, "" if exactly else STILL_MAKER)


def forged_sources(root: Path, scratch: Path, tally: Tally) -> None:
    """Both entries of a fact change together. What is left is the reviewed listing of the sources, and of the chapters
    that print it: a person's eyes. They do not count here as a catch."""
    folder = scratch / sources.FOLDER
    for file in sorted((root / sources.FOLDER).glob("*.*")):
        evidence.write(folder / file.name, file.read_bytes())
    for file in sorted(folder.glob("*.yml")):
        content = file.read_text("utf-8")
        for key in ("value", "range"):
            for match in re.finditer(rf"^(\s+{key}:\s*)(\S.*?)\s*(#.*)?$", content, re.MULTILINE):
                for mutant in mutants(file.name, match[2]):
                    again = content[match.end() :].replace(f"{key}: {match[2]}", f"{key}: {mutant.content}", 1)
                    file.write_text(content[: match.start(2)] + mutant.content + again, "utf-8")
                    tally.add("source values", mutant, bool(sources.read_one(scratch, file)[1]), BOTH_ENTRIES)
        file.write_text(content, "utf-8")


def measured_again(root: Path) -> dict[str, Evidence]:
    """One fresh run of every experiment that does not train, with the receipt that it would get. What the verification
    before the tests found identical is that run already."""
    cited, _ = sources.read(root)
    experiments, _ = fingerprint.discover(root)
    proved = {} if EVERY else _proved(root)
    jobs = [runner.job_for(root, one) for one in experiments.values() if not one.deep and one.name not in proved]
    with runner.local() as executor:
        outcomes = list(runner.run(jobs, executor))
    return proved | {
        one.name: Evidence(one.name, one.results, one.figures, fingerprint.receipt(root, experiments[one.name], cited))
        for one in outcomes
    }


def _proved(root: Path) -> dict[str, Evidence]:
    file = root / "build" / "verify.json"
    found = json.loads(file.read_text("utf-8"))["experiments"] if file.is_file() else {}
    return {
        name: item
        for name, item in evidence.read(root)[0].items()
        if found.get(name) == {**found.get(name, {}), "verdict": "identical", "content": item.receipt["content"]}
    }


def drawn_again(root: Path) -> dict[str, str]:
    """The stills, drawn once more; on a push every third figure."""
    return stills.export(all_figures(root)[:: 1 if EVERY else 3])
