"""`check`: find all dirt in paths, records, texts or tables."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedupe.api.given import check_some_read, given, paths_of
from dedupe.api.options import CheckOptions, check_names, index_of, settings_and_choices, watched
from dedupe.api.report import Report
from dedupe.config.settings import Settings
from dedupe.core.model import Progress
from dedupe.pipeline.records import Register, check_records

if TYPE_CHECKING:
    from typing_extensions import Unpack

OF_PATHS = ("against", "cache", "index")  # keywords


def check(data: object, /, **options: Unpack[CheckOptions]) -> Report:
    """Find near-duplicates, placeholders and boilerplate, as the command does.

    `data` is a path (a string or a Path) or a list of Paths; or an iterable of dicts or of strings, a table of pandas,
    polars, pyarrow or datasets, or the splits of a data set. It is iterated once and not held. Keywords are the options
    of the command: see `Options`. The report's `errors` list what cannot be read. Raises TypeError for data without
    texts and for an unknown keyword, ConfigError for a value that cannot be used, CorpusError if there is nothing at
    the paths.

    >>> report = check(["今年我们接待了xx人次。", "今年我们接待了40人次。"], select="PH")
    >>> [(finding.record, finding.code, finding.text) for finding in report.findings]
    [('0', 'PH103', 'xx')]
    """
    check_names("check", options, CheckOptions.__annotations__)
    settings, _ = settings_and_choices(options)
    paths = paths_of(data)
    with watched(options.get("progress", False)) as progress:
        if paths is not None:
            report = Report.of(_check_paths(paths, settings, progress, options))
            check_some_read(paths, report.summary.documents, report.errors)
            return report
        check_no_files({**options}, OF_PATHS)
        register = Register()
        found = check_records(given(data, settings.text_field).parts(settings), settings, progress, register)
    return Report.of(found, register.is_numbered)


def check_no_files(options: Mapping[str, object], names: Sequence[str]) -> None:
    """Raise TypeError for keywords that apply to paths alone."""
    for name in names:
        if options.get(name):
            raise TypeError(f"{name}= is for paths: leave it out, or pass a path")


def _check_paths(paths: list[str], settings: Settings, progress: Progress | None, options: CheckOptions) -> Any:
    index, against = index_of(options), options.get("against", ())
    if index is not None:
        from dedupe.index.check import Before, check_with

        if against:
            raise TypeError("against= and index= cannot be used together")
        return check_with(Before(index), paths, settings, progress)
    from dedupe.pipeline.pipeline import check as run

    folder = options.get("cache")
    if folder is None:
        return run(paths, settings, progress, None, against)
    from dedupe.pipeline.cache.cache import Cache

    return run(paths, settings, progress, Cache(Path(os.fspath(folder)), lambda _: None), against)
