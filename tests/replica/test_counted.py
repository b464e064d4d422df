"""A file that went back in time, was taken elsewhere or was copied hands out no number that somebody may have had."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from baiyun_desktop.replica import Replica, counted
from baiyun_desktop.replica.errors import DiskTrouble
from sync.desk.courier import Courier
from sync.enrolment import NumberBlock
from sync.errors import Superseded
from tests.replica.desk import IDENTITY, KEY, PROGRAM, ManualClock, SeededIds, make_desk, person
from tests.replica.offices import BAOSHAN, Town, Wire

BLOCK = NumberBlock("visit", "宝山", 2026, 11, 40)


def fresh(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    clock = ManualClock()
    make_desk(folder / "desk.baiyun", clock, SeededIds(clock)).close()
    return folder / "desk.baiyun"


@contextmanager
def opened(path: Path, name: str = "") -> Iterator[Replica]:
    clock = ManualClock()
    with Replica.open(path, KEY, PROGRAM, clock, SeededIds(clock, name)) as desk:
        yield desk


def numbers(path: Path, count: int) -> list[str]:
    with opened(path) as desk:
        return [desk.door.number("visit").rpartition("第")[2] for _ in range(count)]


def test_a_file_restored_on_its_own_pc_goes_on_after_what_was_handed_out(tmp_path: Path) -> None:
    path = fresh(tmp_path)
    assert numbers(path, 1) == ["00011号"]
    shutil.copyfile(path, tmp_path / "backup")
    assert numbers(path, 1) == ["00012号"]
    counted.begin_life(path)
    shutil.copyfile(tmp_path / "backup", path)
    assert numbers(path, 1) == ["00013号"]


def test_also_where_somebody_copied_it_back_past_the_program(tmp_path: Path) -> None:
    path = fresh(tmp_path)
    shutil.copyfile(path, tmp_path / "backup")
    assert numbers(path, 2) == ["00011号", "00012号"]
    shutil.copyfile(tmp_path / "backup", path)
    assert numbers(path, 1) == ["00013号"]


@pytest.mark.parametrize("used", [0, 1])
def test_on_another_pc_nobody_knows_what_was_handed_out(tmp_path: Path, used: int) -> None:
    path = fresh(tmp_path)
    numbers(path, used)
    new_pc = tmp_path / "new" / "desk.baiyun"
    new_pc.parent.mkdir()
    shutil.copyfile(path, new_pc)
    counted.begin_life(new_pc)
    (one, two) = numbers(new_pc, 2)
    assert "暂" in one
    assert one != two
    with opened(new_pc) as desk:  # a block that the district gives from now on is handed out
        desk.enrol(msgspec.structs.replace(IDENTITY, blocks=(NumberBlock("visit", "宝山", 2026, 511, 520),)))
    assert numbers(new_pc, 1) == ["00511号"]


def test_a_file_taken_elsewhere_without_its_counter_is_found_out(tmp_path: Path) -> None:
    path = fresh(tmp_path)
    numbers(path, 1)
    counted.counter_of(path).unlink()
    assert "暂" in numbers(path, 1)[0]
    counted.counter_of(path).write_bytes(b"{")
    assert "暂" in numbers(path, 1)[0]


def test_a_folder_taken_to_another_machine_whole_gives_no_more_of_its_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "machine_mark", lambda: "this one")
    path = fresh(tmp_path)
    assert numbers(path, 1) == ["00011号"]
    new_pc = tmp_path / "new"
    shutil.copytree(path.parent, new_pc, ignore=lambda *_: ["new"])
    with monkeypatch.context() as there:
        there.setattr(counted, "machine_mark", lambda: "another")
        assert "暂" in numbers(new_pc / path.name, 1)[0]
        with opened(new_pc / path.name) as desk:
            desk.enrol(msgspec.structs.replace(IDENTITY, blocks=(NumberBlock("visit", "宝山", 2026, 511, 520),)))
        assert numbers(new_pc / path.name, 1) == ["00511号"]
    monkeypatch.setattr(counted, "machine_mark", lambda: "")  # a system that does not say it today
    assert numbers(path, 1) == ["00012号"]


def test_provisional_numbers_are_not_repeated_either(tmp_path: Path) -> None:
    path = fresh(tmp_path)
    numbers(path, 3)
    shutil.copyfile(path, tmp_path / "backup")
    given = numbers(path, 2)
    for place in (path, tmp_path / "new" / path.name):
        place.parent.mkdir(exist_ok=True)
        counted.begin_life(place)
        shutil.copyfile(tmp_path / "backup", place)
        given += numbers(place, 2)
    assert len(set(given)) == 6
    assert all("暂" in number for number in given)


def test_a_number_that_cannot_be_counted_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = fresh(tmp_path)

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with opened(path) as desk:
        with monkeypatch.context() as patch:
            patch.setattr(counted, "write_whole", full)
            with pytest.raises(DiskTrouble):
                desk.door.number("visit")
        assert desk.door.number("visit").endswith("00011号")


# --- copies at work -------------------------------------------------------------------------------------------------


@dataclass
class Copies:
    """A desk of a real district with a block, in folders that can be copied as they are."""

    town: Town
    replica: str
    folder: Path

    def at(self, name: str) -> Path:
        return self.folder / name / "desk.baiyun"

    def copy(self, name: str, to: str) -> None:
        shutil.copytree(self.folder / name, self.folder / to)

    def work(self, name: str, acts: int = 0) -> str:
        """Saves so many people, goes on a round where it saved any, and gives a number."""
        with self.opened(name) as desk:
            for n in range(acts):
                desk.door.save([person(SeededIds(self.town.clock, f"{name}{n}{desk.status().pos}"), name=f"王{n}")])
            if acts:
                self.round(desk)
            return desk.door.number("visit").rpartition("第")[2]

    def hear(self, name: str) -> None:
        with self.opened(name) as desk:
            self.round(desk)

    def round(self, desk: Replica) -> None:
        courier = Courier(desk.layout.schema, Wire(self.town.district, self.replica), desk, self.town.clock)
        with suppress(Superseded):
            courier.round()
        assert courier.round().in_step

    @contextmanager
    def opened(self, name: str) -> Iterator[Replica]:
        with Replica.open(self.at(name), KEY, PROGRAM, self.town.clock, SeededIds(self.town.clock, name)) as desk:
            yield desk


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    """One desk that has been in touch, and a copy of its whole folder."""
    town = Town(tmp_path)
    replica = SeededIds(town.clock, "x").new()
    town.district.add_desk(replica, [BAOSHAN])
    found = Copies(town, replica, tmp_path / "pcs")
    found.at("one").parent.mkdir(parents=True)
    identity = msgspec.structs.replace(IDENTITY, replica=replica, blocks=(BLOCK,))
    Replica.create(found.at("one"), KEY, PROGRAM, identity, town.clock, SeededIds(town.clock)).close()
    assert found.work("one", 2) == "00011号"
    return found


def test_of_two_copies_the_one_that_becomes_a_fork_gives_no_more_of_the_block(copies: Copies) -> None:
    copies.copy("one", "two")
    assert copies.work("one", 2) == "00012号"
    assert "暂" in copies.work("two", 1)
    assert copies.work("one", 1) == "00013号"


def test_a_copy_that_hears_of_acts_it_has_not_typed_gives_no_more_either(copies: Copies) -> None:
    copies.copy("one", "two")
    copies.work("one", 2)
    copies.hear("two")
    assert "暂" in copies.work("two")
    assert "暂" in copies.work("two", 1)
    assert copies.work("one") == "00013号"


def test_a_restore_on_the_same_pc_explains_one_fork_and_no_second(copies: Copies) -> None:
    shutil.copyfile(copies.at("one"), copies.folder / "backup")
    assert copies.work("one", 2) == "00012号"
    counted.begin_life(copies.at("one"))
    shutil.copyfile(copies.folder / "backup", copies.at("one"))
    assert copies.work("one", 1) == "00013号"  # a fork of what the replaced file had sent
    copies.copy("one", "two")
    copies.work("two", 2)
    assert "暂" in copies.work("one", 1)


def test_a_district_that_went_back_takes_no_block_away(copies: Copies) -> None:
    engine, folder = copies.town.district.engine, copies.town.folder
    engine.dispose()
    shutil.copyfile(folder / "district.db", folder / "yesterday")
    assert copies.work("one", 2) == "00012号"
    engine.dispose()
    shutil.copyfile(folder / "yesterday", folder / "district.db")
    copies.town.clock.ms += 1000
    copies.town.district.new_timeline()
    assert copies.work("one", 1) == "00013号"


def test_opening_writes_nothing_where_file_and_counter_agree(tmp_path: Path) -> None:
    path = fresh(tmp_path)
    numbers(path, 1)
    before = counted.counter_of(path).stat().st_mtime_ns
    with opened(path) as desk, desk.reading() as conn:
        assert counted.is_settled(conn, path)
    assert counted.counter_of(path).stat().st_mtime_ns == before
