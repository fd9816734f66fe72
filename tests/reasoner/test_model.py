"""The model in NumPy: what torch says, symbol by symbol; a cache, batches and dice that change nothing but what they should."""

import json
from pathlib import Path

import numpy as np
import pytest

from reasoner import model as module
from reasoner.model import Model, generate, softmax
from reasoner.tasks import MARKS, SYMBOLS, decode, encode

WEIGHTS = Path(__file__).parents[2] / "src/reasoner/weights"
CHECKPOINTS = sorted(WEIGHTS.glob("*.npz"))
TOLERANCE = 5e-4
"""How far a logit may lie from torch's; golden files give four decimals, and logits reach 20 and more."""


def arrays(vocabulary=21, width=8, layers=2, seed=0):
    """A small model whose every number matters."""
    dice = np.random.default_rng(seed)

    def normal(*shape, scale):
        return (dice.standard_normal(shape) * scale).astype(np.float32)

    return {
        "embed": normal(vocabulary, width, scale=1),
        "head": normal(width, vocabulary, scale=0.5),
        "norm": 1 + normal(width, scale=0.3),
        "norm1": 1 + normal(layers, width, scale=0.3),
        "norm2": 1 + normal(layers, width, scale=0.3),
        "qkv": normal(layers, width, 3 * width, scale=0.7),
        "out": normal(layers, width, width, scale=0.5),
        "up": normal(layers, width, 4 * width, scale=0.5),
        "down": normal(layers, 4 * width, width, scale=0.3),
    }


@pytest.fixture(scope="module")
def small():
    return Model(arrays())


def close(one, other):
    return np.allclose(one, other, rtol=0, atol=2e-5)


# -- the same as torch -----------------------------------------------------------------------------------------------------


def difference(model, golden):
    """The largest difference from a golden file's logits; fails where a response differs."""
    written = generate(model, golden["prompts"], 260)
    assert [one.text for one in written] == golden["responses"]
    worst = 0.0
    for prompt, text, wanted in zip(golden["prompts"], golden["responses"], golden["logits"], strict=False):
        found = model.read([prompt + text])[0, len(prompt) - 1 : -1]
        worst = max(worst, float(np.abs(found - np.array(wanted)).max(initial=0)))
    return worst


def test_there_are_checkpoints_and_a_golden_file_for_each():
    assert CHECKPOINTS
    assert {file.stem for file in WEIGHTS.glob("*.json")} == {file.stem for file in WEIGHTS.glob("*.npz")}


@pytest.mark.parametrize("file", CHECKPOINTS, ids=lambda file: file.stem)
def test_a_checkpoint_writes_what_torch_says(file):
    golden = json.loads(file.with_suffix(".json").read_text("utf-8"))
    assert len(golden["prompts"]) == len(golden["responses"]) > len(golden["logits"]) > 1
    assert difference(Model.load(file), golden) < TOLERANCE


@pytest.mark.parametrize("name", arrays())
def test_an_array_that_is_one_percent_off_is_noticed(name):
    golden = json.loads((WEIGHTS / "traced_1.json").read_text("utf-8"))
    few = {each: golden[each][:1] for each in ("prompts", "responses", "logits")}
    with np.load(WEIGHTS / "traced_1.npz") as file:
        kept = dict(file)
    try:
        found = difference(Model({**kept, name: kept[name].astype(np.float32) * np.float32(1.01)}), few)
    except AssertionError:
        return
    assert found > 2 * TOLERANCE


def test_a_checkpoint_is_kept_in_16_bits_and_computed_in_32(small, tmp_path):
    np.savez(tmp_path / "half.npz", **{name: array.astype(np.float16) for name, array in arrays().items()})
    half = Model.load(tmp_path / "half.npz")
    assert half.qkv.dtype == half.read(["1*2="]).dtype == np.float32
    assert not np.array_equal(half.qkv, small.qkv)
    assert np.array_equal(half.qkv, small.qkv.astype(np.float16))


def test_a_checkpoint_that_lacks_an_array_is_refused():
    with pytest.raises(KeyError):
        Model({name: array for name, array in arrays().items() if name != "norm2"})


# -- reading -----------------------------------------------------------------------------------------------------------------


TEXT = "347*6=[7*6+0=42,"


