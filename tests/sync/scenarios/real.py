"""A whole desk on a real line: the engine's own store, journal and courier over TLS to a district's process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from sync.act import Change, Op
from sync.desk.courier import Courier, RoundReport
from sync.desk.journal import Journal
from sync.desk.status import Status, status
from sync.desk.store import PlainStore
from sync.desk.transport import Transport
from sync.outside import Clock, SystemClock, SystemIds
from tests.sync.net import toy
from tests.sync.net.conftest import ToyDesk


class OpenLine:
    """What a courier speaks through; a scenario may put another `post` in its place."""

    def __init__(self, transport: Transport) -> None:
        self.post = transport.post
        self.get = transport.get


@dataclass
class RealDesk:
    """One desk of the toy district, with its officer's hands."""

    store: PlainStore
    journal: Journal
    transport: Transport
    line: OpenLine
    courier: Courier
    area: str

    def note(self, text: str) -> str:
        record = SystemIds().new()
        change = Change("note", record, Op.CREATE, {"text": text, "area": self.area})
        self.act(change)
        return record

    def act(self, *changes: Change) -> None:
        with self.store.writing() as conn:
            base = self.journal.base(conn)
            self.journal.write(conn, officer="张三", verb="保存", base=base, changes=changes)

    def round(self) -> RoundReport:
        return self.courier.round()

    def rows(self, collection: str) -> dict[str, dict[str, Any]]:
        with self.store.reading() as conn:
            ids = [i for (i,) in conn.exec_driver_sql(f'SELECT id FROM "{collection}" WHERE voided=0')]
            stored = {i: self.journal.rows.of(collection).get(conn, i) for i in ids}
        return {i: s.row for i, s in stored.items() if s is not None}

    def status(self) -> Status:
        with self.store.reading() as conn:
            return status(conn)


def real_desk(folder: Path, enrolled: ToyDesk, clock: Clock | None = None) -> RealDesk:
    """A desk with a file of its own for a place that was enrolled."""
    folder.mkdir()
    clock = clock or SystemClock()
    engine = create_engine(f"sqlite:///{folder / 'desk.db'}", connect_args={"check_same_thread": False})
    store = PlainStore(engine, toy.SCHEMA, folder / "packs")
    store.create(enrolled.enrolment.replica)
    line = OpenLine(enrolled.transport)
    courier = Courier(store.schema, line, store, clock)
    return RealDesk(store, Journal(store.schema, clock), enrolled.transport, line, courier, enrolled.enrolment.areas[0])
