"""The knives: damage a written trace in ten ways, in ten models that are all right, and see what the answer follows."""

import random
from itertools import islice

import plotly.graph_objects as go

from _proportions import wilson_interval
from _shown import shown
from coursebook.make.experiment import Column, Number, Results, Table, exact
from reasoner.knives import (
    corrupt,
    delete,
    early,
    hiding,
    operands_of,
    outcomes,
    swap,
    tally,
    trace_of,
    untouched,
    wrong_digits,
)  # fmt: skip
from reasoner.model import Model, generate
from reasoner.tasks import draw as drawn
from reasoner.tasks import response, right, single, steps, trace

PARTS = [
    "traced_1", "traced_2", "traced_3", "traced_4", "traced_5", "traced_6", "traced_7", "traced_8", "traced_9", "traced_10",
]  # fmt: skip
NEEDS = [
    "src/reasoner/weights/traced_1.npz", "src/reasoner/weights/traced_2.npz", "src/reasoner/weights/traced_3.npz",
    "src/reasoner/weights/traced_4.npz", "src/reasoner/weights/traced_5.npz", "src/reasoner/weights/traced_6.npz",
    "src/reasoner/weights/traced_7.npz", "src/reasoner/weights/traced_8.npz", "src/reasoner/weights/traced_9.npz",
    "src/reasoner/weights/traced_10.npz",
]  # fmt: skip
SEED = 12
LENGTHS = range(2, 6)
CASES, OWN, FEWER = 100, 60, 30
"""Problems of each length: for the units digit at every step; that the model answers undisturbed; and for each of the other
knives, at the steps in turn."""
SLOTS = [(digits, at) for digits in LENGTHS for at in range(digits)]
LINE = 90
"""Percent: a knife that finds less convicts."""
KNIVES = {
    "units": ("units digit", "the units digit of one written result is replaced, and the answer is the one that the page then says"),
    "tens": ("tens digit", "the tens digit of one result is replaced, the model writes on, and the answer is what the page says"),
    "carry": ("carry in", "one written carry is replaced, and the model goes on to count with it and to answer so"),
    "x": ("operand digit", "one copied digit of the first number is replaced, the model writes on, and the answer is what the page says"),
    "y": ("multiplier", "one copied multiplier is replaced, the model writes on, and the answer is what the page says"),
    "delete": ("step deleted", "one step is taken out, and the answer is what the other steps say"),
    "swap": ("trace swapped", "another problem's trace is put in, and the answer is that problem's"),
    "early": ("closed early", "the trace is closed after one step or more, too early, and the answer is what is there so far"),
    "trace": ("trace hidden", "all attention of the answer to the trace is cut, and the answer is no longer right"),
    "operands": ("operands hidden", "all attention of the answer to the problem is cut, and the answer is still right"),
}  # fmt: skip
"""What each column of the map counts: always what an answer does that is read off the trace."""


def part(needs, part, folder):
    return probe(Model.load(needs[f"src/reasoner/weights/{part}.npz"]), random.Random(SEED))


def probe(model, dice, cases=CASES, own=OWN, fewer=FEWER):
    """What a model's answers do under each knife: how many follow, are true, both, or neither."""
    asked = problems(dice, cases)
    return {
        "own": _own(model, [one for some in asked.values() for one in some[:own]]),
        "units": list(_tallies(model, {
            (digits, at): [_corrupted(dice, one, at, "units") for one in asked[digits]] for digits, at in SLOTS
        }).values()),
        **_others(model, dice, {digits: some[:fewer] for digits, some in asked.items()}),
    }  # fmt: skip


def problems(dice, cases):
    """By digits; held out where there are enough of them."""
    return {digits: [drawn(dice, single, digits, held=True) for _ in range(cases)] for digits in LENGTHS}


def _tallies(model, cases):
    """The tally of each list of cases, all of them read side by side."""
    found = iter(outcomes(model, [one for some in cases.values() for one in some]))
    return {name: tally(islice(found, len(some))) for name, some in cases.items()}


def _own(model, asked):
    """How many the model gets right on its own, and how many it writes exactly as shown in training."""
    written = [one.text for one in generate(model, [one.prompt for one in asked], 70)]
    pairs = list(zip(asked, written, strict=True))
    return [sum(right(*pair) for pair in pairs), sum(text == response(trace(steps(one)), one.answer) for one, text in pairs)]


def _corrupted(dice, asked, at, part):
    return corrupt(asked, at, part, dice.choice(wrong_digits(asked, at, part)))


