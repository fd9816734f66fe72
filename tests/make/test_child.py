"""The process that runs an experiment can read what it declares, and nothing else; it changes nothing."""

import importlib.util
import json
import marshal
import os
import pathlib
import sys
import textwrap

import pytest

from coursebook import fingerprint
from coursebook.evidence import File
from coursebook.make import child, runner
from coursebook.values import Rule
from tiny import write

HEAD = """
{head}
from coursebook.make.experiment import Column, Number, Results, Table

NEEDS = {needs!r}


def measure(needs, seed):
{body}
    return Results({{"x": Number(1, "one")}})
"""


def outcome(root, body="", *, head="", needs=(), tail=""):
    """What comes back from running an experiment whose `measure` does `body`."""
    content = HEAD.format(
        head=textwrap.dedent(head), needs=list(needs), body=textwrap.indent(textwrap.dedent(body) or "pass", "    ")
    )
    write(root, "build_figures/x.py", content + textwrap.dedent(tail))
    experiments, problems = fingerprint.discover(root)
    assert problems == []
    return runner.execute(runner.job_for(root, experiments["x"]))


def said(root, *arguments, **options):
    """The problems of an outcome, as they print."""
    return list(map(str, outcome(root, *arguments, **options).problems))


@pytest.fixture
def root(tmp_path):
    write(tmp_path, "data/in.csv", "1\n2\n")
    write(tmp_path, "data/other.csv", "3\n")
    write(tmp_path, "build_figures/_helper.py", "VALUE = 5\n")
    write(tmp_path, "build_figures/_hidden.py", "VALUE = 6\n")
    return tmp_path.resolve()


def refusal(what):
    return [f"build_figures/x.py:1:1: failed-experiment: undeclared: {what}; name the file in NEEDS, or do without it"]


def test_declared_inputs_and_helpers_are_there(root):
    body = """
        import _helper
        import json, decimal, statistics, random
        assert needs["data/in.csv"].read_text() == "1\\n2\\n"
        assert open("data/in.csv").read() == "1\\n2\\n"
        assert _helper.VALUE == 5
    """
    assert said(root, body, needs=["data/in.csv"]) == []


def test_a_source_comes_as_its_facts_and_not_as_a_file(course):
    body = """
        source = needs["sources/doe2024"]
        assert source.number("share") == 49.5 and source.number("band") == (45, 55)
        assert source.table("coins").column("flips") == (100, 250)
    """
    assert said(course.resolve(), body, needs=["sources/doe2024"]) == []
    assert said(course.resolve(), "open('sources/doe2024.yml').read()", needs=["sources/doe2024"]) == refusal(
        "read sources/doe2024.yml"
    )


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("open('data/other.csv').read()", "read data/other.csv"),
        ("import pathlib; pathlib.Path('data/other.csv').read_bytes()", "read data/other.csv"),
        ("import os; os.open('data/other.csv', os.O_RDONLY)", "read data/other.csv"),
        ("import io; io.open_code(os.path.abspath('data/other.csv'))", "read data/other.csv"),
        ("open('data/../data/other.csv')", "read data/other.csv"),
        ("open('data/none.csv')", "read data/none.csv"),
        ("open('evidence/x.json')", "read evidence/x.json"),
        ("open('build_figures/_hidden.py')", "read build_figures/_hidden.py"),
        ("open('data/in.csv', 'a')", "write data/in.csv"),
        ("open('data/in.csv', 'r+')", "write data/in.csv"),
        ("open('new.txt', 'w')", "write new.txt"),
        ("open('new.txt', 'x')", "write new.txt"),
        ("import os; os.open('new.txt', os.O_CREAT | os.O_WRONLY)", "write new.txt"),
        ("import os; os.mkdir('new')", "os.mkdir new 511"),
        ("import os; os.remove('data/in.csv')", "os.remove data/in.csv -1"),
        ("import os; os.rename('data/in.csv', 'b')", "os.rename data/in.csv b"),
        ("import os; os.symlink('data/other.csv', 'b')", "os.symlink data/other.csv b"),
        ("import os; os.truncate('data/in.csv', 0)", "os.truncate data/in.csv 0"),
        ("import os; os.utime('data/in.csv')", "os.utime data/in.csv None"),
        ("import os; os.chmod(os.open('data/in.csv', os.O_RDONLY), 0)", "os.chmod "),
        ("import shutil; shutil.rmtree('data')", "shutil.rmtree data None"),
        ("import os; os.listdir('data')", "list data"),
        ("import os; os.listdir()", "list "),
        ("import os; list(os.scandir('data'))", "list data"),
        ("import pathlib; list(pathlib.Path('data').iterdir())", "list data"),
        ("import glob; glob.glob('data/*')", "list data/*"),
        ("import os; list(os.walk('data'))", "list data"),
        ("import socket; socket.socket()", "socket.__new__ "),
        ("import socket; socket.getaddrinfo('example.org', 80)", "socket.getaddrinfo example.org 80"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen true ['true']"),
        ("import os; os.system('true')", "os.system b'true'"),
        ("import os; os.popen('true')", "subprocess.Popen "),
        ("import os; os.fork()", "os.fork "),
        ("import os; os.execv('/bin/true', ['true'])", "os.exec /bin/true ['true']"),
        ("import os; os.posix_spawn('/bin/true', ['true'], {})", "os.posix_spawn /bin/true ['true']"),
        ("import sqlite3; sqlite3.connect('data/other.csv')", "sqlite3.connect data/other.csv"),
        ("open('/tmp/coursebook', 'w')", "write /tmp/coursebook"),
        ("import os; os.mkdir('/tmp/coursebook')", "os.mkdir /tmp/coursebook 511"),
        ("import os, tempfile; os.rename('data/in.csv', tempfile.gettempdir() + '/x')", "os.rename data/in.csv /"),
        ("import os, tempfile; os.chdir(tempfile.gettempdir()); open('/etc/hosts')", "read /etc/hosts"),
        ("open('/etc/passwd')", "read /etc/passwd"),
    ],
)
def test_everything_else_is_refused_and_named(root, body, what):
    before = {file: file.read_bytes() for file in root.rglob("*.csv")}
    found = outcome(root, f"import os\n{body}", needs=["data/in.csv"])
    start = f"build_figures/x.py:1:1: failed-experiment: undeclared: {what}"
    assert str(found.problems[0]).startswith(start), found.problems
    assert found.results is None
    assert {file: file.read_bytes() for file in root.rglob("*.csv")} == before
    assert not (root / "new.txt").exists()
    assert not (root / "new").exists()


