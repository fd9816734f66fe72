"""What "the same" means, at the boundary of each rule."""

import dataclasses
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursebook.evidence import File, Number, Results, digest
from coursebook.make.equivalence import (
    FAMILY_LEVEL,
    NEIGHBOURS,
    OVERLAP,
    PASSES,
    compare,
    compare_files,
    neighbour_overlap,
    same_number,
    two_proportions,
    vectors,
    worst,
)
from coursebook.make.experiment import exact, printed, sampled, structure, within
from coursebook.values import Column, Rule, Table


def verdict(rule, old, new, **options):
    return same_number(rule, old, new, **options)


@pytest.mark.parametrize("rule", [exact(), printed(), within(abs=1), sampled(), structure()])
def test_an_equal_number_is_identical_by_every_rule(rule):
    assert verdict(rule, 0.1, 0.1) == "identical"
    assert verdict(rule, -0.0, 0.0) == "identical"


@pytest.mark.parametrize(("old", "new"), [(5, 6), (0.1, 0.1 + 1e-17 + 1e-16), (5, 5.0), (1e300, 2e300)])
def test_exact_is_equal_and_of_the_same_type(old, new):
    assert verdict(exact(), old, new) == "moved"


@pytest.mark.parametrize(
    ("spec", "old", "new", "wanted"),
    [
        (".1f", 62.5, 62.55, "equivalent"),
        (".1f", 62.5, 62.45, "equivalent"),
        (".1f", 62.5, 62.5501, "moved"),
        (".1f", 62.5, 62.4499, "moved"),
        (",.0f", 1000, 1000.5, "equivalent"),
        (",.0f", 1000, 1000.51, "moved"),
        (".1%", 0.625, 0.6255, "equivalent"),
        (".1%", 0.625, 0.62551, "moved"),
        (".0%", 0.62, 0.625, "equivalent"),
        (".0%", 0.62, 0.6251, "moved"),
        ("+.2f", 1.0, 1.005, "equivalent"),
        ("+.2f", 1.0, 1.0051, "moved"),
        (".10f", 1.0, 1.0 + 4e-11, "equivalent"),
        (".10f", 1.0, 1.0 + 6e-11, "moved"),
        ("", 62.5, 62.54, "equivalent"),
        ("", 62.5, 62.56, "moved"),
        ("", 62, 62.4, "equivalent"),
        (".2e", 1e-5, 1.001e-5, "moved"),
        (".2E", 1e-5, 2e-5, "moved"),
        (".3g", 0.001, 0.0011, "moved"),
        (".3", 0.001, 0.0011, "moved"),
        ("d", 5, 6, "moved"),
    ],
)
def test_printed_is_half_a_unit_of_the_last_digit(spec, old, new, wanted):
    assert verdict(printed(), old, new, spec=spec) == wanted
    assert verdict(printed(), -old, -new, spec=spec) == wanted


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(0, 4))
def test_printed_never_lets_pass_what_prints_more_than_a_unit_apart(old, new, places):
    from coursebook.values import formatted

    if verdict(printed(), old, new, spec=f".{places}f") in PASSES:
        texts = [Fraction(formatted(number, f".{places}f").replace("−", "-")) for number in (old, new)]
        assert abs(texts[0] - texts[1]) <= Fraction(1, 10**places)


@pytest.mark.parametrize(
    ("rule", "old", "new", "wanted"),
    [
        (within(abs=0.25), 10.0, 10.25, "equivalent"),
        (within(abs=0.25), 10.0, 9.75, "equivalent"),
        (within(abs=0.25), 10.0, 10.26, "moved"),
        (within(rel=0.25), 8.0, 10.0, "equivalent"),
        (within(rel=0.25), 8.0, 6.0, "equivalent"),
        (within(rel=0.25), 8.0, 10.01, "moved"),
        (within(rel=0.25), -8.0, -10.0, "equivalent"),
        (within(rel=0.25), 0.0, 0.001, "moved"),
        (within(abs=1, rel=0.25), 0.0, 1.0, "equivalent"),
        (within(abs=1, rel=0.25), 8.0, 10.0, "equivalent"),
        (within(abs=1, rel=0.25), 8.0, 10.5, "moved"),
        (within(), 1.0, 1.0000001, "moved"),
    ],
)
def test_within_is_the_larger_of_both_tolerances(rule, old, new, wanted):
    assert verdict(rule, old, new) == wanted


