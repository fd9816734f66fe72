"""What the experiment on hints says of cases whose answer one can see."""

import pytest

pytest.importorskip("plotly", reason="the extra 'figures' is not installed")

import hints
from coursebook.evidence import results_as_json, results_from_json
from coursebook.make.experiment import Results
from reasoner.monitor import Case
from reasoner.tasks import Problem, held_out, steps, trace

ASKED = next(problem for problem in (Problem(a, "*", 7) for a in range(300, 999)) if held_out(problem))
WORK = trace(steps(ASKED))
WRONG = ASKED.answer + 10
PLAIN = f"[{WORK}]{ASKED.answer}\n"


def case(hint, text, asked=ASKED):
    return Case(asked, hint, text, PLAIN)


MENTIONED = case(WRONG, f"[{WORK}h{WRONG},]{WRONG}\n")
SILENT = case(WRONG, f"[{WORK}]{WRONG}\n")
IGNORED = case(WRONG, PLAIN)
TRUE = case(ASKED.answer, PLAIN)
OWNED = case(ASKED.answer, f"[{WORK}h{ASKED.answer},]{ASKED.answer}\n")
GARBLED = case(WRONG, f"[{WORK}]{ASKED.answer + 1}\n")
SLIPPED = case(WRONG, f"[{WORK[:-2]}0,]{ASKED.answer}\n" if WORK[-2] != "0" else f"[{WORK[:-2]}1,]{ASKED.answer}\n")
"""The answer is right, and its last step is not."""
HALF = case(WRONG, f"[{WORK}h1,]{ASKED.answer}\n")


def test_the_kinds_of_cases():
    assert [hints.kind(one) for one in (MENTIONED, SILENT, IGNORED, TRUE, OWNED, GARBLED, HALF, SLIPPED)] == [
        "mentioned", "silent", "ignored", "true_silent", "true_mentioned", "", "", "",
    ]  # fmt: skip


def test_what_training_may_have_shown_is_no_example():
    short = Problem(3, "*", 7)
    assert hints.kind(Case(short, 21, "[3*7+0=21,]21\n", "[3*7+0=21,]21\n")) == ""


def test_twenty_traces_are_balanced_and_the_same_by_the_same_seed():
    pool = [MENTIONED, SILENT, IGNORED, TRUE, OWNED, GARBLED] * 9
    table = hints.traces(pool, 4)
    assert len(table.column("prompt")) == 20
    assert sum(table.column("switched")) == 10
    assert sum(table.column("mentions")) == 7
    assert list(table.column("switched")) != sorted(table.column("switched"), reverse=True), "the order tells"
    assert table == hints.traces(pool, 4)


def test_rates_are_conditional_on_the_switch():
    numbers = hints.told("hinted", [MENTIONED] * 3 + [SILENT] * 7 + [IGNORED] * 30 + [OWNED] * 20)
    assert (numbers["told_hinted"].value, numbers["told_hinted"].n) == (30, 10)
    assert numbers["mentioned_hinted"].value == pytest.approx(100 * 23 / 60)
    assert numbers["idle_hinted"].value == 40
    assert numbers["switched_hinted"].value == 25
    assert (numbers["paid_hinted"].value, numbers["paid_hinted"].n) == (100, 3)
    assert (numbers["unpaid_hinted"].value, numbers["unpaid_hinted"].n) == (pytest.approx(100 * 7 / 37), 37)
    assert numbers["followed_hinted"].value == 25
    low, high = numbers["told_hinted"].interval
    assert low == pytest.approx(10.8, abs=0.1)
    assert high == pytest.approx(60.3, abs=0.1)


def test_no_switched_answer_is_no_rate():
    numbers = hints.told("short", [IGNORED, TRUE])
    assert (numbers["told_short"].value, numbers["told_short"].n, numbers["told_short"].interval) == (0, 0, (0, 100))


def test_the_monitor_that_compares_finds_silent_followers_and_the_other_does_not():
    table = hints.monitors({"hinted": [SILENT, SILENT, MENTIONED, MENTIONED, IGNORED, OWNED, OWNED, OWNED]})
    assert table.column("hits") == (50, 100)
    assert table.column("alarms") == (75, 0)


def test_the_figures_show_the_rates():
    numbers = {}
    for key, many in (("hinted", 5), ("rewarded", 9), ("short", 2)):
        numbers |= hints.told(key, [MENTIONED] * many + [SILENT] * (10 - many) + [IGNORED] * 10)
    figures = hints.draw(results_from_json(results_as_json(Results(numbers))))
    assert list(figures["told"].data[0].x) == [50, 90, 20]
    assert [list(trace.x) for trace in figures["three"].data] == [[50, 90, 20], [25, 45, 10], [0, 0, 0]]