def test_a_refusal_that_is_swallowed_is_reported_all_the_same(root):
    body = """
        try:
            open("data/other.csv").read()
        except BaseException:
            pass
    """
    assert said(root, body) == refusal("read data/other.csv")


def test_every_refusal_is_reported_once(root):
    body = """
        for path in ("data/other.csv", "data/in.csv", "data/other.csv"):
            try:
                open(path)
            except OSError:
                pass
        raise ValueError("and then something else")
    """
    assert said(root, body) == [*refusal("read data/other.csv"), *refusal("read data/in.csv")]


def test_libraries_have_an_empty_folder_of_their_own_that_goes_with_the_process(root):
    body = """
        import os, pathlib, tempfile
        folder = pathlib.Path(tempfile.gettempdir())
        assert list(folder.iterdir()) == []
        assert os.environ["MPLCONFIGDIR"] == os.environ["XDG_CACHE_HOME"] == str(folder)
        with tempfile.TemporaryDirectory() as inner:
            pathlib.Path(inner, "a").write_text("x")
            os.rename(inner + "/a", inner + "/b")
            assert pathlib.Path(inner, "b").read_text() == "x"
        (folder / "kept").write_text("x")
        open(os.devnull, "w").write("gone")
        return Results({f"x{index}": Number(ord(one), "letter") for index, one in enumerate(str(folder))})
    """
    found = outcome(root, body)
    assert found.problems == ()
    folder = "".join(chr(number.value) for number in found.results.numbers.values())
    assert "coursebook-" in folder
    assert not pathlib.Path(folder).exists()


def test_what_one_child_compiled_the_next_finds(root):
    body = """
        import numba, os, pathlib
        @numba.njit
        def one(x):
            return x + 1
        return Results({"kept": Number(sum(1 for _ in pathlib.Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.nbi")), "files kept")})
    """
    kept = body.replace("@numba.njit", "@numba.njit(cache=True)").replace("return Results", "one(1)\n        return Results")
    assert outcome(root, kept).results.numbers["kept"].value == 1
    assert outcome(root, body).results.numbers["kept"].value == 1


