"""Labs are run when something changed, and verified output by output."""

import pytest
from click.testing import CliRunner

from coursebook import cli, evidence, labs
from coursebook.labs import Executed
from coursebook.make import lab_runs, runner
from coursebook.notebook import PLOTLY, Cell, executed, split
from tiny import edit, lab, measure_labs, problems_of, stand_in_stills, write

LAB = "chapters/labs/coin_again.py"
EVIDENCE = "evidence/labs/coin_again.ipynb"
NAME = "labs/coin_again"


def verified(root, *names):
    with runner.local(2) as executor:
        return lab_runs.verify(root, executor, names)


def verdicts(found):
    return {one.name: one.verdict for one in found.experiments}


def forge(root, old, new):
    """Edit a lab's evidence as a forger would: with a hash that agrees."""
    edit(root, EVIDENCE, old, new)
    body = dict(labs.evidence_of(root)[0][NAME].notebook)
    body["metadata"]["coursebook"]["content"] = labs.seal(body)
    evidence.write(root / EVIDENCE, evidence.dump(body))
    assert labs.evidence_of(root)[1] == []


# -- measuring ---------------------------------------------------------------------------------------------------------


def test_only_what_changed_is_run(lab_course):
    assert lab_runs.plan(lab_course).fresh == (NAME,)
    edit(lab_course, LAB, "sum(flips)\n\n", "sum(flips) + 1\n\n")
    planned = lab_runs.plan(lab_course)
    assert (planned.reasons, [job.name for job in planned.jobs]) == ({NAME: ("the code",)}, [NAME])
    assert measure_labs(lab_course) == [NAME]
    assert '"6"' in (lab_course / EVIDENCE).read_text("utf-8")


def test_prose_is_mended_without_running_anything(lab_course, monkeypatch):
    edit(lab_course, LAB, "Predict first", "Guess first")
    edit(lab_course, LAB, "# beside this notebook", "# near by")
    planned = lab_runs.plan(lab_course)
    assert (planned.jobs, planned.reworded) == ((), (NAME,))
    monkeypatch.setattr(runner, "execute", None)
    before = [output for _, output in labs.evidence_of(lab_course)[0][NAME].outputs()]
    assert measure_labs(lab_course) == [NAME]
    assert [output for _, output in labs.evidence_of(lab_course)[0][NAME].outputs()] == before
    assert lab_runs.plan(lab_course).fresh == (NAME,)
    assert labs.stale(lab_course, *(one[0] for one in (labs.discover(lab_course), labs.evidence_of(lab_course)))) == []


def test_edited_evidence_is_measured_again(lab_course):
    before = (lab_course / EVIDENCE).read_bytes()
    edit(lab_course, EVIDENCE, "8 flips", "9 flips")
    assert lab_runs.plan(lab_course).reasons == {NAME: ("the evidence was edited",)}
    assert measure_labs(lab_course) == [NAME]
    assert (lab_course / EVIDENCE).read_bytes() == before


def test_one_lab_that_fails_does_not_keep_the_others_from_being_written(lab_course):
    lab(lab_course, "# %%\n1 / 0\n", "bad")
    lab(lab_course, "# %%\n1\n", "good")
    assert problems_of(measure_labs, lab_course) == [
        "chapters/labs/bad.py:5:1: failed-experiment: ZeroDivisionError: division by zero"
    ]
    assert set(labs.evidence_of(lab_course)[0]) == {NAME, "labs/good"}


def test_an_unknown_lab_is_named(lab_course):
    assert problems_of(lab_runs.plan, lab_course, ("labs/coin",)) == [
        "chapters/labs/coin.py:1:1: failed-experiment: no such lab; there are labs/coin_again"
    ]


