"""Problems look like a compiler's, and all of them are shown at once."""

from coursebook.problems import RULES, Problem, Problems, errors

FAULT = Problem("chapters/12-returns.md", 41, 12, "unknown-value", "no value 'a'", "did you mean 'b'?")


def test_a_problem_prints_its_place_rule_message_and_hint():
    assert str(FAULT) == "chapters/12-returns.md:41:12: unknown-value: no value 'a'; did you mean 'b'?"


def test_without_a_hint_nothing_follows_the_message():
    assert str(Problem("a.md", 1, 2, "bad-block", "unclosed")) == "a.md:1:2: bad-block: unclosed"


def test_a_warning_says_so_before_the_rule():
    assert str(Problem("a.yml", 1, 2, "expired-fact", "old", severity="warning")) == "a.yml:1:2: warning: expired-fact: old"


def test_editors_get_every_field():
    assert FAULT.as_json() == {
        "path": "chapters/12-returns.md", "line": 41, "column": 12, "rule": "unknown-value", "message": "no value 'a'",
        "hint": "did you mean 'b'?", "severity": "error",
    }  # fmt: skip


def test_many_problems_are_sorted_by_place_as_numbers_and_shown_once():
    late, early = Problem("a.md", 10, 1, "bad-block", "x"), Problem("a.md", 9, 1, "bad-block", "x")
    found = Problems([late, early, late])
    assert found.problems == [early, late]
    assert str(found) == f"{early}\n{late}"


def test_warnings_are_not_errors():
    warning = Problem("a.yml", 1, 1, "expired-fact", "old", severity="warning")
    assert errors([warning, FAULT]) == [FAULT]


def test_every_rule_has_a_stable_name_and_a_sentence():
    assert all(name == name.lower() and " " not in name for name in RULES)
    assert all(sentence.endswith(".") for sentence in RULES.values())
