"""Wipes a desk by destroying its key, once nothing is lost by it or somebody has put in writing that it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import SQLAlchemyError

from baiyun_desktop.keys.atomic import destroy, write_whole
from baiyun_desktop.keys.errors import KeyTrouble, NoKeyStore
from baiyun_desktop.keys.keyfile import keyfile_of, load_keyfile
from baiyun_desktop.keys.system import SystemKeyStore
from baiyun_desktop.replica.backup import backups_in
from baiyun_desktop.replica.engine import reader_engine
from baiyun_desktop.replica.errors import NotYet, ReplicaError
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.leftovers import Unsent, asides, unsent
from baiyun_desktop.replica.lock import InstanceLock
from baiyun_desktop.replica.nightly import load_plan
from baiyun_desktop.replica.replica import Replica


class LossConfirmed(msgspec.Struct, frozen=True, kw_only=True):
    """An administrator's written word that this much is lost. It must name what is there, so that it was looked at."""

    by: str
    reason: str
    acts: int
    files: int


class Wiped(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of a wiped desk."""

    replica: str
    at: int
    loss: LossConfirmed | None


def is_over(home: DeskHome, replica: Replica) -> bool:
    """Whether the district has ended this desk's right and has all that it had: its own and what restores set aside.

    A form that is not saved yet is waited for too, until its officer has saved or discarded it.
    What merely expires locks, and never comes here: only the district's own word does.
    """
    if not replica.status().revoked:
        return False
    with replica.reading() as conn:
        left = unsent(conn)
        if conn.exec_driver_sql("SELECT 1 FROM unsaved LIMIT 1").first() is not None:
            return False
    return (left + _left_aside(home, replica.identity.replica, replica.store.key)).nothing


def wipe_where_over(home: DeskHome, replica: Replica) -> Wiped | None:
    """Closes the replica, and wipes it where `is_over`; None where it stays. To be called when nothing uses it any more."""
    over, now_ms = is_over(home, replica), replica.clock.now_ms()
    replica.close()
    return wipe(home, replica.store.key, now_ms) if over else None


def wipe(
    home: DeskHome,
    key: bytes,
    now_ms: int,
    loss: LossConfirmed | None = None,
    at: Callable[[str], None] = lambda _point: None,
) -> Wiped:
    """Destroys the key of this PC's replica, which must be closed; then its file, which nothing opens any more.

    The keys of its backups go too, as far as their folder can be reached. Once begun it is finished at the next start
    (`finish_wipe`). `at` is called at named points: "written down", "key gone". Raises NotYet where something is unsent
    and `loss` does not name exactly that much, ReplicaInUse, WrongKey.
    """
    path = home.path
    lock = InstanceLock(path)
    lock.acquire()
    try:
        left = _unsent_in(path, key)
        _check(left + _left_aside(home, home.replica_id, key), loss)
        record = Wiped(replica=home.replica_id, at=now_ms, loss=loss)
        write_whole(_begun(home), msgspec.json.encode(record))
        at("written down")
        _destroy(home, record, at)
    finally:
        lock.release()
    lock.path.unlink(missing_ok=True)
    return record


def finish_wipe(home: DeskHome) -> Wiped | None:
    """Ends a wipe that a power cut interrupted, before anything is opened; None where none was begun."""
    if not _begun(home).exists():
        return None
    record = msgspec.json.decode(_begun(home).read_bytes(), type=Wiped)
    _destroy(home, record, lambda _point: None)
    return record


def _left_aside(home: DeskHome, replica: str, key: bytes) -> Unsent:
    """What is unsent in files that restores set aside. One that no key of this PC opens is waited for by nobody."""
    found = Unsent(0, 0)
    for aside in asides(home, replica):
        for each in (key, *_keys_by_store(aside)):
            with suppress(ReplicaError, sqlcipher.Error, SQLAlchemyError):
                found += _unsent_in(aside, each)
                break
    return found


def _keys_by_store(file: Path) -> list[bytes]:
    try:
        return load_keyfile(keyfile_of(file)).unlock("")
    except KeyTrouble:
        return []


def _unsent_in(file: Path, key: bytes) -> Unsent:
    engine = reader_engine(file, key)
    try:
        with engine.begin() as conn:
            return unsent(conn)
    finally:
        engine.dispose()


def _check(left: Unsent, loss: LossConfirmed | None) -> None:
    if left.nothing:
        return
    there = f"本机还有 {left.acts} 项操作、{left.files} 个附件没有送到区里"
    if loss is None:
        raise NotYet(f"{there}，现在清除就没有了。请先连线上传；确实无法上传的，由管理员书面确认丢失后再清除")
    if (loss.acts, loss.files) != (left.acts, left.files):
        raise NotYet(f"{there}，与确认书上写的 {loss.acts} 项、{loss.files} 个不符，请重新确认")
    if not loss.by.strip() or not loss.reason.strip():
        raise NotYet("确认书上要写明确认人和理由")


def _destroy(home: DeskHome, record: Wiped, at: Callable[[str], None]) -> None:
    """Each step can be done again. The key goes first: from then on the file is noise."""
    path = home.path_of(record.replica)
    with suppress(NoKeyStore):  # locked or dead, it opens nothing without the file of wrapped keys
        SystemKeyStore().forget(record.replica)
    for wrapped in sorted(home.folder.glob(f"{record.replica}*.keys*")):
        destroy(wrapped)
    destroy(path.with_suffix(".asking"))
    _destroy_backups(home, record.replica)
    at("key gone")
    for left in sorted(home.folder.glob(f"{record.replica}*")):
        if left.suffix in (
            ".lock",
            ".lifeboat",
            ".aboard",
        ):  # held by us · the district may yet need it: see `lifeboats`
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
    (home.folder / "desk.json").unlink(missing_ok=True)
    write_whole(home.folder / f"wiped-{record.replica}.json", msgspec.json.encode(record))
    _begun(home).unlink(missing_ok=True)


def _destroy_backups(home: DeskHome, replica: str) -> None:
    folder = load_plan(home).folder
    for backup in backups_in(Path(folder), replica) if folder else ():
        with suppress(OSError):
            destroy(backup.keys)


def _begun(home: DeskHome) -> Path:
    return home.folder / "wiping.json"
