"""宝山 and 祥云 work on overlapping people with the line down; it comes back, they disagree once, and one decides."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt

from baiyun_desktop.intake.command import import_file
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.replica import Replica
from baiyun_desktop.stories.hands import Hands, StoryStuck
from baiyun_desktop.stories.outcome import Report, compare
from baiyun_desktop.stories.stage import Place, StoryDesk
from baiyun_desktop.ui import opening, theme
from baiyun_desktop.ui.contests_page import ContestsPage
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.screens import Screens
from baiyun_desktop.ui.sheet_page import SheetPage

BAOSHAN = Place("宝山", "宝山社区·窗口", "150206001006", "王芳")
XIANGYUN = Place("祥云", "祥云社区·窗口", "150206002007", "李强")
LEDGERS = {"宝山": "宝山社区_流动人口台账.xlsx", "祥云": "祥云社区_分网格.xlsx"}
CTRL = Qt.KeyboardModifier.ControlModifier
HERE = timezone(timedelta(hours=8))


def _has_contest(replica: Replica, record: str) -> bool:
    return len(replica.read.contests(record)) == 1


def take_ledgers(program: Program, desks: Sequence[StoryDesk]) -> None:
    """Each desk takes its community's ledger in, unless it has it, and lets the others know."""
    for desk in desks:
        import_file(desk.replica, program, resource("demo", LEDGERS[desk.place.name]), desk.place.area)
    exchange(desks)


def exchange(desks: Sequence[StoryDesk], times: int = 2) -> None:
    """Rounds until each desk has heard what the others' brought about."""
    for _ in range(times):
        for desk in desks:
            if desk.carrier.run() is None and desk.on:
                raise StoryStuck(f"{desk.place.name}: {desk.carrier.problem}")


