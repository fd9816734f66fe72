"""Whether evidence is fresh: what `measure` and `draw` are made of, found by reading code and never by running it.

A fingerprint covers the code that a function reaches (its own file by name, helpers whole), the inputs, the seed and
the versions of the packages. Docstrings, comments and layout do not count; an edited helper does.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from coursebook import __version__
from coursebook.evidence import FOLDER as EVIDENCE
from coursebook.evidence import NAME, Evidence, digest, dump
from coursebook.problems import Problem
from coursebook.sources import CORPORA, Corpus, Source
from coursebook.sources import FOLDER as SOURCES
from coursebook.text import Text

EXPERIMENTS = "build_figures"
CODE = (EXPERIMENTS, "src")
"""Where code of the tree is imported from; everything else that is imported is a package with a version."""
OWN = "coursebook"
"""This package counts by its version, as any other: its code is not part of an experiment."""
CONSTANTS = ("NEEDS", "SEED", "KIND", "PARTS", "DEEP", "WRITES")


PLACE = re.compile(r"(evidence/(?!stills/)[a-z0-9][\w-]*|src)(/[a-z0-9][\w-]*)+\.\w+")
"""Where an experiment may write files: in folders beside what is measured, and below what models are made of."""


@dataclass(frozen=True)
class Experiment:
    """One file of build_figures/, read but not run."""

    name: str
    path: str
    text: Text
    tree: ast.Module
    needs: tuple[str, ...]
    seed: int
    kind: str
    title: str
    parts: tuple[int | str, ...] = ()
    deep: bool = False
    writes: tuple[str, ...] = ()


def discover(root: Path) -> tuple[dict[str, Experiment], list[Problem]]:
    """Every experiment below `root`, and the files that do not follow the contract."""
    found: dict[str, Experiment] = {}
    problems: list[Problem] = []
    for file in sorted((root / EXPERIMENTS).glob("*.py")):
        if not file.name.startswith("_"):
            try:
                found[file.stem] = read(root, file)
            except ExperimentError as error:
                problems.append(error.problem)
    return found, problems


class ExperimentError(Exception):
    def __init__(self, problem: Problem):
        super().__init__(str(problem))
        self.problem = problem


def read(root: Path, file: Path) -> Experiment:
    text = Text.read(root, file.relative_to(root))

    def wrong(line: int, message: str, hint: str = "") -> ExperimentError:
        return ExperimentError(Problem(text.path, line, 1, "failed-experiment", message, hint))

    tree = _parse(root, file)
    constants: dict[str, Any] = {"NEEDS": [], "SEED": 0, "KIND": "measured", "PARTS": [], "DEEP": False, "WRITES": []}
    for statement in tree.body:
        for name in constants.keys() & set(_defines(statement)):
            match statement:
                case (
                    ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(target=ast.Name(), value=ast.expr() as value)
                ):
                    constants[name] = _literal(value)
                    fits = _FITS[name](constants[name])
                case _:
                    fits = False
            if not fits:
                raise wrong(statement.lineno, f"{name} is not a literal {_WANTED[name]}", "it is read without running the file")
    functions = {statement.name for statement in tree.body if isinstance(statement, ast.FunctionDef)}
    if "measure" not in functions:
        raise wrong(1, "no function 'measure'", "def measure(needs, seed) -> Results")
    if constants["PARTS"] and "part" not in functions:
        raise wrong(1, "PARTS without a function 'part'", "def part(needs, part, folder)")
    if constants["KIND"] not in ("measured", "assumed"):
        raise wrong(1, f"KIND is '{constants['KIND']}'", "'measured' or 'assumed'")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", file.stem):
        raise wrong(1, f"'{file.stem}' cannot be a namespace", "lower-case letters, digits and _")
    title = (ast.get_docstring(tree) or "").split("\n")[0]
    found = Experiment(
        file.stem, text.path, text, tree, tuple(constants["NEEDS"]), constants["SEED"], constants["KIND"], title,
        tuple(constants["PARTS"]), constants["DEEP"], tuple(constants["WRITES"]),
    )  # fmt: skip
    for function in ("measure", "draw"):
        of(root, found, function)
    return found


_WANTED = {
    "NEEDS": "list of texts",
    "SEED": "whole number",
    "KIND": "text",
    "PARTS": "list of different whole numbers or names",
    "DEEP": "True or False",
    "WRITES": "list of paths in a folder of evidence/ or below src/",
}
_FITS: Mapping[str, Callable[[Any], bool]] = {
    "NEEDS": lambda value: isinstance(value, list | tuple) and all(isinstance(one, str) for one in value),
    "SEED": lambda value: type(value) is int,
    "KIND": lambda value: isinstance(value, str),
    "PARTS": lambda value: (
        isinstance(value, list | tuple)
        and all(type(one) is int or (isinstance(one, str) and NAME.fullmatch(one)) for one in value)
        and len(set(map(str, value))) == len(value)
    ),
    "DEEP": lambda value: isinstance(value, bool),
    "WRITES": lambda value: (
        isinstance(value, list | tuple) and all(isinstance(one, str) and PLACE.fullmatch(one) for one in value)
    ),
}


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _parse(root: Path, file: Path) -> ast.Module:
    """A file of the tree as syntax; raises ExperimentError at the place where it is not Python."""
    text = Text.read(root, file.relative_to(root))
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(text.content)
    except SyntaxError as error:
        line, column, message = error.lineno or 1, error.offset or 1, error.msg
    except (ValueError, MemoryError, RecursionError) as error:
        line, column, message = 1, 1, str(error) or "nested too deeply"
    raise ExperimentError(Problem(text.path, line, max(1, column), "failed-experiment", f"not Python: {message}"))


@dataclass(frozen=True)
class Fingerprint:
    """`code` is a SHA-256, `files` the tree's modules that were followed, `packages` the top-level imports."""

    code: str
    files: tuple[str, ...]
    packages: tuple[str, ...]


