"""Every rule by example: break a course, see the problem, repair it, and see it go.

A case is a folder in tests/cases/problems/, named after the rule: `chapter.md` stands in for the chapter of the tiny
course, what lies in `files/` is added to it, `edits.json` says what is replaced in which file; `expected.txt` is what is printed.
"""

import datetime as dt
import json
import os
import shutil
from pathlib import Path

import pytest

from coursebook.problems import RULES, errors
from coursebook.publish.site import Options, assemble

CASES = sorted((Path(__file__).parents[1] / "cases" / "problems").iterdir())
TODAY = dt.date(2026, 12, 1)
ELSEWHERE = {"failed-experiment": "make", "missing-corpus": "make", "broken-page": "publish", "bad-attempt": "publish"}
"""Rules that nothing written in a chapter, a source or evidence can break, and the tests that break them."""


def problems(root):
    return assemble(root, Options(today=TODAY)).problems


def snapshot(root):
    return {file.relative_to(root): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()}


def damage(root, case):
    if (case / "chapter.md").is_file():
        (root / "chapters/01-coins.md").write_bytes((case / "chapter.md").read_bytes())
    if (case / "files").is_dir():
        shutil.copytree(case / "files", root, dirs_exist_ok=True)
    edits = json.loads((case / "edits.json").read_text("utf-8")) if (case / "edits.json").is_file() else {}
    for path, replacements in edits.items():
        content = (root / path).read_text("utf-8")
        for old, new in replacements:
            assert old in content
            content = content.replace(old, new, 1)
        (root / path).write_text(content, "utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_broken_is_reported_and_what_is_repaired_is_not(course, case):
    whole = snapshot(course)
    assert problems(course) == ()
    damage(course, case)
    broken = snapshot(course)
    found = "".join(f"{problem}\n" for problem in problems(course))
    assert snapshot(course) == broken, "reporting writes nothing"

    expected = case / "expected.txt"
    if os.environ.get("COURSEBOOK_GOLDEN") == "write" and not expected.is_file():
        expected.write_text(found, "utf-8")
    assert expected.is_file(), f"no {expected}; write it with COURSEBOOK_GOLDEN=write, and read it"
    assert found == expected.read_text("utf-8")

    for path in broken.keys() - whole.keys():
        (course / path).unlink()
    for path, content in whole.items():
        (course / path).write_bytes(content)
    assert problems(course) == ()


def reported(case):
    """The rules in what a case prints."""
    return {
        line.split(": ", 1)[1].removeprefix("warning: ").split(":")[0]
        for line in (case / "expected.txt").read_text("utf-8").splitlines()
    }


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_broken_by_a_case_or_a_test(rule):
    if rule in ELSEWHERE:
        folder = Path(__file__).parents[1] / ELSEWHERE[rule]
        assert any(
            f'"{rule}"' in file.read_text("utf-8") or f": {rule}: " in file.read_text("utf-8")
            for file in folder.rglob("test_*.py")
        )
    else:
        assert any(rule == case.name.partition("--")[0] for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_breaks_the_rule_that_it_is_named_after_and_hardly_any_other(case):
    rules = reported(case)
    assert rules <= RULES.keys()
    if case.name == "all-at-once":
        assert len(rules) >= 7
    else:
        assert rules == {case.name.partition("--")[0]}


def test_only_an_expired_fact_is_a_warning(course):
    damage(course, next(case for case in CASES if case.name == "expired-fact"))
    assert problems(course)
    assert errors(problems(course)) == []
    assert assemble(course, Options()).problems == (), "a build without a date does not ask"
