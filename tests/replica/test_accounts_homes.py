"""Several posts on one PC: each keeps its own file and keys, and a broken enrolment is taken up where it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from baiyun_desktop.replica.accounts_homes import further_home, homes_of
from baiyun_desktop.replica.home import DeskHome
from sync.enrolment import Enrolment
from sync.errors import LineDown
from tests.replica.desk import PROGRAM, ManualClock, SeededIds, person

SECRET = "一把很长的口令"


def test_each_post_has_a_file_of_its_own(tmp_path: Path) -> None:
    clock, first = ManualClock(), DeskHome(tmp_path / "home")
    ids = SeededIds(clock)
    nonces: list[str] = []
    down = True

    def enrol(address: str, code: str, nonce: str) -> Enrolment:
        nonces.append(nonce)
        if down and code == "B":
            raise LineDown("cut")
        return Enrolment(code.lower() * 32, 1, "token", f"岗位{code}", "王芳", ["150206001006"], [], address, "ca")

    assert homes_of(first) == []
    first.enrol("a", "A", SECRET, PROGRAM, enrol, clock, ids)
    with pytest.raises(LineDown):
        further_home(first, clock.now_ms()).enrol("a", "B", SECRET, PROGRAM, enrol, clock, ids)
    assert homes_of(first) == [first]
    down, again = False, further_home(first, clock.now_ms() + 1)
    again.enrol("a", "B", SECRET, PROGRAM, enrol, clock, ids)
    assert nonces[1] == nonces[2] != nonces[0]
    further_home(first, clock.now_ms() + 2).enrol("a", "C", SECRET, PROGRAM, enrol, clock, ids)
    homes = homes_of(first)
    assert len({os.fspath(home.folder) for home in homes}) == 3
    desks = [home.open(SECRET, PROGRAM, clock, ids) for home in homes]
    assert [desk.identity.post for desk in desks] == ["岗位A", "岗位B", "岗位C"]
    desks[1].door.save([person(ids, name="赵一")])
    assert [desk.status().unsent for desk in desks] == [0, 1, 0]
    for desk in desks:
        desk.close()
