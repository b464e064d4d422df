"""One desk's database, opened: its door, its reads, its search, and the news of what changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.role import Duty, Role
from baiyun_desktop.replica import bulk, counted, migrations, numbers, schema, unsaved, upgrading
from baiyun_desktop.replica.accounts_post import duties_of, placed, role_of
from baiyun_desktop.replica.audit import without_entries
from baiyun_desktop.replica.changes import Subscriber
from baiyun_desktop.replica.door import Door
from baiyun_desktop.replica.engine import writer_engine
from baiyun_desktop.replica.errors import ReplicaMissing
from baiyun_desktop.replica.identity import DeskIdentity, load_identity, save_identity
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.lock import InstanceLock, Priority
from baiyun_desktop.replica.print_queue import PrintJobs
from baiyun_desktop.replica.read import Read
from baiyun_desktop.replica.recalendar import Reckoning
from baiyun_desktop.replica.revealing import Revealing
from baiyun_desktop.replica.search import Search
from baiyun_desktop.replica.store import Store
from sync.canon import add_hash
from sync.desk.courier import Need
from sync.desk.journal import Journal
from sync.desk.lifeboat import FILES_WAIT, Boat, FilePlace
from sync.desk.lifeboat_files import Cargo, FolderHold
from sync.desk.packs import Frame, set_state
from sync.desk.status import Status, status
from sync.enrolment import NumberBlock
from sync.errors import Damaged
from sync.lifeboat import secret_of
from sync.outside import Clock, Ids
from sync.protocol import PackHead

NO_FILES_ABOARD = "有附件还没有送到区里，也没有另存一份，请检查磁盘空间，并尽快连线上传"
NO_LIFEBOAT = "刚才的内容已保存，但没有写进救生文件，请检查磁盘空间；下次保存时会补上"


class Replica:
    """A post's encrypted database on this PC. Open once a process; close lets another process have it."""

    def __init__(self, path: Path, key: bytes, layout: Layout, clock: Clock, ids: Ids, lock: InstanceLock) -> None:
        """For `open` and `create` alone: the file is there and current, and `lock` is held."""
        self._lock = lock
        self.path = path
        self.folder = path.with_name(path.name + ".packs")
        """Where packs may lie while they are fetched."""
        self.layout = layout
        self.clock = clock
        self.ids = ids
        self.store = Store(path, key, layout, clock)
        self.journal = Journal(layout.schema, clock)
        with self.store.reading() as conn:
            self.identity = placed(conn, layout, load_identity(conn))
            counted_for = counted.is_settled(conn, path)
        if not counted_for:
            with self.store.writing(Priority.CLERK.value) as conn:
                counted.settle(conn, path)
        self._place = FilePlace(lifeboat_of(path), beside=True)
        self._cargo: Cargo | None = None
        self._board()
        self.officer = self.identity.officer
        self.door = Door(self.store, self.journal, ids, self)
        self.audit = self.door.audit
        self.papers = self.door.papers
        self.printing = PrintJobs(self.store, ids)
        self.read = Read(self.store, self.journal, self)
        self.revealing = Revealing(self.read, self.audit)
        self.search = Search(self.store)
        self.unsaved = unsaved.Unsaved(self.store)
        self._reckoning = Reckoning(self.store)
        self._reckoning.catch_up()

    @classmethod
    def create(
        cls, path: Path, key: bytes, program: Program, identity: DeskIdentity, clock: Clock, ids: Ids
    ) -> Replica:
        """A new, empty replica. The file appears whole or not at all. Raises FileExistsError, ReplicaInUse."""
        path = Path(path)
        lock = InstanceLock(path)
        lock.acquire()
        try:
            if path.exists():
                raise FileExistsError(path)
            layout = Layout(program)
            make_file(path, key, layout, identity)
            return cls(path, key, layout, clock, ids, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(
        cls,
        path: Path,
        key: bytes,
        program: Program,
        clock: Clock,
        ids: Ids,
        tell: upgrading.Tell = upgrading.untold,
    ) -> Replica:
        """Opens a replica, upgrading an old file first; `tell` hears how far that is.

        Raises ReplicaMissing, ReplicaInUse, WrongKey, ReplicaTooNew or DiskTrouble, each with what to do about it.
        """
        path = Path(path)
        if not path.exists():
            raise ReplicaMissing(f"数据文件 {path.name} 不在了，请从备份恢复")
        lock = InstanceLock(path)
        lock.acquire()
        try:
            layout = Layout(program)
            engine = writer_engine(path, key)
            try:
                with engine.begin() as conn:
                    current = migrations.is_current(conn, layout)
            finally:
                engine.dispose()
            if not current:
                upgrading.upgrade(path, key, layout, tell=tell)
            return cls(path, key, layout, clock, ids, lock)
        except BaseException:
            lock.release()
            raise

    @property
    def role(self) -> Role | None:
        """The role of this desk's post: as the district says, else as it is called; None where neither says one."""
        with self.store.reading() as conn:
            return role_of(conn, self.layout, self.identity.post)

    @property
    def duties(self) -> frozenset[Duty]:
        """What this desk is for where its post is an administrator's; empty for every other."""
        with self.store.reading() as conn:
            return duties_of(conn, self.layout, self.identity)

    def status(self) -> Status:
        """What waits, since when, and what somebody must look at."""
        with self.store.reading() as conn:
            found = status(conn)
        if found.alarm is None and self.store.boat is not None and self.store.boat.trouble:
            return replace(found, alarm=NO_LIFEBOAT)
        if found.alarm is None and self._cargo is not None and self._cargo.trouble:
            return replace(found, alarm=NO_FILES_ABOARD)
        return found

    def work_status(self) -> Status:
        """The same of what officers did alone, as a window tells it; audit entries are not counted as unsent."""
        with self.store.reading() as conn:
            return without_entries(conn, status(conn))

    # --- news ---------------------------------------------------------------------------------------------------

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Hear of each commit, in the thread that made it; call the answer to stop."""
        return self.store.publisher.subscribe(subscriber)

    # --- for the courier ----------------------------------------------------------------------------------------

    @property
    def pack_key(self) -> bytes:
        """What packs are sealed with while they are fetched: made of the file's key, so that nobody else has it, and
        another one once that is rotated.
        """
        return hashlib.blake2b(key=self.store.key, person=b"baiyun packs", digest_size=32).digest()

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that sees one moment of the file and cannot write."""
        return self.store.reading()

    def fill_fresh(self, head: PackHead, frames: Iterable[Frame]) -> None:
        """Fills a new file from a pack in one go and swaps it in; only while this replica holds nothing.

        Where a clerk saved something meanwhile, that stays and the filled file does not: the next request brings the
        pack again, to be laid over in slices. Raises Damaged where the rows do not add up to the pack's digest.
        """
        with self.store.reading() as conn:
            kept = bulk.carried(conn)

        def write(loader: bulk.Loader) -> None:
            bulk.carry(loader.conn, kept)
            total, count = 0, 0
            for collection, rows in frames:
                loader.add(collection, rows)
                total, count = add_hash(total, *(stored.rowhash for _, stored in rows)), count + len(rows)
            if (total, count) != (head.digest, head.rows):
                raise Damaged("the pack's rows do not add up to its digest")
            set_state(loader.conn, head, total, count)

        staging = bulk.fill(self.path, self.store.key, self.layout, write)
        self.store.at("filled")

        def still(conn: Connection) -> bool:
            same = bulk.carried(conn) == kept
            if same:  # what was typed meanwhile is no reason to throw the filled file away
                unsaved.carry(conn, staging, self.store.key)
            return same

        self.store.replace_by(staging, still)

    def writing(self, priority: str = "courier") -> AbstractContextManager[Connection]:
        """A transaction with the door open; history, projections, search and news follow by themselves."""
        return self.store.writing(priority)

    def forget(self) -> bool:
        """Makes what was removed unreadable in the file's log too; False where somebody still reads."""
        return self.store.forget()

    def after(self, conn: Connection, touched: frozenset[tuple[str, str]]) -> None:
        """Inside `writing`: look at these records again even where their rows stay the same."""
        self.store.after(conn, touched)

    def needs(self, conn: Connection) -> Need | None:
        """The numbers that this desk runs short of."""
        patterns = self.layout.program.numbers.values()
        return numbers.needs(conn, patterns, self.identity.epoch, self.clock.now_ms())

    def given(self, conn: Connection, blocks: Sequence[NumberBlock]) -> None:
        """Blocks of numbers that a round brought."""
        numbers.given(conn, blocks, self.identity.epoch, self.path)

    @property
    def clerk_waits(self) -> bool:
        """Whether a courier should end its slice now."""
        return self.store.lock.clerk_waits

    # --- who this desk is ---------------------------------------------------------------------------------------

    def enrol(self, identity: DeskIdentity) -> None:
        """Takes on what the district's enrolment gave: address, CA, token, post, areas, number blocks."""
        with self.store.transaction(Priority.CLERK) as txn:
            save_identity(txn.conn, identity)
            txn.conn.exec_driver_sql("UPDATE sync_state SET replica = ?, epoch = ?", (identity.replica, identity.epoch))
        self.identity = identity
        self._board()
        self.officer = self.officer or identity.officer

    def _board(self) -> None:
        """Opens the lifeboat beside the file; what a power cut left out of it is added."""
        if self._cargo is not None:
            self._cargo.close()
        secret = secret_of(self.identity.token)
        self._cargo = Cargo(FolderHold(hold_of(self.path)), secret, self.store.reading, beside=True)
        boat = Boat(self._place, secret, named=self._cargo.soon)
        with self.store.reading() as conn:
            boat.board(conn)
            files_wait = conn.exec_driver_sql(FILES_WAIT).first() is not None
        self.store.boat = boat
        if files_wait:
            self._cargo.soon()
        self.stow()

    def stow(self) -> None:
        """After a round: what backups have by now need not lie beside this file any more."""
        if self._cargo is not None and hold_of(self.path).exists():
            self._cargo.soon()

    def close(self) -> None:
        """Folds the log into the file and lets go of it."""
        if self._cargo is not None:
            self._cargo.close()
        self.store.close()
        self._place.close()
        self._lock.release()

    def __enter__(self) -> Replica:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def lifeboat_of(path: Path) -> Path:
    """Where a replica's lifeboat lies: beside it."""
    return path.with_suffix(".lifeboat")


def hold_of(path: Path) -> Path:
    """Where the files of a replica's lifeboat lie: beside it."""
    return path.with_suffix(".aboard")


def make_file(path: Path, key: bytes, layout: Layout, identity: DeskIdentity) -> None:
    """Writes an empty replica under another name and gives it its own when it is whole."""
    staging = path.with_name(path.name + ".making")
    staging.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = writer_engine(staging, key)
    with engine.begin() as conn:
        schema.create_tables(conn, layout)
        bulk.begin(conn, identity)
        migrations.create(conn, layout)
    migrations.settle(engine)
    migrations.swap(staging, path)
