"""A district and some desks in one thread over a small schema: the engine's tests play their scenarios here."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, create_engine

from sync.act import Base, Change, Op
from sync.desk.blobs import attach
from sync.desk.courier import Courier, RoundReport
from sync.desk.journal import Journal
from sync.desk.status import Status, status
from sync.desk.store import PlainStore
from sync.district.direct import DirectLine
from sync.district.district import District
from sync.district.judging import Judge
from sync.district.rights import Deposit, Reserved
from sync.district.scope import FixedScope, Scope
from sync.district.tables import META
from sync.district.tables import METADATA as DISTRICT_TABLES
from sync.errors import LineDown, Superseded
from sync.limits import LIMITS, Limits
from sync.schema import Schema
from sync.seal import new_key
from tests.sync.small import AREAS, SCHEMA, OneOfEach


class Time:
    """A clock that stands still unless told to move."""

    def __init__(self) -> None:
        self.ms = 1_800_000_000_000

    def now_ms(self) -> int:
        self.ms += 1
        return self.ms

    def monotonic(self) -> float:
        return self.ms / 1000


class Counter:
    """Ids in order, so that a scenario is the same each time."""

    def __init__(self, first: int = 1) -> None:
        self.n = first

    def new(self) -> str:
        self.n += 1
        return f"{0x019A00000000 + self.n:012x}7000{0x8000000000000000 + self.n:016x}"


class Dice:
    """Bytes that are the same each time."""

    def __init__(self) -> None:
        self._from = Random(1)

    def __call__(self, size: int) -> bytes:
        return self._from.randbytes(size)


@dataclass
class Wire:
    """A line to the district in the same thread; `cut` breaks it at a point of the next exchange."""

    district: District
    replica: str
    cut: str = ""
    up: int = 0
    down: int = 0
    posts: int = 0

    def post(self, path: str, body: bytes) -> bytes:
        self.posts += 1
        if self.cut == "before":
            raise LineDown("cut before")
        answer = DirectLine(self.district, self.replica).post(path, body)
        self.up, self.down = self.up + len(body), self.down + len(answer)
        if self.cut == "reply":
            raise LineDown("cut reply")
        return answer

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        data = DirectLine(self.district, self.replica).get(path)
        piece = data if span is None else data[span[0] : span[1]]
        self.down += len(piece)
        return piece


@dataclass
class DeskInTest:
    """One desk with its officer's hands."""

    world: World
    name: str
    store: PlainStore
    journal: Journal
    wire: Wire
    officer: str = ""
    """Who sits there; the desk's own name where nobody is named."""
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        self.courier = Courier(self.store.schema, self.wire, self.store, self.world.clock)

    def base(self) -> Base:
        with self.store.reading() as conn:
            return self.journal.base(conn)

    def act(self, *changes: Change, base: Base | None = None, verb: str = "保存") -> int:
        who = self.officer or self.name
        with self.store.writing() as conn:
            seen = base or self.journal.base(conn)
            return self.journal.write(conn, officer=who, verb=verb, base=seen, changes=changes).number

    def create(self, collection: str, **fields: Any) -> str:
        record = self.world.ids.new()
        self.act(Change(collection, record, Op.CREATE, fields))
        return record

    def edit(self, collection: str, record: str, base: Base | None = None, **fields: Any) -> int:
        return self.act(Change(collection, record, Op.FIELDS, fields), base=base)

    def void(self, collection: str, record: str, base: Base | None = None) -> int:
        return self.act(Change(collection, record, Op.VOID), base=base)

    def step(self, collection: str, record: str, verb: str, *others: Change, **more: str) -> str:
        step = self.world.ids.new()
        fields = {"subject_kind": collection, "subject": record, "verb": verb, **more}
        self.act(*others, Change("step", step, Op.CREATE, fields), verb=verb)
        return step

    def round(self) -> RoundReport:
        report = self.courier.round()
        assert report.in_step, f"{self.name} is not in step"
        return report

    def row(self, collection: str, record: str) -> dict[str, Any] | None:
        """The shown row, or None where it is not held or voided."""
        with self.store.reading() as conn:
            stored = self.journal.rows.of(collection).get(conn, record)
        return None if stored is None or stored.voided else stored.row

    def rows(self, collection: str) -> dict[str, dict[str, Any]]:
        with self.store.reading() as conn:
            ids = [i for (i,) in conn.exec_driver_sql(f'SELECT id FROM "{collection}" WHERE voided=0')]
        return {i: row for i in ids if (row := self.row(collection, i)) is not None}

    def attach(self, content: bytes) -> str:
        """A file for a field of the next act."""
        with self.store.writing() as conn:
            return attach(conn, content, self.world.clock.now_ms())

    def decide(self, contest: str, value: dict[str, Any]) -> int:
        row = self.rows("contest")[contest]
        saw = [[s["desk"], s["number"]] for s in row["sides"]]
        fields = {"value": value, "saw": saw, "subject_kind": row["subject_kind"], "subject": row["subject"]}
        return self.act(Change("contest", contest, Op.DECIDE, fields), verb="裁定")

    def answer(self, doubt: str, answer: str) -> int:
        return self.act(Change("doubt", doubt, Op.DECIDE, {"answer": answer}), verb="裁定")

    def status(self) -> Status:
        with self.store.reading() as conn:
            return status(conn)


