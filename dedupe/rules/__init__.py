"""The tables of all rules. A rule is one row with its own examples; tests, docs and `dedupe rules` read that row."""

from __future__ import annotations

from dedupe.rules.boilerplate.table import CHROME
from dedupe.rules.placeholders.holes import HOLES
from dedupe.rules.placeholders.prompts import PROMPTS
from dedupe.rules.placeholders.rows import PLACEHOLDERS
from dedupe.rules.rule import Rule

# The order matters: of two overlapping findings of equal length, that of the earlier row is kept.
RULES: tuple[tuple[Rule, ...], ...] = (PLACEHOLDERS, PROMPTS, HOLES, CHROME)
