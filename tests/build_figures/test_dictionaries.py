"""The two dictionaries as sentences, from tiny files written in their formats."""

import gzip

import pytest

from _dictionaries import gcide, wordnet, words

LICENCE = "  1 This software and database is being provided to you, the LICENSEE, by  \n  2 Princeton University  \n"
NOUNS = (
    "00001740 03 n 01 entity 0 003 ~ 00001930 n 0000 ~ 00002137 n 0000 ~ 04424418 n 0000 | that which is perceived  \n"
    '02084071 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 001 @ 02083346 n 0000 | a member of the genus Canis; "the dog barked"  \n'
)
VERBS = "01170052 34 v 01 be 1 000 01 + 08 00 | it's so | and so on  \n"
TWELVE = "00000001 00 a 0c " + " ".join(f"{letter}_x 0" for letter in "abcdefghijkl") + " 000 | twelve words  \n"


def test_wordnet_is_a_sentence_a_synset_its_words_then_its_gloss(tmp_path):
    """The format of data.POS is in the man page wndb: a licence in indented lines, then a line a synset, whose number of
    words is hexadecimal; a gloss may hold a bar of its own."""
    for part, content in {"adj": TWELVE, "adv": "", "noun": NOUNS, "verb": VERBS}.items():
        (tmp_path / f"data.{part}").write_text(LICENCE + content, "latin-1")
    assert list(wordnet(tmp_path)) == [
        [*"a x b x c x d x e x f x g x h x i x j x k x l x".split(), "twelve", "words"],
        "entity that which is perceived".split(),
        "dog domestic dog canis familiaris a member of the genus canis the dog barked".split(),
        "be it's so and so on".split(),
    ]


ENTRIES = """\
00-database-short
     A header that the dictionary has.

Dog \\Dog\\ (d[o^]g), n. [AS. docga; akin to D. dog.]
   1. A quadruped of the genus Canis, kept by man --Shak.
      as a pet.
      [1913 Webster]

   2. A mean, worthless fellow.

   3. Word.

Horse (h[^o]rs), n.; pl. Horses.
   An animal.
"""


def entries(tmp_path, text):
    with gzip.open(tmp_path / "gcide.dict.dz", "wt", encoding="utf-8") as stream:
        stream.write(text)
    return list(gcide(tmp_path))


def test_gcide_is_a_sentence_a_paragraph_led_by_the_word_that_it_explains(tmp_path):
    """Without etymologies, pronunciations and who is quoted; a paragraph of one word says nothing."""
    found = entries(tmp_path, ENTRIES)
    assert found[0] == "database short a header that the dictionary has".split()
    assert found[1][:2] == ["dog", "dog"]
    assert not {"akin", "webster", "shak", "docga"} & set(found[1])
    assert found[1][-3:] == ["as", "a", "pet"]
    assert found[2] == "dog a mean worthless fellow".split()
    assert found[3][0] == "horse"
    assert found[3][-2:] == ["an", "animal"]
    assert len(found) == 4


@pytest.mark.parametrize("text", ["", "\n\n\n", "\n   \n"])
def test_a_dictionary_without_entries_has_no_sentences(tmp_path, text):
    assert entries(tmp_path, text) == []


def test_bytes_that_are_no_text_do_not_stop_the_reading(tmp_path):
    with gzip.open(tmp_path / "gcide.dict.dz", "wb") as stream:
        stream.write(b"Dog, n.\n   A \xff quadruped.\n")
    assert list(gcide(tmp_path)) == [["dog", "dog", "n", "a", "quadruped"]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The dog's 2 bones", ["the", "dog's", "bones"]),
        ("'tis o'clock''", ["tis", "o'clock"]),
        ("Crème-brûlée, 1913", ["cr", "me", "br", "l", "e"]),
        ("", []),
    ],
)
def test_words_are_lower_case_letters_and_an_apostrophe_between(text, wanted):
    assert words(text) == wanted
