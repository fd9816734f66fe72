"""Forced thinking: what is forced, what is hidden, what is counted."""

import numpy as np
import pytest

import forced_thinking as experiment
from reasoner.model import Cache, Completion, Model, generate
from reasoner.tasks import SYMBOLS, Problem, encode, steps, trace

PROBLEMS = [Problem(23, "*", 4), Problem(67, "*", 8)]
PASSES = [trace(steps(problem)) for problem in PROBLEMS]


@pytest.fixture
def model():
    dice, width, layers = np.random.default_rng(3), 16, 2

    def some(*shape):
        return dice.normal(size=shape)

    return Model({
        "embed": some(len(SYMBOLS), width), "head": some(width, len(SYMBOLS)), "norm": np.ones(width),
        "norm1": np.ones((layers, width)), "norm2": np.ones((layers, width)), "qkv": some(layers, width, 3 * width),
        "out": some(layers, width, width), "up": some(layers, width, 4 * width), "down": some(layers, 4 * width, width),
    })  # fmt: skip


@pytest.mark.parametrize("text", ["3*4+0=12,]92\n", "3*4+0=12,w3*4", "3*4+0=12,\n", "3*4+0=12,"])
def test_a_pass_ends_where_the_model_would_go_on_to_something_else(text):
    assert experiment.until(text) == "3*4+0=12,"


def test_rounds_are_forced_whatever_the_model_would_write(monkeypatch):
    def willing(model, prompts, limit, temperature, seed):
        return [Completion(one + "]92\n", np.ones(len(one) + 4)) for one in PASSES]

    monkeypatch.setattr(experiment, "generate", willing)
    once, twice, thrice = experiment.forced(None, PROBLEMS, 2, 0.0)
    assert once == ([f"{problem.prompt}[{one}]" for problem, one in zip(PROBLEMS, PASSES, strict=True)], PASSES)
    assert twice[0][1] == f"67*8=[{PASSES[1]}w{PASSES[1]}]"
    assert thrice[0][0] == f"23*4=[{PASSES[0]}w{PASSES[0]}w{PASSES[0]}]"


def test_after_given_rounds_the_answers_are_those_that_generate_writes(model):
    for count, (passes, answers) in enumerate(experiment.given(model, PROBLEMS, 2)):
        texts = [f"{problem.prompt}[{'w'.join([one] * (count + 1))}]" for problem, one in zip(PROBLEMS, PASSES, strict=True)]
        written = generate(model, texts, experiment.ANSWER)
        assert passes == PASSES
        assert [text for text, _ in answers] == [one.text for one in written]
        assert np.allclose([chance for _, chance in answers], [one.probabilities.prod() for one in written], atol=1e-4)


def test_answers_and_passes_are_counted_apart():
    answers = [("92\n", 0.5), ("536", 1.0)]
    assert experiment.scored(PROBLEMS, [PASSES[0], PASSES[0]], answers) == {"right": 1, "passes": 1, "sure": 0.75}
    assert experiment.scored(PROBLEMS, PASSES, [("92\n", 0.5), ("536\n", 1.0)])["right"] == 2


def test_what_is_hidden_has_no_effect(model, monkeypatch):
    found = experiment.hidden(model, PROBLEMS, 2)
    real = experiment.trace
    monkeypatch.setattr(experiment, "trace", lambda written: real(written).replace("0", "5"))
    other = experiment.hidden(model, PROBLEMS, 2)
    assert found[0] == other[0]
    assert [text for text, _ in found[1]] == [text for text, _ in other[1]]
    assert np.allclose([chance for _, chance in found[1]], [chance for _, chance in other[1]])


def test_with_nothing_hidden_the_pass_is_the_one_that_generate_writes(model):
    passes, _ = experiment.hidden(model, PROBLEMS, 0)
    written = generate(model, [problem.prompt + "[" for problem in PROBLEMS], len(PASSES[0]))
    assert all(one.startswith(other.text) for one, other in zip(passes, written, strict=True))


def test_the_cache_holds_all_that_was_written(model):
    cache = Cache(model, 1, 40)
    model.forward(np.array([encode("23*4=")]), cache)
    (text,), (chances,) = experiment.greedy(model, cache, "[", 6)
    assert cache.length == 12
    assert len(text) == len(chances) == 6
    after = model.read([f"23*4=[{text}"])[0, -1]
    cache.length -= 1
    assert np.allclose(model.forward(np.array([encode(text[-1])]), cache)[0, -1], after, atol=1e-3)


def test_moments_lie_at_the_edges_of_the_training():
    assert experiment.moments("overthinking") == {"start": 2, "seen": 4, "past": 5, "far": 6}
    assert all(most + 1 <= experiment.LAST[name] for name, (_, most) in experiment.SEEN.items())


def test_the_length_of_a_trace_is_that_of_its_rounds():
    assert experiment.symbols(2, 2) == len(f"[{PASSES[0]}w{PASSES[0]}w{PASSES[0]}]")
