"""Labs on the site: a page with every output as it was measured, and a zip that runs in an empty folder. Runs no cell.

A page takes two roads. mkdocs-jupyter gets a notebook in which figures are ours already, and `lean` strips what it makes
to what a page needs: its own HTML brings 620 kB of style sheets, and scripts from elsewhere. Other engines get Markdown.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coursebook import evidence, labs
from coursebook.evidence import dump
from coursebook.labs import Executed, Lab
from coursebook.library import Library
from coursebook.notebook import PLOTLY, Cell, joined, split
from coursebook.problems import Problem
from coursebook.publish import figures, lint, receipts
from coursebook.publish.bind import Embed, Faulty
from coursebook.publish.compile import Page, Setting, compile
from coursebook.publish.receipts import Provenance, slug
from coursebook.publish.render import page as as_html
from coursebook.publish.render import with_maths
from coursebook.text import Text
from coursebook.values import Figure

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip can hold: the same lab gives the same bytes on every day."""
NOT_RUN = "Not run here: this one is for you to run."
README = """\
{title}
{line}
1. Have Python 3.11 or newer. In this folder: python -m pip install -r requirements.txt jupyterlab
2. Open {name}.ipynb with: jupyter lab   (or run it as a script: python {name}.py)
3. The outputs in the notebook are those of the course; run the cells again to make your own.
"""
LICENCE = """\
The text of this lab is under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/), its code under the MIT licence.
Files beside the lab that come from elsewhere keep the terms that they name.
"""


@dataclass(frozen=True)
class LabPage:
    """A lab that can be published: what was written, what was measured, and the pages that lint judges it by."""

    lab: Lab
    executed: Executed
    figures: Mapping[str, Figure]
    archive: bytes
    provenance: Provenance

    @property
    def uri(self) -> str:
        return f"{self.lab.name}.ipynb"

    @property
    def title(self) -> str:
        return self.lab.title

    @property
    def source(self) -> str:
        return self.lab.path


def pages(root: Path, provenance: Provenance) -> tuple[list[LabPage], list[Problem]]:
    """Every lab that has evidence, and what is wrong with any."""
    found, problems = labs.discover(root)
    measured, complaints = labs.evidence_of(root)
    problems = [*problems, *complaints, *labs.stale(root, found, measured)]
    made = []
    for name, lab in found.items():
        if name in measured:
            shown = {key: evidence.figure(root, key, data) for key, data in measured[name].figures.items()}
            made.append(LabPage(lab, measured[name], shown, archive(root, lab, measured[name]), provenance))
    return made, problems


