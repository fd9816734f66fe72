"""An experiment cut into parts: each in a child of its own, kept when it has finished, and taken up after a kill."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager

import pytest

from coursebook import evidence, fingerprint
from coursebook.make import runner, verify
from tiny import edit, measure, problems_of, write

PARTED = '''\
"""Four draws, each of which waits until it may finish, and says how often it was begun."""

import os
import random
import time
from pathlib import Path

from coursebook.make.experiment import Column, Number, Results, Table, exact

NEEDS = ["data/in.csv"]
SEED = 7
PARTS = ["b", 2, "a", 1]


def part(needs, part, folder):
    note(folder / "begun", str(os.getpid()))
    note(folder / "parents", str(os.getppid()))
    if not (folder / "half").exists():
        note(folder / "drawn", "x")
        (folder / "next").write_text(str(random.Random(str(part)).random()))
        os.replace(folder / "next", folder / "half")
    (folder / "progress").write_text("half way\\n")
    while not (Path("go").exists() or Path(f"go-{part}").exists()):
        time.sleep(0.01)
    return [str(part), float((folder / "half").read_text()), int(needs["data/in.csv"].read_text())]


def note(file, what):
    with file.open("a") as stream:
        stream.write(what + "\\n")


def measure(needs, seed, parts):
    names, halves, inputs = zip(*parts)
    columns = [Column("part", names), Column("half", halves, rule=exact()), Column("input", inputs)]
    return Results({"seed": Number(seed, "the seed")}, {"table": Table("Draws", columns)})
'''
PARTS = ("b", "2", "a", "1")


def course(folder):
    write(folder, "data/in.csv", "5\n")
    write(folder, "data/more.csv", "6\n")
    write(folder, "build_figures/parted.py", PARTED)
    return folder.resolve()


@pytest.fixture
def root(tmp_path):
    """A course with one experiment in four parts; each waits for the file `go`, or for its own, `go-b`."""
    return course(tmp_path / "course")


def job(root, mode="measure", name="parted"):
    return runner.job_for(root, fingerprint.discover(root)[0][name], mode=mode)


def run(root, mode="measure", jobs=4, progress=None):
    """The outcomes of running the one experiment; unlike `measure`, this leaves what was kept."""
    with runner.local(jobs) as executor:
        return list(runner.run([job(root, mode)], executor, progress))


def folder_of(root, part, mode="measure"):
    (found,) = (one for one in job(root, mode).steps()[:1])
    return root / found.kept / str(part)


def noted(root, part, what="begun", mode="measure"):
    file = folder_of(root, part, mode) / what
    return file.read_text("utf-8").split() if file.exists() else []


def wait_for(condition, what):
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"waited too long for {what}")


@contextmanager
def started(root, *arguments):
    """The command line at work in a process of its own."""
    command = [sys.executable, "-m", "coursebook", "--root", root, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def killed_half_way(root, command="measure"):
    """A run that is killed without warning when the part b has finished, and 2 and a wait; 1 was not begun."""
    write(root, "go-b", "")
    kept = folder_of(root, "b", command).with_suffix(".json")
    before = [len(noted(root, part, mode=command)) for part in (2, "a")]

    def waiting():
        begun = [len(noted(root, part, mode=command)) for part in (2, "a")]
        halves = noted(root, 2, "half", command) and noted(root, "a", "half", command)
        return kept.exists() and halves and min(now - then for now, then in zip(begun, before, strict=True)) == 1

    with started(root, command, "--jobs", "2") as process:
        wait_for(waiting, "two parts")
        process.kill()
        process.wait()
    (root / "go-b").unlink()


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def results(root):
    return evidence.file_of(root, "parted").read_bytes()


def test_each_part_has_a_child_of_its_own_and_results_stand_in_the_order_of_parts(root):
    """They finish in the other order, and `measure`, in a child of its own too, gets them in the order of PARTS."""
    finished = []

    def told(count, _):
        finished.append(count)
        if sum(finished) < 4:
            write(root, f"go-{PARTS[3 - sum(finished)]}", "")

    (outcome,) = run(root, progress=told)
    assert outcome.problems == ()
    assert outcome.results.tables["table"].column("part") == PARTS
    assert sum(finished) == 4 + 1, "four parts, and the experiment that puts them together"
    children = [child for part in PARTS for child in noted(root, part)]
    assert len(set(children)) == 4
    assert str(os.getpid()) not in children


def test_a_finished_experiment_keeps_no_parts(root):
    write(root, "go", "")
    kept = folder_of(root, "b").parent
    assert measure(root) == ["parted"]
    assert not kept.exists()
    item = evidence.read(root)[0]["parted"]
    assert item.receipt["parts"] == ["b", 2, "a", 1]
    assert measure(root) == []
    assert runner.plan(root).fresh == ("parted",)


def test_a_killed_run_is_taken_up_where_it_was_and_ends_as_if_nothing_had_happened(root, tmp_path):
    other = shutil.copytree(root, tmp_path / "other")
    killed_half_way(root)
    assert not evidence.file_of(root, "parted").exists()
    assert [len(noted(root, part)) for part in PARTS] == [1, 1, 1, 0]
    write(root, "go", "")
    run(root)
    assert [len(noted(root, part)) for part in PARTS] == [1, 2, 2, 1], "b was kept, 2 and a went on, 1 began"
    assert [noted(root, part, "drawn") for part in PARTS] == [["x"]] * 4, "what they had written before the kill they found"
    assert measure(root) == ["parted"]
    write(other, "go", "")
    measure(other)
    assert results(root) == results(other)


def test_children_do_not_outlive_a_killed_run(root):
    """They would go on to write in the folders that the next run takes up."""
    killed_half_way(root)
    children = [int(*noted(root, part)) for part in ("2", "a")]
    wait_for(lambda: not any(map(alive, children)), f"the end of {children}")
    write(root, "go", "")
    time.sleep(0.2)
    assert not list(folder_of(root, 2).parent.glob("2.json"))


def test_a_killed_run_can_be_killed_again(root):
    for _ in range(3):
        killed_half_way(root)
    assert [len(noted(root, part)) for part in PARTS] == [1, 3, 3, 0]
    write(root, "go", "")
    assert measure(root) == ["parted"]


@pytest.fixture(scope="module")
def _kept(tmp_path_factory):
    root = course(tmp_path_factory.mktemp("kept") / "course")
    write(root, "go", "")
    run(root)
    return root


@pytest.fixture
def kept(_kept, tmp_path):
    """All four parts are kept; only the last step, which makes evidence of them, has not been written."""
    root = shutil.copytree(_kept, (tmp_path / "kept").resolve())
    (last,) = job(root).steps()
    assert last.part is None
    assert [one[0] for one in last.found] == list(PARTS)
    return root


EDITS = [
    ("build_figures/parted.py", "random.Random(str(part))", "random.Random(part)"),
    ("build_figures/parted.py", "zip(*parts)", "zip(*parts, strict=True)"),
    ("build_figures/parted.py", "SEED = 7", "SEED = 8"),
    ("build_figures/parted.py", '["b", 2, "a", 1]', '["b", "a", 2, 1]'),
    ("build_figures/parted.py", 'NEEDS = ["data/in.csv"]', 'NEEDS = ["data/in.csv", "data/more.csv"]'),
    ("data/in.csv", "5", "6"),
]


@pytest.mark.parametrize(("path", "old", "new"), EDITS, ids=[new for *_, new in EDITS])
def test_parts_of_other_code_another_seed_or_other_inputs_are_never_taken(kept, path, old, new):
    edit(kept, path, old, new)
    steps = job(kept).steps()
    assert [str(one.part) for one in steps] == [str(part) for part in steps[0].parts]
    edit(kept, path, new, old)
    assert [one.part for one in job(kept).steps()] == [None], "the old ones are still there"


def test_a_changed_input_reaches_the_results_although_parts_were_kept(kept):
    edit(kept, "data/in.csv", "5", "6")
    measure(kept)
    assert evidence.read(kept)[0]["parted"].results.tables["table"].column("input") == (6, 6, 6, 6)


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", "null", "5", '{"value": 5}'])
def test_a_part_that_was_kept_badly_runs_again(kept, content):
    file = folder_of(kept, "b").with_suffix(".json")
    file.write_text(content)
    assert [one.part for one in job(kept).steps()] == ["b"]
    run(kept)
    assert [len(noted(kept, part)) for part in PARTS] == [2, 1, 1, 1]


def forge(root, mode):
    """Make what was kept of part b say another number."""
    file = folder_of(root, "b", mode).with_suffix(".json")
    entry = json.loads(file.read_text("utf-8"))
    entry["value"][1] = 0.5
    file.write_text(json.dumps(entry), "utf-8")


def verified(root):
    with runner.local(2) as executor:
        return verify.verify(root, executor, lambda _: [], ("parted",))


def test_a_verification_never_takes_what_a_measurement_kept(kept):
    measure(kept)
    run(kept)
    forge(kept, "measure")
    assert verified(kept).experiments[0].verdict == "identical"
    assert [len(noted(kept, part)) for part in PARTS] == [1, 1, 1, 1]
    run(kept, "verify")
    forge(kept, "verify")
    assert verified(kept).experiments[0].verdict == "moved", "it does take up what a verification kept"


def test_a_measurement_never_takes_what_a_verification_kept(kept):
    measure(kept)
    before = results(kept)
    run(kept, "verify")
    forge(kept, "verify")
    assert measure(kept, force=True) == []
    assert results(kept) == before


def test_a_killed_verification_is_taken_up_too_and_keeps_nothing_when_it_has_finished(root):
    write(root, "go", "")
    measure(root)
    (root / "go").unlink()
    killed_half_way(root, "verify")
    write(root, "go", "")
    run(root, "verify")
    assert [len(noted(root, part, mode="verify")) for part in PARTS] == [1, 2, 2, 1]
    place = folder_of(root, "b", "verify").parent
    assert verified(root).passes
    assert not place.exists()


def test_a_part_that_fails_is_one_problem_of_its_experiment_and_the_others_finish(root):
    write(root, "go", "")
    edit(root, "build_figures/parted.py", '    (folder / "progress")', '    if part in ("b", "a") and Path("broken").exists():\n        raise ValueError(part)\n    (folder / "progress")')  # fmt: skip
    write(root, "broken", "")
    write(root, "build_figures/whole.py", textwrap.dedent(
        """
        from coursebook.make.experiment import Number, Results

        def measure(needs, seed):
            return Results({"x": Number(1, "one")})
        """
    ))  # fmt: skip
    (found,) = problems_of(measure, root)
    assert found in [f"build_figures/parted.py:23:1: failed-experiment: ValueError: {part}" for part in ("b", "a")]
    assert set(evidence.read(root)[0]) == {"whole"}
    (root / "broken").unlink()
    run(root)
    assert [len(noted(root, part)) for part in PARTS] == [2, 1, 2, 1], "those that did not fail were kept"


PLAIN = """\
from pathlib import Path

