"""One chapter to one page: text in, Markdown, HTML and a ledger out."""

import re
from html.parser import HTMLParser

import pytest

from coursebook.library import Library
from coursebook.publish import check, render
from coursebook.publish.compile import Setting
from coursebook.publish.compile import compile as compile_page
from coursebook.publish.quiz.types import TYPES
from coursebook.publish.receipts import Provenance
from coursebook.text import Text
from trees import Tree

CHAPTER = """\
---
title: Coins after {{ coin.flips }} flips
description: Heads in {{ coin.share }} %
objectives:
  count-heads: Count {{ coin.flips }} flips
---

# Coins and {{ coin.flips }} flips

We saw {{ coin.share }} % and {{ coin.share:.0f }} % heads, {{ 100 - coin.share }} % tails. {{? coin.share > 50 }}
A source says {{ doe2024.share }} [@doe2024, table 1], we made up {{ made_up.share }} and {{ 47.3 }}. {{ coin.share }} again.

## Again {{ coin.flips }}

!!! note "In {{ coin.flips }} flips"
    Text {{ coin.flips }}.

![Heads settle in {{ coin.flips }}](evidence:coin/running)

![Two coins](evidence:doe2024/coins)

```plotly title="Made up"
{"data": [{"x": [1, 2], "y": [3, 4]}]}
```

/// question | Which of {{ coin.flips }}?
    id: which

- [x] {{ coin.share }}
    > Because {{ coin.flips }}.

///
"""


