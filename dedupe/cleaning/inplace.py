"""Clean a corpus in place, and undo that.

Removed text goes to a folder `.dedupe_undo/<time>` at the project root: a normal result of `clean`, but with only the
changed files. The folder is complete before the first file is replaced, and each file is replaced atomically, so even a
killed run can be undone. A file that differs from what the run read or wrote is never touched.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from secrets import token_hex

from dedupe.cleaning import manifest
from dedupe.cleaning.clean import Order, Outcome, clean
from dedupe.cleaning.manifest import CHANGED, Row
from dedupe.cleaning.restore import original
from dedupe.config.file import is_inside, is_mine
from dedupe.core.atomic import MANIFEST, whole_file
from dedupe.core.errors import ConfigError, CorpusError
from dedupe.core.messages import option, say
from dedupe.core.model import Failure, Progress
from dedupe.core.regular import read_regular
from dedupe.inputs.remote import is_remote

UNDO = ".dedupe_undo"
IN_PLACE = "in_place"  # field of the run's row: how many files were to change
SHOWN = 10  # names shown in a message


def clean_in_place(order: Order, force: bool, progress: Progress | None = None) -> tuple[Outcome, Path | None]:
    """Clean the files of an order in place; return the outcome and the undo folder (None: nothing changed).

    Raises ConfigError if git has uncommitted changes of these files, unless `force` is given, and DedupeError if
    nothing can be done. A file that would become another kind of file, or that changes meanwhile, is listed among the
    failures and stays as it is.
    """
    if any(map(is_remote, order.paths)):
        raise ConfigError("files elsewhere cannot be cleaned in place: give {option}", option("output"))
    root = project_of(order.paths)
    undo = _new_folder(root)
    try:
        outcome = clean(replace(order, output=undo, root=str(root)), progress)
        groups = [rows for rows in manifest.read(undo)[1] if not isinstance(rows, Failure)]
        changed = [rows for rows in groups if _is_changed(rows[0])]
        others = [rows[0] for rows in changed if "name" in rows[0]]
        changed = [rows for rows in changed if "name" not in rows[0]]
        names = [rows[0]["path"] for rows in changed]
        dirty = [] if force else uncommitted(root, names)
        if dirty:
            way = say("commit them, or give {option}", option("force"))
            raise ConfigError("{PATHS}: has changes that are not committed: {WAY}", manifest.named(dirty, SHOWN), way)
    except BaseException:
        _clear(undo)
        raise
    why = say("cannot be cleaned in place, for it would become JSON lines: give {option}", option("output"))
    outcome.failures += [Failure(row["source"], why) for row in others]
    if not changed:
        _clear(undo)
        return outcome, None
    _keep_only(undo, changed, root)
    for rows in changed:
        reason = _put(root, rows[0], undo)
        outcome.failures += [Failure(rows[0]["source"], reason)] if reason else []
    return outcome, undo


def restore_in_place(undo: Path) -> tuple[int, list[Failure]]:
    """Undo a clean in place; return the number of files restored, and the files that stay as they are, with reasons.

    Deletes the folder once everything is restored. Raises CorpusError for a folder that no clean in place wrote.
    """
    undo = undo.absolute()
    run, files = manifest.read(undo)
    if not is_undo(undo) or IN_PLACE not in run:
        raise CorpusError(str(undo), "not written by a clean in place: name {option}", option("output"))
    root, count, failures = undo.parent.parent, 0, list[Failure]()
    for rows in files:
        if isinstance(rows, Failure):
            failures.append(rows)
            continue
        try:
            _put_back(root, undo, rows)
            count += 1
        except (CorpusError, OSError, *CHANGED) as error:
            failures.append(Failure(str(root / rows[0]["path"]), getattr(error, "reason", None) or str(error)))
    if not failures:
        _clear(undo)
    return count, failures


def is_undo(folder: Path) -> bool:
    """True if a folder stands where cleans in place put their undo folders."""
    return folder.absolute().parent.name == UNDO


def latest(start: Path) -> Path:
    """Return the undo folder of the last clean in place, searching upwards. Raises ConfigError if there is none."""
    for folder in (start.absolute(), *start.absolute().parents):
        runs = sorted(path for path in (folder / UNDO).glob("*") if (path / MANIFEST).is_file())
        if runs and not is_mine(folder / UNDO):
            raise ConfigError("{path}: belongs to another user: name it if it is to be used all the same", runs[-1])
        if runs:
            return runs[-1]
    raise ConfigError("no {folder} here or above: nothing was cleaned in place, or it was restored already", UNDO)


def project_of(paths: Sequence[str]) -> Path:
    """Return the project root: the nearest folder with a repository, upwards from the common folder of all paths.

    Without a repository it is the current folder if that holds all paths, else their common folder.
    """
    real = [os.path.abspath(path) for path in paths]
    start = Path(os.path.commonpath([path if os.path.isdir(path) else os.path.dirname(path) for path in real]))
    here = Path.cwd() if start.is_relative_to(Path.cwd()) else start
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), here)


def uncommitted(root: Path, names: Sequence[str]) -> list[str]:
    """Return the files below a folder that git would lose: changed or new, and uncommitted. Empty without git.

    Raises ConfigError if there is a repository but git cannot tell.
    """
    if not names or not (root / ".git").exists():
        return []
    # Disable the file system monitor: git would run whatever the repository names as one.
    command = ("git", "-c", "core.fsmonitor=false", "-C", str(root), "status", "--porcelain", "-z", "--no-renames")
    hint = "{root}: git cannot tell what is committed: give {option} if that does not matter ({reason})"
    try:
        done = subprocess.run([*command, "--untracked-files=all"], capture_output=True, check=False)
    except OSError as error:
        raise ConfigError(hint, root, option("force"), error.strerror) from error
    if done.returncode:
        raise ConfigError(hint, root, option("force"), os.fsdecode(done.stderr).strip())
    changed = {os.fsdecode(entry[3:]) for entry in done.stdout.split(b"\0") if entry}
    return [name for name in names if name in changed]


def _new_folder(root: Path) -> Path:
    """Return a new name for a run, in a folder that git ignores. Raises ConfigError if that folder is not ours."""
    home = root / UNDO
    if os.path.lexists(home) and (home.is_symlink() or not home.is_dir() or not is_mine(home)):
        raise ConfigError("{path}: is in the way, and no folder of yours: move it elsewhere", home)
    try:
        home.mkdir(exist_ok=True)
        ignore = home / ".gitignore"
        if not os.path.lexists(ignore):
            ignore.write_text("*\n", "utf-8")
    except OSError as error:
        raise ConfigError("{path}: {reason}: what leaves has to be kept there", home, error.strerror) from error
    return home / f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S-%f}-{token_hex(2)}"


def _is_changed(row: Row) -> bool:
    """True if a clean would change or remove the file; a file that could not be read has no encoding."""
    return "encoding" in row and row["cleaned"] != row["sha256"]


def _keep_only(undo: Path, changed: Sequence[list[Row]], root: Path) -> None:
    """Reduce the folder of a run to what undoing it needs. This is done before any file is replaced."""
    run, files = manifest.read(undo)
    wanted = {rows[0]["path"] for rows in changed}
    for rows in files:
        if not isinstance(rows, Failure) and rows[0]["path"] not in wanted:
            with suppress(OSError):
                (undo / rows[0]["path"]).unlink()
    for folder in sorted((path for path in undo.rglob("*") if path.is_dir()), reverse=True):
        with suppress(OSError):  # the folder is not empty
            folder.rmdir()
    for rows in changed:
        rows[0]["mode"] = stat.S_IMODE(os.stat(root / rows[0]["path"]).st_mode)
    with whole_file(undo / MANIFEST) as out:
        path = Path(out.name)
        manifest.write(path, [{**run, IN_PLACE: len(changed)}, *(row for rows in changed for row in rows)])


def _put(root: Path, row: Row, undo: Path) -> str:
    """Replace a file with its cleaned version, or delete it; return why that is impossible, or ""."""
    file = Path(os.path.realpath(root / row["path"]))
    if not is_inside(str(file), str(root)):
        return "a link that leads out of the project: clean what it leads to"
    try:
        if manifest.sha256(read_regular(file)) != row["sha256"]:
            return "changed while it was cleaned: run again once nothing writes to it"
        if row["cleaned"] is None:
            file.unlink()
        else:
            _write(file, (undo / row["path"]).read_bytes(), row["mode"])
    except OSError as error:
        return say("cannot be written ({reason}): it stays as it was", error.strerror)
    return ""


def _put_back(root: Path, undo: Path, rows: list[Row]) -> None:
    """Restore the original of a file. Raises CorpusError if something else stands in its place."""
    row, place = rows[0], root / rows[0]["path"]
    if not is_inside(str(place), str(root)):
        raise CorpusError(str(place), "leads out of the project: this row is not to be trusted")
    file = Path(os.path.realpath(place))
    now = manifest.sha256(read_regular(file)) if os.path.lexists(file) else None
    if now == row["sha256"]:
        return
    if now != row["cleaned"]:
        reason = say(
            "changed since it was cleaned: move it away and restore again, or restore to {option}", option("output")
        )
        raise CorpusError(str(place), reason)
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(file, original(undo, rows), row["mode"])


def _write(file: Path, data: bytes, mode: int) -> None:
    with whole_file(file) as out:
        out.write(data)
        os.chmod(out.name, mode & 0o777)


def _clear(undo: Path) -> None:
    """Remove the folder of a run, unless it holds other things; remove its parent too once that is empty."""
    if not manifest.others(undo):
        shutil.rmtree(undo, ignore_errors=True)
    if not any(path.name != ".gitignore" for path in undo.parent.iterdir()):
        shutil.rmtree(undo.parent)