def test_what_libraries_do_when_they_are_merely_imported_is_no_attempt(root):
    """urllib3 opens a socket to see whether it could, numba counts processors, platform starts `uname`."""
    body = """
        import platform, socket
        platform.processor()
        assert not socket.has_ipv6
        open("/proc/cpuinfo").read()
    """
    if not pathlib.Path("/proc/cpuinfo").exists():
        pytest.skip("not Linux")
    assert said(root, body) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "body"),
    [
        pytest.param(
            "umap",
            "import umap, numpy\numap.UMAP(random_state=1, n_epochs=5).fit_transform(numpy.eye(40))",
            marks=pytest.mark.soak,
        ),
        ("gensim", "from gensim.models import Word2Vec\nWord2Vec([['a', 'b']] * 9, workers=1, min_count=1, vector_size=2)"),
    ],
)
def test_the_packages_that_a_course_measures_with_run_here(root, package, body):
    pytest.importorskip(package, reason="the extra 'figures' is not installed")
    assert said(root, body) == []


def test_draw_and_the_files_own_lines_are_watched_too(root):
    assert said(root, tail="def draw(results):\n    return open('data/other.csv')\n") == refusal("read data/other.csv")
    assert said(root, head="open('data/other.csv').read()") == refusal("read data/other.csv")


def test_a_helper_is_watched_too(root):
    write(root, "build_figures/_helper.py", "def read():\n    return open('data/other.csv').read()\n")
    assert said(root, "_helper.read()", head="import _helper") == refusal("read data/other.csv")


def test_a_helper_that_no_fingerprint_covers_cannot_be_imported(root):
    body = "import importlib; importlib.import_module('_hid' + 'den')"
    assert said(root, body) == ["build_figures/x.py:9:1: failed-experiment: ModuleNotFoundError: No module named '_hidden'"]
    by_path = "import sys; sys.path.insert(0, 'build_figures'); __import__('_hid' + 'den')"
    assert said(root, by_path) == refusal("list build_figures")
    by_file = """
        import importlib.util
        found = importlib.util.spec_from_file_location("h", "build_figures/_hidden.py")
        found.loader.exec_module(importlib.util.module_from_spec(found))
    """
    assert any("build_figures/_hidden.py" in one for one in said(root, by_file))


def test_a_prefix_such_as_usr_is_not_readable_whole():
    """A course may well lie in /usr/src."""
    assert not {os.path.realpath(prefix) for prefix in (sys.prefix, sys.base_prefix)} & set(child.installed())


def test_python_path_does_not_open_a_side_door(root, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(root / "build_figures"))
    assert any("read build_figures/_hidden.py" in one for one in said(root, "__import__('_hid' + 'den')"))


def test_bytecode_is_never_read(root):
    """A cache that is fresh by its stamp, but compiled from other code: no fingerprint covers it."""
    source = root / "build_figures" / "_helper.py"
    stamp = source.stat()
    cache = importlib.util.cache_from_source(source)
    code = marshal.dumps(compile("VALUE = 'forged'", str(source), "exec"))
    head = (
        importlib.util.MAGIC_NUMBER
        + b"\0" * 4
        + int(stamp.st_mtime).to_bytes(4, "little")
        + stamp.st_size.to_bytes(4, "little")
    )
    (root / "build_figures" / "__pycache__").mkdir()
    with open(cache, "wb") as file:
        file.write(head + code)
    found = importlib.util.spec_from_file_location("_helper", source)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    assert module.VALUE == "forged", "Python itself would have been taken in"
    assert said(root, "assert _helper.VALUE == 5, _helper.VALUE", head="import _helper") == []


def test_no_bytecode_is_written(root):
    assert said(root, "_helper", head="import _helper") == []
    assert not list(root.rglob("__pycache__"))


