"""Damage of encodings: what is found, what is left alone, and what stood there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.core.model import Document
from dedupe.rules.boilerplate.damage import DAMAGE, misread
from dedupe.rules.boilerplate.injected import is_noise
from dedupe.rules.scan import scan

SENTENCE = "渠水绕过石桥,一直流到村外。"


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.text) for finding in scan(Document("a.txt", text), DAMAGE)]


def test_utf8_read_as_gbk_is_found_and_can_be_repaired() -> None:
    damaged = SENTENCE.encode("utf-8").decode("gbk", "ignore")
    (start, end, repair), *_ = misread(f"开头\n{damaged}")
    assert start == 3
    assert SENTENCE.startswith(repair[:8])
    assert end > start + 8


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_utf8_read_as_latin_is_found_and_can_be_repaired(encoding: str) -> None:
    damaged = "é".encode().decode(encoding)
    assert found(f"caf{damaged} au lait") == [("BP289", damaged)]
    assert [repair for _, _, repair in misread(f"caf{damaged}")] == ["é"]


def test_gbk_read_as_latin_is_found_and_can_be_repaired() -> None:
    damaged = "水渠修好了".encode("gbk").decode("latin-1")
    assert [repair for _, _, repair in misread(damaged)] == ["水渠修好了"]


@pytest.mark.parametrize(
    "text",
    [
        "他叫陈锟,小名阿烫。",
        "這條渠修於鎴年?",
        "Überraschung, naïveté, Ångström, œuvre",
        "Ðiện Biên Phủ, Þingvellir",
        "“引号”——破折号……",
        "片仮名とひらがな、漢字",
        "①②③ ℃ ± × ÷",
        "屯屯通公路,烫烫脚",
    ],
)
def test_honest_text_of_any_script_is_left_alone(text: str) -> None:
    assert found(text) == []


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=60))
def test_what_is_called_misread_reads_as_utf8(text: str) -> None:
    for start, end, repair in misread(text):
        assert repair.encode().decode("gbk", "ignore")[:2] == text[start:end][:2]


@given(st.text(max_size=80))
def test_no_text_breaks_it_and_spans_lie_in_it(text: str) -> None:
    assert all(finding.text == text[finding.start : finding.end] for finding in scan(Document("a.txt", text), DAMAGE))


def test_readings_are_found_in_traditional_text_alone() -> None:
    assert found("這是我們的責(zé)任,要學(xué)會擔當。") == [("BP280", "(zé)"), ("BP280", "(xué)")]
    assert found("生字:责(zé)任,学(xué)会。") == []


def test_noise_is_no_code_and_no_list() -> None:
    assert is_noise("h7)W& n(4 K~ /q")
    assert not any(map(is_noise, ["for (i = 0; i < n; i++) {", "A) 1 B) 2 C) 3 D) 4", "a@b.cn", "f(x)[0]{1}; #2 & 3"]))
