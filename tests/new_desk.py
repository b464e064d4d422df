"""A new desk's encrypted file, made once a process and program: its tables cost more than most tests on it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.replica import DeskIdentity, Replica
from sync.outside import Clock, Ids, SystemClock, SystemIds

KEY = bytes(range(32))


@cache
def _empty_file(program: Program) -> bytes:
    with TemporaryDirectory() as folder:
        path, clock = Path(folder, "first.baiyun"), SystemClock()
        Replica.create(path, KEY, program, DeskIdentity(replica="0" * 32), clock, SystemIds(clock)).close()
        return path.read_bytes()


def new_desk(path: Path, program: Program, identity: DeskIdentity, clock: Clock, ids: Ids) -> Replica:
    """What `Replica.create` with this file's `KEY` gives; tests of that, or of keys, call it themselves."""
    if path.exists():
        raise FileExistsError(path)
    path.write_bytes(_empty_file(program))
    replica = Replica.open(path, KEY, program, clock, ids)
    replica.enrol(identity)
    return replica
