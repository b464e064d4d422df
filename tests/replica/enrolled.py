"""A desk as an office has it, enrolled at a real district in its own folder with its wrapped keys, for tests of keys."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from baiyun_desktop.keys.recovery import answer_request
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.home import DeskHome
from sync.desk.courier import Courier
from sync.district.audit import acts
from sync.enrolment import Enrolment
from sync.errors import Superseded
from tests.replica.desk import PROGRAM, ManualClock, SeededIds, person
from tests.replica.offices import BAOSHAN, Town, Wire

SECRET = "一把很长的口令"


@dataclass
class Desk:
    """`said` are the people that this desk was told to be saved, by id."""

    town: Town
    home: DeskHome
    ids: SeededIds
    said: dict[str, str] = field(default_factory=dict)

    @property
    def clock(self) -> ManualClock:
        return self.town.clock

    def open(self, passphrase: str = SECRET, home: DeskHome | None = None) -> Replica:
        return (home or self.home).open(passphrase, PROGRAM, self.clock, self.ids)

    def save(self, replica: Replica, name: str) -> None:
        draft = person(self.ids, name=name)
        replica.door.save([draft])
        self.said[draft.id] = name

    def round(self, replica: Replica) -> None:
        """Until the desk is in step. A restored file hears first how far its rounds had been counted."""
        wire = Wire(self.town.district, replica.identity.replica)
        courier = Courier(replica.layout.schema, wire, replica, self.clock)
        with suppress(Superseded):
            courier.round()
        for _ in range(2):
            assert courier.round().in_step

    def answer(self, request: str) -> str:
        """What the district's administrator gives back."""
        return answer_request(self.town.district._seal_key(), request).answer

    def holds_all(self, replica: Replica) -> bool:
        people = {row.id: row.name for row in replica.read.list("person").rows}
        return self.said.items() <= people.items()

    def holds_all_at_the_district(self) -> bool:
        """Whether the district has each of them in an act."""
        with self.town.district.engine.connect() as conn:
            names = {change.fields.get("name") for _, _, act in acts(conn) for change in act.changes}
        return set(self.said.values()) <= names


def enrol_desk(folder: Path, passphrase: str = SECRET, name: str = "desk") -> Desk:
    """A desk with three people saved, two of whom the district has; it can give the desk's key back."""
    folder.mkdir(exist_ok=True)
    town = Town(folder)
    desk = Desk(town, DeskHome(folder / "home"), SeededIds(town.clock, name))

    def enrol(address: str, code: str, nonce: str) -> Enrolment:
        replica = desk.ids.new()
        town.district.add_desk(replica, [BAOSHAN])
        return Enrolment(replica, 1, "token", "宝山社区·窗口", "王芳", [BAOSHAN], [], address, "ca")

    desk.home.enrol("https://127.0.0.1:1", "CODE", passphrase, PROGRAM, enrol, town.clock, desk.ids)
    with desk.open(passphrase) as replica:
        desk.save(replica, "王一")
        desk.save(replica, "王二")
        desk.round(replica)
        assert desk.home.keep_keys(replica)
        desk.save(replica, "王三")
    return desk
