"""Questions that might take longer than a frame go to threads; only the newest answer reaches the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, SignalInstance, Slot

THREADS = 2
STOP_MS = 10_000

_POOLS: set[QThreadPool] = set()
"""Pools whose threads may still run. One that Qt deleted with its parent would wait for them while it holds Python's
lock, which is what they need to end: the window would never close."""


class Cancelled(Exception):
    """Raised inside a job by `Job.check` once nobody wants its answer any more."""


class Job(QRunnable):
    """One question on its way; `progress` may be called from inside it."""

    def __init__(self, work: Work, owner: QObject, question: Callable[[Job], Any], then: Callable[[Any], None]) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._work, self.owner, self._question, self.then = work, owner, question, then
        self.on_progress: Callable[[int, int], None] | None = None
        self.on_error: Callable[[Exception], None] | None = None
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Nobody wants the answer any more."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Called by long jobs between two portions. Raises Cancelled."""
        if self.cancelled:
            raise Cancelled

    def progress(self, done: int, total: int) -> None:
        """Tell the screen how far the job is; also where it stops if it was cancelled. Raises Cancelled."""
        self.check()
        self._work.progressed.emit(self, done, total)

    def run(self) -> None:
        """In a thread of the pool."""
        if self.cancelled:
            self._work.left(self)
            return
        try:
            answer = self._question(self)
        except Cancelled:
            self._work.left(self)
        except Exception as error:  # noqa: BLE001 - whatever it is, the window must hear of it and go on
            self._hand_back(self._work.failed, error)
        else:
            self._hand_back(self._work.answered, answer)

    def _hand_back(self, signal: SignalInstance, what: object) -> None:
        """To the window, which may be gone where nobody wants it any more."""
        if self.cancelled:
            self._work.left(self)
        else:
            signal.emit(self, what)


class Work(QObject):
    """The window's threads. Answers come back in the thread of the window."""

    answered = Signal(object, object)
    failed = Signal(object, object)
    progressed = Signal(object, int, int)
    trouble = Signal(object)
    """An error that nobody asked to be told of."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool, self._typed = _pool(THREADS), _pool(1)
        self._jobs: set[Job] = set()
        self._stopped = False
        self.answered.connect(self._answer)
        self.failed.connect(self._fail)
        self.progressed.connect(self._progress)

    def ask(
        self, owner: QObject, question: Callable[[Job], Any], then: Callable[[Any], None], *, typed: bool = False
    ) -> Job:
        """Run `question` in a thread and hand its answer to `then`, unless `owner` is gone or the job cancelled.

        `typed` is for what somebody types and looks at meanwhile: it has a thread of its own and waits for no list.
        After `stop` nothing is asked any more.
        """
        job = Job(self, owner, question, then)
        if self._stopped:
            job.cancel()
            return job
        self._jobs.add(job)
        (self._typed if typed else self._pool).start(job)
        return job

    @property
    def busy(self) -> bool:
        """Whether anything is under way; the headless story waits for it."""
        return bool(self._jobs)

    def stop(self, wait_ms: int = STOP_MS) -> None:
        """Cancel all, wait for what runs, and take no more questions: a window that closes may still hear of changes."""
        self._stopped = True
        for job in tuple(self._jobs):
            job.cancel()
        for pool in (self._typed, self._pool):
            if pool.waitForDone(wait_ms):
                _POOLS.discard(pool)

    def left(self, job: Job) -> None:
        """A cancelled job is over; called in its thread."""
        self._jobs.discard(job)

    def _wanted(self, job: Job) -> bool:
        return not job.cancelled and shiboken6.isValid(job.owner)

    @Slot(object, object)
    def _answer(self, job: Job, answer: object) -> None:
        self._jobs.discard(job)
        if self._wanted(job):
            job.then(answer)

    @Slot(object, object)
    def _fail(self, job: Job, error: Exception) -> None:
        self._jobs.discard(job)
        if not self._wanted(job):
            return
        if job.on_error is not None:
            job.on_error(error)
        else:
            self.trouble.emit(error)

    @Slot(object, int, int)
    def _progress(self, job: Job, done: int, total: int) -> None:
        if self._wanted(job) and job.on_progress is not None:
            job.on_progress(done, total)


def _pool(threads: int) -> QThreadPool:
    made = QThreadPool()
    made.setMaxThreadCount(threads)
    _POOLS.add(made)
    return made


class Latest:
    """A place on the screen that shows one answer at a time: a new question cancels the one before."""

    def __init__(self, work: Work, owner: QObject, *, typed: bool = False) -> None:
        self._work, self._owner, self._typed = work, owner, typed
        self._job: Job | None = None

    def ask(self, question: Callable[[Job], Any], then: Callable[[Any], None]) -> Job:
        """As `Work.ask`, after dropping what was asked here before."""
        self.drop()
        self._job = self._work.ask(self._owner, question, then, typed=self._typed)
        return self._job

    def drop(self) -> None:
        """Want no answer any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
