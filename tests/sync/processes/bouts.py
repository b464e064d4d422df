"""What may befall a town: one process of it ends or freezes at a point, and the others go on."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from random import Random

from sync.desk.enrolling import enrol_desk, new_nonce
from sync.errors import LineDown, SyncError
from tests.sync.processes.desk import Officers
from tests.sync.processes.fate import KILL, STOP
from tests.sync.processes.town import Town, Worker
from tests.sync.world import DeskInTest

WAITS_S = 0.05
JOIN_S_MAX = 60.0

SAVING = ("before commit of a save", "after commit of a save")
IN_ROUND = (
    "before push", "after push", "before commit of a slice", "after commit of a slice", "after apply",
)  # fmt: skip
FILLING = ("piece of a pack", "before commit of a fill", "after commit of a fill")
OPEN = ("before work", "after commit of hello", "after commit of judging", "before reply")
"""Points of a worker at which it holds no lock."""
LOCKED = (
    "before commit of hello", "publishing heads", "publishing the feed", "publishing areas", "publishing positions",
    "publishing the cursor", "writing the verdicts", "before commit of judging",
)  # fmt: skip
ENROLLING = ("before commit of enrolling", "after commit of enrolling", "before the enrolment's reply")
PARTS_OF_A_LONG_PUSH = 40
"""Acts, of which the district judges 32 in a transaction."""


class Bouts:
    """What may befall a town: each returns the point, and whether somebody came to it."""

    def __init__(self, made: Town, rng: Random) -> None:
        self.town = made
        self.rng = rng
        self.officers = Officers(rng)
        self.log: list[str] = []
        self.newcomers = 0
        self.mine = made.enrol("a", made.workers[0].relay.url, "A")
        self.other = made.enrol("s1", made.workers[1].relay.url, "S1")
        for desk in made.desks:
            desk.courier.round()

    def note(self, words: str) -> None:
        self.log.append(words)

    def news(self) -> None:
        """What the other office has typed and sent meanwhile."""
        for _ in range(self.rng.randrange(3, 9)):
            self.officers.type(self.other)
        self.other.courier.round()

    def workers(self) -> tuple[Worker, Worker]:
        """One that something befalls, and one that serves the desk afterwards."""
        one, other = self.rng.sample(self.town.workers, 2)
        return one, other

    # --- desks --------------------------------------------------------------------------------------------------

    def desk_dies(self, point: str, how: str) -> tuple[str, bool]:
        """The desk's process ends or freezes in a save or in a round."""
        self.news()
        saves = self.rng.randrange(1, 5)
        if "save" in point:
            count = self.rng.randrange(1, saves + 1)
        else:
            count = self.rng.randrange(2, 6) if "slice" in point else 1
        return self._process_of(self.mine, saves, point, how, count)

    def newcomer_dies(self, point: str, how: str) -> tuple[str, bool]:
        """A new desk's process ends or freezes while it takes its first pack in."""
        desk = self._newcomer()
        self.town.desks.append(desk)
        return self._process_of(desk, self.rng.randrange(2), point, how, 1)

    def _newcomer(self) -> DeskInTest:
        self.newcomers += 1
        grants = self.rng.choice((("A",), ("B",), ("A", "B"), ("S1",), ("D",)))
        desk = self.town.enrol(f"new{self.newcomers}", self.rng.choice(self.town.workers).relay.url, *grants)
        self.town.desks.remove(desk)  # its first round is no quiet one
        return desk

    def _process_of(self, desk: DeskInTest, saves: int, point: str, how: str, count: int) -> tuple[str, bool]:
        worker, _ = self.workers()
        who, words = self.town.enrolments[desk.name], f"desk: {how} {point}"
        self.note(f"{words} {count} ({desk.name}, {saves} saves)")
        child = self.town.nursery.bear(
            "tests.sync.processes.desk", name=desk.name, path=str(self.town.path(desk.name)),
            line={"url": worker.relay.url, "token": who.token, "ca": who.ca}, seed=self.rng.randrange(2**32),
            saves=saves, fate={"point": point, "how": how, "count": count},
        )  # fmt: skip
        said, hit, ended = _last_saved(desk), False, False
        while (message := child.hear()) is not None:
            said = message.get("saved", said)
            ended = ended or "ended" in message
            assert "bug" not in message, message["bug"]
            if "at" in message:
                hit = True
                if how == STOP:
                    child.wait_stopped()
                    self._meanwhile(worker)
                    child.go_on()
        child.wait_gone()
        assert ended != (hit and how == KILL), "a process ended otherwise than by its point"
        kept = _last_saved(desk)
        assert said <= kept <= said + 1, f"{said} acts were said to be saved, {kept} are there"
        return words, hit

    def _meanwhile(self, worker: Worker) -> None:
        """While a desk is frozen the world goes on, and sometimes its line does not last."""
        if self.rng.random() < 0.5:
            worker.relay.cut_all()
        self.news()

    # --- workers ------------------------------------------------------------------------------------------------

    def _typed(self) -> int:
        """Types a push, a long one at times; returns how many transactions it takes."""
        many = self.rng.random() < 0.3
        acts = PARTS_OF_A_LONG_PUSH if many else self.rng.randrange(1, 6)
        while len(self._unsent()) < acts:
            self.officers.type(self.mine)
        return 2 if many and len(self._unsent()) > 32 else 1

    def _unsent(self) -> list[int]:
        with self.mine.store.reading() as conn:
            return [n for (n,) in conn.exec_driver_sql("SELECT number FROM sync_journal WHERE outcome IS NULL")]

    def _count(self, point: str, parts: int) -> int:
        return self.rng.randrange(1, parts + 1) if "judging" in point or "publishing" in point else 1

    def worker_dies(self, point: str) -> tuple[str, bool]:
        """A worker ends in a push; another one serves the desk, or the same place after a restart."""
        worker, other = self.workers()
        count = self._count(point, self._typed())
        self.note(f"worker: kill {point} {count}")
        worker.arm(point, KILL, count)
        self.town.by_way_of(self.mine, worker.relay.url)
        hit = self._falls(worker, self.mine)
        if hit and self.rng.random() < 0.5:
            self.town.by_way_of(self.mine, other.relay.url)
            self.mine.round()  # before the dead one's place is taken again
        worker.begin_again() if hit else worker.disarm()
        return f"worker: kill {point}", hit

    def worker_dies_naming_a_pack(self) -> tuple[str, bool]:
        """A worker ends when it has built a pack for a new desk and not yet told anybody of it."""
        worker, _ = self.workers()
        desk = self._newcomer()
        self.town.by_way_of(desk, worker.relay.url)
        self.note("worker: kill naming a pack")
        worker.arm("naming a pack", KILL)
        hit = self._falls(worker, desk)
        worker.begin_again() if hit else worker.disarm()
        self.town.desks.append(desk)
        return "worker: kill naming a pack", hit

    @staticmethod
    def _falls(worker: Worker, desk: DeskInTest) -> bool:
        """Whether a round's worker died of its point, which the desk must hear as a broken line."""
        try:
            desk.courier.round()
        except LineDown:
            assert worker.hear("at") is not None, "a line broke with no worker dead"
            return True
        return False

    def worker_dies_enrolling(self, point: str) -> tuple[str, bool]:
        """A worker ends while it admits a desk; asked again with the same code, another says the same."""
        worker, other = self.workers()
        self.note(f"worker: kill {point}")
        before, nonce, name = self.town.admitted(), new_nonce(os.urandom(16)), f"enrolled{len(self.log)}"
        code = str(self.town.code(name, "A"))
        worker.arm(point, KILL)
        try:
            enrol_desk(worker.relay.url, code, nonce, self.town.clock.now_ms)
        except LineDown:
            assert worker.hear("at") == point
        else:
            raise AssertionError("an enrolment was answered by a dead worker")
        first = set(self.town.admitted()) - set(before)
        answer = enrol_desk(other.relay.url, code, nonce, self.town.clock.now_ms)
        made = set(self.town.admitted()) - set(before)
        assert made == {answer.replica}, f"{made} are not the one desk"
        assert first == (set() if point.startswith("before commit") else made), f"{first} were admitted at {point}"
        worker.begin_again()
        self.town.open(name, other.relay.url, answer)
        return f"worker: kill {point}", True

    def worker_freezes(self, point: str) -> tuple[str, bool]:
        """A worker freezes with no lock held; another serves the retry, and the first writes nothing when it wakes."""
        worker, other = self.workers()
        count = self._count(point, self._typed())
        self.note(f"worker: stop {point} {count}")
        if not self._frozen(worker, point, count):
            return f"worker: stop {point}", False
        self.town.by_way_of(self.mine, other.relay.url)
        self.mine.round()
        for _ in range(self.rng.randrange(3)):
            self.officers.type(self.mine)
        self.mine.round()
        before = self.town.dump()
        worker.child.go_on()
        ended = worker.hear("ended")
        worker.disarm()
        done = "reply" in point or "judging" in point
        assert ended == "Superseded" or (done and ended == ""), f"the frozen worker's round ended as {ended!r}"
        after = self.town.dump()
        stale = [f"{t}: {set(after[t]) ^ set(before[t])}" for t in before if after[t] != before[t]]
        assert not stale, f"a worker that woke up wrote: {stale}"
        return f"worker: stop {point}", True

    def worker_freezes_with_locks(self, point: str) -> tuple[str, bool]:
        """A worker freezes in the middle of a transaction: the retry waits for it, and both come to an end."""
        worker, other = self.workers()
        count = self._count(point, self._typed())
        self.note(f"worker: stop {point} {count}")
        if not self._frozen(worker, point, count):
            return f"worker: stop {point}", False
        self.town.by_way_of(self.mine, other.relay.url)
        retry = Going(self.mine)
        retry.thread.join(WAITS_S)
        assert retry.thread.is_alive(), f"a retry did not wait for a transaction that stands: {retry.error}"
        dies = self.rng.random() < 0.3
        worker.begin_again() if dies else worker.child.go_on()
        retry.join()
        assert retry.error is None, f"the retry failed: {retry.error!r}"
        if not dies:
            worker.hear("ended")
            worker.disarm()
        return f"worker: stop {point}", True

    def _frozen(self, worker: Worker, point: str, count: int) -> bool:
        """Freezes a worker in a round of the desk, whose line then breaks."""
        worker.arm(point, STOP, count)
        self.town.by_way_of(self.mine, worker.relay.url)
        going = Going(self.mine)
        if worker.hear("at", "ended") != point:
            going.join()
            worker.disarm()
            return False
        worker.child.wait_stopped()
        worker.relay.cut_all()
        going.join()
        assert isinstance(going.error, LineDown), f"a broken line was heard as {going.error!r}"
        return True


Bout = Callable[[Bouts], tuple[str, bool]]
"""The point, and whether somebody came to it."""


def _last_saved(desk: DeskInTest) -> int:
    with desk.store.reading() as conn:
        return conn.exec_driver_sql("SELECT max(number) FROM sync_journal").scalar_one() or 0


class Going:
    """A round in a thread of its own."""

    def __init__(self, desk: DeskInTest) -> None:
        self.error: Exception | None = None
        self._desk = desk
        self.thread = threading.Thread(target=self._go, daemon=True)
        self.thread.start()

    def _go(self) -> None:
        try:
            report = self._desk.courier.round()
            if report.repaired or not report.in_step:
                self.error = AssertionError("not in step")
        except (SyncError, AssertionError) as error:
            self.error = error

    def join(self) -> None:
        self.thread.join(JOIN_S_MAX)
        assert not self.thread.is_alive(), "a round came to no end"