def test_a_lab_may_read_what_an_experiment_wrote(lab_course):
    """`measure` runs experiments first, so one command brings both up to date."""
    lab(lab_course, "# %%\nimport json\nNEEDS = ['evidence/coin.json']\njson.load(open('coin.json'))['receipt']['seed']\n")
    edit(lab_course, "build_figures/coin.py", "SEED = 7", "SEED = 8")
    done = CliRunner().invoke(cli.main, ["--root", str(lab_course), "measure"])
    assert "measuring coin: seed" in done.output
    assert "measuring labs/x: never measured" in done.output
    assert [part["data"] for _, part in labs.evidence_of(lab_course)[0]["labs/x"].outputs()] == [{"text/plain": ["8"]}]


def test_a_name_says_which_is_meant(lab_course):
    assert lab_runs.named(("coin", "labs/x")) == (("coin",), ("labs/x",))
    done = CliRunner().invoke(cli.main, ["--root", str(lab_course), "verify", NAME])
    assert (done.exit_code, done.output.split(",")[0]) == (0, f"{NAME}: identical")
    done = CliRunner().invoke(cli.main, ["--root", str(lab_course), "measure", "--force", "coin"])
    assert "1 measured, 0 changed" in done.output


def test_what_is_accepted_becomes_the_evidence_and_is_shown(lab_course, monkeypatch):
    monkeypatch.setattr(cli, "draw_stills", stand_in_stills)
    edit(lab_course, LAB, "sum(flips)\n\n", "sum(flips) + 1\n\n")
    done = CliRunner().invoke(cli.main, ["--root", str(lab_course), "accept", NAME])
    assert f"{NAME}#1.2  5       6" in done.output
    assert f"{NAME}: accepted, 1 outputs differ" in done.output
    assert lab_runs.plan(lab_course).fresh == (NAME,)


# -- verifying ---------------------------------------------------------------------------------------------------------


def test_what_regenerates_is_identical(lab_course):
    before = (lab_course / EVIDENCE).read_bytes()
    found = verified(lab_course)
    assert (verdicts(found), found.passes) == ({NAME: "identical"}, True)
    assert [one.id for one in found.experiments[0].comparisons] == [f"{NAME}#1.1", f"{NAME}#1.2", f"{NAME}#2"]
    assert found.content == {NAME: labs.evidence_of(lab_course)[0][NAME].receipt["content"]}
    assert (lab_course / EVIDENCE).read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("62.5 % heads", "62.6 % heads", ("#1.1", "62.6", "62.5")),
        ('"5"', '"6"', ("#1.2", "6", "5")),
        ("8 flips", "8  flips", ("#1.1", "23 characters", "22 characters")),
        ('"stdout"', '"stderr"', ("#1.1", "stream stderr", "stream stdout")),
    ],
)
def test_a_forged_output_with_a_hash_that_agrees_is_found_by_running_again(lab_course, old, new, moved):
    forge(lab_course, old, new)
    found = verified(lab_course)
    assert verdicts(found) == {NAME: "moved"}
    assert [(one.id.removeprefix(NAME), one.old, one.new) for one in found.experiments[0].failures] == [moved]
    assert not found.passes


def test_a_forged_figure_moved(lab_course):
    forge(lab_course, "75.0,", "85.0,")
    stand_in_stills(lab_course)
    found = verified(lab_course)
    assert [one.id for one in found.experiments[0].failures] == [f"{NAME}#2"]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('"seed": 7', '"seed": 8', "seed"),
        ('"title": "The coin again"', '"title": "The coin"', "title, the text"),
        ('"data/flips.csv": "', '"data/flips.csv": "00', "inputs"),
        ('"code": "', '"code": "00', "the code"),
        ('"requires": {\n    "plotly"', '"requires": {\n    "plotlib"', "requires"),
        ("Predict first", "Guess first", "the text"),
    ],
)
def test_a_forged_receipt_or_text_is_tampered(lab_course, old, new, part):
    forge(lab_course, old, new)
    found = verified(lab_course)
    assert verdicts(found) == {NAME: "tampered"}
    assert [str(one) for one in found.experiments[0].problems] == [
        f"{EVIDENCE}:1:1: stale-evidence: the receipt is out of date: {part}; run `coursebook measure`"
    ]


