"""The commands about a desk's file and key do what they say, from the words of the command line on."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from baiyun_desktop.keys.errors import KeyTrouble, WeakPassphrase
from baiyun_desktop.keys.keyfile import load_keyfile
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.backup import backups_in
from baiyun_desktop.replica.commands import add_commands
from baiyun_desktop.replica.errors import BackupTrouble
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.leftovers import Unsent, send
from baiyun_desktop.replica.nightly import load_plan
from sync.desk.courier import Courier
from sync.desk.packs import Line
from sync.district.direct import DirectLine
from sync.errors import SyncError
from tests.replica.desk import PROGRAM, SeededIds
from tests.replica.enrolled import SECRET, Desk, enrol_desk
from tests.replica.offices import Wire

NEW = "eine ganz neue"


@dataclass
class Terminal:
    """Answers each question with the next of `types`, the last again and again."""

    desk: Desk
    home: DeskHome
    types: list[str] = field(default_factory=lambda: [SECRET])
    said: list[str] = field(default_factory=list)
    on: bool = True

    def open(self) -> Replica:
        return self.desk.open(self.ask(""), self.home)

    def send(self, aside: Path, passphrase: str) -> tuple[int, Unsent]:
        clock = self.desk.clock
        return send(self.home, aside, passphrase, PROGRAM, clock, SeededIds(clock, "aside"), self.carry)

    def line(self, replica: Replica) -> Line:
        self.carry(replica)
        return DirectLine(self.desk.town.district, replica.identity.replica)

    def carry(self, replica: Replica) -> None:
        """One round, where there is a line."""
        if self.on:
            with suppress(SyncError):
                wire = Wire(self.desk.town.district, replica.identity.replica)
                Courier(replica.layout.schema, wire, replica, self.desk.clock).round()

    def ask(self, question: str) -> str:
        return self.types.pop(0) if len(self.types) > 1 else self.types[0]

    def say(self, line: str) -> None:
        self.said.append(line)

    def run(self, *words: object) -> str:
        parser = argparse.ArgumentParser()
        add_commands(parser.add_subparsers(), lambda: self)
        options = parser.parse_args([str(word) for word in words])
        self.said.clear()
        options.run(options)
        return "\n".join(self.said)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "stick").mkdir()
    return enrol_desk(tmp_path)


def test_back_up_lose_the_pc_and_take_it_back(desk: Desk, tmp_path: Path) -> None:
    terminal = Terminal(desk, desk.home)
    assert "试开无误" in terminal.run("backup", tmp_path / "stick", "--nightly", "--keep", 2)
    assert load_plan(desk.home).keep == 2
    assert not load_plan(desk.home).due(desk.clock.now_ms())
    new_pc = Terminal(desk, DeskHome(tmp_path / "new PC"))
    assert "已恢复" in new_pc.run("restore", tmp_path / "stick")
    with new_pc.open() as replica:
        assert desk.holds_all(replica)
    (made,) = backups_in(tmp_path / "stick")
    assert "原来的数据留在" in terminal.run("restore", made.folder)


@pytest.mark.parametrize("first", ["restored", "aside"])
def test_what_a_replaced_file_had_not_sent_goes_up_whoever_speaks_first(desk: Desk, tmp_path: Path, first: str) -> None:
    terminal = Terminal(desk, desk.home)
    terminal.run("backup", tmp_path / "stick")
    with terminal.open() as replica:
        desk.save(replica, "王四")
        desk.round(replica)
        desk.save(replica, "王五")
    terminal.run("restore", tmp_path / "stick")
    terminal.on = False
    assert "还有 1 项" in terminal.run("leftovers")
    terminal.on = True
    with terminal.open() as replica:
        desk.save(replica, "王六")
        if first == "restored":
            desk.round(replica)
    assert "全部送到" in terminal.run("leftovers")
    assert [p.name for p in desk.home.folder.iterdir() if "before" in p.name] == []
    assert "没有留下" in terminal.run("leftovers")
    with terminal.open() as replica:
        desk.round(replica)
        desk.round(replica)
        assert desk.holds_all(replica)
        assert replica.read.list("person").total == 6


def test_what_was_typed_in_a_file_goes_up_by_its_lifeboat(desk: Desk) -> None:
    terminal = Terminal(desk, desk.home)
    with terminal.open() as replica:
        kept = list(replica.read.list("person").rows)
        desk.save(replica, "王四")
    assert len(kept) == 3
    assert "共 4 项操作，新送到 0 项" in terminal.run("lifeboat")
    assert desk.holds_all_at_the_district()
    terminal.on = False
    with terminal.open() as replica:
        desk.save(replica, "王五")
    assert terminal.run("lifeboat") == ""


def test_a_folder_without_or_with_too_many_backups_says_so(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble, match="没有本机的备份"):
        Terminal(desk, desk.home).run("restore", tmp_path / "stick")
    for one in (desk, enrol_desk(tmp_path / "other", name="other")):
        Terminal(one, one.home).run("backup", tmp_path / "stick")
    with pytest.raises(BackupTrouble, match="几个岗位"):
        Terminal(desk, DeskHome(tmp_path / "new PC")).run("restore", tmp_path / "stick")
    assert "已恢复" in Terminal(desk, desk.home).run("restore", tmp_path / "stick")


def test_the_key_is_changed(desk: Desk) -> None:
    before = load_keyfile(desk.home.keys).keys[0].id
    assert "再备份" in Terminal(desk, desk.home).run("rotate")
    assert load_keyfile(desk.home.keys).keys[0].id != before


def test_a_forgotten_passphrase_is_got_over_with_a_request_and_its_answer(desk: Desk, tmp_path: Path) -> None:
    terminal = Terminal(desk, desk.home, [NEW, "anders getippt", NEW])
    with pytest.raises(WeakPassphrase):
        terminal.run("recover")
    number, request, _ = terminal.run("recover").splitlines()
    assert number.startswith("编号 ")
    answer = tmp_path / "answer.txt"
    answer.write_text("BYA1:AAAA", "utf-8")
    with pytest.raises(KeyTrouble):
        terminal.run("recover", "--answer", answer)
    answer.write_text(desk.answer(request) + "\n", "utf-8")
    assert "可以打开" in terminal.run("recover", "--answer", answer)
    with terminal.open() as replica:
        assert desk.holds_all(replica)
