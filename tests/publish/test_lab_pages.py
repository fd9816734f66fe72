"""A lab on the site: what its page shows, what lint says of it, and a download that runs in an empty folder."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from coursebook import evidence, labs
from coursebook.labs import Executed
from coursebook.make import lab_runs
from coursebook.notebook import PLOTLY, joined
from coursebook.publish import check, lab_pages, lint, render
from coursebook.publish.receipts import Provenance
from coursebook.publish.site import Options, assemble
from tiny import edit, lab, measure_labs, stand_in_stills, write

COURSE = Path(__file__).parents[2]
LAB = "chapters/labs/coin_again.py"
NAME = "labs/coin_again"


def page_of(root, name=NAME):
    return {page.lab.name: page for page in lab_pages.pages(root, Provenance())[0]}[name]


def complaints(root):
    return list(map(str, assemble(root, Options()).problems))


def with_lab(root, content):
    """What the course's problems are once a lab with these cells is measured."""
    lab(root, content)
    measure_labs(root)
    stand_in_stills(root)
    return [problem.removeprefix("chapters/labs/x.py:") for problem in complaints(root)]


# -- the site ----------------------------------------------------------------------------------------------------------


def test_a_lab_brings_its_page_its_download_and_its_figures(lab_course):
    site = assemble(lab_course, Options())
    assert site.problems == ()
    assert [(page.uri, page.title, page.source) for page in site.labs] == [(f"{NAME}.ipynb", "The coin again", LAB)]
    assert {uri for uri in site.files if "labs" in uri} == {
        f"{NAME}.zip", f"evidence/{NAME}.ipynb", f"evidence/{NAME}/figure-1.json", f"evidence/{NAME}/figure-1.csv",
    }  # fmt: skip
    assert site.files[f"evidence/{NAME}.ipynb"] == (lab_course / f"evidence/{NAME}.ipynb").read_text("utf-8")
    assert any(uri.startswith("evidence/stills/") for uri in site.files)


def test_the_verification_page_lists_it(lab_course):
    text = assemble(lab_course, Options()).files["verification.md"]
    assert '<a href="../labs/coin_again/">The coin again</a></th><td>3</td>' in text
    assert "## Labs" not in lab_pages_gone(lab_course)


def lab_pages_gone(root):
    (root / LAB).unlink()
    (root / f"evidence/{NAME}.ipynb").unlink()
    return assemble(root, Options()).files["verification.md"]


def test_a_report_says_on_the_page_what_was_verified(lab_course):
    content = labs.evidence_of(lab_course)[0][NAME].receipt["content"]
    for known, said in ((content, "identical when measured again on 2026-05-01"), ("other", "not verified in this build")):
        report = {"on": "2026-05-01", "passes": True, "experiments": {NAME: {"verdict": "identical", "content": known}}}
        write(lab_course, "build/verify.json", json.dumps(report))
        (page,) = assemble(lab_course, Options()).labs
        assert f"<dt>Verified</dt><dd>{said}</dd>" in lab_pages.markdown(page)


def test_stale_or_edited_evidence_is_an_error_of_the_site(lab_course):
    edit(lab_course, LAB, "sum(flips)\n\n", "sum(flips) + 1\n\n")
    assert complaints(lab_course) == [f"{LAB}:1:1: stale-evidence: changed since measured: the code; run `coursebook measure`"]
    edit(lab_course, LAB, "sum(flips) + 1\n\n", "sum(flips)\n\n")
    edit(lab_course, f"evidence/{NAME}.ipynb", "8 flips", "9 flips")
    assert [one.split(": ")[1] for one in complaints(lab_course)] == ["tampered-evidence"]


def test_more_cells_than_were_measured_are_stale_and_nothing_else(lab_course):
    """The page shows what was measured only where it is what was written."""
    write(lab_course, LAB, (lab_course / LAB).read_text("utf-8") + "\n# %%\n2\n\n# %%\n3\n")
    assert [one.split(": ")[1] for one in complaints(lab_course)] == ["stale-evidence"]


# -- lint --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("We won 63 % of the games.", "7:10: naked-number: '63 %' is a measure"),
        ("<script>alert(1)</script>", "7:3: unsafe-html: <script>"),
        ("[a](javascript:alert(1))", "7:3: unsafe-html: an address with the scheme 'javascript:'"),
        ("[a](../chapters/none.md)", "7:3: broken-link: '../chapters/none.md' leads to no file"),
        ("[a](../chapters/01-coins.md#none)", "7:3: broken-link: 'chapters/01-coins.md' has no heading '#none'"),
        ("Won {{ coin.share }} of", "7:10: bad-block: a lab's text binds nothing"),
        ("![Seen](evidence:coin/running)", "7:3: bad-block: a lab's text binds nothing"),
        ("As in [@doe2024]", "7:9: bad-block: a lab's text binds nothing"),
        ("Won {{ 47.3 }} of", "7:7: bad-block: a lab's text binds nothing"),
        ("Won {{? 1 < 2 }} of", "7:7: bad-block: a lab's text binds nothing"),
        ("Won {{ 1 + }} of", "7:10: bad-expression"),
        ('```plotly title="a"\n# {"data": [{"y": [1]}]}\n# ```', "7:3: bad-block: a lab's text binds nothing"),
        ("$x^{2$", "7:3: bad-maths"),
    ],
)
def test_the_text_of_a_lab_is_linted_at_its_place(lab_course, text, problem):
    found = with_lab(lab_course, f"# %%\n1\n# %% [markdown]\n# {text}\n")
    assert len(found) == 1, found
    assert found[0].startswith(problem)


