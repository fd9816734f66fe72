"""Whatever a writer saves, there is a page or there are problems with a place; never a traceback."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from coursebook.publish import check, lint, render
from coursebook.publish.compile import Setting
from coursebook.publish.compile import compile as compile_page
from coursebook.text import Text

LINES = [
    *"---;title: T;objectives:;  a: b;# T;## {{ coin.flips }};```;~~~ plotly title=x;```plotly;{;}".split(";"),
    '{"data": [{"x": [1], "y": [2]}]}', "$$", "$a", "b$", "$", "{{ coin.flips", "}}", "{{? 1 < 2 }}", "{{ 1/0 }}", "{{ 10**999 }}", "[@doe2024", "; @x]", "[@doe2024]",
    "![a](evidence:coin/running)", "![a](evidence:doe2024/coins)", "/// question | Q", "//// question | Q", "    id: a", "    id: b", "    answer: 5", '    answer: "= coin.share"',
    "- [x] a", "- [ ] {{ 5 }}: b", "    > f", "///", "////", "/// answer", "| a | b |", "|---|---|", "> q", "!!! note", "    text", "<div>", "</div>", "<!--", "-->", "<b", "{ #x }",
    "[a]: b", "[a](b)", "[^1]", "[^1]: n", "57.5 %", "\\", "\x00", "\r", "\u2028", "\ufeff", "\ue000", "\ue0000\ue001", "é", "---", "===", "",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=12), max_size=16), st.sampled_from(["\n", " ", ""]))
@example(["---", "title: T", "---", "{{ coin.flips }}"], "\n")
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_page_or_has_problems_in_it(library, lines, between):
    content = between.join(lines)
    page = compile_page(Text("chapters/a.md", content), library, Setting("chapters/a.md"))
    problems = [*page.problems, *lint.lint(page, frozenset()), *lint.lint_all([page], [])]
    count = content.count("\n") + 1
    assert all(1 <= problem.line <= count and problem.column >= 1 and problem.message for problem in problems)
    if not problems:
        found = [
            problem.message
            for problem in check.check(page, f"<head><title>{page.markdown[:200]}</title></head>{render.page(page.markdown)}")
        ]
        assert not [message for message in found if "lacks what" in message]
