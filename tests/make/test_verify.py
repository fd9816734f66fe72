"""Everything is measured again, away from the evidence, and each output gets a verdict that nothing softens."""

import json
import subprocess

import pytest

from coursebook import evidence
from coursebook.expressions import holds
from coursebook.make import runner, verify
from coursebook.problems import Problem
from tiny import edit, measure, problems_of, stand_in_stills, write

CLAIM = Problem("chapters/01-coins.md", 11, 1, "false-claim", "'coin.share > 50' is false")


def no_claims(names):
    return []


def claims(names):
    """The tiny chapter's claim, on the library it is given."""
    return [] if holds("coin.share > 50", names)[0] else [CLAIM]


def verified(root, *names, checks=no_claims):
    with runner.local(2) as executor:
        return verify.verify(root, executor, checks, names)


def verdicts(found):
    return {one.name: one.verdict for one in found.experiments}


def failures(found):
    return [(one.id, one.verdict, one.old, one.new) for experiment in found.experiments for one in experiment.failures]


def contents(root):
    return {file.relative_to(root): file.read_bytes() for file in (root / "evidence").rglob("*") if file.is_file()}


def forge(root, name, old, new):
    """Edit evidence as a forger would: with a hash that agrees."""
    edit(root, f"evidence/{name}.json", old, new)
    item = evidence.read(root)[0][name]
    evidence.save(root, item)
    assert evidence.read(root)[1] == []


def test_what_regenerates_is_identical(course):
    before = contents(course)
    found = verified(course, checks=claims)
    assert verdicts(found) == {"coin": "identical", "made_up": "identical"}
    assert (found.passes, found.problems, found.broken) == (True, (), ())
    assert sum(len(one.comparisons) for one in found.experiments) == 4 + 16 + 1 + 1
    assert contents(course) == before


def test_only_what_is_named_is_verified(course):
    assert verdicts(verified(course, "made_up")) == {"made_up": "identical"}


def test_a_forged_number_with_a_hash_that_agrees_is_found_by_measuring_again(course):
    forge(course, "coin", '"value": 62.5', '"value": 82.5')
    found = verified(course)
    assert verdicts(found)["coin"] == "moved"
    assert failures(found) == [("coin.share", "moved", "82.5 n=8", "62.5 n=8")]
    assert not found.passes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"value": 5,', '"value": 6,'),
        ('"what": "flips that land on heads"', '"what": "flips that land on tails"'),
        ('"unit": "points"', '"unit": "percent"'),
        ('"n": 8', '"n": 800'),
        ('"name": "within",\n     "abs": 0.001', '"name": "within",\n     "abs": 1000.0'),
        ("       50.0,\n       66.66666666666666,\n       75.0", "       50.0,\n       86.66666666666666,\n       75.0"),
        ('"title": "Heads as flips are added",', '"title": "Tails as flips are added",'),
    ],
)
def test_any_forged_result_moved(course, old, new):
    forge(course, "coin", old, new)
    assert verdicts(verified(course))["coin"] == "moved"


def test_a_forged_figure_moved(course):
    forge(course, "coin", '     "line": {\n      "width": 3', '     "line": {\n      "width": 30')
    stand_in_stills(course)
    found = verified(course)
    assert [(identifier, verdict) for identifier, verdict, _, _ in failures(found)] == [("coin/running", "moved")]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('"seed": 7', '"seed": 8', "seed"),
        ('"kind": "measured"', '"kind": "assumed"', "kind"),
        ('"title": "How often one coin lands on heads."', '"title": "How often all coins do."', "title"),
        ('"experiment": "build_figures/coin.py"', '"experiment": "build_figures/made_up.py"', "experiment"),
        ('"data/flips.csv": "', '"data/flips.csv": "00', "inputs"),
        ('"measure": {\n   "code": "', '"measure": {\n   "code": "00', "the code of measure"),
        ('"draw": {\n   "code": "', '"draw": {\n   "code": "00', "the code of draw"),
    ],
)
def test_a_forged_receipt_is_tampered(course, old, new, part):
    forge(course, "coin", old, new)
    found = verified(course)
    assert verdicts(found)["coin"] == "tampered"
    message = f"evidence/coin.json:1:1: stale-evidence: the receipt is out of date: {part}; run `coursebook measure`"
    (own,) = [one for one in found.experiments if one.name == "coin"]
    assert list(map(str, own.problems)) == [message]
    assert not found.passes


