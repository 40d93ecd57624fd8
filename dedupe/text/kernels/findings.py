# mypy: ignore-errors
"""Turn hits in a text into places, fingerprints and rows of JSON."""

from __future__ import annotations

from hashlib import blake2b

try:
    import cython
except ImportError:
    from dedupe.core import uncompiled as cython


# The order in which each round of BLAKE2b takes the words of a block.
_SIGMA: bytes = bytes(
    int(place, 16)
    for place in (
        "0123456789abcdefea489fd61c02b753b8c052fdae367194"
        "7931dcbe265a40f8905724afe1bc683d2c6a0b834d75fe19"
        "c51fed4a0763928bdb7ec13950f4862a6fe9b308c2d714a5"
        "a2847615fb9e3cd00123456789abcdefea489fd61c02b753"
    )
)


def print_of(data: cython.const[cython.uchar][::1], size: cython.longlong) -> cython.ulonglong:
    """Return the 8-byte BLAKE2b digest of the first `size` bytes as a big-endian number."""
    if not cython.compiled:
        return int.from_bytes(blake2b(data[:size], digest_size=8).digest(), "big")
    state: cython.ulonglong[8]
    at: cython.longlong = 0
    _begin(state)
    state[0] ^= 0x01010008  # eight bytes, no key
    while size - at > 128:
        at += 128
        _compress(state, data, at - 128, 128, at, 0)
    _compress(state, data, at, size - at, size, ~cython.cast(cython.ulonglong, 0))
    value: cython.ulonglong = 0
    place: cython.longlong
    for place in range(8):
        value = (value << 8) | ((state[0] >> (8 * place)) & 0xFF)
    return value


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _begin(state: cython.p_ulonglong) -> cython.void:
    state[0], state[1] = 0x6A09E667F3BCC908, 0xBB67AE8584CAA73B
    state[2], state[3] = 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1
    state[4], state[5] = 0x510E527FADE682D1, 0x9B05688C2B3E6C1F
    state[6], state[7] = 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179


@cython.cfunc
@cython.exceptval(check=False)
def _compress(
    state: cython.p_ulonglong,
    data: cython.const[cython.uchar][::1],
    low: cython.longlong,
    size: cython.longlong,
    told: cython.ulonglong,
    last: cython.ulonglong,
) -> cython.void:
    """Take in `size` bytes at `low`, a block; `told` counts all bytes so far; `last` is all ones for the last block."""
    words: cython.ulonglong[16]
    work: cython.ulonglong[16]
    sigma: bytes = _SIGMA
    at: cython.longlong
    row: cython.longlong
    for at in range(16):
        words[at] = 0
    for at in range(size):
        words[at >> 3] |= cython.cast(cython.ulonglong, data[low + at]) << (8 * (at & 7))
    _begin(work)
    for at in range(8):
        work[8 + at] = work[at]
        work[at] = state[at]
    work[12] ^= told
    work[14] ^= last
    for row in range(0, 192, 16):
        _mix(work, 0, 4, 8, 12, words[sigma[row]], words[sigma[row + 1]])
        _mix(work, 1, 5, 9, 13, words[sigma[row + 2]], words[sigma[row + 3]])
        _mix(work, 2, 6, 10, 14, words[sigma[row + 4]], words[sigma[row + 5]])
        _mix(work, 3, 7, 11, 15, words[sigma[row + 6]], words[sigma[row + 7]])
        _mix(work, 0, 5, 10, 15, words[sigma[row + 8]], words[sigma[row + 9]])
        _mix(work, 1, 6, 11, 12, words[sigma[row + 10]], words[sigma[row + 11]])
        _mix(work, 2, 7, 8, 13, words[sigma[row + 12]], words[sigma[row + 13]])
        _mix(work, 3, 4, 9, 14, words[sigma[row + 14]], words[sigma[row + 15]])
    for at in range(8):
        state[at] ^= work[at] ^ work[at + 8]


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _mix(
    work: cython.p_ulonglong,
    a: cython.int,
    b: cython.int,
    c: cython.int,
    d: cython.int,
    x: cython.ulonglong,
    y: cython.ulonglong,
) -> cython.void:
    work[a] = work[a] + work[b] + x
    work[d] = _turned(work[d] ^ work[a], 32)
    work[c] = work[c] + work[d]
    work[b] = _turned(work[b] ^ work[c], 24)
    work[a] = work[a] + work[b] + y
    work[d] = _turned(work[d] ^ work[a], 16)
    work[c] = work[c] + work[d]
    work[b] = _turned(work[b] ^ work[c], 63)


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _turned(word: cython.ulonglong, by: cython.int) -> cython.ulonglong:
    return (word >> by) | (word << (64 - by))


