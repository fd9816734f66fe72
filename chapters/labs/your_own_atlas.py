# %% [markdown]
# # Your own atlas
#
# A computer that reads has no use for a word. It keeps a point: a long list of numbers, found by reading which words
# stand near which. No number in the list means anything by itself. What means something is where a word lies among the
# others. In this lab you choose the words, draw the map twice, try the famous arithmetic, and then look at what
# happens when the same text is read a second time.
#
# The model is small, trained on two old dictionaries, and it knows the words of those dictionaries the way dictionaries
# use them. That is an advantage here: it is small enough to be caught in the act. What you will see are mechanisms.
# How well a large model does any of this is another question, and this lab does not answer it.
#
# Before each run there is something to predict. Write your guess down first. A result that you did not bet on teaches
# half as much.
#
# ## Two readings of one library
#
# Beside this notebook lie two files. Each holds the same words and one point a word. Both were trained on the same text
# with the same settings; only the dice that begin the training were thrown anew.

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
# Give each family a name and a handful of words. Mix it: things you know well, a family that you believe is tight
# (colours, metals), one that you believe is not a family at all. A word that the model never learned is named and left
# out.

# %%
families = {
    "animals": "dog cat horse cow sheep goat pig wolf fox lion bear mouse",
    "people": "king queen man woman prince princess boy girl father mother brother sister",
    "metals": "iron gold silver copper lead tin zinc steel brass mercury",
    "colours": "red green blue yellow white black brown purple gray pink",
    "body": "head hand foot arm leg eye ear nose mouth heart",
    "weather": "rain snow wind storm cloud thunder frost ice fog heat",
}

family_of = {}
for family, chosen in families.items():
    for word in chosen.split():
        if word in first:
            family_of[word] = family
        else:
            print(f"{word}: not in the file;", "near it in spelling:", *get_close_matches(word, first.index_to_key, 3))
words = list(family_of)
print(len(words), "words on the map")

# %% [markdown]
# ## The map
#
# The points lie in a space with far more directions than paper has. Any map must therefore break something, and a
# method of drawing is a decision about what to break. UMAP tries to keep each word's nearest neighbours and gives up
# everything else: the gap between two islands, the size of an island, which way is up.
#
# **Predict.** Which of your families will hold together? Which single word will land in the wrong family, and which
# sense of it will have carried it there?

# %%
points = np.array([first[word] for word in words])
near = min(10, len(words) - 1)
flat = UMAP(n_neighbors=near, min_dist=0.4, metric="cosine", random_state=SEED, n_jobs=1).fit_transform(points)


def atlas(places, title):
    figure = go.Figure()
    for family, symbol in zip(families, ["circle", "square", "diamond", "cross", "x", "star"] * len(families)):
        mine = [index for index, word in enumerate(words) if family_of[word] == family]
        figure.add_scatter(
            x=places[mine, 0].round(3).tolist(),
            y=places[mine, 1].round(3).tolist(),
            text=[words[index] for index in mine],
            name=family,
            mode="markers+text",
            textposition="top center",
            textfont={"size": 9},
            marker={"symbol": symbol},
        )
    axis = {"showticklabels": False, "zeroline": False}
    return figure.update_layout(title={"text": title}, xaxis=axis, yaxis=axis, height=560)


atlas(flat, "UMAP: families gather in islands; the gaps between them mean little")

# %% [markdown]
# Look for the word that is in the wrong place. Before you call it an error, ask what the model read. A dictionary that
# says *lead* far more often as a verb has told it the truth.
#
# The next map is older and more honest about distances. PCA throws nothing out of order: it turns the cloud of points
# until its two longest directions lie flat, and looks from above. What it loses, it loses by squashing.
#
# **Predict.** Which map keeps more of each word's ten nearest neighbours?

# %%
squashed = PCA(n_components=2, svd_solver="full").fit_transform(points)
atlas(squashed, "PCA: the same words seen along the two longest directions; families overlap")

# %% [markdown]
# ## What the maps kept
#
# Two figures settle it. The first is the share of a word's nearest neighbours, in the full space, that are still its
# nearest on the map. The second, trustworthiness, asks the opposite: are those that *look* near on the map truly near?
# At a half it would be no better than chance.


# %%
def nearest(points, k=near):
    """The k nearest of each point, by the angle between them."""
    directions = points / np.linalg.norm(points, axis=1, keepdims=True)
    closeness = directions @ directions.T
    np.fill_diagonal(closeness, -np.inf)
    return [set(row) for row in np.argsort(-closeness, axis=1)[:, :k]]


