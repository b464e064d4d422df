"""Makes the file of one schema that is kept for good: `python -m tests.replica.kept_files FOLDER`, once for each version.

It writes `vN.baiyun` and beside it `vN.json`, what an officer saw in it on that day. What is kept already is never made
again: only the program of that version can make such a file.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.engine import open_raw
from baiyun_desktop.replica.migrations import VERSION
from baiyun_desktop.replica.print_queue import Waiting, put
from baiyun_desktop.replica.unsaved import KeptForm
from sync.act import Change, Op
from sync.desk.audit import shown_rows
from sync.desk.courier import Courier
from sync.district.district import District
from sync.district.scope import FixedScope
from sync.enrolment import NumberBlock
from tests.end2end.offices import BAOSHAN, PROGRAM, Wire
from tests.replica.desk import ManualClock, SeededIds

KEY = bytes(range(32))
REPLICA = "0192f0c0ffee7000800000000000d001"
AREAS = {"150206": None, "150206001": "150206", BAOSHAN: "150206001"}


def make(path: Path) -> None:
    """A desk that has done rounds, taken a step and given a number, with saves that wait."""
    clock = ManualClock()
    ids = SeededIds(clock, "kept")
    with tempfile.TemporaryDirectory() as scratch:
        engine = create_engine(f"sqlite:///{scratch}/district.db")
        scope = FixedScope(AREAS)
        district = District(engine, PROGRAM.schema, scope, PROGRAM.judge, clock, ids, Path(scratch) / "packs")
        district.found("150206")
        district.add_desk(REPLICA, [BAOSHAN], post="宝山社区·窗口", officer="苏和")
        blocks = (NumberBlock("residence", "宝山社区", 2026, 101, 200),)
        who = DeskIdentity(
            replica=REPLICA, post="宝山社区·窗口", officer="苏和", areas=(BAOSHAN,), blocks=blocks, token="-"
        )
        district.write([Change("person", ids.new(), Op.CREATE, {"name": "乌云其其格", "area": BAOSHAN})], "登记")
        with Replica.create(path, KEY, PROGRAM, who, clock, ids) as desk:
            _work(desk, Courier(desk.layout.schema, Wire(district, REPLICA), desk, clock), ids, clock)
        engine.dispose()
    raw = open_raw(path, KEY)
    raw.execute("PRAGMA journal_mode = DELETE")
    raw.execute("VACUUM")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()


def _work(desk: Replica, courier: Courier, ids: SeededIds, clock: ManualClock) -> None:
    person, house, stay, family = ids.new(), ids.new(), ids.new(), ids.new()
    courier.round()
    desk.door.save(
        [
            Draft.create(
                "person",
                person,
                name="𠮷田公平",
                id_no="15020619991231002X",
                birth_date="1999-12-31",
                sex="1",
                phone="13904720001",
                languages=["mn", "zh"],
                remark="一楼\n右手",
            ),
            Draft.create("house", house, full_text="通阳道3号楼2单元501", floor_area="86.50", is_rental=True),
            Draft.create("household", family, house=house, head=person),
            Draft.create("household_member", ids.new(), household=family, person=person, kin="01"),
            Draft.create(
                "residence_reg",
                stay,
                person=person,
                house=house,
                arrive_date="2026-03-02",
                inflow_reason="01",
                dwelling="01",
                live_addr="通阳道3号楼2单元501",
                source="1",
            ),
        ]
    )
    courier.round()
    clock.ms += 60_000
    desk.door.step("residence_reg", stay, "登记", stated_date="2026-09-20")
    courier.round()
    snap = desk.read.get("person", person)
    assert snap is not None
    clock.ms += 60_000
    desk.door.save([Draft.of(snap, phone="13904720002", work_unit="没有传走")])
    desk.door.save([Draft.create("person", ids.new(), name="没有传走")])
    waits = Waiting(0, "d" * 32, "residence_form", "居住登记表", "暂1", "𠮷田公平", 0, 1, clock.ms)
    with desk.store.aside() as conn:
        put(conn, waits, b"%PDF-kept")
    desk.unsaved.write([KeptForm("form-1", clock.ms, {"name": "没有保存"})], [])


def seen(desk: Replica) -> dict[str, Any]:
    """All that an officer sees in the file, as JSON has it."""
    with desk.reading() as conn:
        rows = {f"{c}/{r}": [v, row] for (c, r), (v, row) in sorted(shown_rows(conn, desk.layout.schema).items())}
        journal = [
            list(r) for r in conn.exec_driver_sql("SELECT number, at, outcome, pos FROM sync_journal ORDER BY number")
        ]
        history = [
            list(r) for r in conn.exec_driver_sql("SELECT kind, record, verb, op, fields FROM history ORDER BY id")
        ]
        numbers = [
            list(r) for r in conn.exec_driver_sql("SELECT pattern, unit, year, first, last, next FROM number_block")
        ]
    unsaved = [[form.id, form.at, form.body] for form in desk.unsaved.all()]
    queue = [
        [item.title, item.number, item.about, desk.printing.pdf(item.id) == b"%PDF-kept"]
        for item in desk.printing.waiting()
    ]
    state = desk.status()
    found = {
        "rows": rows,
        "journal": journal,
        "history": history,
        "numbers": numbers,
        "unsaved": unsaved,
        "queue": queue,
        "unsent": state.unsent,
        "pos": state.pos,
    }
    return dict(json.loads(json.dumps(found)))


def main(folder: Path) -> None:
    path = folder / f"v{VERSION}.baiyun"
    if path.exists():
        sys.exit(f"{path.name} is kept already")
    make(path)
    with tempfile.TemporaryDirectory() as scratch:  # opened on a copy: the kept file stays as it was closed
        copy = Path(scratch) / path.name
        copy.write_bytes(path.read_bytes())
        clock = ManualClock()
        with Replica.open(copy, KEY, PROGRAM, clock, SeededIds(clock)) as desk:
            text = json.dumps(seen(desk), ensure_ascii=False, indent=1)
    path.with_suffix(".json").write_text(text + "\n", "utf-8")
    path.with_name(path.name + ".lock").unlink(missing_ok=True)
    path.with_name(path.name + ".packs").rmdir()
    path.with_suffix(".numbers").unlink(missing_ok=True)  # of this machine alone


if __name__ == "__main__":
    main(Path(sys.argv[1]))
