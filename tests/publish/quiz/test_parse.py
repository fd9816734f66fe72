"""What a writer types, what formatters make of it, and the question that both are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursebook.publish.bind import bind
from coursebook.publish.quiz import parse
from coursebook.publish.quiz.draw import rank
from coursebook.publish.quiz.model import Open, Pair, Question, Words, key
from coursebook.publish.quiz.types import TYPES
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


def described(part, plain):
    """Everything that a part of a question says, without where it says it."""
    match part:
        case Question():
            variants = [described(variant, plain) for variant in part.variants]
            return part.id, part.type, plain(part.title), part.objective, part.audience, part.shuffle, variants
        case str():
            return plain(part)
        case tuple():
            return [described(one, plain) for one in part]
        case _ if hasattr(part, "quantity"):
            return part.number
        case _ if hasattr(part, "__dataclass_fields__"):
            return (type(part).__name__, *(described(getattr(part, name), plain) for name in part.__dataclass_fields__))
    return part


def task_of(question):
    (variant,) = question.variants
    return variant.task


def test_one_marked_choice_is_single_choice(questions):
    ((question, plain),) = questions(SINGLE)
    options = [("Option", "57.5 of them", False, "Still *wrong*."), ("Option", "All of them", True, "Yes: 40.")]
    assert described(question, plain) == (
        "how-many", "single", "How many 40?", "count", "", True, [("Variant", {}, "Which of 40?", ("Choose", options, False), [], "")],
    )  # fmt: skip
    assert task_of(question).right == (1,)


def test_several_marked_choices_are_multiple_choice(questions):
    ((question, _),) = questions(SINGLE.replace("[ ]", "[X]").replace("objective: count", "shuffle: false"))
    assert (question.type, task_of(question).right, task_of(question).several, question.shuffle) == (
        "multiple",
        (0, 1),
        True,
        False,
    )


def test_a_number_is_asked_for_with_its_answer_and_its_wrong_numbers(questions):
    ((question, plain),) = questions(NUMERIC)
    wrong = [
        ("WrongNumber", 57.5, "57.5", "heads for tails", "That is the other side."),
        ("WrongNumber", 102.5, "102.5", "a sign", "Mind the sign."),
    ]
    assert described(task_of(question), plain) == (
        "Number", ("Answer", 42.5, "42.5"), ("Tolerance", 0.5, 0.0), "percent", wrong,
    )  # fmt: skip
    assert task_of(question).symbol == "%"


@pytest.mark.parametrize(
    ("written", "number"), [("5", 5), ("-2.5", -2.5), ('"= 2 ** 3"', 8), ('"= coin.flip[2]"', 3), ('"= doe2024.roughly"', 20)]
)
def test_an_answer_is_a_number_or_an_expression(questions, written, number):
    ((question, _),) = questions(f"/// question | N\nid: n\nanswer: {written}\n\nHow many?\n\n///")
    assert task_of(question).answer.number == number


def test_accepted_forms_make_a_short_text(questions):
    content = """\
/// question | Word
id: word
accept: [all {{ coin.flips }}, "no, none"]

Which?

- [ ] some, "one, or two", "a: b": a *part*: not all
    > All.

///"""
    ((question, plain),) = questions(content)
    assert described(task_of(question), plain) == (
        "Words", ["all 40", "no, none"], [("WrongWords", ["some", "one, or two", "a: b"], "a *part*: not all", "All.")],
    )  # fmt: skip
    ((one, _),) = questions("/// question | Word\nid: word\naccept: alone\n\nWhich?\n///")
    assert task_of(one) == Words(("alone",), ())


def test_an_ordered_list_is_an_order_if_it_says_so(questions):
    ((question, plain),) = questions(
        "//// question | O\nid: o\ntype: order\n\n- Mind:\n- the coin.\n\n1. *one*\n   line\n1. two {{ coin.flips }}\n7. three\n\n/// answer\nSo.\n///\n////"
    )
    assert described(task_of(question), plain) == ("Arrange", ["*one* line", "two 40", "three"])
    assert plain(question.variants[0].prompt) == "- Mind:\n- the coin."
    assert question.variants[0].explanation == "So."


def test_sides_make_a_match_and_those_without_a_left_are_distractors(questions):
    ((question, _),) = questions(
        "/// question | M\nid: m\ntype: match\n\n- Mind\n- this\n\nPairs:\n\n- => none\n- a => x\n- b => y\n- c => x\n- => never\n///"
    )
    assert task_of(question) == Pair(("a", "b", "c"), ("x", "y", "none", "never"), (0, 1, 0))
    assert question.variants[0].prompt == "- Mind\n- this\n\nPairs:"


