"""The desk of version 1, run from `desk.zip` in a process of its own: rounds and a few acts, told over its standard input.

Each line is JSON. A request of its courier goes out as {"post": path, "body": …} or {"get": path, "span": …} and is answered
by {"answer": …} or {"error": its name, "words": …}; bytes are base64.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

from schema import SCHEMA  # type: ignore[import-not-found]
from sqlalchemy import create_engine

from sync import errors
from sync.act import Change, Op
from sync.desk.blobs import attach
from sync.desk.courier import Courier
from sync.desk.journal import Journal
from sync.desk.store import PlainStore
from sync.outside import SystemClock, SystemIds


def say(**words: Any) -> None:
    print(json.dumps(words, ensure_ascii=False), flush=True)


def hear() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    found: dict[str, Any] = json.loads(line)
    return found


class Pipe:
    """The line to the district, through the process that started this one."""

    def post(self, path: str, body: bytes) -> bytes:
        say(post=path, body=base64.b64encode(body).decode())
        return self._answer()

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        say(get=path, span=span)
        return self._answer()

    def _answer(self) -> bytes:
        said = hear()
        if "error" in said:
            raise getattr(errors, said["error"])(said["words"])
        return base64.b64decode(said["answer"])


class Desk:
    """One file and what an officer does on it."""

    def __init__(self, path: Path) -> None:
        engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
        self.store = PlainStore(engine, SCHEMA, path.parent)
        self.journal = Journal(self.store.schema, SystemClock())
        self.courier = Courier(self.store.schema, Pipe(), self.store, SystemClock())

    def create_file(self, replica: str) -> None:
        self.store.create(replica)

    def act(self, verb: str, changes: list[list[Any]]) -> int:
        made = [Change(c, i or SystemIds().new(), Op(op), fields) for c, i, op, fields in changes]
        with self.store.writing() as conn:
            base = self.journal.base(conn)
            return self.journal.write(conn, officer="旧版", verb=verb, base=base, changes=made).number

    def attach(self, content: str) -> str:
        with self.store.writing() as conn:
            return attach(conn, base64.b64decode(content), SystemClock().now_ms())

    def round(self) -> dict[str, Any]:
        report = self.courier.round()
        verdicts = [[v.number, v.outcome.value, v.pos] for v in report.verdicts]
        return {"verdicts": verdicts, "in_step": report.in_step, "repaired": report.repaired, "blobs": report.blobs}

    def rows(self, collection: str) -> dict[str, Any]:
        with self.store.reading() as conn:
            ids = [i for (i,) in conn.exec_driver_sql(f'SELECT id FROM "{collection}" WHERE voided=0 ORDER BY id')]
            found = {i: self.journal.rows.of(collection).get(conn, i) for i in ids}
        return {i: stored.row for i, stored in found.items() if stored is not None}


def main() -> None:
    desk = Desk(Path(sys.argv[1]))
    while True:
        asked = hear()
        try:
            say(done=getattr(desk, asked.pop("do"))(**asked))
        except errors.SyncError as error:
            say(failed=type(error).__name__, words=str(error))


if __name__ == "__main__":
    main()
