"""Imports into a real encrypted replica: whole acts, again adds nothing, some rows only, cancel, undo, findings back."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from baiyun_desktop.intake.command import import_file, planned, recognised, run
from baiyun_desktop.intake.commit import DONE, DRAFTED, LEFT, SPARED, UNREACHED, commit
from baiyun_desktop.intake.earlier import earlier, number_the_rest
from baiyun_desktop.intake.errors import IntakeError, NothingToImport
from baiyun_desktop.intake.finding import Oddity
from baiyun_desktop.intake.plan import ImportPlan, Standing
from baiyun_desktop.intake.undo import undo
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.errors import DiskTrouble, DoorRefusal
from baiyun_desktop.replica.numbers import year_of
from sync.enrolment import NumberBlock
from sync.outside import SystemClock, SystemIds
from tests.new_desk import new_desk

from .conftest import BAILING, BAOSHAN, OFFICES, TODAY, XIANGYUN, Office

HEADER = ("姓名", "证件号码", "联系电话", "现住址", "来本地日期", "登记日期", "健康状况")

MakeDesk = Callable[..., Replica]


@pytest.fixture
def make_desk(tmp_path: Path, program: Program) -> Iterator[MakeDesk]:
    desks: list[Replica] = []

    def make(*areas: str, blocks: tuple[NumberBlock, ...] = ()) -> Replica:
        replica = f"{len(desks):032x}"
        identity = DeskIdentity(replica=replica, post="宝山社区", officer="王芳", areas=areas, blocks=blocks)
        path = tmp_path / f"desk{len(desks)}.db"
        desks.append(new_desk(path, program, identity, SystemClock(), SystemIds()))
        ids = desks[-1].ids
        tree = [(o.community, f"{o.name}居委会", o.community[:9]) for o in OFFICES]
        grids = [(f"{o.community}{n:03d}", f"{o.name}第{n}网格", o.community) for o in OFFICES for n in range(1, 6)]
        desks[-1].door.save(
            [
                Draft.create("organisation", ids.new(), area="*", code=code, name=name, parent_code=parent)
                for code, name, parent in (*tree, *grids)
            ]
        )
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Replica:
    return make_desk(BAOSHAN.community)


def workbook(path: Path, *rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (header, *rows):
        sheet.append(row)
    book.save(path)
    return path


def total(desk: Replica, kind: str) -> int:
    return desk.read.list(kind, limit=1).total


def plan_of(desk: Replica, program: Program, path: Path) -> ImportPlan:
    return planned(desk, program, recognised(path, program), today=TODAY)


def test_each_row_is_one_act_with_its_step(desk: Replica, program: Program) -> None:
    report = import_file(desk, program, BAOSHAN.path, today=TODAY)
    assert (report.imported, report.drafts, report.skipped) == (264, 0, 2)
    assert total(desk, "person") == total(desk, "residence_reg") == 264
    assert desk.read.list("residence_reg", limit=1000).rows[0].state == "ACTIVE"
    assert {row.state for row in desk.read.list("residence_reg", limit=1000).rows} == {"ACTIVE"}
    (who,) = desk.read.list("person", [], limit=1000).rows[5:6]
    history = desk.read.history("person", who.id)
    assert [(entry.verb, entry.batch, entry.officer) for entry in history] == [("导入", report.batch, "王芳")]
    assert desk.status().unsent == 264 + 1  # one act a row, and the organisations above
    assert report.seconds < 10


def test_a_cell_too_long_for_a_name_is_told_and_nobody_types_one(
    desk: Replica, program: Program, tmp_path: Path
) -> None:
    pasted = "王公平，住在亲戚家。" * 30
    path = workbook(tmp_path / "长.xlsx", (pasted, "", "", "宝山社区1号楼1单元101室", "2026-01-05", "2026-01-05", ""))
    report = import_file(desk, program, path, today=TODAY)
    assert [f.more for f in report.findings if f.oddity is Oddity.TOO_LONG] == ["300"]
    (who,), (stay,) = desk.read.list("person").rows, desk.read.list("residence_reg").rows
    assert who.name == pasted[:100] and pasted in stay.remark
    for draft in (Draft.of(who, name="甲" * 101), Draft.create("person", desk.ids.new(), former_name="甲" * 300_000)):
        with pytest.raises(DoorRefusal, match=r"名”有 \d+ 字，最多 100 字，没有保存"):
            desk.door.save([draft])
    desk.door.save([Draft.of(who, name="甲" * 100)])


def test_again_adds_nothing(desk: Replica, program: Program) -> None:
    import_file(desk, program, BAOSHAN.path, today=TODAY)
    before = {kind: total(desk, kind) for kind in program.kinds}
    again = import_file(desk, program, BAOSHAN.path, today=TODAY)
    assert again.imported == 0
    assert {kind: total(desk, kind) for kind in program.kinds} == before
    assert again.plan.counts()["known_rows"] == 266
    assert not [f for f in again.findings if f.oddity is Oddity.KNOWN_DIFFERS]


def test_all_four_ledgers_at_a_street_above_them(make_desk: MakeDesk, program: Program, key: dict[str, Any]) -> None:
    district = make_desk("150206")
    for office in OFFICES:
        report = import_file(district, program, office.path, office.community, today=TODAY)
        assert report.imported == key["files"][office.file]["rows"] - key["files"][office.file].get("duplicate_rows", 0)
    # A desk that holds both communities sees that the same checked number is the same person, and asks nobody.
    assert total(district, "person") == key["people_before_any_decision"]
    assert total(district, "residence_reg") == sum(file["rows"] for file in key["files"].values()) - 2
    assert sum(1 for p in district.read.list("person", limit=2000).rows if not p.id_checked) == 24
    for office in OFFICES:
        assert import_file(district, program, office.path, today=TODAY).imported == 0


@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.name)
def test_a_post_above_finds_the_community_in_the_addresses(
    office: Office, make_desk: MakeDesk, program: Program
) -> None:
    plan = plan_of(make_desk("150206"), program, office.path)
    assert plan.origin.community == office.community
    assert plan.count(Oddity.ELSEWHERE) == 0


def test_no_number_that_is_not_checked_is_stored_as_checked(make_desk: MakeDesk, program: Program) -> None:
    desk = make_desk(BAILING.community)
    import_file(desk, program, BAILING.path, today=TODAY)
    people = desk.read.list("person", limit=1000).rows
    assert len(people) == 265
    unchecked = {person.name: person.id_no for person in people if not person.id_checked}
    assert len(unchecked) == 11
    assert unchecked["武阳"] == "2.30229196101275E+17"
    assert all(desk.search.find(name).total for name in unchecked)


def test_some_rows_only_then_the_rest(desk: Replica, program: Program) -> None:
    plan = plan_of(desk, program, BAOSHAN.path)
    report = commit(plan, desk, plan.new_rows[:10])
    assert report.imported == total(desk, "person") == 10
    assert sum(1 for result in report.results.values() if result == LEFT) == 254
    rest = import_file(desk, program, BAOSHAN.path, today=TODAY)
    assert rest.imported == 254
    assert total(desk, "person") == 264


def test_cancel_keeps_whole_rows_and_says_which(desk: Replica, program: Program) -> None:
    plan, seen = plan_of(desk, program, BAOSHAN.path), []
    report = commit(plan, desk, progress=lambda done, all_: seen.append((done, all_)), cancelled=lambda: len(seen) >= 2)
    assert report.cancelled
    assert seen == [(20, 264), (40, 264)]
    assert total(desk, "person") == total(desk, "residence_reg") == total(desk, "movement") == 40
    assert sum(1 for result in report.results.values() if result == UNREACHED) == 224
    assert commit(plan, desk).imported == 224
    assert commit(plan, desk).imported == 0
    assert total(desk, "person") == total(desk, "residence_reg") == 264


def test_a_full_disk_leaves_whole_rows_and_the_same_plan_goes_on(
    desk: Replica, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, write, calls = plan_of(desk, program, BAOSHAN.path), desk.journal.write, []

    def full_at_the_thirtieth(*args: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 30:
            raise DiskTrouble("the disk is full")
        return write(*args, **named)

    monkeypatch.setattr(desk.journal, "write", full_at_the_thirtieth)
    with pytest.raises(DiskTrouble):
        commit(plan, desk)
    assert total(desk, "person") == total(desk, "residence_reg") == 20
    assert commit(plan, desk).imported == 244
    people = {p.id for p in desk.read.list("person", limit=1000).rows}
    stays = desk.read.list("residence_reg", limit=1000).rows
    assert len(people) == 264
    assert {stay.person for stay in stays} == people
    homes = {h.id for h in desk.read.list("house", limit=1000).rows}
    assert {stay.house for stay in stays} <= homes


def test_undo_takes_all_back_and_it_can_be_imported_again(desk: Replica, program: Program) -> None:
    report = import_file(desk, program, BAOSHAN.path, today=TODAY)
    undone = undo(desk, report.batch)
    assert undone.kept == []
    assert [total(desk, kind) for kind in ("person", "house", "residence_reg")] == [0, 0, 0]
    assert desk.search.find("夏然国").total == 0
    assert undo(desk, report.batch).voided == 0
    assert import_file(desk, program, BAOSHAN.path, today=TODAY).imported == 264


def test_undo_keeps_what_somebody_worked_on(desk: Replica, program: Program, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        ("张三", "150206199912310013", "13800000001", "宝山社区1号楼1单元101室", "2024-01-01", "2024-01-05"),
        ("李四", None, "13800000002", "宝山社区1号楼1单元102室", "2024-01-01", "2024-01-05"),
        ("王五", None, "13800000003", "宝山社区1号楼1单元102室", "2024-01-01", "2024-01-05"),
    )
    report = import_file(desk, program, path, today=TODAY)
    people = {p.name: p for p in desk.read.list("person").rows}
    desk.door.save([Draft.of(people["张三"], phone="13900000000")])
    (stay,) = desk.read.by_ref("residence_reg", "person", people["李四"].id)
    ended = Draft.of(stay, leave_date="2026-01-01", leave_reason="1")
    desk.door.step("residence_reg", stay.id, "注销", drafts=[ended], stated_date=date(2026, 1, 1))
    undone = undo(desk, report.batch)
    left = {p.name for p in desk.read.list("person").rows}
    assert left == {"张三", "李四"}
    assert {(kept.kind, kept.title) for kept in undone.kept} >= {("person", "张*"), ("person", "李*")}
    assert total(desk, "house") == 2  # both still have somebody living in them
    assert total(desk, "residence_reg") == 1


def test_a_row_that_lacks_what_the_step_demands_is_a_draft(desk: Replica, program: Program, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", ("张三", None, None, None, None, None), ("李四", None, None, "平房区", None, None)
    )
    report = import_file(desk, program, path, today=TODAY)
    assert list(report.results.values()) == [DRAFTED, DONE]
    states = {r.live_addr: (r.state, r.reg_date) for r in desk.read.list("residence_reg").rows}
    assert states["平房区"] == ("ACTIVE", TODAY.isoformat())
    assert states[None][0] in (None, "DRAFT")
    assert any(f.oddity is Oddity.NOT_YET_STEP for f in report.findings)
    assert any("健康状况" in note for note in report.plan.notes) is False


def test_what_is_taken_up_is_numbered_as_far_as_numbers_reach_and_the_rest_later(
    make_desk: MakeDesk, program: Program, tmp_path: Path
) -> None:
    """The counter keeps some, drafts and a second import take none, and the year is the one in which they are given."""
    year = year_of(SystemClock().now_ms())
    desk = make_desk(BAOSHAN.community, blocks=(NumberBlock("residence", "宝山", year, 1, SPARED + 2),))
    rows = [(f"张{n}", None, None, f"平房区{n}号", "2020-01-01", "2020-01-05") for n in "三四五"]
    report = import_file(desk, program, workbook(tmp_path / "a.xlsx", *rows, ("李四", *[None] * 5)), today=TODAY)
    assert (report.imported, report.drafts, report.unnumbered) == (4, 1, 1)
    (one,) = earlier(desk)
    assert (one.batch, one.officer, one.made, one.standing) == (report.batch, "王芳", 4, 4)
    assert len(one.unnumbered) == 1
    assert number_the_rest(desk, one) == 0, "what is left is the counter's"
    with desk.writing() as conn:
        desk.given(conn, [NumberBlock("residence", "宝山", year, 501, 600)])
    assert number_the_rest(desk, one) == 1
    assert earlier(desk)[0].unnumbered == ()
    numbers = sorted(r.biz_no for r in desk.read.list("residence_reg").rows if r.biz_no)
    assert len(set(numbers)) == 3
    assert all(number.startswith(f"({year})") and "暂" not in number for number in numbers)
    assert undo(desk, report.batch).kept == [], "a number that was given is nobody's work"


def test_a_known_person_moves_in_elsewhere(desk: Replica, program: Program, tmp_path: Path) -> None:
    first = ("张三", "150206199912310013", "13800000001", "宝山社区1号楼1单元101室", "2024-01-01", "2024-01-05")
    second = ("张三", "150206199912310013", "13900000009", "宝山社区9号楼1单元101室", "2026-01-01", "2026-01-05")
    import_file(desk, program, workbook(tmp_path / "a.xlsx", first), today=TODAY)
    report = import_file(desk, program, workbook(tmp_path / "b.xlsx", second), today=TODAY)
    assert total(desk, "person") == 1
    stays = {r.live_addr: r for r in desk.read.list("residence_reg").rows}
    assert len(stays) == 2
    assert stays["宝山社区9号楼1单元101室"].remark == "导入的台账中手机“13900000009”"
    (finding,) = report.findings
    assert finding.oddity is Oddity.KNOWN_PERSON
    assert "宝山社区1号楼1单元101室" in finding.todo


def test_a_corrected_number_is_the_same_registration(desk: Replica, program: Program, tmp_path: Path) -> None:
    row = ("张三", "150206199912310019", "13800000001", "宝山社区1号楼1单元101室", "2024-01-01", "2024-01-05")
    import_file(desk, program, workbook(tmp_path / "a.xlsx", row), today=TODAY)
    right = (row[0], "150206199912310013", *row[2:])
    report = import_file(desk, program, workbook(tmp_path / "b.xlsx", right), today=TODAY)
    assert report.imported == 0
    (finding,) = report.findings
    assert finding.oddity is Oddity.KNOWN_DIFFERS
    assert "证件号码现为“150206199912310019”，本行是“150206199912310013”" in finding.what


def test_one_person_twice_in_a_file_at_two_homes(desk: Replica, program: Program, tmp_path: Path) -> None:
    row = ("张三", "150206199912310013", "13800000001", "宝山社区1号楼1单元101室", "2024-01-01", "2024-01-05")
    other = (*row[:2], "13800000002", "宝山社区2号楼1单元101室", *row[4:])
    report = import_file(desk, program, workbook(tmp_path / "a.xlsx", row, other), today=TODAY)
    assert report.imported == 2
    assert (total(desk, "person"), total(desk, "residence_reg")) == (1, 2)


def test_buildings_are_imported_once(desk: Replica, program: Program, tmp_path: Path) -> None:
    header = ("小区/建筑名称", "类型", "所属网格", "详细地址", "房东姓名", "房东电话")
    rows = (
        ("白云家园", "住宅", "宝山社区第2网格", "矿山路12号", "李四", "13800000000"),
        ("矿工公寓", "公寓", None, None, None, None),
    )
    path = workbook(tmp_path / "b.xlsx", *rows, rows[0], header=header)
    report = import_file(desk, program, path, today=TODAY)
    assert report.imported == 2
    houses = {h.full_text: h for h in desk.read.list("house").rows}
    home = houses["白云家园 矿山路12号"]
    assert (home.house_type, home.owner_name, home.area) == ("1", "李四", "150206001006002")
    (unit,) = desk.read.many("address_unit", [home.address]).values()
    assert unit.estate == "白云家园"
    assert import_file(desk, program, path, today=TODAY).imported == 0


def test_the_findings_go_back_as_a_workbook(desk: Replica, program: Program) -> None:
    report = import_file(desk, program, BAOSHAN.path, today=TODAY)
    book = openpyxl.load_workbook(io.BytesIO(report.workbook()))
    assert book.sheetnames == ["导入情况", "流动人口台账"]
    rows = {row[0]: row for row in book["流动人口台账"].iter_rows(min_row=2, values_only=True)}
    assert rows[50][1] == DONE
    assert "校验码不符" in str(rows[50][2])
    assert "E50" in str(rows[50][2])
    assert "500235196008152631" in rows[50]
    assert rows[45][1] == Standing.DUPLICATE.value
    assert "第 44 行" in str(rows[45][2])
    assert 6 not in rows


def test_the_command_says_what_it_does(desk: Replica, program: Program, tmp_path: Path) -> None:
    path = tmp_path / BAOSHAN.file
    path.write_bytes(BAOSHAN.path.read_bytes())
    lines = list(run(desk, program, path, BAOSHAN.community, preview=True))
    assert total(desk, "person") == 0
    assert any("共 266 行：将导入 264，重复 2，已有 0" in line for line in lines)
    assert any("E50" in line and "校验码不符" in line for line in lines)
    lines = list(run(desk, program, path, BAOSHAN.community))
    assert total(desk, "person") == 264
    assert any("已导入 264 行" in line for line in lines)
    assert (tmp_path / "宝山社区_流动人口台账_导入问题.xlsx").exists()
    again = list(run(desk, program, path, BAOSHAN.community))
    assert any("已导入 0 行" in line for line in again)


def test_what_cannot_be_imported_says_so(make_desk: MakeDesk, program: Program, tmp_path: Path) -> None:
    desk = make_desk("150206")
    with pytest.raises(NothingToImport, match="没有找到"):
        import_file(desk, program, workbook(tmp_path / "a.xlsx", header=("楼号", "电表")), today=TODAY)
    with pytest.raises(IntakeError, match="哪个社区"):
        import_file(desk, program, workbook(tmp_path / "b.xlsx", ("张三", *[None] * 6)), today=TODAY)


def test_a_sheet_a_grid_lands_in_its_grids(make_desk: MakeDesk, program: Program) -> None:
    desk = make_desk(XIANGYUN.community)
    import_file(desk, program, XIANGYUN.path, today=TODAY)
    areas = [r.area for r in desk.read.list("residence_reg", limit=1000).rows]
    assert {area: areas.count(area) for area in sorted(set(areas))} == {
        "150206002007001": 44, "150206002007002": 48, "150206002007003": 57, "150206002007004": 47,
        "150206002007005": 69,
    }  # fmt: skip
