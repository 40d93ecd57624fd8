"""Imported by the server that worker processes are forked from, and by nothing else: all they need, ready to run."""

import gc

from dedupe.config import Settings
from dedupe.digest import digest
from dedupe.duplicates import warm_up
from dedupe.revisit import revisit

__all__ = ["digest", "revisit"]

warm_up(Settings())
gc.disable()  # as in the parent, see pipeline
