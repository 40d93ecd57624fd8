"""The baseline: findings that were accepted once, so that a check reports only new ones.

It is a file to commit. Each line is a finding without places that drift, so a change shows only the lines concerned.
Every line ends alike, so git can merge two sides that both added lines.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from dedupe.config.file import is_inside, is_mine, shown, upwards
from dedupe.config.globs import matcher, seen_from
from dedupe.config.renames import renames
from dedupe.core.atomic import alone, whole_file
from dedupe.core.errors import BaselineError
from dedupe.core.fingerprint import content_of
from dedupe.core.model import Baselined, Cluster, Finding, Report
from dedupe.core.regular import read_regular
from dedupe.core.report import keep

NAME = ".dedupe-baseline.json"
MARK, VERSION = "dedupe-baseline", 1  # the key that marks our files
LARGEST = 1 << 30  # bytes
TEXT = 40  # code points of a finding on its line, for whoever reads the file
CORPUS_WIDE = ("ND", "BP291")  # codes whose findings disappear when another document does
WAIT = 30.0  # seconds given to another run that writes the file, which takes it far less
ANEW = "write it anew with `dedupe baseline`"


class Entry(NamedTuple):
    """A finding as a baseline knows it: path from the file's folder, code, text for people, print of the content.

    It does not name the record, because many records are known only by their line number.
    """

    path: str
    code: str
    text: str
    fingerprint: str


@dataclass(frozen=True)
class Baseline:
    """The accepted findings, sorted; `file` need not exist yet."""

    file: Path
    entries: tuple[Entry, ...] = ()

    @property
    def folder(self) -> str:
        """Return the folder from which the paths of the file count."""
        return str(self.file.parent)


@dataclass(frozen=True)
class Compared:
    """A report against a baseline: `report` has what is `new`; `gone` are entries without a finding.

    `baseline` is the one that was given, with new names for the documents that were followed.
    """

    report: Report
    baseline: Baseline
    new: list[Entry]
    gone: list[Entry]

    def pruned(self) -> Baseline:
        """Return the baseline without the entries that are gone."""
        left = Counter(self.baseline.entries) - Counter(self.gone)
        return Baseline(self.baseline.file, tuple(sorted(left.elements())))

    def accepted(self) -> Baseline:
        """Return the baseline without the entries that are gone and with the new ones."""
        return Baseline(self.baseline.file, tuple(sorted([*self.pruned().entries, *self.new])))


def find_baseline(paths: Sequence[str]) -> Path | None:
    """Return the nearest baseline, upwards from the corpus as for a configuration file; None if there is none.

    Nobody named it, so raises BaselineError if it belongs to another user or is a link that leads elsewhere.
    """
    found = next((folder / NAME for folder in upwards(paths) if os.path.isfile(folder / NAME)), None)
    if found and not (is_mine(found) and is_inside(str(found), str(found.parent))):
        hint = "name it with --baseline if it is to be used all the same, or give --no-baseline"
        raise BaselineError(
            "{path}: belongs to another user, or is a link that leads elsewhere: {HINT}", shown(found), hint
        )
    return found


def read(file: Path) -> Baseline:
    """Return the baseline in a file. Raises BaselineError if it does not exist, is not ours, or is not whole."""
    name = shown(file)
    try:
        text = read_regular(file, LARGEST).decode("utf-8-sig")
        table = json.loads(text)
    except OSError as error:
        hint = "write it with `dedupe baseline`, name another with --baseline, or use --no-baseline"
        raise BaselineError(
            "{path}: the baseline cannot be read ({ERROR}): {HINT}", name, error.strerror, hint
        ) from error
    except UnicodeDecodeError as error:
        raise BaselineError("{path}: the baseline is not UTF-8: {ANEW}", name, ANEW) from error
    except (ValueError, RecursionError) as error:
        at = next((at for at, line in enumerate(text.split("\n"), 1) if line.startswith("<<<<<<<")), None)
        if at:
            hint = "take the markers out and keep the lines of both sides"
            raise BaselineError("{path}:{line}: an unsolved merge in the baseline: {HINT}", name, at, hint) from error
        line = getattr(error, "lineno", 1)
        raise BaselineError(
            "{path}:{line}: the baseline is not JSON ({ERROR}): mend the line, or {ANEW}", name, line, error, ANEW
        ) from error
    return Baseline(file, tuple(sorted(_entries(name, table))))


def _entries(name: str, table: Any) -> Iterator[Entry]:
    if not isinstance(table, dict) or MARK not in table:
        raise BaselineError(
            "{path}: no baseline of dedupe: name another file with --baseline, or -o to write one", name
        )
    if table[MARK] != VERSION:
        raise BaselineError(
            "{path}: version {version} of a baseline, and this dedupe knows version {known}: update dedupe, or move "
            "the file away and {ANEW}",
            name,
            repr(table[MARK]),
            VERSION,
            ANEW,
        )
    rows = table.get("findings")
    for number, row in enumerate(rows if isinstance(rows, list) else [None], 1):
        if row == {}:
            continue
        values = [row.get(key) for key in Entry._fields] if isinstance(row, dict) else [None]
        if not all(isinstance(value, str) for value in values):
            raise BaselineError(
                "{path}: finding {number} of the baseline is damaged: take its line out, or {ANEW}", name, number, ANEW
            )
        yield Entry(*values)


def write(baseline: Baseline) -> None:
    """Write the file as a whole or not at all. Raises BaselineError if it cannot be written."""
    try:
        with whole_file(Path(os.path.realpath(baseline.file))) as file:
            file.write("".join(lines(baseline)).encode("utf-8"))
    except OSError as error:
        raise _not_written(baseline.file, error) from error


def renew(
    before: Baseline,
    look: Callable[[Baseline], Compared],
    after: Callable[[Compared], Baseline],
    wait: float = WAIT,
) -> tuple[Compared, Baseline]:
    """Compare with a baseline, and write what it holds `after` that, unless the file holds the same.

    Another run may have written the file since `before` was read. So it is read again while no other may write it, and
    if it was changed, `look` compares with what it holds now. Raises BaselineError if it cannot be read or written.
    """
    compared = look(before)
    wanted = after(compared)
    if wanted == before and os.path.lexists(before.file):
        return compared, wanted
    with _locked(before.file, wait):
        now = read(before.file) if os.path.lexists(before.file) else Baseline(before.file)
        if now != before:
            compared = look(now)
            wanted = after(compared)
        write(wanted)
    return compared, wanted


@contextmanager
def _locked(file: Path, wait: float) -> Iterator[None]:
    """Let no other run write a baseline. The system frees the lock of a process that dies."""
    real = Path(os.path.realpath(file))
    with ExitStack() as stack:
        try:
            os.stat(real.parent)  # the lock would create it
            is_alone = stack.enter_context(alone(real, wait))
        except OSError as error:
            raise _not_written(file, error) from error
        if not is_alone:
            raise BaselineError("{path}: another run writes it: run again once that one is done", shown(file))
        yield


def _not_written(file: Path, error: OSError) -> BaselineError:
    way = "{path}: the baseline cannot be written ({ERROR}): name another file with -o"
    return BaselineError(way, shown(file), error.strerror)


def lines(baseline: Baseline) -> Iterator[str]:
    """Yield the text of a file. The empty object at the end lets every line before it end in a comma."""
    yield f'{{"{MARK}": {VERSION}, "findings": [\n'
    for entry in sorted(baseline.entries):
        yield f"{_printable(json.dumps(entry._asdict(), ensure_ascii=False))},\n"
    yield "{}]}\n"


def _printable(text: str) -> str:
    """Return JSON with escapes for what a terminal would obey or a file could not hold."""
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def compare(report: Report, baseline: Baseline, paths: Sequence[str], follow: bool = False) -> Compared:
    """Remove from a report of `paths` what the baseline holds; a cluster goes when all its findings do.

    With `follow`, documents that no longer exist are recognised under new names.
    """
    left, new = _match(report, baseline)
    if follow and left and new:
        followed = _follow(baseline, left, new.values())
        if followed != baseline:
            baseline = followed
            left, new = _match(report, baseline)
    gone = _gone(left, baseline, report, paths)
    holds = len(baseline.entries)
    summary = Baselined(shown(baseline.file), holds, holds - len(left), len(gone))
    is_new = bytearray(len(report.findings))
    for at in new:
        is_new[at] = 1
    rest = keep(report, is_new, _clusters(report, is_new))
    rest = replace(rest, summary=replace(rest.summary, baseline=summary))
    return Compared(rest, baseline, sorted(new.values()), gone)


def _match(report: Report, baseline: Baseline) -> tuple[list[Entry], dict[int, Entry]]:
    """Return the entries without a finding, and the findings without an entry, by number."""
    waiting: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in baseline.entries:
        waiting[entry.path, entry.fingerprint].append(entry)
    new: dict[int, Entry] = {}
    entry_of = _Entries(baseline.folder)
    for at, finding in enumerate(report.findings):
        entry = entry_of(finding)
        same = waiting.get((entry.path, entry.fingerprint))
        if same:
            same.pop()
        else:
            new[at] = entry
    return sorted(chain.from_iterable(waiting.values())), new


class _Entries:
    """Makes entries of findings, and works out each document's path only once."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._last = ("", "")

    def __call__(self, finding: Finding) -> Entry:
        if self._last[0] != finding.path:
            self._last = finding.path, seen_from(self._folder, finding.path)
        content = content_of(finding.fingerprint, finding.path, finding.record)
        return Entry(self._last[1], finding.code, finding.text[:TEXT], content)


