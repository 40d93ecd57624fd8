"""Rule tables. A rule is one row with its own examples; test, docs and `dedupe rules` read the row."""

from __future__ import annotations

from dedupe.rules.boilerplate.table import CHROME
from dedupe.rules.placeholders.holes import HOLES
from dedupe.rules.placeholders.prompts import PROMPTS
from dedupe.rules.placeholders.rows import PLACEHOLDERS
from dedupe.rules.rule import Rule

# Of overlapping findings of equal length the earlier row stays.
RULES: tuple[tuple[Rule, ...], ...] = (PLACEHOLDERS, PROMPTS, HOLES, CHROME)
