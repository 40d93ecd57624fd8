"""Bytes to text: UTF-8 and marked UTF-16 and UTF-32 by their rules, the Chinese encodings by what they would say.

Generic detectors weigh a hundred encodings and misjudge short Chinese text (a line of GBK passes for Korean). Our
candidates are few, and a wrong one shows: its characters are rare ones. The standards themselves tell frequent from
rare characters, for GB2312 and Big5 both put them on separate levels; so no table is needed.
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
STRICT, REPLACE = WAYS = ("strict", "replace")  # of dealing with bytes that are none of the encoding
# In the order in which ties go: a corpus of Chinese templates is far more often GBK than Big5.
# big5hkscs and cp932 are the supersets that browsers mean by Big5 and Shift_JIS.
CANDIDATES = (("gb18030", "GB18030"), ("big5hkscs", "Big5"), ("cp932", "Shift_JIS"))
# Share of frequent characters. Real text has 0.9 and more; Latin-1 or noise read as GB18030 stays far below.
PLAUSIBLE, CERTAIN = 0.5, 0.95
SAMPLE = 4000
PART = 1 << 22  # bytes
FEW = 20  # characters for each bad byte, in a text of which only some bytes are bad
FOREIGN_RE = re.compile(r"[^\x00-\x7f\ufffd]")
SURROGATE_RE = re.compile("[\ud800-\udfff]")


class UndecodableError(UnreadableError):
    """Bytes that are no text in the encoding asked for, or in any that we recognise; says what to do."""


@dataclass(frozen=True, slots=True)
class _Guess:
    """What one candidate makes of the data: the text up to byte `stop` (None: all of it)."""

    codec: str
    name: str
    text: str
    stop: int | None

    @property
    def frequent(self) -> float:
        """Share of frequent characters among the first few thousand that are not ASCII, wherever they begin."""
        sample = [found[0] for found in islice(FOREIGN_RE.finditer(self.text), SAMPLE)]
        return sum(map(_frequent_characters().__contains__, sample)) / max(1, len(sample))


def check_encoding(encoding: str) -> None:
    """Raise ConfigError unless Python can decode bytes by this name."""
    try:
        b"a".decode(encoding, "replace")
    except (LookupError, ValueError) as error:
        raise ConfigError(
            "encoding {name} is not known: give one such as utf-8, gb18030 or big5", repr(encoding)
        ) from error


def is_wide(encoding: str) -> bool:
    """Whether a line end is more than one byte, so that data cannot be cut into lines before it is decoded."""
    return encoding.lower().replace("_", "-").startswith(("utf-16", "utf16", "utf-32", "utf32", "u16", "u32"))


def has_wide_mark(data: bytes) -> bool:
    """Whether data starts with the byte order mark of UTF-16 or UTF-32."""
    return any(data.startswith(mark) and is_wide(codec) for mark, codec in MARKS)


def decode(data: bytes, encoding: str | None = None, errors: str = STRICT) -> str:
    r"""Give the text of some bytes exactly, without its byte order mark.

    With `encoding`, that one; else UTF-8, a marked UTF-16 or UTF-32, or the likeliest of GB18030, Big5 and Shift_JIS;
    EUC-JP, EUC-KR and Windows-1252 where they are certain. Decoding is strict unless somebody asks for something else:
    a file with one bad byte is an UndecodableError that names the byte, for a text with replacement characters in it
    would get into the corpus unseen.

    >>> decode("总结".encode("gb18030")), decode(b"a\xffb", "utf-8", "replace")
    ('总结', 'a�b')
    """
    return recognise(data, encoding, errors).text


def recognise(data: bytes, encoding: str | None = None, errors: str = STRICT) -> Decoded:
    """What `decode` gives, and how the bytes said it."""
    found = _forced(data, encoding, errors) if encoding else _recognised(data, errors)
    if "\0" in found.text and found.text.count("\0") * 100 > len(found.text):
        raise UndecodableError("looks binary (many NUL characters): leave it out, or {NAME}", _named())
    return found


def read_text(stream: BinaryIO, encoding: str | None = None) -> bytes:
    """All bytes of a stream that may be text.

    Raises UndecodableError as soon as it is certain that they are none: a file with a hole may have a size of any
    number of gigabytes.
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
    """A text without lone surrogates, which JSON can escape but nothing can write: U+FFFD each, so offsets stay."""
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
    """The mark of data and the codec of what follows, for an encoding that says nothing about byte order or mark.

    Python's own codecs of such names put a mark before whatever they encode, so before each record written back.
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
    """Whether valid sequences outnumber bad bytes ten to one. By chance, other encodings hold hardly any."""
    text = data.decode(errors="replace")
    bad = text.count("\ufffd")
    return bad * 10 <= (len(data) - len(text)) // 2


def _likeliest(data: bytes, bad: int, errors: str) -> Decoded:
    """The text in the candidate that gives the most frequent characters; `bad` is the first byte that is not UTF-8."""
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
    """The guess with a text of all the data, U+FFFD for each byte that it cannot be."""
    return replace(guess, text=data.decode(guess.codec, REPLACE))


def _quality(guess: _Guess) -> float:
    """Share of frequent characters; none where more than a few bytes are bad ones."""
    text = guess.text
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return guess.frequent if text.count("\ufffd") * FEW <= foreign else 0.0


@cache
def _frequent_characters() -> frozenset[str]:
    """The first levels of GB2312 and Big5, kana, the punctuation of all of them, and what tables are drawn with."""
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
