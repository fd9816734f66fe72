"""The small models as they are committed: how many, how large, how few parts they are made of."""

from pathlib import Path

from coursebook.make.experiment import Column, Number, Results, Table, exact, within
from reasoner.model import HEADS, Model
from reasoner.tasks import SYMBOLS

NEEDS = [
    "src/reasoner/weights/traced_1.npz", "src/reasoner/weights/traced_2.npz", "src/reasoner/weights/traced_3.npz",
    "src/reasoner/weights/traced_4.npz", "src/reasoner/weights/traced_5.npz", "src/reasoner/weights/traced_6.npz",
    "src/reasoner/weights/traced_7.npz", "src/reasoner/weights/traced_8.npz", "src/reasoner/weights/traced_9.npz",
    "src/reasoner/weights/traced_10.npz", "src/reasoner/weights/direct_1.npz", "src/reasoner/weights/direct_long_1.npz",
    "src/reasoner/weights/mixed.npz", "src/reasoner/weights/marked.npz", "src/reasoner/weights/reflective.npz",
    "src/reasoner/weights/reactive.npz", "src/reasoner/weights/checker.npz", "src/reasoner/weights/overthinking.npz",
    "src/reasoner/weights/hinted.npz", "src/reasoner/weights/hinted_rewarded.npz", "src/reasoner/weights/hinted_short.npz",
    "src/reasoner/weights/rewarded.npz", "src/reasoner/weights/decided.npz", "src/reasoner/weights/written.npz",
    "src/reasoner/weights/long_1.npz", "src/reasoner/weights/long_2.npz", "src/reasoner/weights/long_direct.npz",
]  # fmt: skip


def measure(needs, seed):
    sizes, names, parameters = [], [], []
    for path in NEEDS:
        model = Model.load(needs[path])
        arrays = (model.embed, model.head, model.norm, model.norm1, model.norm2, model.qkv, model.out, model.up, model.down)
        names.append(Path(path).stem)
        sizes.append(round(needs[path].stat().st_size / 1000))
        parameters.append(sum(array.size for array in arrays))
    first = Model.load(needs[NEEDS[0]])
    numbers = {
        "parameters": Number(parameters[0], "weights of a small model", "weights", ",d", rule=exact()),
        "symbols": Number(len(SYMBOLS), "symbols that a small model knows", "symbols", rule=exact()),
        "layers": Number(len(first.qkv), "layers", "layers", rule=exact()),
        "heads": Number(HEADS, "attention heads in each layer", "heads", rule=exact()),
        "width": Number(first.embed.shape[1], "numbers that a position holds", "numbers", rule=exact()),
        "models": Number(len(NEEDS), "small models that are committed", "models", rule=exact()),
        "megabytes": Number(sum(sizes) / 1000, "all small models together", "MB", ".1f", rule=within(rel=0.02)),
        "kilobytes": Number(max(sizes), "the largest file of one small model", "kB", ".0f", rule=within(rel=0.02)),
    }
    table = Table(
        "The small models",
        (
            Column("model", names, "name", rule=exact()),
            Column("parameters", parameters, "weights", "weights", ",d", exact()),
            Column("kilobytes", sizes, "size of the file", "kB", rule=within(rel=0.02)),
        ),
    )
    return Results(numbers, {"checkpoints": table})
