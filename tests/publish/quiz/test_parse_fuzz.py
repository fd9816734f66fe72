"""Whatever becomes of a question while it is typed, it is a question or a problem: never a traceback, never nothing.

500 documents here, 10,000 in the soak.
"""

import os
import re
from itertools import pairwise

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coursebook.publish import check, lint, render
from coursebook.publish.compile import Setting
from coursebook.publish.compile import compile as compile_page
from coursebook.publish.markup import blanked, regions
from coursebook.publish.quiz import bank
from coursebook.publish.quiz.grade import grade
from coursebook.publish.quiz.model import Choose, Number, Words, key
from coursebook.publish.quiz.types import TYPES
from coursebook.text import Text

DOCUMENTS = 10_000 if "COURSEBOOK_SOAK" in os.environ else 500
EXAMPLES = [one.EXAMPLE.rstrip("\n").split("\n") for one in TYPES.values()]
LINES = [
    *sorted({line for lines in EXAMPLES for line in lines}),
    "", "///", "////", "/////", "> ///", "| /// |", "    ///", "/// question", "//// question | Q", "///// question | Q", "/// hint", "/// answer", "/// anwser", "```",
    "<!--", "-->", "$$", "`", "id: a", "    id: b", "    answer: 5", '    answer: "= 1 / k"', "    answer:", "    accept: [a, A.]", "    accept: {", "    type: order", "    type: match",
    "    audience: interview", "    vary: {k: [0, 1]}", "    vary: {k: [1e400]}", "    vary: [", "    vary: {coin: [1, 2]}", "    variants: 2", "    variants: -1", "    shuffle: 3",
    "    tolerance: {rel: 1e300}", "    tolerance: {abs: 1000}", "    unit: %", "- [x] a", "- [ ] {{ k }}: b", "- [ ] a, b: c", "- [ ]", "- a => b", "- => b", "1. a", "2) b", "    > why",
    ">", "{{ k", "{{ coin.flips / k }}", "{{? k < 3 }}", "{{ k:.1f }}", "# T {{ k }}", "[@doe2024]", "![a](evidence:coin/running)", "[a](b.md)", "---", "| a | b |",
]  # fmt: skip
OPENING = re.compile(r"^[ \t>]*/{3,}[ \t]*question\b(?=[ \t]*(?:\\?\|.*)?$)", re.MULTILINE)

SLIPS = [
    ("[x]", "[ ]"), ("[ ]", "[x]"), ("[ ]", "[]"), ("=>", "->"), ("=>", ""), ("- ", "-"), ("id:", "ID:"), (": ", ":"), ("{{", "{"), ("}}", "}"), ("k", "q"), ("/// answer", ""),
    ("/// hint", "/// hnit"), ("    >", ">"), ("1.", ""), ("[", ""), ("]", ""), ("0.5", "50"), (" k)", " k"), ("mistake", "rubric"), ("\n\n", "\n"), ("|", ""), ('"', ""),
]  # fmt: skip
places = st.integers(0, 30)
edits = st.tuples(st.sampled_from(["drop", "double", "put", "swap", "shift", "quote", "cut", "splice"]), places, st.sampled_from(LINES) | st.text(max_size=8))  # fmt: skip
slips = st.none() | st.sampled_from(SLIPS)
blocks = st.tuples(st.sampled_from(EXAMPLES), st.lists(edits, max_size=3), slips)


def edited(lines, changes, slip):
    """Some lines, as someone has typed, cut, pasted or formatted them."""
    lines = "\n".join(lines).replace(*slip, 1).split("\n") if slip else list(lines)
    for what, place, text in changes:
        at = place % max(1, len(lines))
        if what == "put" or not lines:
            lines.insert(at, text)
        elif what == "drop":
            del lines[at]
        elif what == "double":
            lines.insert(at, lines[at])
        elif what == "swap":
            lines[at], lines[-1 - at] = lines[-1 - at], lines[at]
        elif what == "shift":
            lines[at] = lines[at].strip() if lines[at].startswith(" ") else "    " + lines[at]
        elif what == "quote":
            lines[at] = "> " + lines[at]
        elif what == "cut":
            lines[at] = lines[at][: place * 2]
        else:
            lines[at] = lines[at][: place * 2] + text + lines[at][place * 2 :]
    return lines


def openings(content):
    """The lines that open a question, as a reader of the text would say."""
    hidden = [region for region in regions(content) if region.kind in ("fence", "code", "comment", "maths")]
    return [content.count("\n", 0, match.start()) + 1 for match in OPENING.finditer(blanked(content, hidden))]


@given(st.lists(blocks, min_size=1, max_size=4))
@example([(EXAMPLES[0], [], None)])
@settings(max_examples=DOCUMENTS, deadline=None, suppress_health_check=list(HealthCheck))
def look(library, made):
    """Read one document."""
    content = "# T\n\n" + "\n\n".join("\n".join(edited(*block)) for block in made) + "\n"
    page = compile_page(Text("chapters/a.md", content), library, Setting("chapters/a.md"))
    problems = [*page.problems, *lint.lint(page, frozenset()), *lint.lint_all([page], ["chapters/b.md"])]
    last = content.count("\n") + 1
    assert all(1 <= problem.line <= last and problem.column >= 1 and problem.message for problem in problems)

    position = page.binding.text.position
    spans = [[position(page.binding.origin(at))[0] for at in (one.offset, one.end)] for one in page.questions]
    said = {problem.line for problem in page.problems}
    for line, following in pairwise([*(line for line in openings(content) if line not in said), last + 1]):
        asked = any(first <= line <= end for first, end in spans)
        assert asked or said.intersection(range(line, following)), f"nothing is said of line {line}"

    for question in page.questions:
        assert question.variants
        if not page.problems:
            nothing_is_lost(question, page.binding.content)
        for variant in question.variants:
            right_is_right(variant.task)
    if page.questions:
        chapter = bank.Chapter(page.uri, page.title, page.objectives, page.questions, page.binding.plain)
        bank.bank([chapter], "T")
    if not problems:
        html = f"<head><title>{page.markdown[:200]}</title></head>{render.page(page.markdown)}"
        assert [
            problem.message for problem in check.check(page, html) if re.search("lacks (what|question)", problem.message)
        ] == []


def test_each_question_block_is_a_question_or_a_problem(library):
    look(library)
    print(f"{DOCUMENTS:,} documents: each question block is a question, or a problem says why not")


def texts(part):
    """All that a part of a question says."""
    if isinstance(part, str):
        return [part]
    inner = part if isinstance(part, tuple) else [getattr(part, name) for name in getattr(part, "__dataclass_fields__", ())]
    return [text for one in inner for text in texts(one)]


def letters(text):
    return re.sub(r"[\W_]", "", re.sub(r"^[ >]*(\d+[.)]|[-*+] +\\?\[[ xX]\\?\])(?=\s|$)", "", text))


def nothing_is_lost(question, content):
    """Each line below the options is part of some text of the question; those with numbers have new tokens in variants."""
    block = content[question.offset : question.end]
    said = letters("".join(texts(question.variants[0])))
    for line in block.partition("\n\n")[2].split("\n"):
        if not re.search("\ue000|/{3,}", line):
            assert all(letters(side) in said for side in line.split("=>")), line


def right_is_right(task):
    """The key of what was made accepts its own answer."""
    match task:
        case Choose():
            assert grade(key(task), list(task.right))["state"] == "right"
        case Number():
            assert grade(key(task), repr(task.answer.number))["state"] == "right"
        case Words():
            assert grade(key(task), task.accepted[0])["state"] == "right"
