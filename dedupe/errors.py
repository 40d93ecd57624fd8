"""The errors that `dedupe` raises, under the name that programs import them by."""

from dedupe.core.errors import ConfigError, CorpusError, DedupeError, IndexFileError, RuleError, SlowWarning

__all__ = ["ConfigError", "CorpusError", "DedupeError", "IndexFileError", "RuleError", "SlowWarning"]
