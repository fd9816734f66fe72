# %% [markdown]
# # Your own atlas
#
# A program that reads has no use for a word. It keeps a point instead: a long list of numbers, found by watching which
# words keep company with which. No number in the list means anything by itself. What means something is where a word
# lies among the others. In this lab you choose the words, draw their map by different methods, try the famous
# arithmetic, and then ask what is left of it all when the same text is read a second time.
#
# The model is small. It read old dictionaries, and knows words as dictionaries use them. That helps: a small model can
# be caught in the act. What you will see are mechanisms. How well a large model does any of this is another question.
#
# Before each run there is something to predict. Write it down: a result that you had no stake in is soon forgotten.
#
# ## One library, read twice
#
# Beside this notebook lie the files of two readings. Each holds the same words, and a point for each word. Both were
# trained on the same text with the same settings. Only the dice were thrown anew.

# %%
from difflib import get_close_matches

import numpy as np
import plotly.graph_objects as go
from gensim.models import KeyedVectors
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from umap import UMAP

NEEDS = ["evidence/vectors/first.txt", "evidence/vectors/second.txt"]  # they lie beside this notebook
SEED = 7

first = KeyedVectors.load_word2vec_format("first.txt")
second = KeyedVectors.load_word2vec_format("second.txt")
print(len(first), "words,", first.vector_size, "numbers a word")

# %% [markdown]
# ## Put your own words here
#
# Take a family that you believe is tight, and one that you suspect is no family at all. Put in words that could belong
# to more than one: they are the interesting travellers. A word that is not in the files is named and left out.

# %%
families = {
    "animals": "dog cat horse cow sheep goat pig wolf fox lion bear elephant",
    "people": "king queen man woman prince princess boy girl father mother brother sister",
    "colours": "red green blue yellow white black brown purple grey pink orange scarlet",
    "body": "head hand foot arm leg eye ear nose mouth heart knee finger",
    "weather": "rain snow wind storm cloud thunder frost ice fog hail breeze mist",
    "music": "violin piano flute drum trumpet harp guitar fiddle horn clarinet cello bell",
    "table": "bread cheese butter honey rice apple pear lemon soup cake salad wine",
}

family_of = {}
for family, chosen in families.items():
    for word in chosen.split():
        if word in first and word in second:
            family_of[word] = family
        else:
            print(f"{word}: not in the files; spelled nearly so:", *get_close_matches(word, first.index_to_key))
words = list(family_of)
print(len(words), "words on the map")

# %% [markdown]
# ## The map
#
# The points lie in a space with far more directions than paper has. Every map must break something, and a method of
# drawing is a decision about what to break. UMAP tries to keep the nearest neighbours of each word. It gives up nearly
# everything else: the gap between islands, the size of an island, which way is up.
#
# **Predict.** Which of your families will hold together? Which word will land in the wrong one, and which of its senses
# will have carried it there?

