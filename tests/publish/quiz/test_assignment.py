"""The link of an assignment and its draw, by vectors that web/test/assignment.test.mjs reads too."""

import json
from collections import Counter

import pytest

from coursebook.publish.quiz.assignment import BadLink, draw, matching, parse, write
from coursebook.publish.quiz.draw import rank
from exam import BANK, assignment
from tiny import CASES

VECTORS = json.loads((CASES / "exam/assignments.json").read_text("utf-8"))


def real(text):
    return text.replace("RELEASE", BANK["release"])


def drawn(taken, student=""):
    return draw(matching(BANK, taken), taken, student)


def ids(taken, student=""):
    return [one.question["id"] for one in drawn(taken, student)]


@pytest.mark.parametrize("case", VECTORS["links"], ids=lambda case: case["link"][:40])
def test_a_link_is_read_and_written_in_one_spelling(case):
    taken = parse(real(case["link"]))
    assert write(taken) == real(case["written"])
    assert parse(write(taken)) == taken


@pytest.mark.parametrize("case", VECTORS["bad"], ids=lambda case: case["link"][:60])
def test_everything_that_is_wrong_with_a_link_is_said(case):
    with pytest.raises(BadLink) as caught:
        parse(real(case["link"]))
    assert list(caught.value.faults) == [real(fault) for fault in case["faults"]]


@pytest.mark.parametrize("case", VECTORS["selections"], ids=lambda case: case["link"])
def test_a_selection_that_the_bank_cannot_fill_is_refused(case):
    taken = parse(real(case["link"]))
    with pytest.raises(BadLink) as caught:
        matching(BANK, taken)
    assert list(caught.value.faults) == case["faults"]


@pytest.mark.parametrize("case", VECTORS["draws"], ids=lambda case: f"{case['link']} {case['student']}")
def test_the_draw_is_that_of_the_vectors(case):
    found = drawn(parse(real(case["link"])), case["student"])
    assert [[one.question["id"], one.variant, list(one.order)] for one in found] == case["drawn"]


def test_without_types_only_what_is_graded_here_is_drawn():
    assert {one.key["kind"] for one in drawn(assignment(n=0))} == {"choose", "number", "words", "arrange", "pair"}
    assert ids(assignment(n=0, types=("recall",))) == ["sample-recall"]


def test_questions_come_in_the_order_of_their_rank():
    found = ids(assignment(n=0))
    assert found == sorted(found, key=lambda name: rank("42", name))
    assert ids(assignment(n=3)) == found[:3]


def test_the_same_form_is_the_same_for_all_and_the_own_one_is_not():
    assert drawn(assignment(), "s1") == drawn(assignment(), "s2")
    forms = Counter(tuple(ids(assignment(form="own"), f"s{number}")) for number in range(30))
    assert len(forms) > 20


def test_an_own_form_belongs_to_the_id_however_it_was_typed():
    own = assignment(form="own")
    assert drawn(own, " S\u00a01 ") == drawn(own, "s 1")
    assert drawn(own, "s 1") != drawn(own, "s1")


def test_every_variant_is_drawn_by_someone_and_only_those_there_are():
    taken = assignment(form="own", n=0)
    found = Counter(
        one.variant for number in range(80) for one in drawn(taken, str(number)) if len(one.question["variants"]) > 1
    )
    assert sorted(found) == [0, 1, 2, 3]


def test_a_choice_that_must_not_be_shuffled_keeps_its_order():
    bank = {**BANK, "questions": [{**question, "shuffle": False} for question in BANK["questions"]]}
    taken = assignment(n=0)
    for one in draw(matching(bank, taken), taken, ""):
        assert list(one.order) == sorted(one.order)
    assert any(list(one.order) != sorted(one.order) for one in drawn(taken))


def test_a_chapter_is_named_by_its_file_or_its_number():
    assert ids(assignment(n=0, chapters=("12",))) == ids(assignment(n=0, chapters=("12-x",)))
    named = {**BANK, "chapters": [{**BANK["chapters"][0], "url": "small-model/"}, BANK["chapters"][1]]}
    assert len(matching(named, assignment(n=0, chapters=("small-model",)))) == 3
    with pytest.raises(BadLink, match="no chapter 'small'"):
        matching(named, assignment(n=0, chapters=("small",)))
