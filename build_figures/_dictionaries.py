"""The text of two free dictionaries as sentences of lower-case words: WordNet's glosses and the GCIDE's entries."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
PARTS_OF_SPEECH = ("adj", "adv", "noun", "verb")
HEADWORD = re.compile(r"([A-Za-z][A-Za-z' -]*)(?: \\| \(|, )")
ASIDE = re.compile(r"\[[^\]]*\]|\\[^\\\n]*\\|--[A-Z][\w.& ]*")
"""Etymologies and source marks, pronunciations, and who is quoted."""


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def wordnet(folder: Path) -> Iterator[list[str]]:
    """One sentence a synset: the words that share the meaning, then the gloss (format: man page wndb)."""
    for part in PARTS_OF_SPEECH:
        for line in (folder / f"data.{part}").read_text("latin-1").splitlines():
            if not line.startswith("  "):
                fields, _, gloss = line.partition(" | ")
                head = fields.split(" ")
                lemmas = head[4 : 4 + 2 * int(head[3], 16) : 2]
                yield words(" ".join(lemmas).replace("_", " ")) + words(gloss)


def gcide(folder: Path) -> Iterator[list[str]]:
    """One sentence a paragraph of an entry, led by the word that it explains."""
    with gzip.open(folder / "gcide.dict.dz", "rt", encoding="utf-8", errors="replace") as stream:
        text = stream.read()
    for entry in re.split(r"\n\n(?=\S)", text):
        headword = HEADWORD.match(entry)
        head = words(headword[1]) if headword else []
        for paragraph in entry.split("\n\n"):
            found = words(ASIDE.sub(" ", paragraph))
            if len(found) > 1:
                yield [*head, *found]
