"""When a small model knows the digit that it is about to write: read from its hidden states by linear probes, and seen in one plane."""

import random

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from _proportions import wilson_interval
from _shown import shown
from coursebook.make.experiment import Column, Number, Results, Table, exact, within
from reasoner import tasks
from reasoner.model import EPSILON, Model, softmax
from reasoner.tasks import CODES, single, steps, trace

NEEDS = ["src/reasoner/weights/traced_1.npz", "src/reasoner/weights/traced_2.npz"]
SEED = 3

SEEDS = (1, 2)
DIGITS, FITTED, TESTED, DRAWN = 5, 1000, 1000, 300
"""Problems have five digits times one; probes are fitted on the first ones and tested on the others."""
PLACES = ("start", "x", "sign", "y", "plus", "carry", "equals", "tens")
"""What was read last when the states are taken: `,7*6+0=4` before the 2 of `7*6+0=42`."""
SHOWN = ("comma", "first digit", "times", "second digit", "plus", "carry", "equals", "tens digit")
LATER = range(1, DIGITS)
"""The steps that get a carry. The first never does, so that it has 80 cases in all."""
MOMENTS = ("y", "carry", "equals", "tens")
AT = 2
"""The step in the plane: the third."""
CLOSE = within(abs=0.8)


def measure(needs, seed):
    dice = random.Random(seed)
    asked = [tasks.draw(dice, single, DIGITS, held=True) for _ in range(FITTED + TESTED)]
    found = {one: studied(Model.load(needs[f"src/reasoner/weights/traced_{one}.npz"]), asked, seed) for one in SEEDS}
    numbers = {
        "problems": Number(TESTED, "problems that the probes are tested on; as many others they are fitted on", "problems", rule=exact()),
        "shown": shown(asked),
        "drawn": Number(DRAWN, "problems in the plane", "problems", rule=exact()),
    }  # fmt: skip
    tables = {}
    for one, says in found.items():
        numbers |= {f"{name}_{one}": value for name, value in _numbers(says, f"seed {one}").items()}
        tables |= {f"{name}_{one}": table for name, table in _tables(says, f"seed {one}").items()}
    tables["frames"] = _frames(found)
    tables["plane"] = _plane(found[SEEDS[0]])
    return Results(numbers, tables)


# -- what is measured on one model -------------------------------------------------------------------------------------


def studied(model, asked, seed):
    """All that is found out about one model."""
    written = [steps(problem) for problem in asked]
    results = np.array([[step.result for step in one] for one in written])
    units, tens = results % 10, results // 10
    states, chosen = recorded(model, asked)
    plain, _ = recorded(scrambled(model, seed), asked)
    shuffled = np.random.default_rng(seed).permutation(units)
    pairs = np.array([[step.x * 10 + step.y for step in one] for one in written])
    last = PLACES.index("tens")
    flat = normed(states[-1], model.norm)
    return {
        "own": float((chosen[:, :, last] == units)[FITTED:].mean()),
        "units": scores(states, units),
        "tens": scores(states[:, :, :, :last], tens),
        "shuffled": scores(states[-1:], shuffled),
        "scrambled": scores(plain[-1:], units),
        "page": scores(page(asked)[None], units),
        "unseen": [unseen(states[-1, :, :, place], units, pairs) for place in range(len(PLACES))],
        "unseen_tens": [unseen(states[-1, :, :, place], tens, pairs) for place in range(last)],
        "unseen_first": [unseen(states[-1, :, :, place], units, pairs, [0]) for place in range(len(PLACES))],
        "moved": moved(states[-1, :, :, last], units),
        "plane": projected(flat, units),
        "plane_shuffled": projected(flat, shuffled),
        "digits": units[:, AT],
    }


def recorded(model, asked):
    """States (layer, problem, step, place, d) at the places of each step of the right trace, and the symbols (problem, step,
    place) that the model finds likeliest there, as digits."""
    texts = [f"{problem.prompt}[{trace(steps(problem))}" for problem in asked]
    first, width = len(asked[0].prompt), len(str(steps(asked[0])[0]))
    places = first + np.arange(DIGITS)[:, None] * width + np.arange(len(PLACES))
    states, chosen = [], []
    for start in range(0, len(texts), 250):
        layers: list[np.ndarray] = []
        logits = model.read(texts[start : start + 250], layers)
        states.append(np.stack([layer[:, places] for layer in layers]))
        chosen.append(softmax(logits)[:, places].argmax(-1) - CODES["0"])
    return np.concatenate(states, axis=1), np.concatenate(chosen)


def scrambled(model, seed):
    """The model with the entries of each of its matrices in another order: the same sizes, nothing learned."""
    dice = np.random.default_rng(seed)
    names = ("embed", "head", "norm", "norm1", "norm2", "qkv", "out", "up", "down")
    return Model({name: dice.permuted(getattr(model, name).ravel()).reshape(getattr(model, name).shape) for name in names})


