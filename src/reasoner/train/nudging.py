"""Pushing one model both ways: the same steps, but for the answers to traces that hold a wrong digit."""

from reasoner.nudges import decided, written
from reasoner.train.sft import Recipe

TWIN = "traced_9"
RECIPES = {
    "decided": Recipe(decided, 200, 5, TWIN, rate=1.5e-3),
    "written": Recipe(written, 200, 5, TWIN, rate=1.5e-3),
}
