"""Servers that tests start on the loopback, each on a port that was free, and end again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

REDIS = shutil.which("redis-server")
NEEDS_REDIS = pytest.mark.skipif(REDIS is None, reason="needs redis-server (apt-get install redis-server)")
LONGEST = 60.0  # seconds that a server may take to come up on a busy machine


def free_port() -> int:
    """A port that nobody has."""
    with closing(socket.socket()) as some:
        some.bind(("127.0.0.1", 0))
        port: int = some.getsockname()[1]
        return port


@contextmanager
def served(command: Sequence[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers on a port of the loopback."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + LONGEST
            while process.poll() is None and not _is_up(port):
                assert time.monotonic() < end, f"{command[0]} does not answer"
                time.sleep(0.05)
            assert process.poll() is None, f"{command[0]} ended at once"
            yield process
        finally:
            process.kill()


def redis_command(folder: Path, port: int) -> list[str]:
    """A Redis server that writes down every change before it answers."""
    options = {
        "port": port,
        "bind": "127.0.0.1",
        "dir": folder,
        "save": "",
        "appendonly": "yes",
        "appendfsync": "always",
    }
    return [str(REDIS), *(word for name, value in options.items() for word in (f"--{name}", str(value)))]


def _is_up(port: int) -> bool:
    with closing(socket.socket()) as some:
        some.settimeout(1)
        return some.connect_ex(("127.0.0.1", port)) == 0