def page(asked):
    """What stands on the page instead of states: which symbols of the step have been written (problem, step, place, d)."""
    texts = np.array([[[*str(step)][:7] for step in steps(problem)] for problem in asked])
    symbols = (texts[..., None] == np.array([*"0123456789"])).astype(np.float32)
    seen = np.tri(len(PLACES), 7, -1, dtype=np.float32)[:, :, None]
    return (symbols[:, :, None] * seen).reshape(*symbols.shape[:2], len(PLACES), -1)


def scores(states, digits):
    """How many of the tested digits a probe of their own gets right, by layer, place and step."""
    layers, places = len(states), states.shape[3]
    found = np.zeros((layers, places, DIGITS), int)
    for layer, place, step in np.ndindex(found.shape):
        cells, target = states[layer, :, step, place], digits[:, step]
        found[layer, place, step] = right(probe(cells[:FITTED], target[:FITTED]), cells[FITTED:], target[FITTED:])
    return found


def probe(states, digits, penalty=1.0):
    """A linear probe: ridge regression on the ten digits, one column each, of standardized states."""
    states = states.astype(float)
    mean, spread = states.mean(0), states.std(0) + 1e-6
    known = np.column_stack([(states - mean) / spread, np.ones(len(states))])
    weights = np.linalg.solve(known.T @ known + penalty * np.eye(known.shape[1]), known.T @ np.eye(10)[digits])
    return mean, spread, weights


def right(fitted, states, digits):
    mean, spread, weights = fitted
    guessed = np.column_stack([(states - mean) / spread, np.ones(len(states))]) @ weights
    return int((guessed.argmax(1) == digits).sum())