def _follow(baseline: Baseline, left: Sequence[Entry], new: Iterable[Entry]) -> Baseline:
    """Return the baseline with new names for documents that no longer exist, where new names are found."""
    lost = [entry for entry in left if not os.path.lexists(os.path.join(baseline.folder, entry.path))]
    names = renames(((e.path, e.fingerprint) for e in lost), ((e.path, e.fingerprint) for e in new))
    entries = (entry._replace(path=names.get(entry.path, entry.path)) for entry in baseline.entries)
    return replace(baseline, entries=tuple(sorted(entries)))


def _clusters(report: Report, is_new: bytearray) -> tuple[Cluster, ...]:
    """Return the clusters with a new finding, and those that have no findings to accept."""
    fates: dict[str, int] = defaultdict(int)
    for finding, fate in zip(report.findings, is_new):
        if finding.cluster:
            fates[finding.cluster] |= fate
    return tuple(cluster for cluster in report.clusters if fates.get(cluster.id, 1))


def _gone(left: Sequence[Entry], baseline: Baseline, report: Report, paths: Sequence[str]) -> list[Entry]:
    """Return, of the entries without a finding, those that the run would have found.

    An entry counts if its code is wanted and its document was checked or no longer exists. What only a comparison of
    documents finds counts only if all documents of the baseline were checked.
    """

    def full(path: str) -> PurePath:
        return PurePath(os.path.normpath(os.path.join(baseline.folder, path)))

    given = {full(seen_from(baseline.folder, path)) for path in paths}
    unread = {seen_from(baseline.folder, path) for error in report.errors for path in _files(error.path)}

    is_excluded = matcher(report.settings.exclude, "exclude")

    def is_seen(path: str) -> bool:
        place = full(path)
        around = [folder for folder in place.parents if folder in given]
        is_inside = any(not is_excluded(place.relative_to(folder).as_posix()) for folder in around)
        return path not in unread and (place in given or is_inside)

    seen = {path: is_seen(path) for path in {entry.path for entry in baseline.entries}}
    is_all = all(seen.values())
    return [
        entry
        for entry in left
        if seen[entry.path] and report.settings.wants(entry.code) and (is_all or not entry.code.startswith(CORPUS_WIDE))
    ]


def _files(path: str) -> tuple[str, ...]:
    """Return the files that the path of an error may mean, because it can end in a line or a record."""
    return path, path.rpartition(":")[0], path.rpartition("#")[0]
