"""The commands `config show` and `completion`: the settings in force, and what a shell needs to know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import click

from dedupe.cli.localised import Command, Group, language
from dedupe.cli.options import HELP, PATHS, comparing, config_of, configurable, filled, finding, is_given, settings_of
from dedupe.config.file import ConfigFile, shown
from dedupe.config.keys import ALLOW, CLEAN, EXTEND, EXTENDED, KEYS, OPTION_KEYS, OWN_RULES, PER_PATH
from dedupe.config.settings import Settings
from dedupe.core.messages import tell
from dedupe.report.output import write_out
from dedupe.report.view import visible

DEFAULT = "default"
WIDEST = 60  # cells
# Shown for a value that TOML cannot express.
UNSET = {
    "encoding": "recognised file by file",
    "stdin-format": "recognised",
    "memory": "half of the machine's",
    "format": "rich on a terminal, text elsewhere",
    "output": "standard output",
    "baseline": "none was found",
    "cache-dir": ".dedupe_cache at the root of the project",
    "lang": "that of the environment",
    "index": "none",
}
PROGRAM, VARIABLE = "dedupe", "_DEDUPE_COMPLETE"


class _Line(NamedTuple):
    """One line of the answer: TOML, and its origin."""

    text: str
    origin: str


@click.group(cls=Group, context_settings=HELP, short_help="Show the configuration.")
def config() -> None:
    """Show the configuration."""


@config.command(context_settings=HELP)
@PATHS
@finding
@comparing
@configurable
@click.pass_context
def show(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Print the settings that are in force for PATHS, as a configuration file, and where each comes from.  [default: .]

    Exit code 0, or 2: the configuration is wrong.
    """
    file = config_of(paths, options["config"], options["no_config"])
    settings = settings_of(context, paths, options)
    lines = [
        *_settings(context, settings, file),
        *_options(context, paths, options, file),
        *_choices(file),
        *_tables(file),
    ]
    name = visible(file.path) if file else tell("none")
    write_out([tell("# configuration file: {name}", name) + "\n", *_aligned(lines)], "utf-8")


def _aligned(lines: Sequence[_Line]) -> Iterator[str]:
    """Yield the lines with their origins in one column, if they fit on the screen that way."""
    from rich.cells import cell_len

    width = max(size for line in lines if line.origin and (size := cell_len(line.text)) < WIDEST)
    for line in lines:
        room = " " * (width - cell_len(line.text))
        yield f"{line.text}{room}  # {tell(line.origin)}\n" if line.origin else f"{line.text}\n"


def _settings(context: click.Context, settings: Settings, file: ConfigFile | None) -> Iterator[_Line]:
    """Yield the keys that shape a run."""
    for key in KEYS:
        name = key.replace("-", "_")
        value = getattr(settings, name)
        if key == "exclude":
            value = (*settings.exclude_always, *settings.exclude)
        if key == "memory":
            value = str(value) if value else None
        origins = [f"--{key}"] if is_given(context, name) else [_place(file, key)]
        if name in EXTENDED and is_given(context, EXTEND + name):
            origins.append(f"--{EXTEND}{name}".replace("_", "-"))
        yield _line(key, value, " and ".join(origins))


def _options(
    context: click.Context, paths: Sequence[str], options: Mapping[str, Any], file: ConfigFile | None
) -> Iterator[_Line]:
    """Yield the keys that shape what `check` does with its report, with their defaults there."""
    from dedupe.config.baseline import find_baseline

    commands = context.find_root().command
    assert isinstance(commands, click.Group)
    check = commands.commands["check"].make_context("check", [])
    known = {parameter.opts[-1].lstrip("-"): parameter for parameter in check.command.params}
    values = filled(check, paths, {**check.params, "config": options["config"], "no_config": options["no_config"]})
    for key in OPTION_KEYS:
        if key in known:
            value = values[known[key].name or ""]
            found = find_baseline(paths) if key == "baseline" and value is None else None
            origin = "found upwards" if found else _place(file, key)
            yield _line(key, shown(found) if found else value, origin)
        elif file and key in file.table:
            yield _line(key, file.table[key], file.at(key))


def _choices(file: ConfigFile | None) -> Iterator[_Line]:
    """Yield the table of `clean`."""
    from dedupe.cleaning.options import KEYS as NAMES
    from dedupe.cleaning.options import make_choices

    choices = make_choices(file, {})
    given = file.table.get(CLEAN, {}) if file else {}
    yield _Line(f"\n[{CLEAN}]", "")
    for key in NAMES:
        origin = file.at(CLEAN, key) if file and key in given else DEFAULT
        yield _line(key, getattr(choices, key.replace("-", "_")), origin)


def _tables(file: ConfigFile | None) -> Iterator[_Line]:
    """Yield the tables of the file, unchanged."""
    if not file:
        return
    for name in (OWN_RULES, ALLOW):
        if name in file.table:
            for values, place in zip(file.table[name], file.all_at(name)):
                yield from _table(f"[[{name}]]", values, place)
    for pattern, values in file.table.get(PER_PATH, {}).items():
        yield from _table(f"[{PER_PATH}.{_toml(pattern)}]", values, file.at(PER_PATH, pattern))


def _table(head: str, values: Mapping[str, Any], origin: str) -> Iterator[_Line]:
    yield _Line("", "")
    yield _Line(head, visible(origin))
    for key, value in values.items():
        yield _Line(f"{key} = {_toml(value)}", "")


def _place(file: ConfigFile | None, key: str) -> str:
    return visible(file.at(key)) if file and key in file.table else DEFAULT


def _line(key: str, value: Any, origin: str) -> _Line:
    if value is None:
        return _Line(f"# {key}: {tell(UNSET[key])}", origin)
    return _Line(f"{key} = {_toml(value)}", origin)


def _toml(value: Any) -> str:
    """Return a value as TOML, with escapes for what does not print."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str) or not isinstance(value, (bool, int, float)):
        text = json.dumps(str(value), ensure_ascii=False)
        return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in text)
    return json.dumps(value)


@click.command(cls=Command, context_settings=HELP, short_help="Print what a shell needs to complete commands.")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@language(exposed=False)
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL, for its start-up file."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    write_out([kind(context.find_root().command, {}, PROGRAM, VARIABLE).source() + "\n"])