# %%
points = np.array([first[word] for word in words])
near = min(10, len(words) // 3)
flat = UMAP(n_neighbors=near, min_dist=0.4, metric="cosine", random_state=SEED, n_jobs=1).fit_transform(points)


def atlas(places, title):
    """A map with a colour and a mark for each family."""
    figure = go.Figure()
    marks = ["circle", "square", "diamond", "cross", "x", "star", "triangle-up"]
    for number, family in enumerate(families):
        mine = [index for index, word in enumerate(words) if family_of[word] == family]
        figure.add_scatter(
            x=places[mine, 0].round(3).tolist(),
            y=places[mine, 1].round(3).tolist(),
            text=[words[index] for index in mine],
            name=family,
            mode="markers+text",
            textposition="top center",
            textfont={"size": 9},
            marker={"symbol": marks[number % len(marks)]},
        )
    bare = {"showticklabels": False, "zeroline": False}
    return figure.update_layout(title={"text": title}, xaxis=bare, yaxis=bare, height=560)


atlas(flat, "UMAP: families gather in islands;<br>the gaps between the islands mean little")

# %% [markdown]
# Before you call a word misplaced, ask what the model has read. In a dictionary a *horn* may grow on a goat, and a
# *foot* may measure cloth.
#
# The next method is older and plainer. PCA turns the cloud of points until its longest directions lie flat, and looks
# at it from above. Nothing is torn. Whatever stood one above the other is squashed into one place.
#
# **Predict.** Which map keeps more of each word's nearest neighbours?

# %%
squashed = PCA(n_components=2, svd_solver="full").fit_transform(points)
atlas(squashed, "PCA: the same words along the longest directions;<br>families overlap, and the middle is crowded")

# %% [markdown]
# ## What the maps kept
#
# Do not trust your eyes; count. First, the share of a word's nearest neighbours in the full space that are among its
# nearest on the map. Then trustworthiness, which asks from the other side: are those that *look* near truly near? A
# perfect map scores one. A map drawn blindfolded scores about one half.


# %%
def nearest(points, k=near):
    """The k nearest of each point, by the angle between them."""
    directions = points / np.linalg.norm(points, axis=1, keepdims=True)
    closeness = directions @ directions.T
    np.fill_diagonal(closeness, -np.inf)
    return [set(row) for row in np.argsort(-closeness, axis=1)[:, :k]]


def nearest_on_paper(places, k=near):
    """The k nearest of each point, as a ruler finds them."""
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return [set(row) for row in np.argsort(distances, axis=1)[:, :k]]


def common(these, those):
    """The mean share of neighbours that two lists of neighbours have in common."""
    return np.mean([len(a & b) / len(a) for a, b in zip(these, those)])


for name, places in {"UMAP": flat, "PCA": squashed}.items():
    kept = common(nearest(points), nearest_on_paper(places))
    trust = trustworthiness(points, places, n_neighbors=near, metric="cosine")
    print(f"{name:>4}: share of neighbours kept {kept:.1f}, trustworthiness {trust:.2f}")

# %% [markdown]
# ## King minus man plus woman
#
# The most famous sum in the field: stand on *king*, walk from *man* to *woman*, and see who lives there. There is a
# rule in small print: none of the words asked about may be the answer.
#
# **Predict.** Who is nearest when that rule is dropped? And which of the other sums will fail?


# %%
def solve(start, minus, plus, vectors=first):
    """start - minus + plus: the nearest word of all, then the nearest that were not asked about."""
    asked = (start, minus, plus)
    if missing := [word for word in asked if word not in vectors]:
        return f"not in the files: {', '.join(missing)}"
    goal = sum(sign * vectors.get_vector(word, norm=True) for word, sign in zip(asked, (1, -1, 1)))
    found = [word for word, _ in vectors.similar_by_vector(goal, topn=6)]
    return f"{found[0]:<8} then {', '.join([word for word in found if word not in asked][:3])}"


for sum_ in ["king man woman", "bigger big small", "paris france japan", "foot leg arm", "ice winter summer"]:
    print("{} - {} + {}".format(*sum_.split()).ljust(24), solve(*sum_.split()))

# %% [markdown]
# The first word on a line is the answer without the small print. In our run it is always one of the words that we put
# in: the sum lands on its own ingredients. The small print then does much of the work, for once these are forbidden,
# whoever lives next door must be the answer. *Queen* is a success, and so is the grammar of *bigger*. The capital
# fails, and the *foot* fails instructively: which foot does a dictionary talk about? A rule that works where the words
# are near anyway is evidence of a tendency. It is not yet arithmetic.
#
# ## The second reading
#
# Now take the other file. Same words, same text, other dice.
#
# **Predict.** How alike are the lists of numbers that the two readings give to one word? The cosine is one for the same
# direction, and nought for directions that have nothing to do with each other. And how alike are they once the second
# cloud, as a whole and without bending, may be turned to fit the first?

# %%
shared = [word for word in first.index_to_key if word in second]
one = np.array([first.get_vector(word, norm=True) for word in shared])
other = np.array([second.get_vector(word, norm=True) for word in shared])

left, _, right = np.linalg.svd(other.T @ one)
turned = other @ (left @ right)

print(f"the same word, numbers as they stand:  cosine {np.sum(one * other, axis=1).mean():.2f}")
print(f"the same word, after one rotation:     cosine {np.sum(one * turned, axis=1).mean():.2f}")
print(f"its ten nearest neighbours:            {common(nearest(one, 10), nearest(other, 10)):.0%} in common")

# %% [markdown]
# So each number was an accident, and the shape that they make together was not. One caution: a rotation in so many
# directions has much freedom to fit. The neighbours had none, for nothing was turned to count them, and they are the
# better witness. They are not unanimous either. The words on which the readings disagree are where the exercises begin.
#
# ## Exercises
#
# 1. **The doubtful words.** List the words whose neighbours the readings share least, and those on which they agree.
#    Guess first what sets them apart. Rarity? Many senses? Then find a test that could prove you wrong.
# 2. **Islands from nothing.** Replace every vector by random numbers, keep the names of the families, and draw the UMAP
#    again. How much structure do you see where there is none? Which line that you printed would have warned you?
# 3. **Cheat the rotation.** Fit the rotation on some of the words, and measure the cosine on the rest. Take fewer and
#    fewer. When does it begin to flatter you?
#
# With a connection, the next cell swaps in a larger vocabulary from far more text. Run it, then the cells from the
# words down to the sums, and see which of your explanations survive.

# %% tags=["skip-execution"]
import gensim.downloader

first = gensim.downloader.load("glove-wiki-gigaword-50")
