"""Inputs for `bench/fuzz.py`: texts, corpora and files, as they are found, as nobody should write them, and damaged."""

from __future__ import annotations

import os
import random
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import chain
from pathlib import Path

from dedupe.cleaning.clean import Order, clean
from dedupe.config import baseline
from dedupe.config.settings import Settings
from dedupe.pipeline.pipeline import check
from dedupe.report import render
from dedupe.report.view import View
from dedupe.rules import RULES
from tests import files
from tests.corpora import essay, recut, sentence

Dice = random.Random

CODECS = ("utf-8", "utf-8-sig", "gb18030", "big5hkscs", "cp932", "utf-16", "utf-32", "latin-1")
MARKS = ("xx", "**", "__", "××", "＊", "[姓名]", "{{client}}", "某某", "20__年", "（）", "“”", "%", "TODO", "_" * 9)
HOSTILE = (
    "\0", "\x1b[31m", "\u202e", "\u2066", "\u200b", "\ufeff", "\ufffd", "\ud800", "\udcff", "\r", "\r\n", "\n", "\n\n",
    "\u2028", "\x85", "\u0301" * 8, "\U0001f468\u200d\U0001f469", "\U000e0041", "|", "`", "<script>", "[red]",
    "::error::", "=1+1", "&#x41;", "a", " ", "\u3000", "\t", "\x7f", "\xad", "　" * 5, "哈" * 40, "x" * 40,
    "１２", "Ⅻ", "ﬁ", "ไทย", "한국",
)  # fmt: skip
ROWS = tuple(rule for table in RULES for rule in table)
EXAMPLES = tuple(re.sub("[«»]", "", example) for rule in ROWS for example in (*rule.hits, *rule.misses))
HEADINGS = ("篇1：", "（一）", "第一篇 总结", "总结精选篇2", "一、", "1.", "# ", "工作总结（二）")
SPLICES = (
    b"\xff\xff\xff\x7f", b"\0", b"\xed\xa0\x80", b"[" * 300, b'{"a":' * 300, b"9" * 5000, b"1e999", b"\\ud800",
    b"\n",
)  # fmt: skip


TOML = """select = ["PH", "ND"]
ignore = ["PH115"]
threshold = 0.3
memory = "2G"
exclude = ["a/*", "!b"]
format = "json"
[clean]
placeholders = "keep"
min-document = 5
[[allow]]
path = "a/**"
codes = ["PH1"]
text = "某某"
[per-path."b/*"]
ignore = ["ND"]
[[rule]]
code = "MY101"
name = "tip"
kind = "boilerplate"
severity = "error"
pattern = "打赏(作者|我)+"
message = "a tip"
hits = ["«打赏作者»"]
misses = ["打赏"]
"""


def piece(dice: Dice) -> str:
    """A few characters, as texts have them or as nobody should write them."""
    kind = dice.random()
    if kind < 0.35:
        return sentence(dice, dice.randint(1, 12))
    if kind < 0.55:
        return dice.choice(EXAMPLES)
    if kind < 0.7:
        return dice.choice(MARKS)
    if kind < 0.85:
        return dice.choice(HOSTILE)
    if kind < 0.9:
        return dice.choice(HEADINGS)
    return "".join(
        chr(dice.choice((dice.randrange(0x20, 0x7F), dice.randrange(0x110000)))) for _ in range(dice.randint(1, 9))
    )


def text_of(dice: Dice, most: int = 40) -> str:
    """A text of such pieces, some of them over and over."""
    parts = [piece(dice) for _ in range(dice.randint(0, most))]
    if parts and dice.random() < 0.2:
        parts += [dice.choice(parts)] * dice.randint(1, 60)
    return dice.choice(("", "", "\n", " ")).join(parts)


def plain(text: str) -> str:
    """The text as it can stand in a file."""
    return text.encode("utf-8", "replace").decode()


def pages_of(dice: Dice) -> list[str]:
    """Texts that copy each other: essays cut anew, with other fills, between other texts."""
    bases = [essay(dice.randrange(50), dice.randint(3, 25)) for _ in range(dice.randint(1, 4))]
    pages = []
    for _ in range(dice.randint(1, 7)):
        parts = [
            piece(dice) if dice.random() < 0.3 else changed(dice, dice.choice(bases)) for _ in range(dice.randint(1, 4))
        ]
        pages.append(dice.choice(("\n", "\n\n", "", "\r\n")).join(parts))
    return pages


def changed(dice: Dice, text: str) -> str:
    """A copy of a text."""
    if dice.random() < 0.5:
        text = recut(text, dice.randint(1, 9))
    for _ in range(dice.choice((0, 0, 1, 5, 20))):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + piece(dice) + text[at + dice.choice((0, 0, 1, 5, 60)) :]
    return text


