"""The built HTML, read and held against the ledger; and the policy that is put into it."""

import base64
import hashlib
import re

import pytest

from coursebook.publish import check, render

CHAPTER = """\
---
title: Coins
description: Heads in {{ coin.share }} %
---

# Coins and {{ coin.flips }} flips

We saw {{ coin.share }} % heads, {{ 100 - coin.share }} % tails {{? coin.share > 50 }} [@doe2024, table 1].

![Heads settle in {{ coin.flips }}](evidence:coin/running)

![Two coins](evidence:doe2024/coins)

`{{ literal }}` and

```text
/// question
{{ x }} [@doe2024] evidence:coin/running
```

/// question | Which?
    id: which

- [x] {{ coin.many }}
    > Because.

///
"""
SHELL = '<!doctype html><html><head><meta charset="utf-8"><meta name="description" content="Heads in 57.5 %"></head><body>{}</body></html>'


@pytest.fixture
def page(compiled):
    return compiled(CHAPTER)


@pytest.fixture
def html(page):
    return SHELL.format(render.page(page.markdown))


def problems(page, html):
    return [str(problem).removeprefix("chapters/01-coins.md:") for problem in check.check(page, html)]


def test_a_whole_page_has_no_problem(page, html):
    assert problems(page, html) == []


REMOVED = {
    "a measured number": ("57.5</button>", "</button>", "3:23: broken-page: the built page lacks value 'coin.share'"),
    "a number that changed": (
        "42.5</button>",
        "42</button>",
        "8:34: broken-page: the built page lacks value '100 - coin.share'",
    ),
    "a number within another": (
        "42.5</button>",
        "142.55</button>",
        "8:34: broken-page: the built page lacks value '100 - coin.share'",
    ),
    "a number in a heading": (
        "Coins and 40 flips",
        "Coins and flips",
        "6:13: broken-page: the built page lacks value 'coin.flips'",
    ),
    "a number in an alt text": (
        "Heads settle in 40",
        "Heads settle",
        "10:19: broken-page: the built page lacks value 'coin.flips'",
    ),
    "a number in the description": ("Heads in 57.5 %", "Heads", "3:23: broken-page: the built page lacks value 'coin.share'"),
    "a number in a question": ("12,345", "12,34", "24:7: broken-page: the built page lacks value 'coin.many'"),
    "a receipt": (
        'id="cb-r-coin-share"',
        'id="gone"',
        "1:1: broken-page: a number opens 'cb-r-coin-share', which is not on the page",
    ),
    "the receipt of an expression": (
        r'id="cb-d-\w+"',
        'id="gone"',
        "8:34: broken-page: the built page lacks what '100 - coin.share' rests on",
    ),
    "a claim and its receipt": (
        r'<div popover class="cb-receipt" id="cb-c-.*?</div>',
        "",
        "8:65: broken-page: the built page lacks what 'coin.share > 50' rests on",
    ),
    "a reference": ('id="ref-doe2024"', "", "8:88: broken-page: the built page lacks what '@doe2024, table 1' rests on"),
    "a figure": ('id="fig-coin-running"', "", "10:1: broken-page: the built page lacks figure 'coin/running'"),
    "a table": ('id="fig-doe2024-coins"', "", "12:1: broken-page: the built page lacks table 'doe2024/coins'"),
    "a question": ('id="q-which"', "", "21:1: broken-page: the built page lacks question 'which'"),
}


@pytest.mark.parametrize(("part", "instead", "complaint"), REMOVED.values(), ids=REMOVED)
def test_whatever_is_missing_is_found(page, html, part, instead, complaint):
    broken = (
        re.sub(part, instead, html, count=1, flags=re.DOTALL)
        if part.startswith(("id=", "<div"))
        else html.replace(part, instead)
    )
    assert broken != html
    assert complaint in problems(page, broken)


LEFTOVERS = ["{{ coin.flips }}", "}}", "/// question | Q", "///", "[@doe2024]", "evidence:coin/running", "\ue0003\ue001"]


