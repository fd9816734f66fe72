"""A question as the page shows it: a form, and an answer that opens without a script."""

import json

import pytest

from coursebook.publish import render
from trees import Tree


@pytest.fixture
def asked(compiled):
    """asked(block) -> the tree of the page that asks it"""

    def make(block, report=""):
        page = compiled(f"# T\n\n{block}\n", report=lambda _: report)
        assert page.problems == ()
        return Tree(render.page(page.markdown))

    return make


SINGLE = "/// question | Which *of* {{ coin.flips }}?\n    id: which\n\nOf {{ coin.share }}, $p$?\n\n- [ ] {{ coin.flips }} flips\n    > No.\n- [x] **All** <3\n    > Yes: {{ coin.share }}.\n\n///"


def test_every_control_of_a_form_has_a_label_a_name_and_its_own_value(asked):
    tree = asked(SINGLE)
    assert len(tree.all("form")) == len(tree.all("fieldset")) == 1
    assert [one["text"] for one in tree.all("legend")] == ["Which of 40?"]
    inputs = tree.all("input", type="radio")
    assert [(one["name"], one["value"]) for one in inputs] == [("q-which", "0"), ("q-which", "1")]
    assert [one["text"].strip() for one in tree.all("label")] == ["40 flips", "All <3"]
    assert "action" not in tree.all("form")[0]


def test_the_answer_opens_without_a_script_and_says_right_and_wrong_in_words(asked):
    tree = asked(SINGLE)
    (details,) = [one for one in tree.all("details") if one["class"] == "cb-answer"]
    assert "open" not in details
    words = [" ".join(one["text"].split()) for one in tree.all("li") if "data-choice" in one]
    assert words == ["✗ Wrong: 40 flips No.", "✓ Right: All <3 Yes: 57.5."]


def test_the_key_is_json_for_the_script(asked):
    def key(block):
        return json.loads(asked(block).all("cb-question")[0]["data-key"])

    numeric = '/// question | N\n    id: n\n    answer: "= 100 - coin.share"\n    unit: percent\n    tolerance: {abs: 0.5}\n\nHow many?\n\n- [ ] {{ coin.share }}: heads\n    > No.\n\n///'
    assert key(SINGLE) == {"kind": "choose", "right": [1], "of": 2, "several": False}
    assert key(SINGLE.replace("[ ]", "[x]"))["right"] == [0, 1]
    assert key(numeric) == {
        "kind": "number", "answer": 42.5, "tolerance": {"abs": 0.5, "rel": 0}, "wrong": [57.5], "unit": "percent", "symbol": "%",
    }  # fmt: skip
    tree = asked(numeric)
    assert [one["inputmode"] for one in tree.all("input", type="text")] == ["decimal"]
    assert "42.5 %" in [one["text"].replace("\xa0", " ") for one in tree.all("p", **{"class": "cb-key"})]


def test_several_right_choices_are_boxes(asked):
    assert len(asked(SINGLE.replace("[ ]", "[x]")).all("input", type="checkbox")) == 2


def test_recall_and_interview_have_room_for_an_answer_and_a_model(asked):
    recall = asked("//// question | R\n    id: r\n\nSay it.\n\n/// answer\n1. one\n2. two\n///\n////")
    assert len(recall.all("textarea", name="q-r")) == 1
    assert [one["text"].split() for one in recall.all("div", **{"class": "cb-model"})] == [["one", "two"]]
    interview = asked(
        "//// question | I\n    id: i\n    audience: interview\n\nq\n\n/// answer\na\n///\n/// mistake\nb\n///\n/// rubric\n- c\n///\n////"
    )
    for part in ("cb-model", "cb-mistake", "cb-rubric"):
        assert len(interview.all("div", **{"class": part})) == 1


def test_a_hint_and_an_explanation_are_shown(asked):
    blocks = "/// hint\nThink *twice*.\n///\n\n/// answer\nSince all are.\n///"
    tree = asked("/" + SINGLE.removesuffix("///") + f"{blocks}\n\n////")
    assert [" ".join(one["text"].split()) for one in tree.all("details", **{"class": "cb-hint"})] == ["HintThink twice."]
    assert [one["text"].strip() for one in tree.all("div", **{"class": "cb-model"})] == ["Since all are."]


def test_a_wrong_question_can_be_told_of(asked):
    link = asked(SINGLE, report="https://example.org/new?a=1&b=2").all("a", href="https://example.org/new?a=1&b=2")
    assert [one["text"] for one in link] == ["This question is wrong"]
    assert not [one for one in asked(SINGLE).all("a") if "wrong" in one["text"]]


def test_what_is_to_be_ordered_never_stands_in_the_right_order(asked):
    for number in range(20):
        order = f"/// question | O\n    id: o-{number}\n    type: order\n\n1. a\n2. b\n///"
        rows = [one["data-item"] for one in asked(order).all("li") if "data-item" in one]
        assert rows == ["1", "0"]
        match = f"/// question | M\n    id: o-{number}\n    type: match\n\n- a => x\n- b => y\n- c => z\n///"
        rows = [one["data-right"] for one in asked(match).all("li") if "data-right" in one]
        assert sorted(rows) == ["0", "1", "2"] != rows


@pytest.mark.parametrize(
    ("side", "shown"),
    [
        ("y", "cb-rights cb-print"),
        ("a < b & c", "cb-rights cb-print"),
        ("*y*", "cb-rights"),
        ("$y^2$", "cb-rights"),
        ("{{ 5 }}", "cb-rights cb-print"),
    ],
)
def test_right_sides_that_text_cannot_show_are_listed_on_the_screen(asked, side, shown):
    tree = asked(f"/// question | M\n    id: m\n    type: match\n\n- a => x\n- b => {side}\n///")
    assert [one["class"] for one in tree.all("ol") if "cb-rights" in one["class"]] == [shown]
    letters = dict(one["text"].split(". ", 1)[::-1] for one in tree.all("option") if one["value"])
    assert sorted(letters.values()) == ["A", "B"]
    assert "x" in letters


def test_what_a_source_prints_within_a_label_is_escaped(compiled):
    page = compiled("# T\n\n" + SINGLE.replace("**All** <3", "All [@doe2024, a & b < c]"))
    assert "<span>All (doe2024, a &amp; b &lt; c)</span>" in page.markdown


def test_no_id_stands_twice_on_a_page(asked):
    tree = asked(SINGLE + "\n\n" + SINGLE.replace("id: which", "id: which-2"))
    ids = [one["id"] for one in tree.found if "id" in one]
    assert sorted(ids) == sorted(set(ids))


def test_a_choice_of_maths_is_named_by_its_tex(asked):
    tree = asked(
        "/// question | Q\n    id: q\n\n- [x] $p^2$ of {{ coin.flips }}\n    > Yes.\n- [ ] $p$ & more\n    > No.\n- [ ] none\n    > No.\n\n///"
    )
    assert [one.get("aria-label") for one in tree.all("input")] == ["p^2 of 40", "p & more", None]
