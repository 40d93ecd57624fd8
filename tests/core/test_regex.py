"""Patterns that are compiled late are those of `re`, and all that the package has can be compiled."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import dedupe.rules
from dedupe.core import regex
from dedupe.text import essays, foreign


def test_pattern_answers_as_that_of_re_and_is_compiled_once() -> None:
    late, now = regex.compile(r"(?P<word>[a-z]+)\d", regex.IGNORECASE), re.compile(r"(?P<word>[a-z]+)\d", re.IGNORECASE)
    assert late.findall("Ab1 c2 3") == now.findall("Ab1 c2 3") == ["Ab", "c"]
    assert (late.pattern, late.flags, late.groupindex) == (now.pattern, now.flags, now.groupindex)
    assert late.search is late.search


def late_patterns(value: Any) -> list[Any]:
    """The patterns that a constant of a module holds, in tuples and tables too."""
    if isinstance(value, regex._Late):
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