def test_an_edit_by_hand_is_tampered(course):
    edit(course, "evidence/coin.json", '"value": 62.5', '"value": 62.6')
    found = verified(course)
    assert verdicts(found) == {"coin": "tampered", "made_up": "identical"}
    assert not found.passes
    (own,) = [one.problems for one in found.experiments if one.name == "coin"]
    assert [str(one).split("; ")[0] for one in own] == [
        "evidence/coin.json:1:1: tampered-evidence: the file disagrees with its receipt"
    ]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"receipt": {}}'])
def test_evidence_that_cannot_be_read_is_tampered(course, content):
    write(course, "evidence/coin.json", content)
    assert verdicts(verified(course))["coin"] == "tampered"


def test_a_receipt_without_its_hash_is_tampered(course):
    file = course / "evidence" / "coin.json"
    body = json.loads(file.read_text("utf-8"))
    del body["receipt"]["content"]
    file.write_text(evidence.dump(body), "utf-8")
    assert verdicts(verified(course))["coin"] == "tampered"


def drifting(root, first, second, rule, tail="", first_tail=None):
    """An experiment whose number is `first` where it is measured, and `second` where it is measured again."""
    template = "from coursebook.make.experiment import *\n\n\ndef measure(needs, seed):\n    return Results({{'x': Number({}, 'one', rule={})}})\n"
    (root / "build_figures" / "drift.py").write_text(
        template.format(first, rule) + (tail if first_tail is None else first_tail)
    )
    measure(root, "drift")
    item = evidence.read(root)[0]["drift"]
    (root / "build_figures" / "drift.py").write_text(template.format(second, rule) + tail)
    receipt = runner.plan(root, ("drift",), force=True).receipts["drift"]
    evidence.save(root, evidence.Evidence("drift", item.results, item.figures, receipt))


@pytest.mark.parametrize(
    ("rule", "second", "wanted"),
    [
        ("printed()", 62.54, "equivalent"),
        ("printed()", 62.56, "moved"),
        ("within(abs=1)", 63.5, "equivalent"),
        ("exact()", 62.51, "moved"),
    ],
)
def test_a_number_that_drifts_is_judged_by_its_own_rule(course, rule, second, wanted):
    drifting(course, 62.5, second, rule)
    found = verified(course)
    assert verdicts(found) == {"coin": "identical", "made_up": "identical", "drift": wanted}
    assert found.passes == (wanted == "equivalent")


def test_a_claim_that_is_false_for_the_fresh_values_is_broken_even_if_each_number_is_equivalent(course):
    drifting(course, 62.5, 62.54, "printed()")

    def checks(names):
        return [] if holds("drift.x <= 62.5", names)[0] else [CLAIM]

    found = verified(course, checks=checks)
    assert verdicts(found)["drift"] == "equivalent"
    assert found.broken == (CLAIM,)
    assert not found.passes


DRAW = """

def draw(results):
    import plotly.graph_objects as go

    return {"bar": go.Figure(go.Bar(x=["x"], y=[results.numbers["x"].value]))}
"""


def test_figures_are_drawn_from_the_committed_results(course):
    """A number that drifts within its rule does not move the figure that shows it."""
    drifting(course, 62.5, 62.54, "printed()", DRAW)
    stand_in_stills(course)
    found = verified(course, "drift")
    assert [(one.id, one.verdict) for one in found.experiments[0].comparisons] == [
        ("drift.x", "equivalent"),
        ("drift/bar", "identical"),
    ]
    assert found.passes


