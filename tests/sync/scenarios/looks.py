"""What a scenario looks at on a desk, and what it lets happen while an answer is on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from sync.act import Act
from sync.desk.keeping import PLAIN
from tests.sync.world import DeskInTest


def shown(desks: Iterable[DeskInTest], collection: str, record: str) -> dict[str, Any]:
    """The row of a record that all these desks show alike."""
    rows = [desk.row(collection, record) for desk in desks]
    assert rows[0] is not None, "the first desk does not show it"
    assert rows == [rows[0]] * len(rows)
    return rows[0]


def answers(desk: DeskInTest) -> list[str]:
    """The district's answers to a desk's acts, by number; "" where there is none yet."""
    with desk.store.reading() as conn:
        rows = conn.exec_driver_sql("SELECT coalesce(outcome, '') FROM sync_journal ORDER BY number")
        return [outcome for (outcome,) in rows]


def journal(desk: DeskInTest) -> list[Act]:
    """A desk's own acts as they were saved."""
    with desk.store.reading() as conn:
        rows = conn.exec_driver_sql("SELECT number, body, kept FROM sync_journal ORDER BY number").all()
    return [_act(desk, *row) for row in rows]


def tray(desk: DeskInTest) -> list[tuple[Act, str]]:
    """What came back to a desk: each act as it was typed, with the reason in plain words."""
    which = "outcome IN ('refused', 'overtaken', 'rescued')"
    with desk.store.reading() as conn:
        sql = f"SELECT number, body, kept, reason FROM sync_journal WHERE {which} ORDER BY number"
        rows = conn.exec_driver_sql(sql).all()
    return [(_act(desk, *row), reason) for *row, reason in rows]


def _act(desk: DeskInTest, number: int, body: bytes, kept: int) -> Act:
    """An act from the journal, or read online where the desk keeps only its number."""
    return msgspec.msgpack.decode(body, type=Act) if kept == PLAIN else desk.courier.rescued(number)


def contests(desk: DeskInTest, *, state: str = "open") -> dict[str, dict[str, Any]]:
    """The contests that a desk shows, by id."""
    return {key: row for key, row in desk.rows("contest").items() if row["state"] == state}


def contest(desk: DeskInTest) -> tuple[str, list[Any]]:
    """The id of the one open contest that a desk shows, and the values of its sides."""
    ((key, row),) = contests(desk).items()
    return key, [side["value"] for side in row["sides"]]


def meanwhile(desk: DeskInTest, *doings: Callable[[], object]) -> None:
    """Lets each of these happen once, in turn, after the district has answered this desk and before the desk hears it."""
    todo, original = list(doings), desk.wire.post

    def post(path: str, body: bytes) -> bytes:
        answer = original(path, body)
        if todo:
            todo.pop(0)()
        return answer

    desk.wire.post = post  # type: ignore[method-assign]
