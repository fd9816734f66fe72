"""evidence/ is written whole or not at all, unchanged results leave its bytes, and an edit of any byte shows."""

import json
import re
import subprocess
import sys
import textwrap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursebook import evidence
from coursebook.evidence import Evidence, File, Number, Results
from coursebook.make import stills
from coursebook.values import Column, Rule, Table
from tiny import edit, write

RECEIPT = {
    "experiment": "build_figures/x.py", "title": "X.", "kind": "measured", "seed": 1, "inputs": {"a.csv": "00"},
    "measure": {"code": "11", "packages": {}}, "draw": {"code": "22", "packages": {}},
}  # fmt: skip
FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.integers()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.builds(
    Number,
    FINITE,
    TEXT,
    TEXT,
    st.sampled_from(["", ".1f"]),
    st.none() | st.tuples(FINITE, FINITE),
    st.none() | st.integers(1, 99),
    st.sampled_from(
        [Rule(), Rule("exact"), Rule("within", 0.5, 0.25), Rule("within", 0.5), Rule("sampled"), Rule("structure")]
    ),
)
COLUMNS = st.builds(
    Column,
    st.from_regex("[a-z]{1,4}", fullmatch=True),
    st.lists(FINITE, max_size=3).map(lambda cells: (*cells, 1, 2.5)[:2]),
    TEXT,
)
TABLES = st.builds(Table, TEXT, st.lists(COLUMNS, min_size=1, max_size=3).map(tuple))
NAMES = st.from_regex("[a-z][a-z0-9_]{0,5}", fullmatch=True)
RESULTS = st.builds(Results, st.dictionaries(NAMES, NUMBERS, max_size=3), st.dictionaries(NAMES, TABLES, max_size=2))


def sample():
    numbers = {
        "share": Number(62.5, "heads", "percent", ".1f", (50.25, 75.5), 8),
        "heads": Number(5, "heads", rule=Rule("exact")),
    }
    table = Table(
        "Heads", (Column("flip", (1, 2), rule=Rule("exact")), Column("running", (100.0, 50.0)), Column("who", ("a", "b")))
    )
    return Evidence("x", Results(numbers, {"table": table}), {"curve": {"data": [{"y": [1.5, 2]}], "layout": {}}}, RECEIPT)


@given(RESULTS)
@settings(max_examples=50)
def test_results_survive_being_written(results):
    written = json.loads(evidence.dump(evidence.results_as_json(results)))
    again = evidence.results_from_json(written)
    assert again == results
    assert evidence.dump(evidence.results_as_json(again)) == evidence.dump(written)


def test_what_is_saved_is_read_back_whole(tmp_path):
    assert evidence.save(tmp_path, sample())
    found, problems = evidence.read(tmp_path)
    assert not problems
    assert found["x"].results == sample().results
    assert found["x"].figures == sample().figures
    assert found["x"].receipt == {**RECEIPT, "content": found["x"].receipt["content"]}


