"""Small faults put into a module, and which of them no test sees: `python bench/mutants.py scan tests/test_scan.py`.

A fault is a comparison, an operator, a number or a condition changed. Each is tried in a process of its own that is
forked with all libraries loaded. A module that is a kernel runs as Python, the other kernels as they were compiled.
What survives the tests is tried on those of `--then`, which may take longer; what survives them as well is printed with
its lines. POSIX only.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitOr: ast.BitAnd,
}  # fmt: skip


def mutants(source: str) -> Iterator[tuple[int, str]]:
    """Every mutant of a module: the line of its fault and its source."""
    for number in range(10**6):
        tree = ast.parse(source)
        aside = {part for node in ast.walk(tree) for top in _aside(node) for part in ast.walk(top)}
        places = (place for node in ast.walk(tree) if node not in aside for place in _places(node))
        place = next((place for at, place in enumerate(places) if at == number), None)
        if place is None:
            return
        node, field, at, value = place
        if at is None:
            setattr(node, field, value)
        else:
            getattr(node, field)[at] = value
        yield getattr(node, "lineno", 0), ast.unparse(ast.fix_missing_locations(tree))


def _aside(node: ast.AST) -> list[ast.expr]:
    """Parts of a node that are no work of the program: annotations are not run."""
    decorators = node.decorator_list if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else []
    annotations = (getattr(node, name, None) for name in ("annotation", "returns"))
    return [*decorators, *(one for one in annotations if one is not None)]


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, object]]:
    """What can be changed of one node: its field, the place in it, and the other value."""
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            if type(operator) in SWAPS:
                yield node, "ops", at, SWAPS[type(operator)]()
    elif isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in SWAPS:
        yield node, "op", None, SWAPS[type(node.op)]()
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield node, "value", None, node.value + 1
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield node, "value", None, not node.value
    elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
        yield node, "test", None, ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, (ast.Break, ast.Continue)):
        yield node, "__class__", None, ast.Pass


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(self.path))

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self.path)
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


def survives(name: str, source: str, tests: Sequence[str], seconds: int) -> bool:
    """Whether all tests pass with this source of a module; one that takes too long does not."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    signal.alarm(seconds)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    sys.meta_path.insert(0, _Finder(f"dedupe.{name.replace('/', '.')}", ROOT / "dedupe" / f"{name}.py", source))
    import pytest

    os._exit(int(pytest.main(["-x", "-p", "no:cacheprovider", "-o", "addopts=", *tests])) != 0)


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", help="as in dedupe/MODULE.py")
    parser.add_argument("tests", nargs="+", help="what pytest is given")
    parser.add_argument("-k", help="which tests")
    parser.add_argument("--then", default="", help="tests for those that survive, with spaces between them")
    parser.add_argument("--minutes", type=float, default=5.0, help="after which no more are tried")
    parser.add_argument("--seed", type=int, default=0, help="of the order in which they are tried")
    options = parser.parse_args()
    os.chdir(ROOT)
    for library in ("numpy", "hypothesis", "pytest", "click", "regex", "_pytest.assertion.rewrite"):
        importlib.import_module(library)
    if not all(Path(test).resolve().is_relative_to(ROOT / "tests") for test in options.tests):
        parser.error("name files below tests/: pytest would load others as they are")
    tests = [*options.tests, *(["-k", options.k] if options.k else [])]
    source = ast.unparse(ast.parse((ROOT / "dedupe" / f"{options.module}.py").read_text("utf-8")))
    started = time.monotonic()
    if not survives(options.module, source, tests, 600):
        raise SystemExit("the tests fail without any fault")
    seconds = int(5 * (time.monotonic() - started)) + 5
    print(f"the tests take {time.monotonic() - started:.1f} s")
    every = list(mutants(source))
    random.Random(options.seed).shuffle(every)
    tried = left = 0
    for _, mutant in every:
        if time.monotonic() - started > 60 * options.minutes:
            break
        tried += 1
        if survives(options.module, mutant, tests, seconds) and not (
            options.then and not survives(options.module, mutant, options.then.split(), 600)
        ):
            left += 1
            lines = difflib.unified_diff(source.splitlines(), mutant.splitlines(), n=0, lineterm="")
            changed = [line for line in lines if line[:1] in "-+" and line[:3] not in ("---", "+++")]
            print("\n".join(changed), flush=True)
    print(f"{options.module}: {len(every)} mutants, {tried} tried, {left} survive")


if __name__ == "__main__":
    main()