def unseen(states, digits, pairs, tried=LATER):
    """(right, of) on steps that multiply two digits which the probe never saw together: one pair in five is kept from it."""
    kept = np.isin(pairs, np.random.default_rng(0).permutation(np.unique(pairs))[: len(np.unique(pairs)) // 5])
    hits = cases = 0
    for step in tried:
        fit, test = np.flatnonzero(~kept[:FITTED, step]), FITTED + np.flatnonzero(kept[FITTED:, step])
        hits += right(probe(states[fit, step], digits[fit, step]), states[test, step], digits[test, step])
        cases += len(test)
    return hits, cases


def moved(states, digits):
    """(right, of): the probe of one step with a carry tried on the others."""
    fitted = {step: probe(states[:FITTED, step], digits[:FITTED, step]) for step in LATER}
    tried = [(one, other) for one in LATER for other in LATER if one != other]
    hits = sum(right(fitted[one], states[FITTED:, other], digits[FITTED:, other]) for one, other in tried)
    return hits, len(tried) * TESTED


# -- one plane ---------------------------------------------------------------------------------------------------------


def normed(states, gain):
    """States as the head of the model reads them."""
    return (states / np.sqrt((states * states).mean(-1, keepdims=True) + EPSILON) * gain).astype(float)


def projected(states, digits):
    """The tested problems at AT in the plane that was fitted once, on the other problems, for all moments and all steps with
    a carry: (moment, problem, 2); and how many lie nearest to the centre of their own digit, by moment."""
    places = [PLACES.index(moment) for moment in MOMENTS]
    fit = states[:FITTED][:, LATER][:, :, places]
    labels = np.broadcast_to(digits[:FITTED][:, LATER][:, :, None], fit.shape[:-1])
    mean, plane = discriminants(fit.reshape(-1, fit.shape[-1]), labels.ravel())
    points = (states[:, AT][:, places] - mean) @ plane
    hits = []
    for moment in range(len(MOMENTS)):
        known, tried = points[:FITTED, moment], points[FITTED:, moment]
        centres = np.array([known[digits[:FITTED, AT] == digit].mean(0) for digit in range(10)])
        nearest = ((tried[:, None] - centres) ** 2).sum(-1).argmin(1)
        hits.append(int((nearest == digits[FITTED:, AT]).sum()))
    return points[FITTED:].transpose(1, 0, 2), hits


def discriminants(states, digits):
    """The mean, and the two directions in which the digits' centres lie apart the farthest, measured by the spread around them
    (Fisher's linear discriminants). Of each the largest entry is positive."""
    mean = states.mean(0)
    centres = np.array([states[digits == digit].mean(0) for digit in range(10)]) - mean
    around = states - mean - centres[digits]
    inside = around.T @ around / len(states)
    sizes, axes = np.linalg.eigh(inside + np.eye(len(inside)) * 0.01 * np.trace(inside) / len(inside))
    white = axes / np.sqrt(sizes)
    _, turns = np.linalg.eigh(white.T @ (centres.T @ centres) @ white)
    plane = white @ turns[:, :-3:-1]
    return mean, plane * np.sign(plane[np.abs(plane).argmax(0), range(2)])


# -- what is told ------------------------------------------------------------------------------------------------------


def _share(hits, cases, what):
    hits, cases = int(hits), int(cases)
    low, high = wilson_interval(hits, cases)
    return Number(100 * hits / cases, what, "percent", ".0f", (100 * low, 100 * high), cases, CLOSE)


def _numbers(says, which):
    def later(name, place, layer=-1):
        return int(says[name][layer, PLACES.index(place), LATER].sum()), TESTED * len(LATER)

    units = f"units digits of steps 2 to 5 that a linear probe reads from the last layer's states, {which}"
    last = "when the tens digit was read"
    return {
        "own": _share(round(says["own"] * TESTED * DIGITS), TESTED * DIGITS, f"units digits that the model itself gets right, {which}"),
        "units_tens": _share(*later("units", "tens"), f"{units}, {last}"),
        "units_equals": _share(*later("units", "equals"), f"{units}, one symbol earlier, at the equals sign"),
        "units_carry": _share(*later("units", "carry"), f"{units}, at the carry"),
        "units_start": _share(*later("units", "start"), f"{units}, before the step"),
        "units_middle": _share(*later("units", "tens", 2), f"{units.replace('last', 'second')}, {last}"),
        "units_low": _share(*later("units", "tens", 1), f"{units.replace('last', 'first')}, {last}"),
        "units_first": _share(
            says["units"][-1, PLACES.index("equals"), 0], TESTED, f"units digits of step 1 that a probe reads at the equals sign, {which}"
        ),
        "unseen_first": _share(*says["unseen_first"][PLACES.index("equals")], f"units digits of step 1 that a probe reads at the equals sign, pairs of digits that the probe never saw, {which}"),
        "units_early": _share(
            says["units"][-1, PLACES.index("y"), 0], TESTED, f"units digits of step 1 that a probe reads at the second digit, {which}"
        ),
        "unseen_early": _share(*says["unseen_first"][PLACES.index("y")], f"units digits of step 1 that a probe reads at the second digit, pairs that it never saw, {which}"),
        "tens_equals": _share(*later("tens", "equals"), f"tens digits of steps 2 to 5 that a probe reads at the equals sign, {which}"),
        "tens_carry": _share(*later("tens", "carry"), f"tens digits of steps 2 to 5 that a probe reads at the carry, {which}"),
        "shuffled": _share(*later("shuffled", "tens"), f"the same {last}, digits shuffled among the problems, {which}"),
        "scrambled": _share(*later("scrambled", "tens"), f"{units}, {last}, after the model's weights were shuffled"),
        "page": _share(*later("page", "tens"), f"the same without a model: a probe of the digits that the step shows so far, {which}"),
        "unseen_equals": _share(
            *says["unseen"][PLACES.index("equals")], f"{units}, at the equals sign, in steps whose pair of digits the probe never saw"
        ),
        "unseen_tens": _share(
            *says["unseen_tens"][PLACES.index("equals")],
            f"tens digits of steps 2 to 5 that a probe reads at the equals sign, pairs that it never saw, {which}",
        ),
        "unseen_tens_carry": _share(
            *says["unseen_tens"][PLACES.index("carry")],
            f"tens digits of steps 2 to 5 that a probe reads at the carry, pairs that it never saw, {which}",
        ),
        "unseen": _share(*says["unseen"][-1], f"{units}, {last}, in steps whose pair of digits the probe never saw"),
        "moved": _share(*says["moved"], f"{units}, {last}, by the probe of another of these steps"),
    }  # fmt: skip


def _tables(says, which):
    def percent(counts, cases=TESTED):
        return [100 * int(hits) / cases for hits in counts]

    def columns(name, layer=-1):
        return [
            Column(
                f"step{step + 1}",
                percent(says[name][layer, :, step]),
                f"read right in step {step + 1}",
                "percent",
                ".0f",
                CLOSE,
            )
            for step in range(DIGITS)
        ]

    def pooled(name, key, what, layer=-1):
        found = says[name][layer][:, LATER].sum(1)
        return Column(key, percent(found, TESTED * len(LATER)), what, "percent", ".0f", CLOSE)

    def places(count=8):
        return Column("read", SHOWN[:count], "what the model read last", rule=exact())

    fresh = [
        Column(
            key,
            [100 * hits / of for hits, of in says[key]],
            f"{what}, pairs of digits that the probe never saw",
            "percent",
            ".0f",
            within(abs=3),
        )
        for key, what in (("unseen_first", "read right in step 1"), ("unseen", "read right in steps 2 to 5"))
    ]
    return {
        "units": Table(
            f"Units digits that a probe of the last layer reads before they are written, {which}", (places(), *columns("units"), *fresh)
        ),
        "tens": Table(f"Tens digits that a probe of the last layer reads before they are written, {which}", (places(7), *columns("tens"))),
        "layers": Table(
            f"Units digits of steps 2 to 5 that a probe reads, by layer, and what it reads elsewhere, {which}",
            (
                places(),
                *(pooled("units", f"layer{layer}", f"after layer {layer}", layer) for layer in range(len(says["units"]))),
                pooled("page", "page", "from the digits of the step so far, without a model"),
                pooled("scrambled", "scrambled", "from the last layer, weights shuffled"),
                pooled("shuffled", "shuffled", "from the last layer, digits shuffled among the problems"),
            ),
        ),
    }  # fmt: skip


def _frames(found):
    columns = [Column("read", [SHOWN[PLACES.index(moment)] for moment in MOMENTS], "what the model read last", rule=exact())]
    for one, says in found.items():
        for key, what in (("plane", "nearest to the centre of their digit"), ("plane_shuffled", "the same, digits shuffled")):
            cells = [100 * hits / TESTED for hits in says[key][1]]
            columns.append(Column(f"{key}_{one}", cells, f"{what}, seed {one}", "percent", ".0f", CLOSE))
    return Table("Problems in the plane that lie nearest to the centre of their own digit, at four moments of step 3", columns)


def _plane(says):
    columns = [Column("digit", says["digits"][FITTED : FITTED + DRAWN].tolist(), "the coming units digit", rule=exact())]
    for moment, points in zip(MOMENTS, says["plane"][0], strict=True):
        for axis, cells in zip("xy", points[:DRAWN].T, strict=True):
            what = f"{axis} when the model read the {SHOWN[PLACES.index(moment)]}"
            columns.append(Column(f"{axis}_{moment}", np.round(cells, 3).tolist(), what, "", ".3f", within(abs=0.02)))
    return Table("Hidden states in step 3 of problems held out, in one plane that was fitted on others, seed 1", columns)


# -- figures -----------------------------------------------------------------------------------------------------------


def draw(results):
    tables = results.tables
    rows = {f"step {step}": f"step{step}" for step in range(1, DIGITS + 1)}
    rows |= {"step 1, new pairs": "unseen_first", "others, new pairs": "unseen"}
    keys = {"no layer": "layer0", "layer 1": "layer1", "layer 2": "layer2", "layer 3": "layer3", "page alone": "page",
            "weights shuffled": "scrambled", "digits shuffled": "shuffled"}  # fmt: skip
    return {
        "steps": _grid(tables["units_1"], rows, "A probe reads the units digit<br>one symbol before it is written"),
        "layers": _grid(tables["layers_1"], keys, "The last layer has the digit;<br>three controls below"),
        "moves": _moves(tables["plane"], tables["frames"]),
    }


def _grid(table, rows, title):
    """Shares by row and by what was read last, with their numbers in the cells."""
    cells = [table.column(key) for key in rows.values()]
    figure = go.Figure(
        go.Heatmap(
            z=cells, x=SHOWN, y=list(rows), zmin=0, zmax=100, showscale=False, colorscale="Blues",
            text=[[f"{cell:.0f}" for cell in row] for row in cells], texttemplate="%{text}",
            hovertemplate="%{y}, at the %{x}: %{z:.0f} percent<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title="symbol read last (cells: percent)", tickangle=-40)
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(title=title, height=400)
    return figure


def _moves(plane, frames):
    titles = [f"{read}: {share:.0f} %" for read, share in zip(frames.column("read"), frames.column("plane_1"), strict=True)]
    figure = make_subplots(
        2, 2, subplot_titles=titles, shared_xaxes="all", shared_yaxes="all", horizontal_spacing=0.03, vertical_spacing=0.1
    )
    for number, moment in enumerate(MOMENTS):
        figure.add_scatter(
            x=plane.column(f"x_{moment}"), y=plane.column(f"y_{moment}"), mode="markers", showlegend=False,
            row=number // 2 + 1, col=number % 2 + 1, text=plane.column("digit"), hovertemplate="coming digit %{text}<extra></extra>",
            marker={"size": 5, "color": plane.column("digit"), "colorscale": "HSV", "cmin": 0, "cmax": 10, "showscale": number == 0,
                    "colorbar": {"title": "digit", "tickvals": list(range(10)), "thickness": 10}},
        )  # fmt: skip
    figure.update_xaxes(showticklabels=False)
    figure.update_yaxes(showticklabels=False)
    figure.update_annotations(font={"size": 13})
    figure.update_layout(title="The digits part at the end", height=420)
    return figure
