"""Labs are read without running them; their evidence answers to them, or the build says why not."""

import json

import pytest

from coursebook import evidence, labs
from tiny import edit, lab, measure_labs, write

LAB = "chapters/labs/coin_again.py"
EVIDENCE = "evidence/labs/coin_again.ipynb"


def faults(root):
    return list(map(str, labs.discover(root)[1]))


def staleness(root):
    found, problems = labs.discover(root)
    assert problems == []
    return list(map(str, labs.stale(root, found, labs.evidence_of(root)[0])))


def test_a_lab_is_read_and_not_run(lab_course):
    lab(lab_course, "# %%\nNEEDS = ['data/flips.csv']\nSEED = 3\nraise SystemExit\n")
    found, problems = labs.discover(lab_course)
    assert problems == []
    assert list(found) == ["labs/coin_again", "labs/x"]
    one = found["labs/x"]
    assert (one.title, one.needs, one.seed, one.path) == ("Title", ("data/flips.csv",), 3, "chapters/labs/x.py")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("# %%\nNEEDS = [x]\n", "5:1: failed-experiment: NEEDS is not a literal list of texts"),
        ("# %%\n\nSEED = 1.5\n", "6:1: failed-experiment: SEED is not a literal whole number"),
        ("# %%\nfor NEEDS in []:\n    pass\n", "5:1: failed-experiment: NEEDS is not a literal list of texts"),
        ("# %%\nNEEDS = ['none.csv']\n", "1:1: failed-experiment: NEEDS 'none.csv', which does not exist"),
        ("# %%\nNEEDS = ['../outside.csv']\n", "1:1: failed-experiment: NEEDS '../outside.csv', which does not exist"),
        ("# %%\nNEEDS = ['data/flips.csv', 'other/flips.csv']\n", "1:1: failed-experiment: 'other/flips.csv' and 'data/flips.csv' would be one file"),
        ("# %%\nNEEDS = ['other/README.txt']\n", "1:1: failed-experiment: 'other/README.txt' and 'README.txt' would be one file"),
        ("# %%\nx =\n", "5:4: failed-experiment: not Python: "),
        ("# %%\nif True:\n\n# %%\n1\n", "5:9: failed-experiment: not Python: "),
        ("# %%\nfrom coursebook import evidence\n", "1:1: failed-experiment: imports coursebook; a lab's reader does not have it"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_named_with_its_line(lab_course, content, problem):
    write(lab_course.parent, "outside.csv", "1")
    write(lab_course, "other/flips.csv", "1")
    write(lab_course, "other/README.txt", "1")
    lab(lab_course, content)
    (found,) = faults(lab_course)
    assert found.startswith(f"chapters/labs/x.py:{problem}")


def test_a_lab_has_a_title_and_a_name(lab_course):
    write(lab_course, "chapters/labs/Big.py", "# %%\n1\n")
    assert faults(lab_course) == [
        "chapters/labs/Big.py:1:1: failed-experiment: no title; the first cell is Markdown and begins with `# `",
        "chapters/labs/Big.py:1:1: failed-experiment: 'Big' cannot name a lab; lower-case letters, digits and _",
    ]


def test_needs_and_helpers_lie_beside_a_lab_under_their_own_names(lab_course):
    found, _ = labs.discover(lab_course)
    assert labs.files(lab_course, found["labs/coin_again"]) == {
        "flips.csv": "data/flips.csv",
        "_counting.py": "build_figures/_counting.py",
        "_percent.py": "build_figures/_percent.py",
    }


def test_what_was_measured_is_fresh(lab_course):
    assert staleness(lab_course) == []
    assert labs.evidence_of(lab_course)[1] == []


@pytest.mark.parametrize(
    ("path", "old", "new", "reason"),
    [
        (LAB, "sum(flips)\n", "sum(flips) + 0\n", "the code"),
        (LAB, "sum(flips)\n", "sum(flips);\n", "the code"),
        (LAB, "SEED = 7", "SEED = 8", "seed; the code"),
        (LAB, "# beside this notebook", "# near this notebook", "the text"),
        (LAB, "Predict first", "Guess first", "the text"),
        (LAB, "# # The coin again", "# # The coin", "the text"),
        (LAB, 'tags=["skip-execution"]', "", "the code"),
        ("build_figures/_percent.py", "100", "1000", "the code"),
        ("data/flips.csv", "heads\n1", "heads\n0", "inputs: data/flips.csv"),
    ],
)
def test_a_change_makes_the_evidence_stale(lab_course, path, old, new, reason):
    content = (lab_course / path).read_text("utf-8")
    (lab_course / path).write_text(content.replace(old, new, 1), "utf-8")
    assert content != (lab_course / path).read_text("utf-8")
    assert staleness(lab_course) == [f"{LAB}:1:1: stale-evidence: changed since measured: {reason}; run `coursebook measure`"]


def test_what_no_reader_sees_changes_nothing(lab_course):
    edit(lab_course, "build_figures/_percent.py", "\ndef ", "\n# a comment\ndef ")
    assert staleness(lab_course) == []


def test_a_lab_without_evidence_and_evidence_without_a_lab_are_stale(lab_course):
    lab(lab_course, "# %%\n1\n")
    (lab_course / LAB).unlink()
    assert staleness(lab_course) == [
        "chapters/labs/x.py:1:1: stale-evidence: never measured; run `coursebook measure`",
        f"{EVIDENCE}:1:1: stale-evidence: no lab {LAB} made it; remove it",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("8 flips, 62.5 % heads", "8 flips, 62.6 % heads"),
        ('"5"', '"6"'),
        ("100.0,", "100.5,"),
        ("Predict first", "Guess first"),
        ('"seed": 7', '"seed": 8'),
        ('"nbformat_minor": 5', '"nbformat_minor":  5'),
    ],
)
def test_one_changed_digit_is_tampered(lab_course, old, new):
    file = lab_course / EVIDENCE
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    (problem,) = labs.evidence_of(lab_course)[1]
    assert str(problem) == (
        f"{EVIDENCE}:1:1: tampered-evidence: the file disagrees with its receipt; restore it, or run `coursebook measure`"
    )


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": [], "metadata": {}}', '{"cells": [1]}'])
def test_what_cannot_be_read_is_tampered(lab_course, content):
    write(lab_course, EVIDENCE, content)
    found, (problem,) = labs.evidence_of(lab_course)
    assert found == {}
    assert problem.rule == "tampered-evidence"


def test_a_receipt_without_its_hash_is_tampered(lab_course):
    body = json.loads((lab_course / EVIDENCE).read_text("utf-8"))
    del body["metadata"]["coursebook"]["content"]
    write(lab_course, EVIDENCE, evidence.dump(body))
    assert len(labs.evidence_of(lab_course)[1]) == 1


def test_running_a_lab_twice_gives_the_same_bytes(lab_course):
    assert measure_labs(lab_course, force=True) == []


def test_a_receipt_pins_what_the_lab_imports_and_nothing_else(lab_course):
    about = labs.evidence_of(lab_course)[0]["labs/coin_again"].receipt
    assert list(about["requires"]) == ["plotly"]
    assert set(about["measure"]["packages"]) > {"plotly"}
    assert list(about["inputs"]) == ["data/flips.csv"]


def test_figures_are_named_in_the_order_of_the_page(lab_course):
    figures = labs.evidence_of(lab_course)[0]["labs/coin_again"].figures
    assert {name: figure["layout"]["title"]["text"] for name, figure in figures.items()} == {
        "labs/coin_again/figure-1": "The share settles"
    }
