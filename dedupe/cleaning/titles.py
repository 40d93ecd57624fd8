"""Whether two texts that share nearly all their words are still about two things: the titles say so, and the words do.

Forms, contracts and pages of reference are made from one pattern: what tells `docs` and `token`, or the policy for a
group and that for one person, is a word in the title that comes again in the text. A reader needs both. A place, a
number or a date in the title is a fill, and a title that has nothing in common with the other is only another title.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from dedupe.cleaning.cover import U32, Bools, Words
from dedupe.text.titles import NUMERALS

OWN = 0.67  # of the tokens of a title that another may lack for both to be names of one series
_NUMERALS = frozenset(map(ord, NUMERALS))
_PLACES = frozenset(map(ord, "省市县区州盟旗镇乡村街道路社校院局厂司队班组部所站馆"))


def is_another(title: Words, other: Words, words: Words, covered: Bools) -> bool:
    """Whether a text is about another thing than one with another title; `covered` are the tokens that one has.

    That is so if the two titles are names of one series, and the word of its own title that the other's lacks comes
    again among what the other text lacks.
    """
    mine, yours = _names(title), _names(other)
    own = ~np.isin(mine, yours)
    if not own.any() or own.all() or own.mean() > OWN or not len(yours):
        return False
    lost = words.ids[~covered]
    place = 0
    for is_own, group in groupby(own.tolist()):
        size = len(list(group))
        name, place = mine[place : place + size], place + size
        follows = mine[place : place + 1]
        if is_own and not (len(follows) and int(follows[0]) in _PLACES) and _count(lost, name) > _count(mine, name):
            return True
    return False


def _names(words: Words) -> U32:
    """The tokens of a title but for numerals."""
    return words.ids[[int(token) not in _NUMERALS for token in words.ids]] if len(words.ids) else words.ids


def _count(ids: U32, name: U32) -> int:
    """How often a name stands in some tokens."""
    size = len(ids) - len(name) + 1
    if size <= 0:
        return 0
    hits = np.ones(size, np.bool_)
    for at, token in enumerate(name):
        hits &= ids[at : at + size] == token
    return int(hits.sum())
