"""Patterns that would take all memory, or hours, before any bound on their time acts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dedupe.cli.main import cli
from dedupe.config.rules import mistake_in
from dedupe.config.weight import ALTERNATIVES, LONGEST, burden_of

HEAVY = {
    "counts inside of counts": "qq|(((a{1000}){1000}){1000}){1000}",
    "counts of groups": "(?:(?:a|b){10}){10000}",
    "least counts": "(?:(?:ab){100,}){100,}",
    "plus inside of plus": "(?:a" * 40 + ")+" * 40,
    "behind a class that holds a bracket": r"[]()[\]](?:a{1000}){1000}",
    "behind an escaped bracket": r"\[(?:a{1000}){1000}]",
    "in a look ahead": "(?=(?:a{1000}){1000})",
    "a count with very many figures": "a{" + "9" * 400 + "}",
}
MANY = {
    "plain": "qq|" + "|".join(f"第{number}章" for number in range(1_199)),
    "in a group": "(?:" + "a|" * 1_199 + "b)+x",
    "empty": "|" * 1_199,
}
CALLS = ["(?:a(?R)?|b)", "(a|(?1)b)", "(?<x>a|(?&x)b)", "(?P<x>a|(?P>x)b)", "(a|(?+1))(b)", "(a)(?-1)"]
MODES = ["(?x) a # (\n", "(?ix)a", "a(?x:b )", "(?V1)[[a]b]", "(?V1i)a", "a(?#[)(b)"]
FINE = [
    r"第\d{1,9}[章节]",
    r"[^\n]{0,2000}$",
    "(?:" + "|".join("甲乙丙" * 2 for _ in range(900)) + ")",
    "(?i)ab|(?-i:c)",
    "a{,}b{}",
    r"(?:[^\n]{0,200}\n){1,100}",
    r"(?P<span>\p{Han}{2,30})元",
    "(a)(?P=x)?|(?P<x>b)",
    "a{1000}",
]


@pytest.mark.parametrize("pattern", HEAVY.values(), ids=HEAVY)
def test_a_pattern_that_is_too_heavy_is_never_compiled(pattern: str) -> None:
    assert "parts once its repetitions are written out" in mistake_in(pattern)


@pytest.mark.parametrize("pattern", MANY.values(), ids=MANY)
def test_so_many_alternatives_are_too_many(pattern: str) -> None:
    assert f"alternatives, and {ALTERNATIVES:,} are the most" in mistake_in(pattern)


@pytest.mark.parametrize("pattern", CALLS)
def test_a_pattern_that_calls_itself_is_not_taken(pattern: str) -> None:
    assert "calls itself" in mistake_in(pattern)


@pytest.mark.parametrize("pattern", MODES)
def test_signs_that_would_be_read_otherwise_are_not_taken(pattern: str) -> None:
    assert "leave it out" in mistake_in(pattern) or "write it without" in mistake_in(pattern)


def test_a_pattern_that_is_too_long_is_not_taken() -> None:
    assert f"{LONGEST:,} are the most" in mistake_in("a" * (LONGEST + 1))


@pytest.mark.parametrize("pattern", FINE)
def test_a_pattern_that_people_write_is_taken(pattern: str) -> None:
    assert burden_of(pattern) == ""


@given(st.text("ab{}()[]|\\?*+,:19^", max_size=40))
def test_any_pattern_is_weighed(pattern: str) -> None:
    assert isinstance(burden_of(pattern), str)


def test_what_is_taken_compiles_within_little_memory() -> None:
    """The heaviest patterns that are still taken, in a process of its own."""
    program = (
        "import resource, sys; from dedupe.config.rules import compiled; from dedupe.config.weight import burden_of\n"
        "base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for pattern in eval(sys.argv[1]): assert not burden_of(pattern); compiled(pattern)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) // 1024)"
    )
    heavy = [
        "(?:(?:ab){90}){20}",
        "(?:a" * 9 + ")+" * 9,
        "(?:a{90}){100}",
        "a?" * 3_000 + "a" * 3_000,
        "(?:a|b)" * 900,
    ]
    done = subprocess.run([sys.executable, "-c", program, repr(heavy)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 200  # MB


@pytest.mark.parametrize("table", ["rule", "allow"])
def test_the_line_of_such_a_pattern_is_named(tmp_path: Path, table: str) -> None:
    rest = (
        'code = "MY101"\nname = "x"\nkind = "boilerplate"\nmessage = "x"\nhits = ["«qq»"]\nmisses = ["x"]\n'
        if table == "rule"
        else 'reason = "x"\n'
    )
    pattern = HEAVY["counts inside of counts"]
    (tmp_path / "dedupe.toml").write_text(f"[[{table}]]\npattern = '{pattern}'\n{rest}", "utf-8")
    done = CliRunner().invoke(cli, ["check", str(tmp_path)])
    assert done.exit_code == 2
    assert "dedupe.toml:" in done.stderr
    assert "comes to 1,001,001,001,003 parts" in done.stderr
