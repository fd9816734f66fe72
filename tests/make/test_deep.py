"""Deep experiments train only when asked; the files that they write are checked always, and compared when trained again."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import textwrap

import pytest
from click.testing import CliRunner

from coursebook import evidence
from coursebook.cli import main
from coursebook.evidence import File
from coursebook.make import runner, verify
from coursebook.make.equivalence import vectors
from coursebook.make.experiment import structure
from tiny import edit, problems_of, write

TRAIN = '''\
"""A training that anyone can afford: forty points in four clusters, a little noise by seed."""

import random

from coursebook.make.experiment import File, Number, Results, structure

SEED = 3
DEEP = True
PARTS = [1]
WRITES = ["evidence/vectors/tiny.txt"]
NOISE = 1.0


def part(needs, part, folder):
    dice = random.Random(part)
    return [[round(10 * (index % 4 == axis) + dice.gauss(0, NOISE), 3) for axis in range(4)] for index in range(40)]


def measure(needs, seed, parts):
    rows = [" ".join([f"w{index}", *map(str, point)]) for index, point in enumerate(parts[0])]
    text = "\\n".join([f"{len(rows)} 4", *rows, ""])
    return Results({"words": Number(len(rows), "words")}, {}, {"evidence/vectors/tiny.txt": File(text.encode(), structure())})
'''
USE = '''\
"""What the training is good for."""

from coursebook.make.experiment import Number, Results

NEEDS = ["evidence/vectors/tiny.txt"]
SEED = 0


def measure(needs, seed):
    return Results({"first": Number(float(needs[NEEDS[0]].read_text().split()[3]), "a component", format=".3f")})
'''
FILE = "evidence/vectors/tiny.txt"


def coursebook(root, *arguments):
    """(exit code, stdout, stderr) of a command, all of which are whole lines"""
    result = CliRunner().invoke(main, ["--root", str(root), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def snapshot(root):
    return {file.relative_to(root): file.read_bytes() for file in (root / "evidence").rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def _trained(tmp_path_factory):
    root = (tmp_path_factory.mktemp("deep") / "course").resolve()
    write(root, "build_figures/train.py", TRAIN)
    write(root, "build_figures/abuse.py", USE)  # its name comes first, and it must wait all the same
    write(root, "chapters/01.md", "---\ntitle: One\n---\n\n# One\n\nThere are {{ train.words }} words.\n")
    write(root, "chapters/vocabulary.txt", "")
    assert coursebook(root, "measure", "--deep") == (
        0,
        "measuring train: never measured\nmeasuring abuse: never measured\n2 measured, 2 changed, 0 stills drawn\n",
        "",
    )
    return root


@pytest.fixture
def course(_trained, tmp_path):
    """A course with a deep experiment, which writes vectors, and one that needs them; both are measured."""
    return shutil.copytree(_trained, (tmp_path / "course").resolve())


def first(root):
    return evidence.read(root)[0]["abuse"].results.numbers["first"].value


# -- measuring ---------------------------------------------------------------------------------------------------------


def test_training_comes_first_and_what_needs_its_files_reads_them(course):
    words, points = vectors((course / FILE).read_bytes())
    assert first(course) == points[0][0]
    assert len(words) == 40
    assert evidence.read(course)[1] == []
    receipt = evidence.read(course)[0]["train"].receipt
    assert receipt["deep"] is True
    assert receipt["files"] == {FILE: evidence.digest((course / FILE).read_bytes())}
    assert not (course / runner.PARTS / "measure").is_dir() or not list((course / runner.PARTS / "measure").iterdir())


def test_one_changed_training_changes_what_needs_it_in_the_same_command(course):
    before = first(course)
    edit(course, "build_figures/train.py", "NOISE = 1.0", "NOISE = 1.5")
    code, out, _ = coursebook(course, "measure", "--deep")
    assert code == 0
    assert out.splitlines()[:2] == [
        "measuring train: the code of measure",
        "measuring abuse: inputs: evidence/vectors/tiny.txt",
    ]
    assert first(course) != before


def test_without_being_asked_measure_trains_nothing_and_says_so(course):
    before = snapshot(course)
    edit(course, "build_figures/train.py", "NOISE = 1.0", "NOISE = 1.5")
    assert coursebook(course, "measure") == (
        1,
        "1 fresh, 0 measured, 0 changed, 0 stills drawn\n",
        (
            "build_figures/train.py:1:1: stale-evidence: changed since it was trained: the code of measure; "
            "run `coursebook measure --deep`\n1 problem; `coursebook explain RULE` tells more\n"
        ),
    )
    assert snapshot(course) == before


def test_what_is_not_deep_is_measured_although_a_training_is_stale(course):
    edit(course, "build_figures/train.py", "NOISE = 1.0", "NOISE = 1.5")
    edit(course, "build_figures/abuse.py", "[3]", "[4]")
    code, out, _ = coursebook(course, "measure")
    assert (code, out) == (1, "measuring abuse: the code of measure\n1 measured, 1 changed, 0 stills drawn\n")
    assert coursebook(course, "measure", "abuse")[0] == 0, "nothing that was named is stale"


def test_measure_with_nothing_stale_says_so_with_and_without_deep(course):
    assert coursebook(course, "measure") == (0, "1 fresh, 0 measured, 0 changed, 0 stills drawn\n", "")
    assert coursebook(course, "measure", "--deep") == (0, "2 fresh, 0 measured, 0 changed, 0 stills drawn\n", "")


def test_force_alone_does_not_train(course):
    code, out, _ = coursebook(course, "measure", "--force")
    assert (code, out.splitlines()[0]) == (0, "measuring abuse: asked for")
    assert "measuring train: asked for" in coursebook(course, "measure", "--force", "--deep")[1]


def test_what_needs_a_file_that_was_never_trained_says_how_to_get_it(course):
    shutil.rmtree(course / "evidence")
    code, _, err = coursebook(course, "measure")
    assert code == 1
    assert err.startswith(
        "build_figures/abuse.py:1:1: failed-experiment: NEEDS 'evidence/vectors/tiny.txt', which does not exist; "
        "run `coursebook measure --deep`\n"
    )
    assert coursebook(course, "measure", "--deep")[0] == 0


def test_a_build_names_the_option_too(course):
    edit(course, "build_figures/train.py", "NOISE = 1.0", "NOISE = 1.5")
    assert "the code of measure; run `coursebook measure --deep`\n" in coursebook(course, "lint")[2]


def test_other_files_than_were_written_are_stale_evidence(course):
    edit(course, "build_figures/train.py", 'WRITES = ["evidence/vectors/tiny.txt"]', 'WRITES = ["evidence/vectors/small.txt"]')
    assert "build_figures/train.py:1:1: stale-evidence: changed since measured: files" in coursebook(course, "lint")[2]
    assert verdicts(verified(course))["train"] == "tampered"
    code, _, err = coursebook(course, "measure", "--deep", "train")
    assert code == 1
    assert (
        "ValueError: measure made the files ['evidence/vectors/tiny.txt'], and WRITES names ['evidence/vectors/small.txt']"
        in err
    )


# -- verifying ---------------------------------------------------------------------------------------------------------


def verified(root, *names, deep=False):
    with runner.local(2) as executor:
        return verify.verify(root, executor, lambda _: [], names, deep=deep)


def verdicts(found):
    return {one.name: one.verdict for one in found.experiments}


def failures(found):
    return [(one.id, one.verdict) for experiment in found.experiments for one in experiment.failures]


def test_verify_keeps_what_is_deep_and_says_so(course, tmp_path):
    before = snapshot(course)
    code, out, err = coursebook(course, "verify", "--report", str(tmp_path / "report.json"))
    assert (code, err) == (0, "")
    assert re.fullmatch(r"abuse: identical, 1 outputs, [\d.]+ s\ntrain: kept, 0 outputs, 0\.0 s\n", out)
    assert '"verdict": "kept"' in (tmp_path / "report.json").read_text("utf-8")
    assert snapshot(course) == before


def test_verify_deep_trains_again_and_compares_numbers_and_files(course):
    before = snapshot(course)
    found = verified(course, deep=True)
    assert verdicts(found) == {"abuse": "identical", "train": "identical"}
    assert [one.id for one in found.experiments[1].comparisons] == ["train.words", FILE]
    assert found.passes
    assert snapshot(course) == before


@pytest.mark.parametrize("deep", [False, True])
def test_a_digit_of_a_file_that_was_edited_is_tampered_evidence(course, deep):
    content = (course / FILE).read_text("utf-8")
    (course / FILE).write_text(content[:-2] + str((int(content[-2]) + 1) % 10) + "\n", "utf-8")
    found = verified(course, deep=deep)
    assert not found.passes
    command = ["verify", *(["--deep"] if deep else [])]
    line = (
        "evidence/vectors/tiny.txt:1:1: tampered-evidence: the file disagrees with the receipt in evidence/train.json; "
        "restore it, or run `coursebook measure --deep`\n"
    )
    for code, _, err in (coursebook(course, "lint"), coursebook(course, *command)):
        assert code == 1
        assert err.count(line) == 1
    assert coursebook(course, "measure", "--deep")[0] == 0
    assert (course / FILE).read_text("utf-8") == content


def test_a_file_that_is_gone_is_tampered_evidence(course):
    (course / FILE).unlink()
    assert [(one.path, one.rule) for one in evidence.read(course)[1]] == [(FILE, "tampered-evidence")]
    assert not verified(course, "train").passes
    assert not verified(course, "train", deep=True).passes


def forge(root, change):
    """Change the vectors, and the receipt so that it agrees, as a forger would."""
    item = evidence.read(root)[0]["train"]
    head, *rows = (root / FILE).read_text("utf-8").splitlines()
    content = "\n".join([head, *change([row.split(" ") for row in rows]), ""]).encode()
    files = {FILE: File(content, structure())}
    evidence.save(root, evidence.Evidence("train", evidence.Results(item.results.numbers, {}, files), {}, item.receipt))
    assert evidence.read(root)[1] == []


def joined(rows):
    return [" ".join(row) for row in rows]


def jittered(by):
    return lambda rows: [" ".join([row[0], *(f"{float(cell) + by:.5f}" for cell in row[1:])]) for row in rows]


def shuffled(rows):
    """The vectors in their places, and each handed to another word."""
    words = [row[0] for row in rows]
    random.Random(1).shuffle(words)
    return joined([[word, *row[1:]] for word, row in zip(words, rows, strict=True)])


def swapped(rows):
    """The words in their places, with one another's vectors."""
    points = [row[1:] for row in rows]
    random.Random(1).shuffle(points)
    return joined([[row[0], *point] for row, point in zip(rows, points, strict=True)])