def test_an_answer_block_makes_a_recall(questions):
    ((question, plain),) = questions(RECALL)
    assert (question.type, plain(question.title), question.variants[0].prompt) == ("recall", "From memory", "Say it.")
    assert (task_of(question), question.variants[0].explanation) == (Open("Heads, mostly."), "")


def test_the_audience_makes_an_interview(questions):
    ((question, _),) = questions(INTERVIEW.replace("gives an interval", "gives\n  an interval"))
    assert (question.type, question.audience, question.variants[0].prompt) == ("interview", "interview", "Are you sure?")
    assert task_of(question) == Open("No.", "Yes.", ("asks how many flips", "gives\nan interval"))


def test_hints_open_one_after_another_and_an_explanation_stands_beside_the_answer(questions):
    blocks = "/// hint\nOne {{ coin.flips }}.\n///\n/// answer\nSince.\n///\n/// hint\nTwo.\n///"
    ((question, plain),) = questions("/" + SINGLE.removesuffix("///\n") + f"{blocks}\n////")
    (variant,) = question.variants
    assert ([plain(hint) for hint in variant.hints], variant.explanation) == (["One 40.", "Two."], "Since.")


def test_inner_blocks_may_hold_code_that_looks_like_blocks(questions):
    ((question, _),) = questions(RECALL.replace("Heads, mostly.", "```\n///\n/// question\n- [x] no choice\n```"))
    assert task_of(question).answer == "```\n///\n/// question\n- [x] no choice\n```"


def test_an_end_that_a_formatter_drew_into_a_table_is_an_end(questions):
    table = "| a | b |\n| --- | --- |\n| 1 | 2 |"
    ((question, _),) = questions(RECALL.replace("Heads, mostly.\n///\n////", f"{table}\n| /// | |\n| //// | |"))
    assert task_of(question).answer == table


def test_feedback_of_several_paragraphs_and_choices_of_several_lines(questions):
    ((question, _),) = questions(SINGLE.replace("    > Still *wrong*.", "    on two lines\n\n    > One.\n    >\n    > Two."))
    first = task_of(question).options[0]
    assert (first.text.endswith("of them on two lines"), first.feedback) == (True, "One.\n\nTwo.")


VARIED = """\
//// question | pass@k
    id: pass-at-k
    vary: {k: [4, 8], p: [0.1, -0.2]}
    answer: "= 1 - (1 - p) ** k"
    tolerance: {rel: 0.01}

One try: {{ p }}, {{ coin.flips }}. Of {{ k }}? {{? k > 2 }}

- [ ] {{ k * p }}: added {{ k }}
    > Not {{ k * p:.2f }}.

/// hint
Not {{ p }}.
///

/// answer
All {{ k }} fail.
///
////
"""


def test_variants_are_drawn_from_the_grid_by_rank_and_without_replacement(questions):
    grid = [{"k": k, "p": p} for k in (4, 8) for p in (0.1, -0.2)]
    order = sorted(range(4), key=lambda index: rank("coursebook", "pass-at-k", "variant", str(index)))
    for count in (1, 3, 4):
        ((question, _),) = questions(VARIED.replace("    answer", f"    variants: {count}\n    answer"))
        assert [variant.values for variant in question.variants] == [grid[index] for index in order[:count]]


def test_each_variant_has_its_own_numbers_in_all_its_texts(questions):
    ((question, plain),) = questions(VARIED)
    assert len(question.variants) == 4
    for variant in question.variants:
        k, p = variant.values["k"], variant.values["p"]
        minus = str(p).replace("-", "−")
        assert plain(variant.prompt) == f"One try: {minus}, 40. Of {k}? "
        assert (plain(variant.hints[0]), plain(variant.explanation)) == (f"Not {minus}.", f"All {k} fail.")
        assert key(variant.task)["answer"] == pytest.approx(1 - (1 - p) ** k)
        (wrong,) = variant.task.wrong
        assert wrong.number == pytest.approx(k * p)
        assert (plain(wrong.name), plain(wrong.feedback)) == (f"added {k}", f"Not {k * p:.2f}.".replace("-", "−"))


