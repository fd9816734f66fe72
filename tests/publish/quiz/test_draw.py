"""What is drawn is the same for all who name the same seed."""

import hashlib

from coursebook.publish.quiz.draw import SEED, rank, shuffled, student_seed


def test_a_rank_is_the_hash_of_its_lines():
    assert rank("s", "a", "1") == hashlib.sha256(b"s\na\n1").hexdigest()
    assert rank("s", "\u00e9\U0001f600") == hashlib.sha256("s\n\u00e9\U0001f600".encode()).hexdigest()
    assert rank("s", "\ud800") == rank("s", "\ufffd")
    assert rank("s", "\ud83d\ude00") == rank("s", "\U0001f600")


def test_an_order_holds_each_index_once_and_depends_on_seed_and_id():
    assert SEED == "coursebook"
    assert shuffled(SEED, "example-order", 4) == [2, 3, 1, 0]
    for count in (0, 1, 7):
        assert sorted(shuffled(SEED, "a", count)) == list(range(count))
    assert len({tuple(shuffled(seed, name, 6)) for seed in "ab" for name in "cd"}) == 4


def test_a_student_is_the_same_however_the_id_is_typed():
    assert student_seed("s", " M\u00dcLLER\u00a0 7 ") == student_seed("s", "mu\u0308ller 7") == "s/m\u00fcller 7"
