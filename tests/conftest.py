"""Tests read English, whatever the language of whoever runs them, and take the time that they need."""

from __future__ import annotations

import os
import signal
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["LANGUAGE"] = "en"
# What imports or compiles at the first call is no slow example, nor is one beside other work.
settings.register_profile("dedupe", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dedupe")


# A suite in the background of a script is deaf to Ctrl-C, and so would be all that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure() -> None:
    """Refuse to test kernels that were compiled before their sources were changed."""
    for source in Path(__file__).parent.parent.glob("dedupe/text/kernels/*.py"):
        built = source.with_suffix(EXTENSION_SUFFIXES[0])
        if built.exists() and built.stat().st_mtime < source.stat().st_mtime:
            pytest.exit(f"{built} is older than its source: python setup.py build_ext --inplace", returncode=4)
