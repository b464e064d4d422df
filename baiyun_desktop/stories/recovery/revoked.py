"""A desk is closed down with unsent work: it sends all of it, hears that it arrived, and only then destroys its key."""

from __future__ import annotations

import shutil

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.keyfile import load_keyfile
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.backup import backups_in
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.errors import NotYet, ReplicaMissing, WrongKey
from baiyun_desktop.replica.wiping import Wiped, is_over, wipe, wipe_where_over
from baiyun_desktop.stories.recovery.office import Office, Pc, go
from baiyun_desktop.stories.recovery.report import Books, Told
from baiyun_desktop.stories.stage import Place
from sync.outside import SystemClock, SystemIds

OLD = Place("旧窗口", "百灵社区·窗口", "150206001007", "李强")
NEXT = Place("接手窗口", "百灵社区·综合", "150206001007", "赵敏")


def play(office: Office) -> Told:
    """Two acts are sent and two are not when the post is given up; another post of the community goes on."""
    told = Told("desk revoked with unsent work")
    desk, following = office.enrol(OLD, NEXT)
    replica_id = desk.home.replica_id
    stick = office.folder / "stick of the old counter"
    stick.mkdir()
    desk.day(2)
    waiting = desk.day(2, online=False)
    desk.command("backup", stick, "--nightly")
    office.district.run("revoke", str(office.district.folder), replica_id, "--yes")
    _without_a_line(desk, told)
    kept_file, kept_keys = office.folder / "a copy of its file", office.folder / "a copy of its keys"
    shutil.copyfile(desk.home.path, kept_file)
    shutil.copyfile(desk.home.keys, kept_keys)
    told.check("it is wiped once all has arrived", _sends_and_goes(office, desk, told) is not None)
    books = Books(office)
    told.check("its unsent acts count", set(books.outcomes(replica_id, waiting)) == {"applied"})
    left = [path.suffix for path in desk.home.folder.glob(f"{replica_id}*")]
    told.check("neither file nor keys are left", left == [".lifeboat"])
    told.check("its backups have no key any more", not any(b.keys.exists() for b in backups_in(stick)))
    _opens_no_more(office, desk, told)
    try:
        open_raw(kept_file, new_key(), read_only=True).close()
    except WrongKey as error:
        told.refused.append(f"a copy of its file: {error}")
    if office.by_store:
        try:
            load_keyfile(kept_keys).unlock("")
        except KeyTrouble as error:
            told.refused.append(f"a copy of its wrapped keys: {error}")
    told.check("each was refused", len(told.refused) == (4 if office.by_store else 3))
    following.day()
    return told.close(office, desk.typed, [following])


def _without_a_line(desk: Pc, told: Told) -> None:
    """Revoked, but nobody has told it: it keeps what only it has, whoever asks for the wipe."""
    with desk.open() as replica:
        key, now_ms = replica.store.key, replica.clock.now_ms()
        told.check("without a line nothing ends", not is_over(desk.home, replica))
    try:
        wipe(desk.home, key, now_ms)
    except NotYet as error:
        told.check(
            "no wipe while something is unsent", "3 项操作" in str(error)
        )  # with the entry that it was backed up


def _sends_and_goes(office: Office, desk: Pc, told: Told) -> Wiped | None:
    clock = SystemClock()
    replica: Replica = desk.home.open(desk.passphrase, office.program, clock, SystemIds(clock))
    told.refused.append(f"the desk, once it has sent its work: {go(replica)}")
    return wipe_where_over(desk.home, replica)


def _opens_no_more(office: Office, desk: Pc, told: Told) -> None:
    clock = SystemClock()
    try:
        desk.home.open(desk.passphrase, office.program, clock, SystemIds(clock)).close()
    except (ReplicaMissing, KeyTrouble) as error:
        told.refused.append(f"its officer, the next morning: {error}")
