"""Random and hostile inputs for a given time: `python bench/fuzz.py --minutes 10`, or some targets by name.

Every input is made from a target's name and a number, so a failure is repeated by what is printed of it:
`python bench/fuzz.py --replay readers:123`. Needs what the tests need. The exit code is 1 where something failed.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.targets import TARGETS, Target  # noqa: E402  # the project's root is only known here

SLOW = 20.0  # seconds of one input
HANGS = 300  # seconds after which one input ends the run, with a traceback


class SlowError(Exception):
    """An input that took longer than `SLOW`."""


def try_one(name: str, target: Target, seed: int) -> None:
    """One input. Raises what the target raises, or SlowError."""
    faulthandler.dump_traceback_later(HANGS, exit=True)
    started = time.process_time()
    try:
        target(random.Random(f"{name}:{seed}"))
    finally:
        faulthandler.cancel_dump_traceback_later()
    seconds = time.process_time() - started
    if seconds > SLOW:
        raise SlowError(f"{seconds:.0f} seconds")


def place_of(error: Exception) -> tuple[object, ...]:
    """What tells one failure from another: the kind of error and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return type(error).__name__, *(f"{frame.filename}:{frame.lineno}" for frame in frames[-2:])


def run(names: list[str], seconds: float, seed: int) -> int:
    """Try the targets in turn, a slice of time each, until the time is over; how many failures of different places."""
    counts: Counter[str] = Counter()
    known: set[tuple[object, ...]] = set()
    # The first calls compile; that is no fault of an input.
    for name in names:
        try_one(name, TARGETS[name], -1)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name in names:
            until = min(end, time.monotonic() + max(1.0, seconds / 200))
            while time.monotonic() < until:
                number = seed + counts[name]
                counts[name] += 1
                try:
                    try_one(name, TARGETS[name], number)
                except Exception as error:
                    if place_of(error) not in known:
                        known.add(place_of(error))
                        print(f"--replay {name}:{number}")
                        traceback.print_exception(error)
                        sys.stderr.flush()
    for name in names:
        print(f"{name} {counts[name]}")
    print(f"{sum(counts.values())} inputs, {len(known)} failures")
    return len(known)


def main() -> int:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, help="number of the first input of each target; else by the clock")
    parser.add_argument("--replay", metavar="TARGET:NUMBER", help="one input, with its traceback")
    parser.add_argument("targets", nargs="*", help=f"which of {', '.join(TARGETS)}; all if none is named")
    options = parser.parse_args()
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"no target {unknown[0]!r}: there are {', '.join(TARGETS)}")
    if options.replay:
        name, _, number = options.replay.partition(":")
        try_one(name, TARGETS[name], int(number))
        return 0
    seed = int(time.time()) * 1_000_000 if options.seed is None else options.seed
    return int(run(options.targets or list(TARGETS), options.minutes * 60, seed) > 0)


if __name__ == "__main__":
    sys.exit(main())
