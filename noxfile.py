"""Sessions for `nox`: tests on each Python at hand, style and types, the site, wheel and sdist.

nox -l            lists them
nox -s tests-3.12 -- tests/copies -k regions
"""

from __future__ import annotations

from pathlib import Path

import nox

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
nox.options.sessions = ["lint", "tests", "docs"]
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True
nox.needs_version = ">=2024.4.15"


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests, against the package as it is installed; arguments go to pytest."""
    session.install(".[test]", env={"DEDUPE_BUILD": "required"})
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, types, and which package knows which."""
    session.install("-e", ".[test]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports", "--no-cache")


@nox.session
def docs(session: nox.Session) -> None:
    """The site, in `site/`; every warning is an error. `nox -s docs -- serve` shows it while you write."""
    session.install("-e", ".[docs]")
    session.run("mkdocs", *(session.posargs or ["build", "--strict"]), env={"NO_MKDOCS_2_WARNING": "1"})


@nox.session
def package(session: nox.Session) -> None:
    """Wheel and sdist in `dist/`, judged as PyPI judges them."""
    session.install("build", "twine")
    session.run("python", "-m", "build")
    session.run("twine", "check", "--strict", *map(str, Path("dist").iterdir()))
