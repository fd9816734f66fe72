"""The listings of every chapter and every source against the reviewed ones. `make golden` writes them; a person reads
the difference. They are never written where CI is set."""

import os
from pathlib import Path

import pytest

import listing
from coursebook.publish.site import Options, assemble

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"
CHAPTERS = sorted(file.stem for file in (ROOT / "chapters").glob("*.md"))


@pytest.fixture(scope="module")
def site():
    return assemble(ROOT, Options())


def held(name, lines):
    """The listing equals the golden file of that name; COURSEBOOK_GOLDEN=write makes it so."""
    file = GOLDEN / f"{name}.txt"
    text = "\n".join(lines) + "\n"
    if os.environ.get("COURSEBOOK_GOLDEN") == "write" and not os.environ.get("CI"):
        file.write_text(text, "utf-8")
    assert file.is_file(), f"{file.name} is missing: run `make golden`, read it, commit it"
    assert text == file.read_text("utf-8"), "run `make golden` and review what changed"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_golden_listing_of_a_chapter(site, chapter):
    page = next(page for page in site.pages if page.uri == f"chapters/{chapter}.md")
    held(chapter, listing.of_chapter(page, site.vocabulary))


def test_golden_listing_of_the_sources(site):
    held("sources", [line for source in site.library.sources.values() for line in listing.of_source(source)])


def test_golden_vocabulary_is_what_was_reviewed(site):
    held("vocabulary", sorted(site.vocabulary))


def test_no_golden_file_is_left_over():
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {*CHAPTERS, "sources", "vocabulary"}
