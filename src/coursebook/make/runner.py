"""Runs experiments: finds the stale ones, sends each to a child process of its own, and writes what comes back.

Work goes through `concurrent.futures.Executor`. The default executor is threads that each wait for one child process: a
child must be fresh anyway, because an audit hook cannot be taken off and numerics are pinned before numpy is imported.
"""

from __future__ import annotations

import base64
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from coursebook import evidence, fingerprint, sources
from coursebook.evidence import Evidence, File, Results
from coursebook.fingerprint import Experiment
from coursebook.make import corpora
from coursebook.problems import Problem, Problems
from coursebook.values import Rule

PINNED = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NUMBA_CPU_NAME": "nehalem",
    "NUMBA_CPU_FEATURES": "+sse,+sse2,+sse3,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
}
"""One thread, and instructions that any x86-64 since Nehalem runs: for the linear algebra, for what numba compiles (its name
alone leaves the host's features on), for NumPy's loops, and for the C library's exp, log and pow."""
UNPINNED = "COURSEBOOK_UNPINNED"
"""Set, it takes the pins off, but for the hash seed: children run as the environment says."""
SCRATCH = ("TMPDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME")
"""Where libraries look for a folder to keep things in: each child gets an empty one."""


PARTS = "build/parts"
"""Where the finished parts of an experiment wait for the others: `build/parts/verify/atlas-HASH/1.json`."""
Mode = Literal["measure", "verify"]


@dataclass(frozen=True)
class Job:
    """Everything a child needs to know. `results` asks for drawings alone, from these results; `part` for one of the
    `parts` alone, which may use `folder`. `derive` asks for what follows from these `results`, once more. `found` is what
    the parts gave, `spent` the CPU-seconds that they took; both are kept in the folder `kept` until the experiment has
    finished. `files` lie beside a lab, by their name there; `module` is what the child runs."""

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
    writes: tuple[str, ...] = ()
    parts: tuple[int | str, ...] = ()
    kept: str = ""
    part: int | str | None = None
    found: tuple[Any, ...] = ()
    spent: float = 0.0
    derive: bool = False

    @property
    def folder(self) -> str:
        return "" if self.part is None else str(Path(self.kept) / str(self.part))

    def as_json(self, scratch: str) -> str:
        fields = {name: value for name, value in self.__dict__.items() if name != "pinned"}
        return json.dumps({**fields, "scratch": scratch, "compiled": compiled(), "folder": self.folder})

    def steps(self) -> list[Job]:
        """What has to run now: the parts that are not yet kept, or else the experiment itself."""
        if not self.parts or self.results is not None:
            return [self]
        kept = [_kept(self, part) for part in self.parts]
        if all(kept):
            return [
                replace(
                    self, found=tuple(one["value"] for one in kept if one), spent=sum(one["seconds"] for one in kept if one)
                )
            ]
        return [replace(self, part=part) for part, one in zip(self.parts, kept, strict=True) if one is None]

    def progress(self) -> str:
        """The line that a running part shows."""
        try:
            return (
                f"{self.name} {self.part}: {Path(self.folder, 'progress').read_text('utf-8').strip()}"
                if self.folder
                else self.name
            )
        except FileNotFoundError:
            return f"{self.name} {self.part}"

    def discard(self) -> None:
        """Forget the parts: the experiment has finished."""
        if self.kept:
            shutil.rmtree(self.kept, ignore_errors=True)


def _kept(job: Job, part: int | str) -> dict[str, Any] | None:
    try:
        kept = json.loads(Path(job.kept, f"{part}.json").read_text("utf-8"))
        return {"value": kept["value"], "seconds": float(kept["seconds"])}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class Outcome:
    """What came back from a child: the value of a part or of a lab, or results (with files) and figures, or the problems
    that kept it from them. `seconds` are CPU-seconds, of the parts too."""

    name: str
    results: Results | None
    figures: Mapping[str, Any]
    seconds: float
    problems: tuple[Problem, ...] = ()
    traceback: str = ""
    value: Any = None


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


_folders: list[tempfile.TemporaryDirectory[str]] = []
_one_at_a_time = threading.Lock()


def compiled() -> str:
    """Where numba keeps what it compiled, for all the children of this process: they have the same pins, and compiling takes
    longer than most of them. The folder is new with each process and goes with it."""
    with _one_at_a_time:
        if not _folders:
            _folders.append(tempfile.TemporaryDirectory(prefix="coursebook-numba-", ignore_cleanup_errors=True))
    return _folders[0].name


def execute(job: Job) -> Outcome:
    """Run one job in a fresh interpreter; COURSEBOOK_PYTHON replaces the command that starts it."""
    command = shlex.split(os.environ.get("COURSEBOOK_PYTHON", "")) or [sys.executable]
    if job.folder:
        os.makedirs(job.folder, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="coursebook-", ignore_cleanup_errors=True) as scratch:
            pins = {"PYTHONHASHSEED": "0"} if UNPINNED in os.environ else job.pinned
            environment = {**os.environ, **pins, **dict.fromkeys(SCRATCH, scratch), "NUMBA_CACHE_DIR": compiled()}
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
    if "value" in answer:
        return Outcome(job.name, None, {}, answer["seconds"], value=answer["value"])
    files = {path: File(base64.b64decode(content), Rule(rule)) for path, (content, rule) in answer["files"].items()}
    results = replace(evidence.results_from_json(answer["results"]), files=files)
    return Outcome(job.name, results, answer["figures"], round(answer["seconds"] + job.spent, 3))


