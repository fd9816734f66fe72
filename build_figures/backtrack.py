"""The backtrack: does a small model say wait because something went wrong, or because it is time to?"""

import math
import random
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from _proportions import wilson_interval
from _shown import shown
from coursebook.make.experiment import Column, Number, Results, Table, exact, printed, sampled
from reasoner import tasks
from reasoner.checks import PLACES, ends, waits
from reasoner.doubts import slip
from reasoner.model import Model, generate, softmax
from reasoner.tasks import CODES, Problem, right, single, steps, trace

NEEDS = [
    "src/reasoner/weights/reflective.npz",
    "src/reasoner/weights/reactive.npz",
    "src/reasoner/weights/overthinking.npz",
    "src/reasoner/weights/checker.npz",
]
SEED = 4
VARIANTS = ("reflective", "reactive", "overthinking", "checker")
KINDS = {"units": (1, True), "tens": (0, True), "broken": (0, False)}
"""Wrong units, which nothing later builds on; wrong tens, carried on into the next step; wrong tens, from which the next
step does not go on. Each with the digit (0 tens, 1 units) and whether it is carried on."""
WHERE = {"reflective": "pass", "reactive": "pass", "overthinking": "pass", "checker": "digit"}
"""Where each was taught to wait."""
LENGTHS, CASES = (3, 4, 5), 120
RUN = 4
"""Digits of the problems that the models go on with."""
FEWEST = 30
"""Of fewer traces no share is given."""
PASSES, CHUNK = 5, 32
LIMIT = 200


@dataclass(frozen=True)
class Case:
    """A problem, its clean pass, and the same pass with one digit of step `at` wrong, in each of the kinds."""

    problem: Problem
    at: int
    clean: str
    slips: dict[str, str]
    places: dict[str, int]

    def prefix(self, written: str) -> str:
        return f"{self.problem.prompt}[{written}"


def case(problem, at, by):
    made = {kind: slip(problem, at, digit, by, carried) for kind, (digit, carried) in KINDS.items()}
    slips, places = ({kind: found[part] for kind, found in made.items()} for part in (0, 1))
    return Case(problem, at, trace(steps(problem)), slips, places)


def cases(dice, digits, count):
    """Products held out; the step that slips takes turns, so that each is met equally often."""
    return [case(tasks.draw(dice, single, digits, held=True), place % digits, dice.randint(1, 9)) for place in range(count)]


def paired(differences):
    """The mean difference and its 95 % interval, one difference a problem."""
    mean = float(np.mean(differences))
    half = 1.96 * float(np.std(differences, ddof=1)) / math.sqrt(len(differences))
    return mean, (mean - half, mean + half)


# -- P(wait) after a clean pass and after a slip -----------------------------------------------------------------------


def look(model, prefixes):
    """`waits`, each prefix read once however often it comes."""
    different = sorted(dict.fromkeys(prefixes), key=len)
    parts = [waits(model, different[first : first + CHUNK]) for first in range(0, len(different), CHUNK)]
    chance, chosen = (np.concatenate(part) for part in zip(*parts, strict=True))
    row = {prefix: number for number, prefix in enumerate(different)}
    rows = [row[prefix] for prefix in prefixes]
    return chance[rows], chosen[rows]


def meter(model, drawn, place):
    """P(wait) at the place, for each length and kind of slip: {"slip", "clean"}, each the chance of `w` and whether it is the
    likeliest symbol, one a problem. Both are read at the same length of the same problem's pass."""
    found = {}
    for digits, some in drawn.items():
        found[digits] = {}
        for kind in KINDS:
            cuts = [ends(one.problem, one.at, one.places[kind])[place] for one in some]
            slips = [one.prefix(one.slips[kind][:cut]) for one, cut in zip(some, cuts, strict=True)]
            clean = [one.prefix(one.clean[:cut]) for one, cut in zip(some, cuts, strict=True)]
            seen = look(model, slips + clean)
            found[digits][kind] = {
                "slip": tuple(part[: len(some)] for part in seen),
                "clean": tuple(part[len(some) :] for part in seen),
            }
    return found