def test_a_figure_that_cannot_be_drawn_from_the_committed_results_says_why(course):
    drifting(
        course, 62.5, 62.54, "printed()", DRAW.replace("return", "1 / (results.numbers['x'].value - 62.5)\n    return"), DRAW
    )
    found = verified(course, "drift")
    assert verdicts(found) == {"drift": "moved"}
    assert [one.message for one in found.experiments[0].problems] == ["ZeroDivisionError: float division by zero"]


def test_an_experiment_that_fails_was_not_run(course):
    edit(course, "build_figures/coin.py", "    heads, n =", "    1 / 0\n    heads, n =")
    found = verified(course)
    assert verdicts(found) == {"coin": "not run", "made_up": "identical"}
    (own,) = [one.problems for one in found.experiments if one.name == "coin"]
    assert list(map(str, own)) == ["build_figures/coin.py:14:1: failed-experiment: ZeroDivisionError: division by zero"]
    assert not found.passes


def test_an_experiment_that_was_never_measured_was_not_run(course):
    (course / "evidence" / "made_up.json").unlink()
    found = verified(course)
    assert verdicts(found)["made_up"] == "not run"
    assert "build_figures/made_up.py:1:1: stale-evidence: never measured; run `coursebook measure`" in map(str, found.problems)
    assert not found.passes


def test_an_experiment_that_no_longer_draws_is_said_to(course):
    edit(course, "build_figures/coin.py", "    table = results.tables", "    1 / 0\n    table = results.tables")
    assert verdicts(verified(course))["coin"] == "not run"


def test_evidence_without_an_experiment_fails(course):
    (course / "build_figures" / "made_up.py").unlink()
    found = verified(course)
    assert not found.passes
    assert [one.path for one in found.problems] == ["evidence/made_up.json"]


def test_a_still_that_is_missing_or_edited_fails(course):
    still = min((course / "evidence" / "stills").glob("*.svg"))
    still.write_text("<svg/>")
    assert [one.rule for one in verified(course).problems] == ["tampered-evidence"]
    still.unlink()
    assert {one.rule for one in verified(course).problems} == {"tampered-evidence", "stale-evidence"}


def test_a_fault_in_a_source_fails(course):
    edit(course, "sources/doe2024.yml", "reviewed: {value: 97", "reviewed: {value: 79")
    found = verified(course)
    assert "unreviewed-fact" in {one.rule for one in found.problems}
    assert not found.passes


def test_experiments_that_cannot_be_read_are_problems_at_once(course):
    edit(course, "build_figures/coin.py", "SEED = 7", "SEED = x")
    assert problems_of(verified, course)[0].startswith("build_figures/coin.py:8:1: failed-experiment: SEED is not a literal")


def git(root, *arguments):
    settings = [
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    ]
    done = subprocess.run(["git", *settings, *arguments], cwd=root, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def repository(course):
    """The tiny course, committed in a folder of a larger repository."""
    git(course.parent, "init", "-q")
    git(course.parent, "add", "-A")
    git(course.parent, "commit", "-q", "-m", "first")
    return course


def moves(root, ref="HEAD"):
    return [(one.id, one.old, one.new, str(one.rule)) for one in verify.since(root, ref)]


def test_since_names_the_numbers_that_moved(repository):
    assert moves(repository) == []
    edit(repository, "sources/doe2024.yml", "value: 20\n    relation", "value: 25\n    relation")
    edit(repository, "sources/doe2024.yml", "reviewed: {value: 20", "reviewed: {value: 25")
    edit(repository, "build_figures/made_up.py", "Number(60", "Number(61")
    measure(repository)
    assert moves(repository) == [
        ("doe2024.roughly", "about 20", "about 25", "cited"),
        ("made_up.share", "60", "61", "equal"),
    ]
    git(repository, "commit", "-qam", "second")
    assert moves(repository) == []
    assert len(moves(repository, "HEAD~1")) == 2


def test_since_names_what_came_and_what_went_and_a_relation_that_turned(repository):
    edit(repository, "sources/doe2024.yml", '    value: 97\n    relation: ">"', '    value: 97\n    relation: "<"')
    edit(repository, "build_figures/made_up.py", '"share": Number', '"portion": Number')
    measure(repository, "made_up")
    assert moves(repository) == [
        ("doe2024.sure", "more than 97", "less than 97", "cited"),
        ("made_up.portion", "absent", "60", "equal"),
        ("made_up.share", "60", "absent", "equal"),
    ]


def test_since_reads_tables_of_facts_whatever_their_names(repository):
    folder = repository / "sources"
    (folder / "doe2024.coins.csv").rename(folder / "münzen.csv")
    edit(repository, "sources/doe2024.yml", "table: doe2024.coins.csv", "table: münzen.csv")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "renamed")
    assert moves(repository) == []
    assert moves(repository, "HEAD~1") == []


