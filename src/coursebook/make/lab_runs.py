"""Running labs, and judging what came out when they are run again: output by output, words as words, numbers as numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursebook import evidence, labs
from coursebook.labs import SAID, Executed, Lab
from coursebook.make import runner
from coursebook.make.equivalence import Comparison, Verdict, worst
from coursebook.make.runner import Job, Outcome, Progress
from coursebook.make.verify import Verification, Verified, pinned
from coursebook.notebook import PLOTLY, RULE, executed, joined
from coursebook.problems import Problem, Problems
from coursebook.values import Rule

NUMBER = re.compile(r"[-−+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
WORDS = re.compile(rf"{NUMBER.pattern}|[^\W\d]+|\S")
DRAWN = Rule("structure")


@dataclass(frozen=True)
class Plan:
    """What has to run, and why. Of `reworded` only the text changed: their outputs stay."""

    labs: Mapping[str, Lab]
    jobs: tuple[Job, ...]
    reasons: Mapping[str, tuple[str, ...]]
    reworded: tuple[str, ...]
    fresh: tuple[str, ...]


def named(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of experiments, and names of labs."""
    own = tuple(name for name in names if name.startswith(f"{labs.KIND}/"))
    return tuple(name for name in names if name not in own), own


def find(root: Path, names: tuple[str, ...]) -> dict[str, Lab]:
    """The labs of these names, or all. Raises Problems for unknown names and labs that cannot be run."""
    found, problems = labs.discover(root)
    broken = {problem.path for problem in problems}
    for name in names:
        if name not in found and f"chapters/{name}.py" not in broken:
            hint = f"there are {', '.join(found)}" if found else "there is none"
            problems.append(Problem(f"chapters/{name}.py", 1, 1, RULE, "no such lab", hint))
    if problems:
        raise Problems(problems)
    return {name: found[name] for name in names or found}


def plan(root: Path, names: tuple[str, ...] = (), force: bool = False) -> Plan:
    """Compare every lab with its evidence; after experiments were measured, since a lab may read their files."""
    found = find(root, names)
    measured, complaints = labs.evidence_of(root)
    tampered = {problem.path for problem in complaints}
    reasons: dict[str, tuple[str, ...]] = {}
    for name, lab in found.items():
        if force or name not in measured:
            reasons[name] = ("asked for" if force else "never measured",)
        elif f"{evidence.FOLDER}/{name}.ipynb" in tampered:
            reasons[name] = ("the evidence was edited",)
        else:
            reasons[name] = tuple(labs.changes(root, lab, measured[name]))
    jobs = tuple(job_for(root, found[name]) for name, why in reasons.items() if why)
    kept = [name for name, why in reasons.items() if not why]
    reworded = tuple(name for name in kept if labs.reworded(found[name], measured[name]))
    return Plan(found, jobs, reasons, reworded, tuple(name for name in kept if name not in reworded))


def job_for(root: Path, lab: Lab) -> Job:
    return Job(
        str(root), lab.name, lab.path, lab.needs, lab.seed, (), files=labs.files(root, lab), module="coursebook.make.cells"
    )


def outputs_of(outcome: Outcome) -> dict[int, list[Any]]:
    """What the cells of a lab that ran have shown, by their index: JSON keeps it as text."""
    return {int(index): found for index, found in outcome.value.items()}


def measure(root: Path, planned: Plan, executor: Executor, progress: Progress | None = None) -> list[str]:
    """Run a plan and write each lab's evidence as it finishes; the names whose bytes changed. Raises Problems at the
    end, when every lab that could finish has been written."""
    changed = [name for name in planned.reworded if _reword(root, planned.labs[name])]
    problems: list[Problem] = []
    with closing(runner.run(list(planned.jobs), executor, progress)) as outcomes:
        for outcome in outcomes:
            problems += outcome.problems
            lab = planned.labs[outcome.name]
            if outcome.value is not None and labs.save(root, lab, outputs_of(outcome), labs.receipt(root, lab)):
                changed.append(outcome.name)
    if problems:
        raise Problems(problems)
    return sorted(changed)


def _reword(root: Path, lab: Lab) -> bool:
    """Write the evidence of a lab whose code is as it was, with its present text and the outputs that it had."""
    old = labs.evidence_of(root)[0][lab.name]
    had = [cell["outputs"] for cell in old.notebook["cells"] if cell.get("execution_count") is not None]
    outputs = {index: found for (index, _), found in zip(lab.run(), had, strict=True)}
    return labs.save(root, lab, outputs, {**old.receipt, "title": lab.title})


def verify(root: Path, executor: Executor, names: tuple[str, ...] = (), progress: Progress | None = None) -> Verification:
    """Run labs again, and compare."""
    found = find(root, names)
    committed, complaints = labs.evidence_of(root)
    verified = []
    with closing(runner.run([job_for(root, lab) for lab in found.values()], executor, progress)) as outcomes:
        for outcome in outcomes:
            own = [one for one in complaints if one.path == f"{evidence.FOLDER}/{outcome.name}.ipynb"]
            verified.append(_judge(root, found[outcome.name], committed.get(outcome.name), outcome, own))
    left = [] if names else [one for one in labs.stale(root, found, committed) if one.path.startswith(evidence.FOLDER)]
    problems = left + [
        problem for name in found.keys() & committed.keys() for problem in _missing_stills(root, committed[name])
    ]
    content = {name: item.receipt["content"] for name, item in committed.items()}
    return Verification(tuple(sorted(verified, key=lambda one: one.name)), (), tuple(problems), content)