def test_a_question_does_not_stand_in_a_lab(lab_course):
    text = "/// question | Q\n    id: q-one\n\n- [x] a\n    > b\n\n///"
    lines = "\n".join(f"# {line}".rstrip() for line in text.split("\n"))
    assert [one.split("; ")[0] for one in with_lab(lab_course, f"# %% [markdown]\n{lines}\n")] == [
        "5:3: bad-block: a question stands in a lab"
    ]


def test_an_open_fence_hides_nothing_in_the_next_cell(lab_course):
    """Jupyter shows each cell on its own, so each is judged on its own."""
    found = with_lab(lab_course, "# %% [markdown]\n# ```\n\n# %% [markdown]\n# <script>alert(1)</script>\n")
    assert [one.split(": ")[:2] for one in found] == [["8:3", "unsafe-html"]]


def test_chapters_link_to_labs_and_to_headings_in_them(lab_course):
    write(
        lab_course,
        "chapters/02-more.md",
        "# More\n\n[lab](../labs/coin_again.ipynb) and [there](../labs/coin_again.ipynb#count)\n",
    )
    assert complaints(lab_course) == []
    write(lab_course, "chapters/02-more.md", "# More\n\n[there](../labs/coin_again.ipynb#counts)\n")
    assert [one.split("; ")[0] for one in complaints(lab_course)] == [
        "chapters/02-more.md:3:1: broken-link: 'labs/coin_again.ipynb' has no heading '#counts'"
    ]


def test_html_that_a_cell_shows_is_judged_too(lab_course):
    content = "# %%\nclass A:\n    def __repr__(self): return 'a'\n    def _repr_html_(self): return {!r}\nA()\n"
    assert with_lab(lab_course, content.format("<table><tr><td>1</td></tr></table>")) == []
    (found,) = with_lab(lab_course, content.format('<img src="x" onerror="alert(1)">'))
    assert found.startswith("5:1: unsafe-html: the output has <img onerror>")


def test_a_figure_needs_a_title_and_a_still(lab_course):
    content = "# %%\nimport plotly.graph_objects as go\ngo.Figure(go.Bar(y=[1]))\n"
    assert with_lab(lab_course, content) == [
        "5:1: missing-alt: a figure has no title; give the figure a title that says what to see"
    ]
    for still in (lab_course / "evidence/stills").glob("*.light.svg"):
        still.unlink()
    assert any("stale-evidence: 'labs/x/figure-1' has no still picture yet" in one for one in complaints(lab_course))


# -- the page ----------------------------------------------------------------------------------------------------------


def test_as_markdown_every_cell_and_output_stands_in_order(lab_course):
    page = page_of(lab_course)
    text = lab_pages.markdown(page)
    wanted = [
        "# The coin again\n\n[Download this lab](coin_again.zip) (", "Predict first", "## Count\n\n```python\nfrom pathlib",
        "```text\n8 flips, 62.5 % heads\n```", "```text\n5\n```", "<math", "```python\nimport plotly", '<figure class="cb-figure" id="fig-labs-coin-again-figure-1"',
        "![The share settles](../evidence/stills/", "```python\nimport urllib.request", "*Not run here", '<section class="cb-receipts"',
    ]  # fmt: skip
    places = [text.index(one) for one in wanted]
    assert places == sorted(places)
    assert list(check.check_lab(page, render.page(text))) == []
    assert list(lint.unsafe_tags(render.page(text))) == []


def test_a_fence_is_longer_than_any_in_what_it_holds(lab_course):
    with_lab(lab_course, "# %%\nprint('````')\n")
    assert "`````text\n````\n`````" in lab_pages.markdown(page_of(lab_course, "labs/x"))


def test_the_staged_notebook_has_our_figures_and_is_one_that_jupyter_takes(lab_course):
    staged = nbformat.reads(lab_pages.staged(page_of(lab_course)), as_version=4)
    nbformat.validate(staged)
    assert not [output for cell in staged.cells for output in cell.get("outputs", []) if PLOTLY in output.get("data", {})]
    assert '<figure class="cb-figure"' in staged.cells[3].outputs[0]["data"]["text/html"]
    assert [joined(cell.source).split("\n")[0] for cell in staged.cells[:1]] == ["# The coin again"]


def test_a_page_that_lacks_an_output_is_broken(lab_course):
    page = page_of(lab_course)
    made = render.page(lab_pages.markdown(page))
    for old, said in [
        ("62.5 % heads", "the built page lacks output 1.1"),
        ("fig-labs-coin-again-figure-1", "the built page lacks figure 'labs/coin_again/figure-1'"),
        ('id="cb-f-labs-coin-again"', "a button opens 'cb-f-labs-coin-again', which is not on the page"),
    ]:
        assert [problem.message for problem in check.check_lab(page, made.replace(old, ""))] == [said]
    assert [problem.rule for problem in check.check_lab(page, made + '<p onclick="x">')] == ["unsafe-html"]