def test_unchanged_results_leave_the_bytes_and_the_file_untouched(tmp_path):
    evidence.save(tmp_path, sample())
    file = evidence.file_of(tmp_path, "x")
    before = (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino)
    assert not evidence.save(tmp_path, evidence.read(tmp_path)[0]["x"])
    assert (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_a_changed_number_changes_its_line_and_the_hash(tmp_path):
    evidence.save(tmp_path, sample())
    before = evidence.file_of(tmp_path, "x").read_text("utf-8").splitlines()
    item = sample()
    evidence.save(tmp_path, Evidence("x", Results({**item.results.numbers, "heads": Number(6, "heads", rule=Rule("exact"))},
                                                  item.results.tables), item.figures, RECEIPT))  # fmt: skip
    after = evidence.file_of(tmp_path, "x").read_text("utf-8").splitlines()
    assert [new.split(":")[0].strip() for old, new in zip(before, after, strict=True) if old != new] == ['"content"', '"value"']


def test_the_file_ends_with_a_line_end_and_can_be_read_by_others(tmp_path):
    evidence.save(tmp_path, sample())
    file = evidence.file_of(tmp_path, "x")
    assert file.read_bytes().endswith(b"}\n")
    assert file.stat().st_mode & 0o777 == 0o644


def test_evidence_holds_no_number_that_json_does_not_have(tmp_path):
    item = sample()
    broken = Results({"x": Number(float("nan"), "")}, {})
    with pytest.raises(ValueError, match="JSON"):
        evidence.save(tmp_path, Evidence("x", broken, item.figures, RECEIPT))
    assert not evidence.file_of(tmp_path, "x").exists()


def saved(root):
    evidence.save(root, sample())
    return evidence.file_of(root, "x")


def test_every_changed_digit_is_tampered(tmp_path):
    """Each digit of the file is raised by one, in turn; none passes, in results, figures or receipt."""
    file = saved(tmp_path)
    content = file.read_text("utf-8")
    offsets = [match.start() for match in re.finditer(r"\d", content)]
    assert len(offsets) > 60
    for offset in offsets:
        file.write_text(content[:offset] + str((int(content[offset]) + 1) % 10) + content[offset + 1 :], "utf-8")
        _, problems = evidence.read(tmp_path)
        assert [(problem.path, problem.rule) for problem in problems] == [("evidence/x.json", "tampered-evidence")], offset


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"unit": "percent"', '"unit": "points"'),
        ('"format": ".1f"', '"format": ".0f"'),
        ('"kind": "measured"', '"kind": "assumed"'),
        ('"rule": "printed"\n   },\n   "heads"', '"rule": "sampled"\n   },\n   "heads"'),
        ('"seed": 1', '"seed": 1,\n  "more": 2'),
        ("62.5", "62.50"),
        ("62.5", "6.25e1"),
        ('"x.py"', '"x.py" '),
        ("}\n", "}\n\n"),
        ('"value": 5,', '"value": 4, "value": 5,'),
        ('"a"', '"\\u0061"'),
    ],
)
def test_an_edit_that_leaves_the_digits_is_tampered_too(tmp_path, old, new):
    file = saved(tmp_path)
    content = file.read_text("utf-8")
    if old == '"x.py"':
        old, new = 'x.py",', 'x.py" ,'
    head, found, tail = content.rpartition(old)
    assert found
    file.write_text(head + new + tail, "utf-8")
    assert [problem.rule for problem in evidence.read(tmp_path)[1]] == ["tampered-evidence"]


def test_tampered_evidence_is_still_read_and_then_mended(tmp_path):
    saved(tmp_path)
    edit(tmp_path, "evidence/x.json", '"value": 62.5', '"value": 82.5')
    found, problems = evidence.read(tmp_path)
    assert found["x"].results.numbers["share"].value == 82.5
    assert str(problems[0]) == (
        "evidence/x.json:1:1: tampered-evidence: the file disagrees with its receipt; restore it, or run `coursebook measure`"
    )
    edit(tmp_path, "evidence/x.json", '"value": 82.5', '"value": 62.5')
    assert evidence.read(tmp_path)[1] == []


BODY = json.loads(
    evidence.dump({"receipt": {**RECEIPT, "content": ""}, "results": {"numbers": {}, "tables": {}}, "figures": {}})
)