@pytest.mark.parametrize("left", LEFTOVERS)
def test_markup_that_should_have_been_compiled_is_found(page, html, left):
    assert [
        problem
        for problem in problems(page, html.replace("</body>", f"<p>\n{left}\n</p></body>"))
        if "which should have been compiled" in problem
    ]


@pytest.mark.parametrize("left", LEFTOVERS)
@pytest.mark.parametrize("tag", ["code", "pre", "textarea", "script", "style"])
def test_inside_code_it_is_not(page, html, left, tag):
    assert problems(page, html.replace("</body>", f"<{tag}>\n{left}\n</{tag}></body>")) == []


@pytest.mark.parametrize("text", ["https://example.org/// x", "a // b", "{ { } }", "mail@doe2024", "evidence: none", "[x@doe]"])
def test_text_that_only_resembles_markup_passes(page, html, text):
    assert problems(page, html.replace("</body>", f"<p>see {text}</p></body>")) == []


@pytest.mark.parametrize(
    ("element", "complaint"),
    [
        ("<p onclick='x()'>x</p>", "<p onclick>"),
        ("<a href=' JavaScript:x()'>x</a>", "<a href>"),
        ("<img src='https://example.org/x.png'>", "<img src=https://example.org/x.png>"),
        ("<script src='//example.org/x.js'></script>", "<script src=//example.org/x.js>"),
    ],
)
def test_what_would_run_or_load_from_elsewhere_is_found(page, html, element, complaint):
    assert problems(page, html.replace("</body>", f"{element}</body>")) == [
        f"1:1: unsafe-html: the built page holds {complaint}"
    ]


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("chapters/01-coins.md", "chapters/01-coins/index.html"),
        ("chapters/01-coins.md", "chapters/01-coins.html"),
        ("index.md", "index.html"),
        ("a/index.md", "a/index.html"),
    ],
)
def test_a_site_is_checked_page_by_page_wherever_the_engine_put_them(tmp_path, compiled, html, uri, place):
    page = compiled(CHAPTER, uri=uri)
    assert [problem.message for problem in check.check_site(tmp_path, [page])] == ["the build made no page of it"]
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SHELL.format(render.page(page.markdown)), "utf-8")
    assert check.check_site(tmp_path, [page]) == []


def hash_of(script):
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_every_page_gets_a_policy_that_allows_the_inline_scripts_of_all_and_no_others(tmp_path):
    scripts = ["alert('é')", "\nlet a = 1 < 2;\n", "x()"]
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(
        f"<html><head><meta charset=utf-8><script>{scripts[0]}</script></head><body></body></html>", "utf-8"
    )
    (tmp_path / "a/index.html").write_text(
        f'<html><head lang="en"><title>T</title></head><body><script async>{scripts[1]}</script><SCRIPT>{scripts[2]}</SCRIPT>'
        '<script src="a.js"></script><script type="application/json">{"a": 1}</script></body></html>',
        "utf-8",
    )
    policy = check.secure(tmp_path)
    assert sorted(re.findall(r"'sha256-[^']*'", policy)) == sorted(map(hash_of, scripts))
    assert "script-src 'self' 'sha256" in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"script-src[^;]*unsafe-inline", policy)
    for file in tmp_path.rglob("*.html"):
        assert file.read_text("utf-8").count(f'<meta http-equiv="Content-Security-Policy" content="{policy}">') == 1
    assert (tmp_path / "index.html").read_text("utf-8").startswith("<html><head><meta charset=utf-8><meta http-equiv=")


def test_a_second_run_changes_nothing(tmp_path):
    (tmp_path / "index.html").write_text("<html><head></head><body><script>x()</script></body></html>", "utf-8")
    policy = check.secure(tmp_path)
    content = (tmp_path / "index.html").read_bytes()
    assert check.secure(tmp_path) == policy
    assert (tmp_path / "index.html").read_bytes() == content
