"""The folder where runs are kept: one file for the last run over the same paths with the same settings.

What is read there is numbers and JSON, checked before use; whatever is damaged, of another version or another user's
is passed over and written anew.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dedupe.cache.columns import PARTIAL, DamagedError, Reader, Writer, ends, writing
from dedupe.cache.memory import Memory
from dedupe.cache.past import Past
from dedupe.config.settings import Settings
from dedupe.core.model import Finding
from dedupe.inputs.sources import Paths, Source
from dedupe.pipeline.reuse import Group, known_groups, said_of, write_groups
from dedupe.pipeline.shown import SUFFIX as ROWS
from dedupe.pipeline.shown import Shown, same_as_before

if TYPE_CHECKING:
    from dedupe.pipeline.intake import Intake, Run
    from dedupe.pipeline.told import Told

SUFFIX, IGNORE = ".run", ".gitignore"
WORTH = 1_000_000  # bytes of sources: less is checked anew as fast as it is looked up
NAMED = 16  # paths: a longer list is what a hook was given, and will not come again
RUNS, ROOM = 16, 4 << 30  # files, and bytes, of the runs that are kept; the longest unused go first
# What takes texts out of files, or says which characters are the same: another version may do so in another way.
LIBRARIES = ("lxml_html_clean", "opencc", "pyarrow", "python-docx", "trafilatura", "warcio")
# What says how the work is done and what is read, or what is let through when it is done: not what comes of a source.
_MANNER = frozenset(
    ("jobs", "memory", "exclude", "exclude_always", "follow_links", "own", "root", "allow", "per_path", "rules")
)


@dataclass(frozen=True)
class Cache:
    """A folder of kept runs; `say` is told in a word what could not be used or written."""

    folder: Path
    say: Callable[[str], None]
    worth: int = WORTH
    paths: Sequence[str] = ()

    def of(self, paths: Paths) -> Cache:
        """The same for these paths."""
        given = [paths] if isinstance(paths, (str, os.PathLike)) else paths
        return replace(self, paths=sorted({os.fspath(path) for path in given}))

    def recall(self, settings: Settings, sources: Sequence[Source]) -> Memory:
        """What the last run over the paths with these settings left, if anything.

        What sister copies have in the place of blanks is not kept.
        """
        size = sum(source.size for source in sources)
        is_worth_it = sources and size >= self.worth
        if not is_worth_it or len(self.paths) > NAMED or "-" in self.paths or settings.suggests:
            return Memory(sources)
        file = self.folder / f"{_key(settings, self.paths)}{SUFFIX}"
        try:
            if file.exists():
                os.utime(file)
                return Memory(sources, file, Past(Reader(file)))
        except (DamagedError, LookupError, ValueError, TypeError, OSError) as error:
            self.warn(error)
        return Memory(sources, file)

    def warn(self, error: Exception) -> None:
        """Tell that a run is not used, and why."""
        self.say(f"{self.folder}: what is kept of the last run is not used, and written anew: {error}")

    def keep(self, run: Run, intake: Intake, told: Told) -> Shown | None:
        """Leave what this run found for the next; one during which files changed is not kept.

        What keeps the rows of its report comes back, or None where there is nothing to keep them with.
        """
        memory = run.memory
        if told.sight.failures or memory.file is None or not memory.sources:
            return None
        if not memory.is_worth_keeping:
            assert memory.past
            known = same_as_before(memory, told, intake.source_doc)
            return self._shown((memory.past.about["when"], known), memory, intake, told)
        try:
            _prepare(self.folder)
            with writing(memory.file) as writer:
                memory.write_sources(writer, intake.digests or [])
                short = told.short_documents(memory)
                kinds = _write_numbers(writer, intake, told)
                codes = write_groups(writer, _groups(memory, told))
                _write_members(writer, told)
                recurring = [told.sight.recurring.get(number, b"") for number in range(len(memory.sources))]
                writer.add("recurring_keys", b"".join(told.sight.keys))
                writer.add("recurring", b"".join(recurring))
                writer.add("recurring_ends", ends(recurring))
                writer.close({"when": memory.when, "short": short, "kinds": kinds, "codes": codes})
            _drop_old(self.folder, memory.file)
        except OSError as error:
            self.say(f"{self.folder}: nothing is kept for the next run: {error.strerror}")
            return None
        return self._shown((memory.when, range(len(memory.sources))), memory, intake, told)

    def _shown(
        self, kept: tuple[int, Sequence[int]], memory: Memory, intake: Intake, told: Told
    ) -> Shown | None:
        """What keeps rows beside a run; they are told apart by the paths of their sources."""
        if len({source.path for source in memory.sources}) < len(memory.sources):
            return None
        return Shown(*kept, memory, told, intake, self.warn)


def _write_numbers(writer: Writer, intake: Intake, told: Told) -> int:
    """Leave the numbers of near-duplicates; how many kinds of seeds there are."""
    if told.numbers is None or told.numbers.signed is None or told.numbers.duplicates.edges is None:
        return 0
    whole, seeds = told.numbers.signed.skeletons, told.numbers.signed.seeds
    for name in ("ids", "first", "begin", "end", "doc_sentence", "units"):
        writer.add(name, getattr(whole, name))
    for kind, places in enumerate(seeds):
        writer.add(f"seeds{kind}", places.packed)
        writer.add(f"sorted{kind}", np.sort(places.packed))
    writer.add("keys", told.numbers.signed.keys)
    writer.add("marks", np.concatenate([np.empty((0, 2), np.int64), *intake.marks]))
    writer.add("edges", told.numbers.duplicates.edges)
    writer.add("regions", told.numbers.duplicates.regions)
    from dedupe.pipeline.delta import labels_of

    for name, labels in zip(("region_label", "twin_label", "group_label"), labels_of(told.numbers.duplicates)):
        writer.add(name, labels)
    return len(seeds)


def _write_members(writer: Writer, told: Told) -> None:
    """Leave how many members each group has, and where they stand."""
    groups = told.numbers.duplicates.groups if told.numbers else []
    writer.add("group_sizes", np.array([len(group.nodes) for group in groups], np.int64))
    nodes = [told.numbers.duplicates.nodes[group.nodes] for group in groups] if told.numbers else []
    writer.add("group_nodes", np.concatenate([np.empty((0, 2), np.int64), *nodes]))


def runs_in(folder: Path) -> list[int]:
    """The sizes in bytes of the runs that a folder keeps."""
    runs = folder.glob(f"*{SUFFIX}") if folder.is_dir() else ()
    return [_size(path) for path in runs]


def _rows_of(run: Path) -> list[Path]:
    """The files of rows that stand beside a run."""
    return list(run.parent.glob(f"{run.stem}-*{ROWS}"))


def _size(run: Path) -> int:
    """The bytes of a run with its rows."""
    return sum(stat.st_size for stat, _ in _stats((run, *_rows_of(run))))


def _stats(files: Iterable[Path]) -> list[tuple[os.stat_result, Path]]:
    """Files with what the system says of them, but for those that another run has taken away meanwhile."""
    stats = []
    for path in files:
        with suppress(FileNotFoundError):
            stats.append((path.stat(), path))
    return stats


def clear(folder: Path) -> None:
    """Delete what is ours in a folder, and the folder if nothing else is in it. Raises OSError where that fails."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.suffix in (SUFFIX, ROWS, PARTIAL) or path.name == IGNORE:
            path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def _groups(memory: Memory, told: Told) -> dict[bytes, Group]:
    """What is said of each group, by key."""
    numbers, copies, found = told.numbers, told.copies, dict[int, Finding]()
    if numbers is None or copies is None:
        return {}
    for batch in range(len(told.batches)):
        found.update(told.fresh_copies(batch))
    missing = [numbers.duplicates.groups[number].nodes for number in told.missing]
    groups = known_groups(memory.past) if memory.past else {}
    groups.update((numbers.keys[number], one) for number, one in zip(told.missing, said_of(missing, copies, found)))
    return {key: groups[key] for key in numbers.keys}


