"""Deeds without a title: recognise licences and contracts by their words, and tell two of them apart by a clause.

Licences of one family share most of their text, and a clause that one of them lacks is what a reader looks for. The
owner and the year are fills.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from dedupe.cleaning.cover import Bools, Words, words_of

TERMS, FEWEST = 0.03, 3  # least share of terms among a text's words, and least number; prose about licences has less
LONGER = 1.25  # a text this many times as long as a deed holds the deed and more
CLAUSE = 8  # tokens in a row; another name or a changed word is fewer
_TERMS = words_of(
    "license licenses licensed licensee licensor licence licences licenced licencee licencor permission permissions "
    "permitted redistribution redistributions redistribute redistributed warranty warranties warrants liability "
    "liabilities liable damages sublicense sublicence copyright copyrights "
    "hereby herein thereof hereunder"
).ids
_PARTIES = ("甲方", "乙方", "丙方", "本合同", "本协议", "出租方", "承租方", "出卖人", "买受人", "发包人", "承包人")
_PARTY_RE = re.compile("|".join(_PARTIES))
# Lines that name the owner and the year of a text.
_OWNER_RE = re.compile(
    r"^.*(?:copyright[ \t]*(?:\(c\)|©|&copy;|:|[12]\d{3}|<|\[|by\b)|(?:©|\(c\))[ \t]*[\[<\w]"
    r"|all rights reserved|版权所有|\w@\w).*$",
    re.IGNORECASE | re.MULTILINE,
)


class Side(NamedTuple):
    """A text, its tokens, and which of these the other text also has."""

    text: str
    words: Words
    covered: Bools


def is_deed_by_words(text: str, words: Words) -> bool:
    """True if the words of a text make it a licence or a contract; `words` are its tokens.

    >>> some = "Permission is hereby granted to use this work, without warranty. Nobody is liable."
    >>> is_deed_by_words(some, words_of(some)), is_deed_by_words("收获", words_of("收获"))
    (True, False)
    """
    count = int(np.isin(words.ids, _TERMS).sum())
    count += sum(len(match[0]) for match in _PARTY_RE.finditer(text))
    return count >= max(FEWEST, TERMS * len(words.ids))


def are_apart(one: Side, other: Side) -> bool:
    """True if one of two deeds says something that the other does not, or says it more often.

    That holds if `CLAUSE` tokens in a row are not covered, or if one is `LONGER` times as long as the other: a page
    with two licences of one family has no more clauses than one of them. Owners do not matter.
    """
    sizes, gaps = zip(*(_measured(side) for side in (one, other)))
    return bool(max(sizes) >= LONGER * min(sizes) or max(gaps) >= CLAUSE)


def _measured(side: Side) -> tuple[int, int]:
    """Return the number of tokens outside owner lines, and the longest uncovered run of them."""
    text, words, covered = side
    told = np.ones(len(words.ids), np.bool_)
    for line in _OWNER_RE.finditer(text):
        told[words.within(*line.span())] = False
    edges = np.flatnonzero(np.diff(np.concatenate(([0], told & ~covered, [0]))))
    return int(told.sum()), int(np.diff(edges)[::2].max(initial=0))
