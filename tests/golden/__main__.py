"""Show what has changed in the kept reports, or keep it: see `tests.golden`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path

from dedupe.report.view import visible
from tests.golden import FOLDER, REPORTS, current, kept, path_of

ACCEPT = "--accept"


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    """Exit code 0 when nothing has changed or the change is kept, 1 when something has, 2 for what cannot be meant."""
    if list(arguments) not in ([], [ACCEPT]):
        print(f"usage: python -m tests.golden [{ACCEPT}]", file=sys.stderr)
        return 2
    gone = [path for path in sorted(folder.glob("report.*")) if path.name.partition(".")[2] not in REPORTS]
    changed = {name: now for name in REPORTS if (now := current(name)) != kept(name, folder)}
    for path in gone:
        print(f"{path.name}: there is no such report any more")
    for name, now in changed.items():
        print(*differences(name, kept(name, folder), now), sep="\n")
    if not gone and not changed:
        print("nothing has changed")
        return 0
    if not arguments:
        print(f"{len(gone) + len(changed)} reports have changed: {ACCEPT} keeps them as they are now")
        return 1
    for path in gone:
        path.unlink()
    for name, now in changed.items():
        path_of(name, folder).write_bytes(now.encode("utf-8"))
    return 0


def differences(name: str, before: str, now: str) -> Iterator[str]:
    """The lines of a unified diff, safe to print."""
    names = f"a/report.{name}", f"b/report.{name}"
    return map(visible, unified_diff(before.split("\n"), now.split("\n"), *names, n=1, lineterm=""))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