def archive(root: Path, lab: Lab, executed: Executed) -> bytes:
    """The download: the executed notebook, the lab as Python, its files, and how to run it."""
    requires = executed.receipt["requires"]
    contents: dict[str, str | bytes] = {
        f"{lab.stem}.ipynb": dump(executed.notebook),
        f"{lab.stem}.py": as_script(lab),
        "README.txt": README.format(title=lab.title, line="=" * len(lab.title), name=lab.stem),
        "LICENSE.txt": LICENCE,
        "requirements.txt": "".join(f"{name}=={version}\n" for name, version in sorted(requires.items())),
        **{name: (root / path).read_bytes() for name, path in labs.files(root, lab).items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(f"{lab.stem}/{name}", EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            made.writestr(entry, contents[name], compresslevel=9)
    return stream.getvalue()


def as_script(lab: Lab) -> str:
    """The lab's file with the cells that are not run here as comments: a script would run them all."""
    lines = lab.text.content.splitlines()
    for cell in lab.cells:
        if labs.SKIPPED in cell.tags:
            span = slice(cell.line - 1, cell.line - 1 + len(cell.source.splitlines()))
            lines[span] = [f"# {line}".rstrip() for line in lines[span]]
    return "\n".join(lines) + "\n"


def judged(lab: Lab, vocabulary: frozenset[str]) -> Iterator[Problem]:
    """What lint says of the Markdown cells, each on its own, as Jupyter shows them; places are those of the .py file."""
    for page in cells(lab):
        binding, hint = page.binding, "print it in a code cell; a chapter can bind it"
        bound = [span.start for span in binding.spans if not isinstance(span, Faulty)]
        for place in [*bound, *(binding.origin(embed.start) for embed in binding.embeds)]:
            yield _moved(binding.text.problem(place, "bad-block", "a lab's text binds nothing", hint))
        for problem in page.problems:
            nothing = replace(problem, rule="bad-block", message="a lab's text binds nothing", hint=hint)
            yield _moved(nothing if problem.rule.startswith(("unknown-", "false-")) else problem)
        for question in page.questions:
            yield _moved(
                binding.text.problem(question.offset, "bad-block", "a question stands in a lab", "put it in a chapter")
            )
        yield from map(_moved, lint.lint(page, vocabulary))


def broken_links(lab: Lab, anchors: Mapping[str, set[str]], files: frozenset[str]) -> Iterator[Problem]:
    for page in cells(lab):
        yield from map(_moved, lint.broken_links(page, anchors, files))


def headings(lab: Lab) -> set[str]:
    """The ids that other pages may link to."""
    return {heading for page in cells(lab) for heading in lint.headings(page)}


def cells(lab: Lab) -> Iterator[Page]:
    """Each Markdown cell as a page of its own, on the lines that it has in the file."""
    for cell in lab.cells:
        if cell.kind == "markdown":
            text = Text(lab.path, "\n" * (cell.line - 1) + cell.source)
            yield compile(text, Library(), Setting(f"{lab.name}.ipynb"))


def _moved(problem: Problem) -> Problem:
    """Behind `# `, where the writer sees it."""
    return replace(problem, column=problem.column + 2)


def faults(page: LabPage) -> Iterator[Problem]:
    """What the outputs would bring onto the page, and figures that some readers could not see."""
    for cell, made in zip(page.lab.cells, page.executed.notebook["cells"], strict=False):
        for output in made.get("outputs", []):
            for message in lint.unsafe_tags(joined(output.get("data", {}).get("text/html", ""))):
                yield Problem(page.source, cell.line, 1, "unsafe-html", f"the output has {message}", "show it as text")
            drawn = output.get("data", {}).get(PLOTLY)
            if drawn is not None and not Figure("", drawn).title:
                hint = "give the figure a title that says what to see"
                yield Problem(page.source, cell.line, 1, "missing-alt", "a figure has no title", hint)
    for name, figure in page.figures.items():
        if len(figure.stills) < len(evidence.SCHEMES):
            message = f"'{name}' has no still picture yet"
            yield Problem(page.source, 1, 1, "stale-evidence", message, "run `coursebook measure`")


def staged(page: LabPage) -> str:
    """The notebook as mkdocs-jupyter gets it: figures as our HTML, the download under the title, the receipt at the end."""
    shown = iter(page.figures)
    made: list[dict[str, Any]] = []
    for cell, entry in zip(page.lab.cells, page.executed.notebook["cells"], strict=True):
        if cell.kind == "markdown":
            made.append({**entry, "source": split(_text(page, cell))})
            continue
        outputs = [
            _embedded(page, next(shown)) if output["output_type"] == "display_data" else output for output in entry["outputs"]
        ]
        outputs += [_html(f'<p class="cb-lab-note">{NOT_RUN}</p>')] if labs.SKIPPED in cell.tags else []
        made.append({**entry, "metadata": {}, "outputs": outputs})
    receipt = {"cell_type": "markdown", "id": "receipt", "metadata": {}, "source": split(_receipt(page))}
    return dump({**page.executed.notebook, "cells": [*made, receipt], "metadata": page.executed.notebook["metadata"]})


def _html(content: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": split(content)}}


def _embedded(page: LabPage, name: str) -> dict[str, Any]:
    return _html(as_html(_figure(page, name)))


def markdown(page: LabPage) -> str:
    """The page for any engine that reads Markdown."""
    shown = iter(page.figures)
    pieces: list[str] = []
    for cell, entry in zip(page.lab.cells, page.executed.notebook["cells"], strict=True):
        if cell.kind == "markdown":
            pieces.append(_text(page, cell))
            continue
        pieces.append(_fenced(cell.source, "python"))
        for output in entry["outputs"]:
            data = output.get("data", {})
            if PLOTLY in data:
                pieces.append(_figure(page, next(shown)))
            elif "text/html" in data:
                pieces.append("<div>" + joined(data["text/html"]).replace("\n\n", "\n") + "</div>")
            else:
                pieces.append(_fenced(joined(output.get("text") or data["text/plain"]), "text"))
        pieces += [f"*{NOT_RUN}*"] if labs.SKIPPED in cell.tags else []
    return "\n\n".join([*pieces, _receipt(page)]) + "\n"


def relinked(content: str, labs: Iterable[LabPage]) -> str:
    """Markdown in which links to labs lead to pages of Markdown, as engines without notebooks have them."""
    names = "|".join(page.lab.stem for page in labs)
    return re.sub(rf"(\]\((?:[^()\s#]*/)?(?:{names}))\.ipynb(?=[#)\s])", r"\1.md", content) if names else content


def _fenced(content: str, language: str) -> str:
    longest = max(map(len, re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{content.rstrip(chr(10))}\n{fence}"


def _text(page: LabPage, cell: Cell) -> str:
    """A Markdown cell with its maths drawn; the first has the download below its title."""
    source = with_maths(cell.source)
    if cell is not page.lab.cells[0]:
        return source
    title, _, rest = source.partition("\n")
    size = f"{len(page.archive) / 1000:,.0f} kB"
    return f"{title}\n\n[Download this lab]({page.lab.stem}.zip) ({size}, zip) {_button(page)}\n{rest}"


def _figure(page: LabPage, name: str) -> str:
    figure = page.figures[name]
    embed = Embed(0, 0, figure.title, name, figure)
    return figures.markdown(embed, figure.title, f"{_button(page)} ·", page.uri)


def _button(page: LabPage) -> str:
    return f'<button type="button" class="cb-check" popovertarget="{_receipt_id(page)}">{receipts.KINDS["measured"]}</button>'


def _receipt_id(page: LabPage) -> str:
    return f"cb-f-{slug(page.lab.name)}"


def _receipt(page: LabPage) -> str:
    """One receipt for all that a lab shows: it was run as a whole."""
    about, path = page.executed.receipt, f"{evidence.FOLDER}/{page.uri}"
    inputs = ", ".join(f"<code>{html.escape(need)}</code>" for need in about["inputs"]) or "none"
    rows = [
        ("Lab", f"<code>{html.escape(page.source)}</code>, seed {page.lab.seed}, every cell run in order"),
        ("Inputs", inputs),
        ("Same means", html.escape(str(labs.SAID))),
        ("Evidence", f"<code>{html.escape(path)}</code>, {html.escape(page.provenance.commit(path))}"),
        ("Verified", html.escape(page.provenance.verified(page.lab.name))),
        ("Regenerate", f"<code>coursebook verify {page.lab.name}</code>"),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows)
    head = f'<p class="cb-receipt-head"><strong>{page.lab.name}</strong> <span class="cb-kind">{receipts.KINDS["measured"]}</span></p>'
    return (
        '<section class="cb-receipts" data-search-exclude aria-label="Receipts">\n'
        f'<div popover class="cb-receipt" id="{_receipt_id(page)}" role="note" aria-label="Receipt">{head}<dl>{listed}</dl></div>\n'
        "</section>"
    )
