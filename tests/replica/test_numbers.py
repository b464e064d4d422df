"""A desk that runs short of numbers gets a block with its next round: once for each need, and never another's."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.counted import begin_life
from sync.desk.courier import Courier
from sync.district.numbers import BLOCK, QUESTION, SKIP, Numbering, restores_in
from sync.errors import LineDown, Refused, Superseded
from tests.replica.desk import KEY, PROGRAM, ManualClock, SeededIds, person
from tests.replica.offices import BAOSHAN, Office, Town, Wire

SMALL = NumberPattern("visit", "走访编号", "访", block=10)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path, Numbering([SMALL], lambda _conn, _replica: "宝山"))
    yield town
    town.close()


class Losing:
    """A line that loses the next answer."""

    def __init__(self, wire: Wire) -> None:
        self.wire, self.get = wire, wire.get
        self.lost = 1

    def post(self, path: str, body: bytes) -> bytes:
        answer, self.lost = self.wire.post(path, body), self.lost - 1
        if self.lost >= 0:
            raise LineDown("cut at the reply")
        return answer


def take(office: Office | Replica, count: int = 1) -> list[str]:
    desk = office.replica if isinstance(office, Office) else office
    return [desk.door.number("visit").rpartition("第")[2].removesuffix("号") for _ in range(count)]


def given(town: Town) -> list[tuple[int, int]]:
    """(year, first serial) of all blocks there are."""
    with town.district.engine.connect() as conn:
        return [(r.year, r.first) for r in conn.execute(select(BLOCK).order_by(BLOCK.c.year, BLOCK.c.first))]


def test_a_block_comes_where_none_is_and_another_when_a_fifth_is_left(town: Town) -> None:
    one, two = town.office("one", BAOSHAN), town.office("two", BAOSHAN)
    assert "暂" in take(one)[0]
    town.settle()
    assert given(town) == [(2026, 1), (2026, 11)], "one for each, and no second while it lasts"
    assert take(one, 8) == [f"{n:05}" for n in range(1, 9)]
    town.settle(1)
    assert len(given(town)) == 2
    assert take(one) + take(two) == ["00009", "00011"]
    town.settle()
    assert given(town)[2:] == [(2026, 21)]
    assert take(one, 2) == ["00010", "00021"]


def test_an_answer_that_was_lost_is_given_again(town: Town) -> None:
    one = town.office("one", BAOSHAN)
    for _ in range(2):
        with pytest.raises(LineDown):
            Courier(one.replica.layout.schema, Losing(one.wire), one.replica, town.clock).round()
    one.round()
    assert (given(town), take(one)) == ([(2026, 1)], ["00001"])


def test_nothing_of_it_is_written_where_the_reply_is_not(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one = town.office("one", BAOSHAN)

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("baiyun_desktop.replica.numbers.settle", broken)
        with pytest.raises(OSError, match="full"):
            one.round()
    with one.replica.reading() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM number_block").scalar_one() == 0
        assert conn.exec_driver_sql("SELECT last_round_at FROM sync_state").scalar_one() is None
    one.round()
    assert given(town) == [(2026, 1)]


def test_next_years_come_in_december_of_beijing(town: Town) -> None:
    one = town.office("one", BAOSHAN)
    town.clock.ms = int(datetime(2026, 11, 30, 15, 59, tzinfo=UTC).timestamp() * 1000)
    town.settle()
    assert given(town) == [(2026, 1)]
    town.clock.ms += 60_000
    town.settle()
    assert given(town) == [(2026, 1), (2027, 1)]
    town.clock.ms = int(datetime(2026, 12, 31, 16, 0, tzinfo=UTC).timestamp() * 1000)
    assert take(one) == ["00001"]
    assert one.replica.door.number("visit").startswith("(2027)")


def test_a_pc_in_2019_asks_for_the_districts_year(town: Town) -> None:
    clock = ManualClock(int(datetime(2019, 12, 24, tzinfo=UTC).timestamp() * 1000))
    one = town.office("one", BAOSHAN)
    one.replica.clock = clock
    courier = Courier(one.replica.layout.schema, one.wire, one.replica, clock)
    courier.round()  # which tells it how far off it is
    courier.round()
    assert given(town) == [(2026, 1)]


def test_who_was_revoked_or_whose_district_knows_no_numbers_gets_none(town: Town, tmp_path: Path) -> None:
    one = town.office("one", BAOSHAN)
    town.district.revoke(one.replica.identity.replica)
    with pytest.raises(Refused):
        one.round()
    assert given(town) == []
    (tmp_path / "old").mkdir()
    with closing(Town(tmp_path / "old")) as old:
        desk = old.office("two", BAOSHAN)
        old.settle()
        assert "暂" in take(desk)[0]
        with desk.replica.reading() as conn:
            asked = "SELECT value FROM meta WHERE name = 'numbers/asked'"
            before = conn.exec_driver_sql(asked).scalar_one()
        old.settle()
        with desk.replica.reading() as conn:
            assert conn.exec_driver_sql(asked).scalar_one() == before, "the same question until there is an answer"


# --- copies -----------------------------------------------------------------------------------------------------------


Opened = Callable[[str], Replica]


@pytest.fixture
def pcs(town: Town, tmp_path: Path) -> Iterator[Opened]:
    """One desk's folder in `one`, in step and with a block; opens it and its copies."""
    office = town.office("one", BAOSHAN)
    town.settle()
    town.offices.remove(office)
    office.replica.close()
    (tmp_path / "one").mkdir()
    for path in tmp_path.glob("one.*"):
        shutil.move(path, tmp_path / "one" / path.name.replace("one.", "desk."))
    desks: list[Replica] = []

    def opened(name: str) -> Replica:
        ids = SeededIds(town.clock, name + str(len(desks)))
        desks.append(Replica.open(tmp_path / name / "desk.db", KEY, PROGRAM, town.clock, ids))
        return desks[-1]

    yield opened
    for desk in desks:
        desk.close()


