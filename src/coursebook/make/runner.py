"""Runs experiments: finds the stale ones, sends each to a child process of its own, and writes what comes back.

Work goes through `concurrent.futures.Executor`. The default executor is threads that each wait for one child process: a
child must be fresh anyway, because an audit hook cannot be taken off and numerics are pinned before numpy is imported.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursebook import evidence, fingerprint, sources
from coursebook.evidence import Evidence, Results
from coursebook.fingerprint import Experiment
from coursebook.problems import Problem, Problems

PINNED = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NUMBA_CPU_NAME": "nehalem",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
}
"""One thread and one processor target, which any x86-64 since Nehalem runs."""
SCRATCH = ("TMPDIR", "NUMBA_CACHE_DIR", "MPLCONFIGDIR", "XDG_CACHE_HOME")
"""Where libraries look for a folder to compile or to keep things in: each child gets an empty one."""


@dataclass(frozen=True)
class Job:
    """Everything a child needs to know. `results` asks for drawings alone, from these results; `files` lie beside a lab,
    by their name there; `module` is what the child runs."""

    root: str
    name: str
    experiment: str
    needs: tuple[str, ...]
    seed: int
    modules: tuple[str, ...]
    results: Mapping[str, Any] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    module: str = "coursebook.make.child"
    pinned: Mapping[str, str] = field(default_factory=lambda: dict(PINNED))

    def as_json(self, scratch: str) -> str:
        fields = {name: value for name, value in self.__dict__.items() if name != "pinned"}
        return json.dumps({**fields, "scratch": scratch})


@dataclass(frozen=True)
class Outcome:
    """What came back from a child: results and figures, or a lab's outputs by cell, or the problems that kept it from
    them."""

    name: str
    results: Results | None
    figures: Mapping[str, Any]
    seconds: float
    problems: tuple[Problem, ...] = ()
    traceback: str = ""
    outputs: Mapping[int, list[Any]] | None = None


_children: set[subprocess.Popen[str]] = set()
"""The processes of experiments that run here now."""


def _run(command: list[str], text: str, environment: Mapping[str, str], folder: str) -> subprocess.CompletedProcess[str]:
    """As subprocess.run, with the child known while it runs; OSError where it cannot be started."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd=folder, encoding="utf-8", errors="replace"
    ) as child:
        _children.add(child)
        try:
            output, errors = child.communicate(text)
        finally:
            _children.discard(child)
    return subprocess.CompletedProcess(command, child.returncode, output, errors)


def execute(job: Job) -> Outcome:
    """Run one job in a fresh interpreter; COURSEBOOK_PYTHON replaces the command that starts it."""
    command = shlex.split(os.environ.get("COURSEBOOK_PYTHON", "")) or [sys.executable]
    try:
        with tempfile.TemporaryDirectory(prefix="coursebook-", ignore_cleanup_errors=True) as scratch:
            environment = {**os.environ, **job.pinned, **dict.fromkeys(SCRATCH, scratch)}
            done = _run([*command, "-P", "-m", job.module], job.as_json(scratch), environment, job.root)
    except OSError as error:
        message = f"the process cannot be started: {error}"
        return Outcome(job.name, None, {}, 0.0, (Problem(job.experiment, 1, 1, "failed-experiment", message),))
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        message = f"the process ended with status {done.returncode}: {last}"
        return Outcome(job.name, None, {}, 0.0, (Problem(job.experiment, 1, 1, "failed-experiment", message),), done.stderr)
    return _outcome(job, answer)


def _outcome(job: Job, answer: Mapping[str, Any]) -> Outcome:
    problems = [
        Problem(job.experiment, 1, 1, "failed-experiment", f"undeclared: {attempt}", "name the file in NEEDS, or do without it")
        for attempt in dict.fromkeys(answer["attempts"])
    ]
    if "error" in answer and not problems:
        error = answer["error"]
        problems.append(Problem(job.experiment, error["line"], 1, "failed-experiment", error["message"]))
    if problems:
        return Outcome(job.name, None, {}, answer["seconds"], tuple(problems), answer.get("traceback", ""))
    if "outputs" in answer:
        outputs = {int(cell): found for cell, found in answer["outputs"].items()}
        return Outcome(job.name, None, {}, answer["seconds"], outputs=outputs)
    return Outcome(job.name, evidence.results_from_json(answer["results"]), answer["figures"], answer["seconds"])