from coursebook.make.experiment import Number, Results

PARTS = [1, 2]


def part(needs, part, folder):
    {body}


def measure(needs, seed, parts):
    {last}
    return Results({{"x": Number(sum(parts), "a sum")}})
"""


def said(root, body, last="pass"):
    """What is wrong with an experiment whose parts do `body`, and that then does `last`."""
    write(root, "build_figures/parted.py", PLAIN.format(body=body, last=last))
    with runner.local(1) as executor:
        (outcome,) = runner.run([job(root)], executor)
    return [str(one).partition("failed-experiment: ")[2].split("; name the file")[0] for one in outcome.problems]


@pytest.mark.parametrize(
    "body",
    [
        "(folder / 'inner').mkdir(); (folder / 'inner' / 'x').write_text('x'); return len(list(folder.rglob('*')))",
        "import os; (folder / 'x').touch(); os.replace(folder / 'x', folder / 'y'); (folder / 'y').unlink(); return 1",
        "import tempfile; Path(tempfile.gettempdir(), 'x').write_text('x'); return 1",
        "import tempfile, os, shutil; shutil.rmtree(tempfile.mkdtemp()); return 1",
    ],
)
def test_a_part_may_write_in_its_folder_and_in_scratch(root, body):
    assert said(root, body) == []


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("Path('out').write_text('x')", "write out"),
        ("(folder.parent / 'x').write_text('x')", "write build/parts/measure/parted-HASH/x"),
        ("(folder / '..' / f'{part + 1}.json').write_text('x')", "write build/parts/measure/parted-HASH/2.json"),
        ("(folder.parent / '2' / 'x').write_text('x')", "write build/parts/measure/parted-HASH/2/x"),
        ("(folder.parent / '2' / 'x').read_text()", "read build/parts/measure/parted-HASH/2/x"),
        ("(folder.parent / '2').mkdir()", "os.mkdir ROOT/build/parts/measure/parted-HASH/2 511"),
        ("list(folder.parent.iterdir())", "list build/parts/measure/parted-HASH"),
        ("import os; os.rename(folder / 'x', 'x')", "os.rename ROOT/build/parts/measure/parted-HASH/1/x x"),
        ("import os; os.symlink('/etc', folder / 'x')", "os.symlink /etc ROOT/build/parts/measure/parted-HASH/1/x"),
        ("import shutil; shutil.rmtree(folder)", "shutil.rmtree ROOT/build/parts/measure/parted-HASH/1 None"),
        ("open('data/in.csv').read()", "read data/in.csv"),
        ("import socket; socket.socket()", "socket.__new__ "),
    ],
)
def test_a_part_may_do_nothing_else(root, body, what):
    before = {file for file in root.rglob("*") if file.is_file()}
    (found,) = said(root, f"if part == 1: {body}\n    return 1")
    known = f"{job(root).kept.rpartition('-')[2]}"
    assert found.replace(known, "HASH").replace(str(root), "ROOT").startswith(f"undeclared: {what}"), found
    after = {file for file in root.rglob("*") if file.is_file()}
    assert {file.name for file in after - before} <= {"2.json"}


def test_measure_itself_sees_no_part_s_folder(root):
    (found,) = said(root, "(folder / 'x').write_text('x'); return 1", f"open('{root}/build/parts/x')")
    assert found == "undeclared: read build/parts/x"
    (found,) = said(root, "return 1", "Path('build/parts/x').write_text('x')")
    assert found == "undeclared: write build/parts/x"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("float('nan')", "ValueError: Out of range float values are not JSON compliant"),
        ("[1, float('inf')]", "ValueError: Out of range float values are not JSON compliant"),
        ("{1, 2}", "TypeError: Object of type set is not JSON serializable"),
        ("Path('x')", "TypeError: Object of type PosixPath is not JSON serializable"),
        ("[0] * 10**9 if False else 1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_what_json_cannot_hold_is_a_problem(root, value, message):
    (found,) = said(root, f"return {value}")
    assert found.startswith(message)
    assert not list((root / "build").rglob("*.json"))


def test_a_running_part_shows_its_line_of_progress(root):
    seen = []

    def told(_, running):
        seen.append(running)
        if "parted b: half way" in running and "parted 2: half way" in running:
            write(root, "go", "")

    run(root, jobs=2, progress=told)
    assert seen[-1] == ""
    assert all(line.startswith("parted ") for told in seen if told for line in told.split("; "))


def test_cpu_seconds_are_those_of_the_parts_too(root):
    write(root, "go", "")
    body = "import time; started = time.process_time()\n    while time.process_time() - started < 0.2: pass\n    return 1"
    write(root, "build_figures/parted.py", PLAIN.format(body=body, last="pass"))
    (outcome,) = run(root)
    assert outcome.seconds >= 0.4


@pytest.fixture
def cluster():
    """Two workers, each a process of its own, behind a real scheduler's address."""
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as found:
        yield found


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_worker_that_is_killed_with_its_part_costs_nothing_but_time(root, tmp_path, cluster):
    other = shutil.copytree(root, tmp_path / "other")
    write(other, "go", "")
    measure(other)
    with started(root, "measure", "--scheduler", cluster.scheduler_address) as process:
        wait_for(lambda: noted(root, "b", "half") and noted(root, 2, "half"), "two parts")
        (child,), (worker,) = noted(root, "b"), noted(root, "b", "parents")
        assert int(worker) in {nanny.process.process.pid for nanny in cluster.workers.values()}
        os.kill(int(worker), signal.SIGKILL)
        wait_for(lambda: not alive(int(child)), "the end of the worker's child")
        for part in (2, "a", 1):  # the part may have been given to the other worker, behind these
            write(root, f"go-{part}", "")
        wait_for(lambda: len(noted(root, "b")) == 2, "the same part on another worker")
        assert [noted(root, part, "drawn") for part in ("b", "2")] == [["x"], ["x"]]
        write(root, "go", "")
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()
    assert output.decode().endswith("1 measured, 1 changed, 0 stills drawn\n")
    assert results(root) == results(other)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_dask_does_not_answer_with_what_it_computed_before(root, cluster):
    """The same job, handed in twice, runs twice: what is verified is measured again."""
    from coursebook.cli import executor_for

    write(root, "go", "")
    step = job(root).steps()[0]
    with executor_for(cluster.scheduler_address, None) as executor:
        first = executor.submit(runner.execute, step)  # is kept, so that its answer is
        assert first.result().problems == ()
        assert executor.submit(runner.execute, step).result().problems == ()
    assert len(noted(root, "b")) == 2
