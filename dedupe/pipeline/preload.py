"""Imported by the server that worker processes are forked from, and by nothing else: all they need, ready to run."""

import gc
from contextlib import suppress

from dedupe.config.settings import Settings
from dedupe.copies.find import warm_up
from dedupe.pipeline.naming import visit
from dedupe.pipeline.scan import digest

__all__ = ["digest", "visit"]

# What is wrong here is told by the worker that it stops. The server would print it, and be gone.
with suppress(OSError, RuntimeError, MemoryError):
    warm_up(Settings())
gc.disable()  # as in the parent, see pipeline
