"""Measuring runs what is stale, keeps what finished, and says what failed."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from coursebook import evidence
from coursebook.make import runner
from tiny import edit, measure, problems_of, stand_in_stills, write

COIN, MADE_UP = "build_figures/coin.py", "build_figures/made_up.py"


def contents(root):
    return {file.name: file.read_bytes() for file in (root / "evidence").glob("*.json")}


def reasons(root, *names, force=False):
    return dict(runner.plan(root, names, force).reasons)


def test_what_was_never_measured_is_measured(unmeasured):
    assert reasons(unmeasured) == {"coin": ("never measured",), "made_up": ("never measured",)}
    assert measure(unmeasured) == ["coin", "made_up"]
    found, problems = evidence.read(unmeasured)
    assert problems == []
    assert found["coin"].results.numbers["share"].value == 62.5
    assert found["coin"].receipt["seed"] == 7
    assert found["made_up"].kind == "assumed"


def test_what_is_fresh_is_left_alone(course):
    before = contents(course)
    planned = runner.plan(course)
    assert (planned.jobs, planned.fresh) == ((), ("coin", "made_up"))
    assert measure(course) == []
    assert contents(course) == before


def test_measuring_again_gives_the_same_bytes(course):
    before = contents(course)
    assert reasons(course, force=True) == {"coin": ("asked for",), "made_up": ("asked for",)}
    assert measure(course, force=True) == []
    assert contents(course) == before


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    [
        ("data/flips.csv", "heads\n1\n", "heads\n0\n", ("inputs: data/flips.csv",)),
        ("build_figures/_percent.py", "100 * value", "value * 100", ("the code of measure",)),
        (COIN, "SEED = 7", "SEED = 8", ("seed",)),
        ("build_figures/_style.py", "WIDTH = 3", "WIDTH = 4", ("the code of draw",)),
        (COIN, "How often one coin lands", "How often it lands", ("title",)),
        ("evidence/coin.json", '"value": 62.5', '"value": 63.5', ("the evidence was edited",)),
    ],
)
def test_a_plan_says_what_runs_and_why_and_measuring_settles_it(course, path, old, new, why):
    edit(course, path, old, new)
    assert reasons(course) == {"coin": why}
    assert measure(course) == ["coin"]
    assert reasons(course) == {}
    assert evidence.read(course)[1] == []


def test_only_what_is_named_runs(course):
    edit(course, COIN, "SEED = 7", "SEED = 8")
    edit(course, MADE_UP, "Number(60", "Number(61")
    assert reasons(course, "made_up") == {"made_up": ("the code of measure",)}
    assert measure(course, "made_up") == ["made_up"]
    assert set(reasons(course)) == {"coin"}


def test_only_draw_runs_when_only_draw_changed(course):
    """Forged results come back as they went in: `measure`, which would mend them, did not run."""
    before = evidence.read(course)[0]["coin"]
    edit(course, "build_figures/_style.py", "WIDTH = 3", "WIDTH = 4")
    job = runner.plan(course).jobs[0]
    assert job.results == evidence.results_as_json(before.results)
    forged = json.loads(json.dumps(job.results))
    forged["numbers"]["share"]["value"] = 12.5
    outcome = runner.execute(runner.Job(**{**job.__dict__, "results": forged}))
    assert outcome.results.numbers["share"].value == 12.5, "measure ran"
    assert measure(course) == ["coin"]
    after = evidence.read(course)[0]["coin"]
    assert after.results == before.results
    assert after.receipt["measure"] == before.receipt["measure"]
    assert after.figures["running"]["data"][0]["line"] == {"width": 4}


FAILING = "\n\ndef measure(needs, seed):\n    return 1 / 0\n"


def test_a_failing_experiment_does_not_lose_the_others(unmeasured):
    write(unmeasured, "build_figures/a_first.py", FAILING)
    write(unmeasured, "build_figures/z_last.py", "\n\ndef measure(needs, seed):\n    open('secret')\n")
    assert problems_of(measure, unmeasured) == [
        "build_figures/a_first.py:4:1: failed-experiment: ZeroDivisionError: division by zero",
        "build_figures/z_last.py:1:1: failed-experiment: undeclared: read secret; name the file in NEEDS, or do without it",
    ]
    assert set(evidence.read(unmeasured)[0]) == {"coin", "made_up"}
    assert set(reasons(unmeasured)) == {"a_first", "z_last"}


def test_evidence_of_an_experiment_that_fails_now_stays_as_it_was(course):
    before = contents(course)
    edit(course, COIN, "    heads, n =", "    1 / 0\n    heads, n =")
    assert problems_of(measure, course) == [
        "build_figures/coin.py:14:1: failed-experiment: ZeroDivisionError: division by zero"
    ]
    assert contents(course) == before


def test_everything_that_keeps_a_plan_from_running_is_said_at_once(course):
    edit(course, COIN, '"data/flips.csv", "sources', '"data/flops.csv", "sources')
    edit(course, "sources/doe2024.yml", "reviewed: {value: 49.5", "reviewed: {value: 94.5")
    write(course, "build_figures/broken.py", "def measure(:\n")
    found = problems_of(runner.plan, course, ("nothing",))
    assert len(found) == 4
    assert [one.split(": ")[0] for one in found] == [
        "build_figures/broken.py:1:13", "build_figures/coin.py:1:1", "build_figures/nothing.py:1:1", "sources/doe2024.yml:16:5",
    ]  # fmt: skip
    assert found[1].endswith("failed-experiment: NEEDS 'data/flops.csv', which does not exist")
    assert found[2].endswith("failed-experiment: no such experiment; there are coin, made_up")


def test_each_child_is_told_as_it_finishes(unmeasured):
    told = []
    with runner.local(2) as executor:
        runner.measure(unmeasured, runner.plan(unmeasured), executor, lambda *said: told.append(said))
    assert sum(finished for finished, _ in told) == 2
    assert {running for _, running in told} == {""}, "only parts have a line to show"


def test_evidence_is_written_as_each_experiment_finishes_and_not_at_the_end(unmeasured):
    seen = []
    with runner.local(1) as executor:
        runner.measure(
            unmeasured,
            runner.plan(unmeasured),
            executor,
            lambda finished, _: seen.extend([len(contents(unmeasured))] * finished),
        )
    assert seen == [0, 1]


@pytest.mark.parametrize(("command", "words"), [("/nowhere/python", "cannot be started"), ("false", "ended with status 1")])
def test_a_python_that_cannot_be_started_is_a_problem(course, monkeypatch, command, words):
    monkeypatch.setenv("COURSEBOOK_PYTHON", command)
    found = problems_of(measure, course, "made_up", force=True)
    assert len(found) == 1
    assert found[0].startswith("build_figures/made_up.py:1:1: failed-experiment: the process ")
    assert words in found[0]


def test_coursebook_python_may_be_a_command_with_arguments(course, monkeypatch):
    monkeypatch.setenv("COURSEBOOK_PYTHON", f"env COURSEBOOK_TEST=1 {sys.executable} -B")
    edit(course, MADE_UP, "    return", "    import os\n    assert os.environ['COURSEBOOK_TEST'] == '1'\n    return")
    assert measure(course) == ["made_up"]


SLOW = """
    import time
    from coursebook.make.experiment import Number, Results

    def measure(needs, seed):
        time.sleep({seconds})
        return Results({{f"n{{index}}": Number(index, "one of many") for index in range(500)}})
