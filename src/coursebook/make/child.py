"""The process that runs one experiment: fresh, with pinned numerics, and deaf and blind to all but its NEEDS.

Reads a job as JSON from standard input and writes the outcome as JSON to the stream that was standard output; what the
experiment prints goes to standard error. An audit hook refuses every file, socket and process that was not declared,
and remembers each attempt, so that a library that swallows the refusal cannot hide it. Libraries that compile or keep
things as they work get an empty folder of their own, which the parent removes.
"""

from __future__ import annotations

import base64
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import platform
import signal
import socket
import sys
import sysconfig
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from coursebook import evidence, sources
from coursebook.evidence import NAME, File, Number, Results
from coursebook.fingerprint import corpus_of
from coursebook.values import Table, printed

REFUSED = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.", "ftplib.",
           "urllib.", "http.", "smtplib.", "webbrowser.", "os.startfile", "sqlite3.connect")  # fmt: skip
CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
           "os.utime", "shutil.")  # fmt: skip
BELOW = ("os.remove", "os.rmdir", "shutil.rmtree")
"""Of these the last argument may be an open folder that the path counts from; removing a temporary folder works so."""
LISTS = ("os.listdir", "os.scandir", "glob.glob")
MACHINE = ("/proc/cpuinfo", "/proc/stat", "/proc/self/maps")
"""What numba, psutil and torch read when they are imported. Numerics are pinned, so that nothing follows from it."""


class Refused(PermissionError):
    """An experiment asked for something that it did not declare."""


class Guard:
    """The audit hook. `readable` are exact files; `installed` are folders of Python itself and of packages; anything
    may happen in the folders `own`."""

    def __init__(self, readable: set[str], installed: tuple[str, ...], tree: str, own: tuple[str, ...]):
        self.readable, self.installed, self.tree, self.folders = readable, installed, tree, own
        self.listable = {os.path.realpath(folder) for folder in sys.path if folder}
        self.attempts: list[str] = []
        self.active = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.active:
            return
        if event == "open":
            self.opened(arguments[0], arguments[1], arguments[2])
        elif event.startswith(REFUSED) or (event.startswith(CHANGES) and not self.changes(event, arguments)):
            self.refuse(f"{event} {' '.join(map(str, arguments[:2]))}"[:200])
        elif event in LISTS and not isinstance(arguments[0], int):
            self.listed(os.path.realpath(os.fsdecode(arguments[0] or ".")))

    def changes(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Whether every path that an event changes is the experiment's own."""
        folder = arguments[-1] if event in BELOW and isinstance(arguments[-1], int) else -1
        base = os.path.realpath(f"/proc/self/fd/{folder}" if folder >= 0 else ".")
        paths = [os.path.join(base, os.fsdecode(one)) for one in arguments if isinstance(one, str | bytes | os.PathLike)]
        return bool(paths) and all(self.own(os.path.realpath(path)) for path in paths)

    def own(self, name: str) -> bool:
        return any(name.startswith(folder + os.sep) for folder in self.folders)

    def opened(self, path: Any, mode: Any, flags: int) -> None:
        if isinstance(path, int):
            return
        name = os.path.realpath(os.fsdecode(path))
        if name == os.devnull or self.own(name):
            return
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND) or set(str(mode or "r")) & set("wax+"):
            self.refuse(f"write {self.shown(name)}")
        elif name not in self.readable and not self.inside(name):
            self.refuse(f"read {self.shown(name)}")

    def listed(self, name: str) -> None:
        """Importing lists the folders of sys.path; nothing else may be listed."""
        if name not in self.listable and not self.inside(name) and not self.own(name) and name not in self.folders:
            self.refuse(f"list {self.shown(name)}")

    def inside(self, name: str) -> bool:
        return any(name == folder or name.startswith(folder + os.sep) for folder in self.installed)

    def shown(self, path: str) -> str:
        return os.path.relpath(path, self.tree) if path.startswith(self.tree + os.sep) else path

    def refuse(self, what: str) -> None:
        self.attempts.append(what)
        raise Refused(f"{what}: not among NEEDS")


class Modules(importlib.abc.MetaPathFinder):
    """Finds the tree's modules that the fingerprint covers, by name, and no others."""

    def __init__(self, root: Path, files: list[str]):
        self.files: dict[str, Path] = {}
        for file in files:
            parts = Path(file).with_suffix("").parts[1:]
            self.files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = root / file

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        file = self.files.get(name)
        if file is None:
            return None
        places = [str(file.parent)] if file.name == "__init__.py" else None
        return _specification(name, file, places)


