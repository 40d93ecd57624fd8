"""The characters that stand for what a writer left out: one alphabet for rules, skeletons, repairs and cuts.

Writers take whatever their input method offers, so characters are known by their shape: each shape has a plain one
that stands for all, and a text in which they are exchanged has the same offsets.
"""

from __future__ import annotations

import re

# The plain character of each shape and all that look like it, by their names in Unicode: crosses and saltires, stars
# and asterisks, low lines, circles, squares, triangles, diamonds, blocks, and letters of other scripts that are drawn
# as x is. A zero of Chinese numerals is a circle that may mean itself, and keeps a place of its own.
SHAPES: dict[str, str] = {
    "x": "x\u0445\u03c7\u2179",  # Cyrillic, Greek, Roman
    "X": "X\u0425\u03a7\u2169",
    "×": "×✕✖✗✘╳☓⨉⨯❌❎ㄨ乂",
    "*": "*﹡∗⁎⁑✱✲✳✽❋✻✼❉",
    "_": "_▁▂﹍﹎﹏‗ˍ",
    "○": "○◯◎⊙⊚⚪⭕❍◌◦⚬ㅇ",
    "〇": "〇",
    "●": "●⚫⬤",
    "□": "□▢▣◻⬜▯❏❐❑❒◽▭囗ㅁ",
    "■": "■◼⬛▪◾▮",
    "△": "△▽▵▿∆◬",
    "▲": "▲▼▴▾",
    "◇": "◇◊⬦⟡♢◈",
    "◆": "◆♦⬥❖",
    "☆": "☆★※✩✪✫✬✭✮✯✰⁂",
    "█": "█▇▆▅▉▊▓▒░",
    "?": "?",
    "#": "#",
    "@": "@",
    "~": "~〜∼～﹋",
    "-": "-–﹣−‐",
    ".": "….⋯‥",
    "&": "&",
    "+": "+",
    "=": "=＝",
    "^": "^",
    "$": "$",
    "·": "·•・",
    "§": "§¤",
    "♀": "♀♂",
}
# What marks always are, wherever they stand in a row; the rest are signs of sentences and drawings as well.
FIRM = "xX×*_○〇●□■△▲◇◆█"
SOFT = "?#@☆&+=^$·§♀~-."
PLAIN = {char: plain for plain, members in SHAPES.items() for char in members}
# The marks that no word is written with: what may be left out of a text without losing one.
MARKS = "".join(SHAPES[plain] for plain in FIRM).replace("乂", "").replace("囗", "")
_ODD = {char: plain for char, plain in PLAIN.items() if char != plain}
_ODD_RE = re.compile(f"[{re.escape(''.join(_ODD))}]")


def plain(text: str) -> str:
    """A text with each mark character as the plain one of its shape, one code point for one.

    >>> plain("投入◯◯万元，╳月")
    '投入○○万元，×月'
    """
    return _ODD_RE.sub(lambda match: _ODD[match[0]], text)