def test_an_edit_by_hand_is_tampered_and_a_missing_one_not_run(lab_course):
    edit(lab_course, EVIDENCE, "8 flips", "9 flips")
    lab(lab_course, "# %%\n1\n")
    lab(lab_course, "# %%\n1 / 0\n", "y")
    write(lab_course, "evidence/labs/y.ipynb", (lab_course / EVIDENCE).read_text("utf-8").replace("9 flips", "8 flips"))
    assert verdicts(verified(lab_course)) == {NAME: "tampered", "labs/x": "not run", "labs/y": "not run"}


def test_a_figure_without_its_still_is_a_problem(lab_course):
    for still in (lab_course / "evidence/stills").glob("*.dark.svg"):
        still.unlink()
    found = verified(lab_course)
    assert verdicts(found) == {NAME: "identical"}
    assert [str(one) for one in found.problems] == [
        f"{EVIDENCE}:1:1: stale-evidence: figure '{NAME}/figure-1' has no still; run `coursebook measure`"
    ]


# -- comparing ---------------------------------------------------------------------------------------------------------


def of(output):
    return Executed("labs/x", executed([Cell("code", "", 1)], {0: [output]}, {}))


def text(said):
    return of({"output_type": "stream", "name": "stdout", "text": split(said)})


def figure(**layout):
    return of({"output_type": "display_data", "metadata": {}, "data": {PLOTLY: {"data": [], "layout": layout}}})


@pytest.mark.parametrize(
    ("old", "new", "elsewhere"),
    [
        ("a 0.51 b", "a 0.52 b", "equivalent"),
        ("a 0.51 b", "a 0.53 b", "moved"),
        ("a 0.51 b", "a 0.5 b", "moved"),
        ("91%", "92%", "equivalent"),
        ("91%", "93%", "moved"),
        ("-0.05", "-0.04", "equivalent"),
        ("1.5e-3", "1.6e-3", "equivalent"),
        ("1.5e-3", "1.7e-3", "moved"),
        ("king then queen", "king then prince", "moved"),
        ("a 1", "a 1 b", "moved"),
        ("9.9 x", "10.0  x", "equivalent"),
        ("ab c", "a bc", "moved"),
    ],
)
def test_text_is_compared_word_by_word_and_number_by_number(old, new, elsewhere):
    (pinned,) = lab_runs.compare(text(old), text(new), pinned=True)
    (loose,) = lab_runs.compare(text(old), text(new), pinned=False)
    assert (pinned.id, pinned.verdict, loose.verdict) == ("labs/x#1", "moved", elsewhere)
    assert lab_runs.compare(text(old), text(old))[0].verdict == "identical"


@pytest.mark.parametrize(
    ("old", "new", "elsewhere"),
    [
        ({"width": 1}, {"width": 2}, "equivalent"),
        ({"range": [1, 2]}, {"range": [1.5, 2.5]}, "equivalent"),
        ({"range": [1, 2]}, {"range": [1, 2, 3]}, "moved"),
        ({"title": "a"}, {"title": "b"}, "moved"),
        ({"showlegend": True}, {"showlegend": False}, "moved"),
        ({"title": "1"}, {"title": 1}, "moved"),
    ],
)
def test_elsewhere_a_figure_has_the_same_words_and_shape(old, new, elsewhere):
    verdicts = [lab_runs.compare(figure(**old), figure(**new), pinned)[0].verdict for pinned in (True, False)]
    assert verdicts == ["moved", elsewhere]


def test_an_output_more_or_less_or_of_another_kind_moved():
    for one, other in [(text("a"), figure()), (text("a"), of({"output_type": "stream", "name": "stderr", "text": ["a"]}))]:
        assert lab_runs.compare(one, other, pinned=False)[0].verdict == "moved"
    none = Executed("labs/x", executed([Cell("code", "", 1)], {0: []}, {}))
    assert [(one.verdict, one.old, one.new) for one in lab_runs.compare(text("a"), none)] == [
        ("moved", "stream stdout", "absent")
    ]
