"""What a desk does when its file or its district turns out to be a copy: acts renumbered, or offered once more."""

from __future__ import annotations

import json

import msgspec
from sqlalchemy import Connection

from ..act import Act, Base, Op
from ..errors import Refused
from ..protocol import RoundReply
from ..timelines import common_past
from . import blobs
from .journal import Key, load_pristine, reshow, save_pristine, shown_parts
from .keeping import LET_GO, SEALED, forget_backups
from .rows import Rows, Stored

ON_A_LOST_PAST = -1
"""The position of a row of a past that is lost: below every real one, so that a pack replaces it."""

NOT_GIVEN = (0, 0, 0)
"""A reply's `fork` where the district does not know the file's epoch: it was given on a past that is lost."""

Moved = tuple[int, int]
"""(old number, new number)"""


def take_fork(conn: Connection, fork: tuple[int, int, int]) -> list[Moved]:
    """Goes on in a new epoch: unanswered acts from the fork on get the numbers that the district left for them."""
    epoch, number, first = fork
    old, lines = conn.exec_driver_sql("SELECT epoch, lines FROM sync_state").one()
    conn.exec_driver_sql(
        "UPDATE sync_state SET epoch=?, lines=?", (epoch, json.dumps([*json.loads(lines), [old, number]]))
    )
    return renumber(conn, number, first)


def leave_fork(conn: Connection, rows: Rows) -> tuple[set[Key], list[Moved]]:
    """Goes back to the epoch before, whose fork the district has forgotten: it will see it again, and give another.

    Returns the records that are shown otherwise now, and the acts that got other numbers.
    """
    lines = json.loads(conn.exec_driver_sql("SELECT lines FROM sync_state").scalar_one())
    if not lines:
        raise Refused("区服务器不认识本机的数据文件，请联系管理员重新登记；未上传的内容不会丢失")
    epoch, number = lines.pop()
    conn.exec_driver_sql("UPDATE sync_state SET epoch=?, lines=?", (epoch, json.dumps(lines)))
    return _show_offered(conn, rows, number - 1), renumber(conn, number, number)


def renumber(conn: Connection, number: int, first: int) -> list[Moved]:
    """Numbers the unanswered acts from `number` on one after the other from `first` on."""
    sql = "SELECT number, body, kept, own FROM sync_journal WHERE outcome IS NULL AND number>=? ORDER BY number"
    found = conn.exec_driver_sql(sql, (number,)).all()
    moved = [(old, first + n) for n, (old, *_) in enumerate(found)]
    # The content of these was let go, and the district that had them is lost: their numbers are given anew.
    conn.exec_driver_sql("DELETE FROM sync_journal WHERE kept=? AND number>=?", (LET_GO, first))
    for (old, body, kept, own), (_, new) in zip(found, moved, strict=True):
        if kept:  # sealed: the district reads it by the numbers that it comes under
            sql = "UPDATE sync_journal SET number=?, own=? WHERE number=?"
            conn.exec_driver_sql(sql, (-new, _moved_to(own, moved, number, first), old))
            continue
        act = msgspec.msgpack.decode(body, type=Act)
        base = Base(act.base.pos, _moved_to(act.base.own, moved, number, first))
        body = msgspec.msgpack.encode(msgspec.structs.replace(act, number=new, base=base))
        # Beside the others first, as a negative number: old and new ones overlap.
        conn.exec_driver_sql("UPDATE sync_journal SET number=?, body=? WHERE number=?", (-new, body, old))
        conn.exec_driver_sql("UPDATE sync_touch SET number=? WHERE number=?", (-new, old))
    for table in ("sync_journal", "sync_touch"):
        conn.exec_driver_sql(f"UPDATE {table} SET number=-number WHERE number<0")
    old_upto = conn.exec_driver_sql("SELECT old_upto FROM sync_state").scalar_one()
    values = (first + len(found), _moved_to(old_upto, moved, number, first))
    conn.exec_driver_sql("UPDATE sync_state SET next_number=?, old_upto=?", values)
    return [(old, new) for old, new in moved if old != new]


def _moved_to(own: int, moved: list[Moved], number: int, first: int) -> int:
    """The last own act that an author saw, by its new number."""
    if own < min(number, first):
        return own
    return max((new for old, new in moved if old <= own), default=min(number, first) - 1)