def of(root: Path, experiment: Experiment, function: str) -> Fingerprint:
    """What `function` of an experiment is made of."""
    return covering(root, _reach(experiment.tree, function, *(["part", "derive"] if function == "measure" else [])))


def covering(root: Path, nodes: Sequence[ast.AST]) -> Fingerprint:
    """The fingerprint of these pieces of code, in this order, and of all that they import from the tree."""
    seen: dict[str, str] = {}
    packages: set[str] = set()
    for module in _imports(nodes):
        _follow(root, module, seen, packages)
    own = "\n".join(_canonical(node) for node in nodes)
    code = digest("\n".join([own, *(f"{path}\n{content}" for path, content in sorted(seen.items()))]))
    return Fingerprint(code, tuple(sorted(seen)), tuple(sorted(packages)))


def _follow(root: Path, module: str, seen: dict[str, str], packages: set[str]) -> None:
    """Add a module of the tree and all that it imports from there, or note the package it belongs to."""
    files = list(_files(root, module))
    if module.split(".", maxsplit=1)[0] == OWN or not files:
        packages.add(module.split(".", maxsplit=1)[0])
        return
    for file, package in files:
        path = file.relative_to(root).as_posix()
        if path not in seen:
            tree = _parse(root, file)
            seen[path] = _canonical(tree)
            for imported in _imports([tree], package):
                _follow(root, imported, seen, packages)


def _files(root: Path, module: str) -> Iterator[tuple[Path, str]]:
    """The files of the tree that importing a dotted name runs, each package's __init__ and then the module, and the
    package that relative imports in each start from."""
    parts = module.split(".")
    for base in CODE:
        if not any((root / base / candidate).exists() for candidate in (f"{parts[0]}.py", f"{parts[0]}/__init__.py")):
            continue
        for depth in range(1, len(parts) + 1):
            place = root / base / Path(*parts[:depth])
            if (place / "__init__.py").is_file():
                yield place / "__init__.py", ".".join(parts[:depth])
            elif place.with_suffix(".py").is_file():
                yield place.with_suffix(".py"), ".".join(parts[: depth - 1])
        return


