"""Measures everything again, away from the committed evidence, and says of each output whether it is the same.

Nothing here writes evidence. A verdict that does not pass is shown with both numbers, the rule, and every chapter line
that prints it; none is softened.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from coursebook import evidence, fingerprint, library, sources
from coursebook.evidence import Evidence, Results
from coursebook.library import Library
from coursebook.make import runner
from coursebook.make.equivalence import PASSES, Comparison, Verdict, compare, compare_files, count_sampled, worst
from coursebook.make.runner import Outcome, Progress
from coursebook.problems import Problem, Problems
from coursebook.values import Rule

Claims = Callable[[Library], list[Problem]]
"""Checks every claim of the course against a library, and returns those that fail."""


@dataclass(frozen=True)
class Verified:
    """What verification found for one experiment."""

    name: str
    verdict: Verdict
    comparisons: tuple[Comparison, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0

    @property
    def failures(self) -> list[Comparison]:
        return [comparison for comparison in self.comparisons if not comparison.passes]


@dataclass(frozen=True)
class Verification:
    """A whole run. `broken` are the claims that are false for the fresh values."""

    experiments: tuple[Verified, ...]
    broken: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    content: Mapping[str, str] = field(default_factory=dict)

    @property
    def passes(self) -> bool:
        good = all(one.verdict in PASSES for one in self.experiments)
        return good and not self.broken and not self.problems

    def __add__(self, other: Verification) -> Verification:
        return Verification(
            self.experiments + other.experiments,
            self.broken + other.broken,
            self.problems + other.problems,
            {**self.content, **other.content},
        )

    def as_json(self, root: Path) -> dict[str, Any]:
        """What CI proved, for the site to show: bound to the evidence it proved by content hash."""
        return {
            "on": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "commit": _git(root, "rev-parse", "HEAD"),
            "passes": self.passes,
            "experiments": {
                one.name: {"verdict": one.verdict, "outputs": len(one.comparisons), "content": self.content.get(one.name, "")}
                for one in self.experiments
            },
        }


def verify(
    root: Path,
    executor: Executor,
    claims: Claims,
    names: tuple[str, ...] = (),
    progress: Progress | None = None,
    *,
    deep: bool = False,
) -> Verification:
    """Measure again and compare; `deep` also trains again. Raises Problems when the experiments cannot even be read, or a
    corpus is missing."""
    experiments, faults = fingerprint.discover(root)
    if faults:
        raise Problems(faults)
    cited, problems = sources.read(root)
    committed, complaints = evidence.read(root)
    tampered = {problem.path for problem in complaints}
    fresh: dict[str, Evidence] = {}
    verified: list[Verified] = []
    chosen = [experiments[name] for name in names or experiments]
    jobs = [runner.job_for(root, one, mode="verify") for one in chosen if deep or not one.deep]
    by_name = {job.name: job for job in jobs}
    verified += [_kept(root, one, committed.get(one.name), complaints) for one in chosen if one.deep and not deep]
    family = sum(count_sampled(committed[job.name].results) for job in jobs if job.name in committed)
    with closing(runner.run(jobs, executor, progress)) as outcomes:
        for outcome in outcomes:
            old = committed.get(outcome.name)
            if f"{evidence.FOLDER}/{outcome.name}.json" in tampered or old is None:
                own = tuple(one for one in complaints if one.path == f"{evidence.FOLDER}/{outcome.name}.json")
                verified.append(_unknown(experiments[outcome.name], own, outcome.seconds))
            elif outcome.results is None:
                verified.append(Verified(outcome.name, "not run", (), outcome.problems, outcome.seconds))
            else:
                verified.append(judge(root, experiments[outcome.name], old, outcome, family))
                fresh[outcome.name] = Evidence(outcome.name, outcome.results, outcome.figures, old.receipt)
                by_name[outcome.name].discard()
    current = library.gather(root, cited, {**committed, **fresh}.values())
    stale = [] if names else fingerprint.stale(root, committed, cited)
    others = [one for one in complaints if evidence.STILLS in one.path or not one.path.endswith(".json")]
    missing = [problem for name in fresh for problem in missing_stills(root, committed[name])]
    content = {name: item.receipt["content"] for name, item in committed.items()}
    ordered = tuple(sorted(verified, key=lambda one: one.name))
    return Verification(ordered, tuple(claims(current)), tuple(problems + stale + others + missing), content)


def pinned() -> bool:
    """Whether this machine obeys the pinned numerics: the pins are on, and it is the processor family they name."""
    return platform.machine() in ("x86_64", "AMD64") and runner.UNPINNED not in os.environ


def judge(root: Path, experiment: fingerprint.Experiment, old: Evidence, outcome: Outcome, family: int) -> Verified:
    assert outcome.results is not None
    comparisons = compare(old.name, old.results, outcome.results, pinned(), family)
    problems = _receipt_problems(root, experiment, old)
    verdict: Verdict = "tampered" if problems else "identical"
    drawn = outcome
    files, results = outcome.results.files, replace(outcome.results, files={})
    if files or old.receipt.get("files"):
        known = old.receipt.get("files", {})
        committed = {path: (root / path).read_bytes() for path in known if (root / path).is_file()}
        comparisons += compare_files(known, committed, files, pinned())
    if results != old.results:
        drawn = runner.execute(replace(runner.job_for(root, experiment, evidence.results_as_json(old.results)), derive=True))
        problems += drawn.problems
        comparisons += _disowned(old, drawn.results)
    comparisons += compare_figures(old, drawn.figures)
    verdict = worst(comparisons, verdict)
    return Verified(old.name, verdict, tuple(comparisons), tuple(problems), outcome.seconds)


def _disowned(old: Evidence, derived: Results | None) -> list[Comparison]:
    """What the committed layouts do not bear out, when it is derived from them once more."""
    if derived is None:
        return []
    found = compare(old.name, old.results, derived, pinned=False)
    return [replace(one, id=f"{one.id} (of the committed layout)") for one in found if not one.passes]


def _kept(root: Path, experiment: fingerprint.Experiment, old: Evidence | None, complaints: list[Problem]) -> Verified:
    """Deep evidence that is not trained again: its receipt and its files are checked all the same."""
    own = [one for one in complaints if one.path in (f"{evidence.FOLDER}/{experiment.name}.json", *experiment.writes)]
    if old is None:
        return _unknown(experiment, tuple(own))
    problems = own or _receipt_problems(root, experiment, old)
    return Verified(old.name, "tampered" if problems else "kept", (), tuple(problems))


def _unknown(experiment: fingerprint.Experiment, complaints: tuple[Problem, ...], seconds: float = 0.0) -> Verified:
    """An experiment without evidence that can be read and believed."""
    hint = f"run `coursebook measure{' --deep' if experiment.deep else ''}`"
    never = Problem(experiment.path, 1, 1, "stale-evidence", "never measured", hint)
    return Verified(experiment.name, "tampered" if complaints else "not run", (), complaints or (never,), seconds)


def compare_figures(old: Evidence, drawn: Mapping[str, Any]) -> list[Comparison]:
    """Figures are drawn from the committed results and compared exactly."""
    comparisons = []
    for name in sorted(old.figures.keys() | drawn.keys()):
        before, after = old.figures.get(name), drawn.get(name)
        verdict: Verdict = "identical" if evidence.dump(before) == evidence.dump(after) else "moved"
        was, now = (("absent" if one is None else evidence.digest(evidence.dump(one))[:12]) for one in (before, after))
        comparisons.append(Comparison(f"{old.name}/{name}", verdict, was, now, Rule("exact")))
    return comparisons


def _receipt_problems(root: Path, experiment: fingerprint.Experiment, old: Evidence) -> list[Problem]:
    """A receipt that does not say what is so here: its claims about kind, seed and inputs are checked, not believed."""
    cited, _ = sources.read(root)
    now = fingerprint.receipt(root, experiment, cited)
    keys = ("experiment", "title", "kind", "seed", "inputs", "parts", "deep")
    wrong = [key for key in keys if now.get(key) != old.receipt.get(key)]
    wrong += ["files"] if now.get("files", {}).keys() != old.receipt.get("files", {}).keys() else []
    wrong += [f"the code of {part}" for part in ("measure", "draw") if now[part]["code"] != old.receipt[part].get("code")]
    path = f"{evidence.FOLDER}/{old.name}.json"
    hint = f"run `coursebook measure{' --deep' if experiment.deep else ''}`"
    return [Problem(path, 1, 1, "stale-evidence", f"the receipt is out of date: {', '.join(wrong)}", hint)] if wrong else []


def missing_stills(root: Path, item: Evidence) -> list[Problem]:
    return [
        Problem(f"{evidence.FOLDER}/{item.name}.json", 1, 1, "stale-evidence", f"figure '{name}' has no still",
                "run `coursebook measure`")
        for name, data in item.figures.items()
        if len(evidence.stills_of(root, data)) < len(evidence.SCHEMES)
    ]  # fmt: skip


@dataclass(frozen=True)
class Move:
    """A number that differs between two states of the evidence."""

    id: str
    old: str
    new: str
    rule: str


def since(root: Path, ref: str) -> list[Move]:
    """The numbers that moved in the evidence and the sources since a git revision; LookupError for an unknown one."""
    if not _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"):
        raise LookupError(f"git knows no revision '{ref}'")
    now, _ = library.load(root)
    before = _library_at(root, ref)
    moved = []
    for name in sorted(now.values.keys() | before.values.keys()):
        old, new = before.values.get(name), now.values.get(name)
        if (old and (old.number, old.relation)) != (new and (new.number, new.relation)):
            present = new or old
            assert present
            rule = str(getattr(present.origin, "rule", "")) or "cited"
            moved.append(Move(name, old.text() if old else "absent", new.text() if new else "absent", rule))
    return moved


def _library_at(root: Path, ref: str) -> Library:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        listing = _git(root, "ls-tree", "-r", "-z", "--name-only", ref, "--", evidence.FOLDER, sources.FOLDER).split("\0")
        for path in listing:
            if path.endswith((".json", ".yml", ".csv")):
                shown = subprocess.run(["git", "show", f"{ref}:./{path}"], cwd=root, capture_output=True, check=True)
                (scratch / path).parent.mkdir(parents=True, exist_ok=True)
                (scratch / path).write_bytes(shown.stdout)
        return library.load(scratch)[0]


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def accept(root: Path, outcome: Outcome, receipt: Mapping[str, Any]) -> list[Comparison]:
    """Make an outcome the committed evidence, and return what that moves."""
    if outcome.results is None:
        raise Problems(outcome.problems)
    committed, _ = evidence.read(root)
    old = committed.get(outcome.name)
    evidence.save(root, Evidence(outcome.name, outcome.results, outcome.figures, receipt))
    before = old.results if old else Results()
    return [one for one in compare(outcome.name, before, outcome.results) if one.verdict != "identical"]


def report(root: Path, verification: Verification, file: Path) -> None:
    evidence.write(file, json.dumps(verification.as_json(root), indent=1) + "\n")