def job_for(root: Path, experiment: Experiment, results: Mapping[str, Any] | None = None) -> Job:
    parts = [fingerprint.of(root, experiment, function) for function in ("measure", "draw")]
    modules = tuple(sorted({file for part in parts for file in part.files}))
    return Job(str(root), experiment.name, experiment.path, experiment.needs, experiment.seed, modules, results)


def local(workers: int | None = None) -> Executor:
    return ThreadPoolExecutor(workers or os.cpu_count() or 1)


def run(jobs: list[Job], executor: Executor, done: Callable[[Outcome], None] | None = None) -> Generator[Outcome, None, None]:
    """The outcomes of all jobs as they finish; `done` is told of each, for progress. Close it, so that an interrupt
    between two outcomes cancels what has not begun."""
    futures = [executor.submit(execute, job) for job in jobs]
    try:
        for future in as_completed(futures):
            outcome = future.result()
            if done:
                done(outcome)
            yield outcome
    finally:
        _stop(futures, executor)


def _stop(futures: list[Future[Outcome]], executor: Executor) -> None:
    """Cancel what has not begun and end what has. A terminal's interrupt reaches children too, but one that is just
    starting may miss it."""
    for future in futures:
        future.cancel()
    while isinstance(executor, ThreadPoolExecutor) and not all(future.done() for future in futures):
        for child in tuple(_children):
            child.kill()
        time.sleep(0.02)


@dataclass(frozen=True)
class Plan:
    """What has to run, and why; `fresh` needs nothing."""

    jobs: tuple[Job, ...]
    reasons: Mapping[str, tuple[str, ...]]
    fresh: tuple[str, ...]
    receipts: Mapping[str, Mapping[str, Any]]


def plan(root: Path, names: tuple[str, ...] = (), force: bool = False) -> Plan:
    """Compare every experiment's fingerprint with its evidence. Raises Problems for unknown names and unusable files."""
    experiments, problems = fingerprint.discover(root)
    cited, faults = sources.read(root)
    measured, _ = evidence.read(root)
    problems += faults
    for name in names:
        if name not in experiments:
            hint = f"there are {', '.join(experiments)}" if experiments else "there is none"
            problems.append(
                Problem(f"{fingerprint.EXPERIMENTS}/{name}.py", 1, 1, "failed-experiment", "no such experiment", hint)
            )
    problems += [
        Problem(experiment.path, 1, 1, "failed-experiment", f"NEEDS '{need}', which does not exist")
        for experiment in experiments.values()
        for need, found in fingerprint.inputs(root, experiment.needs, cited).items()
        if not found
    ]
    if problems:
        raise Problems(problems)
    jobs, reasons, fresh, receipts = [], {}, [], {}
    for name in names or experiments:
        receipt = fingerprint.receipt(root, experiments[name], cited)
        why = _reasons(root, receipt, measured.get(name), force)
        if any(why.values()):
            receipts[name], reasons[name] = receipt, tuple(why["measure"] + why["draw"])
            old = measured[name].results if name in measured and not why["measure"] else None
            jobs.append(job_for(root, experiments[name], evidence.results_as_json(old) if old else None))
        else:
            fresh.append(name)
    return Plan(tuple(jobs), reasons, tuple(fresh), receipts)


def _reasons(root: Path, receipt: Mapping[str, Any], old: Evidence | None, force: bool) -> dict[str, list[str]]:
    if force or old is None:
        return {"measure": ["asked for" if force else "never measured"], "draw": []}
    file = evidence.file_of(root, old.name)
    if evidence.parse(old.name, file.name, file.read_bytes())[1]:
        return {"measure": ["the evidence was edited"], "draw": []}
    why = fingerprint.changes(receipt, old.receipt)
    if receipt["title"] != old.receipt.get("title"):
        why["draw"].append("title")
    return why


def measure(root: Path, planned: Plan, executor: Executor, done: Callable[[Outcome], None] | None = None) -> list[str]:
    """Run a plan and write each experiment's evidence as it finishes; the names whose bytes changed.

    Raises Problems at the end, when every experiment that could finish has been written.
    """
    changed: list[str] = []
    problems: list[Problem] = []
    with closing(run(list(planned.jobs), executor, done)) as outcomes:
        for outcome in outcomes:
            problems += outcome.problems
            if outcome.results is not None:
                receipt = planned.receipts[outcome.name]
                if evidence.save(root, Evidence(outcome.name, outcome.results, outcome.figures, receipt)):
                    changed.append(outcome.name)
    if problems:
        raise Problems(problems)
    return sorted(changed)
