"""The process around the command line: how it starts, is interrupted, and ends with a reliable exit code."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
import time
import warnings
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.failures import words
from dedupe.core.errors import SlowWarning
from dedupe.core.messages import tell
from dedupe.report.output import write_error

if TYPE_CHECKING:
    from collections.abc import Callable

CANNOT, INTERRUPTED = 2, 130
GRACE, PATIENCE = 0.8, 5.0  # seconds: after Ctrl-C, and for an orderly end after an error
SHOW_CURSOR = "\x1b[?25h\n"
# New objects between two garbage collections. By default Python collects every 700 objects, which takes a tenth of a
# second during the imports.
COLLECTED = 100_000
# numpy starts one thread per core for functions that we do not use, and takes a refusal for Ctrl-C.
ALONE = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def run(prog_name: str | None = None) -> None:
    """Run the command line and exit; after Ctrl-C within a second, whatever still runs."""
    _open_streams()
    for name in ALONE:
        os.environ.setdefault(name, "1")
    gc.set_threshold(COLLECTED)
    warnings.showwarning = partial(_warn, warnings.showwarning)
    was_said = threading.Event()
    _watch_for_interrupt(was_said)
    threading.excepthook = _end_with_pool
    code = _code(prog_name)
    if code == INTERRUPTED:
        was_said.set()
        write_error(tell("interrupted"))
    _leave(code)
    sys.exit(code)


def _warn(other: Callable[..., None], message: Warning | str, category: type[Warning], *place: Any) -> None:
    """Show our own warnings to users in our form, and any other as Python does."""
    if issubclass(category, SlowWarning):
        write_error(tell("warning: ") + tell(str(message)))
    else:
        other(message, category, *place)


def _open_streams() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the parent process: there is nobody to tell
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # for as long as we run
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # its encoding may lack characters of the help


def _code(prog_name: str | None) -> int:
    """Return the exit code of the command line. 1 means findings only, so every failure gets another code."""
    try:
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        name = _file_that_reads_as_option(sys.argv[1:])
        if name:
            write_error(
                tell("error: ") + tell("{name} is an option, and a file here: rename the file or write ./{name}", name)
            )
            return CANNOT
        from dedupe.cli.main import cli

        return int(cli.main(prog_name=prog_name, standalone_mode=False) or 0)
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else CANNOT
    except BaseException as error:
        message = words(error)
        if message:
            write_error(f"error: {message}")
            return CANNOT
        with suppress(OSError):
            import traceback

            traceback.print_exc()
        write_error("internal error: please report the traceback above")
        return CANNOT
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C comes too late to change anything


def _file_that_reads_as_option(words: list[str]) -> str:
    """Return an option that is the name of a file here too: a commit may add such a file, and a hook puts the names of
    files behind its own options. Empty if there is none.
    """
    options = words[: words.index("--")] if "--" in words else words
    return next((word for word in options if word.startswith("-") and word != "-" and os.path.lexists(word)), "")


def _leave(code: int) -> None:
    """End the process at once, because freeing its memory would waste a tenth of a short run.

    The end is orderly if something needs that: an exit handler, a profiler, or a thread that still runs, such as that
    of a broken pool.
    """
    busy = any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate())
    if busy and code == CANNOT:  # a worker that ended in the middle of a message is waited for without end
        patience = threading.Timer(PATIENCE, _give_up, (code,))
        patience.daemon = True
        patience.start()
    if busy or sys.gettrace() or sys.getprofile():
        return
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # all important output was flushed when it was written
            stream.flush()
    os._exit(code)


def _watch_for_interrupt(was_said: threading.Event) -> None:
    """End the process soon after Ctrl-C if KeyboardInterrupt cannot: Python raises it only between byte codes.

    A compiled loop over a large corpus has none for a long time, but it lets other threads run. This thread waits on a
    pipe to which the interpreter writes each signal's number. Windows would need a socket; there Ctrl-C waits.
    """
    if os.name != "posix" or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)

    def watch() -> None:
        while os.read(heard, 1)[0] != signal.SIGINT:
            pass
        # Time for an orderly end, which handles temporary files, worker processes and the progress bar better.
        time.sleep(GRACE)
        if not was_said.is_set():
            write_error((SHOW_CURSOR if sys.stderr.isatty() else "") + tell("interrupted"))
        _give_up(INTERRUPTED)

    with suppress(RuntimeError):  # no thread can be started: Ctrl-C waits, as everywhere
        threading.Thread(target=watch, daemon=True).start()


def _end_with_pool(failed: threading.ExceptHookArgs) -> None:
    """End the run if the thread that feeds the workers ends, because it would wait for their answers forever."""
    message = words(failed.exc_value) if failed.exc_value else ""
    if type(failed.thread).__name__ != "_ExecutorManagerThread" or not message:
        threading.__excepthook__(failed)
    else:
        write_error(tell("error: ") + tell(message))
    if type(failed.thread).__name__ == "_ExecutorManagerThread":
        _give_up(CANNOT)


def _give_up(code: int) -> None:
    """End the process now, with all processes that it started."""
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for worker in multiprocessing.active_children():
            worker.kill()
    _clear_away()
    os._exit(code)


def _clear_away() -> None:
    """Remove the temporary folders of this process, whose names hold its number, as an orderly end would have done."""
    import shutil
    import tempfile

    for folder in Path(tempfile.gettempdir()).glob(f"dedupe-{os.getpid()}-*"):
        shutil.rmtree(folder, ignore_errors=True)