def _imports(nodes: Iterable[ast.AST], package: str = "") -> Iterator[str]:
    """Dotted names of everything that code imports, also inside functions; `from a import b` names a.b too."""
    for node in nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import):
                yield from (alias.name for alias in inner.names)
            elif isinstance(inner, ast.ImportFrom):
                base = package.split(".")[: len(package.split(".")) - inner.level + 1] if inner.level else []
                name = ".".join([*base, *([inner.module] if inner.module else [])])
                yield name
                yield from (f"{name}.{alias.name}" for alias in inner.names if alias.name != "*")


def _reach(tree: ast.Module, *functions: str) -> list[ast.stmt]:
    """The top-level statements that these functions can touch, in their order in the file."""
    owners: dict[str, list[ast.stmt]] = {}
    always: list[ast.stmt] = []
    for statement in tree.body:
        names = list(_defines(statement))
        if names:
            for name in names:
                owners.setdefault(name, []).append(statement)
        elif not _is_docstring(statement):
            always.append(statement)
    reached: set[int] = set()
    waiting = [statement for function in functions for statement in owners.get(function, [])] + always + owners.get("*", [])
    while waiting:
        statement = waiting.pop()
        if id(statement) in reached:
            continue
        reached.add(id(statement))
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                waiting += owners.get(node.id, [])
    constants = {id(statement) for name in CONSTANTS for statement in owners.get(name, [])}
    return [statement for statement in tree.body if id(statement) in reached - constants]