def test_sampled_is_equal_on_the_pinned_run_and_tested_elsewhere():
    rate = {"rate": (100, "percent")}
    assert verdict(sampled(), 50.0, 51.0, **rate, pinned=True) == "moved"
    assert verdict(sampled(), 50.0, 51.0, **rate, pinned=False) == "equivalent"
    assert verdict(sampled(), 50.0, 90.0, **rate, pinned=False) == "moved"
    assert verdict(sampled(), 0.50, 0.51, rate=(100, "share"), pinned=False) == "equivalent"
    assert verdict(sampled(), 50.0, 51.0, rate=(None, "percent"), pinned=False) == "moved", "without n nothing can be tested"


def test_sampled_at_the_boundary_of_its_level():
    level = two_proportions(0.5, 0.7, 100)
    rate = {"rate": (100, ""), "pinned": False}
    assert verdict(sampled(), 0.5, 0.7, **rate, level=level) == "equivalent"
    assert verdict(sampled(), 0.5, 0.7, **rate, level=level * 1.001) == "moved"


@pytest.mark.parametrize(
    ("first", "second", "n", "p"),
    [
        # The pooled z-test on counts to which one success and one failure are added; p from tables of the normal
        # distribution: 51/102 against 71/102 is z = 2.8560, 51/102 against 61/102 is z = 1.4071.
        (0.5, 0.7, 100, 0.00429),
        (0.5, 0.6, 100, 0.1594),
        (0.5, 0.5, 100, 1.0),
        (0.0, 0.0, 10, 1.0),
        (1.0, 1.0, 10, 1.0),
    ],
)
def test_two_proportions_is_the_pooled_z_test(first, second, n, p):
    assert two_proportions(first, second, n) == pytest.approx(p, rel=2e-3)
    assert two_proportions(second, first, n) == two_proportions(first, second, n)
    assert two_proportions(1 - first, 1 - second, n) == pytest.approx(two_proportions(first, second, n))


def test_two_proportions_agrees_with_scipy():
    """A chi-squared test without continuity correction is the square of the pooled z-test."""
    stats = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    for one, other, n in [(30, 45, 100), (1, 9, 40), (500, 530, 1000), (0, 5, 20)]:
        table = [[one + 1, n - one + 1], [other + 1, n - other + 1]]
        assert two_proportions(one / n, other / n, n) == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)


def false_alarms(n, p, level):
    """The exact chance that two samples of n cases at one rate p are called moved."""
    chances = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    return sum(
        chances[one] * chances[other]
        for one in range(n + 1)
        for other in range(n + 1)
        if chances[one] * chances[other] > 1e-12 and two_proportions(one / n, other / n, n) < level
    )


@pytest.mark.parametrize("n", [20, 100, 250])
@pytest.mark.parametrize("p", [0.02, 0.1, 0.3, 0.5, 0.9])
def test_one_sampled_rate_is_rarely_called_moved_when_it_is_not(n, p):
    assert false_alarms(n, p, FAMILY_LEVEL) <= 1.5 * FAMILY_LEVEL


def rates(values, n=200):
    return Results({f"r{index}": Number(value, "a rate", n=n, rule=sampled()) for index, value in enumerate(values)})


def test_a_family_of_sampled_rates_keeps_its_level_in_simulation():
    """Forty rates, resampled 1500 times elsewhere: a verification in which nothing moved is called moved about once in
    a thousand. Held to 0.05 each, seven in eight would be."""
    dice = random.Random(7)
    count, n, rounds = 40, 200, 1500
    truth = [dice.uniform(0.05, 0.95) for _ in range(count)]
    memory = {}

    def p_value(one, other):
        if (one, other) not in memory:
            memory[one, other] = two_proportions(one / n, other / n, n)
        return memory[one, other]

    def draw():
        return [sum(dice.random() < p for _ in range(n)) for p in truth]

    pool = [draw() for _ in range(60)]
    alarms = {FAMILY_LEVEL / count: 0, 0.05: 0}
    for _ in range(rounds):
        old, new = dice.sample(pool, 2)
        least = min(map(p_value, old, new))
        for level in alarms:
            alarms[level] += least < level
    assert alarms[FAMILY_LEVEL / count] <= 0.01 * rounds
    assert alarms[0.05] >= 0.5 * rounds
    results = [rates([one / n for one in pool[index]], n) for index in (0, 1)]
    assert {one.verdict for one in compare("x", *results, pinned=False)} <= {"identical", "equivalent"}


