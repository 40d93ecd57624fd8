"""Batches of work, here or in worker processes; the answers come in the order of the batches either way."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

from dedupe.config import Settings
from dedupe.errors import DedupeError

Batch = TypeVar("Batch")
Answer = TypeVar("Answer")


def run_batches(
    work: Callable[[Batch, Settings], Answer], batches: Sequence[Batch], settings: Settings
) -> Iterator[Answer]:
    """`work(batch, settings)` for every batch, in `settings.jobs` processes where that is more than one.

    A worker that dies ends the run with a DedupeError; so does an interrupt, at once and with all workers.
    """
    if settings.jobs < 2 or len(batches) < 2:
        yield from (work(batch, settings) for batch in batches)
        return
    # Not forked: the parent may have threads (a progress bar), and a fork copies their locks in whatever state.
    pool = ProcessPoolExecutor(min(settings.jobs, len(batches)), mp_context=get_context("spawn"))
    try:
        yield from _in_order(pool, work, batches, settings)
    except BrokenProcessPool as error:
        raise DedupeError(
            "a worker process died (killed, or out of memory): nothing was written; run again, with fewer --jobs "
            "if memory is short"
        ) from error
    except BaseException:
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


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


def _in_order(
    pool: ProcessPoolExecutor,
    work: Callable[[Batch, Settings], Answer],
    batches: Sequence[Batch],
    settings: Settings,
) -> Iterator[Answer]:
    """A few batches ahead of the one that is taken, so that answers do not pile up."""
    waiting: deque[Future[Answer]] = deque()
    for batch in batches:
        with _interrupts_held():
            waiting.append(pool.submit(work, batch, settings))
        if len(waiting) > 2 * settings.jobs:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
