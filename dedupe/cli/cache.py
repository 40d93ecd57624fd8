"""The command `cache`, and where the cache of a command line is."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.localised import Command
from dedupe.cli.options import HELP, PATHS, config_of, configurable, filled, given, settings_of
from dedupe.config.file import is_inside, shown, upwards
from dedupe.core.errors import ConfigError
from dedupe.core.messages import tell
from dedupe.report.output import write_error, write_out
from dedupe.report.view import count, visible

if TYPE_CHECKING:
    from dedupe.pipeline.cache.cache import Cache

FOLDER = ".dedupe_cache"
FOLDER_OPTION = click.option(
    "--cache-dir", metavar="DIR", help=f"Cache folder.  [default: {FOLDER} at the root of the project]"
)


cached = given(FOLDER_OPTION, click.option("--no-cache", is_flag=True, help="Do not use the cache."))


def cache_of(paths: Sequence[str], options: Mapping[str, Any]) -> Cache | None:
    """Return the cache of a command; its messages go to standard error, unless --quiet."""
    if options["no_cache"]:
        return None
    from dedupe.pipeline.cache.cache import Cache

    def warn(message: str) -> None:
        if not options["quiet"]:
            write_error(f"{tell('note: ')}{visible(tell(message))}")

    return Cache(_folder(paths, options), warn)


def resumed(paths: Sequence[str], options: Mapping[str, Any]) -> Cache:
    """Return the cache of a command that continues a stopped run, however large the corpus."""
    if options["index"]:
        raise click.UsageError("--resume: runs with --index are not kept: leave one of the two out")
    cache = cache_of(paths, {"cache_dir": None, **options, "no_cache": False})
    assert cache is not None
    return replace(cache, is_kept=True)


def _folder(paths: Sequence[str], options: Mapping[str, Any]) -> Path:
    """Return the folder asked for, or one at the root of the project: where its configuration is, or its git."""
    if options["cache_dir"] is not None:
        return Path(options["cache_dir"])
    file = config_of(paths, options["config"], options["no_config"])
    root = _root(paths) if file is None else Path(file.folder)
    if not is_inside(str(root / FOLDER), str(root)):
        hint = "delete it, name a folder with --cache-dir, or give --no-cache"
        raise ConfigError("{path}: a link that leads elsewhere: {HINT}", visible(shown(root / FOLDER)), hint)
    return root / FOLDER


def _root(paths: Sequence[str]) -> Path:
    """Return the nearest folder with a repository, searching upwards from the corpus; else the current folder."""
    return next((folder for folder in upwards(paths) if (folder / ".git").exists()), Path())


@click.command(cls=Command, context_settings=HELP, short_help="Show or delete what is kept between runs.")
@click.argument("action", type=click.Choice(("info", "clear")))
@PATHS
@FOLDER_OPTION
@configurable
@click.pass_context
def cache(context: click.Context, /, action: str, paths: tuple[str, ...], **options: Any) -> None:
    """Show or delete the cache of PATHS.  [default: .]"""
    from dedupe.pipeline.cache.cache import sizes_in
    from dedupe.pipeline.cache.folder import clear

    settings_of(context, paths, options)
    folder = _folder(paths, filled(context, paths, options))
    try:
        with suppress(FileNotFoundError):
            os.stat(folder)  # raises for an inaccessible folder, which is not the same as empty
        sizes = sizes_in(folder)
        if action == "clear":
            clear(folder)
    except OSError as error:
        raise ConfigError(
            "{folder}: {reason}: delete it yourself, or name another --cache-dir", folder, error.strerror
        ) from error
    held = "{RUNS}, {number} MB deleted" if action == "clear" else "{RUNS}, {number} MB"
    told = tell(held, count(len(sizes), "file"), f"{sum(sizes) / 1e6:,.1f}")
    write_out([f"{visible(shown(folder))}: {told}\n"])
