"""The days off of a year: seeded, checked and entered by the district alone, and at a desk with its next round."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from baiyun_desktop.district import Assembly, calendars
from baiyun_desktop.kernel import calendar_year
from baiyun_desktop.kernel.calendar import read_days
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.registry import holidays

from .conftest import Town

NEXT = "2026"
"""The notice that this district has not seen yet: its record is taken out first."""


def notice(path: Path, *more: str, without: str = "-") -> Path:
    """The table of a year as somebody copies it from the State Council's page."""
    days = [d for d in read_days(resource("calendar", "days.csv")) if str(d.day.year) == NEXT]
    lines = [f"{d.day},{d.kind},{d.note}" for d in days if not str(d.day).endswith(without)]
    path.write_text("\n".join(["day,kind,note", *lines, *more]) + "\n", encoding="utf-8-sig")
    return path


def test_a_notice_is_checked_entered_once_and_is_at_a_desk_with_its_next_round(lite: Town, tmp_path: Path) -> None:
    seeded = [str(year) for year in holidays.seeds()]
    assert [line.split()[0] for line in lite.run("calendar", "list", lite.folder).splitlines()[1:]] == seeded
    with Assembly(lite.folder) as assembly:
        assert calendars.seed(assembly) == 0
    changed = notice(tmp_path / "changed.csv", "2026-12-12,workday,调休")
    for wrong, why in (
        (notice(tmp_path / "a.csv", without="10-01"), "10-1 is off in each year"),
        (notice(tmp_path / "b.csv", "2026-11-02,workday,"), "2026-11-02: is worked anyway"),
        (notice(tmp_path / "c.csv", "2026-05-01,holiday,"), "2026-05-01: stands there twice"),
        (notice(tmp_path / "d.csv", "2026-11-31,holiday,"), "cannot be read"),
    ):
        assert why in lite.run("calendar", "add", lite.folder, wrong, code=1)
    assert "nothing new" in lite.run("calendar", "add", lite.folder, notice(tmp_path / "same.csv"))
    with lite.desk_here() as (desk, courier):
        assert set(desk.read.calendar().years) == set(holidays.seeds())
        assert not desk.read.calendar().works(date(2026, 12, 12))
        assert "1 years written" in lite.run("calendar", "add", lite.folder, changed, "--yes")
        courier.round()
        assert desk.read.calendar().works(date(2026, 12, 12))
        own = Draft.create(calendar_year.COLLECTION, desk.ids.new(), area="150206001006", year=2030, days=[])
        desk.door.save([own])
        courier.round()
        (refused,) = desk.read.tray()
        assert "区里统一维护" in refused.reason
