"""What is compiled for single texts says the same as Python, on texts of what it looks for, in any order."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from dedupe.rules.boilerplate.features import lexicon, page_numbers
from dedupe.rules.boilerplate.judge import judge
from dedupe.rules.boilerplate.lines import candidates, rows_of
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


def answers() -> int:
    """A number that sums up what the judge sees in many texts, and what it says of them."""
    dice, found = random.Random(7), []
    for length in range(160):
        text = "".join(dice.choices(PARTS, k=length))
        rows = rows_of(text)
        kept, numbers = page_numbers(text, rows, candidates(text, rows))
        found += [rows.tolist(), kept, np.round(numbers, 12).tolist(), judge(text), lexicon().find(text)]
    return crc32(repr(found).encode("utf-8"))


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled here")
def test_compiled_and_plain_kernels_agree_on_texts() -> None:
    words = "import tests.uncompiled; from tests.text.test_uncompiled import answers; print(answers())"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == str(answers()), done.stderr