class TwoOffices:
    """The story, a method a scene."""

    def __init__(
        self, program: Program, screens: Sequence[Screens], desks: Sequence[StoryDesk], district: Path, out: Path
    ) -> None:
        self.program = program
        self.desks = list(desks)
        self.district = district
        self._out = out
        self._began = time.monotonic()
        self._app = opening.application(theme_name="light")
        self._windows = [opening.open_desk(d.replica, program, d.carrier, screens, line=d) for d in desks]
        self.hands = [Hands(w, out) for w in self._windows]
        for window in self._windows:
            window.show()

    def play(self) -> Report:
        """Plays all scenes and returns what they came to."""
        self.morning()
        shared = self.shared_person()
        self.lines_cut(shared)
        self.lines_back(shared)
        self.decided(shared)
        self.evening()
        for window in self._windows:
            window.close()
        return compare(self.district, self.desks, time.monotonic() - self._began)

    # --- scenes -------------------------------------------------------------------------------------------------

    def morning(self) -> None:
        """The day starts on the worklist; the list and the search box know everyone who was imported."""
        hands = self.hands[0]
        hands.front()
        hands.picture("1-worklist")
        page = hands.window.go(self._list("residence_reg"))
        assert isinstance(page, ListPage)
        hands.until("the list is filled", lambda: page.table.model().rowCount() > 20)
        hands.picture("2-list")
        hands.press(Qt.Key.Key_K, CTRL, into=hands.window)
        hands.keys("wx", into=hands.window.toolbar.search)
        hands.until("the search box finds somebody", lambda: bool(hands.window.toolbar.search.hits))
        hands.picture("3-search")
        hands.press(Qt.Key.Key_Escape, into=hands.window.toolbar.search)
        hands.window.toolbar.search.clear()

    def shared_person(self) -> str:
        """Somebody who is registered in both communities: the head of a link whose both ends both desks hold."""
        with self.desks[0].replica.reading() as conn:
            row = conn.exec_driver_sql("SELECT head FROM link WHERE state='live' ORDER BY head").first()
        if row is None:
            raise StoryStuck("nobody is registered in both communities")
        return str(row[0])

    def lines_cut(self, shared: str) -> None:
        """Both go on without a line: 宝山 takes in a family, and both correct the same person's employer."""
        self._switch(on=False)
        self.family(self.hands[0])
        self.correct(self.hands[0], shared, "鑫源汽修二店")
        self.correct(self.hands[1], shared, "白云铁矿运输队")
        for desk, hands in zip(self.desks, self.hands, strict=True):
            desk.carrier.run()
            hands.window.refresh_status()
        self.hands[0].picture("5-offline")

    def lines_back(self, shared: str) -> None:
        """The line comes back, and both see the disagreement."""
        self._switch(on=True)
        exchange(self.desks, 3)
        for hands in self.hands:
            replica = hands.window.shell.desk.replica
            hands.until("the contest is there", partial(_has_contest, replica, shared))
        page = self.hands[1].window.go("contests")
        assert isinstance(page, ContestsPage)
        contest = self.desks[1].replica.read.contests(shared)[0]

        def chosen() -> bool:
            page.choose(contest.id)
            return page.list.isVisible()

        self.hands[1].until("the contest can be chosen", chosen)
        self.hands[1].picture("6-contest")

    def decided(self, shared: str) -> None:
        """祥云 keeps the second value, by its key; 宝山 shows it after the next round."""
        hands = self.hands[1]
        hands.front()
        hands.press(Qt.Key.Key_2, CTRL, into=hands.window.page)
        hands.until("the decision is saved", lambda: not self.desks[1].replica.read.contests(shared))
        exchange(self.desks)
        for desk in self.desks:
            person = desk.replica.read.get("person", shared)
            if person is None or person.work_unit != "白云铁矿运输队" or desk.replica.read.contests(shared):
                raise StoryStuck(f"{desk.place.name} does not show what was decided")

    def evening(self) -> None:
        """Everything has gone up; the same in dark colours."""
        hands = self.hands[0]
        hands.front()
        hands.window.go("worklist")
        hands.window.refresh_status()
        hands.picture("7-in-step")
        theme.apply_theme(self._app, "dark")
        hands.window.go(self._list("residence_reg"))
        hands.picture("8-dark")
        theme.apply_theme(self._app, "light")

    # --- what officers do ---------------------------------------------------------------------------------------

    def family(self, hands: Hands) -> None:
        """A couple and their child, new to town, on one sheet by keyboard."""
        hands.front()
        page = hands.window.new("residence_reg", {})
        assert isinstance(page, SheetPage)
        shared = {
            "live_addr": "宝山社区12号楼3单元502室", "dwelling": "自购房", "inflow_reason": "务工",
            "arrive_date": datetime.now(HERE).date().isoformat(),
        }  # fmt: skip
        for path, words in shared.items():
            hands.fill(next(f for p, f in page.shared.items() if p.rpartition(".")[2] == path), words)
        people = [
            ("张建国", "152630198803150013", "13847250011"), ("乌云其其格", "152630199007220206", "13847250012"),
            ("张小白", "", ""),
        ]  # fmt: skip
        for line, (name, number, phone) in zip(page.lines, people, strict=False):
            for path, words in (("name", name), ("id_no", number), ("phone", phone)):
                cell = next((c for p, c in line.cells.items() if p.rpartition(".")[2] == path), None)
                if cell is not None and words:
                    hands.fill(cell, words, then=None)
        hands.picture("4-family")
        before = self._registrations(hands)
        hands.press(Qt.Key.Key_Return, CTRL, into=page)
        hands.until("the family is saved", lambda: self._registrations(hands) == before + len(people))

    def correct(self, hands: Hands, person: str, work_unit: str) -> None:
        """Opens the person, types another employer and saves."""
        hands.front()
        page = hands.window.open("person", person)
        assert isinstance(page, RecordPage)
        hands.fill(page.body.rows["work_unit"].field, work_unit, then=None)
        hands.press(Qt.Key.Key_S, CTRL, into=page)
        replica = hands.window.shell.desk.replica

        def saved() -> bool:
            row = replica.read.get("person", person)
            return row is not None and row.get("work_unit") == work_unit

        hands.until("the correction is saved", saved)

    def _switch(self, *, on: bool) -> None:
        for desk, hands in zip(self.desks, self.hands, strict=True):
            desk.turn(on)
            hands.window.toolbar.refresh()

    def _registrations(self, hands: Hands) -> int:
        return hands.window.shell.desk.replica.read.list("residence_reg", limit=1).total

    def _list(self, kind: str) -> str:
        return next(spec.name for spec in self.program.lists.values() if spec.kind == kind)