# -- the download ------------------------------------------------------------------------------------------------------


@pytest.fixture
def unzipped(lab_course, tmp_path):
    """The download of the tiny lab in an empty folder, far from the course."""
    with zipfile.ZipFile(io.BytesIO(page_of(lab_course).archive)) as archive:
        archive.extractall(tmp_path / "empty")
    return tmp_path / "empty" / "coin_again"


def outside():
    """An environment in which nothing of ours can be imported by accident."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PLOTLY_RENDERER": "plotly_mimetype"}


def test_the_same_lab_gives_the_same_bytes(lab_course):
    assert page_of(lab_course).archive == page_of(lab_course).archive
    with zipfile.ZipFile(io.BytesIO(page_of(lab_course).archive)) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {entry.date_time for entry in archive.infolist()} == {lab_pages.EPOCH}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}


def test_the_download_holds_what_the_lab_needs(unzipped, lab_course):
    assert sorted(file.name for file in unzipped.iterdir()) == [
        "LICENSE.txt", "README.txt", "_counting.py", "_percent.py", "coin_again.ipynb", "coin_again.py", "flips.csv", "requirements.txt",
    ]  # fmt: skip
    assert (unzipped / "coin_again.ipynb").read_bytes() == (lab_course / f"evidence/{NAME}.ipynb").read_bytes()
    assert re.fullmatch(r"plotly==[\d.]+\n", (unzipped / "requirements.txt").read_text())


def together(outputs):
    """A kernel sends what is printed in pieces, and tqdm complains that Jupyter lacks its widgets."""
    kept = []
    for output in outputs:
        if output.get("name") == "stdout" and kept and kept[-1].get("name") == "stdout":
            kept[-1]["text"] += output["text"]
        elif output.get("name") != "stderr":
            kept.append(output)
    return kept


def run_in_jupyter(folder, name, monkeypatch):
    """What the cells of a downloaded notebook show in a real kernel, without anything of ours on its path."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("PLOTLY_RENDERER", "plotly_mimetype")
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = together(cell.outputs)
        for output in cell.get("outputs", []):
            if PLOTLY in output.get("data", {}):
                output.data = {PLOTLY: {"data": output.data[PLOTLY]["data"], "layout": output.data[PLOTLY]["layout"]}}
                output.data[PLOTLY]["layout"].pop("template", None)
    return Executed(f"labs/{name}", json.loads(nbformat.writes(notebook)))


def test_the_download_runs_in_an_empty_folder_and_shows_what_the_evidence_shows(unzipped, lab_course, monkeypatch):
    found = lab_runs.compare(page_of(lab_course).executed, run_in_jupyter(unzipped, "coin_again", monkeypatch))
    assert [(one.id, one.verdict) for one in found] == [(f"{NAME}#{number}", "identical") for number in ("1.1", "1.2", "2")]


@pytest.mark.slow
@pytest.mark.parametrize("name", [file.stem for file in sorted((COURSE / labs.FOLDER).glob("*.py"))])
def test_a_lab_of_the_course_runs_in_an_empty_folder_on_numerics_that_nobody_pinned(name, tmp_path, monkeypatch):
    pytest.importorskip("umap", reason="the extra 'figures' is not installed")
    page = page_of(COURSE, f"labs/{name}")
    with zipfile.ZipFile(io.BytesIO(page.archive)) as archive:
        archive.extractall(tmp_path)
    fresh = run_in_jupyter(tmp_path / name, name, monkeypatch)
    found = lab_runs.compare(page.executed, fresh, pinned=False)
    assert len(found) > 1
    assert [one for one in found if not one.passes] == []
    done = subprocess.run(
        [sys.executable, f"{name}.py"], cwd=tmp_path / name, env=outside(), capture_output=True, encoding="utf-8", check=False
    )
    printed = "".join(joined(output["text"]) for _, output in fresh.outputs() if output["output_type"] == "stream")
    assert (done.returncode, done.stdout) == (0, printed), done.stderr


def test_the_download_runs_as_a_script_too(unzipped):
    done = subprocess.run(
        [sys.executable, "coin_again.py"], cwd=unzipped, env=outside(), capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (0, "8 flips, 62.5 % heads\n"), done.stderr
    assert "# urllib.request.urlopen" in (unzipped / "coin_again.py").read_text("utf-8")


def test_the_readme_says_how(unzipped):
    text = (unzipped / "README.txt").read_text("utf-8")
    assert text.startswith("The coin again\n==============\n1. ")
    assert "requirements.txt" in text
    assert "coin_again.ipynb" in text


def test_evidence_is_left_as_it_was(lab_course):
    before = {file: file.read_bytes() for file in lab_course.rglob("*") if file.is_file()}
    assemble(lab_course, Options())
    assert {file: file.read_bytes() for file in lab_course.rglob("*") if file.is_file()} == before
    assert evidence.read(lab_course)[1] == []
