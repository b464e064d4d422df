"""The messages between desks and their district, bent: requests, sealed acts, replies, packs, enrolments."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import zstandard
from sqlalchemy import create_engine, select, update

from sync.act import Act, Base, Change, Op
from sync.desk.courier import Courier
from sync.desk.journal import Journal
from sync.desk.packs import open_pack
from sync.desk.pieces import sealed
from sync.desk.store import PlainStore
from sync.district.direct import DirectLine
from sync.district.district import District
from sync.district.engine import open_engine
from sync.district.enrol import CODE, Enroller, Place
from sync.district.tables import DESK, EPOCH, META
from sync.enrolment import ALPHABET, EnrolRequest
from sync.errors import SyncError, WrongTimeline
from sync.outside import SystemClock, SystemIds
from sync.protocol import VERSION, RoundRequest, encode
from sync.seal import public_of, seal
from tests.sync.net import toy

from .mutations import Packed, bent, broken, content, opened, wrong
from .target import Target


class Desk:
    """A desk on a plain file; without a replica's id it opens the file that is there."""

    def __init__(self, folder: Path, line: Any, replica: str = "") -> None:
        self.store = PlainStore(create_engine(f"sqlite:///{folder / 'desk.db'}"), toy.SCHEMA, folder)
        if replica:
            self.store.create(replica)
        self._journal = Journal(self.store.schema, SystemClock())
        self.courier = Courier(self.store.schema, line, self.store, SystemClock(), pause=lambda _s: None)

    def note(self, text: str) -> None:
        """Types a note."""
        change = Change("note", SystemIds().new(), Op.CREATE, {"text": text, "area": "A"})
        with self.store.writing() as conn:
            base = self._journal.base(conn)
            self._journal.write(conn, officer="张三", verb="保存", base=base, changes=[change])

    def typed(self) -> list[bytes]:
        """What the journal holds of what was typed."""
        with self.store.reading() as conn:
            return list(conn.exec_driver_sql("SELECT body FROM sync_journal").scalars())

    def close(self) -> None:
        with self.store.engine.connect() as conn:
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.store.engine.dispose()


class _Heard(DirectLine):
    """Keeps what a desk sends."""

    def __init__(self, district: District, replica: str, sent: list[bytes]) -> None:
        super().__init__(district, replica)
        self._sent = sent

    def post(self, path: str, body: bytes) -> bytes:
        self._sent.append(body)
        return super().post(path, body)


class _Bent(DirectLine):
    """Says something else than the district."""

    def __init__(self, district: District, replica: str, random: Random) -> None:
        super().__init__(district, replica)
        self._random = random
        self._left = 5

    def post(self, path: str, body: bytes) -> bytes:
        self._left -= 1
        if self._left < 0:  # what is wrong may well ask for more, for ever
            raise SyncError("cut")
        return wrong(self._random, opened(super().post(path, body)))


class Requests(Target):
    """A desk's messages at the district: real ones, with numbers that are its next, bent."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        toy.found(folder, f"sqlite:///{folder / 'd.db'}")
        self.engine = open_engine(f"sqlite:///{folder / 'd.db'}")
        self.district = toy.district_of(folder, self.engine)
        self.replica, self.sent = SystemIds().new(), list[bytes]()
        self.district.add_desk(self.replica, ["A"])
        desk = Desk(folder, _Heard(self.district, self.replica, self.sent), self.replica)
        for text in ("甲", "乙" * 40, ""):
            desk.note(text)
            desk.courier.round()
        desk.close()

    def attempt(self, random: Random) -> None:
        tree = opened(random.choice(self.sent))
        last = self.forgive()
        tree[2] = 2
        if isinstance(tree[6], Packed):
            tree[6].tree[1] = last + 1
        self.offer(wrong(random, tree))

    def forgive(self) -> int:
        """As before any round, so that no wrong one stands in the next one's way; returns the last act's number."""
        with self.engine.begin() as conn:
            conn.execute(update(EPOCH).values(fence=1))
            conn.execute(update(DESK).values(spent="[]"))
            return conn.execute(select(EPOCH.c.last_number).order_by(EPOCH.c.epoch)).scalars().first() or 0

    def offer(self, message: bytes) -> None:
        # Said after the acts were taken in: what was typed is taken whatever its desk has heard.
        with suppress(WrongTimeline):
            self.district.round(self.replica, message)

    def state(self) -> object:
        with self.engine.connect() as conn:
            return conn.execute(select(META.c.pos, META.c.tag)).one()


class Sealed(Requests):
    """Acts that their desk sealed to the district, bent before they were sealed."""

    def attempt(self, random: Random) -> None:
        change = Change("note", SystemIds().new(), Op.CREATE, {"text": "甲", "area": "A"})
        act = msgspec.to_builtins(Act(1, "张三", 1, "保存", Base(0, 0), (change,)))
        body = content(random, act) if random.random() < 0.8 else msgspec.msgpack.encode(act)
        body = b"\1" + (broken(random, body) if random.random() < 0.3 else body)
        last = self.forgive()
        sealed = seal(public_of(self.district._seal_key()), body, self.replica.encode())
        request = RoundRequest(VERSION, 1, 2, 0, b"", "", sealed=[(last + 1, 0, sealed)])
        self.offer(encode(request))


class Replies(Target):
    """The district's messages at a desk: the second or a later answer of a round is bent."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        toy.found(folder, f"sqlite:///{folder / 'd.db'}")
        self.engine = open_engine(f"sqlite:///{folder / 'd.db'}")
        self.district = toy.district_of(folder, self.engine)
        self.replica = SystemIds().new()
        self.district.add_desk(self.replica, ["A"])
        desk = Desk(folder, DirectLine(self.district, self.replica), self.replica)
        for text in ("甲", "乙"):
            desk.note(text)
            desk.courier.round()
        changes = [Change("note", SystemIds().new(), Op.CREATE, {"text": "区", "area": "A"})]
        self.district.write(changes, "初始化")
        desk.note("丙")
        desk.close()
        self.pristine = folder / "desk.db"
        self.open = folder / "open"

    def attempt(self, random: Random) -> None:
        shutil.rmtree(self.open, ignore_errors=True)
        self.open.mkdir()
        shutil.copy(self.pristine, self.open / "desk.db")
        desk = Desk(self.open, _Bent(self.district, self.replica, random))
        try:
            desk.courier.round()
        finally:
            typed = desk.typed()
            desk.close()
            assert sum("丙".encode() in body for body in typed) == 1, "what was typed is in the journal"

    def state(self) -> object:
        return self.pristine.read_bytes()


