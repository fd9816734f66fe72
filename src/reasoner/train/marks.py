"""The training of a model that has to go by the marks of places."""

from reasoner.places import scattered
from reasoner.tasks import MARKS, SYMBOLS
from reasoner.train.sft import Recipe

RECIPE = Recipe(scattered, 1500, 1, vocabulary=len(SYMBOLS + MARKS))
