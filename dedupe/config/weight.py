r"""Estimate how large a user's pattern is once compiled, because compiling it may already be too much.

The `regex` package writes out repetitions: `(a{3}){3}` becomes nine letters, and every + becomes once and then any
number of times. So a line of forty characters can take all memory, and no timeout stops the compiler. A pattern that
calls itself compiles at once, but takes a gigabyte a second in a search.
"""

from __future__ import annotations

import re

from dedupe.core.messages import say

LONGEST, HEAVIEST, ALTERNATIVES = 20_000, 10_000, 1_000
COUNT_RE = re.compile(r"\{(\d*)(,?)(\d*)\}")
CALL_RE = re.compile(r"\(\?(?:R|[+-]?\d+|&\w+|P>\w+)\)")
FLAGS_RE = re.compile(r"\(\?([A-Za-z01]*)(?:-[a-z]*)?[:)]")
ENDLESS = 19  # digits of a count that are read; more change nothing


def burden_of(pattern: str) -> str:
    r"""Return why a pattern is too large to compile; empty for one that may be tried.

    >>> burden_of(r"第\d{1,9}[章节]"), burden_of("(a{1000}){1000}")
    ('', 'the pattern comes to 1,001,000 parts once its repetitions are written out: give them lower counts')
    """
    if len(pattern) > LONGEST:
        long = "the pattern has {length} characters, and {number} are the most: make several rules of it"
        return say(long, f"{len(pattern):,}", f"{LONGEST:,}")
    if "(?#" in pattern:
        return "the pattern has a comment in (?#: leave it out"
    flags = [match[1] for match in FLAGS_RE.finditer(pattern)]
    if any("x" in flag or "V1" in flag for flag in flags):
        return "the pattern asks for (?x) or (?V1), in which other signs count: write it without"
    weight, alternatives, calls = _weighed(pattern)
    if calls:
        return "the pattern calls itself: write out what it is to find"
    if alternatives > ALTERNATIVES:
        many = "the pattern has {alternatives} alternatives, and {number} are the most: make several rules of it"
        return say(many, f"{alternatives:,}", f"{ALTERNATIVES:,}")
    if weight > HEAVIEST:
        heavy = "the pattern comes to {parts} parts once its repetitions are written out: give them lower counts"
        return say(heavy, f"{weight:,}")
    return ""


def _weighed(pattern: str) -> tuple[int, int, bool]:
    """Return how many parts a pattern expands to, how many alternatives it has, and whether it calls itself."""
    # For each open group: the weight before its last atom. A count may repeat that atom.
    groups, before, atom = [], 0, 0
    alternatives, calls, at = 1, False, 0
    while at < len(pattern):
        char = pattern[at]
        count = _count(pattern, at)
        if count:
            times, at = count
            atom = max(1, atom) * times
            continue
        before, atom = before + atom, 1
        if char == "(":
            calls = calls or CALL_RE.match(pattern, at) is not None
            groups.append(before)
            before, atom = 0, 1
        elif char == ")" and groups:
            before, atom = groups.pop(), before
        alternatives += char == "|"
        at = _behind(pattern, at)
    return before + atom + sum(groups), alternatives, calls


def _count(pattern: str, at: int) -> tuple[int, int] | None:
    """Return how often a count here writes out what it repeats, and where it ends; None if there is no count."""
    if pattern[at] in "*+?":
        return 2 if pattern[at] == "+" else 1, at + 1
    match = COUNT_RE.match(pattern, at)
    if match is None or match[0] in ("{}", "{,}"):
        return None
    least = int(match[1][:ENDLESS] or 0)
    return max(1, least + bool(match[2])), match.end()


def _behind(pattern: str, at: int) -> int:
    """Return where the atom that begins here ends: an escape or a character class is one atom."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] != "[":
        return at + 1
    at += 1 + pattern.startswith("^", at + 1)
    at += pattern.startswith("]", at)
    while at < len(pattern) and pattern[at] != "]":
        at += 1 + (pattern[at] == "\\")
    return at + 1