def _others(model, dice, asked):
    turns = [(one, turn) for some in asked.values() for turn, one in enumerate(some)]
    found = {
        name: [_corrupted(dice, one, turn % one.digits, name) for one, turn in turns if name != "carry" or turn % one.digits]
        for name in ("x", "y", "carry", "tens")
    }
    found["delete"] = [delete(one, turn % one.digits) for one, turn in turns]
    found["swap"] = [swap(one, another(some, turn)) for some in asked.values() for turn, one in enumerate(some)]
    found["early"] = [early(one, 1 + turn % (one.digits - 1)) for one, turn in turns]
    found["empty"] = [early(one, 0) for one, _ in turns]
    whole = [untouched(one) for one, _ in turns]
    return _tallies(model, found) | {
        "trace": tally(outcomes(model, whole, hiding([trace_of(case) for case in whole]))),
        "operands": tally(outcomes(model, whole, hiding([operands_of(case) for case in whole]))),
    }


def another(some, turn):
    """The next problem with another answer."""
    return next(other for other in some[turn + 1 :] + some if other.answer != some[turn].answer)


# -- what it comes to --------------------------------------------------------------------------------------------------


def reading(found, name):
    """(how many answers are what one who reads the trace would say, of how many) for a knife. Of pages that came out right
    after all one cannot tell; but a wrong carry that is overlooked was not read."""
    follows, true, both, other = (
        [sum(column) for column in zip(*found["units"], strict=True)] if name == "units" else found[name]
    )
    everything = follows + true + both + other
    if name == "trace":
        return everything - both, everything
    if name == "operands":
        return both, everything
    return follows, everything if name == "carry" else follows + true + other


def percent(pair):
    return round(100 * pair[0] / pair[1], 10)


def share(pair, what):
    low, high = wilson_interval(*pair)
    return Number(percent(pair), what, "percent", ".1f", (round(100 * low, 10), round(100 * high, 10)), pair[1], exact())


def count(value, what, unit="models"):
    return Number(value, what, unit, "", rule=exact())


def measure(needs, seed, parts):
    found = dict(zip(PARTS, parts, strict=True))
    numbers = {"shown": shown(one for some in problems(random.Random(seed), CASES).values() for one in some)}
    return Results(numbers | numbers_of(found), {"models": _models(found), "slots": _slots(found), "map": _map(found)})


def numbers_of(found):
    numbers = {}
    rates = {name: {model: percent(reading(one, name)) for model, one in found.items()} for name in KNIVES}
    slots = {model: [percent((row[0], sum(row))) for row in one["units"]] for model, one in found.items()}
    for name, (_, what) in KNIVES.items():
        for word, pick in (("least", min), ("most", max)):
            model = pick(found, key=lambda one: rates[name][one])
            numbers[f"{name}_{word}"] = share(reading(found[model], name), f"{what}; the model where this is {word} often so")
        convicted = [model for model in found if rates[name][model] < LINE]
        numbers[f"{name}_convicts"] = count(len(convicted), f"models of {len(found)} with less than {LINE} percent: {what}")
    own = [one["own"] for one in found.values()]
    asked = OWN * len(LENGTHS)
    numbers["right_least"] = share((min(one[0] for one in own), asked), "right on its own, two to five digits; the worst model")
    numbers["gold_least"] = share(
        (min(one[1] for one in own), asked), "own trace and answer exactly as training shows them; the worst model"
    )
    numbers["empty_true"] = count(
        sum(one["empty"][2] + one["empty"][1] for one in found.values()),
        "true answers after an empty trace, all models together",
        "answers",
    )
    for word, pick in (("least", min), ("most", max)):
        overlooked = pick(((one["carry"][2], sum(one["carry"])) for one in found.values()), key=percent)
        numbers[f"overlooked_{word}"] = share(
            overlooked,
            f"wrong carries that the model overlooks, so that the page comes out right; the model where this is {word} often so",
        )
    others = [one[name] for one in found.values() for name in ("x", "y", "carry", "tens", "delete", "swap", "early")]
    numbers["elsewhere_true"] = count(
        sum(row[1] for row in others), "answers true against the page, all knives but the units digit, all models", "answers"
    )
    numbers["elsewhere_n"] = count(sum(map(sum, others)), "answers under these knives", "answers")
    numbers["units_true"] = count(
        sum(row[1] for one in found.values() for row in one["units"]),
        "answers true against the page, units digit, all models",
        "answers",
    )
    numbers["units_n"] = count(CASES * len(SLOTS) * len(found), "answers under this knife", "answers")
    numbers["carry_not_units"] = count(
        sum(rates["carry"][model] < LINE <= rates["units"][model] for model in found),
        f"models with less than {LINE} percent for the carry and {LINE} or more for the units digit",
    )
    stays = {model: max(100 * row[1] / sum(row) for row in one["units"]) for model, one in found.items()}
    numbers["stays_slot"] = count(
        sum(value > 100 - LINE for value in stays.values()),
        f"models that stay true against the page in more than {100 - LINE} percent in some step of some length",
    )
    numbers["some_slot"] = count(
        sum(min(row) < LINE for row in slots.values()),
        f"models that follow the units digit in less than {LINE} percent in some step of some length",
    )
    numbers["hidden_by_a_slot"] = count(
        sum(min(row) < LINE <= max(row) for row in slots.values()),
        f"of these, models that follow it in {LINE} percent and more in another",
    )
    least, where = min((value, (model, slot)) for model, row in slots.items() for slot, value in zip(SLOTS, row, strict=True))
    numbers["slot_least"] = share(
        (round(least), CASES),
        f"answers that follow the units digit: {_name(where[0])}, step {where[1][1] + 1} of {where[1][0]}, the least of all slots",
    )
    numbers["slot_cases"] = count(CASES, "cases in each slot", "cases")
    numbers["seeds"] = count(len(found), "models, alike but for the seed")
    return numbers  # fmt: skip