def damaged(dice: Dice, data: bytes) -> bytes:
    """Bytes cut short, or with some of them changed, lost, repeated or put in."""
    out = bytearray(data)
    if out and dice.random() < 0.25:
        return bytes(out[: dice.randrange(len(out))])
    for _ in range(dice.choice((0, 1, 1, 2, 5, 30))):
        at = dice.randrange(len(out) + 1)
        kind = dice.random()
        if kind < 0.4 and at < len(out):
            out[at] = dice.randrange(256)
        elif kind < 0.6:
            del out[at : at + dice.randint(1, 50)]
        elif kind < 0.8:
            out[at:at] = out[dice.randrange(len(out) + 1) :][: dice.randint(1, 40)]
        else:
            out[at : at + dice.choice((0, 4))] = dice.choice(SPLICES)
    return bytes(out)


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder to work in, which is the current one."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        os.chdir(name)
        try:
            yield Path(name)
        finally:
            os.chdir(before)


def lay(dice: Dice, place: Path) -> None:
    """A corpus of some files of several kinds."""
    records = [
        (f"{dice.choice(('a', '甲', '=', '../b'))}{number}", plain(text) or "空")
        for number, text in enumerate(pages_of(dice))
    ]
    for number in range(dice.randint(1, 4)):
        kind = dice.choice(("txt", "txt", "md", "jsonl", "jsonl", "json", "csv", "tsv", "html", "parquet", "docx"))
        dice.shuffle(records)
        with suppress(ValueError):  # lxml: no control characters in a .docx file
            data = files.made(kind, records)
            packing = dice.choice(("", "", "", *files.PACKERS))
            data = files.PACKERS[packing](data) if packing else data
            if kind in ("txt", "jsonl") and not packing and dice.random() < 0.3:
                data = data.decode().encode(dice.choice(("utf-16", "gb18030", "utf-8-sig")))
            if dice.random() < 0.1:
                data = damaged(dice, data)
            (place / f"{number}.{kind}{packing}").write_bytes(data)


@cache
def made(kind: str) -> bytes:
    """A file of a kind, whole."""
    name, _, packing = kind.partition("+")
    texts = (essay(1), f"总结\n{essay(2)}", f"投入xx万元。\n{essay(1)}")
    # An archive has pages only at addresses.
    names = ("http://a.cn/甲1", "http://a.cn/乙", "http://a.cn/丙") if name.startswith("warc") else ("甲1", "乙", "丙")
    data = files.made(name, list(zip(names, texts)))
    return files.PACKERS[packing](data) if packing else data


KINDS = (
    *files.RECORD_KINDS,
    *files.SINGLE_KINDS,
    *(f"{kind}+{end}" for kind in ("jsonl", "txt") for end in files.PACKERS),
)


@cache
def corpus() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """A corpus, and what its reports, its baseline and its manifest are."""
    with folder() as place:
        page = f"{essay(1)}\n今年投入xx万元。点击下载文档\n"
        texts = {
            "a.txt": page.encode(),
            "b.txt": f"{page}又有某某。\n{essay(4, 5)}".encode(),
            "c.txt": essay(3).encode(),
        }
        for name, data in texts.items():
            (place / name).write_bytes(data)
        report = check(["."], Settings())
        shutil.rmtree(place / "out", ignore_errors=True)
        accepted = baseline.compare(report, baseline.Baseline(place / baseline.NAME), ["."]).accepted()
        clean(Order(["a.txt", "b.txt", "c.txt"], place / "out", Settings()))
        kept = {
            "json": render(report, "json", View()).encode(),
            "jsonl": render(report, "jsonl", View()).encode(),
            "baseline": "".join(baseline.lines(accepted)).encode(),
        }
        inside = ((path.relative_to(place).as_posix(), path) for path in (place / "out").rglob("*"))
        kept |= {name: path.read_bytes() for name, path in inside if path.is_file()}
        return texts, kept


def set_up(place: Path, names: Iterable[str] = ()) -> None:
    """The files of `corpus`, and of its others those named."""
    texts, kept = corpus()
    for name, data in chain(texts.items(), ((name, kept[name]) for name in names)):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)


def jsonish(dice: Dice, data: bytes) -> bytes:
    """JSON with other values here and there, or damaged bytes."""
    if dice.random() < 0.5:
        return damaged(dice, data)
    text = data.decode()
    values = (
        "null", "-1", "[]", "{}", '"\\u0000"', '"\\ud800"', "1e400", "NaN", "9" * 30, "9" * 5000, '"../../x"', "true",
        '"."', '""', "0.5", '[{"a": 1}]', '"/etc/passwd"', '"\\udc80"',
    )  # fmt: skip
    for _ in range(dice.choice((1, 1, 2, 5))):
        found = list(re.finditer(r'(?<=: )("(?:[^"\\]|\\.)*"|-?\d[\d.]*|true|false|null)', text))
        if found:
            one = dice.choice(found)
            text = text[: one.start()] + dice.choice(values) + text[one.end() :]
    return text.encode()
