"""The process that runs one lab, cell by cell, as Jupyter would and without Jupyter: a kernel needs the sockets that the
audit hook refuses. Its working directory holds the files that the lab declares, and nothing else.
"""

from __future__ import annotations

import ast
import io
import os
import re
import shutil
import sys
import time
import traceback
import types
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from coursebook import labs
from coursebook.labs import Lab
from coursebook.make import child
from coursebook.notebook import PLOTLY, Cell, split

ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")


def run(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run a lab's cells; the outcome has as its value their outputs by cell, seconds and attempts, or an error."""
    root, scratch = Path(job["root"]), os.path.realpath(job["scratch"])
    lab, _ = labs.read(root, root / job["experiment"])
    _enter(Path(scratch, "lab"), root, job["files"])
    child.prepare()
    readable = {*child.MACHINE, os.path.realpath(root / lab.path)}  # a warning quotes the line that it is about
    guard = child.Guard(readable, child.installed(), os.path.realpath(root), (scratch, os.path.realpath(job["compiled"])))
    sys.addaudithook(guard)
    started = time.process_time()
    guard.active = True
    try:
        outcome: dict[str, Any] = {"value": _outputs(root, lab, (scratch, str(root), sys.prefix))}
    except Unrepeatable as error:
        outcome = {"error": {"line": error.line, "message": str(error)}}
    except BaseException as error:  # noqa: BLE001 - whatever a lab raises is its outcome
        guard.active = False
        outcome = {"error": child.described(root, job, error), "traceback": traceback.format_exc()}
    guard.active = False
    return {**outcome, "attempts": guard.attempts, "seconds": round(time.process_time() - started, 3)}


def _enter(folder: Path, root: Path, files: Mapping[str, str]) -> None:
    """Make the folder that a lab runs in: its files by their names there, imported from there too."""
    folder.mkdir()
    for name, path in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, folder / name)
    os.chdir(folder)
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))


class Unrepeatable(Exception):
    """A cell, by its line, has an output that would be another one elsewhere."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line


def _outputs(root: Path, lab: Lab, machine: tuple[str, ...]) -> dict[int, list[Any]]:
    module = types.ModuleType("__main__")  # dataclasses look their module up by name
    sys.modules["__main__"] = module
    found: dict[int, list[Any]] = {}
    for count, (index, cell) in enumerate(lab.run(), 1):
        found[index] = _cell(str(root / lab.path), cell, module.__dict__, count)
        _check(cell, found[index], machine)
    return found


def _cell(file: str, cell: Cell, names: dict[str, Any], count: int) -> list[Any]:
    """Run one cell, and return its outputs as nbformat has them."""
    outputs: list[Any] = []
    tree = labs.tree_of(cell)
    value = labs.shown(cell, tree)
    if value is not None:
        tree.body.pop()
    with redirect_stdout(_Stream("stdout", outputs)), redirect_stderr(_Stream("stderr", outputs)):
        exec(compile(tree, file, "exec"), names)  # noqa: S102 - this is what a lab is for
        if value is not None:
            result = eval(compile(ast.Expression(value), file, "eval"), names)  # noqa: S307
            outputs += [] if result is None else [_shown(result, count)]
    for output in outputs:
        if output["output_type"] == "stream":
            output["text"] = split(output["text"])
    return outputs


class _Stream(io.TextIOBase):
    """Writes to the outputs of a cell; what follows on the same stream joins what was there."""

    def __init__(self, name: str, outputs: list[Any]):
        super().__init__()
        self.name, self.outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") != self.name:
            self.outputs.append(last := {"output_type": "stream", "name": self.name, "text": ""})
        last["text"] += text
        return len(text)


def _shown(value: Any, count: int) -> dict[str, Any]:
    """The value of a last expression: a Plotly figure as plain JSON, all else as text, and as HTML where it has some."""
    if type(value).__module__.startswith("plotly.") and hasattr(value, "to_plotly_json"):
        return {"output_type": "display_data", "metadata": {}, "data": {PLOTLY: child.plain(value)}}
    data = {"text/plain": split(repr(value))}
    made = value._repr_html_() if hasattr(value, "_repr_html_") and not isinstance(value, type) else None
    if made is not None:
        data = {"text/html": split(made), **data}
    return {"output_type": "execute_result", "execution_count": count, "metadata": {}, "data": data}


def _check(cell: Cell, outputs: list[Any], machine: tuple[str, ...]) -> None:
    """Refuse what no other machine would show."""
    for output in outputs:
        texts = [output.get("text", []), *(part for kind, part in output.get("data", {}).items() if kind != PLOTLY)]
        for line in (line for text in texts for line in text):
            address = ADDRESS.search(line)
            said = next((path for path in machine if path in line), address and address[0])
            if said:
                raise Unrepeatable(cell.line, f"the output names {said}, which is so on this machine alone")


if __name__ == "__main__":
    child.main(run)
