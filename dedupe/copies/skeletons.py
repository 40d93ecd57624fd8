"""Code points to tokens: the skeleton, its sentences, and where each sentence stands in the source.

The skeleton is what is left of a text when its slots are masked. Letters stay, folded in width, case and compatibility
form; digits, punctuation, white space and placeholder marks go. A character of a script without spaces is a token
of its own; other letters form words. Two kinds of words are dropped: a lone Latin letter, for forums jam
text with them, and a word of nothing but x, which is a mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dedupe.text import tables

U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

# A run of text without any sentence end is cut all the same, where a token's own hash says so, so that two copies are
# cut alike; and at the latest after LONGEST tokens.
LONG, LONGEST = 64, 512
WORD_BIT = np.uint32(1 << 31)
_X = ord("x")
# Between two sentences: nothing, one line end, an end for sure. Not plain literals: numba compiles once more for those.
_NONE, _SOFT, _HARD = np.int64(0), np.int64(1), np.int64(2)


@dataclass(frozen=True)
class Skeletons:
    """The tokens of many documents in one set of arrays.

    Document d has the sentences `doc_sentence[d]` up to `doc_sentence[d + 1]`; sentence s has the tokens
    `first[s]` up to `first[s + 1]` and stands at code points `begin[s]` to `end[s]` of its own document. A sentence
    has at least one token. `ids` are code points, or for words 31-bit hashes with the top bit set. `units` are the
    tokens that a document or an essay begins with: no region runs over one.
    """

    ids: U32  # [tokens]
    first: I64  # [sentences + 1]
    begin: U32  # [sentences]
    end: U32  # [sentences]
    doc_sentence: I64  # [documents + 1]
    units: I64  # [documents and essays]

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return len(self.doc_sentence) - 1

    @property
    def doc_token(self) -> I64:
        """Int64[documents + 1]: where each document's tokens begin."""
        return self.first[self.doc_sentence]


def stretch(whole: Skeletons, low: int, high: int) -> Skeletons:
    """The documents low..high, counted from their first token and sentence; no unit begins behind all tokens."""
    doc_sentence = whole.doc_sentence[low : high + 1]
    s0, s1 = doc_sentence[[0, -1]].tolist()
    t0, t1 = whole.first[[s0, s1]].tolist()
    u0, u1 = np.searchsorted(whole.units, (t0, t1)).tolist()
    return Skeletons(
        whole.ids[t0:t1],
        whole.first[s0 : s1 + 1] - t0,
        whole.begin[s0:s1],
        whole.end[s0:s1],
        doc_sentence - s0,
        whole.units[u0:u1] - t0,
    )


