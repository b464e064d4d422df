"""What is to be printed is kept whole: through a power cut, without a printer, and with a batch that was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.print_queue import Choice
from tests.documents.reading import one_line
from tests.replica.desk import KEY, ManualClock, SeededIds
from tests.replica.paper_desk import NOTICE, PRESS, PROGRAM, make_desk, register

KIND = "residence_reg"


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Replica]:
    made = make_desk(tmp_path, clock)
    yield made
    made.close()


class PowerCut(BaseException):
    """The program is gone; nothing after it runs."""


def reopened(desk: Replica, clock: ManualClock) -> Replica:
    desk.close()
    found = Replica.open(desk.path, KEY, PROGRAM, clock, SeededIds(clock, "again"))
    found.papers.press = PRESS
    return found


def test_papers_wait_in_order_encrypted_and_survive_a_restart(desk: Replica, clock: ManualClock) -> None:
    records = [register(desk, name) for name in ("王公平", "𠮷田頔")]
    for record in records:
        desk.papers.issue(NOTICE, KIND, record, copies=2, about="某人")
    again = reopened(desk, clock)
    waiting = again.printing.waiting()
    assert [(w.number[-5:], w.copies, w.again, w.about) for w in waiting] == [
        ("0001号", 2, 0, "某人"), ("0002号", 2, 0, "某人"),
    ]  # fmt: skip
    assert "𠮷田頔" in one_line(again.printing.pdf(waiting[1].id) or b"")
    for file in again.path.parent.rglob("*"):
        if file.is_file():
            assert b"%PDF" not in file.read_bytes(), file
    again.printing.drop([waiting[0].id])
    assert [w.id for w in again.printing.waiting()] == [waiting[1].id]
    assert len(again.papers.issued(records[0])) == 1
    again.close()


def test_a_power_cut_in_a_batch_leaves_whole_papers_and_names_the_missing(desk: Replica, clock: ManualClock) -> None:
    names = ["王公平", "欧阳晓燕", "巴特尔", "乌云其其格"]
    records = [(KIND, register(desk, name), name) for name in names]
    batch = desk.printing.begin(NOTICE.name, records)
    for _, record, name in records[:2]:
        desk.papers.issue(NOTICE, KIND, record, about=name, batch=batch)

    def cut(point: str) -> None:
        if point == "before commit":
            raise PowerCut

    desk.store.at = cut
    with pytest.raises(PowerCut):
        desk.papers.issue(NOTICE, KIND, records[2][1], about=names[2], batch=batch)
    desk.store.at = lambda _: None
    again = reopened(desk, clock)
    (left,) = again.printing.batches()
    assert [line.about for line in left.missing] == names[2:]
    assert len(again.printing.waiting()) == 2 and again.papers.issued(records[2][1]) == []
    again.printing.failed(batch, records[2][1], "字库不全")
    (left,) = again.printing.batches()
    assert [(line.about, line.failed) for line in left.missing] == [("巴特尔", "字库不全"), ("乌云其其格", "")]
    for line in left.missing:
        again.papers.issue(NOTICE, KIND, line.record, about=line.about, batch=batch)
    with pytest.raises(DoorRefusal, match="已经印过"):
        again.papers.issue(NOTICE, KIND, records[0][1], batch=batch)
    numbers = [w.number[-5:] for w in again.printing.waiting()]
    assert numbers == ["0001号", "0002号", "0003号", "0004号"] and again.printing.batches()[0].missing == []
    again.printing.end(batch)
    assert again.printing.batches() == [] and again.printing.count() == 4
    again.close()


def test_a_power_cut_between_printer_and_count_prints_again_rather_than_never(desk: Replica) -> None:
    lined = desk.papers.issue(NOTICE, KIND, register(desk))

    def cut(point: str) -> None:
        if point == "before commit":
            raise PowerCut

    desk.store.at = cut
    with pytest.raises(PowerCut):
        desk.papers.sent([lined.item])
    desk.store.at = lambda _: None
    paper = desk.papers.get(lined.doc)
    assert paper is not None and paper.copies == 0
    assert [w.id for w in desk.printing.waiting()] == [lined.item]


def test_a_second_copy_while_the_first_still_waits_is_a_reprint(desk: Replica) -> None:
    lined = desk.papers.issue(NOTICE, KIND, register(desk))
    again = desk.papers.line_up(lined.doc)
    assert [w.again for w in desk.printing.waiting()] == [0, 1]
    desk.papers.sent([again.item, lined.item, again.item])
    paper = desk.papers.get(lined.doc)
    assert paper is not None and (paper.copies, paper.reprints) == (2, 1)


def test_printer_and_tray_are_remembered_for_each_paper(desk: Replica, clock: ManualClock) -> None:
    assert desk.printing.choice("notice") == Choice()
    desk.printing.remember("notice", Choice("窗口激光打印机", "lower", 2))
    desk.printing.remember("residence_form", Choice("办公室", "auto", 1))
    again = reopened(desk, clock)
    assert again.printing.choice("notice") == Choice("窗口激光打印机", "lower", 2)
    assert again.printing.choice("residence_form").printer == "办公室"
    again.close()


def test_a_paper_about_somebody_who_was_erased_is_printed_no_more(desk: Replica) -> None:
    gone, kept = (desk.papers.issue(NOTICE, KIND, register(desk)) for _ in range(2))
    with desk.writing() as conn:  # as the courier does when the district's order to erase arrives
        columns = [c.name for c in desk.layout.schema["doc_instance"].table.columns if c.nullable]
        conn.exec_driver_sql(
            f"UPDATE doc_instance SET voided = 1, {' = NULL, '.join(columns)} = NULL WHERE id = ?", (gone.doc,)
        )
    assert [w.id for w in desk.printing.waiting()] == [kept.item]
