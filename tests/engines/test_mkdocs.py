"""Real builds with the real MkDocs: what comes out, and what a broken chapter does to it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coursebook.publish import check
from coursebook.publish.site import Options, assemble
from tiny import edit, write

ROOT = Path(__file__).parents[2]
QUIET = {"NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": "ignore::DeprecationWarning"}


def mkdocs(root, *arguments, site=None):
    """`mkdocs build --strict` in a process of its own."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", site or root / "site", *arguments]
    return subprocess.run(
        command, cwd=root, capture_output=True, encoding="utf-8", timeout=120, env={**os.environ, **QUIET}, check=False
    )


def built(root, path):
    return (root / "site" / path).read_text("utf-8")


def article(html):
    return re.search(r"<article.*</article>", html, re.DOTALL)[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory, _measured):
    """The tiny course with an edit link, a second chapter and patterns in its navigation, built once."""
    root = shutil.copytree(_measured, tmp_path_factory.mktemp("built") / "course")
    edit(
        root,
        "mkdocs.yml",
        "  font: false\n",
        "  font: false\n  features: [content.action.edit]\nrepo_url: https://example.org/coins\nedit_uri: edit/main/docs/\n",
    )
    edit(
        root,
        "mkdocs.yml",
        "  - Coins: chapters/01-coins.md\n",
        "  - Coins: chapters/0[1-4]-*.md\n  - None: chapters/7*.md\n  - chapters/05-*.md\n  - Guide: guide.md\n  - Plain: plain.md\n",
    )
    write(
        root,
        "chapters/02-dice.md",
        "# Dice\n\nWe rolled {{ 60 }} dice.\n\n/// question | Q\n    id: q-one\n\n- [x] a\n    > b\n\n///\n",
    )
    write(root, "chapters/05-more.md", "# More\n\nNothing but `{{ code }}`.\n\n```text\n/// question | shown\n```\n")
    write(root, "docs/guide.md", "---\ncoursebook: true\n---\n# Guide\n\n{{ coin.flips }} flips.\n")
    write(root, "docs/plain.md", "# Plain\n\n{{ coin.flips }} and /// stay as they are: [@doe2024].\n")
    done = mkdocs(root)
    assert done.returncode == 0, done.stderr
    return root


def test_a_course_builds_and_every_page_passes_the_check(site):
    pages = assemble(site, Options()).pages
    assert [page.uri for page in pages] == ["chapters/01-coins.md", "chapters/02-dice.md", "chapters/05-more.md", "guide.md"]
    assert check.check_site(site / "site", pages) == []


def test_the_files_beside_the_pages_are_there_byte_by_byte(site):
    assert (site / "site/evidence/coin.json").read_bytes() == (site / "evidence/coin.json").read_bytes()
    assert (site / "site/evidence/coin/running.csv").is_file()
    assert {file.name for file in (site / "site/evidence/stills").iterdir()} == {
        file.name for file in (site / "evidence/stills").iterdir()
    }


def test_no_link_on_a_built_page_leads_nowhere(site):
    for file in (site / "site").rglob("*.html"):
        if file.name == "404.html":
            continue
        for target in re.findall(r'(?:href|src)="([^"#?:]+)(?:[#?][^"]*)?"', file.read_text("utf-8")):
            assert (file.parent / target).exists(), f"{file}: {target}"


def test_every_page_has_a_policy_and_its_scripts_and_styles(site):
    for path in ("index.html", "chapters/01-coins/index.html", "plain/index.html"):
        html = built(site, path)
        assert html.count("Content-Security-Policy") == 1
        assert re.search(r'<script src="[^"]*assets/coursebook/coursebook.js" type="module"></script>', html)
        assert re.search(r'<link rel="stylesheet" href="[^"]*assets/coursebook/coursebook.css">', html)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("chapters/01-coins", "chapters/01-coins.md"),
        ("chapters/02-dice", "chapters/02-dice.md"),
        ("guide", "docs/guide.md"),
        ("plain", "docs/plain.md"),
    ],
)
def test_edit_links_lead_to_what_a_writer_wrote(site, path, source):
    from urllib.parse import urljoin

    (link,) = re.findall(r'href="([^"]*/edit/[^"]*)"', built(site, f"{path}/index.html"))
    assert urljoin(link, ".") + link.rsplit("/", 1)[1] == f"https://example.org/coins/edit/main/{source}"


