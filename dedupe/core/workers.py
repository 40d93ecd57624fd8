"""Batches of work, here or in worker processes; the answers come in the order of the batches either way."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from dedupe.core.errors import DedupeError
from dedupe.core.messages import has_options, named_options, option

if TYPE_CHECKING:  # a run without worker processes, as of a hook, does not wait for what starts them
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.context import BaseContext

SPARE = 4  # beside the workers: their server, what watches over them, and who feeds them
PER_JOB = 3  # the worker, the thread in it that watches its parent, and one of the parent's own
STACK = 8 << 20  # bytes that a thread asks for, as most systems are set up
# What their server imports: modules by name, for they stand above this one.
NEEDED = ["dedupe.pipeline.scan", "dedupe.pipeline.naming", "dedupe.copies.find"]

Batch = TypeVar("Batch")
Answer = TypeVar("Answer")
Asked = TypeVar("Asked")  # what all batches are worked on with: the settings of a run


class Workers:
    """Worker processes, started when first needed and kept for all stages; with one job the work is done right here.

    A worker that dies ends the run with a DedupeError. On any error, an interrupt included, all of them are ended.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._context: BaseContext | None = None

    def __enter__(self) -> Workers:
        if self._jobs > 1:
            _check_room(PER_JOB * self._jobs + SPARE)
            with _interrupts_held():
                self._context = _context()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._pool is None:
            return
        if error is not None:
            for process in list((getattr(self._pool, "_processes", None) or {}).values()):
                process.terminate()
        self._pool.shutdown(wait=error is None, cancel_futures=True)
        from concurrent.futures.process import BrokenProcessPool

        if isinstance(error, BrokenProcessPool):
            raise DedupeError(
                "a worker process died (killed, or out of memory): nothing was written; run again, with fewer "
                "{option} if memory is short",
                option("jobs"),
            ) from error

    def run(
        self, work: Callable[[Batch, Asked], Answer], batches: Iterable[Batch], settings: Asked
    ) -> Iterator[Answer]:
        """`work(batch, settings)` for every batch, in their order; batches are taken a few ahead of the answers."""
        batches = iter(batches)
        first = list(islice(batches, 2))
        batches = chain(first, batches)
        if self._jobs < 2 or len(first) < 2:
            yield from (work(batch, settings) for batch in batches)
            return
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(self._jobs, self._context, initializer=_begin, initargs=(has_options(),))
        # A few batches ahead of the one that is taken, so that answers do not pile up.
        waiting: deque[Future[Answer]] = deque()
        for batch in batches:
            with _interrupts_held():
                waiting.append(_submitted(self._pool, work, batch, settings))
            if len(waiting) > 2 * self._jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _begin(has_options: bool) -> None:
    """What a worker process does before its first task: it is deaf to Ctrl-C, and names settings as its parent does."""
    # Ctrl-C reaches all processes of a terminal; the parent ends the workers, and theirs would be tracebacks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # as in the parent, see pipeline
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if has_options:
        named_options()


def _end_with_parent() -> None:
    """End this worker when its parent has ended, though it was killed and could tell nobody."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _submitted(
    pool: ProcessPoolExecutor, work: Callable[[Batch, Asked], Answer], batch: Batch, settings: Asked
) -> Future[Answer]:
    try:
        return pool.submit(work, batch, settings)
    except (OSError, EOFError) as error:
        # The server that starts workers is gone, or the pool closed its own pipe when a worker died, and did not look
        # whether somebody is just writing to it.
        if isinstance(error, OSError) and error.errno is not None and not isinstance(error, ConnectionError):
            raise
        from concurrent.futures.process import BrokenProcessPool

        raise BrokenProcessPool(str(error)) from error


def _check_room(number: int) -> None:
    """Raise DedupeError where the system does not let us start so many threads, which count as processes do.

    Better known before: a pool of which only a part starts waits without end, or ends in words that nobody reads.
    """
    go = threading.Event()
    started = []
    try:
        for _ in range(number):
            thread = threading.Thread(target=go.wait)
            thread.start()
            started.append(thread)
    except RuntimeError as error:
        if not _has_memory(number * STACK):
            raise MemoryError from error
        raise _no_process() from error
    finally:
        go.set()
        for thread in started:
            thread.join()


def _no_process() -> DedupeError:
    way = "no worker process can be started: raise the limit of processes (ulimit -u), or run with {option} 1"
    return DedupeError(way, option("jobs"))


def _has_memory(size: int) -> bool:
    import mmap

    try:
        mmap.mmap(-1, size).close()
    except OSError:
        return False
    return True


def _context() -> BaseContext:
    """How workers start: from a server that has imported all they need, once for all of them.

    Never forked from the parent itself: it may have threads (a progress bar), and a fork copies their locks in
    whatever state.
    """
    from multiprocessing import forkserver, get_all_start_methods, get_context

    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(NEEDED)
    try:
        forkserver.ensure_running()  # it loads while the parent does
    except OSError as error:
        raise _no_process() from error
    return context


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits, and the worker processes that the first task starts never hear it: they inherit the mask.

    A terminal sends it to all of them. The parent ends them; a traceback from each would only hide its message.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