@pytest.mark.parametrize("cuts", [[1], [5, 6], [15], range(1, 16)], ids=str)
def test_reading_in_pieces_with_a_cache_is_reading_at_once(small, cuts):
    tokens = np.array([encode(TEXT), encode(TEXT[::-1])])
    cache = module.Cache(small, 2, len(TEXT))
    pieces = [small.forward(piece, cache) for piece in np.split(tokens, cuts, axis=1)]
    assert close(np.concatenate(pieces, axis=1), small.read([TEXT, TEXT[::-1]]))


def test_a_symbol_changes_what_comes_after_it_and_nothing_before(small):
    one, other = small.read(["347*6=", "349*6="])
    assert close(one[:2], other[:2])
    assert not np.isclose(one[2:], other[2:], atol=1e-3).all(axis=1).any()


def test_a_place_counts_by_its_distance(small):
    """Rotary positions: what matters is how far back a symbol stands, and there is an order to symbols."""
    assert not close(small.read(["12="])[0, -1], small.read(["21="])[0, -1])
    cache = module.Cache(small, 1, 9)
    small.forward(np.array([encode("999")]), cache)
    cache.seen[:, :3] = False
    assert close(small.forward(np.array([encode("347*6=")]), cache), small.read(["347*6="]))


def test_states_are_what_positions_hold_before_the_first_layer_and_after_each(small):
    states = []
    logits = small.read([TEXT], states)
    assert [state.shape for state in states] == [(1, len(TEXT), 8)] * 3
    assert np.array_equal(states[0][0], small.embed[encode(TEXT)])
    last = states[-1] / np.sqrt((states[-1] ** 2).mean(-1, keepdims=True) + 1e-5) * small.norm
    assert close(last @ small.head, logits)


# -- writing -----------------------------------------------------------------------------------------------------------------

PROMPTS = ["1*2=", "34*5=", "99+1=", "1*3=", "7+7=", "347*6=[7*", "2*2="]


def same(some, others):
    return all(a.text == b.text and close(a.probabilities, b.probabilities) for a, b in zip(some, others, strict=True))


@pytest.mark.parametrize("temperature", [0.0, 1.0])
@pytest.mark.parametrize("batch", [1, 2, 128])
def test_who_is_written_side_by_side_with_whom_changes_nothing(small, monkeypatch, temperature, batch):
    wanted = generate(small, PROMPTS, 30, temperature, seed=4)
    monkeypatch.setattr(module, "BATCH", batch)
    assert same(generate(small, PROMPTS, 30, temperature, seed=4), wanted)


def test_greedy_writes_the_same_for_a_prompt_alone_and_among_others(small):
    alone = [generate(small, [prompt], 30)[0] for prompt in PROMPTS]
    assert same(generate(small, PROMPTS, 30), alone)


def test_the_chances_of_a_prompt_depend_on_the_seed_and_its_place_and_on_no_other_prompt(small):
    found = generate(small, PROMPTS, 30, 1.0, seed=4)
    others = [PROMPTS[0], "5555+5555=", PROMPTS[2], "8", *PROMPTS[4:], "1+1="]
    again = generate(small, others, 30, 1.0, seed=4)
    assert same([again[place] for place in (0, 2, 4, 5, 6)], [found[place] for place in (0, 2, 4, 5, 6)])
    assert [one.text for one in generate(small, PROMPTS, 30, 1.0, seed=5)] != [one.text for one in found]
    assert len({one.text for one in generate(small, ["1*2="] * 20, 30, 1.0)}) > 10


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_symbols_are_drawn_as_often_as_the_softmax_at_the_temperature_says(small, monkeypatch, temperature):
    count = 4000
    monkeypatch.setattr(module, "BATCH", count)
    written = generate(small, ["34*5="] * count, 1, temperature, seed=1)
    wanted = softmax(small.read(["34*5="])[0, -1].astype(float) / temperature)
    found = np.bincount([encode(one.text)[0] for one in written], minlength=len(SYMBOLS)) / count
    assert (np.abs(found - wanted) <= 4.5 * np.sqrt(wanted * (1 - wanted) / count) + 1 / count).all()
    assert wanted.max() < 0.9