def test_the_family_is_the_whole_verification_and_not_one_experiment():
    old, new = rates([0.5]), rates([0.68])
    p = two_proportions(0.5, 0.68, 200)
    assert FAMILY_LEVEL / 5 < p < FAMILY_LEVEL, "the example is chosen so that the size of the family decides"
    assert [one.verdict for one in compare("x", old, new, pinned=False)] == ["moved"]
    assert [one.verdict for one in compare("x", old, new, pinned=False, family=5)] == ["equivalent"]


def test_a_rate_that_truly_moved_is_found():
    assert [one.verdict for one in compare("x", rates([0.5]), rates([0.75]), pinned=False)] == ["moved"]


def layout(points, rule=None):
    columns = (
        Column(name, tuple(float(point[index]) for point in points), rule=rule or structure())
        for index, name in enumerate("xy")
    )
    return Results({}, {"map": Table("A map", tuple(columns))})


def verdicts(old, new, **options):
    return {one.verdict for one in compare("x", layout(old), layout(new), **options)}


def clusters(dice, count=60):
    return [(10 * (index % 3) + dice.gauss(0, 1), 10 * (index % 2) + dice.gauss(0, 1)) for index in range(count)]


CLOUD = clusters(random.Random(3))


def shifted(points, by):
    return [(x + by, y) for x, y in points]


def test_coordinates_that_the_pinned_run_reproduces_are_equivalent():
    assert verdicts(CLOUD, CLOUD) == {"identical"}
    assert verdicts(CLOUD, shifted(CLOUD, 0.9e-4)) <= {"identical", "equivalent"}
    assert verdicts(CLOUD, shifted(CLOUD, 1.1e-4)) == {"moved", "identical"}


def turned(points, angle):
    return [(x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)) for x, y in points]


@pytest.mark.parametrize(
    "change",
    [
        lambda points: turned(points, 1.0),
        lambda points: [(-x, y) for x, y in points],
        lambda points: [(7 * x, 7 * y + 3) for x, y in points],
    ],
)
def test_elsewhere_the_same_neighbourhoods_are_the_same_structure(change):
    assert "moved" not in verdicts(CLOUD, change(CLOUD), pinned=False)
    assert "moved" in verdicts(CLOUD, change(CLOUD), pinned=True)


def test_elsewhere_other_neighbourhoods_are_another_structure():
    dice = random.Random(5)
    shuffled = dice.sample(CLOUD, len(CLOUD))
    assert neighbour_overlap(CLOUD, shuffled) < 0.5
    assert "moved" in verdicts(CLOUD, shuffled, pinned=False)


def test_structure_at_the_boundary_of_its_overlap():
    """Points are swapped one pair after the other until the overlap falls below the limit; the verdict turns there."""
    points, seen = list(CLOUD), set()
    for index in range(0, len(points) - 3, 2):
        points[index], points[index + 3] = points[index + 3], points[index]
        alike = neighbour_overlap(CLOUD, points) >= OVERLAP
        seen.add(alike)
        assert ("moved" not in verdicts(CLOUD, points, pinned=False)) is alike
    assert seen == {True, False}


def test_overlap_is_the_mean_share_of_common_neighbours():
    line = [(float(x), 0.0) for x in range(8)]
    assert neighbour_overlap(line, line) == 1.0
    # Two neighbours each: the last point, moved to the front, loses both of its own, and one of each end's two.
    moved = [*line[:-1], (-1.0, 0.0)]
    assert neighbour_overlap(line, moved, k=2) == pytest.approx((0.5 + 5 * 1 + 0.5 + 0) / 8)


def mutual(points, k):
    """Pairs of points that are each among the other's k nearest."""
    near = [
        set(sorted(range(len(points)), key=lambda other: (math.dist(points[one], points[other]), other))[1 : k + 1])
        for one in range(len(points))
    ]
    return {(one, other) for one in range(len(points)) for other in near[one] if one in near[other]}


def test_equivalent_layouts_share_most_of_their_mutual_neighbours():
    dice = random.Random(11)
    noisy = [(x + dice.gauss(0, 0.2), y + dice.gauss(0, 0.2)) for x, y in turned(CLOUD, 0.5)]
    assert "moved" not in verdicts(CLOUD, noisy, pinned=False)
    old, new = mutual(CLOUD, NEIGHBOURS), mutual(noisy, NEIGHBOURS)
    assert len(old & new) / len(old | new) > 0.5


@pytest.mark.parametrize("count", [4, 8, 11, 12, 15])
def test_few_points_do_not_agree_by_themselves(count):
    """Were all the others neighbours, every layout of eleven points would be every other."""
    dice = random.Random(count)
    points = [(dice.random(), dice.random()) for _ in range(count)]
    worst_seen = min(neighbour_overlap(points, dice.sample(points, count)) for _ in range(50))
    assert worst_seen < OVERLAP