def without(path):
    body = json.loads(json.dumps(BODY))
    *steps, last = path
    place = body
    for step in steps:
        place = place[step]
    del place[last]
    return json.dumps(body)


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "null", "[]", "5", '"x"', "{}", '{"receipt": 5}', "\ufeff{}", "NaN", "[" * 100_000,
        json.dumps({**BODY, "receipt": "x"}),
        json.dumps({**BODY, "receipt": {**BODY["receipt"], "measure": 5}}),
        json.dumps({**BODY, "receipt": {**BODY["receipt"], "draw": "x"}}),
        json.dumps({**BODY, "receipt": {**BODY["receipt"], "draw": {"code": "x", "packages": 3}}}),
        json.dumps({**BODY, "receipt": {**BODY["receipt"], "inputs": 5}}),
        json.dumps({**BODY, "results": {"numbers": {"x": {"value": 1}}, "tables": {}}}),
        json.dumps({**BODY, "results": {"numbers": {"x": {"value": 1, "what": "", "rule": {"name": "exact", "z": 1}}}, "tables": {}}}),
        json.dumps({**BODY, "results": {"numbers": {}, "tables": {"t": {"title": "", "columns": [
            {"name": "a", "cells": [1], "rule": "exact"}, {"name": "b", "cells": [], "rule": "exact"}]}}}}),
        json.dumps({**BODY, "results": {"numbers": {"x": {"value": float("nan"), "what": "", "rule": "exact"}}, "tables": {}}}),
        *[without(path) for path in (["receipt"], ["results"], ["figures"], ["results", "tables"], ["receipt", "seed"],
                                     ["receipt", "kind"], ["receipt", "measure"], ["receipt", "draw", "code"])],
    ],
)  # fmt: skip
def test_a_file_that_is_no_evidence_is_one_problem_and_no_traceback(tmp_path, content):
    write(tmp_path, "evidence/x.json", content)
    found, problems = evidence.read(tmp_path)
    assert found == {}
    assert [(problem.path, problem.rule) for problem in problems] == [("evidence/x.json", "tampered-evidence")]


@given(st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_problem_and_no_traceback(content):
    found, problems = evidence.parse("x", "evidence/x.json", content)
    assert found is None
    assert len(problems) == 1


WRITER = """
    import sys
    from pathlib import Path
    from coursebook import evidence

    file, states = Path(sys.argv[1]), [Path(name).read_bytes() for name in sys.argv[2:]]
    print("ready", flush=True)
    while True:
        for state in states:
            evidence.write(file, state)
"""


def test_a_kill_at_any_moment_leaves_the_old_evidence_or_the_new(tmp_path):
    """A process writes two states in turn, as fast as it can, and is killed without warning at ever other moments."""
    script = write(tmp_path, "writer.py", textwrap.dedent(WRITER))
    for state in (0, 1):
        numbers = {f"n{index}": Number(state, "which of two states this is") for index in range(5000)}
        evidence.save(tmp_path / str(state), Evidence("x", Results(numbers), {}, RECEIPT))
    states = [evidence.file_of(tmp_path / str(state), "x") for state in (0, 1)]
    seen, under_way = set(), 0
    for turn in range(24):
        arguments = [sys.executable, script, evidence.file_of(tmp_path, "x"), *states]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, encoding="utf-8") as process:
            assert process.stdout.readline() == "ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.01 + 0.0037 * turn)
            process.kill()
        found, problems = evidence.read(tmp_path)
        assert problems == []
        values = {number.value for item in found.values() for number in item.results.numbers.values()}
        assert len(values) <= 1
        seen |= values
        under_way += any((tmp_path / "evidence").glob(".x.json.*"))
    assert seen == {0, 1}
    assert under_way, "no kill met a write that was under way, so this test saw nothing"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    file = saved(tmp_path)
    before = file.read_bytes()
    with pytest.raises(UnicodeEncodeError):
        evidence.write(file, "\ud800")
    (tmp_path / "evidence" / "folder.json").mkdir()
    with pytest.raises(IsADirectoryError):
        evidence.write(tmp_path / "evidence" / "folder.json", "x")
    assert file.read_bytes() == before
    assert sorted(one.name for one in file.parent.iterdir()) == ["folder.json", "x.json"]


def with_files(**contents):
    """An experiment's evidence with files below evidence/made/."""
    item = sample()
    files = {f"evidence/made/{name}.txt": File(content) for name, content in contents.items()}
    return Evidence("x", Results(item.results.numbers, item.results.tables, files), item.figures, RECEIPT)


def test_files_stand_at_their_paths_and_their_hashes_in_the_receipt(tmp_path):
    assert evidence.save(tmp_path, with_files(two=b"\0two", one=b"one"))
    assert (tmp_path / "evidence/made/two.txt").read_bytes() == b"\0two"
    found, problems = evidence.read(tmp_path)
    assert problems == []
    assert found["x"].receipt["files"] == {
        "evidence/made/one.txt": evidence.digest("one"), "evidence/made/two.txt": evidence.digest("\0two"),
    }  # fmt: skip
    assert found["x"].results.files == {}, "they are read from where they stand, by those who need them"
    assert not evidence.save(tmp_path, with_files(two=b"\0two", one=b"one"))


