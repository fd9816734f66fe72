"""The bank, the hashes in it, and the pages that are made of it."""

import re

import pytest

from coursebook.publish.quiz import bank, pages
from coursebook.publish.quiz.assignment import DEFAULTS
from coursebook.publish.quiz.model import digest
from coursebook.publish.quiz.types import TYPES
from coursebook.publish.render import page as rendered
from trees import Tree

CONTENT = """\
---
title: Coins & *more*
objectives:
  count: Count heads
---

# Coins

/// question | How many *of* {{ coin.flips }}?
    id: how-many
    objective: count

See [the rule](02-more.md#rule), [here](#coins), [it](https://example.org/x), ![a](images/a.png) and {{ coin.share }}. {{? coin.share > 50 }}

- [ ] None
    > Why: {{ coin.flips }}.
- [x] All
    > Yes.

///
"""


@pytest.fixture
def banked(compiled):
    """banked(content) -> (bank, question)"""

    def make(content=CONTENT, uri="chapters/01-coins.md"):
        page = compiled(content, uri)
        chapter = bank.Chapter(page.uri, page.title, page.objectives, page.questions, page.binding.plain)
        return bank.bank([chapter], "Course"), chapter

    return make


def test_a_bank_names_its_chapters_and_its_questions_in_plain_text(banked):
    made, _ = banked()
    assert {name: made[name] for name in ("schema", "course", "seed")} == {
        "schema": 1,
        "course": "Course",
        "seed": "coursebook",
    }
    assert made["chapters"] == [
        {
            "uri": "chapters/01-coins.md",
            "url": "chapters/01-coins/",
            "title": "Coins & more",
            "objectives": {"count": "Count heads"},
        }
    ]
    (question,) = made["questions"]
    assert (question["title"], question["objective"], question["shuffle"]) == ("How many of 40?", "count", True)


def test_addresses_in_a_bank_count_from_the_root(banked):
    made, _ = banked()
    tree = Tree(made["questions"][0]["variants"][0]["html"])
    found = [one.get("href") or one.get("src") for one in tree.found if one["tag"] in ("a", "img")]
    assert found == ["chapters/02-more/#rule", "chapters/01-coins/#coins", "https://example.org/x", "chapters/images/a.png"]


def test_addresses_on_the_page_lead_there_from_where_it_is_served(compiled):
    tree = Tree(rendered(compiled(CONTENT).markdown))
    prompt = [one["href"] for one in tree.all("a") if "example.org" not in one["href"]]
    assert prompt[:2] == ["../../chapters/02-more/#rule", "../../chapters/01-coins/#coins"]
    assert [one["src"] for one in tree.all("img")] == ["../../chapters/images/a.png"]
    front = compiled(CONTENT, "index.md")
    assert [one["href"] for one in Tree(rendered(front.markdown)).all("a")][:2] == ["02-more/#rule", "#coins"]


def test_numbers_in_a_bank_are_plain_text(banked):
    made, _ = banked()
    html = made["questions"][0]["variants"][0]["html"]
    assert "and 57.5. <" in html
    assert "Why: 40." in html
    assert "<button" not in html


def test_the_hash_of_a_question_changes_with_what_it_says_and_with_nothing_else(compiled):
    def hashed(content):
        page = compiled(content)
        return digest(page.questions[0], page.binding.plain)

    first = hashed(CONTENT)
    assert re.fullmatch("[0-9a-f]{64}", first)
    same = [
        ("# Coins", "# Coins\n\nMore {{ coin.flips }}."),
        ("objective: count\n", ""),
        ("how-many", "other"),
        ("\n    id", "\nid"),
    ]
    for old, new in same:
        assert hashed(CONTENT.replace(old, new)) == first, old
    for old, new in [
        ("None", "Some"),
        ("> Yes", "> Sure"),
        ("coin.share }}.", "coin.flips }}."),
        ("*of*", "for"),
        ("- [ ]", "- [x]"),
    ]:
        assert hashed(CONTENT.replace(old, new)) != first, old
    numeric = "/// question | Q\nid: q\nanswer: 5\ntolerance: {abs: 1}\nunit: m\n\n?\n///"
    hashes = {
        hashed(numeric.replace(old, new)) for old, new in [("", ""), ("5", "6"), ("abs", "rel"), (": m", ": s"), ("?", "!")]
    }
    assert len(hashes) == 5
    assert len({hashed(numeric.replace(": 5", f': "= {answer}"')) for answer in ("1 / 3", "1 / 3 + 0.00001 / 3")}) == 2


def test_the_release_changes_with_any_question_or_key(banked):
    releases = {
        banked(CONTENT.replace(old, new))[0]["release"]
        for old, new in [("", ""), ("None", "Some"), ("count: Count", "count: See")]
    }
    assert len(releases) == 3
    made, chapter = banked()
    assert made["release"] == bank.bank([chapter], "Another name")["release"]


@pytest.fixture
def made(compiled):
    """The generated pages, as HTML, of a course with every type's example"""
    page = compiled("# T & U\n\n" + "\n\n".join(one.EXAMPLE for one in TYPES.values()))
    chapter = bank.Chapter("chapters/01-t.md", page.title, {}, page.questions, page.binding.plain)
    return {uri: rendered(content) for uri, content in pages.markdown([chapter], "f" * 64).items()}


def test_a_page_is_made_for_each_use_and_only_where_something_is_asked(made, compiled):
    assert list(made) == ["review.md", "interview.md", "exam.md", "assign.md"]
    for uri, name in zip(made, ("cb-deck", "cb-interview", "cb-exam", "cb-builder"), strict=True):
        assert len(Tree(made[uri]).all(name)) == 1
    empty = compiled("# T")
    assert pages.markdown([bank.Chapter("a.md", "T", {}, empty.questions, empty.binding.plain)], "") == {}


def test_review_links_to_every_question(made):
    links = {one["href"]: one["text"] for one in Tree(made["review.md"]).all("a")}
    assert links.keys() == {f"../chapters/01-t/#q-example-{name}" for name in TYPES}
    assert links["../chapters/01-t/#q-example-order"] == "From prompt to grade"
    assert [one["text"] for one in Tree(made["review.md"]).all("h3")] == ["T & U"]


def test_interviews_stand_there_with_their_answers_closed(made):
    tree = Tree(made["interview.md"])
    assert [one["text"] for one in tree.all("h4")] == ["Interview: double it again?"]
    (answer,) = tree.all("details")
    assert "open" not in answer
    for said in ("what a right answer is worth", "More samples can only help", "asks for a price"):
        assert said in answer["text"]
    assert not tree.all("form")


def test_the_exam_says_what_to_do_without_scripts(made):
    (said,) = Tree(made["exam.md"]).all("noscript")
    assert "on paper" in said["text"]


def test_assigning_by_hand_names_every_field_of_a_link_and_counts_what_there_is(made):
    page = made["assign.md"]
    named = re.findall(r"<tr>\s*<td><code>(\w+)</code>", page)
    assert set(named) == DEFAULTS.keys()
    assert "f" * 64 in page
    row = Tree(page).all("table")[-1]["text"]
    assert row == "Chapter" + "".join(TYPES) + "01-t" + "1" * len(TYPES)
