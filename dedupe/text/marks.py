"""The characters that stand for what a writer left out: one alphabet for rules, skeletons, repairs and cuts.

Writers take whatever their input method offers, so marks are known by their shape. Each shape has one plain character
that stands for all of its look-alikes; replacing them by it keeps all offsets.
"""

from __future__ import annotations

from collections.abc import Iterable

from dedupe.core import regex as re

# The plain character of each shape and all that look like it, by their Unicode names: crosses and saltires, stars and
# asterisks, low lines, circles, squares, triangles, diamonds, blocks, and letters of other scripts drawn like x.
# 〇 is a circle, but also the Chinese numeral zero, so it is a shape of its own.
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
# Symbols that neither sentences nor drawings use. Two or more of one in a row, where a word or a figure must stand, are
# a placeholder. MEANT are those of them that sentences do use.
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
# Shapes that are always marks when repeated; the others also occur in sentences and drawings.
FIRM = "xX×*_○〇●□■△▲◇◆█"
PLAIN = {char: plain for plain, members in SHAPES.items() for char in members}
# Letters that are marks where they are no part of a word, such as xx.
LETTERS = SHAPES["x"] + SHAPES["X"] + "ㅇ"
# Firm characters that are no letters: removing them from a text loses no word.
SIGNS = "".join(char for plain in FIRM for char in SHAPES[plain] if not char.isalpha())
MARKS = LETTERS + SIGNS
# A mark in source text, whose widths are not folded.
PATTERN = rf"(?<![A-Za-z])[ｘＸ{LETTERS}]+(?![A-Za-z])|[＊＿{re.escape(SIGNS)}]+"


ODD = (
    frozenset(chr(code) for low, high in BLOCKS for code in range(low, high))
    .difference(PLAIN, MEANT)
    .union("‡†¦¶¿¬´¨ˇ˘˜〒〃〆卍卐乄丨丶。、|%")
)


def plain(text: str, chars: Iterable[str] = PLAIN) -> str:
    """Return a text with each mark character as the plain one of its shape, one code point for one.

    `chars` are the characters to look for: each costs a search, and few texts have more than one or two.

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
    r"""True if question marks are blanks that an encoding lost: at starts of lines, or in many runs of many lengths.

    >>> has_lost_blanks("????渠修好了。\n????春天到了。"), has_lost_blanks("??月??日??")
    (True, False)
    """
    if len(DATED.findall(text)) >= STARTS:
        return False
    if len(LOST_INDENTS.findall(text)) >= INDENTS or len(LOST_AT_STARTS.findall(text)) >= STARTS:
        return True
    sizes = list(map(len, QUESTIONS.findall(text)))
    return len(sizes) > 2 * SIZES and len(set(sizes)) >= SIZES and max(sizes) > SIZES