def pooled(found, what, kinds=tuple(KINDS), lengths=LENGTHS):
    """The chance of `w` after "slip" or "clean", the mean of the kinds, one a problem of all lengths."""
    return np.mean([np.concatenate([found[digits][kind][what][0] for digits in lengths]) for kind in kinds], axis=0)


def chosen(found, what):
    """Whether `w` is the likeliest symbol, one a problem and kind."""
    return np.concatenate([found[digits][kind][what][1] for digits in LENGTHS for kind in KINDS])


def chances(model, prefixes, cuts):
    """The chance of `w` within prefixes that are equally long: after the first symbols, as many as `cuts` says for each."""
    found = []
    for first in range(0, len(prefixes), CHUNK):
        read = softmax(model.read(prefixes[first : first + CHUNK]))[..., CODES["w"]]
        found += [read[row, np.array(places) - 1] for row, places in enumerate(cuts[first : first + CHUNK])]
    return np.array(found)


def places(model, some):
    """The chance of `w` at each of the PLACES: (slip, clean), each a row a problem. Units and tens take turns."""
    slips, clean, cuts = [], [], []
    for row, one in enumerate(some):
        kind = turn(row)
        slips.append(one.prefix(one.slips[kind]))
        clean.append(one.prefix(one.clean))
        until = ends(one.problem, one.at, one.places[kind])
        cuts.append([len(one.prefix("")) + until[place] for place in PLACES])
    return chances(model, slips, cuts), chances(model, clean, cuts)


