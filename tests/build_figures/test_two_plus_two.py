"""What is 2+2: what is counted of a response."""

import numpy as np

import two_plus_two as experiment
from reasoner.model import Completion


def test_the_table_shows_texts_their_symbols_and_passes():
    texts = {"direct_1": "4\n", "traced_1": "[2+2+0=04,]4\n", "overthinking": "[2+2+0=04,w2+2+0=04,w2"}
    found = {name: (Completion(text, np.ones(len(text))), []) for name, text in texts.items()}
    table = experiment.texts(found)
    assert table.column("text") == ("4", "[2+2+0=04,]4", "[2+2+0=04,w2+2+0=04,w2...")
    assert table.column("symbols") == (2, 13, 22)
    assert table.column("passes") == (0, 1, 3)


def test_a_model_is_asked_once_greedily_and_then_by_samples(monkeypatch):
    calls = []
    monkeypatch.setattr(experiment, "generate", lambda model, prompts, *rest: calls.append((prompts, rest)) or prompts)
    experiment.asked(None, experiment.SUM, 7)
    (once, plain), (samples, hot) = calls
    assert once == ["2+2="]
    assert plain == (experiment.LIMIT,)
    assert samples == ["2+2="] * experiment.SAMPLES
    assert hot == (experiment.LIMIT, 1.0, 7)
