"""What every page of the built course promises its reader."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from pages import CHAPTERS, PAGES

LIMIT = 220_000
"""Bytes of a page before interaction, gzipped. A third of them is the theme's search index, which grows with the course."""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_nobody_else_breaks_no_policy_and_is_light(visit, address, path):
    seen = visit()
    seen.open(path)
    assert seen.hosts == {address.split("/")[2]}
    assert seen.faults == []
    assert 0 < seen.weight < LIMIT


@pytest.mark.parametrize("path", PAGES)
def test_a_page_carries_a_policy_without_inline_scripts(visit, path):
    page = visit().open(path)
    policy = page.get_attribute('meta[http-equiv="Content-Security-Policy"]', "content")
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe-inline" not in scripts
    assert "unsafe-eval" not in scripts
    assert "http" not in scripts


def test_the_policy_holds_an_injected_script_does_not_run(visit):
    page = visit().open(CHAPTERS[0])
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.injected = 1'}))")
    assert page.evaluate("window.injected") is None


REACHABLE = """() => [...document.querySelectorAll("pre > code")].every(
    code => code.scrollWidth <= code.clientWidth || code.tabIndex == 0)"""
"""The theme has seen which blocks of code scroll, and has let the keyboard reach them."""


OFTEN = (CHAPTERS[0], CHAPTERS[-1], "small-model/", "review/", "interview/", "exam/", "assign/")
"""Pages that are looked at on every push; the others are in the soak."""
LOOKS = [
    pytest.param(
        path, dark, id=f"{path}-{'dark' if dark else 'light'}", marks=[] if path in OFTEN and not dark else [pytest.mark.soak]
    )
    for path in PAGES
    for dark in (False, True)
]
assert set(OFTEN) <= set(PAGES)


@pytest.mark.parametrize(("path", "dark"), LOOKS)
def test_axe_finds_nothing(visit, path, dark):
    page = visit(dark=dark).open(path)
    page.wait_for_function(REACHABLE)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]] == []


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.soak)], ids=["script", "no script"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_narrow_phone(visit, path, script):
    page = visit(width=320, script=script).open(path)
    wide = (
        page.evaluate("document.documentElement.scrollWidth")
        if script
        else page.locator("html").evaluate("node => node.scrollWidth")
    )
    assert wide <= 320


@pytest.mark.parametrize("path", CHAPTERS)
def test_each_receipt_stands_once_and_each_number_opens_one(visit, path):
    page = visit().open(path)
    receipts = page.locator(".cb-receipt").evaluate_all("nodes => nodes.map(node => node.id)")
    opened = page.locator("[popovertarget]").evaluate_all("nodes => nodes.map(node => node.getAttribute('popovertarget'))")
    assert len(receipts) == len(set(receipts)) > 0
    assert set(opened) <= set(receipts)


@pytest.mark.parametrize("path", CHAPTERS)
def test_numbers_in_headings_titles_and_contents_are_plain(visit, path):
    page = visit().open(path)
    assert page.locator(":is(h1, h2, h3, h4, h5, h6, .md-nav, title, legend, label) .cb-value").count() == 0


@pytest.mark.parametrize("kind", ["measured", "cited", "derived", "assumed"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_receipt_of_each_kind_opens_by_keyboard(visit, script, kind):
    seen = visit(script=script)
    for path in CHAPTERS:
        page = seen.open(path)
        number = page.locator(f"article p .cb-value.cb-{kind}:visible").first
        if number.count():
            break
    receipt = page.locator(f"#{number.get_attribute('popovertarget')}")
    assert not receipt.is_visible()
    number.focus()
    page.keyboard.press("Enter")
    assert receipt.is_visible()
    assert len(receipt.inner_text()) > 20
    page.keyboard.press("Escape")
    assert not receipt.is_visible()


@pytest.mark.parametrize("path", CHAPTERS)
@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["light", "dark"])
def test_each_figure_is_a_still_with_a_text_and_its_data(visit, path, dark):
    page = visit(dark=dark).open(path)
    for figure in page.locator("figure.cb-figure").all():
        figure.scroll_into_view_if_needed()
        shown = figure.locator("img:visible")
        assert shown.count() == 1
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=shown.element_handle())
        assert (".dark." in shown.get_attribute("src")) is dark
        assert len(shown.get_attribute("alt")) > 20
        figure.locator("summary").click()
        assert figure.locator("table tbody tr").count() > 0


@pytest.mark.parametrize("path", CHAPTERS)
def test_figures_show_without_scripts(visit, path):
    page = visit(script=False).open(path)
    for figure in page.locator("figure.cb-figure").all():
        figure.scroll_into_view_if_needed()
        assert figure.locator("img:visible").count() == 1
        figure.locator("summary").click()
        assert figure.locator("table").is_visible()


@pytest.mark.parametrize("path", CHAPTERS)
def test_plotly_comes_on_activation_and_never_before(visit, address, path):
    seen = visit()
    page = seen.open(path)
    assert not [url for url in seen.responses if "plotly" in url]
    for figure in page.locator("figure.cb-figure").all():
        figure.get_by_role("button", name=re.compile("Explore")).click()
        figure.locator(".js-plotly-plot .main-svg").first.wait_for()
    figures = page.locator("figure.cb-figure").count()
    assert len([url for url in seen.responses if "plotly" in url]) == min(1, figures)
    assert seen.faults == []
    assert seen.hosts == {address.split("/")[2]}


def test_the_search_index_holds_the_text_and_no_receipt(site):
    index = (site / "search" / "search_index.json").read_text("utf-8")
    assert "returns" in index
    assert "cb-receipt" not in index
    assert "typed twice from the source, reviewed again by" not in index
