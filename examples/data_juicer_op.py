"""An operator of data-juicer: what is found in each text alone becomes its stats, and dirty ones leave.

Name this file with `--custom-operator-paths` (`custom_operator_paths:` in a recipe), and in the recipe the operator:

    process:
      - dedupe_filter:
          select: [PH, BP]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from data_juicer.ops.base_op import OPERATORS, Filter
from data_juicer.utils.constant import Fields

from dedupe import Settings, scan_batch

CODES, DIRTY = "dedupe_codes", "dedupe_dirty"


@OPERATORS.register_module("dedupe_filter")
class DedupeFilter(Filter):  # type: ignore[misc]
    """Keeps texts without an error or a warning; stats are the codes that were found, and whether the text is dirty."""

    _batched_op = True

    def __init__(self, select: Sequence[str] = ("PH", "BP"), *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = Settings(select=tuple(select))

    def compute_stats_batched(self, samples: dict[str, Any]) -> dict[str, Any]:
        """Put what `dedupe.scan_batch` finds into the stats of each sample."""
        columns = scan_batch(samples[self.text_key], self.settings)
        for stats, codes, dirty in zip(samples[Fields.stats], columns["codes"], columns["dirty"]):
            stats[CODES], stats[DIRTY] = codes, dirty
        return samples

    def process_batched(self, samples: dict[str, Any]) -> Iterator[bool]:
        """Which samples stay."""
        return (not stats[DIRTY] for stats in samples[Fields.stats])
