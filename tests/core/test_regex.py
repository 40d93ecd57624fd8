"""Patterns that are compiled late are those of `re`, and all that the package has can be compiled."""

from __future__ import annotations

import importlib
import marshal
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dedupe.rules
from dedupe.core import regex
from dedupe.rules import build
from dedupe.rules.boilerplate.table import LINES
from dedupe.text import essays, foreign
from dedupe.text.batch import simplify


def test_pattern_answers_as_that_of_re_and_is_compiled_once() -> None:
    late, now = regex.compile(r"(?P<word>[a-z]+)\d", regex.IGNORECASE), re.compile(r"(?P<word>[a-z]+)\d", re.IGNORECASE)
    assert late.findall("Ab1 c2 3") == now.findall("Ab1 c2 3") == ["Ab", "c"]
    assert (late.pattern, late.flags, late.groupindex) == (now.pattern, now.flags, now.groupindex)
    assert late.search is late.search


def late_patterns(value: Any) -> list[Any]:
    """The patterns that a constant of a module holds, in tuples and tables too."""
    if isinstance(value, regex.Late):
        return [value]
    if isinstance(value, dict):
        return [one for item in value.values() for one in late_patterns(item)]
    return [one for item in value for one in late_patterns(item)] if isinstance(value, (tuple, list)) else []


def test_all_patterns_of_the_package_compile() -> None:
    names = [module.name for module in pkgutil.walk_packages(dedupe.rules.__path__, "dedupe.rules.")]
    modules = [essays, foreign, *map(importlib.import_module, names)]
    found = [one for module in modules for value in vars(module).values() for one in late_patterns(value)]
    assert len(found) > 150
    assert all(one.pattern for one in found)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where patterns that were built are looked for."""
    monkeypatch.setattr(regex, "BUILT", tmp_path / "patterns.bin")
    regex.built.cache_clear()
    yield regex.BUILT
    regex.built.cache_clear()


BUILT = {(r"(?P<word>[a-z]+)\d|(条)$", re.IGNORECASE | re.MULTILINE), (r"[一-龥]{2,}(?<!入)", 0), (r"(年) *(月)?", 0)}


@pytest.mark.parametrize(("pattern", "flags"), sorted(BUILT))
def test_pattern_that_was_built_is_that_of_re(pattern: str, flags: int, file: Path) -> None:
    file.write_bytes(build.compiled(BUILT))
    assert regex.built().keys() == BUILT
    mine, now = regex.compiled(pattern, flags), re.compile(pattern, flags)
    assert (mine, mine.groups, mine.groupindex) == (now, now.groups, now.groupindex)
    for text in ("Ab1 c2 投入３元", "", "年 月 日\n第一条"):
        assert [(one.regs, one.lastgroup) for one in mine.finditer(text)] == [
            (one.regs, one.lastgroup) for one in now.finditer(text)
        ]


OTHER = marshal.dumps((("another Python",), {("a", 0): ()}))


@pytest.mark.parametrize("data", [b"", b"\0damaged", OTHER, marshal.dumps(3)])
def test_built_file_that_is_no_good_is_not_used(data: bytes, file: Path) -> None:
    file.write_bytes(data)
    assert regex.compiled("a") == re.compile("a")


def test_build_knows_the_patterns_of_the_package() -> None:
    known = build.patterns()
    assert {one.source for value in vars(essays).values() for one in late_patterns(value)} <= known
    assert {(rule.pattern, re.MULTILINE) for rule in LINES.rules if rule.pattern == simplify(rule.pattern)} <= known
