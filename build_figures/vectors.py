"""Word vectors trained here, twice, on two free dictionaries: what they score, and the vectors of the words that the course shows."""

import os

from gensim.models import Word2Vec
from gensim.test.utils import datapath
from numpy.random import default_rng

from _dictionaries import gcide, wordnet
from _families import shown
from coursebook.make.experiment import Column, File, Number, Results, Table, exact, structure, within

NEEDS = ["corpora/wordnet", "corpora/gcide"]
DEEP = True
PARTS = [1, 2]
WRITES = ["evidence/vectors/first.txt", "evidence/vectors/second.txt"]
NAMES = ("first", "second")
EPOCHS, ALPHA, LAST_ALPHA = 8, 0.025, 0.0001
SIMLEX, ANALOGIES = datapath("simlex999.txt"), datapath("questions-words.txt")
DIGITS = 3
"""Decimals of a committed component; their mean size is about a quarter."""


def part(needs, part, folder):
    """One training with the seed `part`, an epoch at a time, each kept; its scores, its log, and the shown vectors."""
    sentences = [*wordnet(needs["corpora/wordnet"]), *gcide(needs["corpora/gcide"])]
    sentences = [sentences[index] for index in default_rng(part).permutation(len(sentences))]
    checkpoint = folder / "model"
    model = Word2Vec.load(str(checkpoint)) if checkpoint.exists() else _untrained(sentences, part)
    for epoch in range(len(model.log), EPOCHS):
        (folder / "progress").write_text(f"epoch {epoch + 1} of {EPOCHS}")
        start, end = (ALPHA + (LAST_ALPHA - ALPHA) * step / EPOCHS for step in (epoch, epoch + 1))
        model.train(sentences, total_examples=model.corpus_count, epochs=1, start_alpha=start, end_alpha=end, compute_loss=True)
        model.log.append(float(model.get_latest_training_loss()))
        model.save(str(folder / "next"), sep_limit=2**40)
        os.replace(folder / "next", checkpoint)
    (folder / "progress").write_text("scoring")
    return {**_scores(model.wv), "loss": model.log, "tokens": sum(map(len, sentences)), "vectors": _text(model.wv)}


def _untrained(sentences, seed):
    model = Word2Vec(vector_size=100, window=6, min_count=5, sg=1, negative=8, workers=1, seed=seed)
    model.build_vocab(sentences)
    model.log = []
    return model


def _scores(words):
    """SimLex-999: Spearman's correlation with people's judgements, for the vectors and for the same vectors handed to the
    wrong words. Analogies: percent whose first answer is the wanted one. The rank of queen after king - man + woman."""
    analogies, sections = words.evaluate_word_analogies(ANALOGIES)
    asked = sum(len(section["correct"]) + len(section["incorrect"]) for section in sections[:-1])
    nearest = [word for word, _ in words.most_similar(positive=["king", "woman"], negative=["man"], topn=1000)]
    simlex = words.evaluate_word_pairs(SIMLEX)
    words_in_disorder = type(words)(words.vector_size)
    words_in_disorder.add_vectors(words.index_to_key, words.vectors[default_rng(0).permutation(len(words))])
    return {
        "vocabulary": len(words),
        "simlex": float(simlex[1][0]),
        "missing": float(simlex[2]),
        "disorder": float(words_in_disorder.evaluate_word_pairs(SIMLEX)[1][0]),
        "analogies": 100 * float(analogies),
        "asked": asked,
        "queen": nearest.index("queen") + 1 if "queen" in nearest else 1001,
    }


def _text(words):
    """The shown words in word2vec's text format, the commonest first."""
    wanted = shown()
    chosen = [word for word in words.index_to_key if word in wanted]
    rows = [" ".join([word, *(f"{component:.{DIGITS}f}" for component in words[word])]) for word in chosen]
    return "\n".join([f"{len(chosen)} {words.vector_size}", *rows, ""])


def measure(needs, seed, parts):
    first = parts[0]
    numbers = {
        "tokens": Number(first["tokens"], "words of text in both dictionaries", "words", ",.0f", rule=exact()),
        "vocabulary": Number(first["vocabulary"], "different words that occur often enough to be learned", "words", ",.0f", rule=exact()),
        "dimensions": Number(100, "numbers in each vector", "numbers", rule=exact()),
        "shown": Number(first["vectors"].count("\n") - 1, "words whose vectors are committed", "words", ",.0f", rule=exact()),
        "asked": Number(first["asked"], "analogies all of whose words are in the vocabulary", "analogies", ",.0f", rule=exact()),
        "epochs": Number(EPOCHS, "times that the training read the whole text", "epochs", rule=exact()),
        "disorder": Number(
            first["disorder"], "SimLex-999 when the first training's vectors are handed to the wrong words",
            "rank correlation", ".2f", rule=within(abs=0.1),
        ),
    }  # fmt: skip
    for name, found in zip(NAMES, parts, strict=True):
        own = f"of the {name} training"
        numbers |= {
            f"simlex_{name}": Number(
                found["simlex"], f"SimLex-999 {own}: agreement with people's judgements of similarity",
                "rank correlation", ".2f", n=999, rule=within(abs=0.03),
            ),
            f"analogies_{name}": Number(
                found["analogies"], f"analogies {own} whose first answer is the wanted one", "percent", ".0f", n=found["asked"], rule=within(abs=3),
            ),
            f"queen_{name}": Number(found["queen"], f"place of queen after king - man + woman, {own}", "place", rule=within(abs=3)),
        }  # fmt: skip
    log = Table(
        "What each pass over the text left unexplained: the training's loss falls, by less each time",
        (
            Column("epoch", range(1, EPOCHS + 1), "pass over the text", "", rule=exact()),
            *(
                Column(
                    name,
                    [loss / 1e6 for loss in found["loss"]],
                    f"loss of the {name} training, millions",
                    "",
                    ".1f",
                    within(rel=0.02),
                )
                for name, found in zip(NAMES, parts, strict=True)
            ),
        ),
    )
    files = {path: File(found["vectors"].encode(), structure()) for path, found in zip(WRITES, parts, strict=True)}
    return Results(numbers, {"log": log}, files)
