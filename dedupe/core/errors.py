"""Errors that a user can mend: each names what, where, why and the next step. The `cli` catches them once, exit 2."""

from __future__ import annotations


class DedupeError(Exception):
    """Parent of all errors that `dedupe` raises on purpose; the message is a letter to the user."""


class SlowWarning(UserWarning):
    """The answers will be right and take many times as long as they should; the message says what to do."""


class CorpusError(DedupeError):
    """An input that cannot be read or decoded."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ConfigError(DedupeError):
    """A setting or an option that cannot be used."""


class RuleError(DedupeError):
    """A rule that cannot be used: a bad pattern, a code used twice, an example that fails."""


class BaselineError(DedupeError):
    """A baseline that cannot be read or written."""


class UnreadableError(ValueError):
    """Content that is not what it should be. The message says why and what to do; readers make a Failure of it."""


class MissingExtraError(UnreadableError):
    """A kind of file, or a table, that takes a library which is not installed."""

    def __init__(self, extra: str, error: ImportError) -> None:
        super().__init__(f"needs the extra {extra!r} ({error}): pip install 'corpus-dedupe[{extra}]'")


class IndexFileError(DedupeError):
    """The file of an index that cannot be used: missing, damaged, made otherwise, or being written."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
