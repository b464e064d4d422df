"""A paper counts from the commit that has its number: nothing is numbered twice, and what was issued stays as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from baiyun_desktop.documents.setting import PaperError
from baiyun_desktop.kernel.issued import Sealed, Signed
from baiyun_desktop.kernel.template import Template, TemplateRefused
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import DoorRefusal, StepRefused, Unknown
from baiyun_desktop.replica.papers import EXPORT, PaperUse
from tests.documents.reading import one_line
from tests.documents.test_templates import OWN
from tests.modules.offices import three_offices
from tests.replica.desk import ManualClock
from tests.replica.paper_desk import AREA, NOTICE, PRESS, PROGRAM, make_desk, register

DAY_MS = 86_400_000


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Replica]:
    made = make_desk(tmp_path, clock)
    yield made
    made.close()


def change(desk: Replica, kind: str, record: str, **values: object) -> None:
    held = desk.read.get(kind, record)
    assert held is not None
    desk.door.save([Draft.of(held, **values)])


def acts(desk: Replica) -> int:
    with desk.reading() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM sync_journal").scalar_one())


def test_a_step_issues_its_paper_in_its_own_act(desk: Replica) -> None:
    record = register(desk)
    before = acts(desk)
    changes = desk.door.step("residence_reg", record, "登记", stated_date="2026-09-20")
    assert acts(desk) == before + 1
    (paper,) = desk.papers.issued(record)
    assert {("doc_instance", paper.id), ("residence_reg", record)} <= changes.ids
    held = desk.read.get("residence_reg", record)
    assert held is not None and paper.number == held.biz_no == "(2026)白矿宝山居登字第00001号"
    assert (paper.template, paper.template_version, paper.masked) == ("residence_form", 2, False)
    assert (paper.issued_by, paper.issued_at, paper.copies) == ("张敏", desk.clock.now_ms(), 0)
    made = desk.papers.set_again(paper)
    assert made.sha256 == paper.pdf_sha256 == hashlib.sha256(made.pdf).hexdigest()
    text = one_line(made.pdf)
    assert paper.number in text and "2026年9月20日" in text and "15020619880315002X" in text


def test_what_a_step_wrote_is_printed_rather_than_issued_twice(desk: Replica) -> None:
    paper, record = PROGRAM.papers["residence_form"], register(desk)
    desk.door.step("residence_reg", record, "登记", stated_date="2026-09-20")
    (written,) = desk.papers.issued(record)
    assert desk.papers.issue(paper, "residence_reg", record).doc == written.id
    assert desk.papers.issue(paper, "residence_reg", record).doc != written.id  # that one waits for the printer
    other = register(desk, "王公平")
    desk.door.step("residence_reg", other, "登记", stated_date="2026-09-20")
    change(desk, "residence_reg", other, job="焊工")
    assert desk.papers.issue(paper, "residence_reg", other).doc != desk.papers.issued(other)[-1].id


def test_a_refused_step_leaves_neither_paper_nor_number(desk: Replica) -> None:
    record = register(desk)
    change(desk, "residence_reg", record, live_addr=None)
    with pytest.raises(StepRefused):
        desk.door.step("residence_reg", record, "登记", stated_date="2026-09-20")
    assert desk.papers.issued(record) == []
    change(desk, "residence_reg", record, live_addr="宝山社区1号楼")
    desk.door.step("residence_reg", record, "登记", stated_date="2026-09-20")
    assert desk.papers.issued(record)[0].number.endswith("00001号")


def test_a_paper_that_cannot_be_set_takes_no_number(desk: Replica) -> None:
    class Jammed:
        def __call__(self, *_: object) -> object:
            raise PaperError("no fonts")

    record = register(desk)
    desk.papers.press = Jammed()  # type: ignore[assignment]
    with pytest.raises(PaperError):
        desk.papers.issue(NOTICE, "residence_reg", record)
    desk.papers.press = PRESS
    assert desk.papers.issued(record) == [] and desk.printing.waiting() == []
    desk.papers.issue(NOTICE, "residence_reg", record)
    assert desk.papers.issued(record)[0].number == "(2026)白矿宝山告字第0001号"


def test_what_changes_while_a_paper_is_set_is_on_the_paper(desk: Replica) -> None:
    record, seen = register(desk), []

    class Slow:
        def __call__(self, paper: object, template: object, snapshot: dict[str, object]) -> object:
            seen.append(snapshot["remark"])
            if len(seen) < 3:
                change(desk, "residence_reg", record, remark=f"第{len(seen)}次")
                desk.door.number("notice")  # somebody else takes one meanwhile
            return PRESS(NOTICE, None, snapshot)

    desk.papers.press = Slow()  # type: ignore[assignment]
    desk.papers.issue(NOTICE, "residence_reg", record)
    (paper,) = desk.papers.issued(record)
    assert seen == [None, "第1次", "第2次"]
    assert paper.snapshot["remark"] == "第2次" and paper.number.endswith("0003号")
    assert paper.pdf_sha256 == PRESS(NOTICE, None, paper.snapshot).sha256


def test_numbers_are_never_twice_and_not_used_again_after_a_void(desk: Replica) -> None:
    records = [register(desk, f"张{n}") for n in range(3)]
    first = desk.papers.issue(NOTICE, "residence_reg", records[0])
    with pytest.raises(DoorRefusal, match="写明原因"):
        desk.papers.void(first.doc, "  ")
    desk.papers.void(first.doc, "姓名写错")
    for record in records:
        desk.papers.issue(NOTICE, "residence_reg", record)
    numbers = [paper.number for record in records for paper in desk.papers.issued(record)]
    assert sorted(numbers) == [f"(2026)白矿宝山告字第{n:04d}号" for n in (1, 2, 3, 4)]
    void = desk.papers.get(first.doc)
    assert void is not None and void.void
    assert (void.void_reason, void.voided_by, void.number[-5:]) == ("姓名写错", "张敏", "0001号")
    assert first.item not in [item.id for item in desk.printing.waiting()]
    assert "作废" in one_line(desk.papers.set_again(void).pdf)
    for again in (lambda: desk.papers.line_up(first.doc), lambda: desk.papers.void(first.doc, "x")):
        with pytest.raises(DoorRefusal, match="已作废：姓名写错"):
            again()


def test_a_masked_paper_hides_numbers_also_where_no_mask_was_declared(desk: Replica) -> None:
    record = register(desk, remark="另一电话13900001111，证件15020619650704001X")
    item = desk.papers.issue(NOTICE, "residence_reg", record).item
    text, stored = one_line(desk.printing.pdf(item) or b""), json.dumps(desk.papers.issued(record)[0].snapshot)
    assert "1502**********002X" in text and "138****5678" in text and "139****1111" in text
    for secret in ("15020619880315002X", "13812345678", "13900001111", "15020619650704001X", "102室"):
        assert secret not in text and secret not in stored


def test_the_head_says_the_districts_own_name(tmp_path: Path, clock: ManualClock) -> None:
    desk = make_desk(tmp_path, clock, known=True)
    record = register(desk)
    district = next(r for r in desk.read.list("organisation", limit=99).rows if r.code == "150206")
    for name in ("白云矿区", "白云鄂博矿区"):
        change(desk, "organisation", district.id, name=name)
        looked = desk.papers.look(NOTICE, "residence_reg", record)
        assert looked.snapshot["district"] == name and looked.snapshot["office"] == "宝山社区居委会"
    desk.close()


def test_a_snapshot_stays_while_its_record_moves_on(desk: Replica) -> None:
    record = register(desk)
    desk.door.step("residence_reg", record, "登记", stated_date="2026-09-20")
    (before,) = desk.papers.issued(record)
    assert desk.papers.moved_on(before) == []
    held = desk.read.get("residence_reg", record)
    assert held is not None
    change(desk, "person", held.person, name="特木尔·巴雅尔", phone="13900000000")
    (after,) = desk.papers.issued(record)
    assert after.snapshot == before.snapshot
    assert desk.papers.moved_on(after) == ["姓名", "联系电话"]
    assert desk.papers.set_again(after).sha256 == before.pdf_sha256


def test_a_reprint_years_later_has_mark_count_and_its_own_layout(desk: Replica, clock: ManualClock) -> None:
    record = register(desk)
    lined = desk.papers.issue(NOTICE, "residence_reg", record, copies=2)
    original = one_line(desk.printing.pdf(lined.item) or b"")
    desk.papers.sent([lined.item])
    clock.ms += 3 * 365 * DAY_MS
    for count in (1, 2):
        again = desk.papers.line_up(lined.doc)
        text = one_line(desk.printing.pdf(again.item) or b"")
        assert text.replace(f"补打第{count}次", "") == original and f"补打第{count}次" in text
        desk.papers.sent([again.item])
    paper = desk.papers.get(lined.doc)
    assert paper is not None
    assert (paper.copies, paper.reprints, paper.printed_by) == (4, 2, "张敏")
    assert paper.printed_at == clock.ms - 3 * 365 * DAY_MS and desk.printing.waiting() == []


def test_each_print_and_export_is_told_to_the_audit_in_the_same_transaction(desk: Replica) -> None:
    told: list[PaperUse] = []
    record = register(desk)
    desk.papers.on_use = lambda conn, use: told.append(use)
    lined = desk.papers.issue(NOTICE, "residence_reg", record)
    assert told == []
    desk.papers.sent([lined.item])
    desk.papers.sent([desk.papers.line_up(lined.doc).item])
    desk.papers.sent([desk.papers.issue(NOTICE, "residence_reg", record).item], verb=EXPORT)
    assert [(use.verb, use.record, use.masked) for use in told] == [(v, record, True) for v in ("打印", "补打", "导出")]

    def fails(conn: object, use: PaperUse) -> None:
        raise OSError("the audit's disk is full")

    desk.papers.on_use = fails
    again = desk.papers.line_up(lined.doc)
    with pytest.raises(OSError, match="full"):
        desk.papers.sent([again.item])
    assert [item.id for item in desk.printing.waiting()] == [again.item]


def test_a_paper_leaves_as_a_file_only_where_the_role_takes_such_papers_out(desk: Replica) -> None:
    told: list[tuple[str, int]] = []
    desk.papers.on_use = lambda conn, use: told.append((use.verb, use.copies))
    record = register(desk)
    masked = desk.papers.issue(NOTICE, "residence_reg", record).item
    whole = desk.papers.issue(desk.layout.program.papers["residence_form"], "residence_reg", record).item
    post = {"name": desk.identity.post, "area": AREA, "grants": [AREA]}
    desk.door.save([Draft.create("post", "f" * 32, role="GRID_WORKER", **post)])
    for role, kept, words in (
        ("GRID_WORKER", [], "不能把文书存成文件，请打印"), ("MIGRANT_COUNTER", [masked], "写有完整号码，请打印"),
        ("COMMUNITY_WORKER", [masked], "写有完整号码，请打印"), ("STREET", [masked, whole], ""),
    ):  # fmt: skip
        row = desk.read.get("post", "f" * 32)
        assert row is not None
        desk.door.save([Draft.of(row, role=role)])
        for item in (masked, whole):
            if item in kept:
                assert desk.papers.file(item) == desk.printing.pdf(item) != b""
                continue
            with pytest.raises(DoorRefusal, match=words):
                desk.papers.file(item)
            with pytest.raises(DoorRefusal, match=words):
                desk.papers.sent([item], verb=EXPORT)
    assert told == [] and [item.id for item in desk.printing.waiting()] == [masked, whole], "refused, it still waits"
    _sees_names_alone(desk, record)
    desk.papers.sent([masked])
    (doc,) = [paper.id for paper in desk.papers.issued(record) if paper.masked]
    desk.papers.sent([desk.papers.line_up(doc).item], verb=EXPORT)
    assert told == [("打印", 1), ("导出", 1)], "another copy that goes into a file has left as a file"


def _sees_names_alone(desk: Replica, record: str) -> None:
    """A role that sees no whole number sees none on a paper either, and issues none that says it."""
    row, form = desk.read.get("post", "f" * 32), desk.layout.program.papers["residence_form"]
    assert row is not None
    desk.door.save([Draft.of(row, role="HALL_MEMBER")])
    (issued,) = [paper for paper in desk.papers.issued(record) if not paper.masked]
    for ask in (
        lambda: desk.papers.look(form, "residence_reg", record),
        lambda: desk.papers.issue(form, "residence_reg", record),
        lambda: desk.papers.set_again(issued),
        lambda: desk.papers.line_up(issued.id),
    ):
        with pytest.raises(DoorRefusal, match="不看完整号码"):
            ask()
    assert desk.papers.look(NOTICE, "residence_reg", record).snapshot["id_no"] == "1502**********002X"
    assert len(desk.papers.issued(record)) == 2


def test_without_a_typesetter_a_paper_is_issued_all_the_same_and_set_when_it_is_shown(desk: Replica) -> None:
    record, press = register(desk), desk.papers.press
    desk.papers.press = None
    desk.door.step("residence_reg", record, "登记", stated_date="2026-09-20")
    (paper,) = desk.papers.issued(record)
    assert paper.number.endswith("00001号") and not paper.pdf_sha256 and paper.snapshot["name"] == "特木尔·巴图"
    with pytest.raises(DoorRefusal, match="不能排版"):
        desk.papers.line_up(paper.id)
    desk.papers.press = press
    lined = desk.papers.line_up(paper.id)
    after = desk.papers.get(paper.id)
    assert after is not None and after.pdf_sha256 == hashlib.sha256(desk.printing.pdf(lined.item) or b"").hexdigest()
    assert "补打" not in one_line(desk.printing.pdf(lined.item) or b"") and after.reprints == 0


def test_signing_and_sealing_are_noted(desk: Replica) -> None:
    doc = desk.papers.issue(NOTICE, "residence_reg", register(desk)).doc
    desk.papers.sign(doc, signed=Signed.RETURNED, sealed=Sealed.SEALED)
    paper = desk.papers.get(doc)
    assert paper is not None and (paper.signed_state, paper.seal_state) == ("RETURNED", "SEALED")


def test_of_a_record_that_is_void_or_not_here_there_is_no_paper(desk: Replica) -> None:
    record = register(desk)
    desk.door.void("residence_reg", record, "重复")
    for gone in (record, "f" * 32):
        with pytest.raises(Unknown):
            desk.papers.issue(NOTICE, "residence_reg", gone)
    assert desk.door.number("notice").endswith("0001号")


def test_papers_and_layouts_travel_and_only_the_top_changes_a_layout(tmp_path: Path) -> None:
    own = OWN.replace('#for line in listed("companions") [ #line.name（#line.kin）]', "")
    with three_offices(tmp_path, PROGRAM) as (here, there, above):
        for office in (here, there, above):
            office.desk.papers.press = PRESS
        record = register(here.desk)
        doc = here.desk.papers.issue(NOTICE, "residence_reg", record).doc
        for office in (here, above, there):
            office.round()
        seen = above.desk.papers.get(doc)
        assert seen is not None and there.desk.papers.get(doc) is None
        assert above.desk.papers.set_again(seen).sha256 == seen.pdf_sha256
        with pytest.raises(DoorRefusal, match="区一级"):
            here.desk.papers.put_template(NOTICE, own)
        with pytest.raises(TemplateRefused, match="companions"):
            above.desk.papers.put_template(NOTICE, OWN)
        made = above.desk.papers.put_template(NOTICE, own, valid_from="2020-01-01")
        with pytest.raises(DoorRefusal, match="第 2 版"):
            above.desk.papers.put_template(NOTICE, own)
        above.desk.papers.put_template(NOTICE, own + "\n", valid_from="2999-01-01")
        past_the_door = {"area": "*", "code": "notice", "version": 9, "source": "x", "valid_from": "2020-01-01"}
        here.save("paper_template", **past_the_door)
        for office in (above, here, there):
            office.round()
        assert here.desk.status().tray == 1 and there.desk.read.list("paper_template").total == 2
        _a_new_layout_is_in_force(here.desk, record, doc, made)


def _a_new_layout_is_in_force(desk: Replica, record: str, old: str, made: Template) -> None:
    new = desk.papers.get(desk.papers.issue(NOTICE, "residence_reg", record).doc)
    before = desk.papers.get(old)
    assert new is not None and before is not None
    assert (before.template_version, new.template_version, made.version) == (1, 2, 2)
    assert "兹有特木尔·巴图，现住" in one_line(desk.papers.set_again(new).pdf)
    assert desk.papers.set_again(before).sha256 == before.pdf_sha256
    assert "兹有" not in one_line(desk.papers.set_again(before).pdf)


def test_a_paper_whose_step_came_second_stays_and_is_marked(desk: Replica) -> None:
    record = register(desk)
    desk.door.step("residence_reg", record, "登记", stated_date="2026-09-20")
    (paper,) = desk.papers.issued(record)
    assert not paper.overtaken
    with desk.writing() as conn:  # as the courier does when the district's judgement arrives
        conn.exec_driver_sql("UPDATE movement SET judgement = 'overtaken' WHERE subject = ?", (record,))
    (paper,) = desk.papers.issued(record)
    assert paper.overtaken and not paper.void and paper.number.endswith("00001号")
    assert "已被取代" in one_line(desk.papers.set_again(paper).pdf)
