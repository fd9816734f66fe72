"""What is 2+2? The same sum asked of every small model: what each writes, and how much of it."""

import plotly.graph_objects as go

from _shown import shown
from coursebook.make.experiment import Column, Number, Results, Table, exact, printed
from reasoner.model import Model, generate
from reasoner.tasks import Problem, passes, right

NEEDS = [
    "src/reasoner/weights/direct_1.npz",
    "src/reasoner/weights/traced_1.npz",
    "src/reasoner/weights/reflective.npz",
    "src/reasoner/weights/reactive.npz",
    "src/reasoner/weights/checker.npz",
    "src/reasoner/weights/overthinking.npz",
]
SEED = 22
MODELS = {
    "direct_1": "answers at once",
    "traced_1": "writes its steps",
    "reflective": "waits, slip or none",
    "reactive": "waits after slips",
    "checker": "waits after a wrong digit",
    "overthinking": "waits twice or more",
}
SUM = Problem(2, "+", 2)
SAMPLES, LIMIT = 50, 400


def asked(model, problem, seed):
    """The greedy response, and samples of it at temperature 1."""
    return generate(model, [problem.prompt], LIMIT)[0], generate(model, [problem.prompt] * SAMPLES, LIMIT, 1.0, seed)


def measure(needs, seed):
    models = {name: Model.load(needs[f"src/reasoner/weights/{name}.npz"]) for name in MODELS}
    found = {name: asked(model, SUM, seed) for name, model in models.items()}
    numbers = {"shown": shown([SUM])}
    for name, (one, samples) in found.items():
        who = f"the model that {MODELS[name]} ({name})"
        lengths = [len(sample.text) for sample in samples]
        numbers[f"{name}_symbols"] = Number(
            len(one.text), f"symbols that {who} writes after 2+2=, greedy", "symbols", "d", rule=exact()
        )
        numbers[f"{name}_right"] = Number(int(right(SUM, one.text)), f"whether {who} answers 4, greedy", "", "d", rule=exact())
        numbers[f"{name}_mean"] = Number(
            sum(lengths) / SAMPLES,
            f"symbols that {who} writes after 2+2= at temperature 1, mean",
            "symbols",
            ".1f",
            n=SAMPLES,
            rule=printed(),
        )
        numbers[f"{name}_least"] = Number(
            min(lengths), f"fewest symbols of {who} at temperature 1", "symbols", "d", n=SAMPLES, rule=exact()
        )
        numbers[f"{name}_most"] = Number(
            max(lengths), f"most symbols of {who} at temperature 1", "symbols", "d", n=SAMPLES, rule=exact()
        )
        numbers[f"{name}_sampled"] = Number(
            sum(right(SUM, sample.text) for sample in samples),
            f"samples in which {who} answers 4, of {SAMPLES}",
            "samples",
            "d",
            n=SAMPLES,
            rule=exact(),
        )
    return Results(numbers, {"texts": texts(found)})


def texts(found):
    greedy = [one.text for one, _ in found.values()]
    return Table(
        "What is 2+2?",
        (
            Column("model", [MODELS[name] for name in found], "what the model was trained to do"),
            Column("text", [printable(text) for text in greedy], "what it writes after 2+2=, greedy", rule=exact()),
            Column("symbols", list(map(len, greedy)), "symbols spent, the end counted", "symbols", "d", exact()),
            Column("passes", [len(passes(text)) if "[" in text else 0 for text in greedy], "times that it works the sum out", "", "d", exact()),
        ),
    )  # fmt: skip


def printable(text):
    return text.rstrip("\n") + ("" if text.endswith("\n") else "...")


def draw(results):
    numbers = results.numbers
    names = list(MODELS)[::-1]
    greedy, mean = ([numbers[f"{name}_{kind}"].value for name in names] for kind in ("symbols", "mean"))
    labels = [f"{MODELS[name]}: {spent}" for name, spent in zip(names, greedy, strict=True)]
    figure = go.Figure()
    figure.add_bar(y=labels, x=greedy, orientation="h", name="greedy")
    figure.add_scatter(
        y=labels, x=mean, mode="markers", name=f"mean and range of {SAMPLES} samples",
        marker={"symbol": "diamond", "size": 9},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.5,
            "array": [numbers[f"{name}_most"].value - value for name, value in zip(names, mean, strict=True)],
            "arrayminus": [value - numbers[f"{name}_least"].value for name, value in zip(names, mean, strict=True)],
        },
    )  # fmt: skip
    figure.update_layout(
        title="What is 2+2? Six small models spend what their training spent",
        xaxis={"title": {"text": "symbols written after 2+2="}},
        yaxis={"automargin": True},
        legend={"orientation": "h", "y": -0.25, "x": 0},
        height=380,
    )
    return {"symbols": figure}