def _key(settings: Settings, given: Sequence[str]) -> str:
    """The name of a run: what makes its report, but for the content of the files."""
    shaped = [getattr(settings, field.name) for field in fields(settings) if field.name not in _MANNER]
    own = [
        (rule.code, rule.name, rule.kind.value, rule.severity.value, rule.pattern, rule.message, rule.slot)
        for rule in settings.rules
    ]
    parts = (os.getcwd(), given, shaped, own, list(map(_version, LIBRARIES)), _make())
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _version(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version  # a tenth of the time that one file takes

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _make() -> list[object]:
    """What the program is: a file of it that was changed may say something else of the same text."""
    home = Path(__file__).parents[1]
    files = sorted(path for path in home.rglob("*") if path.suffix in (".py", ".npz", ".txt"))
    stats = [(path.relative_to(home).as_posix(), path.stat()) for path in files]
    return [sys.version_info[:2], *((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)]


def _prepare(folder: Path) -> None:
    """The folder, with a word to git that nothing in it is to be kept."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / IGNORE
    if not ignore.exists():
        ignore.write_text("# Made by dedupe; may be deleted at any time.\n*\n", "utf-8")


def _drop_old(folder: Path, kept: Path) -> None:
    """Delete runs that were not used for long, and what a run that was killed left."""
    files = [path for path in folder.iterdir() if path.suffix in (SUFFIX, PARTIAL)]
    stats = sorted(_stats(files), key=lambda item: -item[0].st_mtime)
    room, newest = ROOM, stats[0][0].st_mtime if stats else 0.0
    for number, (stat, path) in enumerate(stats):
        room -= _size(path)
        is_old_part = path.suffix == PARTIAL and stat.st_mtime < newest - 3600
        if path != kept and (is_old_part or (path.suffix == SUFFIX and (number >= RUNS or room < 0))):
            for one in (path, *_rows_of(path)):
                with suppress(OSError):
                    one.unlink()
