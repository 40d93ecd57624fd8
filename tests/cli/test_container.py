"""The container as its Dockerfile says it runs, in name spaces of its own: no root, and nothing that can be written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import BLANKED

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
# As `docker run --read-only --tmpfs /tmp -v pages:/corpus:ro -v out:/out` lays it out, below a mount point that every
# system has; in /tmp itself the Python may stand that runs. The name spaces make a root to mount with, and within them
# the user of the image.
LAYOUT = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /srv
mkdir /srv/corpus /srv/out /srv/tmp
mount --bind "$PAGES" /srv/corpus
mount --bind "$OUT" /srv/out
awk '{print $5}' /proc/self/mountinfo | sort -r | while read -r place; do
    [ -e "$place" ] || continue  # below what hides it
    case $place in /srv/out|/proc*|/sys*|/dev*) ;; *) mount -o remount,bind,ro "$place" ;; esac
done
mount -t tmpfs tmpfs /srv/tmp
cd /srv/corpus
exec unshare --user --map-user=1000 --map-group=1000 -- "$@"
"""


def contained(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `dedupe` says in there of the pages of a folder."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}
    variables |= {
        "PAGES": str(folder / "pages"),
        "OUT": str(folder / "out"),
        "HOME": "/nonexistent",
        "TMPDIR": "/srv/tmp",
    }
    outer = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", LAYOUT, "sh"]
    command = [*outer, sys.executable, "-m", "dedupe", *arguments]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def can_contain() -> bool:
    """Whether this system lets us make such name spaces."""
    if not shutil.which("unshare"):
        return False
    tried = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        "mount -t tmpfs tmpfs /srv && exec unshare -U",
    ]
    return subprocess.run([*tried, "--map-user=1000"], input=b"", capture_output=True, check=False).returncode == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("pages", "out"):
        (tmp_path / name).mkdir()
    (tmp_path / "pages" / "a.txt").write_text(BLANKED, "utf-8")
    return tmp_path


def test_the_image_has_no_root_and_no_compiler() -> None:
    _, last = DOCKERFILE.split("\nFROM ")[-2:]
    assert "USER 1000\n" in last
    assert 'ENTRYPOINT ["dedupe"]\n' in last
    assert not re.search(r"gcc|apt-get|pip install", last)
    assert "--read-only" in DOCKERFILE.partition("\n")[0]


@pytest.mark.skipif(not can_contain(), reason="no name spaces of one's own here")
def test_it_works_on_a_file_system_that_cannot_be_written(folder: Path) -> None:
    done = contained(folder, "check", "--no-cache", ".")
    assert (done.returncode, "a.txt:1:" in done.stdout) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    kept = contained(folder, "check", ".")  # with a cache that has no place
    assert (kept.returncode, kept.stdout) == (1, done.stdout), kept.stderr
    refused = contained(folder, "check", ".", "-o", "report.json")
    assert (refused.returncode, "Read-only file system" in refused.stderr) == (2, True), refused.stderr
    cleaned = contained(folder, "clean", ".", "-o", "/srv/out/clean", "--placeholders", "drop-sentence")
    assert cleaned.returncode == 0, cleaned.stderr
    assert (folder / "out" / "clean" / "manifest.jsonl").is_file()
    assert sorted(path.name for path in (folder / "pages").iterdir()) == ["a.txt"]
    assert (folder / "pages" / "a.txt").read_text("utf-8") == BLANKED