@cache
def _empty_file(schema: Schema) -> bytes:
    """A new desk's file, made once a process: its tables cost more than most scenarios."""
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/first.db")
        PlainStore(engine, schema, Path(folder)).create("")
        with closing(sqlite3.connect(f"{folder}/first.db")) as file:
            file.execute("VACUUM INTO ?", (f"{folder}/copy.db",))
        engine.dispose()
        return Path(folder, "copy.db").read_bytes()


class World:
    """A district and its desks."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        limits: Limits = LIMITS,
        scope: Scope | None = None,
        reserved: Mapping[str, Reserved | Deposit] | None = None,
        judge: Judge | None = None,
    ) -> None:
        self.clock = Time()
        self.ids = Counter()
        self.folder = folder
        kind = SCHEMA, scope or FixedScope(AREAS), judge or OneOfEach(), self.clock, self.ids, folder / "packs"
        self.district = District(engine, *kind, random=Dice(), limits=limits, reserved=reserved)
        self.district.found("D")
        with engine.begin() as conn:  # the same each time, like all else that a world does
            conn.execute(META.update().values(seal=new_key(lambda size: bytes(range(size)))))
        self.desks: list[DeskInTest] = []

    def desk(self, name: str, *grants: str, schema: Schema = SCHEMA) -> DeskInTest:
        replica = self.ids.new()
        self.district.add_desk(replica, grants, post=f"post {name}")
        desk = self._on_new_file(name, replica, schema)
        self.desks.append(desk)
        return desk

    def upgrade(self, desk: DeskInTest) -> DeskInTest:
        """The desk's program is upgraded to the schema of today, on the same file."""
        desk.store.engine.dispose()
        newer = self._on_file(desk.name, desk.wire.replica, SCHEMA)
        newer.store.upgrade()
        self.desks[self.desks.index(desk)] = newer
        return newer

    def blank(self, desk: DeskInTest, name: str) -> DeskInTest:
        """The same replica on an empty file, kept for `restore`."""
        return self._on_new_file(name, desk.wire.replica, desk.store.schema)

    def _on_new_file(self, name: str, replica: str, schema: Schema) -> DeskInTest:
        (self.folder / f"{name}.db").write_bytes(_empty_file(schema))
        desk = self._on_file(name, replica, schema)
        with desk.store.writing() as conn:
            conn.exec_driver_sql("UPDATE sync_state SET replica=?", (replica,))
        return desk

    def _on_file(self, name: str, replica: str, schema: Schema) -> DeskInTest:
        engine = create_engine(f"sqlite:///{self.folder / name}.db", connect_args={"check_same_thread": False})
        store = PlainStore(engine, schema, self.folder / name)
        return DeskInTest(self, name, store, Journal(store.schema, self.clock), Wire(self.district, replica))

    def copy(self, desk: DeskInTest, name: str, *, runs: bool = True) -> DeskInTest:
        """Another desk on a copy of the file as it stands: a ghosted PC, or one that is kept for `restore`."""
        path = self.folder / f"{name}.db"
        with closing(sqlite3.connect(str(desk.store.engine.url.database))) as file:
            file.execute("VACUUM INTO ?", (str(path),))
        copy = self._on_file(name, desk.wire.replica, desk.store.schema)
        if runs:
            self.desks.append(copy)
        return copy

    def restore(self, desk: DeskInTest, copy: DeskInTest) -> DeskInTest:
        """The desk's file is gone, and an older copy takes its place."""
        self.desks[self.desks.index(desk)] = copy
        return copy

    def backup(self) -> dict[str, list[Any]]:
        """All that the district holds."""
        with self.district.engine.connect() as conn:
            return {t.name: [dict(r._mapping) for r in conn.execute(t.select())] for t in DISTRICT_TABLES.sorted_tables}

    def bring_back(self, backup: dict[str, list[Any]], *, announced: bool = True) -> None:
        """The district is restored from a backup; what came after it is lost there. `announced`: by its administrator."""
        with self.district.engine.begin() as conn:
            for table in DISTRICT_TABLES.sorted_tables:
                conn.execute(table.delete())
                if backup[table.name]:
                    conn.execute(table.insert(), backup[table.name])
        if announced:
            self.district.new_timeline()

    def settle(self, rounds: int = 3) -> None:
        """Lets every desk run rounds until all have seen all."""
        for _ in range(rounds):
            for desk in self.desks:
                assert not desk.round().repaired, f"{desk.name} did not add up and had to be mended"

    def rest(self, rounds: int = 4) -> None:
        """Rounds of all desks; a file whose counter is behind is told so once a line, and goes on in its next."""
        for _ in range(rounds):
            for desk in self.desks:
                for _ in range(2):
                    with suppress(Superseded):
                        desk.round()
                        break
                else:
                    desk.round()
