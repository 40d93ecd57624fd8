"""Decide if two texts that share nearly all words are still about two things, by their titles and their other words.

Forms, contracts and reference pages are made from one pattern: what distinguishes `docs` from `token`, or a policy for
a group from one for a person, is a title word that recurs in the text. A reader needs both texts, and also both of two
versions that the titles name. A place, number or date in a title is a fill, and a title that has nothing in common with
the other is just another title.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

import numpy as np

from dedupe.cleaning.cover import U32, Bools, Words, words_of
from dedupe.text.titles import NUMERALS

OWN = 0.67  # most of a title's tokens that the other may lack if both are names of one series
EXACT = 0.8  # the same limit for headings that name a version
DEED = 0.5  # the same limit for titles of deeds, which one word distinguishes
_NUMERALS = frozenset(map(ord, NUMERALS)) | frozenset(words_of("the a an of for and version v").ids.tolist())
# How titles of contracts, agreements, policies, court orders and statutes end (合同 contract, 条例 regulations).
_ENDS = ("合同", "协议", "同书", "议书", "单", "状", "证", "决书", "定书", "条例", "规定", "办法", "章程")
_ASIDE_RE = re.compile(r"[（(][^（）()]*[）)]\s*$")
_DEEDS = frozenset(tuple(map(ord, end)) for end in _ENDS)
_LICENCES = frozenset(words_of("license licence licencia licença lizenz agreement contract policy terms").ids.tolist())
_PLACES = frozenset(map(ord, "省市县区州盟旗镇乡村街道路社校院局厂司队班组部所站馆"))


def is_another(titles: tuple[Words, Words], lost: tuple[U32, U32]) -> bool:
    """True if two texts are about two things; `lost` are the tokens of each that the other lacks.

    That holds if their titles are names of one series and a word found in only one title recurs in what the other text
    lacks, or if both are titles of deeds and each has a word of its own.
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
    """True if two headings that name a version belong to one series but are not the same."""
    mine, yours = _names(one), _names(other)
    if not len(mine) or not len(yours):
        return False
    own = max(float((~np.isin(mine, yours)).mean()), float((~np.isin(yours, mine)).mean()))
    return 0 < own <= EXACT


def is_deed(title: str) -> bool:
    """True if a title says that its text is a contract, a licence, or the like.

    >>> is_deed("技术转让合同（二）"), is_deed("The Moss License"), is_deed("半年工作总结")
    (True, True, False)
    """
    return _is_deed(words_of(_ASIDE_RE.sub("", title)))


def _is_deed(title: Words) -> bool:
    """True if a title says that its text is a contract, a licence, or the like."""
    end = tuple(title.ids[-2:].tolist())
    return end in _DEEDS or end[1:] in _DEEDS or not _LICENCES.isdisjoint(title.ids.tolist())


def _runs_through(title: U32, own: Bools, lost: U32) -> bool:
    """True if a word that only this title has, and that names no place, recurs among some tokens."""
    place = 0
    for is_own, group in groupby(own.tolist()):
        size = len(list(group))
        name, place = title[place : place + size], place + size
        follows = title[place : place + 1]
        if is_own and not (len(follows) and int(follows[0]) in _PLACES) and _count(lost, name) > _count(title, name):
            return True
    return False


def _names(words: Words) -> U32:
    """Return the tokens of a title except numerals."""
    return words.ids[[int(token) not in _NUMERALS for token in words.ids]] if len(words.ids) else words.ids


def _count(ids: U32, name: U32) -> int:
    """Count how often a name occurs among some tokens."""
    size = len(ids) - len(name) + 1
    if size <= 0:
        return 0
    hits = np.ones(size, np.bool_)
    for at, token in enumerate(name):
        hits &= ids[at : at + size] == token
    return int(hits.sum())