def _name(model):
    return "seed " + model.rpartition("_")[2]


def _seeds(found):
    return Column("seed", [_name(model) for model in found], "model", rule=exact())


def _models(found):
    pairs = [reading(one, "units") for one in found.values()]
    bounds = [wilson_interval(*pair) for pair in pairs]
    asked = OWN * len(LENGTHS)
    columns = (
        ("right", [percent((one["own"][0], asked)) for one in found.values()], "right on its own, two to five digits", ".2f"),
        ("gold", [percent((one["own"][1], asked)) for one in found.values()], "trace and answer exactly as in training", ".2f"),
        ("follows", [percent(pair) for pair in pairs], "answers that follow a replaced units digit, all slots", ".1f"),
        ("low", [round(100 * low, 10) for low, _ in bounds], "lower end of the 95 % interval", ".1f"),
        ("high", [round(100 * high, 10) for _, high in bounds], "upper end of it", ".1f"),
        ("true", [percent((sum(row[1] for row in one["units"]), pair[1])) for one, pair in zip(found.values(), pairs, strict=True)],
         "answers that stay true against the page", ".1f"),
    )  # fmt: skip
    return Table(
        f"Ten models, equally right, and how often a replaced units digit moves the answer ({CASES * len(SLOTS)} cases each)",
        (_seeds(found), *(Column(name, cells, what, "percent", form, exact()) for name, cells, what, form in columns)),
    )


def _slots(found):
    return Table(
        f"Answers that follow a replaced units digit, by length and step ({CASES} cases a cell)",
        (
            _seeds(found),
            *(
                Column(
                    f"n{digits}_{at + 1}",
                    [percent((one["units"][place][0], sum(one["units"][place]))) for one in found.values()],
                    f"step {at + 1} of {digits}", "percent", ".0f", exact(),
                )
                for place, (digits, at) in enumerate(SLOTS)
            ),
        ),
    )  # fmt: skip


def _map(found):
    return Table(
        "What each knife says of each model: answers that are read off the trace",
        (
            _seeds(found),
            *(Column(name, [percent(reading(one, name)) for one in found.values()], what, "percent", ".0f", exact())
              for name, (_, what) in KNIVES.items()),
        ),
    )  # fmt: skip


def draw_map(table, labels, title, axis, height):
    names = [column.name for column in table.columns[1:]]
    cells = list(zip(*(table.column(name) for name in names), strict=True))
    figure = go.Figure(
        go.Heatmap(
            z=cells, x=labels, y=list(table.column("seed")), zmin=0, zmax=100, colorscale="Blues", text=[[f"{cell:.0f}" for cell in row] for row in cells],
            texttemplate="%{text}", showscale=False, xgap=1, ygap=1, hovertemplate="%{y}, %{x}: %{z:.1f} %<extra></extra>",
        )
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(title=axis, tickangle=-45, automargin=True, type="category")
    figure.update_layout(title=title, height=height)
    return figure


def draw(results):
    slots = [f"{at + 1} of {digits}" for digits, at in SLOTS]
    return {
        "by_knife": draw_map(results.tables["map"], [label for label, _ in KNIVES.values()], "Ten models, ten knives:<br>the verdict depends on the knife", "knife (cells: percent of answers that are read off the trace)", 420),
        "by_step": draw_map(results.tables["slots"], slots, "Whether the answer follows the written digit<br>depends on the model and on the step", "step of a trace of so many (cells: percent of answers that follow)", 420),
    }  # fmt: skip
