"""Every type's example through everything: parsed, modelled, shown, keyed, graded, banked, drawn and handed in."""

import json

import pytest

from coursebook.publish import check, lint, render
from coursebook.publish.quiz import attempts, bank, page
from coursebook.publish.quiz.grade import grade
from coursebook.publish.quiz.model import Arrange, Choose, Number, Open, Pair, Words, key
from coursebook.publish.quiz.types import TYPES
from trees import Tree

KINDS = {Choose: "choose", Number: "number", Words: "words", Arrange: "arrange", Pair: "pair", Open: "open"}


@pytest.fixture(params=TYPES)
def example(request, compiled):
    """(page, question) of a type's example"""
    made = compiled(f"# T\n\n{TYPES[request.param].EXAMPLE}")
    (question,) = made.questions
    return made, question


def responses(keyed):
    """A right, a wrong, a half-right and an empty answer; None where there is no such thing."""
    match keyed["kind"]:
        case "choose":
            wrong = [index for index in range(keyed["of"]) if index not in keyed["right"]][:1]
            return keyed["right"], wrong, keyed["right"][:1] if keyed["several"] else None, []
        case "number":
            return f" {keyed['answer']}{keyed['symbol']}", str(keyed["wrong"][0]), None, "  "
        case "words":
            return f" {keyed['accept'][-1].upper()}. ", keyed["wrong"][0][0], None, "."
        case "arrange":
            order = list(range(keyed["count"]))
            return order, order[::-1], [*order[:-2], order[-1], order[-2]], []
        case "pair":
            right = keyed["right"]
            return (
                right,
                [(one + 1) % keyed["of"] for one in right],
                [right[0], *[None] * (len(right) - 1)],
                [None] * len(right),
            )
    return None, None, "an answer", " "


def test_an_example_is_a_page_without_faults(example):
    made, question = example
    html = render.page(made.markdown)
    assert (made.problems, list(lint.lint(made, frozenset())), list(check.check(made, html))) == ((), [], [])
    assert list(lint.unsafe_tags(html)) == []
    assert question.type in TYPES
    assert [entry.rule for entry in made.ledger if entry.kind == "question"] == [question.type]


def test_its_form_holds_what_its_key_counts(example):
    made, question = example
    tree = Tree(page.as_html(question, made.binding.plain, made.uri))
    (element,) = tree.all("cb-question")
    carriers = tree.all("div", **{"class": "cb-variant"}) or [element]
    assert len(carriers) == len(question.variants)
    assert [json.loads(one["data-key"]) for one in carriers] == [key(variant.task) for variant in question.variants]
    assert ["hidden" in one for one in carriers] == [False, *[True] * (len(carriers) - 1)]
    name, count = f"q-{question.id}", len(question.variants)
    match key(question.variants[0].task):
        case {"kind": "choose", "of": of, "several": several}:
            inputs = tree.all("input", name=name, type="checkbox" if several else "radio")
            assert [one["value"] for one in inputs] == [str(index) for index in range(of)]
        case {"kind": "arrange", "count": of}:
            assert len(tree.all("select", name=name)) == of
            assert sorted(one["data-item"] for one in tree.all("li") if "data-item" in one) == [
                str(index) for index in range(of)
            ]
            assert len(tree.all("option", value="1")) == of
        case {"kind": "pair", "right": right, "of": of}:
            assert len(tree.all("select", name=name)) == len(right)
            assert sorted(one["data-right"] for one in tree.all("li") if "data-right" in one) == [
                str(index) for index in range(of)
            ]
            assert len(tree.all("option", value=str(of - 1))) == len(right)
        case {"kind": "open"}:
            assert len(tree.all("textarea", name=name)) == 1
        case _:
            assert len(tree.all("input", name=name, type="text")) == count
    assert len(tree.all("form")) == len(tree.all("fieldset")) == len(tree.all("legend")) == count