def work(town: Town, desk: Replica, acts: int = 0) -> None:
    """Saves so many people and goes on a round; a counter that is behind is told so once."""
    for _ in range(acts):
        desk.door.save([person(desk.ids, name="王")])
    courier = Courier(desk.layout.schema, Wire(town.district, desk.identity.replica), desk, town.clock)
    with suppress(Superseded):
        courier.round()
        return
    courier.round()


def test_of_two_copies_each_gets_blocks_of_its_own(town: Town, pcs: Opened, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    one, two = pcs("one"), pcs("two")
    numbers = take(one, 9)
    work(town, one, 2)  # runs short, and gets the next block
    work(town, two, 1)  # is a fork now: what it has of the first block is passed over
    assert "暂" in take(two)[0]
    work(town, two)
    numbers += take(one, 4) + take(two, 4)
    assert not any("暂" in n for n in numbers)
    assert len(set(numbers)) == len(numbers)
    assert given(town) == [(2026, 1), (2026, 11), (2026, 21)]


def test_n18_a_restored_file_would_reuse_printed_numbers(town: Town, pcs: Opened, tmp_path: Path) -> None:
    """On its own PC it goes on after the last that was printed; on another it prints provisional ones until contact."""
    one = pcs("one")
    printed = take(one, 2)
    one.close()
    shutil.copytree(tmp_path / "one", tmp_path / "backup")
    one = pcs("one")
    printed += take(one, 2)
    one.close()
    for place in ("one", "elsewhere"):
        (tmp_path / place).mkdir(exist_ok=True)
        begin_life(tmp_path / place / "desk.db")
        shutil.copyfile(tmp_path / "backup" / "desk.db", tmp_path / place / "desk.db")
    one, elsewhere = pcs("one"), pcs("elsewhere")
    printed += take(one)
    printed += take(elsewhere, 2)
    assert [n for n in printed if "暂" not in n] == ["00001", "00002", "00003", "00004", "00005"]
    assert ["暂" in n for n in printed[5:]] == [True, True]
    work(town, elsewhere)
    printed += [*take(elsewhere, 2), *take(one, 2)]
    assert not any("暂" in n for n in printed[7:])
    assert len(set(printed)) == len(printed)


def test_a_copy_that_was_made_while_its_question_waited_gets_no_answer_to_it(
    town: Town, pcs: Opened, tmp_path: Path
) -> None:
    one = pcs("one")
    numbers = take(one, 9)
    lost = Courier(one.layout.schema, Losing(Wire(town.district, one.identity.replica)), one, town.clock)
    with pytest.raises(LineDown):
        lost.round()
    one.close()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    one, two = pcs("one"), pcs("two")
    work(town, one, 1)
    for _ in range(2):
        work(town, two)  # hears of what it has not typed
        assert "暂" in take(two)[0] or given(town)[-1] == (2026, 21)
    work(town, two)
    numbers += take(one, 3) + take(two, 3)
    assert len(set(numbers)) == len(numbers)
    with town.district.engine.connect() as conn:
        assert len(conn.execute(select(QUESTION)).all()) == len(given(town)) == 3


def test_a_restored_district_goes_on_further_on(town: Town) -> None:
    one, two = town.office("one", BAOSHAN), town.office("two", BAOSHAN)
    one.round()
    engine = town.district.engine
    engine.dispose()
    shutil.copyfile(town.folder / "district.db", town.folder / "yesterday")
    two.round()
    for restores in (1, 2):
        engine.dispose()
        shutil.copyfile(town.folder / "yesterday", town.folder / "district.db")
        town.clock.ms += 1000
        town.district.new_timeline(restores)
        new = town.office(f"new{restores}", BAOSHAN)
        new.round()
        assert given(town) == [(2026, 1), (2026, restores * SKIP + 11)]
    assert take(one) + take(two) == ["00001", "00011"]


def test_a_backup_from_before_several_restores_goes_on_beyond_them_all(town: Town) -> None:
    """The second was of what the first had made: the third, of the oldest backup, came out where the second had."""
    town.office("one", BAOSHAN).round()
    district, engine = town.folder / "district.db", town.district.engine
    engine.dispose()
    shutil.copyfile(district, town.folder / "before")
    starts = []
    for restores, backup in enumerate(("before", "made by 1", "before", "made by 2", "before"), 1):
        engine.dispose()
        shutil.copyfile(town.folder / backup, district)
        town.clock.ms += 1000
        town.district.new_timeline(restores)
        engine.dispose()
        shutil.copyfile(district, town.folder / f"made by {restores}")
        town.office(f"new{restores}", BAOSHAN).round()
        starts.append(given(town)[-1])
        with town.district.engine.connect() as conn:
            assert restores_in(conn) == restores, "a backup of it says so where its folder is a new one"
    assert starts == sorted(set(starts))
