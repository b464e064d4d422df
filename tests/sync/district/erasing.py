"""What the tests of erasure share: a record that is easily found again, and where a text still stands anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine

from sync.act import Act
from sync.codec import decompress
from sync.district.chain import verify_chain
from sync.district.tables import METADATA
from tests.sync.wholeness import wrongs
from tests.sync.world import DeskInTest, World

NAME, PHONE, IDNO = "欧阳灭迹", "13800009999", "15020619900101777X"


def still_whole(engine: Engine, folder: Path) -> Iterator[World]:
    """Whatever a test erases, both sides must add up when it is done, and the chain must verify."""
    made = World(engine, folder)
    yield made
    for _ in range(3):
        made.settle(1)
    assert wrongs(made) == []
    assert chain_wrongs(made) == []


def chain_wrongs(world: World) -> list[str]:
    with world.district.engine.connect().execution_options(reads=True) as conn:
        return verify_chain(conn)


def person(desk: DeskInTest, **fields: Any) -> str:
    return desk.create("person", **{"name": NAME, "phone": PHONE, "area": "A", **fields})


def in_tables(world: World, *texts: str) -> list[str]:
    """Where in the district's tables one of the texts still stands, unpacked as far as it goes."""
    found = []
    with world.district.engine.connect().execution_options(reads=True) as conn:
        for table in METADATA.sorted_tables:
            for row in conn.execute(table.select()):
                content = b" ".join(_plain(value) for value in row)
                found += [f"{table.name}: {text}" for text in texts if text.encode() in content]
    return found


def _plain(value: Any) -> bytes:
    if not isinstance(value, bytes):
        return str(value).encode()
    return decompress(value) if value[:4] == b"\x28\xb5\x2f\xfd" else value


def in_files(folder: Path, *texts: str) -> list[str]:
    """The files below a folder in which one of the texts stands."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    return [f"{p.name}: {t}" for p in files for t in texts if t.encode() in p.read_bytes()]


def erase(world: World, *keys: tuple[str, str]) -> int:
    return world.district.erase(keys, "局长", "当事人申请")


def tray(desk: DeskInTest) -> list[Act]:
    with desk.store.reading() as conn:
        sql = "SELECT body FROM sync_journal WHERE outcome IN ('refused', 'overtaken') ORDER BY number"
        return [msgspec.msgpack.decode(body, type=Act) for (body,) in conn.exec_driver_sql(sql)]