@pytest.mark.parametrize("ref", ["nowhere", "--help", "", "HEAD:evidence", "HEAD; ls"])
def test_since_a_revision_that_git_does_not_know(repository, ref):
    with pytest.raises(LookupError, match=f"git knows no revision '{ref}'"):
        verify.since(repository, ref)


def test_since_without_a_repository(course):
    with pytest.raises(LookupError, match="git knows no revision 'HEAD'"):
        verify.since(course, "HEAD")


def accept(root, name):
    planned = runner.plan(root, (name,), force=True)
    return verify.accept(root, runner.execute(planned.jobs[0]), planned.receipts[name])


def test_accept_commits_what_is_measured_now_and_says_what_that_moves(course):
    edit(course, "build_figures/made_up.py", "Number(60", "Number(61")
    assert [(one.id, one.verdict, one.old, one.new) for one in accept(course, "made_up")] == [
        ("made_up.share", "moved", "60", "61")
    ]
    assert verified(course).passes
    assert runner.plan(course).jobs == ()


def test_accept_of_what_did_not_change_moves_nothing(course):
    before = contents(course)
    assert accept(course, "coin") == []
    assert contents(course) == before


def test_accept_mends_what_was_tampered_with(course):
    edit(course, "evidence/made_up.json", '"value": 60', '"value": 70')
    assert [(one.old, one.new) for one in accept(course, "made_up")] == [("70", "60")]
    assert verified(course).passes


def test_accept_of_a_failure_raises_and_leaves_the_evidence(course):
    before = contents(course)
    edit(course, "build_figures/made_up.py", "    return", "    1 / 0\n    return")
    assert problems_of(accept, course, "made_up") == [
        "build_figures/made_up.py:11:1: failed-experiment: ZeroDivisionError: division by zero"
    ]
    assert contents(course) == before


def reported(root, found):
    verify.report(root, found, root / "build" / "verify.json")
    return json.loads((root / "build" / "verify.json").read_text("utf-8"))


def test_a_report_is_bound_to_the_evidence_that_it_proved(repository):
    said = reported(repository, verified(repository))
    hashes = {name: item.receipt["content"] for name, item in evidence.read(repository)[0].items()}
    assert said["passes"] is True
    assert said["commit"] == git(repository, "rev-parse", "HEAD")
    assert {name: one["content"] for name, one in said["experiments"].items()} == hashes
    assert {name: (one["verdict"], one["outputs"]) for name, one in said["experiments"].items()} == {
        "coin": ("identical", 21), "made_up": ("identical", 1),
    }  # fmt: skip
    edit(repository, "build_figures/made_up.py", "Number(60", "Number(61")
    measure(repository)
    after = {name: item.receipt["content"] for name, item in evidence.read(repository)[0].items()}
    assert after["coin"] == said["experiments"]["coin"]["content"]
    assert after["made_up"] != said["experiments"]["made_up"]["content"]


def test_a_report_of_a_failure_says_so(course):
    edit(course, "evidence/coin.json", '"value": 62.5', '"value": 62.6')
    said = reported(course, verified(course))
    assert said["passes"] is False
    assert said["experiments"]["coin"]["verdict"] == "tampered"
    assert said["commit"] == ""
