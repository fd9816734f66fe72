"""A sceptic changes any digit anywhere, and the build goes red. A sample of the numbers of each
file on a push, in the soak every one, in two tiers."""

from pathlib import Path

import pytest

import mutants
from mutants import BOTH_ENTRIES, STILL_MAKER, TOLERATED, TRAINED, Tally

ROOT = Path(__file__).parents[1]


def report(capsys, tier, tally):
    with capsys.disabled():
        print("\n" + "\n".join(tally.lines(tier)))


@pytest.mark.slow
def test_naive_every_changed_number_is_caught(tmp_path, capsys):
    tally = Tally()
    mutants.naive_evidence(ROOT, tally)
    mutants.naive_stills(ROOT, tally)
    mutants.naive_sources(ROOT, tmp_path, tally)
    mutants.naive_chapters(ROOT, tally)
    report(capsys, "naive", tally)
    assert tally.survivors == []
    assert min(tally.made.values()) > 0


@pytest.mark.slow
@pytest.mark.browser
def test_forged_only_the_named_reasons_survive(tmp_path, capsys):
    tally = Tally()
    mutants.forged_evidence(ROOT, mutants.measured_again(ROOT), tally)
    mutants.forged_stills(ROOT, mutants.drawn_again(ROOT), tally)
    mutants.forged_sources(ROOT, tmp_path, tally)
    report(capsys, "forged", tally)
    assert {reason for _, _, reason in tally.survivors} <= {BOTH_ENTRIES, STILL_MAKER, TOLERATED, TRAINED}
    assert tally.caught["evidence and figure data"] > 0
    assert tally.caught["stills"] > 0
