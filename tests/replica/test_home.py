"""A PC's folder: enrolled once, opened with its key, and asked again where an answer was lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.keys.errors import WrongPassphrase
from baiyun_desktop.registry.module import MODULE
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import ReplicaMissing
from baiyun_desktop.replica.home import DeskHome
from sync.enrolment import Enrolment
from sync.errors import LineDown
from sync.outside import SystemClock, SystemIds

CLOCK = SystemClock()
IDS = SystemIds(CLOCK)
PROGRAM = Program((MODULE,))
SECRET = "一把很长的口令"


class DistrictInTest:
    """Answers an enrolment, idempotently by nonce; `lose` loses that many answers first."""

    def __init__(self, lose: int = 0) -> None:
        self.lose = lose
        self.given: dict[str, Enrolment] = {}

    def __call__(self, address: str, code: str, nonce: str) -> Enrolment:
        answer = self.given.setdefault(
            nonce, Enrolment(IDS.new(), 1, "token", "宝山社区·窗口", "王芳", ["150206001006"], [], address, "ca")
        )
        if self.lose:
            self.lose -= 1
            raise LineDown("the answer was lost")
        return answer


def enrol(home: DeskHome, district: DistrictInTest) -> None:
    home.enrol("https://127.0.0.1:1", "CODE", SECRET, PROGRAM, district, CLOCK, IDS)


def test_an_enrolled_desk_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    home = DeskHome(tmp_path)
    assert not home.enrolled
    enrol(home, DistrictInTest())
    assert home.enrolled
    assert home.needs_passphrase
    with pytest.raises(WrongPassphrase):
        home.open("etwas anderes", PROGRAM, CLOCK, IDS)
    with home.open(SECRET, PROGRAM, CLOCK, IDS) as replica:
        assert replica.identity.post == "宝山社区·窗口"


def test_a_lost_answer_is_asked_for_again_and_makes_one_desk(tmp_path: Path) -> None:
    home, district = DeskHome(tmp_path), DistrictInTest(lose=1)
    with pytest.raises(LineDown):
        enrol(home, district)
    assert not home.enrolled
    enrol(home, district)
    assert len(district.given) == 1
    assert len(list(tmp_path.glob("*.baiyun"))) == 1


@pytest.mark.parametrize("cut", ["create", "name"])
def test_an_enrolment_that_was_cut_goes_on_where_it_stopped(
    tmp_path: Path, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, district = DeskHome(tmp_path), DistrictInTest()

    def power_goes(*_: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(*((Replica, "create") if cut == "create" else (DeskHome, "name")), power_goes)
        with pytest.raises(OSError, match="power"):
            enrol(home, district)
    assert not home.enrolled
    enrol(home, district)
    assert len(district.given) == 1
    home.open(SECRET, PROGRAM, CLOCK, IDS).close()


def test_nothing_in_the_folder_opens_the_file_by_itself(tmp_path: Path) -> None:
    home = DeskHome(tmp_path)
    enrol(home, DistrictInTest())
    content = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.is_file())
    assert "宝山社区".encode() not in content
    assert SECRET.encode() not in content
    assert b"SQLite format 3" not in content


def test_a_new_pc_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReplicaMissing, match="注册码"):
        DeskHome(tmp_path).open("", PROGRAM, CLOCK, IDS)


def test_a_file_that_is_gone_is_asked_back_from_a_backup(tmp_path: Path) -> None:
    home = DeskHome(tmp_path)
    enrol(home, DistrictInTest())
    home.path.unlink()
    with pytest.raises(ReplicaMissing, match="备份"):
        home.open(SECRET, PROGRAM, CLOCK, IDS)


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("windows", "AppData/Local/baiyun-desktop"),
        ("macos", "Library/Application Support/baiyun-desktop"),
        ("unix", "data/baiyun-desktop"),
    ],
)
def test_each_system_has_its_place_for_it(
    system: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On this machine all three are asked as the library would ask its system."""
    import platformdirs
    from platformdirs import macos, unix, windows

    monkeypatch.delenv("BAIYUN_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(
        windows, "get_win_folder", lambda name: f"{tmp_path}/AppData/Local" if "LOCAL" in name else "roaming"
    )
    kinds = {"windows": windows.Windows, "macos": macos.MacOS, "unix": unix.Unix}
    monkeypatch.setattr(platformdirs, "PlatformDirs", kinds[system])
    if system == "macos":
        monkeypatch.delenv("XDG_DATA_HOME")
    assert DeskHome.of_system().folder == tmp_path / folder
    monkeypatch.setenv("BAIYUN_HOME", str(tmp_path / "elsewhere"))
    assert DeskHome.of_system().folder == tmp_path / "elsewhere"