def turn(row):
    return ("units", "tens")[row // 2 % 2]


def downstream(model, some):
    """The chance of `w` within the step after wrong tens that are carried on, after its tens and its units: both digits follow
    from what is written, and differ from the clean pass. One a problem, the larger of the two."""
    texts, cuts = [], []
    for one in some:
        if one.at + 1 < one.problem.digits:
            begins = ends(one.problem, one.at, 0)["step"]
            texts.append(one.prefix(one.slips["tens"]))
            cuts.append([len(one.prefix("")) + one.slips["tens"].index("=", begins) + more for more in (2, 3)])
    return chances(model, texts, cuts).max(1)


def by_pass(model, some):
    """The mean chance of `w` after one clean pass, after two, and so on: does the model count?"""
    texts = [one.prefix("w".join([one.clean] * PASSES)) for one in some]
    cuts = [[len(one.prefix(one.clean)) + (len(one.clean) + 1) * more for more in range(PASSES)] for one in some]
    return (100 * chances(model, texts, cuts).mean(0)).tolist()


# -- what waiting does -------------------------------------------------------------------------------------------------


def starts(drawn, place):
    """What the model goes on from: a slip or none, up to the place where it was taught to wait; the same and `w`; the whole
    slipped pass and `]`."""
    found = {"slip": [], "clean": [], "slip_again": [], "clean_again": [], "slip_closed": []}
    for row, one in enumerate(drawn):
        kind = turn(row)
        until = ends(one.problem, one.at, one.places[kind])[place]
        found["slip"].append(one.slips[kind][:until])
        found["clean"].append(one.clean[:until])
        found["slip_again"].append(one.slips[kind][:until] + "w")
        found["clean_again"].append(one.clean[:until] + "w")
        found["slip_closed"].append(one.slips[kind] + "]")
    return found


def outcomes(model, drawn, place, seed):
    """For each start, sampled: whether the answer came out right, and whether the model said wait of itself; under "greedy"
    the same of the slips, greedily."""
    begun = starts(drawn, place)
    found = gone_on(model, drawn, begun, temperature=1, seed=seed)
    return found | {"greedy": gone_on(model, drawn, {"slip": begun["slip"]})["slip"]}


def gone_on(model, drawn, begun, **how):
    asked = [(one, name, start) for name, some in begun.items() for one, start in zip(drawn, some, strict=True)]
    written = generate(model, [one.prefix(start) for one, _, start in asked], LIMIT, **how)
    found = {name: ([], []) for name in begun}
    for (one, name, start), more in zip(asked, written, strict=True):
        found[name][0].append(right(one.problem, f"[{start}{more.text}"))
        found[name][1].append("w" in more.text)
    return {name: (np.array(came), np.array(waited)) for name, (came, waited) in found.items()}


def coin(found):
    """The share of slips that would come out right if the model waited as often as it does, but by the toss of a coin."""
    rate = float(np.mean([found["slip"][1].mean(), found["clean"][1].mean()]))
    return rate * float(found["slip_again"][0].mean()) + (1 - rate) * float(found["slip_closed"][0].mean())


def reading(found):
    """Half of the passes hold a slip: (right, of how many) where the model waited, and where it did not."""
    came, waited = (np.concatenate([found["slip"][part], found["clean"][part]]) for part in (0, 1))
    return (int(came[waited].sum()), int(waited.sum())), (int(came[~waited].sum()), int((~waited).sum()))


# -- results -----------------------------------------------------------------------------------------------------------


def measure(needs, seed):
    drawn = {digits: cases(random.Random(seed + digits), digits, CASES) for digits in LENGTHS}
    numbers = {"shown": shown(one.problem for some in drawn.values() for one in some)}
    meters, spots, passes = {}, {}, {}
    for name in VARIANTS:
        model = Model.load(needs[f"src/reasoner/weights/{name}.npz"])
        meters[name] = meter(model, drawn, WHERE[name])
        spots[name] = places(model, drawn[max(LENGTHS)])
        passes[name] = by_pass(model, drawn[min(LENGTHS)])
        numbers |= detection(name, meters[name]) | effects(name, outcomes(model, drawn[RUN], WHERE[name], seed))
        if WHERE[name] == "digit":
            later = downstream(model, drawn[max(LENGTHS)])
            numbers[f"later_{name}"] = Number(
                100 * float(later.mean()), "P(wait) in the step after a slip that was carried on, where each digit follows from what is "
                f"written, {name}", "percent", ".1f", n=len(later),
            )  # fmt: skip
    return Results(numbers, {**meter_tables(meters), "places": place_table(spots), "passes": pass_table(passes)})


def detection(name, found):
    """P(wait) and the gap of one variant, over all lengths and kinds."""
    clean, slipped = pooled(found, "clean"), pooled(found, "slip")
    gap, interval = paired(100 * (slipped - clean))
    there = "right after the digit" if WHERE[name] == "digit" else "at the end of the pass"
    numbers = {
        f"gap_{name}": Number(
            gap, f"P(wait) after a slip less P(wait) without one in the same problem, {there}, {name}", "points", ".2f",
            interval=interval, n=len(clean),
        )
    }  # fmt: skip
    for what, says, one in (("clean", "where nothing slipped", clean), ("slip", "after a slip, mean of three kinds", slipped)):
        numbers[f"{what}_{name}"] = Number(
            100 * float(one.mean()), f"P(wait) {there} {says}, {name}", "percent", ".1f", n=len(one)
        )
        numbers[f"chosen_{what}_{name}"] = _share(
            chosen(found, what), f"cases in which wait is the likeliest symbol {there} {says}, {name}", exact()
        )
    return numbers


def effects(name, found):
    """What becomes of slips and of clean passes, with the model's own waits and with forced ones."""
    with_wait, without = reading(found)
    (mended, doubted), (clean, clean_doubted) = found["slip"], found["clean"]
    numbers = {
        f"repair_{name}": _share(mended, f"slips after which the model, going on as it likes, still answers right, {name}"),
        f"greedy_{name}": _share(found["greedy"][0], f"slips after which the model, greedy, still answers right, {name}", exact()),
        f"greedy_waited_{name}": _share(found["greedy"][1], f"slips after which the model, greedy, says wait at least once, {name}", exact()),
        f"damage_{name}": _share(~clean, f"clean passes after which the model, going on as it likes, answers wrong, {name}"),
        f"waited_slip_{name}": _share(doubted, f"slips after which the model says wait at least once, {name}"),
        f"waited_clean_{name}": _share(clean_doubted, f"clean passes after which the model says wait at least once, {name}"),
        f"forced_repair_{name}": _share(found["slip_again"][0], f"slips that come out right when a wait is forced, {name}"),
        f"forced_damage_{name}": _share(~found["clean_again"][0], f"clean passes that come out wrong when a wait is forced, {name}"),
        f"closed_{name}": _share(found["slip_closed"][0], f"slips that come out right when the trace is closed after the pass, {name}"),
        f"coin_{name}": Number(100 * coin(found), f"slips that would come out right if {name} waited at the same rate by the toss of a coin", "percent", ".1f"),
        f"waited_right_{name}": _rate(*with_wait, f"traces with a wait that come out right, half of all passes slipped, {name}", fewest=FEWEST),
        f"straight_right_{name}": _rate(*without, f"traces without a wait that come out right, half of all passes slipped, {name}", fewest=FEWEST),
    }  # fmt: skip
    return {key: number for key, number in numbers.items() if number is not None}


def _share(came, what, rule=None):
    return _rate(int(came.sum()), len(came), what, rule)


def _rate(count, of, what, rule=None, fewest=1):
    """None where there was too little to count."""
    if of < fewest:
        return None
    low, high = wilson_interval(count, of)
    return Number(100 * count / of, what, "percent", ".1f", interval=(100 * low, 100 * high), n=of, rule=rule or sampled())


def _column(name, cells, what, form=".1f", unit="percent"):
    return Column(name, [round(float(cell), 6) for cell in cells], what, unit, form, printed())


def meter_tables(meters):
    """P(wait) by length, by kind of slip, and by the step that slipped."""
    lengths, kinds, ats, slipped = [], [], [], np.concatenate([np.arange(CASES) % digits for digits in LENGTHS])
    for name, found in meters.items():
        for what in ("clean", "slip"):
            cells = [100 * pooled(found, what, lengths=[digits]).mean() for digits in LENGTHS]
            lengths.append(_column(f"{what}_{name}", cells, f"P(wait), {what}, {name}"))
        cells = [100 * (pooled(found, "slip", [kind]) - pooled(found, "clean", [kind])).mean() for kind in KINDS]
        kinds.append(_column(name, cells, f"P(wait) after such a slip less P(wait) without one, {name}", ".2f", "points"))
        apart = pooled(found, "slip") - pooled(found, "clean")
        cells = [100 * apart[slipped == at].mean() for at in range(max(LENGTHS))]
        ats.append(_column(name, cells, f"P(wait) after a slip in that step less P(wait) without one, {name}", ".2f", "points"))
    digits = Column("digits", LENGTHS, "digits of the first number", "digits", rule=exact())
    kind = Column("kind", list(KINDS), "kind of slip", rule=exact())
    step = Column("step", range(1, max(LENGTHS) + 1), "step with the slip", rule=exact())
    count = Column("problems", np.bincount(slipped).tolist(), "problems in which that step slips", "problems", rule=exact())
    return {
        "lengths": Table(f"P(wait) by length, {CASES} problems each", (digits, *lengths)),
        "kinds": Table(f"The detection gap by kind of slip, {CASES * len(LENGTHS)} problems each", (kind, *kinds)),
        "steps": Table("The detection gap by step, three kinds of slip a problem", (step, count, *ats)),
    }


def place_table(spots):
    columns = [Column("place", PLACES, "where the chance of a wait is read", rule=exact())]
    for name, found in spots.items():
        for what, rows in zip(("slip", "clean"), found, strict=True):
            columns.append(_column(f"{what}_{name}", 100 * rows.mean(0), f"P(wait) there, {what}, {name}"))
    return Table(
        f"P(wait) right after the wrong digit, at the end of its step, at the end of the pass; {max(LENGTHS)} digits", columns
    )


def pass_table(passes):
    rows = Column("passes", range(1, PASSES + 1), "clean passes written", "passes", rule=exact())
    columns = [_column(name, cells, f"P(wait) after so many clean passes, {name}") for name, cells in passes.items()]
    return Table(f"P(wait) after one clean pass, after two, and so on; {min(LENGTHS)} digits", (rows, *columns))


# -- figures -----------------------------------------------------------------------------------------------------------

LABELS = {"reflective": "waits now<br>and then", "reactive": "shown waits<br>after slips", "overthinking": "waits twice<br>or more", "checker": "waits at the<br>wrong digit"}  # fmt: skip


def draw(results):
    numbers = results.numbers
    labels = [LABELS[name] for name in VARIANTS]
    return {"meter": _meter(numbers, labels), "repair": _repair(numbers, labels), "reading": _reading(numbers, labels)}


def _meter(numbers, labels):
    figure = _dumbbells(
        labels,
        ("nothing slipped", [numbers[f"clean_{name}"] for name in VARIANTS], "circle-open"),
        ("after a slip", [numbers[f"slip_{name}"] for name in VARIANTS], "diamond"),
    )
    return _titled(figure, "Where the two marks meet, the wait knows nothing<br>of the slip", "P(wait), percent")


def _repair(numbers, labels):
    figure = _dumbbells(
        labels,
        ("if a coin waited", [numbers[f"coin_{name}"] for name in VARIANTS], "circle-open"),
        ("its own waits, sampled", [numbers[f"repair_{name}"] for name in VARIANTS], "diamond"),
        ("greedy", [numbers[f"greedy_{name}"] for name in VARIANTS], "square"),
    )
    title = "Sampled, waits by the clock repair what a coin<br>would; greedy decoding hides it"
    return _titled(figure, title, "slips that come out right, percent")


def _reading(numbers, labels):
    kept = [name for name in VARIANTS if f"waited_right_{name}" in numbers and f"straight_right_{name}" in numbers]
    figure = _dumbbells(
        [LABELS[name] for name in kept],
        ("traces without a wait", [numbers[f"straight_right_{name}"] for name in kept], "circle-open"),
        ("traces with a wait", [numbers[f"waited_right_{name}"] for name in kept], "diamond"),
    )
    return _titled(
        figure,
        "Waits that know nothing go with right answers,<br>waits that know with wrong ones",
        "traces that come out right, percent; half had a slip planted",
    )


def _dumbbells(labels, *series):
    figure = go.Figure()
    spans = zip(*([number.value for number in numbers] for _, numbers, _ in series[:2]), labels, strict=True)
    xs, ys = zip(*(pair for low, high, label in spans for pair in ((low, label), (high, label), (None, None))), strict=True)
    figure.add_scatter(x=xs, y=ys, mode="lines", showlegend=False, hoverinfo="skip", line={"width": 2})
    for name, numbers, symbol in series:
        bars = [number.interval or (number.value, number.value) for number in numbers]
        figure.add_scatter(
            x=[number.value for number in numbers], y=labels, mode="markers", name=name, marker={"symbol": symbol, "size": 18 if "open" in symbol else 11},
            error_x={
                "type": "data", "symmetric": False, "thickness": 1,
                "array": [high - number.value for number, (_, high) in zip(numbers, bars, strict=True)],
                "arrayminus": [number.value - low for number, (low, _) in zip(numbers, bars, strict=True)],
            },
        )  # fmt: skip
    return figure


def _titled(figure, title, axis):
    figure.update_layout(
        title={"text": title},
        xaxis={"title": {"text": axis}, "range": [-3, 103]},
        yaxis={"autorange": "reversed"},
        legend={"orientation": "h", "y": -0.32, "x": 0},
        height=380,
    )
    return figure
