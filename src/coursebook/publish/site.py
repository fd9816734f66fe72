"""The whole site as sources: compiled pages, evidence, tables, stills and the verification page. Any engine builds it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursebook import evidence, fingerprint, library, sources
from coursebook.labs import evidence_of as executed_labs
from coursebook.library import Library
from coursebook.problems import Problem
from coursebook.publish import figures, history, lab_pages, lint, numbers, verification
from coursebook.publish.compile import Page, Setting, compile
from coursebook.publish.lab_pages import LabPage
from coursebook.publish.markup import FRONT
from coursebook.publish.quiz import bank
from coursebook.publish.quiz import pages as quiz_pages
from coursebook.publish.receipts import Provenance
from coursebook.text import Text
from coursebook.values import Figure

CHAPTERS = "chapters"
VOCABULARY = f"{CHAPTERS}/vocabulary.txt"
VERIFICATION = "verification.md"
ASSETS = Path(__file__).parents[1] / "assets"
ASSET_URI = "assets/coursebook"
OPT_IN = "coursebook: true"


@dataclass(frozen=True)
class Options:
    """How a site is assembled. `docs` is the folder of pages beside the chapters, `report` what CI proved, `repository`
    an address that issues can be opened at, `name` the course's."""

    docs: str = "docs"
    report: str = "build/verify.json"
    repository: str = ""
    name: str = ""
    today: datetime.date | None = None


@dataclass(frozen=True)
class Site:
    """`files` maps a place among the site's sources to its content or to a file on disk."""

    pages: tuple[Page, ...]
    files: Mapping[str, str | bytes | Path]
    problems: tuple[Problem, ...]
    library: Library = field(default_factory=Library)
    vocabulary: frozenset[str] = frozenset()
    labs: tuple[LabPage, ...] = ()


def assemble(root: Path, options: Options) -> Site:
    """Read everything, compile every page, and collect every problem. Writes nothing."""
    names, problems = library.load(root, options.today)
    measured, _ = evidence.read(root)
    provenance = Provenance(
        _report(root / options.report),
        history.last_commits(root, (evidence.FOLDER, sources.FOLDER, CHAPTERS)),
        {name: item.receipt["content"] for found in (measured, executed_labs(root)[0]) for name, item in found.items()},
    )
    notebooks, faults = lab_pages.pages(root, provenance)
    problems = problems + fingerprint.stale(root, measured, names.sources) + faults
    vocabulary = read_vocabulary(root)
    pages = tuple(_pages(root, names, options, provenance))
    for page in pages:
        problems += [*page.problems, *lint.lint(page, vocabulary)]
    files = {**dict(_files(root, names, pages)), **dict(_lab_files(root, notebooks))}
    if pages:
        files[VERIFICATION] = verification.markdown(pages, names, provenance, notebooks)
    files |= _question_files(pages, options.name)
    others = [file.relative_to(root / options.docs).as_posix() for file in (root / options.docs).rglob("*") if file.is_file()]
    places = [*others, *files, *(page.uri for page in notebooks)]
    anchors = {page.uri: lab_pages.headings(page.lab) for page in notebooks}
    problems += [*lint.lint_all(pages, places, anchors), *_stills(pages)]
    anchors |= {page.uri: lint.headings(page) for page in pages}
    for notebook in notebooks:
        problems += [*lab_pages.judged(notebook.lab, vocabulary), *lab_pages.faults(notebook)]
        problems += lab_pages.broken_links(notebook.lab, anchors, frozenset(places) | anchors.keys())
    return Site(pages, files, tuple(sorted(set(problems))), names, vocabulary, tuple(notebooks))


def read_vocabulary(root: Path) -> frozenset[str]:
    file = root / VOCABULARY
    return numbers.vocabulary(file.read_text("utf-8")) if file.is_file() else frozenset()


def chapters(root: Path, docs: str) -> Iterator[tuple[str, Text]]:
    """(place in the site, text) of every chapter, and of each page of `docs` that opts in."""
    for file in sorted((root / CHAPTERS).glob("*.md")):
        yield f"{CHAPTERS}/{file.name}", Text.read(root, file.relative_to(root))
    for file in sorted((root / docs).rglob("*.md")):
        text = Text.read(root, file.relative_to(root))
        front = FRONT.match(text.content)
        if front and OPT_IN in (front[1] or "").split("\n"):
            yield file.relative_to(root / docs).as_posix(), text


def _pages(root: Path, names: Library, options: Options, provenance: Provenance) -> Iterator[Page]:
    for uri, text in chapters(root, options.docs):
        yield compile(text, names, Setting(uri, _figure_maker(root), provenance, _issue_link(options.repository, text.path)))


def _figure_maker(root: Path) -> Any:
    return lambda name, data: evidence.figure(root, name, data)


def _issue_link(repository: str, path: str) -> Any:
    if not repository:
        return lambda _: ""
    return lambda question: f"{repository.rstrip('/')}/issues/new?title=Question%20{question}%20is%20wrong&body={path}"


def _question_files(pages: tuple[Page, ...], name: str) -> dict[str, str]:
    """The bank of all questions, and the pages that are made of it."""
    asked = [
        bank.Chapter(page.uri, page.title, page.objectives, page.questions, page.binding.plain)
        for page in pages
        if page.questions
    ]
    if not asked:
        return {}
    made = bank.bank(asked, name)
    return {bank.FILE: json.dumps(made, ensure_ascii=False), **quiz_pages.markdown(asked, made["release"])}


def _report(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _files(root: Path, names: Library, pages: tuple[Page, ...]) -> Iterator[tuple[str, str | bytes | Path]]:
    """Machine-readable copies beside the pages, stills, and our own scripts and styles."""
    for file in sorted((root / evidence.FOLDER).glob("*.json")):
        yield f"{evidence.FOLDER}/{file.name}", file
    shown: dict[str, Figure] = {**names.figures}
    for page in pages:
        shown.update(page.assumed)
    yield from _figure_files(root, shown)
    for name, table in names.tables.items():
        yield figures.files(name)[1], figures.as_csv(table)
    for asset in sorted(ASSETS.glob("*.*")):
        yield f"{ASSET_URI}/{asset.name}", asset


def _lab_files(root: Path, notebooks: list[LabPage]) -> Iterator[tuple[str, str | bytes | Path]]:
    """What stands beside the page of a lab: its download, its figures, and the notebook as it was measured."""
    for page in notebooks:
        yield f"{page.lab.name}.zip", page.archive
        yield f"{evidence.FOLDER}/{page.uri}", evidence.dump(page.executed.notebook)
        yield from _figure_files(root, page.figures)


def _figure_files(root: Path, shown: Mapping[str, Figure]) -> Iterator[tuple[str, str | bytes | Path]]:
    for name, figure in shown.items():
        json_file, csv_file = figures.files(name)
        yield json_file, json.dumps(figure.json, ensure_ascii=False)
        yield csv_file, figures.as_csv(figure)
        yield from ((f"{evidence.FOLDER}/{still}", root / evidence.FOLDER / still) for still in figure.stills.values())


def _stills(pages: tuple[Page, ...]) -> Iterator[Problem]:
    """Figures on a page that have no still: a reader without scripts would see nothing."""
    for page in pages:
        for embed in page.binding.embeds:
            if isinstance(embed.shown, Figure) and len(embed.shown.stills) < len(evidence.SCHEMES):
                place = page.binding.origin(embed.start)
                message = f"'{embed.target}' has no still picture yet"
                yield page.binding.text.problem(place, "stale-evidence", message, "run `coursebook measure`")
