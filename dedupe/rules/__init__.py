"""Rule tables. A rule is one row with its own examples; test, docs and `dedupe rules` read the row."""
