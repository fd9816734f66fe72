"""Every rule by example: break a course, see the problem, repair it, and see it go.

A case is a folder in tests/cases/problems/: `chapter.md` stands in for the chapter of the tiny course, or `edits.json`
says what is replaced in which file; `expected.txt` is what is printed.
"""

import datetime
import json
import os
from pathlib import Path

import pytest

from coursebook.problems import RULES, errors
from coursebook.publish.site import Options, assemble

CASES = sorted((Path(__file__).parents[1] / "cases" / "problems").iterdir())
TODAY = datetime.date(2026, 12, 1)
ELSEWHERE = {"failed-experiment": "make/test_child.py", "broken-page": "publish/test_check.py"}
"""Rules that nothing written in a chapter, a source or evidence can break, and the tests that break them."""


def problems(root):
    return assemble(root, Options(today=TODAY)).problems


def snapshot(root):
    return {file.relative_to(root): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()}


def damage(root, case):
    if (case / "chapter.md").is_file():
        (root / "chapters/01-coins.md").write_bytes((case / "chapter.md").read_bytes())
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

    for path in broken:
        (course / path).write_bytes(whole[path])
    assert problems(course) == ()


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_broken_by_a_case_or_a_test(rule):
    reported = "".join((case / "expected.txt").read_text("utf-8") for case in CASES)
    where = ELSEWHERE.get(rule)
    assert f": {rule}: " in reported or (where and rule in (Path(__file__).parents[1] / where).read_text("utf-8"))


@pytest.mark.parametrize("case", [case for case in CASES if "all" not in case.name], ids=lambda case: case.name)
def test_a_case_is_named_after_a_rule_that_it_breaks(case):
    rule = max((rule for rule in RULES if case.name.startswith(rule) or rule.split("-")[0] in case.name), key=len)
    rules = {line.split(": ")[1].removeprefix("warning: ") for line in (case / "expected.txt").read_text("utf-8").splitlines()}
    assert rule in rules or any(case.name.startswith(one.split("-")[0]) for one in rules)


def test_only_an_expired_fact_is_a_warning(course):
    damage(course, next(case for case in CASES if case.name == "expired-fact"))
    assert problems(course)
    assert errors(problems(course)) == []
    assert assemble(course, Options()).problems == (), "a build without a date does not ask"
