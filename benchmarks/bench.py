"""What the README says of size and speed, printed as Markdown: `make bench`. Times are ratios, or medians of one run."""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from coursebook.publish import releases, verification
from coursebook.publish.quiz.assignment import Assignment, Bank, draw, matching, write
from coursebook.publish.quiz.attempts import check_sum
from coursebook.publish.receipts import KINDS
from coursebook.publish.site import Options, assemble

ROOT = Path(__file__).parents[1]
RUNS = 7


def rows(title: str, header: tuple[str, ...], cells: list[tuple[object, ...]]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| " + " | ".join(header) + " |"
    yield "|" + "---|" * len(header)
    yield from ("| " + " | ".join(map(str, row)) + " |" for row in cells)
    yield ""


def contents() -> Iterator[str]:
    """What the course holds, each different thing once."""
    site = assemble(ROOT, Options())
    entries = [entry for page in site.pages for entry in page.ledger]
    found = verification.counts(entries)
    printed = sum(entry.kind == "value" for entry in entries)
    cells = [(KINDS[kind], found[kind]) for kind in KINDS]
    cells += [(name + "s", found[name]) for name in ("figure", "table", "claim", "question")]
    cells += [("places where a number is printed", printed), ("values that could be printed", len(site.library.values))]
    yield from rows("What the course holds", ("", "different ones"), cells)


def seconds(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started


def in_turn(first: Callable[[], float], second: Callable[[], float]) -> tuple[list[float], list[float]]:
    """A B A B …, so that a machine that slows down slows both."""
    pairs = [(first(), second()) for _ in range(RUNS + 1)][1:]
    return [one for one, _ in pairs], [other for _, other in pairs]


def overhead() -> Iterator[str]:
    """`mkdocs build` with the plugin against the same text, already compiled, without it."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder)
        subprocess.run(
            [sys.executable, "-m", "coursebook", "compile", "--out", plain / "docs"], cwd=ROOT, check=True, capture_output=True
        )
        without_plugin(plain)
        build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-d"]
        bound, bare = in_turn(
            lambda: seconds([*build, str(plain / "with")], ROOT),
            lambda: seconds([*build, str(plain / "without")], plain),
        )
    ratios = [one / other for one, other in zip(bound, bare, strict=True)]
    cells = [
        (
            f"{statistics.median(ratios):.2f}",
            f"{min(ratios):.2f}",
            f"{max(ratios):.2f}",
            f"{statistics.median(bound):.2f}",
            f"{statistics.median(bare):.2f}",
        )
    ]
    yield from rows(
        f"`mkdocs build` with the plugin against the same text without it, {RUNS} pairs",
        ("ratio, median", "least", "most", "seconds with", "seconds without"),
        cells,
    )


def without_plugin(folder: Path) -> None:
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    config["plugins"] = [one for one in config["plugins"] if one != "coursebook"]
    config["theme"]["custom_dir"] = str(ROOT / "overrides")
    config["extra_css"] = ["assets/coursebook/coursebook.css"]
    config["extra_javascript"] = [{"path": "assets/coursebook/coursebook.js", "type": "module"}]
    del config["nav"]
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config), "utf-8")


def nothing_to_do() -> Iterator[str]:
    """A `measure` when everything is fresh, and what it imports."""
    command = [sys.executable, "-X", "importtime", "-m", "coursebook", "measure"]
    imported = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stderr
    heavy = [
        name
        for name in ("umap", "gensim", "numba", "numpy", "plotly", "kaleido")
        if f"| {name}\n" in imported or f" {name}\n" in imported
    ]
    taken = [seconds([sys.executable, "-m", "coursebook", "measure"], ROOT) for _ in range(RUNS)]
    yield from rows(
        "`coursebook measure` with nothing to do",
        ("seconds, median", "most", "heavy imports"),
        [(f"{statistics.median(taken):.2f}", f"{max(taken):.2f}", ", ".join(heavy) or "none")],
    )


def weights() -> Iterator[str]:
    """The HTML of each chapter and what every page loads, gzipped."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--quiet", "-d", folder], cwd=ROOT, check=True, capture_output=True
        )
        packed = lambda file: len(gzip.compress(file.read_bytes(), 9)) / 1000  # noqa: E731
        pages = [(f"`{file.parent.name}`", f"{packed(file):.0f}") for file in sorted(site.glob("chapters/*/index.html"))]
        shared = [
            *site.glob("assets/stylesheets/*.css"),
            *site.glob("assets/javascripts/bundle*.js"),
            *site.glob("assets/coursebook/coursebook.*"),
        ]
        cells = [*pages, ("scripts and styles of every page", f"{sum(map(packed, shared)):.0f}")]
    yield from rows("Weight, kB gzipped", ("", "kB"), cells)


def marking() -> Iterator[str]:
    """`coursebook grade` on ten thousand files, ten questions each, of which the first is answered."""
    bank = releases.tree(ROOT)
    cells = []
    for form in ("same", "own"):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "questions.json").write_text(json.dumps(bank), "utf-8")
            hand_in(Path(folder) / "attempts", bank, Assignment(bank["release"], "1", n=10, form=form))
            command = [
                sys.executable,
                "-m",
                "coursebook",
                "grade",
                f"{folder}/attempts",
                "--release",
                f"{folder}/questions.json",
            ]
            taken = [seconds([*command, "--out", f"{folder}/marks"], ROOT) for _ in range(3)]
        cells.append((form, f"{statistics.median(taken):.1f}", f"{max(taken):.1f}"))
    yield from rows("`coursebook grade` on 10,000 attempt files", ("form", "seconds, median", "most"), cells)


def hand_in(folder: Path, bank: Bank, assignment: Assignment) -> None:
    """Attempts as the exam's page writes them."""
    folder.mkdir()
    found, times = matching(bank, assignment), {"started": "2026-12-01T12:00:00.000Z", "finished": "2026-12-01T12:30:00.000Z"}
    for number in range(10_000):
        drawn = draw(found, assignment, f"s{number}")
        answers = [
            {"id": one.question["id"], "variant": one.variant, "response": None if place else "1"}
            for place, one in enumerate(drawn)
        ]
        student = {"name": f"Student {number}", "id": f"s{number}"}
        data = {
            "schema": 1,
            "release": bank["release"],
            "link": write(assignment),
            "student": student,
            **times,
            "answers": answers,
        }
        (folder / f"{number}.json").write_text(json.dumps({**data, "check": check_sum(data)}, indent=1), "utf-8")


def main() -> None:
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    print("# Benchmarks\n\nWritten by `make bench`.\n")
    for part in (contents, overhead, nothing_to_do, weights, marking):
        print("\n".join(part()))


if __name__ == "__main__":
    main()
