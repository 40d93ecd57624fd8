#!/usr/bin/env python3
"""Write `dedupe/text/data/simplified.txt`: traditional characters, each with the simplified one that it folds to.

One character becomes one character, so that spans hold. What stands in simplified texts as well (著 乾 徵: GB 2312 has
them) stays as it is, but for a few that hardly do. Needs OpenCC: `pip install opencc`.
"""

from __future__ import annotations

from pathlib import Path

from opencc import OpenCC

TARGET = Path(__file__).parents[1] / "dedupe" / "text" / "data" / "simplified.txt"
BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
FOLDED_ANYWAY = "後於夥菸"


def is_simplified(char: str) -> bool:
    """Whether a character is one of those that simplified texts are written with."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return char not in FOLDED_ANYWAY


def main() -> None:
    """Write the file, by code point."""
    convert = OpenCC("t2s").convert
    chars = [chr(point) for low, high in BLOCKS for point in range(low, high + 1)]
    pairs = [char + convert(char) for char in chars if not is_simplified(char)]
    moved = [pair for pair in pairs if len(pair) == 2 and pair[0] != pair[1] and ord(pair[1]) < 0xFFFF]
    TARGET.write_text("\n".join([*moved, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
