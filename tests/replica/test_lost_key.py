"""The Windows profile is dead, or the passphrase forgotten: the district gives the key back and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from baiyun_desktop.keys.errors import KeyLost, KeyTrouble, NotRecoverable, NotTheAnswer, WrongPassphrase
from baiyun_desktop.keys.keyfile import load_keyfile
from tests.keys.ring import use_ring
from tests.keys.session import in_session
from tests.replica.enrolled import SECRET, enrol_desk

NEW = "eine ganz neue"


def test_a_dead_profile_s_work_comes_back_under_a_new_key_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_ring(monkeypatch)
    desk = enrol_desk(tmp_path, passphrase="")
    assert not desk.home.needs_passphrase
    use_ring(monkeypatch)  # the profile is gone, and its key store with it
    with pytest.raises(KeyLost, match="找回密钥"):
        desk.open("")
    request = desk.home.ask_for_key("")
    desk.home.take_answer(desk.answer(request), "")
    with desk.open("") as replica:
        assert desk.holds_all(replica)
        assert replica.status().unsent == 1  # what nobody else had
        desk.round(replica)
        assert replica.status().unsent == 0
    assert not desk.home.asking.exists()


def test_a_forgotten_passphrase_is_replaced(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    with pytest.raises(WrongPassphrase):
        desk.open("vergessen?")
    answer = desk.answer(desk.home.ask_for_key(NEW))
    desk.home.take_answer(answer, NEW)
    with desk.open(NEW) as replica:
        assert desk.holds_all(replica)
    with pytest.raises(WrongPassphrase):
        desk.open(SECRET)
    with pytest.raises(NotTheAnswer):  # its answer opens nothing a second time
        desk.home.take_answer(answer, NEW)


def test_wrong_answers_are_refused_and_the_right_one_still_taken(tmp_path: Path) -> None:
    desk, other = enrol_desk(tmp_path / "one"), enrol_desk(tmp_path / "two", name="two")
    earlier = desk.answer(desk.home.ask_for_key(NEW))
    request = desk.home.ask_for_key(NEW)
    for wrong in (earlier, other.answer(other.home.ask_for_key(NEW)), "BYA1:123", request, ""):
        with pytest.raises(KeyTrouble, match=r"申请|复制"):
            desk.home.take_answer(wrong, NEW)
    with pytest.raises(WrongPassphrase):
        desk.home.take_answer(desk.answer(request), "another one")
    desk.home.take_answer(desk.answer(request), NEW)
    with desk.open(NEW) as replica:
        assert desk.holds_all(replica)


def test_who_remembers_after_all_goes_on_and_the_request_is_void(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    answer = desk.answer(desk.home.ask_for_key(NEW))
    with desk.open(SECRET) as replica:
        assert desk.holds_all(replica)
    with pytest.raises(NotTheAnswer):
        desk.home.take_answer(answer, NEW)


def test_a_passphrase_is_changed_and_kept_by_the_district_as_before(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    with desk.open() as replica:
        desk.home.change_passphrase(replica, NEW)
    with pytest.raises(WrongPassphrase):
        desk.open(SECRET)
    with desk.open(NEW) as replica:
        assert desk.holds_all(replica)
    assert load_keyfile(desk.home.keys).keys[0].district is not None


def test_a_desk_that_never_met_its_district_says_so(tmp_path: Path) -> None:
    desk = enrol_desk(tmp_path)
    keys = load_keyfile(desk.home.keys)
    text = desk.home.keys.read_text("utf-8")
    assert keys.keys[0].district is not None
    before, _, after = text.partition('"type": "district"')
    desk.home.keys.write_text(
        f'{before}"type": "passphrase", "salt": "", "ops": 1, "memory_bytes": 1, "box": "", "x": 1{after}'
    )
    with pytest.raises(NotRecoverable, match="备份"):
        desk.home.ask_for_key(NEW)


PLAY = """
import sys
from pathlib import Path
from baiyun_desktop.keys.errors import KeyLost
from tests.replica.enrolled import Desk, enrol_desk
desk = enrol_desk(Path(sys.argv[1]), passphrase="")
with desk.open("") as replica:
    assert desk.holds_all(replica)
print(desk.home.folder, ",".join(desk.said.values()), desk.town.district._seal_key().hex())
"""
ASK = """
import sys
from pathlib import Path
from baiyun_desktop.keys.errors import KeyLost
from baiyun_desktop.replica.home import DeskHome
from tests.replica.desk import PROGRAM, ManualClock, SeededIds
clock = ManualClock()
home = DeskHome(Path(sys.argv[1]))
try:
    home.open("", PROGRAM, clock, SeededIds(clock, "x"))
except KeyLost:
    print(home.ask_for_key(""))
"""
ANSWER = """
import sys
from baiyun_desktop.keys.recovery import answer_request
print(answer_request(bytes.fromhex(sys.argv[1]), sys.argv[2]).answer)
"""
TAKE = """
import sys
from pathlib import Path
from baiyun_desktop.replica.home import DeskHome
from tests.replica.desk import PROGRAM, ManualClock, SeededIds
clock = ManualClock()
home = DeskHome(Path(sys.argv[1]))
home.take_answer(sys.argv[2], "")
with home.open("", PROGRAM, clock, SeededIds(clock, "x")) as replica:
    print(",".join(sorted(row.name for row in replica.read.list("person").rows)), replica.status().unsent)
"""


def test_it_is_so_with_a_real_secret_service_whose_profile_dies(tmp_path: Path) -> None:
    old, new = tmp_path / "old profile", tmp_path / "new profile"
    home, names, private = in_session(old, PLAY, str(tmp_path / "office")).split()
    request = in_session(new, ASK, home)
    answer = in_session(tmp_path / "district", ANSWER, private, request)
    assert in_session(new, TAKE, home, answer).split() == [",".join(sorted(names.split(","))), "1"]
