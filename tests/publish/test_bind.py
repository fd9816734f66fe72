"""Syntax to spans to values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursebook.publish.bind import TOKEN, Cite, Claim, Faulty, Printed, bind
from coursebook.text import Text
from coursebook.values import Figure


def shown(binding):
    """The text as a reader of plain text sees it."""
    return binding.plain(binding.content)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("{{ coin.flips }}", "40"),
        ("{{coin.flips}}", "40"),
        ("{{ coin.share }}", "57.5"),
        ("{{ coin.share:.0f }}", "58"),
        ("{{ coin.share : .2f }}", "57.50"),
        ("{{ coin.share:.1e }}", "5.8e+1"),
        ("{{ coin.many }}", "12,345"),
        ("{{ coin.many:.0f }}", "12345"),
        ("{{ coin.loss }}", "−2.5"),
        ("{{ doe2024.sure }}", "more than 97"),
        ("{{ doe2024.band }}", "45–55"),
        ("{{ doe2024.roughly }}", "about 20"),
        ("{{ 100 - coin.share }}", "42.5"),
        ("{{ 100 - doe2024.sure }}", "less than 3"),
        ("{{ coin.flip[1] }}", "2"),
        ("{{ coin.running[-1] }}", "66.7"),
        ("{{ len(coin.flip) }}", "3"),
        ("{{ doe2024.coins.share[1]:.0f }}", "50"),
        ("{{ 47.3 }}", "47.3"),
        ("{{ 2 ** 10 }}", "1,024"),
        ("{{\n  coin.flips\n}}", "40\n\n"),
    ],
)
def test_braces_print_a_value_with_its_own_format_or_the_one_that_is_asked_for(bound, written, printed):
    binding = bound(f"We saw {written} of them.")
    assert shown(binding) == f"We saw {printed} of them."
    assert binding.problems == []


@pytest.mark.parametrize(
    ("written", "kind", "uses"),
    [
        ("{{ coin.flips }}", "measured", ["coin.flips"]),
        ("{{ doe2024.share }}", "cited", ["doe2024.share"]),
        ("{{ coin.share - doe2024.share }}", "derived", ["coin.share", "doe2024.share"]),
        ("{{ 2 * coin.share }}", "derived", ["coin.share"]),
        ("{{ 47.3 }}", "assumed", []),
        ("{{ made_up.share }}", "assumed", ["made_up.share"]),
        ("{{ coin.share - made_up.share }}", "assumed", ["coin.share", "made_up.share"]),
    ],
)
def test_a_printed_number_knows_its_kind_and_what_it_names(bound, written, kind, uses):
    (span,) = bound(written).spans
    assert isinstance(span, Printed)
    assert (span.result.kind, [value.id for value in span.result.values]) == (kind, uses)


@pytest.mark.parametrize(
    "escaped",
    [
        r"{{ coin.running\[0\] }}",
        r"{{ coin\.running[0] }}".replace("\\.", "."),
        r"{{ 2 \* coin.share }}",
        r"{{ made\_up.share }}",
    ],
)
def test_the_backslashes_of_formatters_are_taken_back(bound, escaped):
    binding = bound(escaped)
    assert binding.problems == []
    assert isinstance(binding.spans[0], Printed)


@pytest.mark.parametrize(
    "literal",
    [
        "`{{ coin.flips }}`",
        "```\n{{ coin.flips }}\n```",
        "~~~ yaml\n{{ coin.flips }} [@doe2024]\n~~~",
        "${{ coin.flips }}$",
        "<!-- {{ unknown.value }} [@nobody2000] ![x](evidence:coin/running) -->",
        "`[@doe2024]` and `![x](evidence:coin/running)`",
        r"\{{ coin.flips }}",
    ],
)
def test_code_maths_and_comments_are_left_alone(bound, literal):
    binding = bound(literal)
    assert binding.content == literal
    assert (binding.spans, binding.embeds) == ([], [])


def test_a_claim_holds_or_is_a_problem_at_its_own_place(bound):
    binding = bound("Mostly heads. {{? coin.share > 50 }} Mostly tails.\n{{? coin.share < 50 }}")
    assert [type(span) for span in binding.spans] == [Claim, Faulty]
    assert list(map(str, binding.problems)) == [
        "chapters/01-coins.md:2:1: false-claim: 'coin.share < 50' is false: coin.share is 57.5; mend the sentence, or the comparison"
    ]


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("{{ coin.flipz }}", "3:4: unknown-value: no value 'coin.flipz'; did you mean 'coin.flips'?"),
        ("{{ 1 + coin.flipz }}", "3:8: unknown-value: no value 'coin.flipz'; did you mean 'coin.flips'?"),
        ("é {{  coin.flip[9] }}", "3:7: unknown-value: 'coin.flip' has rows 0 to 2, not 9"),
        ("{{ coin.flips: .z }}", "3:15: bad-expression: '.z' is no format; as in Python: .1f, .0f, .2e"),
        ("{{ }}", "3:3: bad-expression: nothing stands between the braces"),
        ("a {{ coin.flips", "3:3: bad-expression: '{{' without its '}}'; as text: `{{` between backticks"),
        (
            "<b title='{{ coin.flips }}'>",
            "3:1: bad-expression: a number inside a tag is not bound; put it in the text, or write Markdown",
        ),
        ("a [@doe2025, p. 1]", "3:3: unknown-source: no source 'doe2025'; did you mean 'doe2024'?"),
        ("![x](evidence:coin/runing)", "3:1: unknown-figure: no figure 'coin/runing'; did you mean 'coin/running'?"),
        (
            "![](evidence:coin/running)",
            "3:1: missing-alt: 'coin/running' has no text for those who cannot see it; ![What the reader should see](evidence:...)",
        ),
        ("a \ue000 b", "3:3: bad-expression: a private-use character; delete it"),
    ],
)
def test_a_fault_is_reported_where_it_stands(bound, written, complaint):
    binding = bound(f"First {{{{ coin.flips }}}} of all.\n\n{written}")
    assert list(map(str, binding.problems)) == [f"chapters/01-coins.md:{complaint}"]


def test_lines_are_counted_with_the_front_matter_and_with_spans_of_several_lines(bound):
    content = "---\ntitle: T\n---\n\n# T\n\n{{\ncoin.flips\n}} and {{ coin.share }} and {{ x.y }}\n{{ z.z }}\n\n{{ z.z }}"
    binding = bound(content)
    assert [(problem.line, problem.column) for problem in binding.problems] == [(9, 32), (10, 4), (12, 4)]
    assert [content[span.start :].startswith("{{") for span in binding.spans] == [True] * 5


def test_every_offset_of_the_tokenised_text_leads_back_to_its_character(bound):
    content = "a {{ coin.flips }} b [@doe2024] c\nd {{\n? 1 < 2 }} e {{ coin.share }}{{ 5 }} f"
    binding = bound(content)
    for offset, character in enumerate(binding.content):
        if character in "abcdef":
            assert content[binding.origin(offset)] == character
    assert binding.content.count("\n") == content.count("\n")


def test_numbers_in_the_front_matter_are_plain_text(bound):
    binding = bound("---\ntitle: After {{ coin.flips }} flips\n---\n# T")
    assert shown(binding).startswith("---\ntitle: After 40 flips\n---")


def test_citations_know_their_works_and_locators(bound):
    binding = bound("As [@doe2024, section 3; @doe2024] say.")
    (cite,) = binding.spans
    assert isinstance(cite, Cite)
    assert cite.works == (("doe2024", "section 3"), ("doe2024", ""))
    assert cite.plain == "(doe2024, section 3; doe2024)"


@pytest.mark.parametrize(
    "text", ["[@doe2024](x.md)", "[@doe2024][1]", "![@doe2024](x.png)", "mail@doe2024", "[doe@x.org]", "x[@doe2024]"]
)
def test_what_only_looks_like_a_citation_is_left_alone(bound, text):
    assert bound(text).spans == []


def test_an_image_of_evidence_is_a_figure_or_a_table_and_its_alt_text_may_hold_numbers(bound):
    binding = bound(
        "![Heads in {{ coin.flips }} flips [mostly]](evidence:coin/running)\n\n![Two coins](evidence:doe2024/coins)"
    )
    first, second = binding.embeds
    assert (binding.plain(first.alt), first.target, first.assumed) == ("Heads in 40 flips [mostly]", "coin/running", False)
    assert second.shown.title == "heads by coin"


PLOT = '{"data": [{"x": [1, 2], "y": [3, 4]}]}'


def test_a_fenced_plotly_block_is_a_figure_of_assumed_data(bound):
    binding = bound(f"```plotly title=\"Made up\"\n{PLOT}\n```\n\n~~~ {{ .plotly title='Again' }}\n{PLOT}\n~~~")
    assert binding.problems == []
    assert [(embed.alt, embed.target, embed.assumed) for embed in binding.embeds] == [
        ("Made up", "assumed-1", True),
        ("Again", "assumed-2", True),
    ]


FAULTY_PLOTS = [
    "{",
    "[]",
    "3",
    "{}",
    '{"data": []}',
    '{"data": [1]}',
    '{"data": [{"x": 5}]}',
    '{"data": [{"x": [[1]], "y": [2]}]}',
    '{"data": [{"x": [1, 2], "y": [1]}]}',
    '{"data": [{"x": [1], "y": [NaN]}]}',
    '{"data": [{"x": [1], "y": [Infinity]}]}',
    '{"data": [{"x": [1], "y": [1], "error_y": 3}]}',
    '{"data": [{"x": [1], "y": [1], "error_y": {"array": [1, 2]}}]}',
    '{"data": [{"x": [1], "y": ["a"], "error_y": {"array": [1]}}]}',
    '{"data": [{"type": 3, "x": [1], "y": [1]}]}',
    '{"data": [{"type": "heatmap", "z": [[1], [1, 2]]}]}',
    '{"data": [{"type": "heatmap", "z": 4}]}',
    '{"data": [{"type": "heatmap"}]}',
    '{"data": [{"type": "scatter"}]}',
    '{"data": [{"x": [1], "y": [1]}], "layout": 3}',
    '{"data": [{"x": [1], "y": [1]}], "layout": {"xaxis": 3}}',
    '{"data": [{"x": [1], "y": [1]}], "layout": {"width": "wide"}}',
    '{"data": [{"x": [1], "y": [1]}], "config": {}}',
    "[" * 3000,
]


@pytest.mark.parametrize("plot", FAULTY_PLOTS, ids=lambda plot: plot[:60])
def test_json_that_is_no_figure_is_a_problem_and_no_figure(compiled, plot):
    page = compiled(f'# T\n\n```plotly title="Made up"\n{plot}\n```\n')
    assert [problem.rule for problem in page.problems] == ["bad-block"]
    assert page.assumed == {}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["data", "layout", "x", "y", "z", "type", "error_y", "array", "xaxis", "title", "text", "name"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_in_a_plotly_block_is_a_figure_or_a_problem(library, data):
    import json

    from coursebook.publish import figures

    content = f'```plotly title="T"\n{json.dumps({"data": [data], "layout": data})}\n```'
    binding = bind(Text("a.md", content), library, Figure)
    assert binding.problems or [
        figures.as_csv(embed.shown) + figures.markdown(embed, "", "", "a.md") for embed in binding.embeds
    ]


@given(st.text(alphabet="{}?[]@!():;`$<>\\ \n\t.-+*/0123abcoinflps\ue000\ue001", max_size=120))
def test_no_text_makes_binding_fail(library, content):
    binding = bind(Text("a.md", content), library, Figure)
    assert all(int(match[1]) < len(binding.spans) for match in TOKEN.finditer(binding.content))
    assert all(1 <= problem.line <= content.count("\n") + 1 for problem in binding.problems)


def test_braces_end_with_their_paragraph(bound):
    binding = bound("# T\n\nA {{ coin.flips\n\n/// question | Q\n///\n\n{{ coin.flips }} and {{\ncoin.flips\n}}")
    assert [str(problem) for problem in binding.problems] == [
        "chapters/01-coins.md:3:3: bad-expression: '{{' without its '}}'; as text: `{{` between backticks"
    ]
    assert binding.plain(binding.content).endswith("40 and 40\n\n")
