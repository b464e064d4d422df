"""A desk's file is overwritten and its key gone: enrolled anew on the same PC, all that was typed is there by its lifeboat."""

from __future__ import annotations

from baiyun_desktop.keys.atomic import destroy
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.replica.errors import ReplicaError
from baiyun_desktop.replica.lifeboats import lifeboats
from baiyun_desktop.stories.recovery.office import Office, Pc
from baiyun_desktop.stories.recovery.report import Books, Told
from baiyun_desktop.stories.stage import Place

DESK = Place("祥云综合", "祥云社区·综合", "150206002007", "周敏")


def play(office: Office) -> Told:
    """Two acts are sent and three are not when the disk gives up; nothing of the file can be read any more."""
    told = Told("desk's file lost for good")
    (desk,) = office.enrol(DESK)
    lost = desk.home.replica_id
    desk.day(2)
    waiting = desk.day(3, online=False)
    refused = desk.command("enrol", office.district.url, "AAAA-AAAA", "--instead", ok=False)
    told.check("a desk whose file opens is not replaced", "能正常打开" in refused)
    _gives_up(desk, told)
    code = office.district.code(DESK.post, [DESK.area], DESK.officer)
    said = desk.command("enrol", office.district.url, code, "--instead")
    told.check("it has another desk now", desk.home.replica_id != lost)
    told.check("what was not sent has gone up", "新送到 3 项" in said)
    told.check("as the lost desk's own work", set(Books(office).outcomes(lost, waiting)) == {"applied"})
    desk.day()
    with desk.open() as replica:
        shown = {row.id for row in replica.read.list("person").rows}
        told.check("all that was typed is there", {one.person for one in desk.typed} <= shown)
    again = desk.command("lifeboat")
    told.check("sent again it changes nothing", "新送到 0 项" in again)
    told.check("it stays until a backup has it", lost in [path.stem for path in lifeboats(desk.home)])
    desk.day(1)
    told.check("the desk holds what the district holds for it", Books(office).equal(desk))
    return told.close(office, desk.typed, [desk])


def _gives_up(desk: Pc, told: Told) -> None:
    path = desk.home.path
    path.write_bytes(bytes(path.stat().st_size))
    path.with_name(path.name + "-wal").unlink(missing_ok=True)
    destroy(desk.home.keys)
    try:
        with desk.open():
            told.check("the file is noise", False)
    except (KeyTrouble, ReplicaError) as error:
        told.refused.append(f"the desk without its file: {error}")