class Code(importlib.machinery.SourceFileLoader):
    """Compiles what stands in the file: bytecode kept beside it is code that no fingerprint covers."""

    def get_code(self, fullname: str) -> Any:
        return self.source_to_code(self.get_data(self.path), self.path)


def _specification(name: str, file: Path, places: list[str] | None = None) -> importlib.machinery.ModuleSpec:
    loader = Code(name, str(file))
    found = importlib.util.spec_from_file_location(name, file, loader=loader, submodule_search_locations=places)
    assert found
    return found


def installed() -> tuple[str, ...]:
    """Folders of Python and of packages; not the prefix itself, for /usr may well hold a course too."""
    paths = {path for name, path in sysconfig.get_paths().items() if name not in ("data", "scripts")}
    paths |= {sys.prefix + "/lib", sys.base_prefix + "/lib"}
    return tuple({os.path.realpath(path) for path in paths if path} | {os.path.realpath(Path(__file__).parents[1])})


def _need(root: Path, need: str, cited: Mapping[str, sources.Source]) -> Any:
    if corpus_of(need, cited):
        return root / sources.OBTAINED / need.partition("/")[2]
    key = need.removeprefix(f"{sources.FOLDER}/")
    return cited[key] if need != key and key in cited else root / need


def _files(need: str, cited: Mapping[str, sources.Source]) -> Mapping[str, str]:
    corpus = corpus_of(need, cited)
    return corpus.files if corpus else {}


