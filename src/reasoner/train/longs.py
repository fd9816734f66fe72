"""Trainings on products of two long numbers."""

from reasoner.products import long_direct, long_traced
from reasoner.train.sft import Recipe

RECIPES = {
    "long_1": Recipe(long_traced, 5000, 1, batch=32, rate=3e-3, floor=0.05),
    "long_2": Recipe(long_traced, 5000, 2, batch=32, rate=3e-3, floor=0.05),
    "long_direct": Recipe(long_direct, 16000, 1, rate=3e-3, floor=0.05),
}
