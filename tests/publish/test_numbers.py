"""What counts as a naked number: by category as a specification, and measured on the labelled corpus."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursebook.publish.numbers import MEASURES, Candidate, candidates, mask, vocabulary

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests/corpus/naked_number"
NAMES = vocabulary((ROOT / "chapters/vocabulary.txt").read_text(encoding="utf-8"))

AIM = 0.98
FLOOR = {"dev": (AIM, AIM), "dev_2": (AIM, AIM), "held_out": (0.92, 0.90)}
"""Least precision and recall. The rules were written on dev and dev_2; held_out, which nobody who writes rules reads, is the honest
figure, and there they miss the aim: 151 of 163 findings were right, and 151 of 167 labels were found, when it was counted last."""


# -- the corpus --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """How many findings are right, and how many labels are found; any overlap counts."""

    right: int
    found: int
    hit: int
    labels: int

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.hit / self.labels


def tally(half: str, names: frozenset[str]) -> Tally:
    right = found = hit = labels = 0
    for line in (CORPUS / f"{half}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        flagged = [(number.start, number.end) for number in candidates(mask(row["text"]), names) if number.measure]
        spans = [(span["start"], span["start"] + len(span["text"])) for span in row["measures"]]
        found += len(flagged)
        labels += len(spans)
        right += sum(overlaps(one, spans) for one in flagged)
        hit += sum(overlaps(one, flagged) for one in spans)
    return Tally(right, found, hit, labels)


def overlaps(one: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)


@pytest.mark.parametrize("half", FLOOR)
def test_precision_and_recall(half: str, record_property: Callable[[str, object], None]):
    counted = {"with": tally(half, NAMES), "without": tally(half, frozenset())}
    for which, result in counted.items():
        line = f"precision {result.precision:.4f} ({result.right}/{result.found}), recall {result.recall:.4f} ({result.hit}/{result.labels})"
        record_property(f"{half}, {which} vocabulary", line)
        print(f"\n{half}, {which} vocabulary: {line}")
    least_precision, least_recall = FLOOR[half]
    assert counted["with"].precision >= least_precision
    assert counted["with"].recall >= least_recall


# -- the specification: ⟦brackets⟧ stand around each measure ------------------------------------------------------------

MEASURED = {
    "percent": ["The rate fell to ⟦12 %⟧ from ⟦30⟧-⟦35%⟧.", "Some ⟦seven⟧ percent left.", "A gain of ⟦2.5⟧ percentage points."],
    "price": [
        "A call costs $⟦0.20⟧ or ⟦40 EUR⟧ a month.",
        "Seats are US$⟦9⟧, later €⟦1.5M⟧.",
        "It saved ⟦two⟧ million dollars.",
    ],
    "duration": [
        "It took ⟦3m20s⟧, not ⟦90 s⟧.",
        "They waited ⟦six⟧ weeks.",
        "A ⟦20⟧-minute talk in ⟦two⟧ and a half hours.",
    ],
    "size": ["A ⟦4.2 GB⟧ file at ⟦300 dpi⟧.", "Pictures of ⟦640x480⟧ pixels.", "The oven stood at ⟦180 °C⟧ and drew ⟦2 kW⟧."],
    "rate": ["It streams ⟦80⟧ tokens per second over ⟦2 Gbps⟧."],
    "multiple": [
        "It is ⟦3x⟧ faster and ⟦nine⟧ times larger.",
        "A ⟦fivefold⟧ rise, ⟦twice⟧ as many.",
        "Cheaper by a factor of ⟦4⟧.",
    ],
    "proportion": [
        "⟦17⟧ of ⟦20⟧ passed.",
        "About ⟦one⟧ in ⟦five⟧ stayed.",
        "Of the ⟦ten⟧ seeds, ⟦three⟧ diverged.",
        "⟦One⟧ user in ⟦four⟧ left.",
    ],
    "fraction": ["⟦Two-thirds⟧ of the answers were short.", "He got ⟦8/10⟧.", "A ⟦quarter⟧ of the files had failed."],
    "share of a thing": ["It needs ⟦half⟧ the memory and ⟦double⟧ the time.", "The gap shrank by about ⟦half⟧."],
    "times something was done": ["It was restarted ⟦twice⟧.", "We have seen it ⟦five⟧ times since March."],
    "limit in words": ["At most ⟦eight⟧ workers may run.", "The account allows ⟦ten⟧ executions."],
    "told in the past": ["Each task was shown to ⟦three⟧ people.", "The band showed up in all ⟦six⟧ samples."],
    "unit with a prefix": ["Add ⟦1.25 µL⟧ of primer.", "The gap is ⟦1.12 eV⟧."],
    "ratio": ["Hits and misses stood at ⟦5:2⟧."],
    "count": [
        "We ran ⟦42⟧ models on ⟦1,319⟧ problems.",
        "More than ⟦60⟧ people came.",
        "It has ⟦7K⟧ stars and ⟦3 million⟧ rows.",
    ],
    "score": [
        "Its rating went from ⟦1,450⟧ to ⟦1,610⟧.",
        "GSM8K rose from ⟦56.5⟧ to ⟦74.4⟧.",
        "She was in the ⟦93rd⟧ percentile.",
    ],
    "statistic": ["Height (M = ⟦161.2⟧, n = ⟦84⟧) and r = ⟦.41⟧, p < ⟦.01⟧.", "The loss fell to ⟦2.3e-4⟧."],
    "limit": ["The limit is ⟦4,096⟧ tokens or ⟦25 MB⟧.", "You may send ⟦60⟧ requests a minute."],
    "model size as an amount": ["The base has ⟦412 B⟧ parameters.", "It was trained on ⟦15T⟧ tokens."],
    "words that report": ["⟦Nine⟧ labs replied and ⟦four⟧ refused.", "We surveyed ⟦twelve⟧ teams."],
    "cell": ["| Puzzles (rating) | ⟦684⟧ | ⟦1911⟧ |", "| grep | **⟦0.107s⟧** (⟦1.00x⟧) |"],
}
LET_STAND = {
    "name": [
        "GPT-5.5, o1, R1, ARC-AGI-2 and m5.4xlarge.",
        "Ubuntu 22.04, React 19 and CC BY 4.0.",
        "The 0.6B, 4B and 27B variants.",
    ],
    "kind": [
        "A 12-layer network in 4-bit, 5-shot, top@3.",
        "A two-stage, 50-dimensional, 2D view.",
        "8-fold cross-validation, p90.",
    ],
    "version": [
        "Python 3.14 drops 3.9.",
        "v0.4.3 needs >=2.7,<3.5 of Python.",
        "Fixed in 1.4, see #88.",
        "It needs CUDA 12.4 or 12.6.",
    ],
    "date": ["On 30 May 2026, in 2019 and in the 1990s.", "From 2019 to 2023.", "2026-03-03 at 17:35.", "At 10 am on 4 June."],
    "reference": [
        "See Figure 3, pp. 114–117 and Eq. (4).",
        "Subtasks 1, 2, and 4.",
        "arXiv 2505.05410 [12].",
        "Question 3 of 15.",
    ],
    "code": ["Port 8080 answers 429.", "Exit code 137, colour #333333.", "It runs `range(20)`."],
    "setting": [
        "Temperature 0.7, seed 42, a batch size of 256.",
        "Set the learning rate to 3e-4.",
        "The value 0.6 is recommended.",
    ],
    "scale": ["It lies between 0 and 1.", "Rate it from 1 to 5.", "A score of 100 is perfect.", "From 0 % to 100 %."],
    "structure": ["Two rows and 4 columns.", "There are 3 ways.", "A 3x3 grid.", "One of the two workers."],
    "statistic's name": ["A 95 % confidence interval is drawn."],
    "base of a rate": ["Prices are per 1M tokens, errors per 1,000 words."],
    "made up": [
        "Suppose that 10 % of coins are false.",
        "A farmer has $20.",
        "A shop sold 36 pens. How many are left after 2 days?",
    ],
    "spelling": ["Write 1000 with a comma.", 'Use "5 kg", not "5kg".', "Numerals for 10 and above."],
    "arithmetic": ["What is 2 + 2?", "So 8 + 5 = 13."],
    "idiom": ["Open 24/7.", "One of the best.", "Nine out of ten, or so the joke goes.", "Hundreds of users."],
    "ordinal": ["The 2nd run and the third.", "The 95th percentile of latency."],
    "instruction": ["Train it for 5 epochs.", "Set the number of clusters to 10.", "Fold the dough three times."],
    "default": ["The plot has 10 points by default.", "The number of tries is 20 unless you set it."],
    "present tense of a design": ["Icons come in two sizes.", "These are choices between two printed answers."],
    "definition": ["An inch is 2.54 centimetres.", "Euler's number is about 2.718."],
    "arithmetic in words": ["The mean of 2, 4 and 9 is 5."],
    "verb that looks like a plural": ["The flag 256 marks a secondary alignment.", "Bus 42 leaves from platform 3."],
    "list of references": ["Readings are from chapters 4 to 6 of the text.", "See Fig. 3b."],
    "row key": ["| Batch size | 96 | 64 |", "| Seed | 7 |"],
    "heading number": ["## 3.1 Choosing", "### 2. Why"],
}


def marked(text: str) -> tuple[str, list[str]]:
    """The sentence without its brackets, and what stood in them."""
    return re.sub("[⟦⟧]", "", text), re.findall("⟦(.*?)⟧", text)


@pytest.mark.parametrize(("kind", "sentence"), [(kind, sentence) for kind, group in MEASURED.items() for sentence in group])
def test_is_a_measure(kind: str, sentence: str):
    text, measures = marked(sentence)
    assert [number.text for number in candidates(mask(text)) if number.measure] == measures


@pytest.mark.parametrize(("kind", "sentence"), [(kind, sentence) for kind, group in LET_STAND.items() for sentence in group])
def test_is_no_measure(kind: str, sentence: str):
    assert [number for number in candidates(mask(sentence)) if number.measure] == []


def test_a_candidate_says_why():
    found = candidates("GPT-4 got 59 %.")
    assert found == [Candidate(0, 5, "GPT-4", False, "name"), Candidate(10, 14, "59 %", True, "percent")]
    assert "percent" in MEASURES
    assert "name" not in MEASURES


def test_the_vocabulary_holds_names_that_rules_cannot_know():
    text = "We tried the\nGame of 24 and scored it."
    assert [number.text for number in candidates(text) if number.measure] == ["24"]
    assert [(number.text, number.reason) for number in candidates(text, frozenset({"Game of 24"}))] == [("24", "vocabulary")]
    assert vocabulary("# names\n\nGame of 24\n  AI 2027 \n") == {"Game of 24", "AI 2027"}


def test_a_made_up_example_ends_where_findings_begin():
    text = "Suppose that 10 % are false. Each costs $3.\n\nOf our runs 20 % failed."
    assert [number.text for number in candidates(text) if number.measure] == ["20 %"]


def test_a_question_does_not_make_what_was_found_before_it_an_example():
    text = "In the study 39 % of chains mention it. How many would you expect?"
    assert [number.text for number in candidates(text) if number.measure] == ["39 %"]


def test_what_was_masked_is_no_neighbour():
    assert not [number for number in candidates(mask("It beat one {{ a.b }} times larger.")) if number.measure]


# -- masking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a `x = 1` b", "a b"),
        ("a ``x ` 1`` b", "a b"),
        ("a\n```py\n1\n```\nb", "a b"),
        ("a $p = 0.3$ b $$x^2$$", "a b"),
        ("a \\(F_1\\) b", "a b"),
        ("$0.42 a task and $2 more", "$0.42 a task and $2 more"),
        ("$5 a task (or 7 A$), $9", "$5 a task (or 7 A$), $9"),
        ("a <!-- 1\n2 --> b", "a b"),
        ('a <img width="75%"> b', "a b"),
        ("[post](../blog/2022/a-3.md) b", "[post] b"),
        ("a https://x.org/1 b <https://x.org/2>", "a b"),
        ("a\n\n[1]: https://x.org/1", "a"),
        ("a[^12] b", "a b"),
        ("a [@wang2023, Tables 1 and 2] b", "a b"),
        ("a {{ x.y }} b {{? x > 1 }}", "a b"),
        ('![alt](a.png){ width="300" } b {: .c1 } {#d2}', "![alt] b"),
        ("Press ++ctrl+1++ now", "Press now"),
        ("1. one\n2. two\n10) ten", "one two ten"),
        ("went on in\n2024. Then", "went on in 2024. Then"),
    ],
)
def test_mask_blanks_what_is_not_prose(text: str, left: str):
    masked = mask(text)
    assert masked.split() == left.split()
    assert len(masked) == len(text)


PIECES = st.sampled_from(
    [
        "12",
        "3.5 %",
        "$",
        "`",
        "```",
        "{{",
        "}}",
        "<!--",
        "-->",
        "\n",
        "\n\n",
        "| ",
        "|---|",
        "# ",
        "- ",
        "one of two ",
        "[",
        "](",
        ")",
        '"',
        "a ",
        "GPT-4 ",
        "± ",
        "–",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_mask_keeps_positions_and_candidates_stay_in_order(text: str):
    masked = mask(text)
    assert len(masked) == len(text)
    assert [index for index, character in enumerate(masked) if character == "\n"] == [
        index for index, character in enumerate(text) if character == "\n"
    ]
    end = 0
    for number in candidates(masked, NAMES):
        assert end <= number.start < number.end <= len(text)
        assert number.text == masked[number.start : number.end]
        assert number.measure == (number.reason in MEASURES)
        end = number.end


@pytest.mark.parametrize("piece", ["1", "$", "`"])
def test_a_megabyte_of_one_character_ends(piece: str):
    text = piece * 1_000_000
    masked = mask(text)
    assert len(masked) == len(text)
    assert len(candidates(masked)) == (piece == "1")


@pytest.mark.parametrize("piece", ["[", "](", "1.1.", "1,", "{{", "a-", "<a", "1:1:", "1x", "$1 ", "|-", "<!--", "++a"])
def test_openings_without_an_end_are_read_once(piece: str):
    text = piece * (100_000 // len(piece))
    assert len(mask(text)) == len(text)
    candidates(text)


@pytest.mark.parametrize("phrase", ["one of two ", "1 of 2 ", '"1" ', "how many 5? ", "if 3 ", "see 3, ", ", of 3 ", "12 "])
def test_a_rule_looks_only_so_far(phrase: str, monkeypatch: pytest.MonkeyPatch):
    """Twice the text, twice the looks: counted, not timed."""
    from coursebook.publish import numbers

    looks = [0]
    look = numbers.Spot.look

    def counting(spot: numbers.Spot, step: int, count: int) -> list[numbers.Token]:
        looks[0] += 1
        return look(spot, step, count)

    monkeypatch.setattr(numbers.Spot, "look", counting)
    amounts = []
    for size in (200, 400):
        looks[0] = 0
        candidates(phrase * size)
        amounts.append(looks[0])
    assert amounts[1] <= 2 * amounts[0] + 20