@cython.cclass
class Placer:
    r"""Walks over one text from hit to hit, in the order of their starts, and finds the place of each.

    A line ends with \n, \r\n or \r. `document` is the hash of the document's name; `near` is how many characters on
    either side of a hit are part of its fingerprint.
    """

    text: str
    flat: str  # the text with each line end as one \n at the same length
    document: cython.ulonglong
    near: cython.longlong
    seen: dict
    at: cython.longlong
    row: cython.longlong
    row_start: cython.longlong
    line: cython.longlong
    column: cython.longlong
    end_line: cython.longlong
    end_column: cython.longlong
    found: str
    room: cython.uchar[::1]

    def __init__(self, text: str, document: cython.ulonglong, near: cython.longlong) -> None:
        self.text, self.document, self.near = text, document, near
        self.flat = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
        self.seen = {}
        self.at = self.row_start = 0
        self.row = 1
        self.found = ""
        self.room = bytearray(512)

    @cython.cfunc
    def place(self, start: cython.longlong, end: cython.longlong) -> object:
        """Set the place of a hit, which begins no earlier than the one before."""
        self._count(self.at, start)
        self.at = start
        self.line, self.column = self.row, start - self.row_start + 1
        row: cython.longlong = self.row
        row_start: cython.longlong = self.row_start
        self._count(start, end)
        self.end_line, self.end_column = self.row, end - self.row_start + 1
        self.row, self.row_start = row, row_start
        self.found = self.text[start:end]

    @cython.cfunc
    def _count(self, low: cython.longlong, high: cython.longlong) -> object:
        """Count the lines that end between two offsets."""
        at: cython.longlong = self.flat.find("\n", low, high)
        while at >= 0:
            self.row += 1
            self.row_start = at + 1
            at = self.flat.find("\n", at + 1, high)

    @cython.cfunc
    def fingerprint(self, start: cython.longlong, end: cython.longlong, code: str) -> str:
        """Return the fingerprint of the hit that was placed last."""
        key: str = f"{code}\0{self.found}\0{self.text[max(0, start - self.near) : end + self.near]}"
        ordinal: cython.longlong = self.seen.get(key, 0) + 1
        self.seen[key] = ordinal
        if not cython.compiled:
            data: bytes = f"{key}\0{ordinal}".encode("utf-8", "surrogatepass")
            return f"{print_of(data, len(data)) ^ self.document:016x}"
        if 4 * len(key) + 24 > len(self.room):
            self.room = bytearray(8 * len(key) + 24)
        return _hexadecimal(print_of(self.room, _encode(key, ordinal, self.room)) ^ self.document)

    def placed(self, hits: list) -> list:
        """Return for each hit (start, end, code …) its lines and columns, from 1, its text and its fingerprint."""
        out: list = []
        for hit in hits:
            self.place(hit[0], hit[1])
            mark = self.fingerprint(hit[0], hit[1], hit[2])
            out.append((self.line, self.column, self.end_line, self.end_column, self.found, mark))
        return out

    def rows(
        self, hits: list, place: str, around: cython.longlong, changed: cython.const[cython.uchar][::1], ways
    ) -> tuple:
        """Return the hits' spans, rows of JSON, quoted texts around them, and whether two of one code share a span.

        `place` is the JSON of the document's place, `around` the characters on either side. `ways` are three functions:
        one gives the JSON before and after a hit's own part, from its rule; two quote a hit's text and the text around
        it. They are called only for text with a character above 0xFFFF or in `changed`.
        """
        said_of, quoted, escaped = ways
        rows: list = []
        texts: list = []
        spans: list = []
        known: dict = {}
        start: cython.longlong
        end: cython.longlong
        before: cython.longlong = -1
        until: cython.longlong = -1
        code_before: str = ""
        are_twice: cython.bint = False
        near: str
        for hit in hits:
            start, end, code, name, kind, severity, message, slot = hit
            rule = (code, message, id(severity), name, slot, id(kind))  # ids, as hashing an enum is slow
            said = known.get(rule)
            if said is None:
                said = known[rule] = said_of((code, name, kind, severity, message, slot))
            head, tail = said
            self.place(start, end)
            mark = self.fingerprint(start, end, code)
            text = f'"{self.found}"' if _is_plain(self.found, changed) else quoted(self.found)
            rows.append(
                f'{head}, {place}, "start": {start}, "end": {end}, "line": {self.line}, "column": {self.column}, '
                f'"end_line": {self.end_line}, "end_column": {self.end_column}, "text": {text}, {tail}"{mark}"'
            )
            near = self.text[max(0, start - around) : end + around]
            texts.append(f'"{near}"' if _is_plain(near, changed) else escaped(near))
            spans.append((start, end))
            are_twice = are_twice or (start == before and end == until and code == code_before)
            before, until, code_before = start, end, code
        return spans, rows, texts, are_twice


@cython.cfunc
@cython.exceptval(check=False)
def _encode(key: str, ordinal: cython.longlong, out: cython.uchar[::1]) -> cython.longlong:
    """Write a text as UTF-8, a zero byte, and a number in decimal digits; return the number of bytes."""
    size: cython.longlong = 0
    at: cython.longlong
    code: cython.uint
    digits: cython.longlong = 1
    for at in range(len(key)):
        code = ord(key[at])
        if code < 0x80:
            out[size] = code
            size += 1
            continue
        if code < 0x800:
            out[size] = 0xC0 | (code >> 6)
        elif code < 0x10000:
            out[size] = 0xE0 | (code >> 12)
        else:
            out[size] = 0xF0 | (code >> 18)
            size += 1
            out[size] = 0x80 | ((code >> 12) & 0x3F)
        if code >= 0x800:
            size += 1
            out[size] = 0x80 | ((code >> 6) & 0x3F)
        out[size + 1] = 0x80 | (code & 0x3F)
        size += 2
    out[size] = 0
    while digits * 10 <= ordinal:
        digits *= 10
    while digits:
        size += 1
        out[size] = 48 + (ordinal // digits) % 10
        digits //= 10
    return size + 1


@cython.cfunc
def _hexadecimal(value: cython.ulonglong) -> str:
    """Return a number as sixteen hexadecimal digits."""
    digits: cython.char[16]
    at: cython.longlong
    digit: cython.int
    for at in range(16):
        digit = (value >> (60 - 4 * at)) & 15
        digits[at] = 48 + digit if digit < 10 else 87 + digit
    return digits[:16].decode("ascii")


@cython.cfunc
def _is_plain(text: str, changed: cython.const[cython.uchar][::1]) -> cython.bint:
    at: cython.longlong
    code: cython.uint
    for at in range(len(text)):
        code = ord(text[at])
        if code > 0xFFFF or changed[code]:
            return False
    return True
