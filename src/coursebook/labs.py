"""Labs: notebooks that readers run themselves. Read from chapters/labs/NAME.py without running them; what running them
gave is kept, with its receipt, in evidence/labs/NAME.ipynb.

A lab runs in a folder that holds its files and nothing else, under their own names: the layout of its download. So it
says `Path("words.txt")` wherever it runs.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from coursebook import evidence, fingerprint, notebook
from coursebook.evidence import NAME, digest, dump
from coursebook.fingerprint import Fingerprint
from coursebook.notebook import PLOTLY, RULE, Cell
from coursebook.problems import Problem
from coursebook.text import Text
from coursebook.values import Rule

KIND = "labs"
FOLDER = f"chapters/{KIND}"
SKIPPED = "skip-execution"
"""The tag of a cell that is not run here. nbclient and nbconvert know it too."""
RESERVED = ("README.txt", "LICENSE.txt", "requirements.txt")
"""What a download holds beside the lab and its files."""
CONSTANTS = {"NEEDS": "list of texts", "SEED": "whole number"}
SAID = Rule("words")
"""What "the same" means for the text of an output."""
TITLE = re.compile(r"# +(.+)")


@dataclass(frozen=True)
class Lab:
    """One file of chapters/labs/, read but not run. `name` is labs/NAME, as commands and verdicts say it."""

    name: str
    path: str
    text: Text
    cells: tuple[Cell, ...]
    needs: tuple[str, ...]
    seed: int
    title: str

    @property
    def stem(self) -> str:
        return Path(self.path).stem

    def run(self) -> Iterator[tuple[int, Cell]]:
        """The cells that are run, with their index among all."""
        return ((i, cell) for i, cell in enumerate(self.cells) if cell.kind == "code" and SKIPPED not in cell.tags)


@dataclass(frozen=True)
class Executed:
    """A lab's committed evidence. `notebook` is nbformat JSON, its receipt inside."""

    name: str
    notebook: Mapping[str, Any]

    @property
    def receipt(self) -> Mapping[str, Any]:
        receipt: Mapping[str, Any] = self.notebook["metadata"]["coursebook"]
        return receipt

    @property
    def figures(self) -> dict[str, Mapping[str, Any]]:
        """Plotly JSON by name, in the order of the page."""
        drawn = [output["data"][PLOTLY] for _, output in self.outputs() if output["output_type"] == "display_data"]
        return {f"{self.name}/figure-{index}": figure for index, figure in enumerate(drawn, 1)}

    def outputs(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every output under the number that Jupyter gives its cell, and its own where there are several."""
        for cell in self.notebook["cells"]:
            outputs = cell.get("outputs", [])
            for index, output in enumerate(outputs, 1):
                yield f"{cell['execution_count']}" + (f".{index}" if len(outputs) > 1 else ""), output


def discover(root: Path) -> tuple[dict[str, Lab], list[Problem]]:
    """Every lab below `root` by its name, and everything that keeps one from being run or published."""
    found: dict[str, Lab] = {}
    problems: list[Problem] = []
    for file in sorted((root / FOLDER).glob("*.py")):
        lab, faults = read(root, file)
        problems += faults
        if not faults:
            found[lab.name] = lab
    return found, problems


def read(root: Path, file: Path) -> tuple[Lab, list[Problem]]:
    """One lab, and what does not follow the contract."""
    text = Text.read(root, file.relative_to(root))
    cells, problems = notebook.parse(text)
    title = TITLE.match(cells[0].source) if cells and cells[0].kind == "markdown" else None
    if title is None:
        problems.append(Problem(text.path, 1, 1, RULE, "no title", "the first cell is Markdown and begins with `# `"))
    if not NAME.fullmatch(file.stem):
        hint = "lower-case letters, digits and _"
        problems.append(Problem(text.path, 1, 1, RULE, f"'{file.stem}' cannot name a lab", hint))
    constants, faults = _constants(text.path, cells)
    problems += faults
    lab = Lab(
        f"{KIND}/{file.stem}", text.path, text, tuple(cells), tuple(constants["NEEDS"]), constants["SEED"],
        title[1].strip() if title else "",
    )  # fmt: skip
    return lab, problems or _misplaced(root, lab)


def tree_of(cell: Cell) -> ast.Module:
    """A code cell as syntax, with the lines of its file; SyntaxError has them too."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.increment_lineno(ast.parse(cell.source), cell.line - 1)
    except SyntaxError as error:
        error.lineno = (error.lineno or 1) + cell.line - 1
        raise
    except (ValueError, MemoryError, RecursionError) as error:
        raise SyntaxError(str(error) or "nested too deeply", ("", cell.line, 1, "")) from None


def _constants(path: str, cells: list[Cell]) -> tuple[dict[str, Any], list[Problem]]:
    """NEEDS and SEED as the cells define them, and the cells that are not Python."""
    found: dict[str, Any] = {"NEEDS": [], "SEED": 0}
    problems = []
    for cell in cells:
        if cell.kind == "markdown":
            continue
        try:
            statements = tree_of(cell).body
        except SyntaxError as error:
            problems.append(Problem(path, error.lineno or 1, max(1, error.offset or 1), RULE, f"not Python: {error.msg}"))
            continue
        for statement in statements:
            for name in found.keys() & _stored(statement):
                value = _literal(statement)
                if _fits(name, value):
                    found[name] = value
                else:
                    message, hint = f"{name} is not a literal {CONSTANTS[name]}", "it is read without running the file"
                    problems.append(Problem(path, statement.lineno, 1, RULE, message, hint))
    return found, problems


def _stored(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _literal(statement: ast.stmt) -> Any:
    try:
        return ast.literal_eval(statement.value) if isinstance(statement, ast.Assign) else None
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None


def _fits(name: str, value: Any) -> bool:
    if name == "SEED":
        return type(value) is int
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _misplaced(root: Path, lab: Lab) -> list[Problem]:
    """Files that cannot lie beside the lab, or that it cannot have there."""
    problems = []
    try:
        reached = reach(root, lab)
    except fingerprint.ExperimentError as error:
        return [error.problem]
    if fingerprint.OWN in reached.packages:
        problems.append(Problem(lab.path, 1, 1, RULE, "imports coursebook", "a lab's reader does not have it"))
    taken = {name: name for name in (*RESERVED, f"{lab.stem}.py", f"{lab.stem}.ipynb")}
    for path in (*lab.needs, *reached.files):
        name = _beside(path, reached)
        if taken.setdefault(name, path) != path:
            hint = "a lab's files lie in one folder, under their own names"
            problems.append(Problem(lab.path, 1, 1, RULE, f"'{path}' and '{taken[name]}' would be one file", hint))
    problems += [
        Problem(lab.path, 1, 1, RULE, f"NEEDS '{need}', which does not exist")
        for need in lab.needs
        if not (root / need).is_file() or not (root / need).resolve().is_relative_to(root.resolve())
    ]
    return problems


def shown(cell: Cell, tree: ast.Module) -> ast.expr | None:
    """The expression whose value a cell shows, as in Jupyter: its last, unless a semicolon ends it."""
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return None
    rest = cell.source.encode().splitlines()[(last.end_lineno or 1) - cell.line][last.end_col_offset or 0 :]
    return None if rest.lstrip().startswith(b";") else last.value


def reach(root: Path, lab: Lab) -> Fingerprint:
    """What the code of a lab is made of, and what it shows. A comment or a Markdown cell is no part of it."""
    trees = [(cell, tree_of(cell)) for _, cell in lab.run()]
    found = fingerprint.covering(root, [tree for _, tree in trees])
    values = [value and ast.dump(value) for value in (shown(cell, tree) for cell, tree in trees)]
    return replace(found, code=digest(dump([found.code, values])))


def files(root: Path, lab: Lab) -> dict[str, str]:
    """The files that lie beside the lab, by their name there: its NEEDS, and the helpers that it imports."""
    reached = reach(root, lab)
    return {_beside(path, reached): path for path in sorted({*lab.needs, *reached.files})}


def _beside(path: str, reached: Fingerprint) -> str:
    """A module keeps the place that it is imported from, everything else its bare name."""
    return path.partition("/")[2] if path in reached.files else Path(path).name


def receipt(root: Path, lab: Lab, packages: bool = True) -> dict[str, Any]:
    """What the evidence of this lab would carry if it were run now, but for its content hash; without `packages` no
    version is looked up."""
    reached = reach(root, lab)
    return {
        "experiment": lab.path,
        "title": lab.title,
        "kind": "measured",
        "seed": lab.seed,
        "inputs": fingerprint.inputs(root, lab.needs, {}),
        "measure": {"code": reached.code, "packages": fingerprint.versions(reached.packages) if packages else {}},
        "requires": _requirements(reached.packages) if packages else {},
    }


@cache
def _requirements(modules: tuple[str, ...]) -> dict[str, str]:
    """Version of each distribution that is imported by name, as a requirements file lists them."""
    provided = importlib.metadata.packages_distributions()
    return {name: importlib.metadata.version(name) for module in modules for name in sorted(set(provided.get(module, [])))}


def changes(root: Path, lab: Lab, old: Executed, packages: bool = True) -> list[str]:
    """Why a lab has to be run again; empty when it need not be."""
    now, then = receipt(root, lab, packages), old.receipt
    found = [part for part in ("experiment", "seed") if now[part] != then.get(part)]
    moved = set(now["inputs"].items()) ^ set(then["inputs"].items())
    if moved:
        found.append("inputs: " + ", ".join(sorted({name for name, _ in moved})))
    if now["measure"]["code"] != then["measure"]["code"]:
        found.append("the code")
    newer = set(now["measure"]["packages"].items()) ^ set(then["measure"]["packages"].items())
    if packages and newer:
        found.append("packages: " + ", ".join(sorted({name for name, _ in newer})))
    return found


def reworded(lab: Lab, old: Executed) -> bool:
    """Whether prose, comments or layout differ from what the evidence shows, whatever the code does."""
    now = [(cell.kind, cell.source, cell.tags) for cell in lab.cells]
    return now != notebook.written(old.notebook) or lab.title != old.receipt.get("title")


def file_of(root: Path, name: str) -> Path:
    return root / evidence.FOLDER / f"{name}.ipynb"


def save(root: Path, lab: Lab, outputs: Mapping[int, list[Any]], about: Mapping[str, Any]) -> bool:
    """Write a lab's evidence, sealed; False when nothing changed. `about` is its receipt, `outputs` are by cell."""
    made = notebook.executed(lab.cells, outputs, {"coursebook": {**about, "content": ""}})
    made["metadata"]["coursebook"]["content"] = seal(made)
    return evidence.write(file_of(root, lab.name), dump(made))


def seal(body: Mapping[str, Any]) -> str:
    """The content hash of a notebook: of everything in the file except that hash."""
    own = {key: value for key, value in body["metadata"]["coursebook"].items() if key != "content"}
    return digest(dump({**body, "metadata": {**body["metadata"], "coursebook": own}}))


def evidence_of(root: Path) -> tuple[dict[str, Executed], list[Problem]]:
    """The evidence of all labs below `root`, and what is wrong with any; a tampered file is still read, and reported."""
    found: dict[str, Executed] = {}
    problems: list[Problem] = []
    for file in sorted((root / evidence.FOLDER / KIND).glob("*.ipynb")):
        name = f"{KIND}/{file.stem}"
        executed, complaints = parse(name, f"{evidence.FOLDER}/{name}.ipynb", file.read_bytes())
        problems += complaints
        if executed is not None:
            found[name] = executed
    return found, problems


def parse(name: str, path: str, content: bytes) -> tuple[Executed | None, list[Problem]]:
    """One lab's evidence, checked against the receipt in it."""
    hint = "restore it, or run `coursebook measure`"
    try:
        body = json.loads(content)
        notebook.check(body)
        notebook.written(body)
        executed = Executed(name, body)
        about = executed.receipt
        about["content"], about["seed"], dict(about["inputs"]), dict(about["requires"])
        about["measure"]["code"], dict(about["measure"]["packages"])
        list(executed.outputs())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return None, [Problem(path, 1, 1, "tampered-evidence", f"cannot be read: {error}", hint)]
    if about["content"] != seal(body) or dump(body).encode() != content:
        return executed, [Problem(path, 1, 1, "tampered-evidence", "the file disagrees with its receipt", hint)]
    return executed, []


def stale(root: Path, found: Mapping[str, Lab], measured: Mapping[str, Executed]) -> list[Problem]:
    """Labs whose evidence does not answer to them, for the build; as of experiments, package versions are left out."""
    hint = "run `coursebook measure`"
    problems = []
    for name, lab in found.items():
        if name not in measured:
            problems.append(Problem(lab.path, 1, 1, "stale-evidence", "never measured", hint))
            continue
        reasons = changes(root, lab, measured[name], packages=False)
        reasons += ["the text"] if not reasons and reworded(lab, measured[name]) else []
        if reasons:
            message = f"changed since measured: {'; '.join(reasons)}"
            problems.append(Problem(lab.path, 1, 1, "stale-evidence", message, hint))
    for name in sorted(measured.keys() - found.keys()):
        if not (root / f"chapters/{name}.py").is_file():
            file = f"{evidence.FOLDER}/{name}.ipynb"
            problems.append(Problem(file, 1, 1, "stale-evidence", f"no lab chapters/{name}.py made it", "remove it"))
    return problems