FORGERIES = {
    "a hair": (jittered(0.00009), "equivalent", "equivalent"),
    "the last digit": (jittered(0.001), "moved", "equivalent"),
    "mirrored": (lambda rows: [" ".join([w, *(f"{-float(c):.3f}" for c in cells)]) for w, *cells in rows], "moved", "equivalent"),
    "words shuffled": (shuffled, "moved", "moved"),
    "vectors shuffled": (swapped, "moved", "moved"),
    "rows in another order": (lambda rows: joined(rows[::-1]), "moved", "moved"),
    "a row fewer": (lambda rows: joined(rows[:-1]), "moved", "moved"),
    "another word": (lambda rows: joined([["other", *rows[0][1:]], *rows[1:]]), "moved", "moved"),
    "a dimension fewer": (lambda rows: joined([row[:-1] for row in rows]), "moved", "moved"),
    "a ragged row": (lambda rows: joined([rows[0][:-1], *rows[1:]]), "moved", "moved"),
    "no numbers": (lambda rows: ["word x y"], "moved", "moved"),
    "nothing": (lambda rows: [], "moved", "moved"),
    "not a number": (lambda rows: joined([[rows[0][0], "nan", *rows[0][2:]], *rows[1:]]), "moved", None),
}  # fmt: skip


@pytest.mark.parametrize(("change", "pinned", "unpinned"), FORGERIES.values(), ids=FORGERIES)
def test_a_forged_file_with_a_forged_receipt_is_found_by_training_again(course, monkeypatch, change, pinned, unpinned):
    """On the pinned run coordinates are equal to 1e-4; elsewhere most neighbours of each word must be the same."""
    forge(course, change)
    assert verdicts(verified(course, "train")) == {"train": "kept"}, "nothing but training again can tell"
    found = verified(course, "train", deep=True)
    assert verdicts(found) == {"train": pinned}
    assert failures(found) == ([(FILE, "moved")] if pinned == "moved" else [])
    monkeypatch.setenv("COURSEBOOK_UNPINNED", "1")
    if unpinned:
        assert verdicts(verified(course, "train", deep=True)) == {"train": unpinned}


