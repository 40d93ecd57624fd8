"""The text around a mark and what it says about the mark: the longest known word next to it decides."""

from __future__ import annotations

from typing import NamedTuple

from dedupe.core import regex as re
from dedupe.rules.placeholders import words as w
from dedupe.text.marks import FIRM

YEAR, DATE, NUMBER, NAME, ORDINAL, WORD, RANGE, UNCLEAR = (f"PH10{i}" for i in (1, 2, 3, 4, 5, 6, 7, 9))
MASKED = "PH120"
FIGURES = frozenset((NUMBER, DATE, YEAR))

WINDOW = 16
# The members of a character class, for text in which each mark is replaced by the plain one of its shape.
MARK = re.escape(FIRM)

# Words are looked up from the longest to the shortest; the first known one decides.
AFTER: dict[str, str] = {
    **dict.fromkeys(w.NO_CLUE, ""),
    **dict.fromkeys(w.YEARS_AFTER, YEAR),
    **dict.fromkeys(w.DATES_AFTER, DATE),
    **dict.fromkeys(w.MEASURES, NUMBER),
    **dict.fromkeys(w.NAMES_AFTER, NAME),
    **dict.fromkeys(w.ORDINALS_AFTER, ORDINAL),
    **dict.fromkeys(w.WORDS_AFTER, WORD),
    **dict.fromkeys(w.RANGES_AFTER, RANGE),
}
BEFORE: dict[str, str] = {
    **dict.fromkeys(w.NUMBERS_BEFORE, NUMBER),
    **dict.fromkeys(w.DATES_BEFORE, DATE),
    **dict.fromkeys(w.WORDS_BEFORE, WORD),
}
AFTER_SIZES = tuple(range(max(map(len, AFTER)), 0, -1))
BEFORE_SIZES = tuple(range(max(map(len, BEFORE)), 0, -1))
LINK = re.compile(r"[是为达约近]{0,2}:?$|\)?:$")
DIGITS = re.compile(r"\d+(?:\.\d+)?")
KANA = re.compile("[\u3040-\u30ff]")


class Run(NamedTuple):
    """A run of marks of one shape, with the text on either side of it on its line (at most WINDOW code points)."""

    start: int
    end: int
    mark: str
    before: str
    after: str
    text: str

    @property
    def length(self) -> int:
        """The number of marks in the run."""
        return len(self.text)

    @property
    def is_spread(self) -> bool:
        """True if the marks are written with spaces between them: * * *."""
        return " " in self.text and self.mark != "("


def word_after(rest: str) -> str:
    """Return the longest known word that a text begins with; empty where none is known.

    A unit in Latin letters must be a whole word: GB in GB2312 is no unit.
    """
    for size in AFTER_SIZES:
        word = rest[:size]
        if word in AFTER and not (word[-1:].isascii() and word[-1:].isalpha() and _goes_on(rest[size : size + 1])):
            return word
    return ""


def _goes_on(char: str) -> bool:
    return char.isascii() and char.isalnum()


def meaning(rest: str) -> str:
    """Return the code that the text after a mark asks for; empty where it does not say.

    >>> meaning("人次"), meaning("人民医院"), meaning("5周岁"), meaning("很好")
    ('PH103', 'PH104', 'PH103', '')
    """
    digits = DIGITS.match(rest) if rest[:1].isdigit() else None
    code = AFTER.get(word_after(rest[digits.end() :] if digits else rest), "")
    return code if digits is None or code in (NUMBER, YEAR, DATE) else ""


def hint_of(before: str) -> str:
    """Return the code that the text before a mark hints at, ignoring a label's colon and linking words like 是 (is).

    >>> hint_of("学号是"), hint_of("(或身份证号):"), hint_of("他是")
    ('PH103', 'PH103', '')
    """
    before = before.rstrip(" ")
    return _hint(before) or _hint(LINK.sub("", before))


def _hint(before: str) -> str:
    for size in BEFORE_SIZES:
        code = BEFORE.get(before[-size:])
        if code is not None:
            return code
    return ""


def is_latin(char: str) -> bool:
    """True if a character is a Latin, Greek or Cyrillic letter, which makes a mark part of a word or a formula."""
    return char.isalpha() and char < "\u0530"


def is_lettered(char: str) -> bool:
    """True if a neighbour makes a run part of a word: it is a letter that is not itself a mark."""
    return is_latin(char) and char not in "xX"


def is_wide(char: str) -> bool:
    """True if a character is Hangul or a letter of a script that needs no spaces."""
    return char >= "\u2e80" and char.isalpha()
