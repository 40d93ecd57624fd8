"""Errors that a user can fix: each says what, where, why and the next step. The `cli` catches them once, exit 2.

They are raised with a message, or with a template and the values of its fields, as `core.messages.say` takes them.
"""

from __future__ import annotations

from dedupe.core.messages import say


class DedupeError(Exception):
    """Parent of all errors that `dedupe` raises on purpose; the message addresses the user."""

    def __init__(self, message: str, *values: object) -> None:
        super().__init__(say(message, *values))


class PlaceError(DedupeError):
    """Parent of errors about one file: its path, and the reason."""

    def __init__(self, path: str, reason: str, *values: object) -> None:
        self.path, self.reason = path, say(reason, *values)
        super().__init__("{place}: {REASON}", path, self.reason)


class SlowWarning(UserWarning):
    """The results will be right but take many times as long as they should; the message says what to do."""


class CorpusError(PlaceError):
    """An input that cannot be read or decoded."""


class ConfigError(DedupeError):
    """A setting or an option that cannot be used."""


class RuleError(DedupeError):
    """A rule that cannot be used: a bad pattern, a code used twice, an example that fails."""


class BaselineError(DedupeError):
    """A baseline that cannot be read or written."""


class UnreadableError(ValueError):
    """Content of the wrong form. The message says why and what to do; readers turn it into a Failure."""

    def __init__(self, message: str, *values: object) -> None:
        super().__init__(say(message, *values))


class MissingExtraError(UnreadableError):
    """A kind of file, or a table, that needs a library which is not installed."""

    def __init__(self, extra: str, error: ImportError) -> None:
        super().__init__(
            "needs the extra {extra} ({ERROR}): pip install 'corpus-dedupe[{name}]'", repr(extra), error, extra
        )


class IndexFileError(PlaceError):
    """An index file that cannot be used: missing, damaged, of another format, or being written."""
