"""Where what stands in a Markdown file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursebook.publish import markup
from coursebook.publish.markup import blanked, regions


def found(content):
    return [(region.kind, content[region.start : region.end]) for region in regions(content)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a `code` b", [("code", "`code`")]),
        ("a `` co`de `` b", [("code", "`` co`de ``")]),
        ("a $p^n$ b", [("maths", "$p^n$")]),
        ("$$\na\n\nb\n$$", [("maths", "$$\na\n\nb\n$$")]),
        ("a <!-- no {{ x }} --> b", [("comment", "<!-- no {{ x }} -->")]),
        ('a <abbr title="x">b</abbr>', [("tag", '<abbr title="x">'), ("tag", "</abbr>")]),
        ("a {{ x }} b", [("braces", "{{ x }}")]),
        ("a {{\nx\n}} b", [("braces", "{{\nx\n}}")]),
        ("```python\n{{ x }}\n```\n", [("fence", "```python\n{{ x }}\n```")]),
        ("~~~\n```\n~~~\n", [("fence", "~~~\n```\n~~~")]),
        ("````\n```\n````\n", [("fence", "````\n```\n````")]),
        ("    ```\n    x\n    ```\n", [("fence", "```\n    x\n    ```")]),
        ("> ```\n> {{ x }}\n> ```\n", [("fence", "```\n> {{ x }}\n> ```")]),
        ("---\ntitle: x\n---\ntext", [("front", "---\ntitle: x\n---\n")]),
        ("``` no `fence`", [("code", "`fence`")]),
        ("---\n---\ntext", [("front", "---\n---\n")]),
    ],
)
def test_each_kind_of_region_is_found(content, expected):
    assert found(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        "a ` b",
        "a ` b\n\nc ` d",
        "it costs $5 and $6",
        "it costs $ 5 $ 6",
        r"it costs \$5 and \$6$",
        r"\`no code\`",
        r"\{{ x",
        "a < b and b > c",
        "{{ never closed",
        "<!-- never closed",
        "$$ never closed",
        "a\n---\ntitle: x\n---\n",
    ],
)
def test_an_opening_without_its_end_and_an_escaped_mark_are_text(content):
    assert found(content) == []


def test_a_fence_that_is_never_closed_runs_to_the_end():
    assert found("```\n{{ x }}\n\ntext") == [("fence", "```\n{{ x }}\n\ntext")]


def test_maths_and_code_end_with_their_paragraph_but_display_maths_does_not():
    assert found("a $x\n\ny$ b") == []
    assert found("a `x\n>\n> y` b") == []
    assert found("a $x\ny$ b") == [("maths", "$x\ny$")]


def test_what_stands_first_wins():
    assert found("`$a` $b`c$") == [("code", "`$a`"), ("maths", "$b`c$")]
    assert found("<!-- ` --> `x`") == [("comment", "<!-- ` -->"), ("code", "`x`")]
    assert found("{{ a }} `{{ b }}`") == [("braces", "{{ a }}"), ("code", "`{{ b }}`")]


def test_inner_offsets_leave_the_marks_out():
    content = "é `co` $$x$$ {{ y }}\n~~~ plotly\nz\n~~~"
    assert [(region.kind, content[region.inner : region.inner_end], region.info) for region in regions(content)] == [
        ("code", "co", ""),
        ("maths", "x", ""),
        ("braces", " y ", ""),
        ("fence", "z\n", "plotly"),
    ]


def test_blanking_keeps_every_offset_and_every_line():
    content = "a `b\nc` d"
    assert blanked(content, regions(content)) == "a   \n   d"


@given(st.text(alphabet="`~$<>!-{}\\\n ab#/:[]()", max_size=200))
def test_regions_are_ordered_and_never_overlap(content):
    ends = [0]
    for region in regions(content):
        assert ends[-1] <= region.start < region.end <= len(content)
        assert region.start <= region.inner <= region.end
        ends.append(region.end)


class Counted(str):
    """Text that counts the characters which `find` looks at."""

    __slots__ = ()
    looked = 0

    def find(self, mark, start, end):
        place = super().find(mark, start, end)
        Counted.looked += (end if place < 0 else place) - start
        return place


MEGABYTE = 1_000_000
HOSTILE = [
    "$",
    "$ a",
    "$$ a ",
    "`",
    "` a",
    "`` a ` ",
    "{",
    "{{ ",
    "<",
    "<a ",
    "<!-- ",
    "~",
    "~~~ a",
    "\\",
    "\n",
    "\n> ",
    "[",
    "![",
    "- ",
    "$a`b{{c<d",
]


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_a_megabyte_of_marks_costs_steps_in_proportion(piece):
    """Counted in characters that are searched for an end, which is where a second factor of the length would come in."""
    content = Counted(piece * (MEGABYTE // len(piece)))
    Counted.looked = 0
    regions(content)
    assert Counted.looked <= MEGABYTE * (2 + markup.LONGEST_SPAN // 2)


def test_a_line_of_a_megabyte_that_is_no_fence_is_given_up_at_once():
    """The pattern is possessive: with backtracking this one line would take hours."""
    assert found("~" * MEGABYTE + "`") == []
    assert found(" " * MEGABYTE + "`") == []