def test_verify_deep_prints_the_file_that_moved(course):
    forge(course, swapped)
    code, out, _ = coursebook(course, "verify", "--deep", "train")
    assert code == 1
    assert re.search(r"^train: moved, 2 outputs", out, re.MULTILINE)
    assert re.search(r"^evidence/vectors/tiny\.txt +[0-9a-f]{12} +[0-9a-f]{12} +", out, re.MULTILINE)


@pytest.mark.parametrize("deep", [False, True])
def test_a_training_whose_code_changed_is_not_kept(course, deep):
    edit(course, "build_figures/train.py", "NOISE = 1.0", "NOISE = 1.5")
    found = verified(course, "train", deep=deep)
    assert not found.passes
    assert verdicts(found) == {"train": "tampered"}
    assert str(found.experiments[0].problems[0]) == (
        "evidence/train.json:1:1: stale-evidence: the receipt is out of date: the code of measure; run `coursebook measure --deep`"
    )


@pytest.mark.parametrize(
    ("content", "verdict"), [(None, "not run"), ("", "tampered"), ("{}", "tampered")], ids=["none", "empty", "no receipt"]
)
def test_a_training_without_evidence_that_can_be_read_is_not_passed_over(course, content, verdict):
    file = evidence.file_of(course, "train")
    file.unlink() if content is None else file.write_text(content)
    for names in ((), ("train",)):
        found = verified(course, *names)
        assert verdicts(found)["train"] == verdict
        assert not found.passes
        assert found.experiments[-1].problems


