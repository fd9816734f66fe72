"""Reinforcements of a model that writes steps half the time."""

from reasoner.styles import mixed
from reasoner.train.grpo import Reinforcement
from reasoner.train.sft import Recipe

SHOWN = (0, 10, 25, 50, 75, 100, 150, 199)
"""Steps of which the first group with unequal rewards is logged."""
RECIPES = {
    "rewarded": Reinforcement("mixed", 200, 1, groups=SHOWN),
    "collapsed": Reinforcement("mixed", 200, 1, rate=1e-3, groups=SHOWN),
    "early": Reinforcement("", 200, 1, groups=SHOWN),
}
EARLY = Recipe(mixed, 500, 1)
"""The start of the last: it has the form of a trace, and seldom gets one right."""
