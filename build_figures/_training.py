"""What every training leaves behind: its weights, its log, how well it did, and golden logits to hold other runtimes to."""

import base64
import json

import numpy as np

from coursebook.make.experiment import Column, File, Table, exact, trained, within
from reasoner.model import Model
from reasoner.train.golden import golden
from reasoner.train.network import halved, saved

WEIGHTS = "src/reasoner/weights"


def load(needs, name):
    """The arrays of a committed checkpoint."""
    with np.load(needs[f"{WEIGHTS}/{name}.npz"]) as arrays:
        return dict(arrays)


def kept(arrays, log, prompts, **more):
    """What a part returns: JSON that holds a checkpoint whole. `prompts` are answered for the golden file."""
    whole = base64.b64encode(saved(arrays)).decode()
    return {"weights": whole, "log": log, "golden": golden(arrays, prompts), **more}


def model_of(arrays):
    return Model(halved(arrays))


def files(found):
    """The files of trainings by name."""
    made = {}
    for name, one in found.items():
        made[f"{WEIGHTS}/{name}.npz"] = File(base64.b64decode(one["weights"]), trained())
        made[f"{WEIGHTS}/{name}.json"] = File((json.dumps(one["golden"]) + "\n").encode(), trained())
    return made


def log_of(title, log, columns, every=1):
    """The log as a table; `columns` are (name, what, unit, format, band)."""
    lines = log[every - 1 :: every]
    return Table(
        title,
        (
            Column("step", [line["step"] for line in lines], "step of the training", "", rule=exact()),
            *(
                Column(name, [round(line[name], 6) for line in lines], what, unit, form, within(abs=band))
                for name, what, unit, form, band in columns
            ),
        ),
    )


LOSS = (("loss", "loss per symbol of the response, mean since the last line", "nats", ".4f", 0.1),)
