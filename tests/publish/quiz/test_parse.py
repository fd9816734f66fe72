"""What a writer types, what formatters make of it, and the question that both are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursebook.publish.bind import bind
from coursebook.publish.quiz import parse
from coursebook.publish.quiz.model import Tolerance, matches
from coursebook.text import Text
from coursebook.values import Figure

SINGLE = """\
/// question | How many {{ coin.flips }}?
    id: how-many
    objective: count

Which of {{ coin.flips }}?

- [ ] {{ coin.share }} of them
    > Still *wrong*.
- [x] All of them
    > Yes: {{ coin.flips }}.

///
"""
NUMERIC = """\
/// question | Tails
    id: tails
    answer: "= 100 - coin.share"
    unit: percent
    tolerance: {abs: 0.5}

What share is tails?

- [ ] {{ coin.share }}: heads for tails
    > That is the other side.
- [ ] {{ 100 - coin.loss }}: a sign
    > Mind the sign.

///
"""
RECALL = """\
//// question | From memory
    id: memory

Say it.

/// answer
Heads, mostly.
///
////
"""
INTERVIEW = """\
//// question | Interview: sure?
    id: sure
    audience: interview

Are you sure?

/// answer
No.
///

/// mistake
Yes.
///

/// rubric
- asks how many flips
- gives an interval
///
////
"""


@pytest.fixture
def questions(bound):
    def read(content):
        binding = bound(content)
        found = parse.questions(binding)
        assert binding.problems == []
        return [(question, binding.plain) for question in found]

    return read


def described(question, plain):
    """Everything a question says, without where it says it."""
    answer = question.answer and (question.answer.result.number, plain(question.answer.text))
    return (
        question.id, question.type, plain(question.title), plain(question.prompt), question.objective, question.unit, question.tolerance, answer,
        [(plain(choice.text), choice.right, plain(choice.feedback)) for choice in question.choices],
        [(one.number, plain(one.text), plain(one.name), plain(one.feedback)) for one in question.wrong],
        {name: plain(text) for name, text in question.blocks.items()},
    )  # fmt: skip


def test_one_marked_choice_is_single_choice(questions):
    ((question, plain),) = questions(SINGLE)
    assert described(question, plain) == (
        "how-many", "single", "How many 40?", "Which of 40?", "count", "", Tolerance(), None,
        [("57.5 of them", False, "Still *wrong*."), ("All of them", True, "Yes: 40.")], [], {},
    )  # fmt: skip
    assert question.right == (1,)


def test_several_marked_choices_are_multiple_choice(questions):
    ((question, _),) = questions(SINGLE.replace("[ ]", "[X]"))
    assert (question.type, question.right) == ("multiple", (0, 1))


def test_a_number_is_asked_for_with_its_answer_and_its_wrong_numbers(questions):
    ((question, plain),) = questions(NUMERIC)
    assert described(question, plain) == (
        "tails", "numeric", "Tails", "What share is tails?", "", "percent", Tolerance(abs=0.5), (42.5, "42.5"), [],
        [(57.5, "57.5", "heads for tails", "That is the other side."), (102.5, "102.5", "a sign", "Mind the sign.")], {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "number"), [("5", 5), ("-2.5", -2.5), ('"= 2 ** 3"', 8), ('"= coin.flip[2]"', 3), ('"= doe2024.roughly"', 20)]
)
def test_an_answer_is_a_number_or_an_expression(questions, written, number):
    ((question, _),) = questions(f"/// question | N\nid: n\nanswer: {written}\n\nHow many?\n\n///")
    assert question.answer.result.number == number


def test_an_answer_block_makes_a_recall(questions):
    ((question, plain),) = questions(RECALL)
    assert described(question, plain)[1:4] == ("recall", "From memory", "Say it.")
    assert question.blocks == {"answer": "Heads, mostly."}


def test_the_audience_makes_an_interview(questions):
    ((question, plain),) = questions(INTERVIEW)
    assert (question.type, plain(question.prompt)) == ("interview", "Are you sure?")
    assert question.blocks == {"answer": "No.", "mistake": "Yes.", "rubric": "- asks how many flips\n- gives an interval"}


def test_inner_blocks_may_hold_code_that_looks_like_blocks(questions):
    ((question, _),) = questions(RECALL.replace("Heads, mostly.", "```\n///\n/// question\n- [x] no choice\n```"))
    assert question.blocks["answer"] == "```\n///\n/// question\n- [x] no choice\n```"


def test_an_end_that_a_formatter_drew_into_a_table_is_an_end(questions):
    table = "| a | b |\n| --- | --- |\n| 1 | 2 |"
    ((question, _),) = questions(RECALL.replace("Heads, mostly.\n///\n////", f"{table}\n| /// | |\n| //// | |"))
    assert question.blocks["answer"] == table


def test_feedback_of_several_paragraphs_and_choices_of_several_lines(questions):
    ((question, _),) = questions(SINGLE.replace("    > Still *wrong*.", "    on two lines\n\n    > One.\n    >\n    > Two."))
    assert (question.choices[0].text.endswith("of them on two lines"), question.choices[0].feedback) == (True, "One.\n\nTwo.")


FORMATTED = {
    "options flush left": lambda text: text.replace("\n    ", "\n"),
    "feedback at two spaces": lambda text: text.replace("\n    >", "\n  >"),
    "feedback at six spaces": lambda text: text.replace("\n    >", "\n      >"),
    "a blank line between choice and quote": lambda text: text.replace("\n    >", "\n\n    >"),
    "no blank line before the end": lambda text: text.replace("\n\n///", "\n///"),
    "the end drawn into the last quote": lambda text: text.replace("\n\n///", "\n    > ///"),
    "the end indented": lambda text: text.replace("\n\n///", "\n\n    ///"),
    "stars for list items": lambda text: text.replace("\n- ", "\n* "),
    "escaped boxes": lambda text: text.replace("[ ]", r"\[ \]").replace("[x]", r"\[x\]"),
    "an escaped bar": lambda text: text.replace("question | ", r"question \| "),
    "an escaped underscore": lambda text: text.replace("coin.flips", r"coin.flips").replace("made_up", r"made\_up"),
    "blank lines between choices": lambda text: text.replace("\n- [", "\n\n- ["),
}


@pytest.mark.parametrize("form", FORMATTED.values(), ids=FORMATTED)
@pytest.mark.parametrize("content", [SINGLE, NUMERIC], ids=["single", "numeric"])
def test_what_formatters_make_of_a_question_is_the_same_question(questions, content, form):
    ((before, plain),) = questions(content)
    ((after, plain_after),) = questions(form(content))
    assert described(after, plain_after) == described(before, plain)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (SINGLE.replace("id: how-many", "idd: how-many"), "4:5: unknown-option: no option 'idd'; did you mean 'id'?"),
        (SINGLE.replace("id: how-many", "id: How many"), "4:5: unknown-option: 'How many' cannot be an id; id: words-with-hyphens, never changed again"),
        (SINGLE.replace("id: how-many\n    ", ""), "3:1: unknown-option: a question without an id; id: words-with-hyphens, never changed again"),
        (SINGLE.replace("objective: count", "id: again"), "5:5: unknown-option: 'id' stands twice"),
        (SINGLE.replace("objective: count", "type: order"), "5:5: unknown-option: no option 'type'; known: id, objective, audience, answer, unit, tolerance"),
        (SINGLE.replace("objective: count", "unit: percent"), "5:5: unknown-option: 'unit' is for questions with a number as their answer"),
        (SINGLE.replace("objective: count", "objective"), "5:5: unknown-option: 'objective' is no option; a blank line ends the options"),
        (SINGLE.replace("objective: count", "objective: ["), "5:5: unknown-option: not YAML: did not find expected node content; one `name: value` a line"),
        (SINGLE.replace("objective: count", "objective: \x07"), "5:5: unknown-option: not YAML: unacceptable character #x0007: control characters are not allowed; one `name: value` a line"),
        (SINGLE.replace("objective: count", "objective: " + "[" * 100_000), "5:5: unknown-option: not YAML: nested too deeply; one `name: value` a line"),
        (SINGLE.replace("objective: count", "audience: everyone"), "5:5: unknown-option: no audience 'everyone'; interview, or leave it out"),
        (SINGLE.replace("[x]", "[ ]"), "3:1: missing-answer: a question without a right answer; mark one with [x]"),
        (SINGLE.replace("    > Still *wrong*.\n", ""), "9:1: missing-answer: a choice without feedback; a quote below it: `    > why`"),
        (SINGLE.replace("\n\n///", "\n\nAnd more.\n\n///"), "14:1: bad-block: text after the choices; put it before them, or indent it"),
        (SINGLE.replace("\n///\n", "\n"), "3:1: bad-block: 'question' is never closed; end it with a line of ///"),
        (SINGLE.replace("/// question", "/// qestion"), "3:1: bad-block: no block is called 'qestion'; did you mean 'question'?"),
        (SINGLE + "\n///\n", "16:1: bad-block: this closes no block; an opening names one: /// question | Title"),
        (RECALL.replace("/// answer", "/// anwser"), "8:1: bad-block: a question holds no 'anwser'; did you mean 'answer'?"),
        (RECALL.replace("Heads, mostly.\n///", "Heads.\n///\n/// answer\nTails.\n///"), "11:1: bad-block: 'answer' stands twice; one of each"),
        (RECALL.replace("////", "///"), "8:1: bad-block: 'answer' opens inside 'question'; close 'question' before it, or open it with ////"),
        (RECALL.replace("Heads, mostly.", ""), "3:1: missing-answer: a question without a right answer; answer: an expression, [x] at a choice, or an /// answer block"),
        (INTERVIEW.replace("/// rubric\n- asks how many flips\n- gives an interval\n///\n", ""), "3:1: missing-answer: an interview question without a 'rubric'; /// rubric ... ///"),
        (NUMERIC.replace('"= 100 - coin.share"', '"100 - coin.share"'), "5:5: bad-expression: '100 - coin.share' is no number; answer: \"= expression\", or a plain number"),
        (NUMERIC.replace("100 - coin.share", "100 - coin.shar"), "5:5: unknown-value: no value 'coin.shar'; did you mean 'coin.share'?"),
        (NUMERIC.replace("100 - coin.share", "doe2024.band"), "5:5: bad-expression: the answer is one number, not '45–55'; a range or a bound cannot be graded"),
        (NUMERIC.replace("100 - coin.share", "doe2024.sure"), "5:5: bad-expression: the answer is one number, not 'more than 97'; a range or a bound cannot be graded"),
        (NUMERIC.replace("{abs: 0.5}", "0.5"), "7:5: unknown-option: not a tolerance; {abs: 0.5} or {rel: 0.01}"),
        (NUMERIC.replace("{abs: 0.5}", "{abs: -1}"), "7:5: unknown-option: not a tolerance; {abs: 0.5} or {rel: 0.01}"),
        (NUMERIC.replace("{abs: 0.5}", "{abs: .inf}"), "7:5: unknown-option: not a tolerance; {abs: 0.5} or {rel: 0.01}"),
        (NUMERIC.replace("{{ coin.share }}: heads", "heads"), "11:1: bad-block: beside `answer:` a list holds wrong numbers; - [ ] {{ expression }}: the name of the mistake"),
        (NUMERIC.replace("{{ coin.share }}: heads", "{{ doe2024.band }}: heads"), "11:1: bad-block: beside `answer:` a list holds wrong numbers; - [ ] {{ expression }}: the name of the mistake"),
        (NUMERIC.replace("- [ ] {{ coin.share }}", "- [x] {{ coin.share }}"), "11:1: bad-block: beside `answer:` a list holds wrong numbers; - [ ] {{ expression }}: the name of the mistake"),
    ],
)  # fmt: skip
def test_a_fault_in_a_question_is_reported_at_its_line(bound, content, complaint):
    binding = bound(f"# T\n\n{content}")
    parse.questions(binding)
    assert f"chapters/01-coins.md:{complaint}" in list(map(str, binding.problems))


def test_a_block_that_is_only_shown_is_no_block(bound):
    binding = bound("# T\n\n```\n/// question\n///\n```\n\n`/// question`\n\n<!--\n/// question\n-->\n")
    assert (parse.questions(binding), binding.problems) == ([], [])


@pytest.mark.parametrize(
    "line",
    ["///" + " " * 60_000 + "!", "/// question |" + " " * 60_000 + "x", " " * 60_000 + "//", "- [ ]" + " " * 60_000 + "\\"],
)
def test_a_hostile_line_is_read_once(bound, line):
    """With patterns that backtrack, one such line would take minutes."""
    parse.questions(bound(f"/// question | T\n\n{line}\n\n///"))


@given(
    st.lists(
        st.sampled_from(
            [
                *[
                    "/// question | T",
                    "    id: a",
                    "id: b",
                    "- [x] y",
                    "- [ ] {{ 5 }}: n",
                    "    > why",
                    "///",
                    "////",
                    "//// question",
                    "/// answer",
                    'answer: "= 5"',
                    "",
                    "{{ coin.flips }}",
                    "> ///",
                    "```",
                    "tolerance: {abs: 1}",
                    "$$",
                    "audience: interview",
                ]
            ]
        ),
        max_size=14,
    )
)
def test_no_arrangement_of_lines_makes_parsing_fail(library, lines):
    binding = bind(Text("a.md", "\n".join(lines)), library, Figure)
    for question in parse.questions(binding):
        assert question.id
        assert 0 <= question.offset < question.end <= len(binding.content)


@pytest.mark.parametrize(
    ("given_number", "answer", "tolerance", "counts"),
    [
        (0.3, 0.1 + 0.2, Tolerance(), True),
        (5, 5, Tolerance(), True),
        (5.1, 5, Tolerance(), False),
        (5.5, 5, Tolerance(abs=0.5), True),
        (5.51, 5, Tolerance(abs=0.5), False),
        (101, 100, Tolerance(rel=0.01), True),
        (-101, -100, Tolerance(rel=0.01), True),
        (102, 100, Tolerance(rel=0.01), False),
        (102, 100, Tolerance(abs=2, rel=0.01), True),
    ],
)
def test_a_number_counts_within_the_larger_of_both_tolerances(given_number, answer, tolerance, counts):
    assert matches(given_number, answer, tolerance) is counts