def test_a_receipt_says_how_to_train_again_and_that_nobody_did(course):
    """The report of a verification is what the site shows; it holds for the evidence that it proved, and no other."""
    assert coursebook(course, "verify", "--report", str(course / "build/verify.json"))[0] == 0
    assert coursebook(course, "compile", "--out", str(course / "out"))[0] == 0
    page = (course / "out/chapters/01.md").read_text("utf-8")
    assert "<code>coursebook verify --deep train</code>" in page
    assert re.search(r"not trained again in this build; code, inputs and files were those of the training on \d{4}-", page)
    edit(course, "chapters/01.md", "{{ train.words }}", "{{ abuse.first }}")
    assert coursebook(course, "compile", "--out", str(course / "out"))[0] == 0
    page = (course / "out/chapters/01.md").read_text("utf-8")
    assert "<code>coursebook verify abuse</code>" in page
    assert "identical when measured again on " in page


# -- writing -----------------------------------------------------------------------------------------------------------

KILLED_BETWEEN = """
    import os, signal, sys
    from coursebook import evidence
    from coursebook.cli import main

    written = evidence.write

    def write(file, content):
        if file.name == "train.json":
            os.kill(os.getpid(), signal.SIGKILL)
        return written(file, content)

    evidence.write = write
    main(["--root", sys.argv[1], "measure", "--deep"])
"""


def test_files_are_written_before_the_receipt_and_a_kill_between_is_reported_and_mended(course):
    old, wanted = (course / FILE).read_bytes(), course.parent / "wanted"
    edit(course, "build_figures/train.py", "NOISE = 1.0", "NOISE = 1.5")
    shutil.copytree(course, wanted)
    assert coursebook(wanted, "measure", "--deep")[0] == 0
    before = evidence.file_of(course, "train").read_bytes()
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED_BETWEEN), course], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert evidence.file_of(course, "train").read_bytes() == before
    assert (course / FILE).read_bytes() == (wanted / FILE).read_bytes() != old
    assert [(one.path, one.rule) for one in evidence.read(course)[1]] == [(FILE, "tampered-evidence")]
    assert coursebook(course, "lint")[0] == coursebook(course, "verify", "train")[0] == 1
    code, out, _ = coursebook(course, "measure", "--deep")
    assert (code, out.splitlines()[0]) == (0, "measuring train: the evidence was edited")
    assert snapshot(course) == snapshot(wanted)


def test_drawing_again_leaves_the_files_and_trains_nothing(course):
    """The title is not what a training is made of."""
    before, kept = (course / FILE).stat(), evidence.read(course)[0]["train"].receipt["files"]
    edit(course, "build_figures/train.py", "A training that anyone can afford", "A training for all")
    edit(course, "build_figures/train.py", "def part(needs, part, folder):\n", "def part(needs, part, folder):\n    # trains\n")
    (planned,) = runner.plan(course, deep=True).jobs
    assert planned.results is not None
    assert coursebook(course, "measure", "--deep") == (
        0, "measuring train: title\n1 fresh, 1 measured, 1 changed, 0 stills drawn\n", "",
    )  # fmt: skip
    assert evidence.read(course)[0]["train"].receipt["files"] == kept
    assert (course / FILE).stat().st_mtime_ns == before.st_mtime_ns
    assert evidence.read(course)[1] == []


def test_accept_makes_what_is_trained_now_the_evidence(course):
    forge(course, swapped)
    code, out, _ = coursebook(course, "accept", "train")
    assert code == 0
    assert out.endswith("train: accepted, 0 outputs differ\n"), "its numbers are as they were"
    assert verified(course, "train", deep=True).passes


def test_a_training_that_fails_leaves_what_was(course):
    edit(course, "build_figures/train.py", "    dice = random.Random(part)", "    dice = random.Random(part)\n    1 / 0")
    before = snapshot(course)
    assert problems_of(lambda: _measure_deep(course)) == [
        "build_figures/train.py:16:1: failed-experiment: ZeroDivisionError: division by zero"
    ]
    assert snapshot(course) == before
    assert os.path.exists(course / FILE)


def _measure_deep(root):
    with runner.local(1) as executor:
        return runner.measure(root, runner.plan(root, deep=True), executor)
