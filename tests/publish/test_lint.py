"""What a compiled page may still get wrong, beyond the examples in tests/cases/problems/."""

import re

import pytest

from coursebook.publish import lint


@pytest.fixture
def linted(compiled):
    """linted(chapter, ...) -> problems over several chapters, as text"""

    def run(*contents, files=("index.md", "assets/local.png")):
        pages = [compiled(content, f"chapters/0{number}-page.md") for number, content in enumerate(contents, 1)]
        found = [problem for page in pages for problem in lint.lint(page, frozenset())] + list(lint.lint_all(pages, files))
        return [str(problem).removeprefix("chapters/") for problem in found]

    return run


QUESTION = "/// question | Q\n    id: {0}\n\n- [x] a\n    > b\n\n///\n"


def test_two_questions_in_two_chapters_may_not_share_an_id(linted):
    content = "# T\n\n" + QUESTION.format("same")
    assert linted(content, content) == [
        "02-page.md:3:1: duplicate-id: 'same' is also in chapters/01-page.md:3; choose another id"
    ]
    assert linted(content, content.replace("same", "other")) == []


@pytest.mark.parametrize(
    "link",
    [
        "[a](02-page.md)",
        "[a](02-page.md#a-heading)",
        "[a](02-page.md#own)",
        '[a](./02-page.md "title")',
        "[a](../index.md)",
        "[a](../index.md#whatever-it-has)",
        "![a](../assets/local.png)",
        "[a](#t)",
        "[a](#fig-coin-running)",
        "[a](#q-ask)",
        "[a](#references)",
        "[a](#flips-40-in-all)",
        "[a](https://example.org/gone)",
        "[a](/absolute)",
        "`[a](gone.md)`",
    ],
)
def test_a_link_to_what_exists_passes(linted, link):
    figures = "![Heads](evidence:coin/running)\n\n[@doe2024]\n\n## Flips: {{ coin.flips }} in *all*\n\n" + QUESTION.format(
        "ask"
    )
    assert linted(f"# T\n\n{link}\n\n{figures}", "# Second\n\n## A heading\n\n### Other { #own }\n") == []


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ("[a](03-page.md)", "'03-page.md' leads to no file; did you mean '02-page.md'?"),
        ("[a](index.md)", "'index.md' leads to no file; did you mean '../index.md'?"),
        ("![a](../assets/lokal.png)", "'../assets/lokal.png' leads to no file; did you mean '../assets/local.png'?"),
        ("[a](02-page.md#a-headin)", "'chapters/02-page.md' has no heading '#a-headin'; did you mean 'a-heading'?"),
        ("[a](#second)", "'chapters/01-page.md' has no heading '#second'"),
        (
            "[a](evidence:coin/running)",
            "'evidence:coin/running' is shown, not linked to; ![What the reader should see](evidence:...)",
        ),
    ],
)
def test_a_link_to_nothing_is_an_error_where_it_stands(linted, link, complaint):
    assert linted(f"# T\n\n{{{{ coin.flips }}}} and {link}\n", "# Second\n\n## A heading\n") == [
        f"01-page.md:3:22: broken-link: {complaint}"
    ]


def test_numbers_are_judged_in_prose_alone(linted):
    assert (
        linted(
            "---\ntitle: T\nweight: 57.5 %\n---\n# T\n\n`57.5 %` $57.5 %$ {{ 57.5 }} % <!-- 57.5 % -->\n\n```\n57.5 %\n```\n\n"
            '/// question | Q\n    id: q\n    answer: 57.5\n    tolerance: {abs: 2.5}\n\nHow many?\n\n///\n\n```plotly title="T"\n'
            '{"data": [{"x": [1], "y": [57.5]}]}\n```\n'
        )
        == []
    )


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("Heads in 57.5 % of them.", "3:10"),
        ("{{ coin.flips }} flips, 57.5 % heads.", "3:25"),
        ("- item\n- 57.5 % heads", "4:3"),
        ("> a quote: 57.5 % heads", "3:12"),
        ("| a |\n|---|\n| 57.5 % |", "5:3"),
        ("![57.5 % heads](evidence:coin/running)", "3:3"),
        ("## 57.5 % heads", "3:4"),
        ("/// question | 57.5 % heads?\n    id: q\n\n- [x] a\n    > b\n\n///", "3:16"),
        ("/// question | Q\n    id: q\n\n- [x] 57.5 % heads\n    > b\n\n///", "6:7"),
        ("/// question | Q\n    id: q\n\n- [x] a\n    > 57.5 % heads\n\n///", "7:7"),
        ("[57.5 % heads](../index.md)", "3:2"),
    ],
)
def test_a_naked_number_is_found_wherever_a_reader_would_see_it(linted, content, place):
    assert [re.sub(r": '.*", "", problem) for problem in linted(f"# T\n\n{content}\n")] == [f"01-page.md:{place}: naked-number"]


def test_a_naked_number_in_the_front_matter_is_found(linted):
    assert [problem[:16] for problem in linted("---\ntitle: Heads in 57.5 % of them\n---\n# T\n")] == ["01-page.md:2:17:"]


def test_an_objective_must_be_listed(linted):
    question = QUESTION.format("q").replace("id: q", "id: q\n    objective: count")
    listed = "---\nobjectives:\n  count: Count heads\n---\n# T\n\n"
    assert linted(listed + question) == []
    assert linted("# T\n\n" + question) == [
        "01-page.md:3:1: unknown-objective: no objective 'count'; list it in the front matter under objectives"
    ]


@pytest.mark.parametrize(
    "line",
    ["[" * 50_000, "](" + "a" * 50_000, "](" + " " * 50_000, "# {" + "#a" * 25_000, "{ style" + " " * 50_000, "![" * 25_000],
)
def test_a_hostile_line_is_read_once(compiled, line):
    """With patterns that backtrack, one such line would take minutes."""
    page = compiled(f"# T\n\n{line}\n")
    list(lint.broken_links(page, {page.uri: lint.headings(page)}, frozenset()))
    list(lint._written(page))  # noqa: SLF001  (without making the page: Markdown itself is slow on such lines)