def _judge(root: Path, lab: Lab, old: Executed | None, outcome: Outcome, complaints: list[Problem]) -> Verified:
    def without(verdict: Verdict, *problems: Problem) -> Verified:
        return Verified(lab.name, verdict, (), problems, outcome.seconds)

    if complaints:
        return without("tampered", *complaints)
    if old is None:
        return without("not run", Problem(lab.path, 1, 1, "stale-evidence", "never measured", "run `coursebook measure`"))
    if outcome.value is None:
        return without("not run", *outcome.problems)
    fresh = Executed(lab.name, executed(lab.cells, outputs_of(outcome), {}))
    comparisons = compare(old, fresh, pinned())
    problems = _receipt_problems(root, lab, old)
    return Verified(
        lab.name, worst(comparisons, "tampered" if problems else "identical"), tuple(comparisons), tuple(problems), outcome.seconds
    )  # fmt: skip


def _receipt_problems(root: Path, lab: Lab, old: Executed) -> list[Problem]:
    """A receipt that does not say what is so here, or a notebook that is not the lab's: checked, not believed."""
    now = labs.receipt(root, lab)
    wrong = [key for key in ("experiment", "title", "kind", "seed", "inputs") if now[key] != old.receipt.get(key)]
    wrong += ["the code"] if now["measure"]["code"] != old.receipt["measure"]["code"] else []
    wrong += ["requires"] if now["requires"].keys() != old.receipt["requires"].keys() else []
    wrong += ["the text"] if labs.reworded(lab, old) else []
    path = f"{evidence.FOLDER}/{lab.name}.ipynb"
    message, hint = f"the receipt is out of date: {', '.join(wrong)}", "run `coursebook measure`"
    return [Problem(path, 1, 1, "stale-evidence", message, hint)] if wrong else []


def accept(root: Path, name: str) -> list[Comparison]:
    """Make what a lab gives now its committed evidence, and return what that moves."""
    lab = find(root, (name,))[name]
    outcome = runner.execute(job_for(root, lab))
    if outcome.value is None:
        raise Problems(outcome.problems)
    fresh = Executed(name, executed(lab.cells, outputs_of(outcome), {}))
    old = labs.evidence_of(root)[0].get(name, Executed(name, executed((), {}, {})))
    labs.save(root, lab, outputs_of(outcome), labs.receipt(root, lab))
    return [one for one in compare(old, fresh) if one.verdict != "identical"]


def _missing_stills(root: Path, item: Executed) -> list[Problem]:
    path, hint = f"{evidence.FOLDER}/{item.name}.ipynb", "run `coursebook measure`"
    return [
        Problem(path, 1, 1, "stale-evidence", f"figure '{name}' has no still", hint)
        for name, data in item.figures.items()
        if len(evidence.stills_of(root, data)) < len(evidence.SCHEMES)
    ]


def compare(old: Executed, new: Executed, pinned: bool = True) -> list[Comparison]:
    """Hold the outputs of two runs against each other. On the pinned run all are equal."""
    before, after = dict(old.outputs()), dict(new.outputs())
    return [
        _output(f"{old.name}#{number}", before.get(number), after.get(number), pinned)
        for number in sorted({*before, *after}, key=lambda number: [int(part) for part in number.split(".")])
    ]


def _output(identifier: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, pinned: bool) -> Comparison:
    if old is None or new is None or _kind(old) != _kind(new):
        return Comparison(identifier, "moved", _kind(old), _kind(new), SAID)
    if old["output_type"] == "display_data":
        one, other = (output["data"][PLOTLY] for output in (old, new))
        was, now = (evidence.digest(json.dumps(figure, sort_keys=True))[:12] for figure in (one, other))
        same = not pinned and _shape(one) == _shape(other)
        verdict: Verdict = "identical" if was == now else "equivalent" if same else "moved"
        return Comparison(identifier, verdict, was, now, DRAWN)
    return _texts(identifier, _text(old), _text(new), pinned)


def _kind(output: Mapping[str, Any] | None) -> str:
    if output is None:
        return "absent"
    return " ".join([output["output_type"], output.get("name", ""), *sorted(output.get("data", {}))])


def _text(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        return joined(output["text"])
    return "\n".join(joined(output["data"][kind]) for kind in sorted(output["data"]))


def _texts(identifier: str, old: str, new: str, pinned: bool) -> Comparison:
    """Two texts, word by word; the first words that are not the same are shown."""
    if old == new:
        return Comparison(identifier, "identical", "", "", SAID)
    before, after = WORDS.findall(old), WORDS.findall(new)
    pairs = [(one, other) for one, other in zip(before, after, strict=False) if one != other]
    worse = [(one, other) for one, other in pairs if not _near(one, other)]
    same = not pinned and not worse and len(before) == len(after)
    lengths = (f"{len(old)} characters", f"{len(new)} characters")
    one, other = next(iter(worse or pairs), lengths)
    return Comparison(identifier, "equivalent" if same else "moved", one, other, SAID)


def _near(one: str, other: str) -> bool:
    """Whether two words are numbers with as many decimals, at most one unit of the last apart."""
    if not (NUMBER.fullmatch(one) and NUMBER.fullmatch(other)):
        return False
    first, second = (float(word.replace("−", "-")) for word in (one, other))
    places = max(_places(one), _places(other))
    return _places(one) == _places(other) and abs(first - second) <= 10.0**-places * (1 + 1e-9)


def _places(word: str) -> int:
    """Decimals that a word is printed with; of 1.5e-3 four."""
    mantissa, _, exponent = word.lower().replace("−", "-").partition("e")
    return len(mantissa.partition(".")[2]) - int(exponent or 0)


def _shape(node: Any) -> Any:
    """A figure without its numbers: the same words in the same places."""
    if isinstance(node, dict):
        return {key: _shape(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_shape(value) for value in node]
    return "#" if isinstance(node, int | float) and not isinstance(node, bool) else json.dumps(node)