def joined(parts: Sequence[Skeletons]) -> Skeletons:
    """The documents of some skeletons as those of one."""
    token, sentence = bounds_of([len(part.ids) for part in parts]), bounds_of([len(part.begin) for part in parts])
    starts = list(zip(parts, token.tolist(), sentence.tolist()))
    return Skeletons(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([*(part.first[:-1] + at for part, at, _ in starts), token[-1:]]),
        np.concatenate([part.begin for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([*(part.doc_sentence[:-1] + at for part, _, at in starts), sentence[-1:]]),
        np.concatenate([part.units + at for part, at, _ in starts]),
    )


def ranges(low: I64, high: I64) -> I64:
    """All numbers of some ranges low..high, one range after the other.

    >>> ranges(np.array([7, 2]), np.array([9, 3])).tolist()
    [7, 8, 2]
    """
    size = high - low
    ends = np.cumsum(size)
    numbers: I64 = np.arange(size.sum()) + np.repeat(high - ends, size)
    return numbers


def bounds_of(sizes: Sequence[int] | I64) -> I64:
    """int64[sizes + 1]: where each of some pieces begins once they stand side by side, and where all end."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)))


def tokenize(
    texts: Sequence[str], starts: Sequence[Sequence[int]] = (), fold_script: bool = False
) -> Skeletons:
    """Tokens and sentences of some texts, in the order given.

    `starts` are the code points where each text's essays begin. With `fold_script` traditional and simplified
    characters are the same token.

    >>> one = tokenize(["投入xx万元。", "投入３０萬元"])
    >>> "".join(map(chr, one.ids)), one.first.tolist()
    ('投入万元投入萬元', [0, 4, 8])
    """
    # A lone surrogate is a code point like any other here: it is no letter, and offsets hold.
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    bounds = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=bounds[1:])
    kinds, folds = tables.load(fold_script)
    ids = np.empty(len(codes), np.uint32)
    first = np.empty(len(codes) + 1, np.int64)
    begin, end = np.empty(len(codes), np.uint32), np.empty(len(codes), np.uint32)
    doc_sentence = np.zeros(len(texts) + 1, np.int64)
    tokens, sentences = _tokenize(codes, bounds, kinds, folds, (ids, first, begin, end, doc_sentence))
    return Skeletons(
        ids[:tokens].copy(),
        first[: sentences + 1].copy(),
        begin[:sentences].copy(),
        end[:sentences].copy(),
        doc_sentence,
        _units(first, begin, doc_sentence, starts),
    )


def _units(first: I64, begin: U32, doc_sentence: I64, starts: Sequence[Sequence[int]]) -> I64:
    """The first token of every document, and of every essay: of the first sentence that begins in it."""
    units = [first[doc_sentence[:-1]]]
    for doc, places in enumerate(starts):
        low, high = doc_sentence[doc], doc_sentence[doc + 1]
        units.append(first[low + np.searchsorted(begin[low:high], places)])
    return np.unique(np.concatenate(units))


@njit(cache=True, nogil=True)
def _tokenize(codes, bounds, kinds, folds, out):  # type: ignore[no-untyped-def]
    """Fill `out` and return how many tokens and sentences there are.

    The text is read as tokens and the gaps between them. A gap says whether a sentence ended in it (`pending`),
    where (`close`), and where the first ink after that stands (`ink`): a bullet or number belongs to what follows.
    """
    ids, first, begin, end, doc_sentence = out
    tokens = sentences = 0
    for doc in range(len(bounds) - 1):
        low, high = bounds[doc], bounds[doc + 1]
        after_word = False
        at, pending, close, ink = _gap(codes, kinds, low, high, (_HARD, low, np.int64(-1)))
        while at < high:
            is_word = kinds[codes[at]] != tables.SPACELESS
            token, stop = _word(codes, kinds, folds, at, high) if is_word else (folds[codes[at]], at + 1)
            if token == 0:
                pending, close, ink = _blot(at, stop, (pending, close, ink))
            else:
                if pending == _SOFT and is_word and after_word:
                    pending = _NONE  # a wrapped line of prose, not an end
                if pending != _NONE:
                    if sentences > doc_sentence[doc]:
                        end[sentences - 1] = close - low
                    first[sentences], begin[sentences] = tokens, (ink if ink >= 0 else at) - low
                    sentences += 1
                ids[tokens] = token
                tokens += 1
                close, after_word, pending, ink = stop, is_word, _NONE, np.int64(-1)
                if _is_too_long(token, tokens - first[sentences - 1]):
                    pending = _HARD
            at = stop
            if at == high or kinds[codes[at]] != tables.SPACELESS:  # most characters have no gap after them
                at, pending, close, ink = _gap(codes, kinds, at, high, (pending, close, ink))
        if sentences > doc_sentence[doc]:
            end[sentences - 1] = close - low
        doc_sentence[doc + 1] = sentences
    first[sentences] = tokens
    return tokens, sentences


@njit(cache=True, nogil=True, inline="always")
def _is_too_long(token, length):  # type: ignore[no-untyped-def]
    return length >= LONG and (length >= LONGEST or np.uint32(token * np.uint32(2654435761)) >> 27 == 0)


@njit(cache=True, nogil=True)
def _word(codes, kinds, folds, at, high):  # type: ignore[no-untyped-def]
    """The word at a letter: its hash, or 0 for a lone Latin letter or a mark like xx; and where it stops."""
    value, length, only_x, latin = np.uint32(2166136261), 0, True, True
    while at < high:
        kind = kinds[codes[at]]
        if kind == tables.LETTER or kind == tables.LATIN:
            folded = folds[codes[at]]
            value = np.uint32((value ^ folded) * np.uint32(16777619))
            length += 1
            only_x = only_x and folded == _X
            latin = latin and kind == tables.LATIN
        elif kind != tables.JOINER:
            break
        at += 1
    if only_x or (length == 1 and latin):
        return np.uint32(0), at
    return (value ^ (value >> np.uint32(15))) | WORD_BIT, at


@njit(cache=True, nogil=True)
def _gap(codes, kinds, at, high, state):  # type: ignore[no-untyped-def]  # noqa: C901
    """Read on to the next letter: where that is, and the state there."""
    pending, close, ink = state
    while at < high:
        kind = kinds[codes[at]]
        if kind == tables.SPACELESS or kind == tables.LETTER or kind == tables.LATIN:
            break
        if kind == tables.NEWLINE:
            if codes[at] == 13 and at + 1 < high and codes[at + 1] == 10:
                at += 1
            if pending == _NONE:
                pending, ink = _SOFT, np.int64(-1)
            elif pending == _SOFT:
                pending = _HARD
        elif kind == tables.END or kind == tables.CLOSER or kind == tables.STOP:
            ends = kind == tables.END or (kind == tables.STOP and _is_spaced(codes, kinds, at + 1, high))
            if pending == _HARD and ink < 0 and (ends or kind == tables.CLOSER):
                close = at + 1  # a further end, or the quote that closes it
            elif pending == _NONE and ends:
                pending, close, ink = _HARD, at + 1, np.int64(-1)
            else:
                pending, close, ink = _blot(at, at + 1, (pending, close, ink))
        elif kind == tables.DROP:
            pending, close, ink = _blot(at, at + 1, (pending, close, ink))
        at += 1
    return at, pending, close, ink


@njit(cache=True, nogil=True)
def _is_spaced(codes, kinds, at, high):  # type: ignore[no-untyped-def]
    """Whether white space or nothing follows a full stop, as it does behind a sentence and not inside 3.14 or a.txt."""
    return at == high or kinds[codes[at]] == tables.SPACE or kinds[codes[at]] == tables.NEWLINE


@njit(cache=True, nogil=True, inline="always")
def _blot(at, stop, state):  # type: ignore[no-untyped-def]
    """Ink that is no token: the tail of the sentence so far, or else the head of the next one."""
    pending, close, ink = state
    if pending == _NONE:
        return pending, stop, ink
    return _HARD, close, (ink if ink >= 0 else at)
