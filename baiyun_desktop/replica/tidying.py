"""Writes a replica's file anew at night, so that what left it is in no corner of it.

SQLite overwrites what is deleted (`secure_delete`), but not what it left behind in the free part of a page when it
moved a row to another one. Only a new file has none of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import sqlcipher3.dbapi2 as sqlcipher

from baiyun_desktop.replica.engine import open_raw, prove_pages
from baiyun_desktop.replica.replica import Replica

COPY = ".tidying"
"""What is put to the name of the file that is to take the replica's place."""
AT_LEAST_EVERY_MS = 30 * 24 * 3600 * 1000
"""Also where nothing is known to have left: a power cut may have come between a removal and its mark."""
_STEPS_BETWEEN_LOOKS = 100_000


def due(replica: Replica, night_ms: int) -> bool:
    """Whether something left since the file was written anew, or that was long ago; at most once since `night_ms`."""
    with replica.reading() as conn:
        rows = conn.exec_driver_sql("SELECT name, value FROM meta WHERE name IN ('left', 'tidied')").all()
    found: dict[str, str] = {row.name: row.value for row in rows}
    tidied = int(found.get("tidied", 0))
    return tidied < night_ms and ("left" in found or tidied < night_ms - AT_LEAST_EVERY_MS)


def tidy(
    replica: Replica,
    cancelled: Callable[[], bool] = lambda: False,
    at: Callable[[str], None] = lambda _point: None,
) -> bool:
    """Puts a new file in the old one's place; returns whether it did: what is saved meanwhile leaves it as it was.

    Clerks work on while the copy is written, and wait for some milliseconds as it is swapped in. Takes as much free disk
    as the file is large. `at` is called at named points: "copied", "proved". Raises what the disk or SQLite say, and
    DiskTrouble where the copy does not read back; the file is then as it was.
    """
    staging = replica.path.with_name(replica.path.name + COPY)
    staging.unlink(missing_ok=True)
    now_ms, key, before = replica.clock.now_ms(), replica.store.key, replica.store.writes
    try:
        with replica.reading():  # the file is not swapped meanwhile
            raw = open_raw(replica.path, key)
            try:
                raw.set_progress_handler(lambda: int(cancelled()), _STEPS_BETWEEN_LOOKS)
                raw.execute("VACUUM INTO ?", (str(staging),))
            finally:
                raw.close()
        os.chmod(staging, 0o600)
        at("copied")
        copy = open_raw(staging, key)
        try:
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("DELETE FROM meta WHERE name = 'left'")
            copy.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('tidied', ?)", (str(now_ms),))
        finally:
            copy.close()
        prove_pages(staging, key)
        at("proved")
        return replica.store.replace_by(staging, lambda _conn: replica.store.writes == before)
    except sqlcipher.OperationalError:
        if cancelled():
            return False
        raise
    finally:
        staging.unlink(missing_ok=True)
