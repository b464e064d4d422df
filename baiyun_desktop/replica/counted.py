"""Counts handed-out numbers beside the file too, so that a file that went back in time gives none of them again.

A restored backup, a file copied back and a cloned PC all hold a block whose next serial somebody has had. What was handed
out on this PC stands in a small file beside the replica, written before the transaction that hands it out is committed,
and so before anybody sees a number: a restored file goes on after it.
Where that file is not the one this replica was counted in, or the replica's acts turn out to have gone on elsewhere, the
rest of each block is passed over. The gap is lawful; until the district gives another block numbers are provisional.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.keys.atomic import write_whole
from baiyun_desktop.replica.errors import DiskTrouble
from baiyun_desktop.replica.machine import machine_mark

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LIFE_CHARS = 4
_LIFE, _LINE, _EXPLAINED = "numbers/life", "numbers/line", "numbers/explained"
_ASKED = "numbers/asked"


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """What lies beside the file. `life` is another one after each restore; `next` is the first serial not handed out."""

    life: str = ""
    next: dict[str, int] = {}
    machine: str = ""
    """`machine_mark` of the PC on which it was counted; empty in those of before, which are taken for this one's."""

    def after(self, given: Mapping[str, int]) -> Counter:
        """With the serials before these handed out, of blocks and of provisional series."""
        return msgspec.structs.replace(self, next={**self.next, **given})


@dataclass(frozen=True, slots=True)
class OpenBlock:
    """A block with serials that are not handed out, as far as the replica's own file knows."""

    pattern: str
    unit: str
    year: int
    first: int
    last: int
    next: int

    @property
    def name(self) -> str:
        return f"{self.pattern}/{self.unit}/{self.year}/{self.first}"


def counter_of(replica: Path) -> Path:
    """Where the handed-out numbers of a replica are counted: beside it."""
    return replica.with_suffix(".numbers")


def load(replica: Path) -> Counter | None:
    """None where nothing was counted yet, or it cannot be read any more, which comes to the same."""
    try:
        return msgspec.json.decode(counter_of(replica).read_bytes(), type=Counter)
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def save(replica: Path, counter: Counter) -> None:
    """On the disk when it returns; raises DiskTrouble."""
    try:
        write_whole(counter_of(replica), msgspec.json.encode(counter))
    except OSError as error:
        raise DiskTrouble(f"磁盘没有写入编号记录，本次没有保存，请检查磁盘空间（{error}）") from error


def keep(replica: Path, given: Mapping[str, int]) -> None:
    """Counts what a transaction hands out that is about to be committed; raises DiskTrouble."""
    save(replica, (load(replica) or Counter()).after(given))


def begin_life(replica: Path) -> None:
    """To be called before another file takes this replica's place: what was counted here stays counted."""
    save(replica, msgspec.structs.replace(load(replica) or Counter(), life=_new_life()))


def is_settled(conn: Connection, replica: Path) -> bool:
    """Whether file and counter agree, so that opening need not write."""
    counter, blocks = load(replica), open_blocks(conn)
    if counter is None:
        return not blocks and _meta(conn, _LIFE) is None
    here = _meta(conn, _LIFE) == counter.life and machine_mark() in ("", counter.machine)
    return here and all(counter.next.get(b.name, 0) == b.next for b in blocks)


def settle(conn: Connection, replica: Path) -> Counter:
    """Brings file and counter in line, inside the caller's transaction: no block gives what was given already.

    A file whose life is another than the counter's has been restored: what is not counted here may have been handed out
    elsewhere. So may all of it where file and counter were carried to another machine together. A file that was never
    counted is taken as it is.
    """
    found, mine = load(replica), _meta(conn, _LIFE)
    here = machine_mark()
    if found is not None and here and found.machine not in ("", here):
        pass_over(conn, open_blocks(conn))
        forget_question(conn)
        found = Counter(life=_new_life(), next=found.next)
    counter = found or Counter(life="" if mine is None else _new_life())
    restored = mine != counter.life and not (found is None and mine is None)
    counts = dict(counter.next)
    for block in open_blocks(conn):
        if restored and block.name not in counts:
            pass_over(conn, [block])
            continue
        counts[block.name] = max(block.next, counts.get(block.name, 0))
        move_to(conn, block, counts[block.name])
    counter = msgspec.structs.replace(counter, next=counts, machine=here or counter.machine)
    if counter != found:
        save(replica, counter)
    if mine != counter.life:
        _set_meta(conn, _LIFE, counter.life)
    if restored:
        _set_meta(conn, _EXPLAINED, "1")
        forget_question(conn)  # what answers it may have been handed out elsewhere
    return counter


def check_line(conn: Connection, enrolled_epoch: int) -> None:
    """Passes over all blocks where this desk's acts went on in another file as well: a fork, or acts heard from afar.

    What a restore on this PC brings about is explained, once: the counter knows what the replaced file handed out.
    """
    epoch, following = conn.exec_driver_sql("SELECT epoch, next_number FROM sync_state").one()
    known, seen = map(int, (_meta(conn, _LINE) or f"{enrolled_epoch}/1").split("/"))
    sql = "SELECT count(*) FROM sync_journal WHERE number >= ? AND number < ?"
    # Lower than before they are where a district restored from an old backup has them given anew.
    whole = following < seen or conn.exec_driver_sql(sql, (seen, following)).scalar_one() == following - seen
    if not (whole and epoch == known) and not _take_meta(conn, _EXPLAINED):
        pass_over(conn, open_blocks(conn))
        forget_question(conn)
    if (epoch, following) != (known, seen):
        _set_meta(conn, _LINE, f"{epoch}/{following}")


def question(conn: Connection) -> str | None:
    """The question for numbers to which no answer was read yet. Who copies the file copies it too."""
    return _meta(conn, _ASKED)


def note_question(conn: Connection, asked: str) -> None:
    """Keeps a question until it is answered."""
    _set_meta(conn, _ASKED, asked)


def forget_question(conn: Connection) -> None:
    """It was answered, or the answer may be another copy's: what is asked next is another one."""
    _take_meta(conn, _ASKED)


def open_blocks(conn: Connection) -> list[OpenBlock]:
    """The blocks that still have serials, the oldest first."""
    sql = "SELECT pattern, unit, year, first, last, next FROM number_block WHERE next <= last ORDER BY pattern, year, first"
    return [OpenBlock(*row) for row in conn.exec_driver_sql(sql)]


def pass_over(conn: Connection, blocks: Iterable[OpenBlock]) -> None:
    """Hands out no more of these."""
    for block in blocks:
        move_to(conn, block, block.last + 1)


def move_to(conn: Connection, block: OpenBlock, following: int) -> None:
    """Makes this the block's next serial."""
    if following != block.next:
        conn.exec_driver_sql(
            "UPDATE number_block SET next = ? WHERE pattern = ? AND unit = ? AND year = ? AND first = ?",
            (following, block.pattern, block.unit, block.year, block.first),
        )


def _new_life() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LIFE_CHARS))


def _meta(conn: Connection, name: str) -> str | None:
    found: str | None = conn.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (name,)).scalar()
    return found


def _set_meta(conn: Connection, name: str, value: str) -> None:
    conn.exec_driver_sql("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))


def _take_meta(conn: Connection, name: str) -> bool:
    return conn.exec_driver_sql("DELETE FROM meta WHERE name = ?", (name,)).rowcount > 0
