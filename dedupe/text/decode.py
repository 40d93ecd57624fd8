"""Decode bytes: UTF-8, UTF-16 and UTF-32 by their rules, Chinese encodings by how plausible the text is.

Generic detectors weigh a hundred encodings and misjudge short Chinese text (a line of GBK passes for Korean). There are
few candidates here, and a wrong one gives rare characters. The standards themselves tell frequent from rare characters,
because GB2312 and Big5 put them on separate levels, so no frequency table is needed.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import BinaryIO

from dedupe.core import regex as re
from dedupe.core.errors import ConfigError, UnreadableError
from dedupe.core.messages import option, say
from dedupe.text.foreign import Decoded, foreign, western

# UTF-32 first: its little-endian mark begins with that of UTF-16.
MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
STRICT, REPLACE = WAYS = ("strict", "replace")  # ways to treat bytes that are invalid in the encoding
# In the order in which ties are decided: a corpus of Chinese templates is far more often GBK than Big5. big5hkscs and
# cp932 are the supersets that browsers mean by Big5 and Shift_JIS.
CANDIDATES = (("gb18030", "GB18030"), ("big5hkscs", "Big5"), ("cp932", "Shift_JIS"))
# Least shares of frequent characters. Real text has 0.9 or more; Latin-1 or noise read as GB18030 has far less.
PLAUSIBLE, CERTAIN = 0.5, 0.95
SAMPLE = 4000
PART = 1 << 22  # bytes
FEW = 20  # least non-ASCII characters per bad byte in a text of which only some bytes are bad
FOREIGN_RE = re.compile(r"[^\x00-\x7f\ufffd]")
SURROGATE_RE = re.compile("[\ud800-\udfff]")


class UndecodableError(UnreadableError):
    """Bytes that are no text in the encoding asked for, or in any that is recognised; the message says what to do."""


@dataclass(frozen=True, slots=True)
class _Guess:
    """What one candidate encoding makes of the data; `stop` is the first byte that it cannot decode, or None."""

    codec: str
    name: str
    text: str
    stop: int | None

    @property
    def frequent(self) -> float:
        """Share of frequent characters among the first few thousand non-ASCII ones."""
        sample = [found[0] for found in islice(FOREIGN_RE.finditer(self.text), SAMPLE)]
        return sum(map(_frequent_characters().__contains__, sample)) / max(1, len(sample))


def check_encoding(encoding: str) -> None:
    """Raise ConfigError unless Python knows an encoding by this name."""
    try:
        b"a".decode(encoding, "replace")
    except (LookupError, ValueError) as error:
        raise ConfigError(
            "encoding {name} is not known: give one such as utf-8, gb18030 or big5", repr(encoding)
        ) from error


def is_wide(encoding: str) -> bool:
    """True if a line end is more than one byte, so that data cannot be cut into lines before it is decoded."""
    return encoding.lower().replace("_", "-").startswith(("utf-16", "utf16", "utf-32", "utf32", "u16", "u32"))


def has_wide_mark(data: bytes) -> bool:
    """True if data starts with the byte order mark of UTF-16 or UTF-32."""
    return any(data.startswith(mark) and is_wide(codec) for mark, codec in MARKS)


def decode(data: bytes, encoding: str | None = None, errors: str = STRICT) -> str:
    r"""Decode bytes exactly, without their byte order mark.

    `encoding` names the encoding. Without it, try UTF-8, UTF-16 or UTF-32 with a mark, the likeliest of GB18030, Big5
    and Shift_JIS, and EUC-JP, EUC-KR and Windows-1252 where they are certain. By default one bad byte raises an
    UndecodableError that names it, because a text with replacement characters would enter the corpus unnoticed.

    >>> decode("总结".encode("gb18030")), decode(b"a\xffb", "utf-8", "replace")
    ('总结', 'a�b')
    """
    return recognise(data, encoding, errors).text


def recognise(data: bytes, encoding: str | None = None, errors: str = STRICT) -> Decoded:
    """Return what `decode` returns, with the codec and byte order mark of the bytes."""
    found = _forced(data, encoding, errors) if encoding else _recognised(data, errors)
    if "\0" in found.text and found.text.count("\0") * 100 > len(found.text):
        raise UndecodableError("looks binary (many NUL characters): leave it out, or {NAME}", _named())
    return found


def read_text(stream: BinaryIO, encoding: str | None = None) -> bytes:
    """Read all bytes of a stream that may be text.

    Raises UndecodableError as soon as they are surely not text: a sparse file may be many gigabytes of NUL bytes.
    """
    parts: list[bytes] = []
    size = holes = 0
    while part := stream.read(PART):
        parts.append(part)
        size, holes = size + len(part), holes + part.count(0)
        if holes * 100 > size and size >= PART and not encoding and not has_wide_mark(parts[0][:4]):
            raise UndecodableError("looks binary (NUL bytes): leave it out, or {NAME}", _named())
    return b"".join(parts)


def _named() -> str:
    return say("name its {option}", option("encoding"))


def _replaced() -> str:
    return say("or have such bytes replaced by {option}", option("errors", REPLACE))


def mend(text: str) -> str:
    """Replace lone surrogates by U+FFFD, one for one, so that offsets stay; JSON can escape them, but UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return SURROGATE_RE.sub("\ufffd", text)
    return text


