"""Imported by the server that worker processes are forked from, and by nothing else: all they need, ready to run."""

import gc

from dedupe.config.settings import Settings
from dedupe.copies.find import warm_up
from dedupe.pipeline.naming import visit
from dedupe.pipeline.scan import digest

__all__ = ["digest", "visit"]

warm_up(Settings())
gc.disable()  # as in the parent, see pipeline