def offer_again(conn: Connection, rows: Rows, upto: int, since: int | None = None) -> tuple[set[Key], set[Key]]:
    """Makes the acts above `upto`, and those answered after position `since`, unanswered and part of the shown sum.

    Returns the records that they make, which the district has not got, and the others that they touch.
    """
    sql = (
        "SELECT number, body, kept FROM sync_journal WHERE outcome IS NOT NULL AND (number>? OR pos>?) AND kept<>?"
        " ORDER BY number"
    )
    made: set[Key] = set()
    touched: set[Key] = set()
    for number, body, kept in conn.exec_driver_sql(sql, (upto, 2**62 if since is None else since, LET_GO)).all():
        for change in () if kept == SEALED else msgspec.msgpack.decode(body, type=Act).changes:
            for key, part in shown_parts(change):
                conn.exec_driver_sql("INSERT OR IGNORE INTO sync_touch VALUES (?, ?, ?)", (*key, number))
                (made if part.op is Op.CREATE else touched).add(key)
        again = "UPDATE sync_journal SET outcome=NULL, pos=0, reason='', shown=1 WHERE number=?"
        conn.exec_driver_sql(again, (number,))
    for key in made:
        stored = rows.of(key[0]).get(conn, key[1])
        if stored is not None:
            rows.of(key[0]).put(conn, key[1], Stored(stored.row, stored.voided))
        save_pristine(conn, key, None)
        conn.exec_driver_sql("DELETE FROM sync_leaving WHERE collection=? AND record=?", key)
    for key in touched - made:
        if not load_pristine(conn, key)[0]:
            save_pristine(conn, key, rows.of(key[0]).get(conn, key[1]))
    return made, touched - made


def catch_up(conn: Connection, rows: Rows, upto: int) -> tuple[set[Key], list[Moved]]:
    """The district has acts up to `upto` only: what comes after is offered again, without a gap."""
    shown = _show_offered(conn, rows, upto)
    sql = "SELECT min(number) FROM sync_journal WHERE outcome IS NULL AND number>?"
    next_one = conn.exec_driver_sql(sql, (upto,)).scalar_one()
    # A gap is what a copy of this file had sent before the district lost it; nobody may be left who has it.
    moved = renumber(conn, next_one, upto + 1) if next_one is not None and next_one > upto + 1 else []
    return shown, moved


def _show_offered(conn: Connection, rows: Rows, upto: int, since: int | None = None) -> set[Key]:
    """Offers acts again and shows them again; returns the records that are held or their own."""
    made, touched = offer_again(conn, rows, upto, since)
    shown = made | {k for k in touched if rows.of(k[0]).get(conn, k[1]) is not None}
    for key in shown:
        reshow(conn, rows, key)
    return shown


def rewind(conn: Connection, rows: Rows, reply: RoundReply) -> set[Key]:
    """The district was restored: goes back to what both have in common, and makes all rows ready to be replaced.

    What own acts stand on keeps the row of the lost past until the pack brings the district's; a record that these acts
    made is their own again.
    """
    sql = "SELECT old_upto, old_pos, next_number, restores FROM sync_state"
    old_upto, old_pos, following, mine = conn.exec_driver_sql(sql).one()
    common = restored = common_past([(timeline, pos) for timeline, pos in json.loads(mine)], reply.restores)
    # Acts are taken in their order: what precedes one that was answered in the common past is there for certain. Of
    # what follows, the district may have taken another copy's under the same numbers since.
    sql = "SELECT coalesce(max(number), 0) FROM sync_journal WHERE pos>0 AND pos<=?"
    certain = conn.exec_driver_sql(sql, (common,)).scalar_one()
    made, touched = offer_again(conn, rows, min(reply.upto, certain), common)
    blobs.offer_again(conn)
    forget_backups(conn, common)
    for name in rows.schema.collections:
        conn.exec_driver_sql(f'UPDATE "{name}" SET pos=? WHERE rowhash<>0', (ON_A_LOST_PAST,))
    conn.exec_driver_sql("UPDATE sync_unknown SET pos=? WHERE rowhash<>0", (ON_A_LOST_PAST,))
    conn.exec_driver_sql("DELETE FROM sync_stamp WHERE pos>?", (common,))
    for key in made | {k for k in touched if rows.of(k[0]).get(conn, k[1]) is not None}:
        reshow(conn, rows, key)
    older = "SELECT 1 FROM sync_journal WHERE outcome IS NULL AND number<=?"
    if conn.exec_driver_sql(older, (old_upto,)).first() is not None:
        common = min(common, old_pos)  # acts from before the last restore wait still
    sql = "UPDATE sync_state SET timeline=?, pos=min(pos, ?), tag=?, scope='', old_upto=?, old_pos=?, restores=?"
    values = (reply.timeline, restored, b"", following - 1, common, json.dumps(reply.restores))
    conn.exec_driver_sql(sql, values)
    return made | touched