def test_patterns_in_the_navigation_name_the_chapters_that_match_in_order(site):
    nav = re.search(r'<nav class="md-nav md-nav--primary".*?</nav>\s*</div>', built(site, "index.html"), re.DOTALL)[0]
    order = [target for target in re.findall(r'<a href="([^"]*)" class="md-nav__link', nav) if target != "./"]
    assert list(dict.fromkeys(order)) == [
        ".",
        "chapters/01-coins/",
        "chapters/02-dice/",
        "chapters/05-more/",
        "guide/",
        "plain/",
        "verification/",
    ]
    assert "None" not in nav, "a pattern that matches nothing leaves no empty heading"


def test_the_search_index_holds_the_text_and_no_receipts(site):
    index = json.loads((site / "site/search/search_index.json").read_text("utf-8"))
    texts = " ".join(entry["text"] for entry in index["docs"] if entry["location"].startswith("chapters/01"))
    assert "We flipped a coin" in texts
    for word in ("Regenerate", "Same means", "Receipt", "coursebook verify"):
        assert word not in texts


def test_a_page_that_does_not_ask_is_left_alone(site, tmp_path):
    assert "{{ coin.flips }} and /// stay as they are: [@doe2024]." in built(site, "plain/index.html")
    without = shutil.copytree(site, tmp_path / "without", ignore=shutil.ignore_patterns("site"))
    edit(without, "mkdocs.yml", "  - coursebook\n", "")
    config = (without / "mkdocs.yml").read_text("utf-8")
    (without / "mkdocs.yml").write_text(
        re.sub(r"^  - (Coins|None|Guide|Verification|chapters).*\n", "", config, flags=re.MULTILINE), "utf-8"
    )
    edit(without, "docs/index.md", "[coins](chapters/01-coins.md)", "coins")
    assert mkdocs(without).returncode == 0
    assert article(built(without, "plain/index.html")) == article(built(site, "plain/index.html"))


def test_every_problem_of_a_broken_chapter_is_printed_at_once_with_exit_code_1_and_no_traceback(course):
    case = ROOT / "tests/cases/problems/all-at-once"
    shutil.copy(case / "chapter.md", course / "chapters/01-coins.md")
    edit(course, "sources/doe2024.yml", "grade: A*", "grade: Z")
    done = mkdocs(course)
    expected = (case / "expected.txt").read_text("utf-8").splitlines()
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    found = [line.split("-  ", 1)[1] for line in done.stderr.splitlines() if line.startswith("ERROR")]
    assert set(expected) <= set(found)
    assert [line for line in found if "bad-source" in line]
    assert re.search(rf"^{len(found)} problems; `coursebook explain RULE` tells more", done.stdout + done.stderr, re.MULTILINE)
    assert not (course / "site/chapters").exists()


def test_a_repaired_chapter_builds_again(course):
    edit(course, "chapters/01-coins.md", "coin.flips", "coin.flipz")
    assert mkdocs(course).returncode == 1
    edit(course, "chapters/01-coins.md", "coin.flipz", "coin.flips")
    assert mkdocs(course).returncode == 0


def test_markup_that_an_engine_leaves_behind_fails_the_build(course):
    """Without md_in_html the page of a figure would show Markdown: the HTML itself is read."""
    write(
        course,
        "hook.py",
        "def on_page_content(html, **_):\n    return html.replace('id=\"cb-r-coin-flips\"', '') + '<p>{{ left }}</p>'\n",
    )
    edit(course, "mkdocs.yml", "plugins:", "hooks: [hook.py]\nplugins:")
    done = mkdocs(course)
    assert done.returncode == 1
    assert "broken-page: the built page shows '{{', which should have been compiled" in done.stderr
    assert "broken-page: a number opens 'cb-r-coin-flips', which is not on the page" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_docs_elsewhere_and_no_navigation(course):
    (course / "content").mkdir()
    (course / "docs").rename(course / "content/pages")
    config = (course / "mkdocs.yml").read_text("utf-8").split("nav:")[0]
    (course / "mkdocs.yml").write_text(config + "docs_dir: content/pages\n", "utf-8")
    done = mkdocs(course)
    assert done.returncode == 0, done.stderr
    assert "We flipped a coin" in built(course, "chapters/01-coins/index.html")


def test_two_builds_are_equal_byte_by_byte(course, tmp_path):
    for name in ("one", "two"):
        assert mkdocs(course, site=tmp_path / name).returncode == 0
    one, two = (
        {
            file.relative_to(tmp_path / name): file.read_bytes()
            for file in (tmp_path / name).rglob("*")
            if file.is_file() and "sitemap" not in file.name
        }
        for name in ("one", "two")
    )
    assert one.keys() == two.keys()
    assert [str(name) for name in one if one[name] != two[name]] == []


def test_the_course_of_this_repository_builds(tmp_path):
    done = mkdocs(ROOT, site=tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    pages = assemble(ROOT, Options()).pages
    assert check.check_site(tmp_path / "site", pages) == []
