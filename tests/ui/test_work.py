"""Questions are answered in the window's thread, the newest alone is shown, and trouble is told."""

from __future__ import annotations

import threading
import time

import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from baiyun_desktop.ui import precedence
from baiyun_desktop.ui.work import Job, Latest, Work


def test_an_answer_comes_back_in_the_windows_thread(qtbot: QtBot) -> None:
    work, owner, seen = Work(), QObject(), []

    def question(job: Job) -> int:
        return threading.get_ident()

    work.ask(owner, question, lambda ident: seen.append((ident, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != threading.get_ident() == seen[0][1]
    assert not work.busy


def test_the_newest_question_alone_is_answered(qtbot: QtBot) -> None:
    work, owner, seen, gate = Work(), QObject(), [], threading.Event()
    latest = Latest(work, owner)
    latest.ask(lambda job: gate.wait(5) and "old", seen.append)
    latest.ask(lambda job: "new", seen.append)
    gate.set()
    qtbot.waitUntil(lambda: not work.busy)
    assert seen == ["new"]


def test_an_error_is_told_to_who_asked_or_to_the_window(qtbot: QtBot) -> None:
    work, owner, told, mine = Work(), QObject(), [], []

    def fail(job: Job) -> None:
        raise ValueError("no")

    work.trouble.connect(lambda error: told.append(str(error)))
    work.ask(owner, fail, mine.append)
    job = work.ask(owner, fail, mine.append)
    job.on_error = lambda error: mine.append(str(error))
    qtbot.waitUntil(lambda: not work.busy)
    assert (told, mine) == (["no"], ["no"])


def test_nothing_is_asked_once_the_window_has_closed() -> None:
    work, ran = Work(), threading.Event()
    work.stop()
    job = work.ask(QObject(), lambda job: ran.set(), lambda answer: None)
    assert job.cancelled
    assert not work.busy
    assert not ran.wait(0.1)


def test_a_window_closes_though_a_job_still_runs() -> None:
    parent, started, go, ended = QObject(), threading.Event(), threading.Event(), threading.Event()
    work = Work(parent)

    def long(job: Job) -> None:
        started.set()
        go.wait(5)
        ended.set()

    work.ask(QObject(), long, lambda answer: None)
    assert started.wait(5)
    work.stop(wait_ms=1)
    shiboken6.delete(parent)
    assert not ended.is_set()
    go.set()
    assert ended.wait(5)


def test_a_long_job_tells_how_far_it_is_and_stops_when_nobody_waits(qtbot: QtBot) -> None:
    work, owner, seen = Work(), QObject(), []
    reached = threading.Event()

    def count(job: Job) -> None:
        for n in range(1, 1000):
            job.progress(n, 1000)
            if n == 3:
                reached.set()
                threading.Event().wait(0.2)

    job = work.ask(owner, count, seen.append)
    steps: list[int] = []
    job.on_progress = lambda done, total: steps.append(done)
    reached.wait(5)
    qtbot.waitUntil(lambda: bool(steps))
    job.cancel()
    qtbot.waitUntil(lambda: not work.busy)
    assert seen == []
    assert len(steps) < 999


def test_nobody_is_called_who_is_gone(qtbot: QtBot) -> None:
    import shiboken6

    work, owner, seen, gate = Work(), QObject(), [], threading.Event()
    work.ask(owner, lambda job: gate.wait(5), seen.append)
    shiboken6.delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: not work.busy)
    assert seen == []


def test_what_is_typed_waits_for_no_list(qtbot: QtBot) -> None:
    work, owner, seen, gate = Work(), QObject(), [], threading.Event()
    for _ in range(20):
        work.ask(owner, lambda job: gate.wait(10), seen.append)
    Latest(work, owner, typed=True).ask(lambda job: "hits", seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["hits"]
    gate.set()
    qtbot.waitUntil(lambda: not work.busy)


def test_a_courier_stands_aside_after_a_key_but_comes_through(qtbot: QtBot) -> None:
    took: list[float] = []

    def slices() -> None:
        for _ in range(3):
            began = time.monotonic()
            precedence.stand_aside()
            took.append(time.monotonic() - began)

    precedence.acted()
    began = time.monotonic()
    precedence.stand_aside()
    assert time.monotonic() - began < precedence.MOMENT_S / 2, "the window's own thread never waits"
    courier = threading.Thread(target=slices)
    courier.start()
    courier.join()
    assert precedence.MOMENT_S * 0.5 < took[0] <= precedence.MOMENT_S * 2
    assert max(took[1:]) < precedence.MOMENT_S / 2
