"""Trainings on long products: what the bands gate."""

import base64

import pytest

pytest.importorskip("torch")

import trained_products as experiment


def outcome(**scores):
    return {
        "weights": base64.b64encode(b"w").decode(), "golden": {}, "log": [{"step": 50, "loss": 1.0}],
        "scores": {f"{first}x{second}": 1.0 for first, second in experiment.SIZES} | scores,
    }  # fmt: skip


def test_the_worst_cell_is_gated_for_traced_models_alone():
    found = experiment.measure({}, 0, [outcome(**{"4x4": 0.9}), outcome(), outcome(**{"3x3": 0.1})])
    numbers = found.numbers
    assert [numbers[f"{name}_worst"].value for name in experiment.PARTS] == [90, 100, 10]
    assert [numbers[f"{name}_worst"].rule.abs for name in experiment.PARTS] == [10, 10, 100]
    assert found.tables["cells"].column("long_direct")[experiment.SIZES.index((3, 3))] == 10


def test_every_file_of_the_trainings_is_made():
    found = experiment.measure({}, 0, [outcome()] * 3)
    assert sorted(found.files) == sorted(experiment.WRITES)
