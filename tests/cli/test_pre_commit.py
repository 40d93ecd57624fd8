"""The hooks as pre-commit runs them: in a git repository, from an environment that it makes of this project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.test_main import BLANKED, ESSAY

ROOT = Path(__file__).resolve().parents[2]
# What the project is installed from; a copy, so that what is not committed yet is tested as well.
PROJECT = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "dedupe", "pyproject.toml", "setup.cfg")
NO_NETWORK = ("No matching distribution", "Could not fetch URL", "Temporary failure in name resolution")
AUTHOR = {f"GIT_{who}_{what}": "test@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
    pytest.mark.skipif(not find_spec("pre_commit"), reason="pre-commit is not installed: pip install '.[test]'"),
]

CONFIG = """
repos:
  - repo: {project}
    rev: {revision}
    hooks:
      - id: dedupe-placeholders
      - id: dedupe-boilerplate
      - id: dedupe-near-duplicates
        args: [--against, pages]
"""


@dataclass(frozen=True)
class Repository:
    """A git repository with a corpus in `pages/`, where commits run the hooks."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def dedupe(self, *arguments: str) -> None:
        done = self.run(sys.executable, "-m", "dedupe", *arguments, PYTHONPATH=str(ROOT))
        assert done.returncode == 0, done.stderr

    def commit(self) -> tuple[bool, str]:
        """Add all and commit: whether that went through, and what was said."""
        self.run("git", "add", "--all")
        done = self.run("git", "commit", "--message", "pages")
        return done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of all runs: nobody's settings of git, and a home of its own for what pre-commit installs.

    Without PYTHONPATH, by which the hooks would run the source tree and not what was installed for them.
    """
    home = tmp_path_factory.mktemp("home")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHON"))}
    return {**kept, **AUTHOR, "GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": str(home)}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> str:
    """A configuration with the hooks of this project, as a repository that others can install from."""
    project = Repository(tmp_path_factory.mktemp("project"), environment)
    for name in PROJECT:
        source, target = ROOT / name, project.folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    project.run("git", "init", "--quiet")
    assert project.commit()[0]
    revision = project.run("git", "rev-parse", "HEAD").stdout.strip()
    return CONFIG.format(project=project.folder.as_posix(), revision=revision)


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str], config: str) -> Repository:
    repository = Repository(tmp_path, environment)
    repository.run("git", "init", "--quiet")
    repository.put(".pre-commit-config.yaml", config)
    repository.put("pages/倡议书.txt", ESSAY)
    done = repository.run(sys.executable, "-m", "pre_commit", "install", "--install-hooks")
    if done.returncode and any(reason in done.stdout for reason in NO_NETWORK):
        pytest.skip("pre-commit cannot reach PyPI to make its environment")
    assert done.returncode == 0, done.stdout
    accepted, said = repository.commit()
    assert accepted, said
    return repository


def test_marks_are_refused_and_accepted_once_cleaned(repository: Repository) -> None:
    repository.put("pages/修路 总结.txt", ESSAY[::-1] + BLANKED)
    accepted, said = repository.commit()
    assert not accepted
    assert "pages/修路 总结.txt:" in said
    assert "PH101 stands for a year within a date [20__]" in said
    repository.dedupe("clean", "pages", "-o", "cleaned", "--placeholders", "drop-sentence")
    shutil.copy(repository.folder / "cleaned" / "修路 总结.txt", repository.folder / "pages")
    shutil.rmtree(repository.folder / "cleaned")
    accepted, said = repository.commit()
    assert accepted, said


def test_copies_are_refused_and_accepted_once_in_the_baseline(repository: Repository) -> None:
    repository.put("pages/copy.txt", ESSAY.replace("去年", "前年"))
    accepted, said = repository.commit()
    assert not accepted
    assert "pages/copy.txt:1:1: ND301" in said or "pages/倡议书.txt:1:1: ND301" in said
    assert "of pages/" in said
    repository.dedupe("baseline", "pages")
    accepted, said = repository.commit()
    assert accepted, said


def test_excludes_of_the_configuration_hold_for_the_names_that_hooks_pass(repository: Repository) -> None:
    repository.put("pages/草稿/一.txt", BLANKED)
    repository.put("pages/草稿/二.txt", BLANKED)
    assert not repository.commit()[0]
    repository.put("dedupe.toml", 'exclude = ["草稿/"]\n')
    accepted, said = repository.commit()
    assert accepted, said


def test_copies_of_what_a_committed_index_knows_are_refused(repository: Repository, config: str) -> None:
    indexed = "args: [--index, corpus.index]\n        additional_dependencies: [duckdb]"
    repository.put(".pre-commit-config.yaml", config.replace("args: [--against, pages]", indexed))
    old = ESSAY[::-1].strip()
    repository.put("old/旧文.txt", old)
    repository.dedupe("index", "build", "corpus.index", "old")
    shutil.rmtree(repository.folder / "old")
    accepted, said = repository.commit()
    assert accepted, said
    repository.put("pages/copy.txt", old)
    accepted, said = repository.commit()
    assert not accepted
    assert "pages/copy.txt:1:2: ND301" in said
    assert "exact copy of old old/旧文.txt:1" in said
    (repository.folder / "pages" / "copy.txt").unlink()
    accepted, said = repository.commit()
    assert accepted or "nothing to commit" in said, said
