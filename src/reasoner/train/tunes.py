"""Fine-tunings of a model that writes its steps: it learns to say "wait"."""

from reasoner.doubts import overthinking, reactive, reflective
from reasoner.train.sft import Recipe

RECIPES = {
    "reflective": Recipe(reflective, 500, 5, "traced_1", batch=24, rate=1.5e-3),
    "reactive": Recipe(reactive, 500, 5, "traced_1", batch=24, rate=1.5e-3),
    "overthinking": Recipe(overthinking, 300, 5, "traced_1", batch=32, rate=1.5e-3),
}
