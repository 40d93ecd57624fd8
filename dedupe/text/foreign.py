"""Non-Chinese encodings, recognised only where they are certain: EUC-JP, EUC-KR and Windows-1252.

Their bytes could also be Chinese characters. What gives them away is what texts of these languages always have: kana,
Korean endings, or single accented letters among plain ones.
"""

from __future__ import annotations

from typing import NamedTuple

from dedupe.core import regex as re

SEEN = 4000  # characters that are looked at
KANA = 0.25  # least share of kana in a Japanese text
COMMON, LEAST = 0.3, 12  # least share of common syllables; least number of kana or syllables
LATIN, KNOWN, ALONE, WORDS = 0.35, 0.95, 0.6, 12
KANA_RE = re.compile("[\u3041-\u30fa]")
HAN_RE = re.compile("[\u4e00-\u9fff]")
HANGUL_RE = re.compile("[\uac00-\ud7a3]")
LETTERS_RE = re.compile("[^\x00-\x7f]")
# The most frequent characters of each language; for Japanese, those that Chinese writes differently or uses much less.
KANJI = frozenset("日年人大会国出時気自分者方社場見行間前事生学家新手的当何後話思東動回内関対員業実現発経済産変")
SYLLABLES = frozenset("이다는을의에가고하지로기를한도서은사인시대나자어리있그라해부정아수만여들것보일전게으주원제")
# ACCENTED_RE leaves out quotation marks and dashes, which may stand beside accented letters. Accented letters stand
# alone, while the two bytes of a Chinese character stand side by side.
HIGH_RE = re.compile("[\xa0-\xff]")
ACCENTED_RE = re.compile("[\xa0\xa1\xa7\xa9\xaa\xab\xad\xae\xb0\xb7\xba\xbb\xbf-\xd6\xd8-\xf6\xf8-\xff]")
ALONE_RE = re.compile("(?<![\xa0-\xff0-9])[\xa0-\xff](?![\xa0-\xff0-9])")
WORD_RE = re.compile(r"[A-Za-z]")


class Decoded(NamedTuple):
    """The text of some bytes and what it takes to write it back: Python's codec, and the byte order mark, if any."""

    text: str
    codec: str
    mark: bytes = b""


def foreign(data: bytes, chinese: str) -> Decoded | None:
    """Decode bytes that are surely Japanese or Korean, else return None; `chinese` is their best other reading."""
    return _japanese(data, chinese[:SEEN]) or _korean(data)


def _japanese(data: bytes, other: str) -> Decoded | None:
    try:
        text = data.decode("euc_jp")
    except UnicodeDecodeError:
        return None
    seen = text[:SEEN]
    letters = len(LETTERS_RE.findall(seen))
    # Kana are at the same places in EUC-JP and GB2312, kanji are not.
    if len(KANA_RE.findall(seen)) < max(LEAST, KANA * letters):
        return None
    common, others = (sum(map(KANJI.__contains__, HAN_RE.findall(one))) for one in (seen, other))
    return Decoded(text, "euc_jp") if common > 2 * others else None


def _korean(data: bytes) -> Decoded | None:
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return None
    seen = text[:SEEN]
    syllables = HANGUL_RE.findall(seen)
    if len(syllables) < max(LEAST, 0.9 * len(HAN_RE.findall(seen) + syllables)):
        return None
    is_korean = sum(map(SYLLABLES.__contains__, syllables)) >= COMMON * len(syllables)
    return Decoded(text, "cp949") if is_korean else None


def western(data: bytes) -> Decoded | None:
    """Decode bytes that are surely Windows-1252, words with single accented letters; else return None."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    high, words = (len(sign.findall(text)) for sign in (HIGH_RE, WORD_RE))
    if words < WORDS or high > LATIN * words:
        return None
    known, alone = (len(sign.findall(text)) for sign in (ACCENTED_RE, ALONE_RE))
    return Decoded(text, "cp1252") if known >= KNOWN * high and alone >= ALONE * high else None
