"""Typed text, made comparable; web/src/text.ts does the same."""

from __future__ import annotations

import re
import unicodedata

SPACE = re.compile("[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
"""What Python or JavaScript takes for white space, written out: their own classes differ."""


def tidy(text: str) -> str:
    """NFKC, each run of white space as one space, none at the ends."""
    return SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip(" ")