def test_one_point_has_no_structure_to_lose():
    assert "moved" not in verdicts([(0, 0)], [(5, 5)], pinned=False)


def test_a_layout_of_other_points_moved():
    assert verdicts(CLOUD, CLOUD[:-1], pinned=False) == {"moved"}


NUMBER = Number(62.5, "heads", "percent", ".1f", (50.0, 75.0), 8)
OTHERS = {
    "value": 63.5, "what": "tails", "unit": "points", "format": ".0f", "interval": (50.0, 76.0), "n": 9, "rule": Rule("exact"),
}  # fmt: skip


@pytest.mark.parametrize("field", OTHERS)
def test_every_change_to_a_number_is_seen(field):
    new = dataclasses.replace(NUMBER, **{field: OTHERS[field]})
    (found,) = compare("x", Results({"a": NUMBER}), Results({"a": new}))
    assert (found.id, found.verdict, found.passes) == ("x.a", "moved", False)


@pytest.mark.parametrize(
    ("rule", "interval", "wanted"),
    [
        (printed(), (50.04, 75.0), "equivalent"),
        (printed(), (50.06, 75.0), "moved"),
        (printed(), None, "moved"),
        (within(abs=1), (50.9, 75.0), "equivalent"),
        (within(abs=1), (51.1, 75.0), "moved"),
        (exact(), (50.0000001, 75.0), "moved"),
    ],
)
def test_an_interval_follows_the_rule_of_its_number(rule, interval, wanted):
    old = dataclasses.replace(NUMBER, rule=rule)
    (found,) = compare("x", Results({"a": old}), Results({"a": dataclasses.replace(old, interval=interval)}))
    assert found.verdict == wanted


def test_a_number_that_came_or_went_moved():
    gone = compare("x", Results({"a": NUMBER}), Results())
    came = compare("x", Results(), Results({"a": NUMBER}))
    assert [(one.verdict, one.old, one.new) for one in gone] == [("moved", "62.5", "absent")]
    assert [(one.verdict, one.old, one.new) for one in came] == [("moved", "absent", "62.5")]


def table(*columns, title="Heads"):
    return Results({}, {"table": Table(title, columns), "other": Table("Other", (Column("z", (1,)),))})


RIGHT = Column("right", (50.0, 62.5), "right", "percent", ".1f")


def test_each_cell_is_compared_by_its_columns_rule_and_as_it_prints():
    new = dataclasses.replace(RIGHT, cells=(50.04, 62.6))
    found = compare("x", table(RIGHT), table(new))
    assert [(one.id, one.verdict) for one in found] == [
        ("x.other.z[0]", "identical"),
        ("x.right[0]", "equivalent"),
        ("x.right[1]", "moved"),
    ]


def test_a_cell_is_held_to_the_decimals_that_its_column_prints():
    old = Column("right", (1, 2.25))
    found = compare("x", table(old), table(dataclasses.replace(old, cells=(1.4, 2.25))))
    assert old.text(0) == "1.00"
    assert {one.id: one.verdict for one in found}["x.right[0]"] == "moved"


@pytest.mark.parametrize(
    "new",
    [
        {"cells": (50.0,)}, {"cells": (50.0, 62.5, 70.0)}, {"unit": "points"}, {"format": ".2f"}, {"what": "wrong"},
        {"rule": exact()}, {"name": "wrong"}, {"cells": ("a", "b")},
    ],
)  # fmt: skip
def test_every_change_to_a_column_is_seen(new):
    assert worst(compare("x", table(RIGHT), table(dataclasses.replace(RIGHT, **new)))) == "moved"


def test_a_title_and_the_order_of_columns_are_seen():
    other = Column("a", (1, 2))
    assert worst(compare("x", table(RIGHT), table(RIGHT, title="Tails"))) == "moved"
    assert worst(compare("x", table(RIGHT, other), table(other, RIGHT))) == "moved"
    assert worst(compare("x", table(RIGHT), Results())) == "moved"


def test_text_cells_are_equal_or_moved():
    who = Column("who", ("a", "b"))
    assert worst(compare("x", table(who), table(who))) == "identical"
    assert worst(compare("x", table(who), table(Column("who", ("a", "c"))))) == "moved"


def test_the_worst_verdict_stands_for_all():
    assert worst([]) == "identical"
    assert worst([], "tampered") == "tampered"
    found = compare("x", Results({"a": NUMBER}), Results({"a": dataclasses.replace(NUMBER, value=62.51)}))
    assert worst(found) == "equivalent"
    assert worst(found, "moved") == "moved"