def test_numerics_are_pinned(root, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    body = """
        import os
        wanted = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Nehalem", "TZ": "UTC"}
        wanted |= {"NUMBA_CPU_NAME": "nehalem", "NUMBA_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
        assert {name: os.environ[name] for name in wanted} == wanted
        return Results({"hash": Number(hash("text"), "differs from process to process, unless it is pinned")})
    """
    assert outcome(root, body).results == outcome(root, body).results != None  # noqa: E711


def test_what_an_experiment_prints_is_not_taken_for_its_results(root):
    body = """
        import os, sys
        print("{")
        sys.stdout.flush()
        os.write(1, b"}")
    """
    assert said(root, body) == []


def test_dataclasses_work_in_an_experiment(root):
    """They look their module up by name, so the experiment must stand among the modules."""
    head = """
        from __future__ import annotations
        from dataclasses import dataclass
        from typing import ClassVar

        @dataclass
        class Point:
            x: int
            names: ClassVar[list] = []
    """
    assert said(root, "assert Point(3).x == 3", head=head) == []


def test_an_experiment_may_have_the_name_of_a_module_that_others_import(tmp_path):
    """`statistics` imports `fractions`, and must not get the experiment."""
    content = "from coursebook.make.experiment import Number, Results\n\n\ndef measure(needs, seed):\n"
    content += "    import statistics\n    return Results({'x': Number(statistics.mean([1, 2]), 'one')})\n"
    write(tmp_path, "build_figures/fractions.py", content)
    found = runner.execute(runner.job_for(tmp_path, fingerprint.discover(tmp_path)[0]["fractions"]))
    assert found.results.numbers["x"].value == 1.5


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("1 / 0", 9, "ZeroDivisionError: division by zero"),
        ("\n\nraise ValueError('no')", 11, "ValueError: no"),
        ("import _helper\n_helper.nothing", 10, "AttributeError: module '_helper' has no attribute 'nothing'"),
        ("raise SystemExit(3)", 9, "SystemExit: 3"),
        ("raise KeyboardInterrupt", 9, "KeyboardInterrupt: "),
        ("needs['data/none']", 9, "KeyError: 'data/none'"),
    ],
)
def test_an_error_stands_at_the_experiments_own_line(root, body, line, message):
    assert said(root, body) == [f"build_figures/x.py:{line}:1: failed-experiment: {message}"]


def test_an_error_in_a_helper_stands_where_the_experiment_called_it(root):
    write(root, "build_figures/_helper.py", "def run():\n    return 1 / 0\n")
    found = outcome(root, "\n_helper.run()", head="import _helper")
    assert str(found.problems[0]) == "build_figures/x.py:10:1: failed-experiment: ZeroDivisionError: division by zero"
    assert "_helper.py" in found.traceback


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 5", "measure returned int, not Results"),
        ("return {'x': 1}", "measure returned dict, not Results"),
        ("return Results({'X': Number(1, 'one')})", "'X' cannot be the name of a value"),
        ("return Results({'a b': Number(1, 'one')})", "'a b' cannot be the name of a value"),
        ("return Results({'x': 1})", "'x' is not a finite number"),
        ("return Results({'x': Number('1', 'one')})", "'x' is not a finite number"),
        ("return Results({'x': Number(True, 'one')})", "'x' is not a finite number"),
        ("return Results({'x': Number(float('nan'), 'one')})", "'x' is not a finite number"),
        ("return Results({'x': Number(1, 'one', interval=(0, float('inf')))})", "'x' is not a finite number"),
        ("return Results({'x': Number(1, '')})", "'x' does not say what it is"),
        ("return Results({'x': Number(1, 'one', format='q')})", "'q' is not a format such as ,.1f"),
        ("return Results({'x': Number(1.5, 'one', format='d')})", "'d' prints whole numbers only"),
        ("return Results({'t': Number(1, 'one')}, {'t': Table('', (Column('a', (1,)),))})", "'t' names two things"),
        ("return Results({'a': Number(1, 'one')}, {'table': Table('', (Column('a', (1,)),))})", "'a' names two things"),
        (
            "return Results({}, {'t': Table('', (Column('a', (1, 'x')),))})",
            "column 'a' holds more than finite numbers, or more than text",
        ),
        (
            "return Results({}, {'t': Table('', (Column('a', (float('nan'),)),))})",
            "column 'a' holds more than finite numbers, or more than text",
        ),
        (
            "return Results({}, {'t': Table('', (Column('a', (None,)),))})",
            "column 'a' holds more than finite numbers, or more than text",
        ),
        ("return Results({}, {'t': Table('', (Column('a b', (1,)),))})", "the columns of 't' cannot be named 'a b'"),
        (
            "return Results({}, {'t': Table('', (Column('a', (1,)), Column('a', (1,))))})",
            "the columns of 't' cannot be named 'a', 'a'",
        ),
        ("return Results({}, {'t': Table('', ())})", "the columns of 't' cannot be named nothing"),
        ("return Results({}, {'t': Table('', (Column('a', (1.5,), format='d'),))})", "'d' prints whole numbers only"),
    ],
)
def test_what_breaks_the_contract_of_measure(root, body, message):
    assert said(root, body) == [f"build_figures/x.py:1:1: failed-experiment: ValueError: {message}"]


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ("def draw(results):\n    pass\n", "draw returned something else than Plotly figures by name"),
        ("def draw(results):\n    return {'a': 5}\n", "draw returned something else than Plotly figures by name"),
        (
            "import plotly.graph_objects as go\ndef draw(results):\n    return {'A b': go.Figure()}\n",
            "'A b' cannot be the name of a figure",
        ),
    ],
)
def test_what_breaks_the_contract_of_draw(root, tail, message):
    assert said(root, tail=tail) == [f"build_figures/x.py:1:1: failed-experiment: ValueError: {message}"]


