"""The process that runs a lab shows what Jupyter would, from a folder that holds its files and nothing else."""

import pytest

from coursebook import labs
from coursebook.make import lab_runs, runner
from tiny import lab, write


@pytest.fixture
def root(tmp_path):
    write(tmp_path, "data/in.csv", "1\n2\n")
    write(tmp_path, "build_figures/_helper.py", "VALUE = 5\n")
    write(tmp_path, "build_figures/_hidden.py", "VALUE = 6\n")
    return tmp_path.resolve()


def outcome(root, content):
    name = lab(root, content)
    found, problems = labs.discover(root)
    assert problems == []
    return runner.execute(lab_runs.job_for(root, found[name]))


def outputs(root, content):
    """The outputs of the first code cell."""
    found = outcome(root, content)
    assert found.problems == ()
    return lab_runs.outputs_of(found)[1]


def said(root, content):
    return [str(problem).removeprefix("chapters/labs/x.py:") for problem in outcome(root, content).problems]


def stream(name, *lines):
    return {"output_type": "stream", "name": name, "text": list(lines)}


def value(*lines):
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": list(lines)}}


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("x = 1", []),
        ("1 + 1", [value("2")]),
        ("1 + 1;", []),
        ("1 + 1 ; # quiet", []),
        ("None", []),
        ("'a\\nb'", [value("'a\\nb'")]),
        ("print('a')\nprint('b')\n3", [stream("stdout", "a\n", "b\n"), value("3")]),
        ("print('a', end='')", [stream("stdout", "a")]),
        (
            "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
            [stream("stdout", "a\n"), stream("stderr", "b\n"), stream("stdout", "c\n")],
        ),
        ("for i in range(2):\n    i", []),
        (
            (
                "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom typing import ClassVar\n"
                "@dataclass\nclass P:\n    x: int\n    names: ClassVar[list] = []\nP(3)"
            ),
            [value("P(x=3)")],
        ),
        ("__name__", [value("'__main__'")]),
    ],
)
def test_a_cell_shows_what_jupyter_would(root, content, wanted):
    assert outputs(root, f"# %%\n{content}\n") == wanted


def test_a_value_with_html_brings_it_along(root):
    content = "# %%\nclass A:\n    def _repr_html_(self): return '<b>a</b>'\n    def __repr__(self): return 'a'\nA()\n"
    (shown,) = outputs(root, content)
    assert shown["data"] == {"text/html": ["<b>a</b>"], "text/plain": ["a"]}


def test_a_figure_is_plain_json_without_its_template(root):
    content = "# %%\nimport numpy, plotly.graph_objects as go\ngo.Figure(go.Bar(y=numpy.array([1.5, 2])))\n"
    (shown,) = outputs(root, content)
    assert shown == {
        "output_type": "display_data",
        "metadata": {},
        "data": {"application/vnd.plotly.v1+json": {"data": [{"y": [1.5, 2.0], "type": "bar"}], "layout": {}}},
    }


def test_cells_share_their_names_and_a_skipped_one_gives_none(root):
    content = '# %%\nx = 1\n\n# %% tags=["skip-execution"]\nx = 2\n\n# %%\nx\n'
    found = lab_runs.outputs_of(outcome(root, content))
    assert found == {1: [], 3: [{**value("1"), "execution_count": 2}]}


def test_the_folder_holds_the_files_and_nothing_else(root):
    content = (
        "# %%\nimport os\nfrom pathlib import Path\nimport _helper\nNEEDS = ['data/in.csv']\n"
        "print(sorted(os.listdir()), Path('in.csv').read_text().split(), _helper.VALUE)\n"
        "Path('out.txt').write_text('mine')\nPath('out.txt').read_text()\n"
    )
    assert outputs(root, content) == [stream("stdout", "['_helper.py', 'in.csv'] ['1', '2'] 5\n"), value("'mine'")]
    assert sorted(file.name for file in root.rglob("*.*")) == ["_helper.py", "_hidden.py", "in.csv", "x.py"]


def test_a_package_of_the_tree_is_imported_by_its_name(root):
    write(root, "src/small/__init__.py", "")
    write(root, "src/small/model.py", "from . import weights\nVALUE = weights.VALUE\n")
    write(root, "src/small/weights.py", "VALUE = 7\n")
    content = "# %%\nimport os\nfrom small.model import VALUE\nVALUE, sorted(os.listdir('small'))\n"
    assert outputs(root, content) == [value("(7, ['__init__.py', 'model.py', 'weights.py'])")]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("open({root!r} + '/data/in.csv')", "read data/in.csv"),
        ("open('../../../etc/passwd')", "read "),
        ("open('/tmp/coursebook', 'w')", "write /tmp/coursebook"),
        ("import socket; socket.socket()", "socket.__new__ "),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen true"),
        ("import os; os.listdir({root!r})", "list "),
        ("import os; os.remove({root!r} + '/data/in.csv')", "os.remove "),
    ],
)
def test_everything_else_is_refused_and_named(root, body, what):
    (found,) = said(root, f"# %%\n{body.format(root=str(root))}\n")
    assert found.startswith(f"1:1: failed-experiment: undeclared: {what}")


def test_a_helper_that_is_not_imported_by_name_is_not_there(root):
    assert said(root, "# %%\nimport importlib\nimportlib.import_module('_hid' + 'den')\n") == [
        "6:1: failed-experiment: ModuleNotFoundError: No module named '_hidden'"
    ]


def test_an_error_has_the_line_of_the_file(root):
    assert said(root, "# %%\nx = 1\n\n# %% [markdown]\n# text\n\n# %%\ndef f():\n    return 1 / 0\n\nf()\n") == [
        "12:1: failed-experiment: ZeroDivisionError: division by zero"
    ]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("object()", "0x"),
        ("import sys; print(sys.prefix)", "/"),
        ("import os; os.getcwd()", "/"),
        ("import warnings; warnings.warn_explicit('w', UserWarning, sys.prefix + '/x.py', 1)", "/"),
    ],
)
def test_an_output_that_is_so_on_this_machine_alone_is_refused(root, body, what):
    (found,) = said(root, f"# %%\nimport sys\n\n# %%\n{body}\n")
    assert found.startswith(f"8:1: failed-experiment: the output names {what}")
    assert found.endswith("which is so on this machine alone")


def test_numerics_are_pinned(root):
    assert outputs(root, "# %%\nimport os\n[os.environ[one] for one in ('PYTHONHASHSEED', 'OMP_NUM_THREADS')]\n") == [
        value("['0', '1']")
    ]


def test_a_lab_that_ends_its_process_failed(root):
    (found,) = said(root, "# %%\nimport os\nos._exit(3)\n")
    assert found.startswith("1:1: failed-experiment: the process ended with status 3")
