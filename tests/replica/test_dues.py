"""What is due follows from stated dates, movements and the calendar alone, on a desk as at the district."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from baiyun_desktop.kernel import calendar_year
from baiyun_desktop.kernel.deadline import Lamp
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import Replica, recalendar, reckoning
from baiyun_desktop.replica.dues import DueRow, Group
from baiyun_desktop.replica.errors import StepRefused
from sync.act import Change, Op
from tests.modules.offices import three_offices
from tests.replica.desk import KEY, ManualClock, SeededIds, make_desk
from tests.timed import MODULE
from tests.timed.calendars import years

PROGRAM = Program((REGISTRY, MODULE))
KIND = "application"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Replica]:
    """A desk that holds the calendar of 2026."""
    clock = ManualClock()
    with make_desk(tmp_path / "desk.db", clock, SeededIds(clock), PROGRAM) as made:
        enter(made, years(2026, 2026))
        yield made


def enter(desk: Replica, changes: list[Change]) -> None:
    desk.door.save([Draft.create(c.collection, c.id, **c.fields) for c in changes])


def apply(desk: Replica, day: str, **more: Any) -> str:
    record = desk.ids.new()
    desk.door.save([Draft.create(KIND, record, title="漏水", applied_on=day, **more)])
    return record


def due(desk: Replica, record: str) -> DueRow:
    (row,) = desk.read.dues([record])[record]
    seen = desk.read.get(KIND, record)
    assert seen is not None
    assert seen.due_on == row.day
    return row


def step(desk: Replica, record: str, verb: str, day: str, **more: Any) -> None:
    desk.door.step(KIND, record, verb, stated_date=day, **more)


def test_a_limit_runs_in_its_state_and_is_kept_with_the_row(desk: Replica) -> None:
    record = apply(desk, "2026-09-29")
    row = due(desk, record)
    assert (row.code, row.start, row.day, row.unknown) == ("MD-ACC", "2026-09-29", "2026-10-09", "")
    assert [row.lamp(date(2026, m, d)) for m, d in ((9, 29), (10, 8), (10, 9), (10, 10))] == [
        Lamp.GREEN, Lamp.YELLOW, Lamp.YELLOW, Lamp.RED,
    ]  # fmt: skip
    step(desk, record, "受理", "2026-10-08")
    row = due(desk, record)
    assert (row.code, row.day) == ("MD-1M", "2026-11-09")  # 11-08 is a Sunday
    step(desk, record, "延长", "2026-11-02")
    assert (due(desk, record).day, due(desk, record).extended) == ("2026-12-08", 1)
    step(desk, record, "办结", "2026-12-01")
    assert desk.read.dues([record]) == {}
    other = apply(desk, "2026-09-29")
    desk.door.void(KIND, other, "重复")
    assert desk.read.dues([other]) == {}


def test_what_is_paused_waits_and_goes_on(desk: Replica) -> None:
    record = apply(desk, "2026-09-21")
    step(desk, record, "通知补正", "2026-09-22")
    row = due(desk, record)
    assert (row.paused, row.ground, row.lamp(date(2026, 12, 1))) == ("2026-09-22", "补正", Lamp.PAUSED)
    assert desk.read.waiting(KIND, Group.OVERDUE, date(2026, 12, 1), 5) == (0, [])
    step(desk, record, "收到补正", "2026-09-29")
    row = due(desk, record)
    assert (row.paused, row.day, row.waited) == ("", "2026-10-08", 7)  # 09-29, 09-30 and the first day worked after


def test_what_comes_late_says_why_once_and_a_guard_stands_on_the_limits_own_day(desk: Replica) -> None:
    record = apply(desk, "2026-09-01")
    with pytest.raises(StepRefused, match="受理审查已于2026-09-04到期") as refused:
        step(desk, record, "受理", "2026-09-07")
    assert refused.value.fields == ("late_reason",)
    step(desk, record, "通知补正", "2026-09-07", late_reason="4")
    assert due(desk, record).explained == 1
    step(desk, record, "收到补正", "2026-09-08")
    step(desk, record, "受理", "2026-09-09")
    assert desk.read.movements(record)[0].late_reason == "4"
    with pytest.raises(StepRefused, match="2026-10-09届满"):
        step(desk, record, "调解", "2026-10-10", late_reason="1")
    step(desk, record, "延长", "2026-10-10", late_reason="1")
    step(desk, record, "调解", "2026-10-10")


def test_a_year_that_is_missing_is_named_and_its_calendar_moves_the_day(desk: Replica, tmp_path: Path) -> None:
    record, early = apply(desk, "2026-12-30"), apply(desk, "2026-09-01")
    assert (due(desk, record).day, due(desk, record).unknown) == ("2027-01-04", "2027")
    assert due(desk, early).unknown == ""
    assert desk.read.calendar_gaps(date(2026, 11, 30)) == [2027]
    days = ["2027-01-01 holiday 元旦", "2027-01-04 holiday 元旦", "2027-01-03 workday 元旦调休"]
    notice = {"area": "*", "year": 2027, "days": days}
    enter(desk, [Change("calendar_year", calendar_year.id_of(2027), Op.CREATE, notice)])
    assert (due(desk, record).day, due(desk, record).unknown) == ("2027-01-05", "")
    assert desk.read.calendar_gaps(date(2026, 12, 1)) == []
    assert desk.read.calendar_gaps(date(2027, 11, 30)) == []
    assert desk.read.calendar_gaps(date(2027, 12, 1)) == [2028]
    before = due(desk, record)
    with desk.store.aside() as conn:
        conn.exec_driver_sql("UPDATE due SET day = '2000-01-01'")
        conn.exec_driver_sql("UPDATE meta SET value = '' WHERE name = 'calendar'")
    desk.close()
    with Replica.open(tmp_path / "desk.db", KEY, PROGRAM, ManualClock(), desk.ids) as again:
        again.reckoning.wait()
        assert due(again, record) == before  # what was broken off is reckoned again when the file is opened


def test_reckoning_that_was_broken_off_goes_on_where_it_was(
    desk: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalendar, "SLICE_ROWS", 1)
    records = [apply(desk, "2026-09-29") for _ in range(3)]
    with desk.store.aside() as conn:
        conn.exec_driver_sql("UPDATE due SET day = '2000-01-01'")
        reckoning.mark(conn, "another")
        reckoning.note(conn, reckoning.print_of(conn), KIND, records[0])
    desk.close()
    with Replica.open(tmp_path / "desk.db", KEY, PROGRAM, ManualClock(), desk.ids) as again:
        again.reckoning.wait()
        days = {record: again.read.dues([record])[record][0].day for record in records}
        with again.reading() as conn:
            assert reckoning.marked(conn) == reckoning.print_of(conn)
            assert reckoning.reached(conn, reckoning.print_of(conn)) == ("", "")
    assert days == {records[0]: "2000-01-01", records[1]: "2026-10-09", records[2]: "2026-10-09"}


def test_a_file_is_closed_in_the_middle_of_reckoning(
    desk: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [apply(desk, "2026-09-29") for _ in range(3)]
    with desk.store.aside() as conn:
        reckoning.mark(conn, "another")
    desk.reckoning.stop()
    desk.reckoning.catch_up()  # as begun beside the window, and told to stop before its first slice
    with desk.reading() as conn:
        assert reckoning.marked(conn) == "another"
    assert due(desk, records[0]).day == "2026-10-09"


def test_the_worklist_counts_what_is_overdue_due_and_near(desk: Replica) -> None:
    late, now, soon, far = (apply(desk, f"2026-09-{day}") for day in ("01", "17", "18", "21"))
    found = {group: desk.read.waiting(KIND, group, date(2026, 9, 21), 5) for group in Group}
    assert [(count, [row.record for row in rows]) for count, rows in found.values()] == [
        (1, [late]), (1, [now]), (1, [soon]),
    ]  # fmt: skip
    page = desk.read.list(KIND, sort=("due_on",))
    assert [row.id for row in page.rows] == [late, now, soon, far]


def test_the_district_reckons_as_the_desk_does_and_asks_for_the_same_reason(tmp_path: Path) -> None:
    with three_offices(tmp_path, PROGRAM) as (here, _, above):
        record = here.save(KIND, title="漏水", applied_on="2026-09-29")
        unheard = here.save(KIND, title="停车", applied_on="2026-09-17")
        assert due(here.desk, record).day == "2026-10-02"  # by weekends alone
        above.save(
            "calendar_year", area="*", year=2026, days=["2026-10-09 holiday 无人认的一天"]
        )  # under an id of no year
        enter(above.desk, years(2026, 2026))
        above.round()
        here.desk.door.step(KIND, unheard, "受理", stated_date="2026-09-22")  # it has not heard that 09-20 was worked
        here.round()
        assert due(here.desk, record).day == "2026-10-09"
        (refused,) = here.desk.read.movements(unheard)
        assert (refused.judgement, refused.note) == (
            "overtaken", "受理审查已于2026-09-21到期，受理前请选择超期原因",
        )  # fmt: skip
        here.desk.door.step(KIND, record, "受理", stated_date="2026-10-09")
        late = here.save(KIND, title="噪音", applied_on="2026-09-29")
        here.desk.door.step(KIND, late, "受理", stated_date="2026-10-10", late_reason="3")
        here.round()
        above.round()
        judged = {m.subject: (m.judgement, m.late_reason) for r in (record, late) for m in above.desk.read.movements(r)}
        assert judged == {record: ("accepted", None), late: ("accepted", "3")}
        assert above.desk.read.dues([record, late]) == here.desk.read.dues([record, late])
