# mypy: ignore-errors
"""Hash runs, shingles and spans of tokens, and bands of signatures; find where passages begin."""

from __future__ import annotations

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython

from dedupe.text.kernels.tokens import WORD_BIT

COMPILED = cython.compiled

SHINGLE = 5  # tokens: long enough that two Chinese texts on one theme share few, short enough to survive an edit
# A word says as much as two characters, so a shingle that begins with this many words is made of these alone.
WORDS = 3
# One sentence in four ends a passage: at about twenty tokens a sentence, a passage is a paragraph of about a hundred,
# short enough that an edit spoils few and long enough that its signature means something.
CUT = 4
SMALLEST, LARGEST = 24, 512

# The factor of all hashes here; _DROP removes the token that the shingle has moved past.
FACTOR = 0x9E3779B97F4A7C15

_SHINGLE = cython.declare(cython.longlong, SHINGLE)
_WORDS = cython.declare(cython.longlong, WORDS)
_FACTOR = cython.declare(cython.ulonglong, FACTOR)
_DROP = cython.declare(cython.ulonglong, pow(FACTOR, SHINGLE, 1 << 64))
_WORD = cython.declare(cython.uint, WORD_BIT)
_CUT = cython.declare(cython.ulonglong, CUT)
_SMALLEST = cython.declare(cython.longlong, SMALLEST)
_LARGEST = cython.declare(cython.longlong, LARGEST)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _times(value: cython.ulonglong, factor: cython.ulonglong) -> cython.ulonglong:
    """Multiply like C, modulo 2**64."""
    full: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    return (value * factor) & full


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _mixed(value: cython.ulonglong, more: cython.ulonglong) -> cython.ulonglong:
    """Mix one more number into a hash."""
    value = _times(value ^ more, _FACTOR)
    return value ^ (value >> 29)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _hash(ids: cython.const[cython.uint][::1], low: cython.longlong, high: cython.longlong) -> cython.ulonglong:
    value: cython.ulonglong = 0xCBF29CE484222325
    last: cython.ulonglong = 0xBF58476D1CE4E5B9
    at: cython.longlong
    for at in range(low, high):
        value = _mixed(value, ids[at])
    value = _times(value, last)
    return value ^ (value >> 32)


def run_hashes(
    ids: cython.const[cython.uint][::1], bounds: cython.const[cython.longlong][::1], out: cython.ulonglong[::1]
) -> None:
    """Fill `out` with hashes, equal for runs of the same tokens; run r has the tokens bounds[r] up to bounds[r + 1]."""
    run: cython.longlong
    with cython.nogil:
        for run in range(len(out)):
            out[run] = _hash(ids, bounds[run], bounds[run + 1])


def span_hashes(
    ids: cython.const[cython.uint][::1], spans: cython.const[cython.longlong][:, ::1], out: cython.ulonglong[::1]
) -> None:
    """Like `run_hashes`, for spans of tokens, each from, to."""
    row: cython.longlong
    with cython.nogil:
        for row in range(len(out)):
            out[row] = _hash(ids, spans[row, 0], spans[row, 1])


def shingle_hashes(ids: cython.const[cython.uint][::1], out: cython.uint[::1]) -> None:
    """Fill `out` with the hash of the shingle that begins at each token, where at least `SHINGLE` tokens are left."""
    last: cython.ulonglong = 0xD6E8FEB86659FD93
    full: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    value: cython.ulonglong = 0
    words: cython.longlong = 0  # consecutive words up to the shingle's third token
    at: cython.longlong
    back: cython.longlong = _SHINGLE - _WORDS
    with cython.nogil:
        for at in range(len(ids)):
            value = (_times(value, _FACTOR) + ids[at]) & full
            if at >= _SHINGLE:
                value = (value - _times(_DROP, ids[at - _SHINGLE])) & full
            if at >= back:
                words = words + 1 if ids[at - back] & _WORD else 0
            if at >= _SHINGLE - 1:
                out[at - _SHINGLE + 1] = _times(value ^ (value >> 32), last) >> 32
                if words >= _WORDS:
                    out[at - _SHINGLE + 1] = _hash(ids, at - _SHINGLE + 1, at - back + 1) >> 32


def sampled_keys(
    ids: cython.const[cython.uint][::1],
    spans: cython.const[cython.longlong][:, ::1],
    every: cython.const[cython.ulonglong][::1],
    sizes: tuple,
    keys: cython.uint[::1],
    texts: cython.uint[::1],
) -> cython.longlong:
    """Write a key for each few tokens in a row, and the text that has it, where every[text] divides the key.

    Text t has the tokens spans[t, 0] up to spans[t, 1]. `sizes`: so many words, or so many characters, make a key.
    Return how many keys were written.
    """
    words: cython.longlong = sizes[0]
    characters: cython.longlong = sizes[1]
    value: cython.ulonglong
    count: cython.longlong = 0
    text: cython.longlong
    at: cython.longlong
    size: cython.longlong
    number: cython.longlong
    with cython.nogil:
        for text in range(len(spans)):
            for at in range(spans[text, 0], spans[text, 1]):
                size = words if ids[at] & _WORD else characters
                if at + size > spans[text, 1]:
                    continue
                value = 0
                for number in range(size):
                    value = _mixed(value, ids[at + number])
                value >>= 32
                if value % every[text] == 0:
                    keys[count] = value
                    texts[count] = text
                    count += 1
    return count


def passages(
    first: cython.const[cython.longlong][::1],
    doc_sentence: cython.const[cython.longlong][::1],
    hashes: cython.const[cython.ulonglong][::1],
    out: cython.longlong[::1],
) -> cython.longlong:
    """Write the first sentence of each passage into `out`, and the end as one more; return the number of passages."""
    count: cython.longlong = 0
    doc: cython.longlong
    sentence: cython.longlong
    start: cython.longlong
    length: cython.longlong
    with cython.nogil:
        for doc in range(len(doc_sentence) - 1):
            start = doc_sentence[doc]
            for sentence in range(doc_sentence[doc], doc_sentence[doc + 1]):
                length = first[sentence + 1] - first[start]
                if (
                    (hashes[sentence] % _CUT == 0 and length >= _SMALLEST)
                    or length >= _LARGEST
                    or sentence == doc_sentence[doc + 1] - 1
                ):
                    out[count] = start
                    count += 1
                    start = sentence + 1
        out[count] = len(hashes)
    return count


def band_keys(signed: cython.const[cython.uint][:, ::1], out: cython.ulonglong[:, ::1], rows: cython.longlong) -> None:
    """Fill `out` [bands, texts] with keys, equal for texts whose signatures agree in all rows of a band."""
    value: cython.ulonglong
    text: cython.longlong
    band: cython.longlong
    row: cython.longlong
    with cython.nogil:
        for text in range(signed.shape[0]):
            for band in range(out.shape[0]):
                value = band
                for row in range(band * rows, (band + 1) * rows):
                    value = _mixed(value, signed[text, row])
                out[band, text] = value