def test_a_function_that_an_experiment_imports_is_not_part_of_the_contract(root):
    write(root, "build_figures/_cards.py", "def draw(dice, cards):\n    return cards\n\ndef derive(cards):\n    return cards\n")
    found = outcome(root, head="from _cards import derive, draw")
    assert (found.problems, found.figures) == ((), {})


def test_a_figure_and_a_table_cannot_share_a_name(course):
    path = course / "build_figures" / "coin.py"
    path.write_text(path.read_text("utf-8").replace('{"running": figure}', '{"table": figure}'), "utf-8")
    found = runner.execute(runner.job_for(course, fingerprint.discover(course)[0]["coin"]))
    assert [one.message for one in found.problems] == ["ValueError: 'table' names a figure and a table"]


def test_a_figures_numbers_are_written_as_numbers_and_its_template_is_left_to_the_page(root):
    """Plotly packs arrays as base64, which nobody can check by reading."""
    pytest.importorskip("numpy")
    tail = """
        def draw(results):
            import numpy
            import plotly.graph_objects as go

            figure = go.Figure(go.Heatmap(z=numpy.array([[1.5, 2.0], [3.0, 4.0]])), layout={"template": "plotly_dark"})
            figure.add_scatter(x=numpy.arange(3), y=numpy.array([0.1, float("nan"), 0.3]))
            return {"a": figure}
    """
    found = outcome(root, tail=tail)
    assert found.problems == ()
    figure = found.figures["a"]
    assert figure["data"][0]["z"] == [[1.5, 2.0], [3.0, 4.0]]
    assert figure["data"][1]["x"] == [0, 1, 2]
    assert figure["data"][1]["y"] == [0.1, None, 0.3]
    assert "bdata" not in json.dumps(figure)
    assert "template" not in figure["layout"]


@pytest.mark.parametrize("ending", ["os._exit(3)", "os.kill(os.getpid(), 9)", "ctypes.string_at(0)"])
def test_a_process_that_dies_is_a_problem(root, ending):
    found = said(root, f"import ctypes, os, resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); {ending}")
    assert len(found) == 1
    assert found[0].startswith("build_figures/x.py:")
    assert ": failed-experiment: " in found[0]


FILES = "return Results({'x': Number(1, 'one')}, {}, {'evidence/made/x.txt': %s})"


@pytest.mark.parametrize(
    ("writes", "body", "message"),
    [
        (["evidence/made/x.txt"], FILES % "File('text')", "'evidence/made/x.txt' is no File of bytes with the rule exact, structure or trained"),
        (["evidence/made/x.txt"], FILES % "b'text'", "'evidence/made/x.txt' is no File of bytes with the rule exact, structure or trained"),
        (["evidence/made/x.txt"], FILES % "File(b'', sampled())", "'evidence/made/x.txt' is no File of bytes with the rule exact, structure or trained"),
        ([], FILES % "File(b'')", "measure made the files ['evidence/made/x.txt'], and WRITES names []"),
        (["evidence/made/y.txt"], FILES % "File(b'')", "measure made the files ['evidence/made/x.txt'], and WRITES names ['evidence/made/y.txt']"),
        (["evidence/made/y.txt"], "pass", "measure made the files [], and WRITES names ['evidence/made/y.txt']"),
    ],
)  # fmt: skip
def test_an_experiment_makes_the_files_that_it_names_and_no_others(root, writes, body, message):
    head = f"from coursebook.make.experiment import File, sampled\nWRITES = {writes!r}"
    (found,) = said(root, body, head=head)
    assert found.endswith(f": failed-experiment: ValueError: {message}")
    assert not (root / "evidence").exists()


def test_files_come_back_as_they_were_made_and_nothing_is_written(root):
    head = "from coursebook.make.experiment import File, structure\nWRITES = ['evidence/made/x.txt', 'src/model/y.bin']"
    body = """
        files = {"evidence/made/x.txt": File(bytes(range(256)), structure()), "src/model/y.bin": File(b"")}
        return Results({"x": Number(1, "one")}, {}, files)
    """
    found = outcome(root, body, head=head)
    assert found.problems == ()
    assert found.results.files == {
        "evidence/made/x.txt": File(bytes(range(256)), Rule("structure")), "src/model/y.bin": File(b"", Rule("exact")),
    }  # fmt: skip
    assert not (root / "evidence").exists()
    assert not (root / "src").exists()