def _forced(data: bytes, encoding: str, errors: str) -> Decoded:
    mark, codec = _unmarked(data, encoding)
    try:
        text = data[len(mark) :].decode(codec, errors)
    except UnicodeError as error:
        at = getattr(error, "start", 0) + len(mark)
        place = f"byte {at} (0x{data[at]:02x})" if isinstance(error, UnicodeDecodeError) else "it"
        raise UndecodableError(
            "{what} is not {codec}: name another {option}, none to have it recognised, {REPLACE}",
            place,
            encoding,
            option("encoding"),
            _replaced(),
        ) from error
    if text.startswith("\ufeff"):
        return Decoded(mend(text[1:]), codec, mark + text[0].encode(codec))
    return Decoded(mend(text), codec, mark)


def _unmarked(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return data's byte order mark and the codec of the rest, for an encoding that leaves byte order or mark open.

    Python's own codecs for such names write a mark at every call, so before each record that is written back.
    """
    name = codecs.lookup(encoding).name
    if name not in ("utf-8-sig", "utf-16", "utf-32"):
        return b"", encoding
    family = name.removesuffix("-sig")
    little = family if family == "utf-8" else f"{family}-le"
    marks = ((mark, codec) for mark, codec in MARKS if codec.startswith(family) and data.startswith(mark))
    return next(marks, (b"", little))


def _recognised(data: bytes, errors: str) -> Decoded:
    for mark, codec in MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(codec, errors), codec, mark)
            except UnicodeDecodeError as error:
                at = error.start + len(mark)
                raise UndecodableError(
                    "starts with the mark of {codec}, but byte {at} is not that: mend it, {NAME}, {REPLACE}",
                    codec,
                    at,
                    _named(),
                    _replaced(),
                ) from error
    try:
        return Decoded(data.decode(), "utf-8")
    except UnicodeDecodeError as error:
        if not _is_nearly_utf8(data[max(0, error.start - SAMPLE) : error.start + SAMPLE]):
            return _likeliest(data, error.start, errors)
        if errors == REPLACE:
            return Decoded(data.decode(errors=REPLACE), "utf-8")
        raise UndecodableError(
            "byte {at} (0x{byte}) is not UTF-8, though the text around it is: mend it, {NAME}, {REPLACE}",
            error.start,
            f"{data[error.start]:02x}",
            _named(),
            _replaced(),
        ) from error


def _is_nearly_utf8(data: bytes) -> bool:
    """True if valid sequences outnumber bad bytes ten to one; other encodings hold hardly any by chance."""
    text = data.decode(errors="replace")
    bad = text.count("\ufffd")
    return bad * 10 <= (len(data) - len(text)) // 2


def _likeliest(data: bytes, bad: int, errors: str) -> Decoded:
    """Decode with the candidate that gives the most frequent characters; `bad` is the first byte that is not UTF-8."""
    if b"\0" in data:
        way = option("encoding", "utf-16-le")
        raise UndecodableError("looks binary (NUL bytes): leave it out; for UTF-16 without a mark {option}", way)
    guesses = []
    for codec, name in CANDIDATES:
        guesses.append(_guess(data, codec, name))
        if guesses[-1].stop is None and guesses[-1].frequent >= CERTAIN:
            break
    best = max((g for g in guesses if g.stop is None), key=lambda g: g.frequent, default=None)
    if best and best.frequent >= PLAUSIBLE:
        return foreign(data, best.text) or Decoded(best.text, best.codec)
    certain = foreign(data, best.text if best else "") or western(data)
    if certain:
        return certain
    broken = max((_mostly(data, guess) for guess in guesses if guess.stop is not None), key=_quality, default=None)
    if broken and _quality(broken) >= PLAUSIBLE:
        if errors == REPLACE:
            return Decoded(broken.text, broken.codec)
        raise UndecodableError(
            "looks like {codec}, but byte {at} is not: mend it, {NAME}, {REPLACE}",
            broken.name,
            broken.stop,
            _named(),
            _replaced(),
        )
    known = "neither GB18030, Big5, Shift_JIS, EUC-JP, EUC-KR nor Windows-1252"
    raise UndecodableError(
        "byte {at} is not UTF-8, and it reads as {known}: {NAME}, or leave it out if it is no text",
        bad,
        known,
        _named(),
    )


def _guess(data: bytes, codec: str, name: str) -> _Guess:
    try:
        return _Guess(codec, name, data.decode(codec), None)
    except UnicodeDecodeError as error:
        return _Guess(codec, name, "", error.start)


def _mostly(data: bytes, guess: _Guess) -> _Guess:
    """Return the guess with all of the data decoded, U+FFFD for each byte that is invalid."""
    return replace(guess, text=data.decode(guess.codec, REPLACE))


def _quality(guess: _Guess) -> float:
    """Return the share of frequent characters, or 0 if more than a few bytes are bad."""
    text = guess.text
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return guess.frequent if text.count("\ufffd") * FEW <= foreign else 0.0


@cache
def _frequent_characters() -> frozenset[str]:
    """The first levels of GB2312 and Big5, kana, their punctuation, and characters that tables are drawn with."""
    gb2312 = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    cells = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    big5 = (bytes((row, cell)) for row in range(0xA4, 0xC7) for cell in cells)
    return frozenset(
        b"".join(gb2312).decode("gb2312", "ignore")
        + b"".join(big5).decode("big5", "ignore")
        + "".join(map(chr, range(0x3041, 0x30FB)))
        + "，。、；：？！“”‘’（）《》〈〉【】「」『』—…·　－～×％\xa0"
        + "".join(map(chr, (*range(0xFF01, 0xFF5F), *range(0x2500, 0x2580), *range(0x2460, 0x246A))))
    )