"""
MEASURE = """
    import sys
    from pathlib import Path
    from coursebook.make import runner

    root = Path(sys.argv[1])
    with runner.local(2) as executor:
        print("ready", flush=True)
        runner.measure(root, runner.plan(root), executor)
"""


def appear(root, count, process):
    """Wait until `count` experiments have evidence; whether the process is still at work then."""
    while process.poll() is None and len(contents(root)) < count:
        time.sleep(0.002)
    return process.poll() is None


def test_a_kill_while_measuring_leaves_what_finished_and_a_second_run_continues(tmp_path):
    """Ten experiments, killed without warning as evidence appears; what is there is whole, and only the rest is planned."""
    script = write(tmp_path, "measure.py", textwrap.dedent(MEASURE))
    root = tmp_path / "course"
    names = {f"e{index}" for index in range(10)}
    for name in names:
        write(root, f"build_figures/{name}.py", textwrap.dedent(SLOW.format(seconds=0.05)))
    for count in (0, 1, 3, 5, 7):
        with subprocess.Popen([sys.executable, script, root], stdout=subprocess.PIPE, start_new_session=True) as process:
            assert process.stdout.readline() == b"ready\n"
            assert appear(root, count, process), "it had finished, so this kill would see nothing"
            process.kill()
        found, problems = evidence.read(root)
        assert problems == []
        assert all(len(item.results.numbers) == 500 for item in found.values())
        assert set(reasons(root)) == names - found.keys()
    measure(root)
    assert evidence.read(root)[0].keys() == names
    assert reasons(root) == {}


def test_an_interrupt_stops_measuring_and_keeps_what_finished(tmp_path):
    script = write(tmp_path, "measure.py", textwrap.dedent(MEASURE))
    root = tmp_path / "course"
    write(root, "build_figures/a.py", textwrap.dedent(SLOW.format(seconds=0)))
    for name in "bcde":  # two of them wait for their turn, which must not come
        write(root, f"build_figures/{name}.py", textwrap.dedent(SLOW.format(seconds=60)))
    with subprocess.Popen(
        [sys.executable, script, root],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - a background job is started deaf to it
    ) as process:
        assert appear(root, 1, process)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) != 0
    assert set(evidence.read(root)[0]) == {"a"}


NOTHING_TO_DO = """
    import sys
    from coursebook.cli import main

    main(["--root", sys.argv[1], "measure"], standalone_mode=False)
    print(sorted({"umap", "gensim", "plotly", "numpy", "kaleido", "numba", "torch", "distributed"} & sys.modules.keys()))
"""


def test_measuring_with_nothing_to_do_imports_nothing_heavy(course):
    stand_in_stills(course)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(NOTHING_TO_DO), course], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["2 fresh, 0 measured, 0 changed, 0 stills drawn", "[]"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_scheduler_gives_the_same_evidence(course):
    """Two workers, each a process of its own, behind a real scheduler's address."""
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    from coursebook.cli import executor_for

    before = contents(course)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as cluster,
        executor_for(cluster.scheduler_address, None) as executor,
    ):
        assert runner.measure(course, runner.plan(course, force=True), executor) == []
        assert contents(course) == before
        edit(course, COIN, "SEED = 7", "SEED = 8")
        edit(course, MADE_UP, "    return", "    1 / 0\n    return")
        assert problems_of(runner.measure, course, runner.plan(course), executor) == [
            "build_figures/made_up.py:11:1: failed-experiment: ZeroDivisionError: division by zero"
        ]
    assert evidence.read(course)[0]["coin"].receipt["seed"] == 8
