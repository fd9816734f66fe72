"""Markdown and maths to HTML, for the pieces that are laid out here."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursebook.publish import render


def test_a_block_keeps_its_paragraphs_and_an_inline_piece_has_none():
    assert render.block("a\n\n*b*") == "<p>a</p>\n<p><em>b</em></p>"
    assert render.inline("a *b*") == "a <em>b</em>"
    assert render.inline("a\n\nb") == "<p>a</p>\n<p>b</p>"
    assert render.block("") == ""


def test_pieces_know_tables_lists_and_fenced_code():
    assert "<table>" in render.block("| a |\n|---|\n| b |")
    assert render.block("- a\n- b").count("<li>") == 2
    assert "&lt;b&gt;" in render.block("```\n<b>\n```")


def test_tokens_pass_through():
    assert render.inline("\ue0003\ue001 of *\ue0004\ue001*") == "\ue0003\ue001 of <em>\ue0004\ue001</em>"


def test_one_piece_leaves_nothing_behind_for_the_next():
    assert render.block("[a][1]\n\n[1]: https://example.org").startswith("<p><a")
    assert "<a" not in render.block("[a][1]")


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("p^n", "<msup><mi>p</mi><mi>n</mi></msup>"),
        (r"\frac{a}{b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
        ("1 < 2", "<mn>1</mn><mo>&#60;</mo><mn>2</mn>"),
        ("a * b", "<mi>a</mi><mo>&#42;</mo><mi>b</mi>"),
        (r"\text{pass@}k", "<mtext>pass&#64;</mtext><mi>k</mi>"),
        ("a - b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
    ],
)
def test_maths_is_mathml_with_its_source_as_alternative(latex, expected):
    made = render.maths(latex, display=False)
    assert expected in made
    assert 'display="inline"' in made
    assert re.search(r'^<span class="cb-maths"><math [^>]*alttext="[^"]+"', made)
    assert render.maths(latex, display=True).startswith('<div class="cb-maths"><math ')


@pytest.mark.parametrize(
    "latex",
    [
        "",
        "{",
        "}",
        r"\frac{1",
        r"\text{a}}",
        "^",
        "_",
        "a^b^c",
        r"\left(",
        r"\right)",
        r"\begin{array}",
        r"\sqrt",
        "{" * 3000,
        r"\href{x}{y}",
        r"\newcommand{\a}{b}\a",
    ],
)
def test_faulty_latex_is_a_value_error_and_nothing_else(latex):
    with pytest.raises(ValueError, match=r"\w"):
        render.maths(latex, display=False)


@given(st.text(alphabet="\\{}^_&$abftrc[]()<>*`| 12\n", max_size=30), st.booleans())
def test_any_latex_is_mathml_or_a_value_error(latex, display):
    try:
        made = render.maths(latex, display)
    except ValueError:
        return
    assert not set("*_`[]|~$") & set(re.sub(r"&#\d+;|<[^>]*>|cb-maths", "", made)), "a mark that Markdown would read"


def test_maths_survives_markdown_between_marks_of_its_own():
    html = render.page(
        render.with_maths("a $x_1 * y_2 * z_3$ *b* $[a](b)$ `$c$`\n\n| $a|b$ | c |\n|---|---|\n| $\\{d\\}$ | e |")
    )
    assert html.count("<math") == 4
    assert html.count("<em>") == 1
    assert "<a " not in html
    assert "<code>$c$</code>" in html


def test_faulty_maths_stays_readable_as_code():
    assert render.page(render.with_maths(r"a $\frac{<b>$ c")) == "<p>a <code>&#92;frac&#123;&#60;b&#62;</code> c</p>"


def test_a_dollar_sign_that_is_meant_is_one():
    assert render.inline(r"\$5 and \$6, `\$7`") == "&#36;5 and &#36;6, <code>\\$7</code>"


def test_a_page_leaves_its_front_matter_out():
    assert render.page("---\ntitle: x\n---\n# T") == '<h1 id="t">T</h1>'
