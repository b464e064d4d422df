"""Each masked field on each surface that lists records: a marked value in every field, and it stands nowhere whole."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.attention import ContestView, DoubtView, Side
from baiyun_desktop.replica.returned import Did, TrayItem, Typed
from baiyun_desktop.ui.attention_words import line_for
from baiyun_desktop.ui.contest_words import side_words, value_words
from baiyun_desktop.ui.doubt_words import facts_effect
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.listing import is_minor
from baiyun_desktop.ui.papers import file_ledger
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.tray_words import as_text
from baiyun_desktop.ui.window import MainWindow
from tests.ui.desk import AREA, PROGRAM, Desk, id_number, idle

MASKED = [(info, f) for info in PROGRAM.kinds.values() for f in info.fields if f.mask is not None and not f.derived]
Marks = dict[tuple[str, str], str]


def marks() -> Marks:
    """A value of its own for each masked field, as long as a real one."""
    found: Marks = {}
    for at, (info, field) in enumerate(MASKED):
        match field.mask:
            case Mask.NAME:
                value = "甄" + chr(0x4E10 + 7 * at) + "标记"
            case Mask.ID:
                value = id_number(f"15020619{60 + at}0315002")
            case Mask.PHONE:
                value = f"1390000{4000 + at}"
            case Mask.ADDRESS:
                value = f"宝山社区{7 + at}号楼3单元9{at:02d}室"
            case _:
                value = f"62220202001122{1000 + at}"
        found[info.name, field.name] = value
    return found


@pytest.fixture
def marked(desk: Desk) -> tuple[Desk, Marks, dict[str, str]]:
    """One record of each kind that has a masked field, a registration in force among them; ids by kind."""
    found, ids = marks(), {}
    person = desk.add("甄标记", "15020619880315002", "13812345678")
    ids["person"], ids["residence_reg"] = person, desk.registrations["甄标记"]
    desk.replica.door.step("residence_reg", ids["residence_reg"], "登记", stated_date="2026-11-02")
    for info in {info.name: info for info, _ in MASKED}.values():
        values = {name: value for (kind, name), value in found.items() if kind == info.name}
        held = desk.replica.read.get(info.name, ids.get(info.name, ""))
        if held is not None:
            desk.replica.door.save([Draft.of(held, **values)])
            continue
        refs = {f.name: ids[f.ref] for f in info.refs if f.ref in ids}
        ids[info.name] = desk.replica.ids.new()
        area = {info.area: AREA} if info.area else {}
        desk.replica.door.save([Draft(info.name, ids[info.name], values={**refs, **values, **area}, new=True)])
    return desk, found, ids


def words_in(widget: QWidget) -> list[str]:
    """Whatever can be read of a part of the window, tips and what a screen reader says included."""
    said = [w.text() for kind in (QLabel, QPushButton, QLineEdit) for w in widget.findChildren(kind)]
    said += [w.toolTip() for w in widget.findChildren(QWidget)] + [
        w.accessibleName() for w in widget.findChildren(QWidget)
    ]
    for shown in widget.findChildren(QListWidget):
        said += [shown.item(at).text() + shown.item(at).toolTip() for at in range(shown.count())]
    return said


def leaks(found: Marks, surfaces: Mapping[str, list[str]]) -> list[tuple[str, str, str]]:
    """(kind, field, surface) wherever a marked value stands whole."""
    return [
        (kind, name, surface)
        for surface, said in surfaces.items()
        for (kind, name), value in found.items()
        if any(value in words for words in said)
    ]


def test_no_marked_value_is_whole_in_any_place(
    window: MainWindow, qtbot: QtBot, marked: tuple[Desk, Marks, dict[str, str]]
) -> None:
    _, found, ids = marked
    surfaces: dict[str, list[str]] = defaultdict(list)
    for key in list(window._places):
        page = window.go(key)
        qtbot.waitUntil(lambda: idle(window))
        surfaces[f"place {key}"] += words_in(page)
        if isinstance(page, ListPage):
            page.refresh()
            qtbot.waitUntil(lambda: idle(window))
            lines = [page.table.rows.line(row) for row in range(page.table.rows.rowCount())]
            surfaces[f"list {key}"] += [" ".join(line.cells) for line in lines if line is not None]
            page.table.selectAll()
            page.table.copy()
            surfaces[f"copied {key}"].append(QGuiApplication.clipboard().text())
    for kind, record in ids.items():
        page = window.open(kind, record)
        qtbot.waitUntil(lambda: idle(window))
        if isinstance(page, RecordPage):
            surfaces[f"related of {kind}"] += words_in(page.related) + words_in(page.joined)
    assert leaks(found, surfaces) == []
    assert any("标记" not in words and "甄" in words for words in surfaces["list people"])  # the marked rows were there


def test_no_marked_value_is_whole_in_a_hit_or_a_suggestion(marked: tuple[Desk, Marks, dict[str, str]]) -> None:
    desk, found, _ = marked
    hits = [hit for value in found.values() for hit in desk.replica.search.find(value).hits]
    assert {hit.kind for hit in hits} >= {"person", "residence_reg", "house"}
    said = {"hit": [f"{hit.title} {hit.subtitle}" for hit in hits]}
    assert leaks(found, said) == []
    assert not any(" 01 " in words or words.endswith(" 01") for words in said["hit"])  # codes are told in words


def test_no_marked_value_is_whole_in_a_ledger_with_its_marks(marked: tuple[Desk, Marks, dict[str, str]]) -> None:
    desk, found, _ = marked
    for spec in PROGRAM.lists.values():
        if spec.ledger is None:
            continue
        every = replace(spec, where=())
        sheet = load_workbook(io.BytesIO(file_ledger(desk.context(), every, PROGRAM.ledgers[spec.ledger]))).active
        said = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
        assert any("甄" in words for words in said) or not desk.replica.read.list(spec.kind, limit=0).total
        assert leaks(found, {spec.name: said}) == []
        mark = str(sheet.oddHeader.center.text)
        assert "张敏" in mark and "已脱敏" in mark and "张敏" in str(sheet.oddFooter.left.text)


def test_no_marked_value_is_whole_where_something_waits(marked: tuple[Desk, Marks, dict[str, str]]) -> None:
    """Contests, doubts and what came back, as lines; on their cards numbers are covered, names are whole."""
    desk, found, ids = marked
    context = desk.context()
    lines: dict[str, list[str]] = defaultdict(list)
    cards: dict[str, list[str]] = defaultdict(list)
    for kind in dict.fromkeys(kind for kind, _ in found):
        snap = desk.replica.read.get(kind, ids[kind])
        assert snap is not None
        own = {name: value for (of, name), value in found.items() if of == kind}
        contest = ContestView("c", kind, ids[kind], "g", [Side(own, "d" * 32, "张敏", 0)], snap)
        doubt = DoubtView("d", "r", kind, "facts", tuple(own), (ids[kind],), {ids[kind]: snap})
        item = TrayItem(1, "保存", 0, "refused", "原因", (Typed(kind, "x", Did.CREATE, own),))
        for what in (contest, doubt, item):
            line = line_for(context, what)
            lines[f"{type(what).__name__} of {kind}"] += [line.title, line.more]
        cards[kind] += [words for _, _, words in side_words(context, contest, contest.sides[0])]
        cards[kind] += [
            value_words(context, contest, own),
            facts_effect(context, doubt, snap, tuple(own)),
            as_text(context, item),
        ]
    assert leaks(found, lines) == []
    numbers = {(i.name, f.name): found[i.name, f.name] for i, f in MASKED if f.mask in (Mask.ID, Mask.PHONE, Mask.BANK)}
    assert leaks(numbers, cards) == []


def test_a_records_own_page_covers_numbers_and_says_names(
    window: MainWindow, qtbot: QtBot, marked: tuple[Desk, Marks, dict[str, str]]
) -> None:
    _, found, ids = marked
    page = window.open("person", ids["person"])
    assert isinstance(page, RecordPage)
    said = words_in(page)
    numbers = {(i.name, f.name): found[i.name, f.name] for i, f in MASKED if f.mask in (Mask.ID, Mask.PHONE, Mask.BANK)}
    assert leaks(numbers, {"page": said}) == []
    assert any(found["person", "name"] in words for words in said)


def test_a_childs_number_is_hidden_whole_on_the_own_page_too(window: MainWindow, desk: Desk) -> None:
    child = desk.add("王小平", "15020620190315002", "13812340000")
    seen = desk.replica.read.get("person", child)
    assert seen is not None and is_minor(seen.values)
    page = window.open("person", child)
    assert isinstance(page, RecordPage)
    editor = page.body.rows["id_no"].field.focusProxy()
    assert isinstance(editor, QLineEdit) and editor.text() == "*" * 18
