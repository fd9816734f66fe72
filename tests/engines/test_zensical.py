"""`coursebook compile --out` for an engine that knows nothing of us: Zensical ignores plugins, so the tree must suffice."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coursebook.publish import check
from coursebook.publish.site import Options, assemble
from tiny import write

pytestmark = pytest.mark.skipif(importlib.util.find_spec("zensical") is None, reason="no zensical: install the extra 'dev'")
ROOT = Path(__file__).parents[2]
EXTENSIONS = (
    "markdown_extensions: [abbr, admonition, attr_list, def_list, footnotes, md_in_html, tables, pymdownx.superfences]\n"
)


def run(*command, cwd):
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("which", ["tiny", "whole"])
def test_the_compiled_tree_builds_and_every_page_passes_the_check(tmp_path, request, which):
    course = request.getfixturevalue("lab_course") if which == "tiny" else ROOT
    if which == "tiny":
        write(course, "chapters/02-more.md", "# More\n\n[The lab](../labs/coin_again.ipynb#count)\n")
    out = tmp_path / "out"
    run("coursebook", "--root", str(course), "compile", "--out", str(out / "docs"), cwd=tmp_path)
    if (course / "overrides").is_dir():
        shutil.copytree(course / "overrides", out / "overrides")
    (out / "mkdocs.yml").write_text("site_name: T\ntheme: {name: material, font: false}\n" + EXTENSIONS, "utf-8")
    said = run("zensical", "build", "--strict", cwd=out)
    assert "No issues found" in said
    site = assemble(course, Options())
    assert site.pages
    assert site.labs
    assert check.check_site(out / "site", site.pages, site.labs) == []
    assert re.search("<h1[^>]*>Verification", (out / "site/verification/index.html").read_text("utf-8"))
