"""Inputs grown by what they reach: `python bench/guided.py readers -max_total_time=600`, options as libFuzzer's.

The targets of `bench/fuzz.py` with atheris (`pip install atheris`, where there is a wheel), which keeps the dice that
lead to branches not seen before, and changes these. A failure ends the run and leaves a file; give that file as an
argument to repeat it.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


class Dice(random.Random):
    """Falls as some bytes say, and by chance once these are used up: a loop that waits for a number must end."""

    def __init__(self, data: bytes) -> None:
        self._bits, self._left = int.from_bytes(data, "big"), 8 * len(data)
        super().__init__(data)

    def getrandbits(self, k: int, /) -> int:
        """The next bits."""
        if k > self._left:
            return super().getrandbits(k)
        self._left -= k
        return self._bits >> self._left & ((1 << k) - 1)

    def random(self) -> float:
        """A number from 0 to 1."""
        return self.getrandbits(16) / (1 << 16)


def main() -> None:
    """Load the targets with branches watched, and hand over to libFuzzer."""
    import tests.uncompiled  # noqa: F401  # what watches a branch cannot be compiled

    with atheris.instrument_imports(include=["dedupe"]):
        from bench.targets import TARGETS
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name not in TARGETS:
        raise SystemExit(f"name one target first, then options: {', '.join(TARGETS)}")
    target = TARGETS[name]
    atheris.Setup([*sys.argv, "-max_len=4096", "-len_control=0", "-rss_limit_mb=6000"], lambda data: target(Dice(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
