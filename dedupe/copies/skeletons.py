"""Turn code points into tokens: the skeleton, its sentences, and where each sentence stands in the source.

The skeleton is what is left of a text when its slots are masked. Letters stay, folded in width, case and compatibility
form. Digits, punctuation, white space and placeholder marks are dropped. A character of a script without spaces is a
token of its own; other letters form words. Two kinds of words are dropped: a lone Latin letter, since forums scramble
text with them, and a word of nothing but x, which is a mark. A text with no token left, such as a table of figures, is
one sentence of two tokens that stand for all its signs, so it has no copies but equal ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedupe.core.unique import unique
from dedupe.text import tables
from dedupe.text.kernels import view
from dedupe.text.kernels.tokens import LONG as LONG
from dedupe.text.kernels.tokens import LONGEST as LONGEST
from dedupe.text.kernels.tokens import WORD_BIT as WORD_BIT
from dedupe.text.kernels.tokens import Tokenizer

U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Skeletons:
    """The tokens of many documents in one set of arrays.

    Document d has the sentences `doc_sentence[d]` up to `doc_sentence[d + 1]`. Sentence s has the tokens `first[s]` up
    to `first[s + 1]`, at least one, and stands at code points `begin[s]` to `end[s]` of its own document. `ids` are
    code points, or for words 31-bit hashes with the top bit set. `units` are the first tokens of documents and essays;
    no region crosses one.
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
    """Return the documents low..high, with tokens and sentences counted from 0, without units behind all tokens."""
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
    """Join skeletons into one, document after document."""
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
    """Return all numbers of the ranges low..high, one range after the other.

    >>> ranges(np.array([7, 2]), np.array([9, 3])).tolist()
    [7, 8, 2]
    """
    size = high - low
    ends = np.cumsum(size)
    numbers: I64 = np.arange(size.sum()) + np.repeat(high - ends, size)
    return numbers


def bounds_of(sizes: Sequence[int] | I64) -> I64:
    """Return int64[sizes + 1]: where each piece begins if they stand side by side, and where the last one ends."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)))


def tokenize(texts: Sequence[str], starts: Sequence[Sequence[int]] = (), fold_script: bool = False) -> Skeletons:
    """Split texts into tokens and sentences, in the order given.

    `starts` are the code points where each text's essays begin. With `fold_script`, traditional and simplified
    characters are the same token.

    >>> one = tokenize(["投入xx万元。", "投入３０萬元"])
    >>> "".join(map(chr, one.ids)), one.first.tolist()
    ('投入万元投入萬元', [0, 4, 8])
    """
    # A lone surrogate is a code point like any other here: it is not a letter, and offsets stay right.
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    bounds = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=bounds[1:])
    kinds, folds = tables.load(fold_script)
    ids = np.empty(len(codes), np.uint32)
    first = np.empty(len(codes) + 1, np.int64)
    begin, end = np.empty(len(codes), np.uint32), np.empty(len(codes), np.uint32)
    doc_sentence = np.zeros(len(texts) + 1, np.int64)
    tokenizer = Tokenizer(view(codes), view(kinds), view(folds), (view(ids), view(first), view(begin), view(end)))
    tokens, sentences = tokenizer.run(view(bounds), view(doc_sentence))
    return Skeletons(
        ids[:tokens].copy(),
        first[: sentences + 1].copy(),
        begin[:sentences].copy(),
        end[:sentences].copy(),
        doc_sentence,
        _units(first, begin, doc_sentence, starts),
    )


def _units(first: I64, begin: U32, doc_sentence: I64, starts: Sequence[Sequence[int]]) -> I64:
    """Return the first token of every document and essay; for an essay, of the first sentence that begins in it."""
    units = [first[doc_sentence[:-1]]]
    for doc, places in enumerate(starts):
        low, high = doc_sentence[doc], doc_sentence[doc + 1]
        units.append(first[low + np.searchsorted(begin[low:high], places)])
    return unique(np.concatenate(units))
