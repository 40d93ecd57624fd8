"""Near-duplicates. Its parts import numba, which must know before where it may keep what it compiles."""

from dedupe.copies.compiled import choose_cache

choose_cache()
