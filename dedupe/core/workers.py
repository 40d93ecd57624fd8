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

if TYPE_CHECKING:  # a run without worker processes, such as a hook, does not load what starts them
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.context import BaseContext

SPARE = 4  # besides the workers: their server, its monitor, and the feeder thread
PER_JOB = 3  # the worker, its thread that watches the parent, and one thread of the parent
STACK = 8 << 20  # bytes of a thread's stack on most systems
PER_CORE, FEW = 4, 16  # workers that are started at most, for each core and in any case: more of them only take memory
# Modules that the worker server imports, by name, because they stand above this one.
NEEDED = ["dedupe.pipeline.scan", "dedupe.pipeline.naming", "dedupe.copies.find"]

Batch = TypeVar("Batch")
Answer = TypeVar("Answer")
Asked = TypeVar("Asked")  # the common argument of all batches: the settings of a run


class Workers:
    """Worker processes, started when first needed and kept for all stages; with one job the work runs right here.

    A worker that dies ends the run with a DedupeError. On any error, including an interrupt, all of them are ended.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = useful(jobs)
        self._pool: ProcessPoolExecutor | None = None
        self._context: BaseContext | None = None

    def __enter__(self) -> Workers:
        if self._jobs > 1:
            _check_room(PER_JOB * self._jobs + SPARE)
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
        """Yield `work(batch, settings)` for every batch, in order; batches are taken a few ahead of the answers."""
        batches = iter(batches)
        first = list(islice(batches, 2))
        batches = chain(first, batches)
        if self._jobs < 2 or len(first) < 2:
            yield from (work(batch, settings) for batch in batches)
            return
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(self._jobs, self._context, initializer=_begin, initargs=(has_options(),))
        # A few batches ahead of the current one, so that answers do not pile up.
        waiting: deque[Future[Answer]] = deque()
        for batch in batches:
            with _interrupts_held():
                waiting.append(_submitted(self._pool, work, batch, settings))
            if len(waiting) > 2 * self._jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def useful(jobs: int) -> int:
    """Return as many jobs as were asked for, as far as they are of use on this machine."""
    return min(jobs, max(FEW, PER_CORE * (os.cpu_count() or 1)))


def _begin(has_options: bool) -> None:
    """Prepare a worker process before its first task: it ignores Ctrl-C, and names settings as its parent does."""
    # Ctrl-C reaches all processes of a terminal. The parent ends the workers, whose own answer would be tracebacks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # as in the parent, see pipeline
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if has_options:
        named_options()


def _end_with_parent() -> None:
    """End this worker when its parent has ended, even if the parent was killed and could not say so."""
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
        # The server that starts workers is gone, or the pool closed its own pipe when a worker died, without a check
        # whether anything was being written to it.
        if isinstance(error, OSError) and error.errno is not None and not isinstance(error, ConnectionError):
            raise
        from concurrent.futures.process import BrokenProcessPool

        raise BrokenProcessPool(str(error)) from error


def _check_room(number: int) -> None:
    """Raise DedupeError if the system does not allow so many threads, which count as processes.

    The check comes first, because a pool that starts only in part waits forever, or fails with an obscure message.
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
    """Return how workers start: from a server that imports all they need once for all of them.

    They are never forked from the parent itself: it may have threads (a progress bar), and a fork copies their locks in
    whatever state.
    """
    from multiprocessing import forkserver, get_all_start_methods, get_context, resource_tracker

    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(NEEDED)
    try:
        resource_tracker.ensure_running()  # first, because it lets Ctrl-C through when it is done
        with _interrupts_held():
            forkserver.ensure_running()  # it loads while the parent does
    except OSError as error:
        raise _no_process() from error
    return context


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back, and block it in the worker processes that the first task starts: they inherit the mask.

    A terminal sends it to all processes. The parent ends the workers; their tracebacks would only hide its message.
    Another thread of the parent may receive it, and Python handles it in the main thread all the same, so there the
    handler waits too: a worker that starts just then would not be known to anyone, and not be ended.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held: list[int] = []
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number)) if is_main else None
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if is_main:
            signal.signal(signal.SIGINT, signal.SIG_DFL if handler is None else handler)
        if held:
            signal.raise_signal(signal.SIGINT)
