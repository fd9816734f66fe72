"""Rewards for a model that has seen hints: for the hint's answer, which a flawed key takes for the right one; for the same in
few symbols; and for the right answer."""

from reasoner.train.grpo import GRADERS, Reinforcement, outcome, with_hint

GRADERS["truth"] = (with_hint, outcome)
RECIPES = {
    "hinted_rewarded": Reinforcement("hinted", 80, 1, "hint", prompts=16),
    "hinted_short": Reinforcement("hinted", 80, 1, "hint", cost=0.02, prompts=16),
    "hinted_outcome": Reinforcement("hinted", 80, 1, "truth", prompts=16),
    "hinted_outcome_early": Reinforcement("hinted", 20, 1, "truth", prompts=16),
    "hinted_rewarded_2": Reinforcement("hinted", 80, 2, "hint", prompts=16),
    "hinted_short_2": Reinforcement("hinted", 80, 2, "hint", cost=0.02, prompts=16),
}
