"""The district's database keeps what it has committed and takes writers one after another, on either kind."""

from __future__ import annotations

import threading

from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select, text, update

METADATA = MetaData()
COUNTER = Table("counter", METADATA, Column("id", Integer, primary_key=True), Column("n", Integer, nullable=False))


def test_writers_that_read_first_lose_no_update(district_engine: Engine) -> None:
    METADATA.create_all(district_engine)
    with district_engine.begin() as conn:
        conn.execute(insert(COUNTER).values(id=1, n=0))

    def add() -> None:
        for _ in range(20):
            with district_engine.begin() as conn:
                n = conn.execute(select(COUNTER.c.n).with_for_update()).scalar_one()
                conn.execute(update(COUNTER).values(n=n + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with district_engine.connect() as conn:
        assert conn.execute(select(COUNTER.c.n)).scalar_one() == 80


def test_a_reader_is_not_held_up_by_a_writer(district_engine: Engine) -> None:
    METADATA.create_all(district_engine)
    with district_engine.begin() as writer:
        writer.execute(insert(COUNTER).values(id=1, n=7))
        with district_engine.connect().execution_options(reads=True) as reader:
            assert reader.execute(select(COUNTER.c.n)).all() == []


def test_a_commit_on_sqlite_reaches_the_disk(district_engine: Engine) -> None:
    if district_engine.dialect.name == "sqlite":
        with district_engine.connect() as conn:
            assert conn.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
            assert conn.execute(text("PRAGMA synchronous")).scalar_one() == 2
    else:
        with district_engine.connect() as conn:
            assert conn.execute(text("SHOW server_version_num")).scalar_one() >= "140000"
