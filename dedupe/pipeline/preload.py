"""Imported by the server that worker processes are forked from, and by nothing else: all they need, ready to run."""

import gc

from dedupe.config.settings import Settings
from dedupe.copies.find import warm_up
from dedupe.pipeline.revisit import revisit
from dedupe.pipeline.scan import digest

__all__ = ["digest", "revisit"]

warm_up(Settings())
gc.disable()  # as in the parent, see pipeline