def test_results_without_files_leave_those_that_the_receipt_names(tmp_path):
    evidence.save(tmp_path, with_files(one=b"one"))
    assert not evidence.save(tmp_path, evidence.read(tmp_path)[0]["x"])
    assert evidence.read(tmp_path)[1] == []


@pytest.mark.parametrize("harm", ["edited", "removed", "a folder"])
def test_a_file_that_disagrees_with_the_receipt_is_tampered(tmp_path, harm):
    evidence.save(tmp_path, with_files(one=b"one", two=b"two"))
    file = tmp_path / "evidence/made/one.txt"
    file.unlink()
    if harm == "edited":
        file.write_bytes(b"onf")
    elif harm == "a folder":
        file.mkdir()
    assert list(map(str, evidence.read(tmp_path)[1])) == [
        (
            "evidence/made/one.txt:1:1: tampered-evidence: the file disagrees with the receipt in evidence/x.json; "
            "restore it, or run `coursebook measure`"
        )
    ]


def test_a_hash_of_a_file_that_was_edited_in_the_receipt_is_tampered_twice(tmp_path):
    evidence.save(tmp_path, with_files(one=b"one"))
    edit(tmp_path, "evidence/x.json", evidence.digest("one"), evidence.digest("two"))
    assert {one.path for one in evidence.read(tmp_path)[1]} == {"evidence/x.json", "evidence/made/one.txt"}


@pytest.mark.parametrize("files", [5, "x", ["x"], None])
def test_a_receipt_whose_files_are_none_cannot_be_read(tmp_path, files):
    write(tmp_path, "evidence/x.json", json.dumps({**BODY, "receipt": {**BODY["receipt"], "files": files}}))
    found, problems = evidence.read(tmp_path)
    assert (found, [problem.rule for problem in problems]) == ({}, ["tampered-evidence"])


def test_files_are_written_before_the_receipt_that_names_them(tmp_path, monkeypatch):
    order, written = [], evidence.write
    monkeypatch.setattr(evidence, "write", lambda file, content: order.append(file.name) or written(file, content))
    evidence.save(tmp_path, with_files(one=b"one", two=b"two"))
    assert order == ["one.txt", "two.txt", "x.json"]


def stilled(course):
    return sorted((course / "evidence" / "stills").glob("*.svg"))


def test_stills_that_agree_with_their_index_are_no_problem(course):
    assert len(stilled(course)) == 2
    assert evidence.check_stills(course) == []


@pytest.mark.parametrize("harm", ["edited", "removed", "added", "unindexed"])
def test_a_still_that_disagrees_with_the_index_is_tampered(course, harm):
    file = stilled(course)[0]
    if harm == "edited":
        file.write_text(file.read_text("utf-8").replace("stand-in", "forged"), "utf-8")
    elif harm == "removed":
        file.unlink()
    elif harm == "added":
        file = file.with_name("added.light.svg")
        file.write_text("<svg/>")
    else:
        index = json.loads((course / "evidence" / "stills.json").read_text("utf-8"))
        del index[file.name]
        write(course, "evidence/stills.json", evidence.dump(index))
    assert [(one.path, one.rule) for one in evidence.check_stills(course)] == [
        (f"evidence/stills/{file.name}", "tampered-evidence")
    ]


@pytest.mark.parametrize("content", ["", "[]", "5", "null", "{", "[" * 100_000])
def test_an_index_that_cannot_be_read_vouches_for_no_still(course, content):
    write(course, "evidence/stills.json", content)
    assert len(evidence.check_stills(course)) == 2


def test_a_still_is_found_by_what_it_is_drawn_from(course):
    figure = evidence.read(course)[0]["coin"].figures["running"]
    assert set(evidence.stills_of(course, figure)) == {"light", "dark"}
    assert evidence.stills_of(course, {**figure, "layout": {}}) == {}
    assert stills.missing(course, [figure, {"data": []}]) == [{"data": []}]
