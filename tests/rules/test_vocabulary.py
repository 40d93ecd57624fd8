"""Vocabulary files: one word a line, each once, and only where a word helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe.rules.boilerplate.features import CLASSES
from dedupe.rules.vocabulary import FOLDER, LANGUAGES, classes, words

FILES = sorted(FOLDER.glob("*/*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_file_says_what_it_holds_and_has_each_word_once(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    listed = [line for line in lines if line and not line.startswith("#")]
    assert listed
    assert [line for line in listed if line != line.strip()] == []
    assert sorted({line for line in listed if listed.count(line) > 1}) == []


def test_every_class_that_the_judge_asks_for_has_words() -> None:
    assert {name for name in CLASSES if not any(words(language, name) for language in LANGUAGES)} == set()


def test_words_are_folded_and_comments_are_none() -> None:
    listed = [word for language in LANGUAGES for name in classes(language) for word in words(language, name)]
    assert [word for word in listed if word.startswith("#")] == []
    assert "无断転载" in words("ja", "notices")
    assert words("zh", "nothing-of-this-name") == ()
