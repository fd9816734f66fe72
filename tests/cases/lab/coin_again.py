# %% [markdown]
# # The coin again
#
# Predict first: which side comes up more often? [The chapter](../chapters/01-coins.md) flipped it for you.
#
# ## Count

# %%
from pathlib import Path

import _counting

NEEDS = ["data/flips.csv"]  # beside this notebook
SEED = 7

flips = [int(line) for line in Path("flips.csv").read_text().split()[1:]]
print(f"{len(flips)} flips, {_counting.share(sum(flips), len(flips)):.1f} % heads")
sum(flips)

# %% [markdown]
# ## Draw
#
# The share after each flip, $h/n$.

# %%
import plotly.graph_objects as go

running = _counting.running(flips)
go.Figure(go.Scatter(y=running), layout={"title": {"text": "The share settles"}})

# %% tags=["skip-execution"]
import urllib.request

urllib.request.urlopen("https://example.org/more-flips")