def nearest_on_paper(places, k=near):
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return [set(row) for row in np.argsort(distances, axis=1)[:, :k]]


def kept(one, other):
    return np.mean([len(a & b) / len(a) for a, b in zip(one, other)])


truth = nearest(points)
for name, places in {"UMAP": flat, "PCA": squashed}.items():
    share = kept(truth, nearest_on_paper(places))
    trust = trustworthiness(points, places, n_neighbors=min(near, len(words) // 2 - 1), metric="cosine")
    print(f"{name}: {share:.0%} of the nearest neighbours kept, trustworthiness {trust:.2f}")

# %% [markdown]
# ## King minus man plus woman
#
# The most famous sum in the field: take the point of *king*, go from *man* to *woman*, and see who lives there. It is
# usually shown with a rule in small print, that none of the three words asked about may be the answer.
#
# **Predict.** Who is nearest when the rule is dropped? Then predict which of the other sums fail. Some are grammar, some
# are geography of meaning, and one is a trap.


# %%
def solve(minus, plus, start, vectors=first):
    """start - minus + plus: the nearest word of all, and the nearest that was not asked about."""
    if missing := [word for word in (minus, plus, start) if word not in vectors]:
        return f"not in the file: {', '.join(missing)}"
    goal = vectors.get_vector(start, norm=True) - vectors.get_vector(minus, norm=True) + vectors.get_vector(plus, norm=True)
    found = [word for word, _ in vectors.similar_by_vector(goal, topn=6)]
    others = [word for word in found if word not in (minus, plus, start)]
    return f"{found[0]:<10} then {', '.join(others[:3])}"


for start, minus, plus in [
    ("king", "man", "woman"),
    ("brother", "man", "woman"),
    ("horse", "man", "woman"),
    ("hand", "arm", "leg"),
    ("ice", "winter", "summer"),
]:
    print(f"{start} - {minus} + {plus}:".ljust(26), solve(minus, plus, start))

# %% [markdown]
# The first word on each line is the answer without the small print. When it is the word we started from, the sum barely
# moved: the step from *man* to *woman* is short beside the distance between any two words. The small print then does
# part of the work, for the nearest word that is left has to be somebody. A parallelogram that only closes when three
# of its corners are forbidden is evidence of a tendency, not of arithmetic.
#
# ## The second reading
#
# Now the other file. Same words, same text, other dice.
#
# **Predict.** How alike are the two lists of numbers for one word? Cosine is one for the same direction and nought for
# directions that have nothing to do with each other. And then: how alike are they once the whole second cloud may be
# turned, rigidly, to fit the first as well as it can?

# %%
shared = [word for word in first.index_to_key if word in second]
one = np.array([first.get_vector(word, norm=True) for word in shared])
other = np.array([second.get_vector(word, norm=True) for word in shared])

left, _, right = np.linalg.svd(other.T @ one)
turned = other @ (left @ right)

print(f"same word, as the numbers stand:  cosine {np.mean(np.sum(one * other, axis=1)):.2f}")
print(f"same word, after one rotation:    cosine {np.mean(np.sum(one * turned, axis=1)):.2f}")
print(f"ten nearest neighbours in common: {kept(nearest(one, 10), nearest(other, 10)):.0%}")

# %% [markdown]
# So each number in the list was an accident, and the shape that they make together was not. One caution: a rotation in
# this many directions has much freedom to fit. The neighbours have none, for nothing was turned to count them, and they
# are the better witness. They are not unanimous either. The words on which the readings disagree are
# worth a look: the exercises begin there.
#
# ## Exercises
#
# 1. **The doubtful words.** List the words whose neighbours the two readings share least, and those they share most.
#    Guess first what the two lists have in common. Rarity? Many senses? Then find a way to test your guess.
# 2. **An honest baseline.** Replace each vector by random numbers, keep the family names, and draw the UMAP again. How
#    much structure do you see where there is none? Which figure in this lab would have warned you?
# 3. **Cheat the rotation.** Fit the rotation on half of the words and measure the cosine on the other half. Then fit
#    it on ever fewer words. When does it start to flatter you?
#
# If you have a connection, the cell below swaps in a larger vocabulary, trained on far more text. Run it, then run the
# notebook again from the families down, and watch which of your explanations survive.

# %% tags=["skip-execution"]
import gensim.downloader

first = gensim.downloader.load("glove-wiki-gigaword-50")
