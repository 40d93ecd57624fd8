"""What is compiled for single texts says the same as Python, on texts of what it looks for, in any order."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from dedupe.core.model import Document, Kind, Severity
from dedupe.pipeline.ruled import ruled
from dedupe.rules import RULES
from dedupe.rules.boilerplate.features import lexicon, numbers_of
from dedupe.rules.boilerplate.judge import judge
from dedupe.rules.boilerplate.lines import pages_of
from dedupe.rules.prefilter import Literals
from dedupe.rules.scan import Hit, finish
from dedupe.text.batch import Texts
from dedupe.text.kernels import COMPILED

ROOT = Path(__file__).parent.parent.parent
PARTS = (
    *"首页>来源:小编AI的了。|,09©あ가Éé\U00020000x²½Ⅲ \t[【】]()·-—★:.~《》“”;、年月日万K…一",
    *(
        "\n",
        "\n\n",
        "  ",
        " - ",
        " | ",
        "] [",
        "http://a.cn/x",
        "www.",
        "copyright",
        "(c)",
        "(12)",
        "2015-08-02",
        "12次",
    ),
    *(
        "小编",
        "为大家整理",
        "下载",
        "您好",
        "the ",
        "print",
        "责任编辑",
        "昨天 12:30",
        "读者",
        "阅读全文",
        "范文",
        "欢迎",
    ),
    *("版权", "那年秋天雨水多,村口的渠满了三次,父亲每晚提着马灯去看闸", "We walked to the gate"),
)


SAID = ("name", Kind.PLACEHOLDER, Severity.ERROR, "message", None)


def answers() -> int:
    """A number that sums up what the judge sees in many texts, and what it says of them."""
    dice, found = random.Random(7), []
    literals = Literals([*dict.fromkeys(rule.sweep for table in RULES for rule in table if rule.sweep)])
    for length in range(160):
        text = "".join(dice.choices(PARTS, k=length))
        pages = pages_of((text, text[:40]))
        kept, numbers = numbers_of((text, text[:40]), pages)
        rows = pages.rows[: pages.bounds[-1]].tolist()
        seen = [literals.find(Texts((text,))), judge(text), lexicon().find(text)]
        hits = [Hit(at, min(at + 9, length), f"PH{at % 3}", *SAID) for at in range(0, length, 7)]
        places = ruled(Document("a.txt", text), hits), finish(Document("b.jsonl", text, "1"), hits)
        found += [rows, pages[1:], kept, np.round(numbers, 12).tolist(), seen, places]
    return crc32(repr(found).encode("utf-8"))


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled here")
def test_compiled_and_plain_kernels_agree_on_texts() -> None:
    words = "import tests.uncompiled; from tests.text.test_uncompiled import answers; print(answers())"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == str(answers()), done.stderr
