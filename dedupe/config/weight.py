r"""How much a pattern of a user's own comes to once it is compiled, told before it is: then it would be too late.

The `regex` package writes out what must be repeated, `(a{3}){3}` as nine letters, and every + as once and then any
number of times. A line of forty characters can take all memory so, and no bound on time stops the compiler. A pattern
that calls itself is compiled at once, and takes a gigabyte a second when it is searched.
"""

from __future__ import annotations

import re

from dedupe.core.messages import say

LONGEST, HEAVIEST, ALTERNATIVES = 20_000, 10_000, 1_000
COUNT_RE = re.compile(r"\{(\d*)(,?)(\d*)\}")
CALL_RE = re.compile(r"\(\?(?:R|[+-]?\d+|&\w+|P>\w+)\)")
FLAGS_RE = re.compile(r"\(\?([A-Za-z01]*)(?:-[a-z]*)?[:)]")
ENDLESS = 19  # figures of a count that are read: more say no more


def burden_of(pattern: str) -> str:
    r"""What makes a pattern too much to be compiled; empty for one that may be tried.

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
    """How many parts a pattern comes to, how many alternatives it has, and whether it calls itself."""
    # Of each group that is open: what stands before its last atom, and that atom, which a count may repeat.
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
    """How often a count that stands here writes out what it repeats, and where it ends; None for anything else."""
    if pattern[at] in "*+?":
        return 2 if pattern[at] == "+" else 1, at + 1
    match = COUNT_RE.match(pattern, at)
    if match is None or match[0] in ("{}", "{,}"):
        return None
    least = int(match[1][:ENDLESS] or 0)
    return max(1, least + bool(match[2])), match.end()


def _behind(pattern: str, at: int) -> int:
    """Where the atom that begins here ends: an escape and a class of characters are one."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] != "[":
        return at + 1
    at += 1 + pattern.startswith("^", at + 1)
    at += pattern.startswith("]", at)
    while at < len(pattern) and pattern[at] != "]":
        at += 1 + (pattern[at] == "\\")
    return at + 1
