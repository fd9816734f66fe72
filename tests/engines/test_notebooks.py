"""Labs through the real mkdocs-jupyter: a light page that loads nothing from elsewhere; and through any other engine."""

import gzip
import json
import re

import pytest
from click.testing import CliRunner
from test_mkdocs import article, built, mkdocs

from coursebook import cli
from coursebook.publish import check, render
from coursebook.publish.site import Options, assemble
from tiny import edit, write

PAGE = "labs/coin_again/index.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory, _with_lab):
    import shutil

    root = shutil.copytree(_with_lab, tmp_path_factory.mktemp("built") / "course")
    edit(
        root,
        "mkdocs.yml",
        "  font: false\n",
        "  font: false\n  features: [content.action.edit]\nrepo_url: https://example.org/coins\nedit_uri: edit/main/docs/\n",
    )
    write(root, "chapters/02-more.md", "# More\n\nTo [the lab](../labs/coin_again.ipynb#count).\n")
    done = mkdocs(root)
    assert done.returncode == 0, done.stderr
    return root


def test_the_page_passes_the_check_and_holds_every_output(site):
    assembled = assemble(site, Options())
    assert check.check_site(site / "site", assembled.pages, assembled.labs) == []
    text = article(built(site, PAGE))
    assert "8 flips, 62.5 % heads" in text
    assert '<span class="kn">import</span>' in text
    assert "Not run here" in text


def test_the_page_is_light_and_loads_nothing_from_elsewhere(site):
    html = built(site, PAGE)
    assert len(gzip.compress(html.encode())) < 10_000
    assert not re.findall(r"<(?:script|style|link|img|iframe)[^>]*(?:https?:)?//(?!example\.org)[^>]*>", html)
    assert not re.findall(r"<script|<style| on\w+=|jp-", article(html))
    assert "Content-Security-Policy" in html


def test_its_scripts_are_the_theme_s_and_no_others(site):
    scripts = {path: set(check.INLINE_SCRIPT.findall(built(site, path))) for path in (PAGE, "chapters/01-coins/index.html")}
    assert scripts[PAGE] == scripts["chapters/01-coins/index.html"]


def test_links_images_and_the_download_lead_somewhere(site):
    folder = site / "site/labs/coin_again"
    html = article(built(site, PAGE))
    targets = [one for one in re.findall(r'(?:href|src)="([^"#:]+)"', html) if one]
    assert {"../coin_again.zip", "../../chapters/01-coins/"} <= set(targets)
    assert [target for target in targets if not (folder / target).exists()] == []
    assert (site / "site/labs/coin_again.zip").read_bytes() == assemble(site, Options()).labs[0].archive
    assert 'href="../../labs/coin_again/#count"' in built(site, "chapters/02-more/index.html")


def test_headings_give_a_table_of_contents_and_the_search_an_entry_each(site):
    html = built(site, PAGE)
    for anchor in ("count", "draw"):
        assert f'href="#{anchor}" class="md-nav__link"' in html
        assert f'<h2 id="{anchor}">' in html
    index = json.loads(built(site, "search/search_index.json"))["docs"]
    found = {one["location"]: one["text"] for one in index if one["location"].startswith("labs/")}
    assert list(found) == ["labs/coin_again/", "labs/coin_again/#count", "labs/coin_again/#draw"]
    assert found["labs/coin_again/#count"].count("from pathlib import Path") == 1
    assert "Regenerate" not in "".join(found.values())


def test_the_pencil_leads_to_what_was_written(site):
    assert "edit/main/docs/../chapters/labs/coin_again.py" in built(site, PAGE)


def test_the_navigation_lists_it(site):
    assert 'href="labs/coin_again/"' in built(site, "index.html")


def test_building_twice_gives_the_same_page(site, tmp_path):
    assert mkdocs(site, site=tmp_path / "again").returncode == 0
    assert (tmp_path / "again" / PAGE).read_bytes() == (site / "site" / PAGE).read_bytes()


def test_without_mkdocs_jupyter_the_build_says_what_it_lacks(lab_course):
    edit(lab_course, "mkdocs.yml", "  - mkdocs-jupyter: {include: [labs/*.ipynb], cache: false}\n", "")
    done = mkdocs(lab_course)
    assert done.returncode == 1
    assert "mkdocs.yml:1:1: broken-page: labs need the plugin mkdocs-jupyter; add it to plugins" in done.stderr


def test_a_broken_lab_stops_the_build(lab_course):
    edit(lab_course, "chapters/labs/coin_again.py", "Predict first", "<script>x</script>")
    done = mkdocs(lab_course)
    assert done.returncode == 1
    assert "chapters/labs/coin_again.py:4:3: unsafe-html" in done.stderr
    assert "chapters/labs/coin_again.py:1:1: stale-evidence" in done.stderr


def test_other_engines_get_markdown(lab_course, tmp_path):
    out = tmp_path / "out"
    done = CliRunner().invoke(cli.main, ["--root", str(lab_course), "compile", "--out", str(out)])
    assert done.exit_code == 0, done.output
    (page,) = assemble(lab_course, Options()).labs
    made = render.page((out / "labs/coin_again.md").read_text("utf-8"))
    assert list(check.check_lab(page, made)) == []
    assert (out / "labs/coin_again.zip").is_file()
