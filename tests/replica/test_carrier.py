"""The courier's thread: a save travels by itself, a cut line is said in plain words, and the line comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.carrier import Carrier, SwitchedLine
from sync.district.engine import open_engine
from sync.errors import Busy, LineDown
from tests.end2end.offices import BAOSHAN, Office, Offices, Wire

SECONDS_MAX = 15.0


class TestLine(Wire):
    """A line in the same process, with the long poll."""

    __test__ = False

    def wait(self, pos: int, seconds: float = 25.0) -> bool:
        end = time.monotonic() + min(seconds, 1.0)
        while time.monotonic() < end:
            if self.district.head_pos(self.replica) > pos:
                return True
            time.sleep(0.02)
        return False

    def close(self) -> None:
        """Nothing is kept open."""


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    world = Offices(open_engine(f"sqlite:///{tmp_path / 'district.db'}"), tmp_path)
    yield world
    world.close()


def carrier_of(world: Offices, office: Office) -> tuple[Carrier, SwitchedLine]:
    replica = office.replica.identity.replica
    line = SwitchedLine(TestLine(world.district, replica))
    return Carrier(office.replica, line, SwitchedLine(TestLine(world.district, replica)), lambda: 0.0), line


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS_MAX
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def save_person(office: Office, name: str) -> str:
    record = office.replica.ids.new()
    office.replica.door.save([Draft.create("person", record, name=name, area=BAOSHAN)])
    return record


def test_a_save_travels_and_another_desk_hears_of_it_by_itself(offices: Offices) -> None:
    one, two = offices.open("one", BAOSHAN), offices.open("two", BAOSHAN)
    carriers = [carrier_of(offices, office)[0] for office in (one, two)]
    heard = threading.Event()
    two.replica.subscribe(lambda changes: heard.set() if changes.of("person") else None)
    for carrier in carriers:
        carrier.start()
    try:
        record = save_person(one, "王公平")
        assert heard.wait(SECONDS_MAX)
        until(lambda: two.replica.read.get("person", record) is not None)
        until(lambda: one.replica.status().unsent == 0)
    finally:
        for carrier in carriers:
            carrier.stop()


def test_a_cut_line_keeps_everything_and_says_so(offices: Offices) -> None:
    office = offices.open("one", BAOSHAN)
    carrier, line = carrier_of(offices, office)
    line.turn(False)
    save_person(office, "王公平")
    assert carrier.run() is None
    assert carrier.problem == "连不上区服务器，内容已存在本机，稍后自动上传"
    assert office.replica.status().unsent == 1
    line.turn(True)
    report = carrier.run()
    assert report is not None
    assert report.sent == 1
    assert carrier.problem == ""
    assert office.replica.status().unsent == 0


def test_what_a_new_desk_has_fetched_so_far_shows_nobody_and_is_not_fetched_again(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The laptop that is stolen while it is set up; and the line that is cut then."""
    monkeypatch.setattr("sync.desk.packs.PIECE_BYTES", 300)
    one = offices.open("one", BAOSHAN)
    for name in ("王公平", "萨仁", "乌云"):
        save_person(one, name)
    one.courier.round()
    monkeypatch.setattr(Office, "round", lambda _self: None)  # the second is not filled yet
    two = offices.open("two", BAOSHAN)
    carrier, line = carrier_of(offices, two)
    get, asked = line._line.get, list[int]()

    def cut(path: str, span: tuple[int, int] | None = None) -> bytes:
        asked.append(span[0] if span else 0)
        if len(asked) == 3:
            raise LineDown("cut")
        return get(path, span)

    monkeypatch.setattr(line._line, "get", cut, raising=False)
    assert carrier.run() is None
    (lying,) = two.replica.folder.iterdir()
    (pack,) = (p.read_bytes() for p in (offices.folder / "packs").glob("*.pack") if lying.stem == p.stem)
    begun = lying.read_bytes()
    assert len(begun) > 600
    assert not any(pack[at : at + 16] in begun for at in range(0, 600, 16))
    report = carrier.run()
    assert report is not None
    assert report.in_step
    assert asked[2:4] == [600, 600], "fetched on from where the line was cut"
    assert two.replica.search.find("萨仁").hits
    assert list(two.replica.folder.iterdir()) == []


def test_a_revoked_desk_is_told_in_words(offices: Offices) -> None:
    office = offices.open("one", BAOSHAN)
    carrier, _ = carrier_of(offices, office)
    with offices.district.engine.connect() as conn:
        (replica,) = conn.exec_driver_sql("SELECT replica FROM desk").scalars()
    offices.district.revoke(replica)
    save_person(office, "王公平")
    assert carrier.run() is None
    assert "管理员" in carrier.problem
    assert office.replica.status().unsent == 0, "what was typed is handed in all the same"
    with offices.district.engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT outcome FROM act").scalars().all() == ["applied"]


def test_a_fault_of_this_pc_ends_neither_the_courier_nor_the_truth_of_the_badge(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = offices.open("one", BAOSHAN)
    carrier, _ = carrier_of(offices, office)
    monkeypatch.setattr(carrier._courier, "round", lambda: 1 // 0)
    carrier.start()
    try:
        until(lambda: "ZeroDivisionError" in carrier.problem)
        monkeypatch.undo()
        save_person(office, "王公平")
        carrier.round_now()
        until(lambda: office.replica.status().unsent == 0 and carrier.problem == "")
    finally:
        carrier.stop()


def test_a_district_that_asks_to_be_left_alone_is_left_alone(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is saved meanwhile waits here; nothing of it is lost."""
    office = offices.open("one", BAOSHAN)
    carrier, line = carrier_of(offices, office)
    assert carrier.run() is not None
    assert carrier.asked_s == 0.0

    def busy(_path: str, _body: bytes) -> bytes:
        raise Busy("稍后自动继续", 120)

    monkeypatch.setattr(line._line, "post", busy, raising=False)
    save_person(office, "王公平")
    assert carrier.run() is None
    assert carrier.problem == "稍后自动继续"
    assert 100 < carrier.asked_s <= 120
    monkeypatch.undo()
    assert carrier.run() is not None
    assert office.replica.status().unsent == 0
