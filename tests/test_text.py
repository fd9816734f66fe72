"""Positions are counted in the file as its writer sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursebook.text import Text, blank, did_you_mean


def read(tmp_path, content):
    (tmp_path / "a.md").write_bytes(content)
    return Text.read(tmp_path, "a.md")


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"one\ntwo @", (2, 5)),
        (b"one\r\ntwo @", (2, 5)),
        ("é中\n😀@".encode(), (2, 2)),
        (b"\xef\xbb\xbf@", (1, 1)),
        (b"---\ntitle: x\n---\n\n@", (5, 1)),
        (b"\n\n\n@", (4, 1)),
        (b"a \xff @", (1, 5)),
    ],
    ids=["plain", "crlf", "beyond ASCII", "byte order mark", "front matter", "empty lines", "not UTF-8"],
)
def test_line_and_column_of_a_character(tmp_path, content, wanted):
    text = read(tmp_path, content)
    assert text.position(text.content.index("@")) == wanted


def test_a_byte_that_is_not_utf_8_shows_and_moves_nothing(tmp_path):
    assert read(tmp_path, b"a\xffb").content == "a\N{REPLACEMENT CHARACTER}b"


def test_the_end_of_a_file_has_a_position():
    assert Text("a", "x\n").position(2) == (2, 1)


@given(st.text(alphabet="ab\n😀"))
def test_positions_lead_back_to_their_offset(content):
    text = Text("a", content)
    for offset in range(len(content) + 1):
        line, column = text.position(offset)
        assert text.offset(line) + column - 1 == offset
        assert content[:offset].count("\n") == line - 1


def test_a_problem_stands_where_its_character_does():
    assert str(Text("a.md", "x\ny").problem(2, "bad-block", "no", "yes")) == "a.md:2:1: bad-block: no; yes"


def test_the_path_is_shown_with_slashes_from_the_root(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "a.md").write_text("x")
    assert Text.read(tmp_path, "chapters/a.md").path == "chapters/a.md"


def test_a_close_name_is_offered_and_a_distant_one_is_not():
    assert did_you_mean("voting.gain16", ["voting.gain_16", "other"]) == "did you mean 'voting.gain_16'?"
    assert did_you_mean("zebra", ["voting.gain_16"]) == ""


@given(st.text(alphabet="ab\n😀"), st.data())
def test_blanking_keeps_every_position(content, data):
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    blanked = blank(content, start, end)
    assert [index for index, one in enumerate(blanked) if one == "\n"] == [i for i, one in enumerate(content) if one == "\n"]
    assert (len(blanked), blanked[:start], blanked[end:]) == (len(content), content[:start], content[end:])
    assert not blanked[start:end].strip()
