"""The characters that stand for what a writer left out: one alphabet for rules, skeletons, repairs and cuts.

Writers take whatever their input method offers, so characters are known by their shape: each shape has a plain one
that stands for all, and a text in which they are exchanged has the same offsets.
"""

from __future__ import annotations

from collections.abc import Iterable

from dedupe.core import regex as re

# The plain character of each shape and all that look like it, by their names in Unicode: crosses and saltires, stars
# and asterisks, low lines, circles, squares, triangles, diamonds, blocks, and letters of other scripts that are drawn
# as x is. A zero of Chinese numerals is a circle that may mean itself, and keeps a place of its own.
SHAPES: dict[str, str] = {
    "x": "x\u0445\u03c7\u2179",  # Cyrillic, Greek, Roman
    "X": "X\u0425\u03a7\u2169",
    "×": "×〤✕✖✗✘╳☓⨉⨯❌❎ㄨ乂⊗⊠⤫⤬⨂⛝⌧⮾⮿⭙⦻",
    "*": "*﹡∗⁎⁑✱✲✳✽❋✻✼❉✢✣✤✥✺❃❊⊛⧆",
    "_": "_▁▂﹍﹎﹏‗ˍ﹉﹊﹌⎯⎵",
    "○": "○◯◎⊙⊚⚪⭕❍◌◦⚬ㅇ⊕⊖⊘⊜⊝⦾⦿⭗⭘◍◐◑◒◓◔◕",
    "〇": "〇",
    "●": "●⚫⬤◉",
    "□": "□〓▢▣◻⬜▯❏❐❑❒◽▭囗ㅁ▤▥▦▧▨▩▫◧◨◩◪◫◰◱◲◳⬚⬒⬓⬔⬕⊞⊟⊡☐⬞⧈",
    "■": "■◼⬛▪◾▮",
    "△": "△▽▵▿∆◬▷▹◁◃◭◮⊿⟁",
    "▲": "▲▼▴▾",
    "◇": "◇◊⬦⟡♢◈⋄⟐⟠⬨⬫⌑",
    "◆": "◆♦⬥❖⬧⬩⬪⧫",
    "☆": "☆★※✩✪✫✬✭✮✯✰⁂✦✧✴✵✶✷✸✹⋆⭐⭑⭒⍟❂✡",
    "█": "█▇▆▅▉▊▓▒░",
    "?": "?",
    "#": "#",
    "@": "@",
    "~": "~〜∼～﹋",
    "-": "-–﹣−‐",
    "—": "—―",
    ".": "….⋯‥",
    "&": "&",
    "+": "+",
    "=": "=＝",
    "^": "^",
    "$": "$¥",
    "·": "·•・",
    "§": "§¤",
    "♀": "♀♂",
    "˙": "˙",
    "¯": "¯‾ˉ\uffe3",
    "‖": "‖∥",
    "≈": "≈∽≒",
    "─": "─━┄┅┈┉╌╍",
}
# Signs that no sentence is written with and no drawing is made of, whatever they look like: in a row of two or more
# one stands for something left out where a word or a figure must stand. Those of sentences that do so, too, are last.
BLOCKS = (
    (0x2190, 0x2400),
    (0x2440, 0x2500),
    (0x2571, 0x2573),
    (0x2580, 0x2600),
    (0x2600, 0x2800),
    (0x27C0, 0x2800),
    (0x2900, 0x2C00),
)
MEANT = frozenset("←↑→↓↔↕⇐⇒⇑⇓⇔∞√∑∏∫≠≡≤≥≦≧✓✔✅❤♪♫♥⚠⭐☀☁☂☎☏")
# What marks always are, wherever they stand in a row; the rest are signs of sentences and drawings as well.
FIRM = "xX×*_○〇●□■△▲◇◆█"
PLAIN = {char: plain for plain, members in SHAPES.items() for char in members}
# Letters that are marks where they are no part of a word: xx, and what is drawn like them.
LETTERS = SHAPES["x"] + SHAPES["X"] + "ㅇ"
# Those of the firm ones that no word is written with: what may be left out of a text without losing one.
SIGNS = "".join(char for plain in FIRM for char in SHAPES[plain] if not char.isalpha())
MARKS = LETTERS + SIGNS
# A mark in a text as it stands, widths not folded.
PATTERN = rf"(?<![A-Za-z])[ｘＸ{LETTERS}]+(?![A-Za-z])|[＊＿{re.escape(SIGNS)}]+"


ODD = (
    frozenset(chr(code) for low, high in BLOCKS for code in range(low, high))
    .difference(PLAIN, MEANT)
    .union("‡†¦¶¿¬´¨ˇ˘˜〒〃〆卍卐乄丨丶。、|%")
)


def plain(text: str, chars: Iterable[str] = PLAIN) -> str:
    """A text with each mark character as the plain one of its shape, one code point for one.

    `chars` are those that may be in it: few texts have more than one or two, and each costs a search.

    >>> plain("投入◯◯万元，╳月")
    '投入○○万元，×月'
    """
    for char in chars:
        text = text.replace(char, PLAIN.get(char, char))
    return text


QUESTIONS = re.compile(r"\?{2,}")
LOST_AT_STARTS = re.compile(r"^\?{2,8}(?=[^\s?])", re.MULTILINE)
LOST_INDENTS = re.compile(r"^\?{4}(?=[^\s?])", re.MULTILINE)
DATED = re.compile(r"\?[年月日]")
STARTS, INDENTS, SIZES = 3, 2, 3


def has_lost_blanks(text: str) -> bool:
    r"""Whether question marks are what an encoding made of blanks: at starts of lines, or in many runs of all lengths.

    >>> has_lost_blanks("????渠修好了。\n????春天到了。"), has_lost_blanks("??月??日??")
    (True, False)
    """
    if len(DATED.findall(text)) >= STARTS:
        return False
    if len(LOST_INDENTS.findall(text)) >= INDENTS or len(LOST_AT_STARTS.findall(text)) >= STARTS:
        return True
    sizes = list(map(len, QUESTIONS.findall(text)))
    return len(sizes) > 2 * SIZES and len(set(sizes)) >= SIZES and max(sizes) > SIZES
