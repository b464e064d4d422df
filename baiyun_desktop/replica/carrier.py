"""The courier's thread: rounds after a save, when the district has news, and by the clock, never in a clerk's way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.lookup import LookedUp, Question, look_up
from baiyun_desktop.replica.replica import Replica
from baiyun_desktop.replica.returned import TrayItem, item_of
from sync.act import Outcome
from sync.desk.courier import Courier, RoundReport
from sync.desk.courier import Store as CourierStore
from sync.desk.transport import NotTheDistrict
from sync.errors import Busy, Damaged, LineDown, Refused, Superseded, SyncError, WrongTimeline

log = logging.getLogger(__name__)

SOON_S = 0.4
"""After a save: long enough that a family typed in one go travels together."""
EVERY_S = 120.0
BACK_OFF_S = (2.0, 5.0, 15.0, 60.0, 180.0)
"""Waits after failures in a row; each is stretched at random, so that 300 offices do not come back at once."""
WAIT_S = 25.0
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "wrong version number", "record layer failure")
"""How OpenSSL names an answer in plain HTTP at the district's address, older and newer."""


class Line(Protocol):
    """A desk's line to its district: see `sync.desk.transport.Transport`."""

    def post(self, path: str, body: bytes) -> bytes: ...

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes: ...

    def wait(self, pos: int, seconds: float = ...) -> bool: ...

    def close(self) -> None: ...


class SwitchedLine:
    """A line with a switch in it: a trainer cuts it, and the desk sees what it sees when the network is gone."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.on = True

    def turn(self, on: bool) -> None:
        self.on = on
        if not on:
            self._line.close()

    def post(self, path: str, body: bytes) -> bytes:
        self._check()
        return self._line.post(path, body)

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        self._check()
        return self._line.get(path, span)

    def wait(self, pos: int, seconds: float = WAIT_S) -> bool:
        self._check()
        return self._line.wait(pos, seconds)

    def close(self) -> None:
        self._line.close()

    def _check(self) -> None:
        if not self.on:
            raise LineDown("线路已断开")


class Carrier:
    """Runs one replica's rounds. `news` is a line of its own for the long poll, so that it never holds up a round."""

    def __init__(
        self,
        replica: Replica,
        line: Line,
        news: Line,
        random: Callable[[], float],
        *,
        store: CourierStore | None = None,
    ) -> None:
        self._replica = replica
        self._line = line
        self._news = news
        self._random = random
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._courier = Courier(replica.layout.schema, line, store or replica, replica.clock, pause=self._stopping.wait)
        self._not_before = 0.0
        """The instant, by the monotonic clock, until which the district asked to be left alone."""
        self._one = threading.Lock()
        self._failures = 0
        self._problem = ""
        self._unsubscribe: Callable[[], None] | None = None
        self._threads: list[threading.Thread] = []
        self.listeners: list[Callable[[], None]] = []
        """Told, in the courier's thread, after each round."""

    @property
    def problem(self) -> str:
        """Plain words for why the last round did not end well; empty where it did."""
        return self._problem

    @property
    def running(self) -> bool:
        """Whether it was started."""
        return bool(self._threads)

    @property
    def asked_s(self) -> float:
        """How many seconds the district asks to be left alone from now on, whatever is saved meanwhile."""
        return max(0.0, self._not_before - self._replica.clock.monotonic())

    def start(self) -> None:
        """Begins to carry, in threads that end with the program."""
        self._unsubscribe = self._replica.subscribe(self._changed)
        for work in (self._carry, self._listen):
            thread = threading.Thread(target=work, name=f"courier-{work.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)
        self._wake.set()

    def stop(self, seconds: float = 5.0) -> None:
        """Ends after the round at hand; what it had not finished goes on at the next start."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._stopping.set()
        self._wake.set()
        self._news.close()
        for thread in self._threads:
            thread.join(seconds)
        self._line.close()

    def round_now(self) -> None:
        """A round as soon as possible."""
        self._failures = 0
        self._wake.set()

    def run(self) -> RoundReport | None:
        """One round in the calling thread; None where the line failed, and `problem` says why."""
        report: RoundReport | None = None
        with self._one:
            try:
                done = self._courier.round()
            except SyncError as error:
                self._failures += 1
                self._problem = words_for(error)
                log.info("a round came to nothing: %s", type(error).__name__)
                if isinstance(error, Busy):
                    self._not_before = self._replica.clock.monotonic() + error.retry_after_s
            except Exception as error:
                # Whatever it is, the thread must live: a full disk is emptied, a bug is mended by the next version.
                log.exception("a round failed")
                self._failures += 1
                name = type(error).__name__
                self._problem = f"本机同步出错（{name}），内容都在本机，稍后自动重试；一直如此请联系管理员"
            else:
                report = done
                self._failures = 0
                log.info("a round: sent %d, received %d, requests %d", done.sent, done.received, done.requests)
                self._problem = "" if done.in_step else "本机数据与区里核对不上，请联系管理员"
        for listener in list(self.listeners):
            listener()
        return report

    def rescued(self, number: int) -> TrayItem:
        """An act of this desk whose content only the district has any more; waits for a round that is under way.

        Raises SyncError where the district cannot be reached or does not give it.
        """
        with self._one:
            return item_of(self._courier.rescued(number), Outcome.RESCUED.value, "")

    def look_up(self, by: str, value: str, reason: str) -> LookedUp:
        """Asks the district for a person outside this desk's areas; waits for a round that is under way.

        Raises SyncError where the district cannot be reached, refuses, or has been asked too often.
        """
        question = Question(by=by, value=value, reason=reason, officer=self._replica.officer)
        with self._one:
            return look_up(self._line.post, question)

    def _changed(self, changes: Changes) -> None:
        if changes.act:
            self._wake.set()

    def _carry(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(self._pause())
            if self._stopping.wait(max(SOON_S, self.asked_s)):
                return
            self._wake.clear()
            self.run()

    def _pause(self) -> float:
        if not self._failures:
            return EVERY_S
        step = BACK_OFF_S[min(self._failures, len(BACK_OFF_S)) - 1]
        return step * (0.75 + 0.5 * self._random())

    def _listen(self) -> None:
        """Long poll: an idle desk hears of a change within seconds."""
        while not self._stopping.is_set():
            try:
                if self._news.wait(self._replica.status().pos, WAIT_S):
                    self._wake.set()
                    self._stopping.wait(1.0)
            except SyncError:
                self._stopping.wait(5.0 * (0.75 + 0.5 * self._random()))
            except Exception:
                log.exception("waiting for news failed")
                self._stopping.wait(60.0)


def words_for(error: SyncError) -> str:
    """What an officer reads in the status bar."""
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, WrongTimeline):
        return "区服务器恢复过旧数据，正在等管理员确认；本机内容都在"
    if isinstance(error, Superseded):
        return "另一轮上传正在进行"
    if isinstance(error, Damaged):
        return "收到的数据不完整，稍后自动重试"
    if isinstance(error, NotTheDistrict) or any(sign in str(error.__cause__) for sign in _NO_TLS):
        # a hotel's log-in page, or whoever else answers there: nothing was sent
        return "没有连到区服务器（可能需要先登录上网页面），内容都在本机，连上后自动上传"
    if type(error.__cause__).__name__ == "ProxyError":
        return "代理服务器不通或要求登录，内容都在本机，请联系管理员核对代理设置"
    if type(error) is not LineDown and str(error):
        return str(error)  # not the district, an ended certificate, too busy: each says what it is
    return "连不上区服务器，内容已存在本机，稍后自动上传"
