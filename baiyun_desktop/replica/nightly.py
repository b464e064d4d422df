"""When a desk is backed up, where to, and when its file is tidied: the plan, and the thread that keeps to it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import sqlcipher3.dbapi2 as sqlcipher

from baiyun_desktop.keys.atomic import write_whole
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.replica import tidying
from baiyun_desktop.replica.backup import KEEP, Backup, make_backup
from baiyun_desktop.replica.errors import BackupTrouble, DiskTrouble
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.replica import Replica

log = logging.getLogger(__name__)

CHINA = timezone(timedelta(hours=8))
LOOK_EVERY_S = 60.0
AGAIN_AFTER_MS = 30 * 60 * 1000
STALE_AFTER_MS = 3 * 24 * 3600 * 1000
"""A desk whose last backup is older than this says so, whatever stands in the way."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Where backups go, how many are kept, from which hour (+08:00) a night counts, and how the last one went."""

    folder: str = ""
    keep: int = KEEP
    hour: int = 2
    done_at: int = 0
    tried_at: int = 0
    trouble: str = ""
    tested_at: int = 0
    """When a backup was last opened again, to see that one can."""

    def due(self, now_ms: int) -> bool:
        """Whether no backup was made since the last night began: a PC that sleeps at night makes it in the morning."""
        if not self.folder or (self.trouble and 0 <= now_ms - self.tried_at < AGAIN_AFTER_MS):
            return False
        return not self.night_ms(now_ms) <= self.done_at <= now_ms  # a clock that was ahead once stops nothing

    def night_ms(self, now_ms: int) -> int:
        """When the last night began."""
        now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CHINA)
        night = now.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        if night > now:
            night -= timedelta(days=1)
        return int(night.timestamp() * 1000)

    def words(self, now_ms: int) -> str:
        """What to tell the officer; empty where all is well."""
        if not self.folder:
            return "还没有选择备份文件夹；这台电脑坏了，未上传的内容就没有了"
        if self.trouble:
            return self.trouble
        if self.done_at and now_ms - self.done_at > STALE_AFTER_MS:
            return f"已有 {(now_ms - self.done_at) // (24 * 3600 * 1000)} 天没有备份"
        return ""


def load_plan(home: DeskHome) -> Plan:
    """The plan of this PC; an unreadable one is as none: it is asked for again."""
    try:
        return msgspec.json.decode(_path(home).read_bytes(), type=Plan)
    except (FileNotFoundError, msgspec.MsgspecError):
        return Plan()


def save_plan(home: DeskHome, plan: Plan) -> None:
    """Keeps the plan; the next look goes by it."""
    write_whole(_path(home), msgspec.json.encode(plan))


def _path(home: DeskHome) -> Path:
    return home.folder / "backups.json"


class Upkeep:
    """Looks once a minute, in a thread of its own, whether the district can give the key back and a backup is due.

    To be started after the first paint: `upkeep.start()`; the window shows `problem`, or asks for a folder.
    """

    def __init__(self, home: DeskHome, replica: Replica) -> None:
        self._home = home
        self._replica = replica
        self._planning = threading.Lock()
        self._making = threading.Lock()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._tidied_at = -AGAIN_AFTER_MS
        self.listeners: list[Callable[[], None]] = []
        """Told, in the upkeep's thread, after each backup that was tried."""

    @property
    def problem(self) -> str:
        """Plain words for what stands in the way of the backup; empty where all is well."""
        return load_plan(self._home).words(self._replica.clock.now_ms())

    def start(self) -> None:
        """Begins to look, in a thread that ends with the program."""
        self._thread = threading.Thread(target=self._look_on, name="upkeep", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Ends; a backup under way is left, and made at the next start. To be called before the replica is closed."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def look_soon(self) -> None:
        """After a round: a new desk has just heard of the district's key."""
        self._wake.set()

    def choose(self, folder: Path, keep: int = KEEP, *, soon: bool = True) -> None:
        """Takes a folder for backups, and makes the first one there as soon as possible, unless the caller does."""
        with self._planning:
            save_plan(self._home, Plan(folder=str(folder), keep=keep))
        if soon:
            self._wake.set()

    def back_up(self, cancelled: Callable[[], bool] = lambda: False) -> Backup:
        """One backup now, in the calling thread. Raises BackupTrouble, KeyTrouble, as which it stands in the plan too."""
        with self._making:
            return self._back_up(load_plan(self._home), cancelled)

    def note_test(self) -> None:
        """Writes down that a backup was opened again."""
        plan = load_plan(self._home)
        self._write_down(plan, msgspec.structs.replace(plan, tested_at=self._replica.clock.now_ms()))

    def look(self) -> bool:
        """One look, in the calling thread. Returns whether a backup was tried."""
        try:
            self._home.keep_keys(self._replica)
        except (KeyTrouble, OSError):
            log.exception("the wrapped keys were not brought in line")
        with self._making:
            plan = load_plan(self._home)
            self._tidy(plan)
            if not plan.due(self._replica.clock.now_ms()):
                return False
            with suppress(BackupTrouble, KeyTrouble):  # it stands in the plan, and the window says it
                self._back_up(plan, lambda: False)
        for listener in list(self.listeners):
            listener()
        return True

    def _tidy(self, plan: Plan) -> None:
        """Writes the file anew once a night where something left it; trouble stops nothing and is tried again later."""
        now_ms = self._replica.clock.now_ms()
        if 0 <= now_ms - self._tidied_at < AGAIN_AFTER_MS or not tidying.due(self._replica, plan.night_ms(now_ms)):
            return
        self._tidied_at = now_ms
        try:
            tidying.tidy(self._replica, self._stopping.is_set)
        except (OSError, DiskTrouble, sqlcipher.Error):
            log.exception("the file was not written anew")

    def _back_up(self, plan: Plan, cancelled: Callable[[], bool]) -> Backup:
        now_ms = self._replica.clock.now_ms()

        def stopped() -> bool:
            return self._stopping.is_set() or cancelled()

        try:
            made = make_backup(
                self._replica, self._home.keys, Path(plan.folder), keep=plan.keep, cancelled=stopped
            )  # fmt: skip
        except (BackupTrouble, KeyTrouble) as error:
            if not stopped():
                self._write_down(plan, msgspec.structs.replace(plan, tried_at=now_ms, trouble=str(error)))
            raise
        self._write_down(plan, msgspec.structs.replace(plan, done_at=made.info.made_at, tried_at=now_ms, trouble=""))
        return made

    def _write_down(self, before: Plan, after: Plan) -> None:
        with self._planning:
            if load_plan(self._home) == before:  # else another folder was chosen meanwhile
                save_plan(self._home, after)

    def _look_on(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self.look()
            except Exception:
                log.exception("the upkeep failed")  # whatever it is, the next look may go well
            self._wake.wait(LOOK_EVERY_S)