def run(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run the functions that a job asks for; the outcome has a part's value, or results, figures and files, or an error;
    and seconds and attempts."""
    root = Path(job["root"])
    os.chdir(root)
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, Modules(root, job["modules"]))
    cited, _ = sources.read(root)
    needs = {need: _need(root, need, cited) for need in job["needs"]}
    readable = {root / need for need in job["needs"]} | {root / path for path in [job["experiment"], *job["modules"]]}
    readable |= {needs[need] / Path(file).name for need in needs for file in _files(need, cited)}
    prepare()
    names = set(map(os.path.realpath, {*MACHINE, *readable}))
    own = tuple(os.path.realpath(folder) for folder in (job["scratch"], job["compiled"], job["folder"]) if folder)
    guard = Guard(names, installed(), os.path.realpath(root), own)
    sys.addaudithook(guard)
    started = time.process_time()
    guard.active = True
    try:
        outcome = _execute(root, job, needs)
    except BaseException as error:  # noqa: BLE001 - whatever an experiment raises is its outcome
        outcome = {"error": described(root, job, error), "traceback": traceback.format_exc()}
    guard.active = False
    return {**outcome, "attempts": guard.attempts, "seconds": round(time.process_time() - started, 3)}


def prepare() -> None:
    """Do beforehand, or forgo, what libraries do to the machine when they are merely imported."""
    platform.uname().processor  # noqa: B018 - asks a process, once
    socket.has_ipv6 = False  # urllib3 would open a socket to see


def _execute(root: Path, job: Mapping[str, Any], needs: Mapping[str, Any]) -> dict[str, Any]:
    specification = _specification(f"experiment_{Path(job['experiment']).stem}", root / job["experiment"])
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules[module.__name__] = module
    specification.loader.exec_module(module)
    if job["part"] is not None:
        value = module.part(needs, job["part"], Path(job["folder"]))
        return {"value": json.loads(json.dumps(value, allow_nan=False))}
    if job["results"] is None:
        results = check(module.measure(needs, job["seed"], *([job["found"]] if job["parts"] else [])))
    else:
        results = evidence.results_from_json(job["results"])
    if _defines(module, "derive") and (job["results"] is None or job["derive"]):
        results = derived(results, module.derive(needs, results), again=job["derive"])
    if job["results"] is None and results.files.keys() != set(job["writes"]):
        raise ValueError(f"measure made the files {sorted(results.files)}, and WRITES names {sorted(job['writes'])}")
    stored = evidence.results_as_json(results)
    drawn = check_figures(results, module.draw(evidence.results_from_json(stored)) if _defines(module, "draw") else {})
    files = {path: [base64.b64encode(file.content).decode(), file.rule.name] for path, file in results.files.items()}
    return {"results": stored, "figures": {name: plain(figure) for name, figure in drawn.items()}, "files": files}


def _defines(module: Any, name: str) -> bool:
    """Whether the experiment has this function of its own; one that it imports, for a purpose of its own, is not part of
    the contract."""
    return bool(getattr(getattr(module, name, None), "__module__", "") == module.__name__)


def derived(results: Results, more: Any, *, again: bool) -> Results:
    """What was measured and what follows from it. `again`, of committed results, replaces what had been derived."""
    check(more)
    twice = (results.numbers.keys() & more.numbers.keys()) | (results.tables.keys() & more.tables.keys())
    if twice and not again:
        raise ValueError(f"'{min(twice)}' is measured and derived")
    return check(Results({**results.numbers, **more.numbers}, {**results.tables, **more.tables}, results.files))


def check(results: Any) -> Results:
    """The contract on what `measure` returns; ValueError says what breaks it."""
    if not isinstance(results, Results):
        raise ValueError(f"measure returned {type(results).__name__}, not Results")
    for name in [*results.numbers, *results.tables]:
        if not NAME.fullmatch(name):
            raise ValueError(f"'{name}' cannot be the name of a value")
    for path, file in results.files.items():
        if (
            not isinstance(file, File)
            or not isinstance(file.content, bytes)
            or file.rule.name not in ("exact", "structure", "trained")
        ):
            raise ValueError(f"'{path}' is no File of bytes with the rule exact, structure or trained")
    own = results.tables.get("table", Table("", ()))
    twice = results.numbers.keys() & {column.name for column in own.columns} | results.numbers.keys() & results.tables.keys()
    if twice:
        raise ValueError(f"'{min(twice)}' names two things")
    for name, number in results.numbers.items():
        if not isinstance(number, Number) or not all(map(_finite, (number.value, *(number.interval or ())))):
            raise ValueError(f"'{name}' is not a finite number")
        if not number.what:
            raise ValueError(f"'{name}' does not say what it is")
        printed(number.value, number.format)
    for key, table in results.tables.items():
        names = [column.name for column in table.columns]
        if not names or len(set(names)) < len(names) or not all(map(NAME.fullmatch, names)):
            raise ValueError(f"the columns of '{key}' cannot be named {', '.join(map(repr, names)) or 'nothing'}")
        for column in table.columns:
            text = {isinstance(cell, str) for cell in column.cells}
            if len(text) > 1 or not all(isinstance(cell, str) or _finite(cell) for cell in column.cells):
                raise ValueError(f"column '{column.name}' holds more than finite numbers, or more than text")
            for cell in column.numbers:
                printed(cell, column.format)
    return results


def check_figures(results: Results, drawn: Any) -> dict[str, Any]:
    """The contract on what `draw` returns; ValueError says what breaks it."""
    if not isinstance(drawn, dict) or not all(hasattr(figure, "to_json") for figure in drawn.values()):
        raise ValueError("draw returned something else than Plotly figures by name")
    for name in drawn:
        if not NAME.fullmatch(name):
            raise ValueError(f"'{name}' cannot be the name of a figure")
        if name in results.tables:
            raise ValueError(f"'{name}' names a figure and a table")
    return drawn


def _finite(number: Any) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and evidence.finite(number)


def plain(figure: Any) -> dict[str, Any]:
    """A Plotly figure as plain JSON, the template left out: the page supplies light or dark."""
    data = json.loads(figure.to_json(engine="json"))
    data.get("layout", {}).pop("template", None)
    return {"data": [_lists(trace) for trace in data.get("data", [])], "layout": data.get("layout", {})}


def _lists(node: Any) -> Any:
    """Plotly packs arrays as base64; a number that a reader can see must be a number that a reader can check. What is
    not a number is a gap."""
    if isinstance(node, dict) and node.keys() >= {"dtype", "bdata"}:
        import numpy

        array = numpy.frombuffer(base64.b64decode(node["bdata"]), dtype=node["dtype"])
        shape = [int(size) for size in str(node.get("shape", len(array))).split(",")]
        return _lists(array.reshape(shape).tolist())
    if isinstance(node, dict):
        return {key: _lists(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_lists(value) for value in node]
    return None if isinstance(node, float) and not evidence.finite(node) else node


def described(root: Path, job: Mapping[str, Any], error: BaseException) -> dict[str, Any]:
    """The error, at the last line of the experiment's own file that led to it."""
    own = str(root / job["experiment"])
    lines = [frame.lineno or 1 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == own]
    line = error.lineno or 1 if isinstance(error, SyntaxError) and error.filename == own else lines[-1] if lines else 1
    return {"line": line, "message": f"{type(error).__name__}: {error}"}


def end_with_parent() -> None:
    """Be killed with the process that waits for this one, where the kernel can see to it (Linux): who is left alone would
    write on in a part's folder, which the next run takes up."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def main(work: Callable[[Mapping[str, Any]], dict[str, Any]] = run) -> None:
    """Answer the job on standard input, on what was standard output; what the work itself prints goes elsewhere."""
    end_with_parent()
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    json.dump(work(json.load(sys.stdin)), output, ensure_ascii=False, allow_nan=False)
    output.flush()


if __name__ == "__main__":
    main()
