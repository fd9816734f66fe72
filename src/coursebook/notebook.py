"""Notebooks in both of their forms: Python with `# %%` marks (jupytext's percent format), which people write, and
nbformat JSON, which Jupyter opens. Nothing here runs a cell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from coursebook.problems import Problem
from coursebook.text import Text

RULE = "failed-experiment"
MARK = re.compile(r"# %%(?P<markdown> \[markdown\])?(?: tags=(?P<tags>\[.*\]))?[ \t]*")
PLOTLY = "application/vnd.plotly.v1+json"
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Cell:
    """One cell. `line` is that of the first line of `source` in the file, from 1; Markdown stands there behind `# `."""

    kind: Literal["code", "markdown"]
    source: str
    line: int
    tags: tuple[str, ...] = ()


def parse(text: Text) -> tuple[list[Cell], list[Problem]]:
    """The cells of a file in the percent format, and every line that does not follow it."""
    cells: list[Cell] = []
    problems: list[Problem] = []
    lines = text.content.splitlines()
    marks = [index for index, line in enumerate(lines) if line.startswith("# %%")]
    for index in range(marks[0] if marks else len(lines)):
        if lines[index].strip():
            problems.append(Problem(text.path, index + 1, 1, RULE, "a lab begins with a cell", "`# %% [markdown]`, or `# %%`"))
            break
    for start, end in zip(marks, [*marks[1:], len(lines)], strict=True):
        mark = MARK.fullmatch(lines[start])
        tags = _tags(mark["tags"]) if mark else None
        if mark is None or tags is None:
            hint = '`# %%`, `# %% [markdown]`, or `# %% tags=["skip-execution"]`'
            problems.append(Problem(text.path, start + 1, 1, RULE, f"'{lines[start]}' begins no cell", hint))
            continue
        body = "\n".join(lines[start + 1 : end]).rstrip().splitlines()
        if mark["markdown"]:
            problems += _uncommented(text.path, body, start + 2)
            body = [line.removeprefix("#").removeprefix(" ") for line in body]
        cells.append(Cell("markdown" if mark["markdown"] else "code", "\n".join(body), start + 2, tags))
    return cells, problems


def _tags(written: str | None) -> tuple[str, ...] | None:
    try:
        tags = ast.literal_eval(written or "[]")
    except (ValueError, SyntaxError):
        return None
    return tuple(tags) if all(isinstance(tag, str) for tag in tags) else None


def _uncommented(path: str, body: list[str], first: int) -> list[Problem]:
    hint = "begin the line with `# `, or a code cell with `# %%`"
    return [
        Problem(path, first + index, 1, RULE, "code in a Markdown cell", hint)
        for index, line in enumerate(body)
        if not (line == "#" or line.startswith("# "))
    ]


def split(source: str) -> list[str]:
    """Text as nbformat keeps it: a list of lines, so that a change is a changed line."""
    return source.splitlines(keepends=True)


def joined(field: str | Sequence[str]) -> str:
    """Text as it was before `split`; nbformat allows either."""
    return field if isinstance(field, str) else "".join(field)


def executed(cells: Iterable[Cell], outputs: Mapping[int, list[Any]], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook as nbformat 4.5. `outputs` are by index of the cell; a cell without an entry was not run."""
    made: list[dict[str, Any]] = []
    count = 0
    for index, cell in enumerate(cells):
        about: dict[str, Any] = {"tags": list(cell.tags)} if cell.tags else {}
        entry: dict[str, Any] = {"cell_type": cell.kind, "id": f"cell-{index + 1}", "metadata": about}
        if cell.kind == "code":
            count += index in outputs
            entry |= {"execution_count": count if index in outputs else None, "outputs": outputs.get(index, [])}
        made.append({**entry, "source": split(cell.source)})
    return {"cells": made, "metadata": {**KERNEL, **metadata}, "nbformat": 4, "nbformat_minor": 5}


def written(notebook: Mapping[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    """What a person wrote of a notebook: kind, source and tags of each cell."""
    return [(cell["cell_type"], joined(cell["source"]), tuple(cell["metadata"].get("tags", []))) for cell in notebook["cells"]]


def check(notebook: Mapping[str, Any]) -> None:
    """The shape that `executed` makes, which pages are made of; raises KeyError, TypeError or ValueError on any other."""
    for cell in notebook["cells"]:
        if cell["cell_type"] not in ("code", "markdown") or not all(isinstance(line, str) for line in cell["source"]):
            raise ValueError("a cell is neither code nor Markdown")
        for output in cell.get("outputs", []):
            _check_output(output)


def _check_output(output: Mapping[str, Any]) -> None:
    match output["output_type"]:
        case "stream":
            wrong = output["name"] not in ("stdout", "stderr")
            texts = [output["text"]]
        case "execute_result":
            wrong = bool(output["data"].keys() - {"text/plain", "text/html"})
            texts = [*output["data"].values()]
        case "display_data":
            wrong = output["data"].keys() != {PLOTLY} or not isinstance(output["data"][PLOTLY]["data"], list)
            texts = []
        case _:
            wrong, texts = True, []
    if wrong or not all(isinstance(line, str) for text in texts for line in text):
        raise ValueError("an output is of a kind that no lab has")