@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_the_probability_of_a_symbol_is_what_the_model_gave_to_it_at_temperature_1(small, temperature):
    for prompt, one in zip(PROMPTS, generate(small, PROMPTS, 20, temperature, seed=2), strict=True):
        levels = softmax(small.read([prompt + one.text])[0, len(prompt) - 1 : -1])
        assert close(one.probabilities, levels[np.arange(len(one.text)), encode(one.text)])


def test_greedy_takes_the_likeliest_symbol(small):
    for prompt, one in zip(PROMPTS, generate(small, PROMPTS, 20), strict=True):
        logits = small.read([prompt + one.text])[0, len(prompt) - 1 : -1]
        assert one.text == decode(logits.argmax(-1))


def test_going_on_from_what_was_written_is_going_on(small):
    whole = generate(small, ["34*5="], 12)[0].text
    assert len(whole) > 6
    assert generate(small, ["34*5=" + whole[:6]], 12 - 6)[0].text == whole[6:]


def test_a_response_ends_with_its_first_newline_or_at_the_limit(small):
    found = generate(small, ["1*2="] * 200, 10, 1.0)
    for one in found:
        assert len(one.text) == len(one.probabilities)
        assert "\n" not in one.text[:-1]
        assert one.ended == one.text.endswith("\n")
        assert one.ended or len(one.text) == 10
    assert {one.ended for one in found} == {True, False}


def test_a_model_writes_the_symbols_that_it_has():
    marked = Model(arrays(len(SYMBOLS + MARKS)))
    found = set("".join(one.text for one in generate(marked, ["a3*4="] * 200, 10, 2.0)))
    assert found & set(MARKS)
    with pytest.raises(IndexError):
        generate(Model(arrays()), ["a3*4="], 1)


def test_softmax_is_sure_of_what_is_far_ahead_and_adds_up():
    assert close(softmax(np.log(np.array([[1, 2, 5], [3, 3, 2]]))), [[0.125, 0.25, 0.625], [0.375, 0.375, 0.25]])
    assert softmax(np.array([1000.0, 0.0])).tolist() == [1, 0]


# -- edits -------------------------------------------------------------------------------------------------------------------


def hiding(place):
    def edit(cache, rows):
        cache.seen[:, place] = False

    return edit


def test_what_is_hidden_can_say_nothing_any_more(small):
    """The last digit of the second number, before the end of the prompt: only what comes after could have looked at it."""
    two = ["34*5=", "34*7="]
    open_, hidden = generate(small, two, 1), generate(small, two, 1, edit=hiding(3))
    assert not close(open_[0].probabilities, open_[1].probabilities)
    assert same(hidden[:1], hidden[1:])
    assert not close(hidden[0].probabilities, open_[0].probabilities)


def test_hidden_places_stay_hidden_for_all_that_is_written(small):
    texts = [generate(small, [prompt], 12, 1.0, seed=1, edit=hiding(3))[0] for prompt in ("34*5=", "34*7=")]
    assert same(texts[:1], texts[1:])
    assert len(texts[0].text) > 3


def test_a_patched_value_counts_as_if_it_had_been_written(small):
    """Keys and values of the other prompt's digit in each layer make it the other prompt."""
    held = module.Cache(small, 1, 5)
    small.forward(np.array([encode("34*7=")]), held)

    def edit(cache, rows):
        cache.keys[:, :, 3], cache.values[:, :, 3] = held.keys[:, :, 3], held.values[:, :, 3]

    assert same(generate(small, ["34*5="], 12, edit=edit), generate(small, ["34*7="], 12))
    assert not same(generate(small, ["34*5="], 12), generate(small, ["34*7="], 12))


def test_an_edit_learns_which_prompts_it_edits_before_their_last_symbol_is_read(small, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    edited = []

    def edit(cache, rows):
        assert cache.length == len(PROMPTS[rows[0]]) - 1
        assert cache.keys.shape[1] == len(cache.seen) == len(rows) <= 2
        edited.extend(rows)

    generate(small, PROMPTS, 3, edit=edit)
    assert sorted(edited) == list(range(len(PROMPTS)))


def test_an_edit_of_one_row_leaves_the_others_alone(small):
    def edit(cache, rows):
        cache.seen[rows == 1, 0] = False

    plain, found = generate(small, ["34*5="] * 3, 5), generate(small, ["34*5="] * 3, 5, edit=edit)
    assert same(found[::2], plain[::2])
    assert not close(found[1].probabilities[0], plain[1].probabilities[0])