def _defines(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            if not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
                yield from ((alias.asname or alias.name).split(".")[0] for alias in names)
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            yield from (
                node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            )


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _says_nothing(node: ast.AST, name: str, part: Any) -> bool:
    """A docstring; or the empty text with which Python 3.12.0 to 3.12.3 end a nested format."""
    if isinstance(node, ast.JoinedStr):
        return isinstance(part, ast.Constant) and part.value == ""
    return name == "body" and _is_docstring(part)


def _canonical(node: Any) -> str:
    """Code as text that does not know layout, comments, docstrings, or which Python parsed it."""
    if isinstance(node, ast.AST):
        fields = []
        for name, value in ast.iter_fields(node):
            kept = [part for part in value if not _says_nothing(node, name, part)] if isinstance(value, list) else value
            if name not in ("ctx", "type_comment", "kind") and kept not in (None, []):
                fields.append(f"{name}={_canonical(kept)}")
        return f"{type(node).__name__}({', '.join(fields)})"
    if isinstance(node, list):
        return f"[{', '.join(map(_canonical, node))}]"
    return repr(node)


def inputs(root: Path, needs: tuple[str, ...], cited: Mapping[str, Source]) -> dict[str, str]:
    """SHA-256 of each input; a source counts with its tables. A missing input has the hash ''."""
    hashes = {}
    for need in needs:
        corpus = corpus_of(need, cited)
        if corpus is not None:
            hashes[need] = digest(dump(dict(corpus.files)))
            continue
        key = need.removeprefix(f"{SOURCES}/")
        files = (cited[key].path, *cited[key].files) if need.startswith(f"{SOURCES}/") and key in cited else (need,)
        contents = [(root / file).read_bytes() if (root / file).is_file() else None for file in files]
        hashes[need] = "" if None in contents else digest(b"\0".join(content or b"" for content in contents))
    return hashes


def corpus_of(need: str, cited: Mapping[str, Source]) -> Corpus | None:
    """The corpus that `corpora/KEY` names. Its hashes stand in its source, so that no text need be there to compare."""
    folder, _, key = need.partition("/")
    return cited[key].corpus if folder == CORPORA and key in cited else None


@cache
def _distributions() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


@cache
def versions(packages: tuple[str, ...]) -> dict[str, str]:
    """Version of each distribution that provides these top-level modules, and of all that those require."""
    from packaging.requirements import Requirement

    found = {OWN: __version__} if OWN in packages else {}
    waiting = [name for module in packages for name in _distributions().get(module, [])]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found[name] = distribution.version
        requirements = [Requirement(line) for line in distribution.requires or []]
        waiting += [one.name for one in requirements if not one.marker or one.marker.evaluate({"extra": ""})]
    return dict(sorted(found.items()))


def receipt(root: Path, experiment: Experiment, cited: Mapping[str, Source], packages: bool = True) -> dict[str, Any]:
    """What the evidence of this experiment would carry if it were measured now, but for the hashes of its content and of
    its files; without `packages` no version is looked up."""
    parts = {function: of(root, experiment, function) for function in ("measure", "draw")}
    return {
        "experiment": experiment.path,
        "title": experiment.title,
        "kind": experiment.kind,
        "seed": experiment.seed,
        "inputs": inputs(root, experiment.needs, cited),
        **({"parts": list(experiment.parts)} if experiment.parts else {}),
        **({"deep": True} if experiment.deep else {}),
        **{name: {"code": part.code, "packages": versions(part.packages) if packages else {}} for name, part in parts.items()},
        **({"files": dict.fromkeys(experiment.writes, "")} if experiment.writes else {}),
    }


def changes(receipt_now: Mapping[str, Any], receipt_then: Mapping[str, Any], packages: bool = True) -> dict[str, list[str]]:
    """Why 'measure' or 'draw' has to run again; a function that is fresh has an empty list."""
    reasons: dict[str, list[str]] = {"measure": [], "draw": []}
    for part in ("seed", "kind", "inputs", "experiment", "parts", "deep"):
        if receipt_now.get(part) != receipt_then.get(part):
            reasons["measure"].append(_named_inputs(receipt_now, receipt_then) if part == "inputs" else part)
    if receipt_now.get("files", {}).keys() != receipt_then.get("files", {}).keys():
        reasons["measure"].append("files")
    for function, found in reasons.items():
        now, then = receipt_now[function], receipt_then.get(function, {})
        if now["code"] != then.get("code"):
            found.append(f"the code of {function}")
        if packages and now["packages"] != then.get("packages"):
            moved = set(now["packages"].items()) ^ set(then.get("packages", {}).items())
            found.append("packages: " + ", ".join(sorted({name for name, _ in moved})))
    return reasons


def _named_inputs(now: Mapping[str, Any], then: Mapping[str, Any]) -> str:
    moved = set(now["inputs"].items()) ^ set(then.get("inputs", {}).items())
    return "inputs: " + ", ".join(sorted({name for name, _ in moved}))


def stale(root: Path, measured: Mapping[str, Evidence], cited: Mapping[str, Source]) -> list[Problem]:
    """Evidence that no longer answers to its experiment, for the build. Package versions are left to `measure`
    and `verify`: a site is built where the packages that measure are not installed."""
    experiments, problems = discover(root)
    for name, experiment in experiments.items():
        hint = f"run `coursebook measure{' --deep' if experiment.deep else ''}`"
        if name not in measured:
            problems.append(Problem(experiment.path, 1, 1, "stale-evidence", "never measured", hint))
            continue
        reasons = changes(receipt(root, experiment, cited, packages=False), measured[name].receipt, packages=False)
        found = [reason for part in reasons.values() for reason in part]
        if found:
            problems.append(
                Problem(experiment.path, 1, 1, "stale-evidence", f"changed since measured: {'; '.join(found)}", hint)
            )
    for name in sorted(measured.keys() - experiments.keys()):
        file = f"{EVIDENCE}/{name}.json"
        if not any(problem.path == f"{EXPERIMENTS}/{name}.py" for problem in problems):
            problems.append(
                Problem(file, 1, 1, "stale-evidence", f"no experiment {EXPERIMENTS}/{name}.py made it", "remove it")
            )
    return problems
