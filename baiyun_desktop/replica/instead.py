"""Goes on where a PC's file opens no more: a new desk in its place, and what was typed in the old one by its lifeboat."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.engine import damage_of, open_raw
from baiyun_desktop.replica.errors import DiskTrouble, ReplicaError, ReplicaMissing, WrongKey
from baiyun_desktop.replica.home import DeskHome, Enrol
from baiyun_desktop.replica.replica import Replica
from baiyun_desktop.support.disk import hindrance_of
from sync.desk.lifeboat import Sent
from sync.errors import SyncError
from sync.outside import Clock, Ids

log = logging.getLogger(__name__)


def is_past_opening(error: Exception) -> bool:
    """Whether no second try and no emptied disk will help: the file or its key is gone or spoilt."""
    if isinstance(error, DiskTrouble):
        return hindrance_of(error) is None
    return isinstance(error, WrongKey | ReplicaMissing | KeyTrouble)


def check_past_opening(open_desk: Callable[[], Replica]) -> None:
    """Raises ReplicaError where this PC's file opens and is whole after all, or might once the disk is seen to."""
    try:
        with open_desk() as replica:
            path, key = replica.path, replica.store.key
        if _is_spoilt(path, key):
            return
    except (ReplicaError, KeyTrouble) as error:
        if not is_past_opening(error):
            raise
        log.warning("enrolled anew: %s", type(error).__name__)
    else:
        raise ReplicaError("本机的数据文件能正常打开，不用重新登记")


def _is_spoilt(path: Path, key: bytes) -> bool:
    """Whether a file that opens has pages that cannot be read."""
    try:
        raw = open_raw(path, key, read_only=True)
        try:
            return bool(damage_of(raw))
        finally:
            raw.close()
    except sqlcipher.DatabaseError:
        return True


def enrol_instead(
    home: DeskHome,
    address: str,
    code: str,
    passphrase: str,
    program: Program,
    enrol: Enrol,
    carrier: Callable[[Replica], Carrier],
    clock: Clock,
    ids: Ids,
) -> tuple[list[tuple[Path, Sent]], str]:
    """Makes this PC another desk and sends the lifeboats that lie here: what they came to, or why they wait.

    Raises what `DeskHome.enrol` raises, and then nothing has changed. What waits is sent from the new desk at any time.
    """
    home.enrol(address, code, passphrase, program, enrol, clock, ids)
    with home.open(passphrase, program, clock, ids) as replica:
        try:
            return carrier(replica).send_lifeboats(home), ""
        except SyncError as error:
            return [], str(error)
