"""The training that shows a model hints, and what others made of them."""

from reasoner.hints import hinted
from reasoner.train.sft import Recipe

RECIPES = {"hinted": Recipe(hinted, 1000, 3, "traced_1", rate=2e-3)}
"""After 400 steps half of the hints that the model repeats are misread; hence 1000."""
