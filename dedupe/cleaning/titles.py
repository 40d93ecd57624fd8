"""Whether two texts that share nearly all their words are still about two things: the titles say so, and the words do.

Forms, contracts and pages of reference are made from one pattern: what tells `docs` and `token`, or the policy for a
group and that for one person, is a word in the title that comes again in the text. A reader needs both, and both of two
versions that the titles name. A place, a number or a date in the title is a fill, and a title that has nothing in
common with the other is only another title.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

import numpy as np

from dedupe.cleaning.cover import U32, Bools, Words, words_of
from dedupe.text.titles import NUMERALS

OWN = 0.67  # of the tokens of a title that another may lack for both to be names of one series
EXACT = 0.8  # the same for headings that name a version
DEED = 0.5  # the same for titles of deeds, which are told apart by a word anyhow
_NUMERALS = frozenset(map(ord, NUMERALS)) | frozenset(words_of("the a an of for and version v").ids.tolist())
# How contracts, agreements, policies, orders of courts and statutes are called in the end.
_ENDS = ("合同", "协议", "同书", "议书", "单", "状", "证", "决书", "定书", "条例", "规定", "办法", "章程")
_ASIDE_RE = re.compile(r"[（(][^（）()]*[）)]\s*$")
_DEEDS = frozenset(tuple(map(ord, end)) for end in _ENDS)
_LICENCES = frozenset(words_of("license licence licencia licença lizenz agreement contract policy terms").ids.tolist())
_PLACES = frozenset(map(ord, "省市县区州盟旗镇乡村街道路社校院局厂司队班组部所站馆"))


def is_another(titles: tuple[Words, Words], lost: tuple[U32, U32]) -> bool:
    """Whether two texts are about two things; `lost` are the tokens of each that the other lacks.

    That is so if their titles are names of one series, and a word of the one title that the other lacks comes again
    among what the other text lacks; or if each is what a deed is called, and has a word of its own.
    """
    mine, yours = map(_names, titles)
    if not len(mine) or not len(yours):
        return False
    own, its = ~np.isin(mine, yours), ~np.isin(yours, mine)
    if all(map(_is_deed, titles)) and max(own.mean(), its.mean()) <= DEED:
        words = Counter(mine.tolist()), Counter(yours.tolist())
        if words[0] - words[1] and words[1] - words[0]:
            return True
    sides = ((mine, own, lost[0]), (yours, its, lost[1]))
    return any(some.mean() <= OWN and _runs_through(title, some, rest) for title, some, rest in sides)


def are_exact(one: Words, other: Words) -> bool:
    """Whether two headings with a version, which are exact for that, are names of one series and not the same."""
    mine, yours = _names(one), _names(other)
    if not len(mine) or not len(yours):
        return False
    own = max(float((~np.isin(mine, yours)).mean()), float((~np.isin(yours, mine)).mean()))
    return 0 < own <= EXACT


def is_deed(title: str) -> bool:
    """Whether a title says of its text that it is a contract, a licence, or the like.

    >>> is_deed("技术转让合同（二）"), is_deed("The Moss License"), is_deed("半年工作总结")
    (True, True, False)
    """
    return _is_deed(words_of(_ASIDE_RE.sub("", title)))


def _is_deed(title: Words) -> bool:
    """Whether a title says of its text that it is a contract, a licence, or the like."""
    end = tuple(title.ids[-2:].tolist())
    return end in _DEEDS or end[1:] in _DEEDS or not _LICENCES.isdisjoint(title.ids.tolist())


def _runs_through(title: U32, own: Bools, lost: U32) -> bool:
    """Whether a word of a title that is its own, no name of a place, comes again among some tokens."""
    place = 0
    for is_own, group in groupby(own.tolist()):
        size = len(list(group))
        name, place = title[place : place + size], place + size
        follows = title[place : place + 1]
        if is_own and not (len(follows) and int(follows[0]) in _PLACES) and _count(lost, name) > _count(title, name):
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