def test_a_variable_is_known_in_its_question_alone(bound):
    binding = bound(
        f"# {{{{ k }}}}\n\n{VARIED}\n{{{{ k + coin.flips }}}}\n\n/// question | {{{{ p }}}}\nid: a\naccept: b\n\nx\n///\n"
    )
    assert len(parse.questions(binding)) == 2
    hint = "a variable stands in the texts of the question that varies it"
    assert [str(problem) for problem in binding.problems] == [
        f"chapters/01-coins.md:1:6: unknown-value: no value 'k'; {hint}",
        f"chapters/01-coins.md:23:4: unknown-value: no value 'k'; {hint}",
        f"chapters/01-coins.md:25:19: unknown-value: no value 'p'; {hint}",
    ]


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
@pytest.mark.parametrize(
    "content", [SINGLE, NUMERIC, *(one.EXAMPLE for one in TYPES.values())], ids=["written", "computed", *TYPES]
)
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
        (SINGLE.replace("objective: count", "id: again"), "5:5: unknown-option: 'id' stands twice; keep one of them"),
        (SINGLE.replace("objective: count", "colour: red"), "5:5: unknown-option: no option 'colour'; known: id, objective, audience, vary, variants, type, shuffle, answer, unit, tolerance, accept"),
        (SINGLE.replace("objective: count", "unit: percent"), "5:5: unknown-option: 'unit' is for numeric questions; leave it out"),
        (SINGLE.replace("objective: count", "objective"), "5:5: unknown-option: 'objective' is no option; a blank line ends the options"),
        (SINGLE.replace("objective: count", "objective: ["), "5:5: unknown-option: not YAML: did not find expected node content; one `name: value` a line"),
        (SINGLE.replace("objective: count", "objective: \x07"), "5:5: unknown-option: not YAML: unacceptable character #x0007: control characters are not allowed; one `name: value` a line"),
        (SINGLE.replace("objective: count", "objective: " + "[" * 100_000), "5:5: unknown-option: not YAML: nested too deeply; one `name: value` a line"),
        (SINGLE.replace("objective: count", "audience: everyone"), "5:5: unknown-option: no audience 'everyone'; interview, or leave it out"),
        (SINGLE.replace("[x]", "[ ]"), "3:1: missing-answer: a question without a right answer; mark one with [x]"),
        (SINGLE.replace("    > Still *wrong*.\n", ""), "9:1: missing-answer: a choice without feedback; a quote below it: `    > why`"),
        (SINGLE.replace("\n\n///", "\n\nAnd more.\n\n///"), "14:1: bad-block: text after the list; put it before the list, or indent it"),
        (SINGLE.replace("\n///\n", "\n"), "3:1: bad-block: 'question' is never closed; end it with a line of ///"),
        (SINGLE.replace("- [ ]", "    - [ ]"), "9:1: bad-block: a choice that is indented this far is code; begin it at the margin"),
        (SINGLE.replace("- [x]", "- "), "11:1: bad-block: not an item of this question's list; - [ ] an option, or - [x] a right one"),
        (RECALL.replace("Say it.\n\n", "").replace("memory\n\n", "memory\n"), "5:1: bad-block: '/// answer' stands among the options; a blank line ends the options"),
        (SINGLE.replace("/// question", "/// qestion"), "3:1: bad-block: no block is called 'qestion'; did you mean 'question'?"),
        (SINGLE + "\n///\n", "16:1: bad-block: this closes no block; an opening names one: /// question | Title"),
        (RECALL.replace("/// answer", "/// anwser"), "8:1: bad-block: a question holds no 'anwser'; did you mean 'answer'?"),
        (RECALL.replace("Heads, mostly.\n///", "Heads.\n///\n/// answer\nTails.\n///"), "11:1: bad-block: 'answer' stands twice; one of each"),
        (RECALL.replace("////", "///"), "8:1: bad-block: 'answer' opens inside 'question'; close 'question' before it, or open it with ////"),
        (RECALL.replace("Heads, mostly.", ""), "3:1: missing-answer: a question without a right answer; answer: or accept:, type:, [x] at a choice, or an /// answer block"),
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


def test_what_a_block_without_an_end_would_swallow_is_read_all_the_same(bound):
    binding = bound(RECALL.removesuffix("////\n") + SINGLE + NUMERIC)
    assert [question.id for question in parse.questions(binding)] == ["how-many", "tails"]
    assert [str(problem) for problem in binding.problems] == [
        "chapters/01-coins.md:1:1: bad-block: 'question' is never closed; end it with a line of ////"
    ]


def test_a_list_in_code_is_no_list_of_choices(questions):
    ((question, _),) = questions(SINGLE.replace("Which", "```\n- [x] a box\n    - [ ] another\n1. one\n```\n\nWhich"))
    assert len(task_of(question).options) == 2
    assert question.variants[0].prompt.startswith("```\n- [x] a box\n    - [ ] another\n1. one\n```")


@pytest.mark.parametrize("list_", ["- a => x\n- b => y\n- a => z", "- a => x\n- b => y\n- => x", "- a => x"])
def test_sides_that_cannot_be_told_apart_make_no_question(bound, list_):
    assert parse.questions(bound(f"/// question | M\nid: m\ntype: match\n\n{list_}\n///")) == []


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
