"""What a model's grade predictions lean on as its thinking budget grows, and what a few examples change."""

import plotly.graph_objects as go

from coursebook.make.experiment import Column, Number, Results, Table, exact

NEEDS = ["sources/gema2025"]
SEED = 0

BUDGETS = (0, 1024, 2048, 4096, 8192, 16384)
FEATURES = {"study_hours": "study", "sleep_hours": "sleep", "stress_level": "stress", "physical_activity": "activity"}
SHOWN = {
    "study_hours": ("study hours", "circle", "solid"),
    "sleep_hours": ("sleep hours", "square", "dash"),
    "stress_level": ("stress level", "diamond", "dot"),
}


def read(source):
    """The published correlations: {(shots, row): (truth, [one per budget])}."""
    table = source.table("fig7")
    budgets = zip(*(table.column(f"b{budget}") for budget in BUDGETS), strict=True)
    heads = zip(table.column("shots"), table.column("row"), table.column("ground_truth"), strict=True)
    return {(shots, row): (truth, list(values)) for (shots, row, truth), values in zip(heads, budgets, strict=True)}


def gaps(data, shots):
    """By budget, how far the four features' weights are from the data's own: mean absolute difference."""
    differences = [[abs(value - data[shots, name][0]) for value in data[shots, name][1]] for name in FEATURES]
    return [ten(sum(column) / len(FEATURES)) for column in zip(*differences, strict=True)]


def first_step_share(values):
    """The share of the whole change that the first step, from no thinking to the least, makes; in percent."""
    return ten(100 * (values[1] - values[0]) / (values[-1] - values[0]))


def ten(value):
    return round(value, 10)


def measure(needs, seed):
    data = read(needs["sources/gema2025"])

    def number(value, what, unit="Pearson r", fmt=".2f"):
        return Number(ten(value), what=what, unit=unit, format=fmt, rule=exact())

    real = {shots: data[shots, "real_vs_predicted_gpa"][1] for shots in (0, 16)}
    study, sleep, stress = (data[0, name] for name in ("study_hours", "sleep_hours", "stress_level"))
    numbers = {
        "real_short": number(real[0][0], "predicted against real grades, no examples, no thinking"),
        "real_think": number(real[0][1], "predicted against real grades, no examples, least thinking budget"),
        "real_long": number(real[0][-1], "predicted against real grades, no examples, largest budget"),
        "real_few_short": number(real[16][0], "predicted against real grades, 16 examples, no thinking"),
        "real_few_long": number(real[16][-1], "predicted against real grades, 16 examples, largest budget"),
        "study_truth": number(study[0], "study hours against real grades"),
        "study_short": number(study[1][0], "study hours against predicted grades, no thinking"),
        "study_long": number(study[1][-1], "study hours against predicted grades, largest budget"),
        "sleep_truth": number(sleep[0], "sleep hours against real grades"),
        "sleep_short": number(sleep[1][0], "sleep hours against predicted grades, no thinking"),
        "sleep_think": number(sleep[1][1], "sleep hours against predicted grades, least thinking budget"),
        "sleep_long": number(sleep[1][-1], "sleep hours against predicted grades, largest budget"),
        "stress_truth": number(stress[0], "stress level against real grades"),
        "stress_short": number(stress[1][0], "stress level against predicted grades, no thinking"),
        "stress_long": number(stress[1][-1], "stress level against predicted grades, largest budget"),
        "examples": number(
            max(shots for shots, _ in data),
            "students with their grades shown in the prompt, few-shot setting",
            "students",
            ".0f",
        ),
        "least_budget": number(BUDGETS[1], "least thinking budget", "tokens", ",.0f"),
        "largest_budget": number(BUDGETS[-1], "largest thinking budget", "tokens", ",.0f"),
    }
    for name, values in (("real", real[0]), ("study", study[1]), ("sleep", sleep[1]), ("stress", stress[1])):
        what = f"share of the whole change of {name} that the step from no thinking to the least budget makes"
        numbers[f"first_step_{name}"] = number(first_step_share(values), what, "percent", ".0f")
    for shots, name in ((0, "zero"), (16, "few")):
        gap = gaps(data, shots)
        numbers[f"gap_{name}_short"] = number(
            gap[0], f"mean distance of four feature weights from the data's, {shots} examples, no thinking"
        )
        numbers[f"gap_{name}_long"] = number(
            gap[-1], f"mean distance of four feature weights from the data's, {shots} examples, largest budget"
        )

    def table(shots, title):
        def column(name, values, what):
            return Column(name, values, what=what, unit="Pearson r", format=".2f", rule=exact())

        return Table(
            title,
            [
                Column("budget", BUDGETS, what="requested thinking budget", unit="tokens", format=",.0f", rule=exact()),
                column("real", real[shots], "predicted against real grades"),
                *(
                    column(short, data[shots, name][1], f"{name.replace('_', ' ')} against predicted grades")
                    for name, short in FEATURES.items()
                ),
                column("gap", gaps(data, shots), "mean distance of the four from the data's own"),
            ],
        )

    tables = {
        "zero_shot": table(0, "Claude Opus 4, no examples: what the predictions go with"),
        "few_shot": table(16, "Claude Opus 4, 16 examples: what the predictions go with"),
        "truth": Table(
            "What real grades go with in this data set",
            [
                Column("feature", list(FEATURES.values()), what="feature", rule=exact()),
                Column(
                    "r",
                    [data[0, name][0] for name in FEATURES],
                    what="against real grades",
                    unit="Pearson r",
                    format=".2f",
                    rule=exact(),
                ),
            ],
        ),
    }
    return Results(numbers=numbers, tables=tables)


def draw(results):
    zero, truth = results.tables["zero_shot"], results.tables["truth"]
    real = dict(zip(truth.column("feature"), truth.column("r"), strict=True))
    budgets = [f"{budget:,.0f}" for budget in zero.column("budget")]
    drift = go.Figure()
    for name, (label, symbol, dash) in SHOWN.items():
        short = FEATURES[name]
        drift.add_scatter(
            x=["real<br>grades", " ", *budgets],
            y=[real[short], None, *zero.column(short)],
            mode="lines+markers",
            name=label,
            line={"dash": dash},
            marker={"symbol": symbol, "size": 10},
        )
    drift.update_layout(
        title={
            "text": "Without examples, the predictions go over from study to sleep,<br>and most of the way is made when thinking is switched on"
        },
        xaxis={"type": "category", "title": {"text": "requested thinking budget (tokens); far left: with real grades instead"}},
        yaxis={
            "title": {"text": "correlation with the grade given"},
            "range": [-0.4, 0.9],
        },
        legend={"orientation": "h", "y": -0.3, "x": 0},
        height=460,
    )
    return {"drift": drift}