def job_for(root: Path, experiment: Experiment, results: Mapping[str, Any] | None = None, mode: Mode = "measure") -> Job:
    """The job of an experiment. What its parts gave is kept for the same code, inputs and seed alone, and a verification
    never takes what a measurement kept."""
    parts = [fingerprint.of(root, experiment, function) for function in ("measure", "draw")]
    modules = tuple(sorted({file for part in parts for file in part.files}))
    kept = ""
    if experiment.parts:
        state = fingerprint.receipt(root, experiment, sources.read(root)[0])
        kept = str(root / PARTS / mode / f"{experiment.name}-{evidence.digest(evidence.dump(state))[:12]}")
    return Job(
        str(root), experiment.name, experiment.path, experiment.needs, experiment.seed, modules, results,
        writes=experiment.writes, parts=experiment.parts, kept=kept,
    )  # fmt: skip


def local(workers: int | None = None) -> Executor:
    return ThreadPoolExecutor(workers or os.cpu_count() or 1)


Progress = Callable[[int, str], None]
"""Told how many children have finished since the last call, and what runs now."""


def run(jobs: list[Job], executor: Executor, progress: Progress | None = None) -> Generator[Outcome, None, None]:
    """The outcomes of all jobs as they finish, each experiment after its parts. Close it, so that an interrupt between two
    outcomes cancels what has not begun. Raises Problems where a corpus is missing."""
    corpora.obtain(Path(jobs[0].root) if jobs else Path(), {need for job in jobs if job.results is None for need in job.needs})
    progress = progress or (lambda _finished, _running: None)
    running = {executor.submit(execute, step): step for job in jobs for step in job.steps()}
    failed: set[str] = set()
    try:
        while running:
            finished, _ = wait(running, timeout=1, return_when=FIRST_COMPLETED)
            progress(len(finished), "; ".join(step.progress() for step in running.values() if step.part is not None))
            for future in finished:
                step, outcome = running.pop(future), future.result()
                if step.part is None or outcome.problems:
                    if step.name not in failed:
                        yield outcome
                    failed |= {step.name} if outcome.problems else set()
                    continue
                evidence.write(
                    Path(step.kept, f"{step.part}.json"), evidence.dump({"value": outcome.value, "seconds": outcome.seconds})
                )
                others = any(one.name == step.name for one in running.values())
                if not others and step.name not in failed:
                    running |= {executor.submit(execute, last): last for last in replace(step, part=None).steps()}
    finally:
        _stop(list(running), executor)


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


def plan(root: Path, names: tuple[str, ...] = (), force: bool = False, deep: bool = False) -> Plan:
    """Compare every experiment's fingerprint with its evidence; with `deep` of those that train, else of the others.
    Raises Problems for unknown names and unusable files."""
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
    made = {path for experiment in experiments.values() for path in experiment.writes}
    hint = "run `coursebook measure --deep`"
    problems += [
        Problem(
            experiment.path, 1, 1, "failed-experiment", f"NEEDS '{need}', which does not exist", hint if need in made else ""
        )
        for experiment in experiments.values()
        for need, found in fingerprint.inputs(root, experiment.needs, cited).items()
        if not found and not (deep and need in made)
    ]
    if problems:
        raise Problems(problems)
    jobs, reasons, fresh, receipts = [], {}, [], {}
    for name in names or experiments:
        if experiments[name].deep != deep:
            continue
        receipt = fingerprint.receipt(root, experiments[name], cited)
        why = _reasons(root, receipt, measured.get(name), force)
        if any(why.values()):
            receipts[name], reasons[name] = receipt, tuple(why["measure"] + why["draw"])
            old = measured[name].results if name in measured and not why["measure"] else None
            if old and "files" in measured[name].receipt:
                receipts[name]["files"] = measured[name].receipt["files"]
            jobs.append(job_for(root, experiments[name], evidence.results_as_json(old) if old else None))
        else:
            fresh.append(name)
    return Plan(tuple(jobs), reasons, tuple(fresh), receipts)


def _reasons(root: Path, receipt: Mapping[str, Any], old: Evidence | None, force: bool) -> dict[str, list[str]]:
    if force or old is None:
        return {"measure": ["asked for" if force else "never measured"], "draw": []}
    file = evidence.file_of(root, old.name)
    if evidence.parse(old.name, file.name, file.read_bytes())[1] or evidence.check_files(root, old):
        return {"measure": ["the evidence was edited"], "draw": []}
    why = fingerprint.changes(receipt, old.receipt)
    if receipt["title"] != old.receipt.get("title"):
        why["draw"].append("title")
    return why


def measure(root: Path, planned: Plan, executor: Executor, progress: Progress | None = None) -> list[str]:
    """Run a plan and write each experiment's evidence as it finishes; the names whose bytes changed.

    Raises Problems at the end, when every experiment that could finish has been written.
    """
    changed: list[str] = []
    problems: list[Problem] = []
    jobs = {job.name: job for job in planned.jobs}
    with closing(run(list(planned.jobs), executor, progress)) as outcomes:
        for outcome in outcomes:
            problems += outcome.problems
            if outcome.results is not None:
                receipt = planned.receipts[outcome.name]
                if evidence.save(root, Evidence(outcome.name, outcome.results, outcome.figures, receipt)):
                    changed.append(outcome.name)
                jobs[outcome.name].discard()
    if problems:
        raise Problems(problems)
    return sorted(changed)
