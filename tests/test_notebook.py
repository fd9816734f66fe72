"""The percent format is read as jupytext reads it, and a notebook is one that Jupyter opens."""

import jupytext
import nbformat
import pytest

from coursebook import notebook
from coursebook.notebook import Cell
from coursebook.text import Text
from tiny import CASES

LABS = [*(CASES / "lab").glob("*.py"), *(CASES.parents[1] / "chapters/labs").glob("*.py")]


def parsed(content):
    cells, problems = notebook.parse(Text("chapters/labs/x.py", content))
    return cells, list(map(str, problems))


@pytest.mark.parametrize("file", LABS, ids=lambda file: file.stem)
def test_a_lab_is_read_as_jupytext_reads_it(file):
    cells, problems = parsed(file.read_text("utf-8"))
    theirs = jupytext.reads(file.read_text("utf-8"), fmt="py:percent").cells
    assert problems == []
    assert [(cell.kind, cell.source, list(cell.tags)) for cell in cells] == [
        (cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in theirs
    ]


def test_a_cell_knows_the_line_it_begins_at():
    cells, problems = parsed('# %% [markdown]\n# # T\n#\n# text\n\n\n# %% tags=["a", "b"]\n\nx = 1\n\n\ny\n\n# %%\n')
    assert problems == []
    assert cells == [Cell("markdown", "# T\n\ntext", 2), Cell("code", "\nx = 1\n\n\ny", 8, ("a", "b")), Cell("code", "", 15)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("x = 1\n# %%\n", "1:1: failed-experiment: a lab begins with a cell; `# %% [markdown]`, or `# %%`"),
        ("# %% [raw]\n", "1:1: failed-experiment: '# %% [raw]' begins no cell; "),
        ("# %% tags=[a]\n", "1:1: failed-experiment: '# %% tags=[a]' begins no cell; "),
        ("# %%\n1\n# %%python\n", "3:1: failed-experiment: '# %%python' begins no cell; "),
        ("# %% [markdown]\n# a\nb\n", "3:1: failed-experiment: code in a Markdown cell; begin the line with `# `"),
        ("# %% [markdown]\n# a\n#b\n", "3:1: failed-experiment: code in a Markdown cell; begin the line with `# `"),
    ],
)
def test_whatever_is_no_cell_is_named_with_its_line(content, problem):
    (found,) = parsed(content)[1]
    assert found.startswith(f"chapters/labs/x.py:{problem}")


def test_jupyter_takes_what_is_made_of_it(lab_course):
    content = (lab_course / "evidence/labs/coin_again.ipynb").read_text("utf-8")
    made = nbformat.reads(content, as_version=4)
    nbformat.validate(made)
    assert (made.nbformat, made.nbformat_minor) == (4, 5)
    assert [cell.id for cell in made.cells] == [f"cell-{number}" for number in range(1, 6)]
    assert [cell.get("execution_count") for cell in made.cells] == [None, 1, None, 2, None]


def test_a_cell_that_was_not_run_has_no_number():
    made = notebook.executed([Cell("code", source, 1) for source in "abc"], {0: [], 2: []}, {})
    assert [cell["execution_count"] for cell in made["cells"]] == [1, None, 2]


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "display_data", "data": {"application/javascript": ["alert(1)"]}, "metadata": {}},
        {"output_type": "display_data", "data": {"text/html": ["<b>"]}, "metadata": {}},
        {"output_type": "execute_result", "data": {"image/svg+xml": ["<svg>"]}, "metadata": {}},
        {"output_type": "error", "ename": "x"},
        {"output_type": "stream", "name": "stdin", "text": ["x"]},
        {"output_type": "stream", "name": "stdout", "text": [1]},
    ],
)
def test_an_output_that_no_lab_has_is_refused(output):
    made = notebook.executed([Cell("code", "1", 1)], {0: [output]}, {})
    with pytest.raises(ValueError, match="no lab has"):
        notebook.check(made)