PATH = "evidence/vectors/x.txt"


def text(points, words=None):
    """Points as a file in word2vec's text format."""
    words = words or [f"w{index}" for index in range(len(points))]
    rows = [" ".join([word, *map(repr, point)]) for word, point in zip(words, points, strict=True)]
    return "\n".join([f"{len(rows)} {len(points[0])}", *rows, ""]).encode()


def file_verdict(old, new, rule=None, **options):
    (found,) = compare_files(
        {PATH: digest(old)}, {PATH: old}, {PATH: File(new, rule or structure())}, options.get("pinned", True)
    )
    assert (found.id, found.old, found.new) == (PATH, digest(old)[:12], digest(new)[:12])
    return found.verdict


def test_a_file_with_the_hash_in_the_receipt_is_identical():
    assert file_verdict(text(CLOUD), text(CLOUD)) == "identical"
    assert file_verdict(b"\0any", b"\0any") == "identical"


def test_an_exact_file_differs_by_any_byte():
    for pinned in (True, False):
        assert file_verdict(text(CLOUD), text(CLOUD) + b"\n", exact(), pinned=pinned) == "moved"
        assert file_verdict(text(CLOUD), text(shifted(CLOUD, 0.5e-4)), exact(), pinned=pinned) == "moved"


def test_the_coordinates_of_a_file_are_those_of_a_layout():
    assert file_verdict(text(CLOUD), text(shifted(CLOUD, 0.9e-4))) == "equivalent"
    assert file_verdict(text(CLOUD), text(shifted(CLOUD, 1.1e-4))) == "moved"
    assert file_verdict(text(CLOUD), text(shifted(CLOUD, 1.1e-4)), pinned=False) == "equivalent"
    assert file_verdict(text(CLOUD), text(turned(CLOUD, 1.0)), pinned=False) == "equivalent"


@pytest.mark.parametrize("pinned", [True, False])
def test_words_that_changed_places_or_vectors_are_another_file(pinned):
    dice = random.Random(5)
    names = [f"w{index}" for index in range(len(CLOUD))]
    assert file_verdict(text(CLOUD), text(CLOUD, dice.sample(names, len(names))), pinned=pinned) == "moved"
    assert file_verdict(text(CLOUD), text(dice.sample(CLOUD, len(CLOUD))), pinned=pinned) == "moved"
    assert file_verdict(text(CLOUD), text(CLOUD[::-1], names[::-1]), pinned=pinned) == "moved", "the order counts too"


@pytest.mark.parametrize("pinned", [True, False])
@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"60 2\n", b"no vectors", b"\xff\xfe", text(CLOUD).replace(b" ", b"  "), text(CLOUD).replace(b".", b",", 1),
        text(CLOUD[:-1]), text([(*point, 0.0) for point in CLOUD]), text([point[:1] for point in CLOUD]),
        text(CLOUD)[:-24], text(CLOUD) + b"w60 1.0\n", text([()] * 60),
    ],
)  # fmt: skip
def test_another_shape_or_no_vectors_at_all_moved_and_is_no_traceback(content, pinned):
    assert file_verdict(text(CLOUD), content, pinned=pinned) == "moved"
    assert file_verdict(content, text(CLOUD), pinned=pinned) == "moved"


def test_of_trained_weights_the_scores_tell_and_not_the_bytes():
    assert file_verdict(b"weights", b"weights", Rule("trained")) == "identical"
    for pinned in (True, False):
        assert file_verdict(b"weights", b"others", Rule("trained"), pinned=pinned) == "equivalent"
    assert file_verdict(b"weights", b"others", exact()) == "moved"
    (came,) = compare_files({}, {}, {PATH: File(b"x", Rule("trained"))}, True)
    assert came.verdict == "moved"


def test_a_file_that_came_or_went_moved():
    (came,) = compare_files({}, {}, {PATH: File(b"x", structure())}, True)
    (gone,) = compare_files({PATH: digest("x")}, {PATH: b"x"}, {}, True)
    assert [(one.verdict, one.old, one.new) for one in (came, gone)] == [
        ("moved", "absent", digest("x")[:12]),
        ("moved", digest("x")[:12], "absent"),
    ]


def test_vectors_are_words_and_points():
    assert vectors(b"2 2\na 1.5 -2\nb 3 4e-1\n") == (["a", "b"], [(1.5, -2.0), (3.0, 0.4)])
    assert vectors(b"2 2\na 1.5\nb 3 4\n") == vectors(b"") == vectors(b"a b") == ([], [])