class Elements(HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.found, self.stack = [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(page):
    return Elements(render.page(page.markdown)).found


def test_the_same_text_makes_the_same_page_and_nothing_is_written(compiled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = compiled(CHAPTER), compiled(CHAPTER)
    assert (first.markdown, first.ledger, first.questions, first.problems) == (
        second.markdown,
        second.ledger,
        second.questions,
        (),
    )
    assert list(tmp_path.iterdir()) == []


def test_the_ledger_holds_every_value_claim_figure_table_citation_and_question_with_its_place(compiled):
    assert [
        (entry.line, entry.column, entry.kind, entry.id, entry.shown, entry.value_kind) for entry in compiled(CHAPTER).ledger
    ] == [
        (2, 20, "value", "coin.flips", "40", "measured"),
        (3, 23, "value", "coin.share", "57.5", "measured"),
        (5, 22, "value", "coin.flips", "40", "measured"),
        (8, 13, "value", "coin.flips", "40", "measured"),
        (10, 8, "value", "coin.share", "57.5", "measured"),
        (10, 31, "value", "coin.share", "58", "measured"),
        (10, 61, "value", "100 - coin.share", "42.5", "derived"),
        (10, 93, "claim", "coin.share > 50", "holds", "derived"),
        (11, 15, "value", "doe2024.share", "49.5", "cited"),
        (11, 35, "citation", "@doe2024, table 1", "(doe2024, table 1)", ""),
        (11, 67, "value", "made_up.share", "60", "assumed"),
        (11, 91, "value", "47.3", "47.3", "assumed"),
        (11, 103, "value", "coin.share", "57.5", "measured"),
        (13, 10, "value", "coin.flips", "40", "measured"),
        (15, 14, "value", "coin.flips", "40", "measured"),
        (16, 10, "value", "coin.flips", "40", "measured"),
        (18, 1, "figure", "coin/running", "Heads settle in 40", "measured"),
        (18, 19, "value", "coin.flips", "40", "measured"),
        (20, 1, "table", "doe2024/coins", "Two coins", "cited"),
        (22, 1, "figure", "assumed-1", "Made up", "assumed"),
        (26, 1, "question", "which", "Which of 40?", ""),
        (26, 25, "value", "coin.flips", "40", "measured"),
        (29, 7, "value", "coin.share", "57.5", "measured"),
        (30, 15, "value", "coin.flips", "40", "measured"),
    ]


def test_a_ledger_entry_says_what_the_same_means_and_what_it_names(compiled):
    found = {
        entry.id: (entry.rule, entry.uses)
        for entry in compiled("{{ coin.share - doe2024.share + coin.flips }} {{ 47.3 }}").ledger
    }
    assert found == {
        "coin.share - doe2024.share + coin.flips": (
            "both entries agree; equal; equal to half a unit of the last digit printed",
            ("coin.share", "doe2024.share", "coin.flips"),
        ),
        "47.3": ("typed in the chapter", ()),
    }


def test_every_number_in_the_text_opens_the_one_receipt_of_its_value(compiled):
    found = elements(compiled(CHAPTER))
    receipts = [attributes["id"] for _, attributes in found if attributes.get("class") == "cb-receipt"]
    opened = {attributes["popovertarget"] for _, attributes in found if "popovertarget" in attributes}
    assert len(receipts) == len(set(receipts))
    assert opened <= set(receipts)
    assert receipts.count("cb-r-coin-share") == 1
    buttons = [
        attributes["class"]
        for tag, attributes in found
        if tag == "button" and attributes.get("popovertarget") == "cb-r-coin-share"
    ]
    assert buttons == ["cb-value cb-measured"] * 4


@pytest.mark.parametrize(
    "line",
    [
        "# T {{ coin.flips }}",
        "###### T {{ coin.flips }}",
        "T {{ coin.flips }}\n===",
        "T {{ coin.flips }}\n---",
        '!!! note "T {{ coin.flips }}"\n    x',
        '??? note "T {{ coin.flips }}"\n    x',
    ],
)
def test_in_a_heading_and_a_title_a_number_is_plain_text(compiled, line):
    page = compiled(f"First.\n\n{line}\n\nLast.")
    body = page.markdown.split("<section")[0]
    assert "T 40" in body
    assert "<button" not in body


def test_a_line_above_a_rule_is_no_heading(compiled):
    assert "<button" in compiled("- T {{ coin.flips }}\n\n---\n\ntext").markdown.split("<section")[0]


def test_in_an_alt_text_and_a_label_a_number_is_plain_text(compiled):
    found = elements(compiled(CHAPTER))
    assert {attributes["alt"] for tag, attributes in found if tag == "img"} >= {"Heads settle in 40"}
    legend = re.search(r"<legend>(.*?)</legend>", render.page(compiled(CHAPTER).markdown))
    assert legend[1] == "Which of 40?"
    labels = re.findall(r"<label.*?</label>", render.page(compiled(CHAPTER).markdown), re.DOTALL)
    assert labels
    assert not any("<button" in label for label in labels)


def test_the_front_matter_and_the_title_hold_numbers_as_text(compiled):
    page = compiled(CHAPTER)
    assert page.title == "Coins after 40 flips"
    assert page.markdown.startswith("---\ntitle: Coins after 40 flips\ndescription: Heads in 57.5 %\n")
    assert page.objectives == {"count-heads": "Count 40 flips"}
    assert compiled("# Coins and {{ coin.flips }}\n").title == "Coins and 40"
    assert compiled("Text.\n").title == "chapters/01-coins.md"


def test_objectives_stand_under_the_title(compiled):
    html = render.page(compiled(CHAPTER).markdown)
    assert re.search(r'</h1>\s*<div class="cb-objectives">.*?<li>Count 40 flips</li>', html, re.DOTALL)


def test_every_source_that_is_cited_or_named_is_listed_once(compiled):
    html = render.page(compiled("# T\n\n[@doe2024] [@doe2024, p. 1] {{ doe2024.share }}\n").markdown)
    assert html.count('id="ref-doe2024"') == 1
    assert html.count('href="#ref-doe2024"') == 3
    assert (
        'J. Doe, R. Roe (2024). <a href="https://example.org/doe2024"><cite>Coins and how they land</cite></a>. Journal of Small Examples 3. Read as: PDF.'
        in html
    )
    assert 'id="ref-doe2024"' in render.page(compiled("# T\n\n{{ doe2024.share }}").markdown)
    assert 'id="ref-doe2024"' in render.page(compiled("# T\n\n![Coins](evidence:doe2024/coins)").markdown)
    assert "References" not in compiled("# T\n\n{{ coin.flips }}").markdown


def test_figures_know_what_they_are_and_where_their_data_lies(compiled):
    found = elements(compiled(CHAPTER, uri="chapters/01-coins.md"))
    figures = {attributes["id"]: attributes for tag, attributes in found if tag == "figure"}
    assert figures.keys() == {"fig-coin-running", "fig-doe2024-coins", "fig-assumed-1"}
    assert figures["fig-coin-running"]["data-bundle"] == "basic"
    links = [attributes["href"] for tag, attributes in found if tag == "a" and attributes["href"].startswith("..")]
    assert links == [
        "../evidence/coin/running.json", "../evidence/coin/running.csv", "../evidence/doe2024/coins.csv",
        "../evidence/chapters-01-coins/assumed-1.json", "../evidence/chapters-01-coins/assumed-1.csv",
    ]  # fmt: skip
    assert list(compiled(CHAPTER).assumed) == ["chapters-01-coins/assumed-1"]


def test_a_figure_shown_twice_has_two_ids(compiled):
    found = elements(compiled("# T\n\n![A](evidence:coin/running)\n\n![B](evidence:coin/running)\n"))
    assert [attributes["id"] for tag, attributes in found if tag == "figure"] == ["fig-coin-running", "fig-coin-running-2"]


def test_a_figure_inside_a_question_is_refused(compiled):
    page = compiled("/// question | Q\n    id: q\n\n![A](evidence:coin/running)\n\n- [x] a\n    > b\n\n///\n")
    assert list(map(str, page.problems)) == [
        "chapters/01-coins.md:4:1: bad-block: a figure stands inside a question; put it before the question"
    ]


def test_maths_becomes_mathml_and_an_escaped_dollar_a_dollar(compiled):
    html = render.page(
        compiled("# T\n\nIt is $p^n * 2 * 3$ for \\$5 or `\\$6`, [5 \\$](https://example.org).\n\n$$\n1 < 2\n$$\n").markdown
    )
    assert html.count("<math") == 2
    assert "<mo>&#42;</mo><mn>2</mn><mo>&#42;</mo>" in html
    assert "for &#36;5 or <code>\\$6</code>" in html
    assert "<em>" not in html
    assert 'alttext="1 &#60; 2"' in html


def test_maths_in_an_alt_text_stays_where_it_is(compiled):
    page = compiled("# T\n\n![Heads $p^n$ settle](evidence:coin/running)\n\nAfter.\n")
    assert "<math" not in page.markdown
    assert page.ledger[0].shown == "Heads $p^n$ settle"


def test_code_is_printed_as_it_stands(compiled):
    content = (
        "# T\n\n`{{ coin.flips }}` {x}\n\n```text\n/// question\n{{ x }} $a$ [@doe2024]\n```\n\n~~~\n# {{ coin.flips }}\n~~~\n"
    )
    page = compiled(content)
    assert page.markdown.strip() == content.strip()
    assert (page.problems, page.ledger) == ((), ())


def test_a_page_without_a_library_is_its_text():
    page = compile_page(Text("chapters/a.md", "# T\n\nText.\n"), Library(), Setting("chapters/a.md"))
    assert (page.markdown.strip(), page.ledger, page.problems) == ("# T\n\nText.", (), ())


def test_receipts_stand_last_outside_the_search_index(compiled):
    markdown = compiled(CHAPTER).markdown
    assert markdown.rstrip().endswith("</section>")
    assert markdown.count('<section class="cb-receipts" data-search-exclude') == 1


def receipt(page, identifier):
    found = re.search(rf'<div popover class="cb-receipt" id="{identifier}".*?</div>', page.markdown, re.DOTALL)
    text = re.sub(r"<dt>", "\n", found[0])
    return re.sub(r" +", " ", re.sub(r"<[^>]*>", " ", text)).strip()


def test_the_receipt_of_a_measured_value_says_where_it_comes_from_and_whether_it_holds(compiled):
    provenance = Provenance(
        {"on": "2026-05-01", "experiments": {"coin": {"content": "abc", "verdict": "identical"}}},
        {"evidence/coin.json": ("1a2b3c4", "2026-04-30")},
        {"coin": "abc"},
    )
    said = receipt(compiled("{{ coin.share }}", provenance=provenance), "cb-r-coin-share")
    for part in (
        "57.5 measured here", "What heads among the flips", "Unit percent", "95 % interval 42.2 to 71.5", "n 40",
        "Experiment build_figures/coin.py , seed 7", "Inputs data/flips.csv", "Same means equal to half a unit of the last digit printed",
        "Evidence evidence/coin.json , 2026-04-30, commit 1a2b3c4", "Verified identical when measured again on 2026-05-01",
        "Regenerate coursebook verify coin",
    ):  # fmt: skip
        assert part in said


def test_a_report_on_other_evidence_proves_nothing(compiled):
    provenance = Provenance(
        {"on": "2026-05-01", "experiments": {"coin": {"content": "old", "verdict": "identical"}}}, {}, {"coin": "new"}
    )
    said = receipt(compiled("{{ coin.share }}", provenance=provenance), "cb-r-coin-share")
    assert "Verified not verified in this build" in said
    assert "not committed" in said


@pytest.mark.parametrize(
    ("written", "identifier", "parts"),
    [
        (
            "{{ doe2024.share }}",
            "cb-r-doe2024-share",
            [
                "49.5 cited",
                "Source Doe and Roe 2024 : Coins and how they land (PDF)",
                "Where table 1",
                "As of 2024-03-01",
                "Grade A",
                "Same means both entries agree",
            ],
        ),
        ("{{ doe2024.hearsay }}", "cb-r-doe2024-hearsay", ["Reported as reported by R. Roe; the source itself was not read"]),
        ("{{ doe2024.sure }}", "cb-r-doe2024-sure", ["more than 97"]),
        ("{{ made_up.share }}", "cb-r-made-up-share", ["made up for illustration", "Note the experiment's data is made up"]),
        (
            "{{ 47.3 }}",
            "cb-d-[0-9a-f]+",
            ["47.3 made up for illustration", "Computed as 47.3", "names no value: the number is made up"],
        ),
        (
            "{{ 100 - coin.share }}",
            "cb-d-[0-9a-f]+",
            [
                "42.5 derived",
                "Computed as 100 - coin.share",
                "coin.share 57.5 percent: heads among the flips. Measured here by build_figures/coin.py",
            ],
        ),
        (
            "{{? coin.share > doe2024.share }}",
            "cb-c-[0-9a-f]+",
            ["✓ checked 2 values", "Holds coin.share &gt; doe2024.share", "doe2024.share 49.5 percent"],
        ),
        ("{{? 1 < 2 }}", "cb-c-[0-9a-f]+", ["✓ checked 0 values", "Holds 1 &lt; 2"]),
    ],
)
def test_the_receipt_of_each_kind(compiled, written, identifier, parts):
    said = receipt(compiled(written), identifier)
    for part in parts:
        assert part in said


def test_one_expression_has_one_receipt_however_it_is_spaced(compiled):
    assert (
        compiled("{{ 100-coin.share }} {{ 100 - coin.share }} {{ 100  -  coin.share }}").markdown.count('class="cb-receipt"')
        == 1
    )


def test_texts_of_sources_are_escaped(library):
    from dataclasses import replace

    from coursebook.sources import Source

    hostile = Source(
        "evil2024",
        "sources/evil2024.yml",
        "<script>t</script>",
        ("<b>A</b>",),
        2024,
        '"><img src=x>',
        'https://x.org/"onclick="x',
        "<i>o</i>",
    )
    names = replace(library, sources={**library.sources, "evil2024": hostile})
    page = compile_page(Text("chapters/a.md", "# T\n\n[@evil2024, x > y & z]\n"), names, Setting("chapters/a.md"))
    tags = {tag for tag, _ in Elements(render.page(page.markdown)).found}
    assert not {"script", "b", "img", "i"} & tags


VARIED = """\
# T

/// question | Varied
    id: varied
    vary: {k: [2, 3]}
    answer: "= k * coin.flips"

{{ k }} times {{ coin.flips }}, not {{ -k }}? {{? k * coin.share > 50 }}
///
"""


def test_each_variant_has_its_numbers_in_the_ledger_and_a_receipt_for_each(compiled):
    page = compiled(VARIED)
    assert page.problems == ()
    values = [(entry.id, entry.shown, entry.line) for entry in page.ledger if entry.kind == "value"]
    assert sorted(values) == sorted([
        ("2", "2", 8), ("3", "3", 8), ("-2", "−2", 8), ("-3", "−3", 8), ("coin.flips", "40", 8), ("2 * coin.flips", "80", 6), ("3 * coin.flips", "120", 6),
    ])  # fmt: skip
    claims = [entry.id for entry in page.ledger if entry.kind == "claim"]
    assert sorted(claims) == ["2 * coin.share > 50", "3 * coin.share > 50"]
    html = render.page(page.markdown)
    assert list(check.check(page, html)) == []
    for said in ("<code>2 * coin.flips</code>", "<code>3 * coin.flips</code>", "<code>3 * coin.share &gt; 50</code>"):
        assert said in html


def test_variables_that_are_negative_keep_their_sign_in_a_power(compiled):
    page = compiled(
        VARIED.replace("[2, 3]", "[-2]").replace("{{ -k }}", "{{ k ** 2 }}").replace("{{? k * coin.share > 50 }}", "")
    )
    assert ("(-2) ** 2", "4") in [(entry.id, entry.shown) for entry in page.ledger]


def test_the_note_names_the_rules_for_half_right_answers_on_the_page(compiled):
    for name, one in TYPES.items():
        note = re.search(r'<p class="cb-question-note">(.*?)</p>', compiled(f"# T\n\n{one.EXAMPLE}").markdown)[1]
        assert (one.HALF_RIGHT in note) is one.PARTIAL, name
    assert "cb-question-note" not in compiled("# T").markdown


def test_keys_stand_in_an_appendix_for_print(compiled):
    page = compiled("# T\n\n" + "\n\n".join(one.EXAMPLE for one in TYPES.values()))
    (appendix,) = Tree(render.page(page.markdown)).all("section", **{"class": "cb-answers cb-print"})
    for said in (
        "the row that brings 5",
        "without replacement",
        "longer chains → time",
        "The prompt is read.",
        "commonest answer",
        "a right answer is worth",
        "%",
    ):
        assert said in appendix["text"]
    assert "the row that brings 12" not in appendix["text"]