def test_right_wrong_half_right_and_empty_answers_are_graded_so(example):
    _, question = example
    kind = TYPES[question.type]
    for variant in question.variants:
        keyed = key(variant.task)
        assert keyed["kind"] == KINDS[type(variant.task)]
        right, wrong, half, empty = responses(keyed)
        assert grade(keyed, empty)["state"] == grade(keyed, None)["state"] == "empty"
        if keyed["kind"] == "open":
            assert grade(keyed, half) == {"score": None, "state": "open", "known": None}
            assert grade(keyed, empty)["score"] is None
            continue
        assert grade(keyed, right) == {"score": 1, "state": "right", "known": None}
        known = 0 if keyed["kind"] in ("number", "words") else None
        assert grade(keyed, wrong) == {"score": 0, "state": "wrong", "known": known}
        assert grade(keyed, empty)["score"] == 0
        if kind.PARTIAL:
            verdict = grade(keyed, half)
            assert verdict["state"] == "partly"
            assert 0 < verdict["score"] < 1
        else:
            assert half is None
        for malformed in (True, {}, [[]], [99], -1, [1.5], ["0"]):
            assert grade(keyed, malformed) == {"score": 0, "state": "unreadable", "known": None}


def banked(made):
    chapter = bank.Chapter(made.uri, made.title, made.objectives, made.questions, made.binding.plain)
    return json.loads(json.dumps(bank.bank([chapter], "Course"), ensure_ascii=False))


def test_its_entry_in_the_bank_is_plain_and_complete(example):
    made, question = example
    found = banked(made)
    (entry,) = found["questions"]
    assert (entry["id"], entry["type"], entry["chapter"], entry["audience"]) == (
        question.id,
        question.type,
        0,
        question.audience,
    )
    assert entry["title"] == question.title
    assert len(entry["variants"]) == len(question.variants)
    for variant, given in zip(entry["variants"], question.variants, strict=True):
        assert variant["key"] == key(given.task)
        assert variant["values"] == dict(given.values)
        assert "\ue000" not in variant["html"]
        assert "popovertarget" not in variant["html"]
        tree = Tree(variant["html"])
        assert [one["class"] for one in tree.found if one["tag"] in ("form", "details") and one["class"] != "cb-hint"] == [
            "cb-form",
            "cb-answer",
        ]
    variants = found["questions"][0]["variants"]
    assert bank.released(found["chapters"], found["questions"]) == found["release"]
    variants[0]["html"] = "written by a later coursebook"
    assert bank.released(found["chapters"], found["questions"]) == found["release"]
    variants[0]["key"] = {}
    assert bank.released(found["chapters"], found["questions"]) != found["release"]


def test_an_attempt_at_it_is_replayed_to_the_same_verdict(example, tmp_path):
    made, question = example
    found = banked(made)
    link = f"v=1&release={found['release']}&types={question.type}&n=1&seed=s"
    release = attempts.Release(found)
    for number in (0, 2):
        answer = responses(key(question.variants[0].task))[number]
        data = {
            "schema": 1, "release": found["release"], "link": link, "student": {"name": "N", "id": "n"},
            "started": "2026-01-01T10:00:00Z", "finished": "2026-01-01T11:00:00Z", "answers": [],
        }  # fmt: skip
        blank = handed_in(tmp_path, data, release)
        (drawn,) = blank.drawn
        assert blank.verdicts[0]["state"] == "empty"
        answer = responses(drawn.key)[number]
        data["answers"] = [{"id": question.id, "variant": drawn.variant, "response": answer}]
        assert handed_in(tmp_path, data, release).verdicts == (grade(key(question.variants[drawn.variant].task), answer),)


def handed_in(folder, data, release):
    file = folder / "a.json"
    file.write_text(json.dumps({**data, "check": attempts.check_sum(data)}), "utf-8")
    return attempts.replay(attempts.read(file), {release.bank["release"]: release})


def test_a_type_says_how_it_is_written_and_scored():
    for name, one in TYPES.items():
        assert name == one.NAME
        assert one.HALF_RIGHT.endswith(".")
        assert one.EXAMPLE.startswith(("/// question | ", "//// question | "))
    assert [name for name, one in TYPES.items() if one.PARTIAL] == ["match", "multiple", "order"]