class Packs(Target):
    """Packs at a desk: bent as files, and made anew with a name that is right."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        toy.found(folder, f"sqlite:///{folder / 'd.db'}")
        district = toy.district_of(folder, open_engine(f"sqlite:///{folder / 'd.db'}"))
        changes = [Change("note", SystemIds().new(), Op.CREATE, {"text": "文" * n, "area": "A"}) for n in range(30)]
        district.write(changes, "初始化")
        replica = SystemIds().new()
        district.add_desk(replica, ["A"])
        desk = Desk(folder, DirectLine(district, replica), replica)
        desk.courier.round()
        desk.close()
        (pack,) = district.packs.folder.glob("*.pack")
        self.whole, self.name = pack.read_bytes(), pack.stem
        raw = BytesIO(zstandard.ZstdDecompressor().stream_reader(self.whole).read())
        self.frames = list[bytes]()
        while size := int.from_bytes(raw.read(4), "big"):
            self.frames.append(raw.read(size))

    def attempt(self, random: Random) -> None:
        path, name, key = self.folder / "x.pack", self.name, b""
        if random.random() < 0.3:  # as it lies on a desk's disk
            key = random.randbytes(32)
            path.write_bytes(broken(random, sealed(key, name, 0, self.whole)))
        elif random.random() < 0.5:
            path.write_bytes(broken(random, self.whole))
        else:
            frames = [self._frame(random, frame) for frame in self.frames]
            name = hashlib.blake2b(b"".join(frames), digest_size=16).hexdigest()
            raw = b"".join(len(frame).to_bytes(4, "big") + frame for frame in frames)
            path.write_bytes(zstandard.ZstdCompressor(write_checksum=True).compress(raw))
        _, rows = open_pack(path, name, key)
        for _ in rows:
            pass

    @staticmethod
    def _frame(random: Random, frame: bytes) -> bytes:
        return content(random, msgspec.msgpack.decode(frame)) if random.random() < 0.5 else frame

    def state(self) -> object:
        return self.name


class Enrolments(Target):
    """Requests to be enrolled, as the district's handler reads them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        toy.found(folder, f"sqlite:///{folder / 'd.db'}")
        self.engine = open_engine(f"sqlite:///{folder / 'd.db'}")
        self.enroller: Enroller = toy.enroller_of(folder, self.engine)
        self.code = self.enroller.new_code(Place("登记岗", "张三", ("A",), "宝山"))

    def attempt(self, random: Random) -> None:
        right = {"code": self.code.secret, "nonce": "n" * 22, "version": 1, "machine": "PC"}
        right["code"] = "".join(random.choices(ALPHABET, k=10))
        tree = bent(random, right)
        try:
            text = json.dumps(tree, default=str).encode()
            request = msgspec.json.decode(broken(random, text) if random.random() < 0.3 else text, type=EnrolRequest)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
            raise SyncError(f"{error}") from error  # what the web's half answers with 400, see test_openapi
        self.enroller.enrol(request)

    def state(self) -> object:
        with self.engine.connect() as conn:
            return conn.execute(select(DESK.c.replica)).all(), conn.execute(select(CODE.c.used_at)).all()
